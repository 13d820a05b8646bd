/**
 * Whether two papers are one work, as a sum of evidence: each part is the logarithm of how much
 * likelier it makes that they are (the weight of evidence: I. J. Good, "Probability and the
 * Weighing of Evidence", 1950). Above 0 it is likelier than not. The weights follow a logistic
 * regression on half of the known pairs, rounded, and made to rise where evidence grows; the
 * figures on the other half are in `docs/duplicates.md`.
 */

import { distance } from 'fastest-levenshtein';
import type { ScorePart } from '../search-engine.js';
import { countShared, type Fingerprint } from './fingerprint.js';

export type Evidence = {
  /** The sum of the parts. */
  readonly score: number;
  /** What speaks for it and against it, in words: "3 of 3 authors in common: 1.1". */
  readonly parts: readonly ScorePart[];
};

/** What is believed of two papers that were compared at all. */
const PRIOR = -3.6;

/** A collection lists a paper once, but for the papers that its authors sent twice. */
const SAME_COLLECTION = -6;

/** Steeper and steeper: papers of one subject are alike, and only one work is the same. */
const SIMILARITY_STEPS = [
  { above: 0.5, slope: 6 },
  { above: 0.9, slope: 30 },
  { above: 0.97, slope: 27 },
] as const;

const SAME_TITLE = 4;

/** A title of fewer words, such as "Introduction", tells as much less. */
const FEWEST_TELLING_WORDS = 3;

const NO_AUTHOR_SHARED = -2.7;
const FEW_AUTHORS_SHARED = -1;
const ALL_AUTHORS_SHARED = 1.1;

/** "Part I" and "Part II", "… 2023" and "… 2024". */
const OTHER_NUMBERS = -4;

const A_YEAR_APART = -0.37;
const MONTHS_A_YEAR = 12;
const MOST_YEARS = 4;

/** @param similarity - the cosine of their vectors */
export function evidenceFor(one: Fingerprint, other: Fingerprint, similarity: number): Evidence {
  const parts = [
    { label: 'any two that were compared', value: PRIOR },
    { label: `texts alike by ${similarity.toFixed(2)}`, value: ofSimilarity(similarity) },
    ofTitles(one, other),
    ofAuthors(one, other),
    ofNumbers(one, other),
    ofDates(one, other),
    ofCollections(one, other),
  ].filter((part) => part !== undefined);
  return { score: parts.reduce((sum, { value }) => sum + value, 0), parts };
}

function ofSimilarity(similarity: number): number {
  return SIMILARITY_STEPS.reduce(
    (sum, { above, slope }) => sum + slope * Math.max(0, similarity - above),
    0,
  );
}

/** By their words or by their letters, whichever finds more in common. */
function ofTitles(one: Fingerprint, other: Fingerprint): ScorePart {
  const shared = countShared(one.titleTerms, other.titleTerms);
  const words = Math.max(one.titleTerms.length, other.titleTerms.length);
  const all = one.titleTerms.length + other.titleTerms.length - shared;
  const isSame = one.titleKey === other.titleKey;
  const alike = Math.max(all === 0 ? 0 : shared / all, isSame ? 1 : byLetters(one, other));
  const telling = Math.min(1, words / FEWEST_TELLING_WORDS);
  return {
    label: isSame ? 'the same title' : `${shared} of ${all} words of the titles in common`,
    value: SAME_TITLE * alike * telling,
  };
}

function byLetters({ titleKey: one }: Fingerprint, { titleKey: other }: Fingerprint): number {
  const longest = Math.max(one.length, other.length);
  return longest === 0 ? 0 : 1 - distance(one, other) / longest;
}

function ofAuthors({ authors }: Fingerprint, other: Fingerprint): ScorePart | undefined {
  if (authors.length === 0 || other.authors.length === 0) return undefined;
  const shared = countShared(authors, other.authors);
  if (shared === 0) return { label: 'no author in common', value: NO_AUTHOR_SHARED };
  const all = authors.length + other.authors.length - shared;
  return {
    label: `${shared} of ${all} authors in common`,
    value: FEW_AUTHORS_SHARED + ((ALL_AUTHORS_SHARED - FEW_AUTHORS_SHARED) * shared) / all,
  };
}

/** Only if each has some that the other lacks: a subtitle may add one. */
function ofNumbers(one: Fingerprint, other: Fingerprint): ScorePart | undefined {
  const lacks = ({ titleNumbers: numbers }: Fingerprint, { titleNumbers: others }: Fingerprint) =>
    others.some((number) => !numbers.includes(number));
  if (!lacks(one, other) || !lacks(other, one)) return undefined;
  return { label: 'other numbers in the titles', value: OTHER_NUMBERS };
}

function ofDates({ month: one }: Fingerprint, { month: other }: Fingerprint) {
  if (one === undefined || other === undefined || one === other) return undefined;
  const months = Math.abs(one - other);
  const years = Math.min(MOST_YEARS, months / MONTHS_A_YEAR);
  const label = `${months} ${months === 1 ? 'month' : 'months'} apart`;
  return { label, value: A_YEAR_APART * years };
}

function ofCollections(one: Fingerprint, other: Fingerprint): ScorePart | undefined {
  const shared = one.collections.find((name) => other.collections.includes(name));
  if (shared === undefined) return undefined;
  return { label: `two names of ${shared}`, value: SAME_COLLECTION };
}
