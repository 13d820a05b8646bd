/** One run of a source: taken in, counted, and written down however it ends. */

import { BroadsheetError } from '../errors.js';
import type { PaperWriter } from '../papers/catalogue.js';
import type { Parsed, Problem } from '../papers/record.js';
import type { GatherStatus, GatherStore, Validators } from './gather-store.js';
import { type IntakeSummary, NOTHING_TAKEN_IN, takeIn } from './intake.js';

/** What a run knows of the addresses it asks, and what it learns of them. */
export type ValidatorBook = {
  /** The validators of what was last taken in whole from this address. */
  readonly of: (url: string) => Promise<Validators>;
  /** Kept once the run is complete, so that a partial one is asked for again in full. */
  readonly learn: (url: string, validators: Validators) => void;
};

/**
 * Runs a source to its end.
 *
 * @param batches - begins the source; called once, after the run has been written down
 * @returns what was taken in; {@link statusOf} says what the run counts as
 * @throws BroadsheetError when nothing could be fetched, or when storing failed. What was stored
 *   before stays, and the run says how it ended.
 */
export async function runGathering({
  source,
  batches,
  papers,
  gatherings,
  now,
  onBatch = () => {},
}: {
  readonly source: string;
  readonly batches: (validators: ValidatorBook) => AsyncIterable<Parsed>;
  readonly papers: PaperWriter;
  readonly gatherings: GatherStore;
  readonly now: () => Date;
  readonly onBatch?: (sums: IntakeSummary) => void;
}): Promise<IntakeSummary> {
  const run = await gatherings.begin(source, now().getTime());
  const learned = new Map<string, Validators>();
  const book: ValidatorBook = {
    of: gatherings.validatorsOf,
    learn: (url, validators) => learned.set(url, validators),
  };
  let sums = NOTHING_TAKEN_IN;

  try {
    const summary = await takeIn(batches(book), papers, {
      countsPapersOnce: true,
      onBatch: (sumsSoFar) => {
        sums = sumsSoFar;
        onBatch(sumsSoFar);
      },
    });
    const status = statusOf(summary);
    if (status === 'complete') {
      for (const [url, validators] of learned) await gatherings.keepValidators(url, validators);
    }
    await gatherings.finish(run, now().getTime(), status, summary);
    return summary;
  } catch (thrown) {
    const error = asRefusal(thrown);
    const problem: Problem = { where: source, reason: error.message };
    const summary = { ...sums, problems: [...sums.problems, problem] };
    const isPartial = sums.added + sums.updated + sums.unchanged > 0;
    // Where the database is what failed, this fails too; the first error says more.
    await gatherings
      .finish(run, now().getTime(), isPartial ? 'partial' : 'failed', summary)
      .catch(() => {});
    if (isPartial && error.code === 'source_failed') return summary;
    throw error;
  }
}

/**
 * What a run that took something in counts as. A problem that lasts is told and leaves the run
 * complete: for one broken item everything would be asked for again all day, and in vain.
 */
export function statusOf({
  problems,
}: IntakeSummary): Extract<GatherStatus, 'complete' | 'partial'> {
  return problems.every(({ isLasting }) => isLasting) ? 'complete' : 'partial';
}

function asRefusal(thrown: unknown): BroadsheetError {
  if (thrown instanceof BroadsheetError) return thrown;
  if (thrown instanceof Error && thrown.name === 'AbortError') {
    return new BroadsheetError('not_available', 'The gathering was stopped before its end.', {
      cause: thrown,
    });
  }
  return new BroadsheetError('internal', 'The gathering broke off by a fault of the program.', {
    cause: thrown,
  });
}
