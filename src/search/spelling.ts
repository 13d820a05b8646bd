/** A query with its misspelt words mended: "did you mean". */

import { ENOUGH_PAPERS, mayBeMisspelt } from './dictionary.js';
import type { SearchField } from './query.js';
import type { Unit } from './units.js';

/** What an index knows about words. */
export type KnownWords = {
  /** How many papers have a term, in any field, counted up to `most`. */
  readonly papersWith: (term: string, most: number) => number;
  /**
   * The word that was likely meant; see `Dictionary`.
   *
   * @param field - where the better word must stand; anywhere if absent
   */
  readonly mended: (word: string, papers: number, field?: SearchField) => string | undefined;
};

/** A query with more unknown words is not misspelt but in another language. */
const MOST_MENDED = 6;

/**
 * The text of a query with better words in place of misspelt ones, as far as the index knows
 * any; the text itself if there is nothing to mend.
 *
 * @param units - of the query
 * @param papersOf - how many papers have a unit, counted up to {@link ENOUGH_PAPERS} at least
 */
export function mendedText(
  text: string,
  units: readonly Unit[],
  papersOf: (unit: Unit) => number,
  { papersWith, mended }: KnownWords,
): string {
  const better = units
    .flatMap((unit) =>
      unit.words.map((typed) => {
        const known = papersWith(typed.term, ENOUGH_PAPERS);
        // The words of a phrase may each be right though no paper has them together.
        const isAlone = (unit.ways[0]?.terms.length ?? 1) === 1;
        const papers = isAlone && known < ENOUGH_PAPERS ? Math.max(known, papersOf(unit)) : known;
        return { typed, papers, field: unit.field };
      }),
    )
    .filter(({ typed, papers }) => papers < ENOUGH_PAPERS && mayBeMisspelt(typed.word))
    .slice(0, MOST_MENDED)
    .map(({ typed, papers, field }) => ({ typed, meant: mended(typed.word, papers, field) }))
    .sort((a, b) => b.typed.start - a.typed.start);
  let result = text;
  for (const { typed, meant } of better) {
    if (meant) result = result.slice(0, typed.start) + meant + result.slice(typed.end);
  }
  return result;
}
