/** The scores of chosen papers of a segment, and what they come from. */

import { scoreOf } from '../bm25f.js';
import type { PlaceWeights } from './place-weights.js';
import type { FieldCounts } from './posting-blocks.js';
import type { ScoredUnit } from './top-papers.js';
import type { UnitMatch } from './unit-match.js';
import { openUnit, readCounts, worthIn } from './unit-reader.js';
import { scaleFor } from './worths.js';

/**
 * The score of each paper for some units; 0 where it has none of them.
 *
 * @param papers - best in ascending order, in which postings are read once
 */
export function scorePapers(
  units: readonly ScoredUnit[],
  weights: PlaceWeights,
  papers: ArrayLike<number>,
): Float64Array {
  const scores = new Float64Array(papers.length);
  for (const { match, weight } of units) {
    const scale = scaleFor(match, weights);
    const reader = openUnit(match);
    for (let at = 0; at < papers.length; at += 1) {
      const worth = worthIn(reader, scale, papers[at] as number);
      if (worth > 0) scores[at] = (scores[at] as number) + scoreOf(weight, worth);
    }
  }
  return scores;
}

/** How often a unit stands in each field of a paper. */
export function countsOf(match: UnitMatch, paper: number): FieldCounts {
  const reader = openUnit(match);
  return readCounts(reader, paper) ? reader.counts : [0, 0, 0];
}
