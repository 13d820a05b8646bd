import { expect, it } from 'vitest';
import type { Problem } from '../papers/record.js';
import { NOTHING_TAKEN_IN } from './intake.js';
import { keepGathering, type RunOutcome } from './keep-gathering.js';

const NOW = new Date('2026-11-20T12:00:00Z');
const MISSING: Problem = { where: 'item 7', reason: 'It did not come.' };
const BROKEN: Problem = { where: 'item 8', reason: 'Its title is empty.', isLasting: true };

const withProblems = (...problems: readonly Problem[]): RunOutcome => ({
  summary: { ...NOTHING_TAKEN_IN, problems },
  notBefore: NOW,
});

const failure: RunOutcome = { reason: new Error('no answer'), notBefore: NOW };

/** How long is waited after each of these runs, in minutes. */
async function waitsAfter(...outcomes: readonly RunOutcome[]): Promise<number[]> {
  const stopping = new AbortController();
  const waits: number[] = [];
  const gather = async () => outcomes[waits.length] ?? failure;
  await keepGathering(gather, stopping.signal, {
    now: () => NOW,
    random: () => 0,
    sleep: async () => {
      if (waits.length === outcomes.length) stopping.abort();
    },
    onOutcome: (_, nextInMs) => waits.push(nextInMs / 60_000),
  });
  return waits;
}

const REGULAR = 216;

it('tries again soon after a failure or when papers are missing, and later each time', async () => {
  expect(await waitsAfter(failure, withProblems(MISSING), failure, withProblems())).toEqual([
    1,
    2,
    4,
    REGULAR,
  ]);
});

it('keeps to its hours when what is missing would be missing again', async () => {
  expect(await waitsAfter(withProblems(BROKEN), withProblems(BROKEN, MISSING))).toEqual([
    REGULAR,
    1,
  ]);
});
