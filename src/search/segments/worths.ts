/**
 * What a word is worth in a paper before it levels off: its places, each weighted by its field
 * and the length of that field (the sum `places(d)` of `bm25f.ts`).
 */

import { type PlaceWeights, weightsInField } from './place-weights.js';
import {
  abstractCount,
  authorCount,
  type FieldCounts,
  MANY,
  titleCount,
} from './posting-blocks.js';
import type { SegmentPapers } from './segment.js';
import { countsAtIndex, type TermCursor } from './term-cursor.js';
import type { UnitMatch } from './unit-match.js';

/** Of which papers, and by which weights. */
export type Scale = {
  readonly weights: PlaceWeights;
  readonly lengths: SegmentPapers['lengths'];
};

/** How a unit is weighed in the papers of its segment: by the only field in which it counts. */
export function scaleFor({ segment, fieldAt }: UnitMatch, weights: PlaceWeights): Scale {
  return { weights: weightsInField(weights, fieldAt), lengths: segment.papers.lengths };
}

export function worthOf(
  counts: FieldCounts,
  { weights: { title, abstract, author }, lengths }: Scale,
  paper: number,
): number {
  return (
    (title[lengths[paper * 2] as number] as number) * counts[0] +
    (abstract[lengths[paper * 2 + 1] as number] as number) * counts[1] +
    author * counts[2]
  );
}

/**
 * Says what a term is worth in the papers of a block, from the one that the cursor stands at to
 * before another.
 *
 * @param into - takes the worths, one behind the other, from an index on
 * @returns which paper of the block is the first behind them
 */
export function worthsInBlock(
  cursor: TermCursor,
  until: number,
  scale: Scale,
  into: Float64Array,
  from: number,
): number {
  const { papers, count, countsAt } = cursor;
  const { postings } = cursor.terms;
  const { lengths } = scale;
  const { title, abstract, author } = scale.weights;
  const shift = from - cursor.at;
  let at = cursor.at;
  for (; at < count; at += 1) {
    const paper = papers[at] as number;
    if (paper >= until) break;
    const byte = postings[countsAt + at] as number;
    if (byte === MANY) {
      countsAtIndex(cursor, at, counts);
      into[at + shift] = worthOf(counts, scale, paper);
      continue;
    }
    // The same as for many, written out: here most of a search is spent.
    into[at + shift] =
      (title[lengths[paper * 2] as number] as number) * titleCount(byte) +
      (abstract[lengths[paper * 2 + 1] as number] as number) * abstractCount(byte) +
      author * authorCount(byte);
  }
  return at;
}

const counts: FieldCounts = [0, 0, 0];
