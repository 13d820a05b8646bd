/** What follows from how the sending of a letter ended. */

import type { ReturnKind } from '../returns/returns.js';
import type { Lease, Outcome } from './delivery.js';
import { type HandOverResult, isTaken } from './sender-connection.js';
import { type Refusal, readRefusal, replyInWords } from './smtp-reply.js';

export type Consequence = {
  readonly outcome: Outcome;
  /** What to put down for the recipient's address, as if it had come back by mail. */
  readonly comesBack?: { readonly kind: ReturnKind; readonly status: string };
  readonly slowsDown?: Refusal['slowsDown'];
  /** Whether other letters of this moment would fare alike: there is no way to the server. */
  readonly isServerAway: boolean;
};

/** After each failure a longer wait, the last one again and again. */
const RETRY_DELAYS_MS: readonly number[] = [5_000, 30_000, 120_000, 600_000, 1_800_000, 3_600_000];

/** So that what failed together is not tried together. */
const RETRY_SPREAD = 0.2;

/**
 * How long to wait after so many failures in a row.
 *
 * @param failures - at least 1
 * @param random - from 0 up to 1
 */
export function retryDelayMs(failures: number, random: number): number {
  const last = RETRY_DELAYS_MS.length - 1;
  const delayMs = RETRY_DELAYS_MS[Math.min(Math.max(failures, 1) - 1, last)] as number;
  return Math.round(delayMs * (1 - RETRY_SPREAD + 2 * RETRY_SPREAD * random));
}

/**
 * Where the letter certainly was not delivered it is tried again or has failed; where nobody can
 * know, it is `ambiguous`.
 */
export function consequenceOf(
  result: HandOverResult,
  lease: Pick<Lease, 'attempt' | 'giveUpAtMs'>,
  { nowMs, random }: { readonly nowMs: number; readonly random: number },
): Consequence {
  const { phase, reply, isUnreached: isServerAway = false } = result;
  const tryAtMs = nowMs + retryDelayMs(lease.attempt, random);
  if (isTaken(result) && reply) {
    return { outcome: { state: 'sent', detail: replyInWords(reply) }, isServerAway };
  }
  if (!reply || reply.code < 400) {
    const detail = detailOf(result);
    if (phase === 'after') return { outcome: { state: 'ambiguous', detail }, isServerAway };
    return { outcome: { state: 'deferred', detail, tryAtMs }, isServerAway };
  }
  const refusal = readRefusal(reply, reply.step);
  const { state, kind, slowsDown } = refusal;
  const detail = replyInWords(reply);
  const isTheEnd = state === 'failed' || tryAtMs > lease.giveUpAtMs;
  return {
    outcome: state === 'failed' ? { state, detail } : { state, detail, tryAtMs },
    ...(isTheEnd && refusal.concernsRecipient && { comesBack: { kind, status: reply.enhanced } }),
    ...(slowsDown && { slowsDown }),
    isServerAway,
  };
}

const WHERE: Readonly<Record<HandOverResult['phase'], string>> = {
  before: 'Nothing was sent',
  'refused-by-us': 'Nothing was sent',
  data: 'It was cut off before its end',
  after: 'The server had it whole and did not say whether it keeps it',
};

function detailOf({ phase, error, reply }: HandOverResult): string {
  const why = error ?? (reply ? replyInWords(reply) : 'no reply');
  return `${WHERE[phase]}: ${why}`;
}
