/**
 * What a delivery report means for the reader: nothing, patience, or an address that is no more.
 *
 * A status of three numbers (RFC 3463) decides where there is one that says something; words
 * decide only where there is none, or one like `5.0.0`. Of two that contradict each other the
 * milder is believed, since a letter too many does less harm than a reader who is dropped.
 */

import type { RecipientReport } from './delivery-status.js';
import { tidyDetail } from './return-words.js';
import type { Return, ReturnKind } from './returns.js';

/** There is no such mailbox, no such domain, or the domain takes no mail (RFC 7505). */
const NO_SUCH_ADDRESS = new Set(['5.1.1', '5.1.2', '5.1.10']);

/** The sender's address is refused: that is ours to mend. */
const ABOUT_SENDER = new Set(['5.1.7', '5.1.8']);

/** It was tried until the time was over: `5.4.7` is a `4.x.x` at its end. */
const EXPIRED = '5.4.7';

/** The mildest first. */
const SEVERITY: readonly ReturnKind[] = [
  'delivered',
  'delayed',
  'policy',
  'for-now',
  'mailbox-full',
  'refused',
  'no-such-address',
];

const LONGEST_READ = 1_000;

const STATUS = /^[245]\.\d{1,3}\.\d{1,3}$/;

/** Behind a reply code, a `#`, or at the beginning; versions and addresses look alike. */
const ENHANCED = [
  /(?:^|[^\d.])[245]\d\d[ -]{1,3}#?([245]\.\d{1,3}\.\d{1,3})(?![\d.]*\d)/,
  /#([245]\.\d{1,3}\.\d{1,3})(?![\d.]*\d)/,
  /^\s{0,8}([245]\.\d{1,3}\.\d{1,3})(?=[\s:;<-])/,
];

const REPLY_CODE = /(?:^|[\s:;'"(<>#])(4[2-7]\d|5[0-7]\d)(?=[\s:;-]|$)/;

/** Names of hosts, addresses and links say nothing, whatever words are in them. */
const NAME = /[^\s<>()[\]"',;]{0,200}(?:@|:\/\/|\.[a-z])[^\s<>()[\]"',;]{0,200}/gi;

const UNKNOWN: readonly RegExp[] = [
  /\b(?:user|recipient|mailbox|address|addressee|account|local part)\b.{0,30}\b(?:unknown|not (?:be )?(?:found|recogni[sz]ed|known|listed)|does not exist|doesn't exist|no longer exists)\b/i,
  /\b(?:unknown|non-?existent|no such|invalid|not a (?:known|valid)|unrecogni[sz]ed) (?:local |e-?mail |virtual )?(?:user|recipient|mailbox|address|account|person|local[- ]part)\b/i,
  /\bno (?:mailbox|account|user) (?:here )?(?:by|with|of) that name\b/i,
  /\b(?:doesn't|does not) have an? .{0,40}account\b/i,
  /\bnot listed in (?:the )?(?:\w{1,20} )?(?:domino )?directory\b/i,
  /(?:empf[äa]nger|benutzer|adressat|adresse|postfach).{0,30}(?:unbekannt|existiert nicht|nicht gefunden)|unbekannte[rs]? (?:empf[äa]nger|benutzer|adresse)/i,
  /(?:utilisateur|destinataire|adresse|bo[îi]te).{0,30}(?:inconnue?|n'existe pas|introuvable)/i,
  /(?:usu[áa]rio|destinat[áa]rio|buz[óo]n|utente|casella).{0,30}(?:descon(?:oc|hec)id[oa]|no existe|sconosciut[oa]|inesistente)/i,
  /宛先不明|用户不存在|存在しません/,
];

/** There is one, and it may come back. */
const ASLEEP =
  /\b(?:disabled|deactivated|inactive|suspended|locked|frozen)\b|deaktiviert|gesperrt|d[ée]sactiv/i;

const FULL =
  /\b(?:over|exceed\w{0,4}|out of|above) .{0,30}(?:quota|storage)|\bquota (?:exceeded|is full)|\b(?:mailbox|inbox|mail box) .{0,15}(?:full|exceeded)|\bmailfolder is full|\binsufficient (?:disk|system|mail)? ?storage|postfach.{0,20}voll|speicher.{0,20}(?:voll|ersch[öo]pft)|bo[îi]te.{0,60}pleine|buz[óo]n.{0,15}lleno|casella.{0,15}piena/i;

/** What is said of us, not of the reader. */
const POLICY =
  /\b(?:spam\w{0,8}|junk|unsolicited|bulk|block(?:ed|ing|list\w{0,4})?|black ?list\w{0,4}|denylist\w{0,4}|listed (?:on|by|at)|dnsbl|rbl|reputation|dmarc|spf|dkim|polic(?:y|ies)|banned|virus|malware|reverse dns|ptr|not authori[sz]ed|authentication|relay(?:ing)?|rate limit\w{0,3}|too many)\b|\bsender\b.{0,40}\b(?:reject|unknown|verif|invalid|refus|not)\w{0,6}/i;

/** So plainly that a status of the reader's address is doubted. */
const PLAINLY_POLICY =
  /\b(?:spam|block ?list\w{0,4}|black ?list\w{0,4}|dnsbl|rbl|dmarc|reputation)\b|\bsender (?:address )?(?:rejected|verify|unknown)\b/i;

const FOR_NOW =
  /\b(?:time[d]?[ -]?out|expired|temporar\w{0,4}|try again|connection (?:refused|lost)|unreachable|retry|deferred)\b|vor[üu]bergehend|temporaire/i;

export function classify(
  report: Pick<RecipientReport, 'action' | 'status' | 'diagnostic'>,
): Return {
  const diagnostic = report.diagnostic.slice(0, LONGEST_READ);
  const statuses = [enhancedIn(diagnostic), report.status].filter((one) => STATUS.test(one));
  const [status = ''] = statuses.toSorted((one, other) => weight(one) - weight(other));
  const kind = kindByAction(report.action) ?? kindOf(status, diagnostic) ?? lastResort(report);
  return { kind, status, detail: tidyDetail(diagnostic) };
}

/** Of several returns of one letter the mildest: one mailbox of a list that is gone is no reader. */
export function mildest(returns: readonly Return[]): Return | undefined {
  const rank = ({ kind }: Return): number => {
    const place = SEVERITY.indexOf(kind);
    return place < 0 ? SEVERITY.length : place;
  };
  return returns.toSorted((one, other) => rank(one) - rank(other))[0];
}

function kindByAction(action: string): ReturnKind | undefined {
  if (action === 'delayed') return 'delayed';
  return ['delivered', 'relayed', 'expanded'].includes(action) ? 'delivered' : undefined;
}

/** The enhanced status that a server's words begin with; empty where there is none. */
export function enhancedIn(text: string): string {
  for (const form of ENHANCED) {
    const found = form.exec(text)?.[1];
    if (found) return found;
  }
  return '';
}

/** Those that say something come first, of those the mildest. */
function weight(status: string): number {
  const kind = isVague(status) ? undefined : kindByStatus(status);
  return kind === undefined ? SEVERITY.length : SEVERITY.indexOf(kind);
}

/** `5.0.0` and `5.1.0` leave open what it is; `5.7.0` does not. */
function isVague(status: string): boolean {
  return status === '' || /^[245]\.0\.|^[45]\.[1-6]\.0$/.test(status);
}

function kindByStatus(status: string): ReturnKind {
  if (status.startsWith('2.')) return 'delivered';
  if (status === '4.2.2' || status === '5.2.2') return 'mailbox-full';
  if (status.startsWith('4.') || status === EXPIRED) return 'for-now';
  if (NO_SUCH_ADDRESS.has(status)) return 'no-such-address';
  return status.startsWith('5.7.') || ABOUT_SENDER.has(status) ? 'policy' : 'refused';
}

function kindOf(status: string, diagnostic: string): ReturnKind | undefined {
  const words = diagnostic.replace(NAME, ' ');
  if (isVague(status)) return kindByWords(classOf(status, diagnostic), words);
  const kind = kindByStatus(status);
  if (kind !== 'no-such-address' || !PLAINLY_POLICY.test(words)) return kind;
  return 'policy';
}

/** `2`, `4` or `5`; empty where nothing tells. */
function classOf(status: string, diagnostic: string): string {
  return status[0] ?? REPLY_CODE.exec(diagnostic)?.[1]?.[0] ?? '';
}

function kindByWords(statusClass: string, words: string): ReturnKind | undefined {
  if (statusClass === '2') return 'delivered';
  if (statusClass === '4') return FULL.test(words) ? 'mailbox-full' : 'for-now';
  if (POLICY.test(words)) return 'policy';
  if (FULL.test(words)) return 'mailbox-full';
  if (ASLEEP.test(words)) return 'refused';
  if (UNKNOWN.some((form) => form.test(words))) return 'no-such-address';
  if (statusClass === '' && FOR_NOW.test(words)) return 'for-now';
  return statusClass === '' ? undefined : 'refused';
}

/** A final failure of which nobody knows why counts; what may not be one does not. */
function lastResort({ action }: Pick<RecipientReport, 'action'>): ReturnKind {
  return action === 'failed' ? 'refused' : 'unknown';
}
