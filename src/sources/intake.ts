/** How records enter the catalogue: in batches, each stored whole, with a count of what changed. */

import type { AddOutcome, PaperWriter } from '../papers/catalogue.js';
import type { PaperId } from '../papers/identifiers.js';
import type { Parsed, Problem } from '../papers/record.js';

/** What an import or a gathering did; also its JSON. */
export type IntakeSummary = {
  readonly added: number;
  readonly updated: number;
  readonly unchanged: number;
  readonly problems: readonly Problem[];
};

export const NOTHING_TAKEN_IN: IntakeSummary = { added: 0, updated: 0, unchanged: 0, problems: [] };

/** So that a file of a million broken lines does not fill the memory with complaints. */
const MOST_PROBLEMS_KEPT = 10_000;

export type IntakeOptions = {
  /** Called after each batch has been stored, with the sums so far. */
  readonly onBatch?: (sums: IntakeSummary) => void;
  /**
   * Counts a paper that comes several times once, as what it was first: for sources that send
   * their papers in parts. Remembers every id.
   */
  readonly countsPapersOnce?: boolean;
};

/**
 * Stores what a source yields, batch by batch. When it throws, the batches before are stored.
 *
 * @param batches - a few hundred records at a time, and the problems met on the way
 */
export async function takeIn(
  batches: AsyncIterable<Parsed>,
  papers: PaperWriter,
  { onBatch = () => {}, countsPapersOnce = false }: IntakeOptions = {},
): Promise<IntakeSummary> {
  const sums = { added: 0, updated: 0, unchanged: 0 };
  const changes = new Map<PaperId, AddOutcome['change']>();
  const problems: Problem[] = [];
  let met = 0;
  for await (const batch of batches) {
    problems.push(...batch.problems.slice(0, MOST_PROBLEMS_KEPT - problems.length));
    met += batch.problems.length;
    for (const { id, change } of await papers.add(batch.papers)) {
      if (!countsPapersOnce) {
        sums[change] += 1;
        continue;
      }
      const before = changes.get(id);
      const counted = before === undefined || before === 'unchanged' ? change : before;
      if (before) sums[before] -= 1;
      sums[counted] += 1;
      changes.set(id, counted);
    }
    onBatch({ ...sums, problems });
  }
  if (met > problems.length) {
    problems.push({
      where: 'and more',
      reason: `${met - problems.length} problems are not listed.`,
    });
  }
  return { ...sums, problems };
}
