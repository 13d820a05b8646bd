/**
 * What it adds to a paper's score that words of the query stand near each other in it, as they do
 * in the query: for each two units in a row, the less telling of their weights over the words
 * from one to the other.
 *
 *     proximity(d) = c · Σ_pairs min(weight, weight') · (k1 + 1) / distance, to some words' distance
 *
 * After Rasolofo and Savoy, "Term Proximity Scoring for Keyword-Based Retrieval Systems" (2003).
 * Only papers that are good by their words already are asked, since places cost time to read.
 */

import { K1 } from './bm25f.js';

/** Units beyond which a query is a text, in which neighbours are a matter of chance. */
const MOST_PAIRED_UNITS = 16;

/** How many of the papers best by words are asked how near the words stand. */
export const PROXIMITY_DEPTH = 100;

/** From one word to the next is a distance of 1. */
const FARTHEST = 8;

/** The constant c; chosen with judged queries, see docs/relevance.md. */
const PROXIMITY_WEIGHT = 0.25;

/** Whether the units of a query are few enough to look at their neighbours. */
export function hasNeighbours(units: readonly unknown[]): boolean {
  return units.length > 1 && units.length <= MOST_PAIRED_UNITS;
}

/**
 * @param weights - of the units, in the order of the query
 * @param placesOf - the places (`places.ts`) of a unit in the paper, ascending
 */
export function proximity(
  weights: readonly number[],
  placesOf: (unit: number) => ArrayLike<number>,
): number {
  if (!hasNeighbours(weights)) return 0;
  let sum = 0;
  let before = placesOf(0);
  for (let unit = 1; unit < weights.length; unit += 1) {
    const here = placesOf(unit);
    const distance = leastDistance(before, here);
    const weight = Math.min(weights[unit - 1] as number, weights[unit] as number);
    if (distance <= FARTHEST) sum += weight / distance;
    before = here;
  }
  return PROXIMITY_WEIGHT * (K1 + 1) * sum;
}

/** Between any place of one and any of the other; two units at one place are as near as can be. */
function leastDistance(one: ArrayLike<number>, other: ArrayLike<number>): number {
  let least = Number.POSITIVE_INFINITY;
  // Both ascend, so each is read once. Places of two fields or names are never near.
  for (let at = 0, otherAt = 0; at < one.length && otherAt < other.length; ) {
    const difference = (other[otherAt] as number) - (one[at] as number);
    least = Math.min(least, Math.abs(difference));
    if (difference < 0) otherAt += 1;
    else at += 1;
  }
  return Math.max(least, 1);
}
