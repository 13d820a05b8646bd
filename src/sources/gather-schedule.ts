/** When to gather again: now and then while all is well, soon and then ever later after a failure. */

import type { GatherStatus } from './gather-store.js';

const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;

/** arXiv announces once a day at a known hour; four hours find a late announcement the same day. */
const REGULAR_MS = 4 * HOUR_MS;

/** So that installations begun at the same moment do not stay in step: ± a tenth. */
const REGULAR_SPREAD = 0.1;

const FIRST_RETRY_MS = MINUTE_MS;
const LONGEST_RETRY_MS = HOUR_MS;

/** A retry comes up to so much of its wait earlier, never later. */
const RETRY_SPREAD = 0.2;

/**
 * How long to wait after a run, in milliseconds.
 *
 * @param failuresInARow - runs that were not complete since the last that was, this one included
 * @param random - from 0 to 1
 * @param notBefore - when the source may be asked again, where it has told us to wait
 */
export function nextGatherDelayMs({
  outcome,
  failuresInARow,
  now,
  random,
  notBefore,
}: {
  readonly outcome: Exclude<GatherStatus, 'running'>;
  readonly failuresInARow: number;
  readonly now: Date;
  readonly random: number;
  readonly notBefore?: Date | undefined;
}): number {
  const ownMs = outcome === 'complete' ? regularMs(random) : retryMs(failuresInARow, random);
  const askedMs = notBefore ? notBefore.getTime() - now.getTime() : 0;
  return Math.max(ownMs, askedMs);
}

function regularMs(random: number): number {
  return Math.round(REGULAR_MS * (1 + REGULAR_SPREAD * (2 * random - 1)));
}

function retryMs(failuresInARow: number, random: number): number {
  const doublings = Math.max(0, failuresInARow - 1);
  const waitMs = Math.min(FIRST_RETRY_MS * 2 ** doublings, LONGEST_RETRY_MS);
  return Math.round(waitMs * (1 - RETRY_SPREAD * random));
}
