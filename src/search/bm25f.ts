/**
 * How much a term says for a paper: BM25F, which counts a term's places in several fields as
 * one number before it levels off, so that a word in title and abstract is not counted as two.
 *
 *     places(d) = Σ_field weight · count / (1 − b + b · length / average length)
 *     score(d)  = Σ_term  rarity · places(d) · (k1 + 1) / (k1 + places(d))
 *
 * Source: Robertson, Zaragoza and Taylor, "Simple BM25 Extension to Multiple Weighted Fields"
 * (2004); the length of each field by itself as in Zaragoza et al., "Microsoft Cambridge at
 * TREC-13: Web and HARD tracks" (2004). The one is added under the logarithm of the rarity so
 * that a word that most papers have still counts for a little.
 */

import type { SearchField } from './query.js';

export type FieldSettings = {
  readonly field: SearchField;
  /** What one place in it is worth; a place in the abstract is worth 1. */
  readonly weight: number;
  /** How far longer fields are marked down: 0 not at all, 1 in proportion. */
  readonly b: number;
};

/** In the order in which papers keep their figures. */
export const FIELDS: readonly [FieldSettings, FieldSettings, FieldSettings] = [
  { field: 'title', weight: 2.5, b: 0.75 },
  { field: 'abstract', weight: 1, b: 0.8 },
  // A paper with many authors is no less the paper of each.
  { field: 'author', weight: 2, b: 0 },
];

/** How soon more places stop counting; smaller is sooner. */
export const K1 = 1.5;

/**
 * What one place in a field counts, before levelling off.
 *
 * @param length - words in this field of this paper
 * @param averageLength - words in this field of the average paper; 0 if no paper has the field
 */
export function weightOfPlace(
  { weight, b }: FieldSettings,
  length: number,
  averageLength: number,
): number {
  return averageLength === 0 ? weight : weight / (1 - b + (b * length) / averageLength);
}

/** Longer texts are no longer marked down further; engines keep lengths in two bytes. */
export const LONGEST_LENGTH = 65_535;

/** The length of a field as ranking sees it. */
export function lengthOf(words: number): number {
  return Math.min(words, LONGEST_LENGTH);
}

/**
 * A term's score in one paper.
 *
 * @param weight - its rarity, times the emphasis of the query on it
 * @param places - its weighted places of all fields together
 */
export function scoreOf(weight: number, places: number): number {
  return (weight * places * (K1 + 1)) / (K1 + places);
}

/** How soon a word that a query repeats counts no more; smaller is sooner. */
const K3 = 8;

/**
 * How much more a query asks for what it names several times: 1 for once, at most 9. Matters for
 * queries that are texts. Source: Robertson et al., "Okapi at TREC-3" (1994), the query's part.
 */
export function emphasisOf(times: number): number {
  return ((K3 + 1) * times) / (K3 + times);
}

/**
 * How much it says that a paper has something: the logarithm of how few have it; above 0.
 *
 * @param papersWithTerm - for what may be written in several ways, as `papersOfUnit` gives it
 */
export function rarityOf(papersWithTerm: number, papers: number): number {
  return Math.log(1 + (papers - papersWithTerm + 0.5) / (papersWithTerm + 0.5));
}
