/** Why a paper is where it is, in words: the parts that its score is the sum of. */

import { FIELDS, scoreOf } from './bm25f.js';
import type { ScorePart } from './search-engine.js';
import type { Unit } from './units.js';

const FIELD_WORDS = { title: 'in the title', abstract: 'in the abstract', author: 'as an author' };

const PROXIMITY_WORDS = 'words close together';

const FEEDBACK_WORDS = 'words that the first results share';

/** Enough to see what they are about. */
const MOST_WORDS_NAMED = 3;

const MEANING_WORDS = 'like the query in meaning';

const UNLIKE_WORDS = 'unlike the query in meaning';

/**
 * What one unit adds to a score by words, for each field in which it stands.
 *
 * @param weight - how much it says that a paper has the unit
 * @param places - weighted places in each of `FIELDS` (`bm25f.ts`)
 */
export function partsByWords(
  { label }: Unit,
  weight: number,
  places: readonly number[],
): readonly ScorePart[] {
  const sum = places.reduce((total, value) => total + value, 0);
  if (sum === 0) return [];
  const score = scoreOf(weight, sum);
  return FIELDS.flatMap(({ field }, at) => {
    const share = (places[at] ?? 0) / sum;
    return share === 0 ? [] : [{ label: `${label} ${FIELD_WORDS[field]}`, value: score * share }];
  });
}

/** What it adds that words stand near each other; nothing if they do not. */
export function partByProximity(value: number): readonly ScorePart[] {
  return value === 0 ? [] : [{ label: PROXIMITY_WORDS, value }];
}

/**
 * What it adds that a paper has words that the first results share; nothing if it has none.
 *
 * @param shared - each of those words, and how much of the value comes from it
 */
export function partByFeedback(
  value: number,
  shared: readonly { readonly word: string; readonly value: number }[],
): readonly ScorePart[] {
  const named = shared
    .filter((it) => it.value > 0)
    .sort((a, b) => b.value - a.value)
    .slice(0, MOST_WORDS_NAMED)
    .map(({ word }) => word);
  return value === 0 ? [] : [{ label: `${FEEDBACK_WORDS}: ${named.join(', ')}`, value }];
}

/** What nearness in meaning adds, or takes if the cosine is below 0. */
export function partByMeaning(value: number): ScorePart {
  return { label: value < 0 ? UNLIKE_WORDS : MEANING_WORDS, value };
}

/** The same parts, each worth so many times as much. */
export function scaled(parts: readonly ScorePart[], factor: number): readonly ScorePart[] {
  return parts.map(({ label, value }) => ({ label, value: value * factor }));
}
