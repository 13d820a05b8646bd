/**
 * When what came back is enough for no more letters to be sent. One letter that was refused may
 * be a server's bad day; the same server's second within a week is not, and a mailbox that is
 * full for a fortnight is not read. Each letter counts once, however often it is reported.
 */

import type { Day } from '../../papers/dates.js';
import type { ReturnKind } from './returns.js';

export type PastReturn = {
  readonly kind: ReturnKind;
  /** Of the letter; absent where nobody knows. */
  readonly editionOn: Day | undefined;
  readonly atMs: number;
};

const DAY_MS = 24 * 3_600_000;

/** Letters refused for good: so many of them within so long. */
export const REFUSALS: { readonly letters: number; readonly withinMs: number } = {
  letters: 2,
  withinMs: 7 * DAY_MS,
};

/**
 * Letters that could not be delivered for now, of a mailbox that is full or a server that is
 * away: so many of them, spread over so long, and none older than that.
 */
export const FAILURES: {
  readonly letters: number;
  readonly overMs: number;
  readonly withinMs: number;
} = { letters: 5, overMs: 14 * DAY_MS, withinMs: 35 * DAY_MS };

/**
 * Whether the newest return is the one that is too much. What has led to that once does not count
 * again, so that an address which is written to anew begins anew.
 *
 * @param history - of one address, the oldest first
 */
export function isTooMuch(history: readonly PastReturn[]): boolean {
  let refused: readonly PastReturn[] = [];
  let failed: readonly PastReturn[] = [];
  let verdict = false;
  for (const one of history) {
    if (one.kind === 'refused') refused = [...recent(refused, one, REFUSALS.withinMs), one];
    if (isForNow(one.kind)) failed = [...recent(failed, one, FAILURES.withinMs), one];
    verdict =
      one.kind === 'no-such-address' ||
      (one.kind === 'refused' && lettersOf(refused) >= REFUSALS.letters) ||
      (isForNow(one.kind) && lettersOf(failed) >= FAILURES.letters && isLong(failed));
    if (verdict) [refused, failed] = [[], []];
  }
  return verdict;
}

function isForNow(kind: ReturnKind): boolean {
  return kind === 'mailbox-full' || kind === 'for-now';
}

function recent(
  returns: readonly PastReturn[],
  { atMs }: PastReturn,
  withinMs: number,
): readonly PastReturn[] {
  return returns.filter((one) => atMs - one.atMs <= withinMs);
}

/** Where the edition is unknown, all of one day are one letter. */
function lettersOf(returns: readonly PastReturn[]): number {
  return new Set(
    returns.map(({ editionOn, atMs }) => editionOn ?? `day ${Math.floor(atMs / DAY_MS)}`),
  ).size;
}

function isLong(returns: readonly PastReturn[]): boolean {
  const times = returns.map(({ atMs }) => atMs);
  return Math.max(...times) - Math.min(...times) >= FAILURES.overMs;
}
