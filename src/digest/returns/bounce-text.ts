/**
 * Reports that are written for people alone, as qmail, older Exim and Exchange, Domino and many
 * appliances send them. Only what comes from a mail system is read as one: a person who writes
 * "your mail could not be delivered" changes nothing.
 */

import type { RecipientReport } from './delivery-status.js';
import { linesOf } from './mail-fields.js';
import { oneLine } from './return-words.js';

export type TextMessage = {
  /** As it stands in the header. */
  readonly from: string;
  readonly subject: string;
  /** Whether a header names recipients that failed, as Exim and Gmail do. */
  readonly namesFailed: boolean;
  readonly text: string;
};

const MOST_LINES = 300;
const LONGEST_DIAGNOSTIC = 1_000;

/** Lines of a diagnosis behind the first. */
const LINES_AFTER = 4;

const SYSTEM =
  /\b(?:mailer-daemon|mail-daemon|maildaemon|mdaemon|postmaster|mail ?delivery (?:system|subsystem|service)|system administrator|systemadministrator|administrateur syst[eè]me)\b/i;

/** How the programs begin that have no other mark. */
const OPENINGS: readonly RegExp[] = [
  /^\s{0,20}Hi\. This is the .{1,100}(?:program|daemon)/im,
  /^This message was created automatically by (?:the )?mail (?:delivery|system)/im,
  /^This is (?:the (?:mail system|Postfix program) at|an automatic(?:ally)?[ -]generated (?:message|delivery))/im,
];

const SUBJECT =
  /undeliver|deliver[a-z]{0,3} (?:failure|failed|status|report|notification|problem|error)|fail(?:ure|ed)|returned|delay|warning|non[- ]?deliver|not delivered|unzustellbar|nicht zugestellt|zustellung|non remis|[ée]chec|no se (?:ha )?p(?:udo|odido) entregar|no entregado|rifiutat|mancat|recapito|n[ãa]o entregue|onbestelbaar|配信|退信|не доставлен/i;

/** Where the letter itself begins, which says nothing of its way. */
const COPY =
  /^(?:[ \t>]{0,8}-{2,}[ \t]{0,4}(?:Below this line is a copy|This is a copy|The following is a copy|Undelivered message follows|Original message|Unsent message|Original Nachricht|Message d'origine|Urspr)|Return-Path:|Received: )/im;

const DELAYED =
  /\b(?:will (?:continue|keep) (?:to try|trying)|not yet been delivered|has not been delivered yet|has been delayed|is delayed|do not need to resend|no action is required|noch nicht zugestellt|versucht weiterhin|retard[ée]e?)\b/i;

const FINAL =
  /\b(?:giving up|given up|permanent (?:fatal )?error|permanent failure|could not be delivered|cannot be delivered|no further attempts|endg[üu]ltig)\b/i;

const REPLY_CODE =
  /(?:^|[\s:;'"(<>#-])(?:4[2-7]\d|5[0-7]\d)(?=[\s:-])|#[45]\.\d{1,3}\.\d{1,3}|^[45]\.\d{1,3}\.\d{1,3}[ :]/;

/** Whether a message says that a mail system wrote it. */
export function isFromSystem(from: string): boolean {
  return SYSTEM.test(from);
}

/** What such a report says, of its one recipient; absent for what is no report. */
export function readBounceText(message: TextMessage): RecipientReport | undefined {
  const isReport =
    message.namesFailed ||
    OPENINGS.some((opening) => opening.test(message.text)) ||
    (isFromSystem(message.from) && SUBJECT.test(message.subject));
  if (!isReport) return undefined;
  const end = COPY.exec(message.text)?.index ?? message.text.length;
  const words = message.text.slice(0, end);
  return {
    action: actionIn(message.subject, words),
    status: '',
    originalRecipient: '',
    finalRecipient: '',
    diagnostic: diagnosisIn(words),
  };
}

/** Empty where the words do not tell whether it is the end. */
function actionIn(subject: string, words: string): string {
  if (FINAL.test(words)) return 'failed';
  if (DELAYED.test(words) || DELAYED.test(subject)) return 'delayed';
  return REPLY_CODE.test(words) ? 'failed' : '';
}

/** The lines with a reply code, else those behind an address, else all. */
function diagnosisIn(text: string): string {
  const lines = linesOf(text, MOST_LINES).map((line) => line.trim().slice(0, 400));
  const coded = lines.findIndex((line) => REPLY_CODE.test(line));
  if (coded >= 0) return joined(lines.slice(coded, coded + 1 + LINES_AFTER));
  const addressed = lines.findIndex((line) => /^<?[^\s@]{1,64}@[^\s@]{1,250}$/.test(line));
  return joined(addressed >= 0 ? lines.slice(addressed, addressed + 1 + LINES_AFTER) : lines);
}

function joined(lines: readonly string[]): string {
  return oneLine(lines.join(' ').slice(0, 2 * LONGEST_DIAGNOSTIC)).slice(0, LONGEST_DIAGNOSTIC);
}
