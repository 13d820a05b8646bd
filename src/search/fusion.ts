/**
 * One order out of two: how well a paper answers by its words (BM25F) and how near it is in
 * meaning (a cosine). A paper's fused score is a function of its own two scores alone, and not of
 * its ranks or of the other papers found, so it can be explained, and is the same on every page.
 * To short queries, words that the first results share are added (`feedback.ts`); which these are
 * is settled once for all pages, and they count as words do.
 *
 *     fused = (1 − w) · (1 + h) · x / (x + h) + w · meaning,   x = words / most
 *
 * `most` is what a paper would score by words if it had every word of the query without end. The
 * longer a query is, the farther even the best papers stay below it, and the more meaning counts;
 * which is right, since texts are alike in more than their words. The score by words levels off,
 * so that a long text's words still count. A convex combination of this kind, its weight set by
 * judged queries, does as well as fusing by ranks or better (Bruch, Gai and Ingber, "An Analysis
 * of Fusion Functions for Hybrid Retrieval", 2023).
 *
 * The constants belong to an embedder. They were chosen with `bench/fusion.ts`, which is to be
 * run again for another; what it gave stands in docs/relevance.md.
 */

import { K1 } from './bm25f.js';
import { PROXIMITY_DEPTH } from './proximity.js';
import type { Query } from './query.js';

/** How much of the fused score is meaning: w. */
export const MEANING_WEIGHT = 0.25;

/** How soon more of the words count for less: h. Without end, words count in proportion. */
export const SATURATION = 0.8;

/** Papers nearest in meaning that are fused; half as many give the same first 20 results. */
const NEAREST_PAPERS = 100;

/**
 * A paper that has none of the words must be this near in meaning to be found beside those that
 * have; in a small catalogue, everything is among the nearest. Among 100,000 papers, hardly any
 * is so near to a word that nobody uses.
 */
export const LEAST_SIMILARITY = 0.35;

/** Papers best by words that are fused with them: all that are asked how near words stand. */
const BEST_BY_WORDS = PROXIMITY_DEPTH;

/**
 * How many of either are ranked for a page that ends there. Deep pages come from the words: what
 * means the same is near or not, and the number of results may not change from page to page.
 */
export function candidatesFor(pageEnd: number): {
  readonly byWords: number;
  readonly byMeaning: number;
} {
  return {
    byWords: Math.max(BEST_BY_WORDS, pageEnd),
    byMeaning: NEAREST_PAPERS,
  };
}

/** The most that units of these weights can score, however often they stand there. */
export function mostByWords(weights: readonly number[]): number {
  let sum = 0;
  for (const weight of weights) sum += weight * (K1 + 1);
  return sum;
}

export type FusedScore = {
  /** The sum of both. */
  readonly score: number;
  /** What each point of this paper's score by words came to. */
  readonly perWordPoint: number;
  readonly byMeaning: number;
  /** What words shared with the first results came to. */
  readonly byFeedback: number;
};

/**
 * @param words - the score by words; 0 where none is found
 * @param most - see {@link mostByWords}; 0 for a query without words that anybody knows
 * @param similarity - the cosine, from −1 to 1
 * @param feedback - what words shared with the first results add to the score by words
 */
export function fuse(words: number, most: number, similarity: number, feedback = 0): FusedScore {
  const all = words + feedback;
  const perWordPoint =
    most === 0 ? 0 : ((1 - MEANING_WEIGHT) * (1 + SATURATION)) / (all + SATURATION * most);
  const byMeaning = MEANING_WEIGHT * similarity;
  return {
    score: all * perWordPoint + byMeaning,
    perWordPoint,
    byMeaning,
    byFeedback: feedback * perWordPoint,
  };
}

/**
 * What of a query has a meaning to compare: its words and phrases, without names of people,
 * addresses and what is excluded. Empty if there is nothing.
 */
export function meaningOf({ terms }: Query): string {
  return terms
    .filter(({ field, isVerbatim }) => field !== 'author' && !isVerbatim)
    .map(({ text }) => text)
    .join(' ');
}
