/** Replies that nobody wrote: out of office, and the like. They say nothing of a letter's way. */

import type { MailField } from './mail-fields.js';

/** RFC 3834, section 5, and what was usual before it. */
const MARKS: Readonly<Record<string, RegExp>> = {
  'auto-submitted': /^\s{0,8}auto-(?:replied|notified)/i,
  'x-autoreply': /\S/,
  'x-autorespond': /\S/,
  'x-autoreply-from': /\S/,
  'x-auto-reply': /\S/,
  'x-mail-autoreply': /\S/,
  'x-vacation': /\S/,
  precedence: /^\s{0,8}auto[_-]reply/i,
};

const SUBJECT =
  /out of (?:the )?office|auto(?:matic|matische|matisch|matizada)?[ -]?(?:reply|response|respond|antwort|answer)|^\s{0,8}auto:|vacation (?:reply|response)|on (?:vacation|leave|holiday)|abwesen|nicht im b[üu]ro|r[ée]ponse automatique|absen(?:ce|t) du bureau|respuesta autom[áa]tica|fuera de (?:la )?oficina|risposta automatica|fuori (?:sede|ufficio)|resposta autom[áa]tica|automatisch antwoord|afwezig|autosvar|fr[åa]nvaro|automaattinen|automatyczna odpowied[źz]|automatick[áa] odpov[ěe][ďd]|автоответ|自動(?:返信|応答)|自动(?:回复|答复)|자동 ?(?:회신|응답)/i;

export function isAutoReply(header: readonly MailField[], subject: string): boolean {
  return SUBJECT.test(subject) || header.some(({ name, value }) => MARKS[name]?.test(value));
}
