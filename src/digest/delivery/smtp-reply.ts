/**
 * What a mail server's refusal means, by its reply code (RFC 5321, section 4.2) and its enhanced
 * status (RFC 3463). What a library calls the error says nothing of either.
 */

import type { ReturnKind } from '../returns/returns.js';

/** One reply of a server, of one line or several. */
export type Reply = {
  readonly code: number;
  /** `5.1.1`; empty where none was given, or one that contradicts the code. */
  readonly enhanced: string;
  /** Without codes, on one line, short. */
  readonly text: string;
};

/** What the server had been told: nothing, the sender, the recipient, `DATA`, or the letter. */
export type Step = 'connect' | 'mail' | 'rcpt' | 'data' | 'letter';

export type Refusal = {
  readonly state: 'deferred' | 'failed';
  readonly kind: ReturnKind;
  /** Whether it says something of the recipient, rather than of us or of the server. */
  readonly concernsRecipient: boolean;
  /** Whom to write to more slowly: everybody behind this server, or the recipient's domain. */
  readonly slowsDown?: 'host' | 'domain';
};

const LONGEST_TEXT = 300;

const LINE = /^(\d{3})[ -]?(?:(\d\.\d{1,3}\.\d{1,3})(?:\s+|$))?(.*)$/;

/** Reads a reply as it came; absent for what is none. */
export function readReply(source: string): Reply | undefined {
  const lines = source.split(/\r?\n/, 20).map((line) => LINE.exec(line.trim()));
  const first = lines[0];
  if (!first) return undefined;
  const code = Number(first[1]);
  const enhanced = first[2] ?? '';
  const text = lines
    .map((line) => line?.[3] ?? '')
    .join(' ')
    .replace(/[\p{Cc}\p{Cf}\u2028\u2029\s]+/gu, ' ')
    .trim()
    .slice(0, LONGEST_TEXT);
  return { code, enhanced: enhanced[0] === String(code)[0] ? enhanced : '', text };
}

/** The reply on one line, as histories keep it. */
export function replyInWords({ code, enhanced, text }: Reply): string {
  return [code, enhanced, text].filter((part) => part !== '').join(' ');
}

/**
 * What to do after a reply that was no success.
 *
 * A server that will not talk to us, or not with our name, refuses everybody's letter alike; that
 * is mended by the operator within the day, and no reader's letter fails for it.
 */
export function readRefusal(reply: Reply, step: Step): Refusal {
  const isOurs = step === 'connect' || step === 'mail' || wantsLogin(reply);
  const isForNow = reply.code < 500 || isOurs;
  const slowsDown = slowingDown(reply, isOurs);
  return {
    state: isForNow ? 'deferred' : 'failed',
    kind: isOurs ? oursKind(reply) : kindOf(reply, step),
    concernsRecipient: !isOurs && reply.code !== 421,
    ...(slowsDown && { slowsDown }),
  };
}

/** RFC 4954, section 6. */
function wantsLogin({ code }: Reply): boolean {
  return code === 530 || code === 534 || code === 535 || code === 538;
}

function oursKind({ code }: Reply): ReturnKind {
  return code < 500 ? 'for-now' : 'policy';
}

/** 421 ends the channel, whatever it answers; 4.7.x asks for patience in the name of a policy. */
function slowingDown(reply: Reply, isOurs: boolean): Refusal['slowsDown'] {
  if (reply.code === 421 || (isOurs && reply.code >= 500)) return 'host';
  if (!reply.enhanced.startsWith('4.7.')) return undefined;
  return isOurs ? 'host' : 'domain';
}

const NO_SUCH_ADDRESS = new Set(['5.1.1', '5.1.2', '5.1.10']);

function kindOf(reply: Reply, step: Step): ReturnKind {
  const { code, enhanced } = reply;
  if (enhanced === '4.2.2' || enhanced === '5.2.2') return 'mailbox-full';
  if (code < 500) return 'for-now';
  if (NO_SUCH_ADDRESS.has(enhanced)) return 'no-such-address';
  if (enhanced.startsWith('5.7.')) return 'policy';
  if (enhanced !== '' || step !== 'rcpt') return 'refused';
  if (code === 552) return 'mailbox-full';
  return saysUnknown(reply) ? 'no-such-address' : 'refused';
}

/** Codes under which servers say that there is no such mailbox, and much else. */
const UNCLEAR = new Set([550, 551, 553]);

const PLAINLY_UNKNOWN: readonly RegExp[] = [
  /\b(user|recipient|mailbox|address|account|addressee) (is )?(unknown|not found|does not exist|doesn't exist)\b/i,
  /\b(unknown|nonexistent|non-existent) (local )?(user|recipient|mailbox|address|account)\b/i,
  /\bno such (user|recipient|mailbox|address|account|person|local user)\b/i,
  /\b(invalid|bad) (recipient|mailbox)\b/i,
  /\bno mailbox (here )?(by|with|of) that name\b/i,
];

/** The same words stand in refusals of us: then they name the sender, or a policy. */
const ABOUT_US =
  /\b(sender|from address|helo|ehlo|spf|dkim|dmarc|spam|policy|policies|blocked|blacklist|blocklist|denied|relay|relaying|reputation|reverse|ptr)\b/i;

function saysUnknown({ code, text }: Reply): boolean {
  if (!UNCLEAR.has(code) || ABOUT_US.test(text)) return false;
  return PLAINLY_UNKNOWN.some((words) => words.test(text));
}
