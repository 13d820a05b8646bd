/**
 * A text to the vectors of its terms. Every term counts once, with a weight that grows slowly with
 * how often it is there, in the order in which terms are first met; stop words do not count, and
 * the whole of a joined word is a term beside its parts.
 */

import { isStopWord, visitTokens } from '../text/analysis.js';
import { newClaim, type WordEntry } from '../text/word-cache.js';
import type { RowSums } from './row-sums.js';
import type { TermTokeniser } from './static-model.js';
import { countOf, findString } from './string-table.js';
import { termWeight } from './term-weights.js';

/** What {@link findString} says of a term that has no row. */
const UNKNOWN = -1;

/** In the place of a row: the word counts for nothing. */
const LEFT_OUT = -2;

/** Adds the vectors of a text's terms to sums; for one thread. */
export function createTermReader(
  { words, unknownScale }: TermTokeniser,
  sums: RowSums,
): (text: string) => void {
  const claim = newClaim();
  const lengthOfUnknown = Math.fround(unknownScale);
  // All of these are of the text that is being read.
  /** How often the term of each row was met. */
  const rowTimes = new Uint32Array(countOf(words));
  /** The rows of the terms that were met; of one without a row, −1 less its number. */
  const met: number[] = [];
  let metCount = 0;
  /** By term: its number among those without a row. */
  const unknown = new Map<string, number>();
  const unknownTimes: number[] = [];

  const rowFor = ({ word, term }: WordEntry): number =>
    isStopWord(word) ? LEFT_OUT : findString(words, term);

  const meet = (number: number): void => {
    met[metCount] = number;
    metCount += 1;
  };

  const takeUnknown = (term: string): void => {
    const number = unknown.get(term);
    if (number === undefined) {
      meet(-1 - unknown.size);
      unknownTimes[unknown.size] = 1;
      unknown.set(term, unknown.size);
    } else {
      unknownTimes[number] = (unknownTimes[number] as number) + 1;
    }
  };

  const takeToken = (entry: WordEntry): void => {
    if (entry.rowClaim !== claim) {
      entry.row = rowFor(entry);
      entry.rowClaim = claim;
    }
    const { row } = entry;
    if (row >= 0) {
      const times = rowTimes[row] as number;
      if (times === 0) meet(row);
      rowTimes[row] = times + 1;
    } else if (row === UNKNOWN) {
      takeUnknown(entry.term);
    }
  };

  return (text) => {
    visitTokens(text, takeToken);
    const unknownTerms = unknown.keys();
    for (let at = 0; at < metCount; at += 1) {
      const row = met[at] as number;
      if (row >= 0) {
        sums.add(row, termWeight(rowTimes[row] as number));
        rowTimes[row] = 0;
      } else {
        const weight = termWeight(unknownTimes[-1 - row] as number);
        const term = unknownTerms.next().value as string;
        sums.addUnknown(term, Math.fround(weight * lengthOfUnknown));
      }
    }
    metCount = 0;
    // It is made anew when it is cleared, and few texts need that.
    if (unknown.size > 0) unknown.clear();
  };
}
