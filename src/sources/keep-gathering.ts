/** Gathers for as long as the program runs: now, then at its hours, sooner after a failure. */

import { statusOf } from './gather.js';
import { nextGatherDelayMs } from './gather-schedule.js';
import type { IntakeSummary } from './intake.js';

/** How a run ended: what it took in, or why it took in nothing. */
export type RunOutcome = {
  /** When the source may be asked again, where it has told us to wait. */
  readonly notBefore: Date;
} & ({ readonly summary: IntakeSummary } | { readonly reason: unknown });

export type GatherSurroundings = {
  readonly now: () => Date;
  /** From 0 up to 1. */
  readonly random: () => number;
  /** Rejects when the signal aborts. */
  readonly sleep: (durationMs: number, signal: AbortSignal) => Promise<void>;
  /** Told of every end, and how long it is until the next beginning. */
  readonly onOutcome: (outcome: RunOutcome, nextInMs: number) => void;
};

/**
 * Runs `gather` again and again until the signal aborts, then returns.
 *
 * @param gather - one run; it reports failures as outcomes and throws only when aborted
 */
export async function keepGathering(
  gather: () => Promise<RunOutcome>,
  signal: AbortSignal,
  { now, random, sleep, onOutcome }: GatherSurroundings,
): Promise<void> {
  let failuresInARow = 0;
  while (!signal.aborted) {
    const outcome = await gather();
    if (signal.aborted) return;
    const status = 'summary' in outcome ? statusOf(outcome.summary) : 'failed';
    failuresInARow = status === 'complete' ? 0 : failuresInARow + 1;
    const nextInMs = nextGatherDelayMs({
      outcome: status,
      failuresInARow,
      now: now(),
      random: random(),
      notBefore: outcome.notBefore,
    });
    onOutcome(outcome, nextInMs);
    await sleep(nextInMs, signal).catch(() => {});
  }
}
