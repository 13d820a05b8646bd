/**
 * The words and terms of a segment while it is built. Both have their numbers from one list, since
 * most terms are words too: it is then sorted once for both.
 */

import { sortForTable } from './string-table.js';

/** Strings, numbered from 0 in the order in which they were met. */
export type Vocabulary = {
  readonly size: () => number;
  /** The number of a string, which is the next if it was never met before. */
  readonly numberOf: (string: string) => number;
  /** The strings in the order of sorted tables, and the number of each. */
  readonly sorted: () => SortedStrings;
};

export type SortedStrings = {
  readonly strings: readonly string[];
  readonly numbers: Uint32Array;
};

/** Those of the sorted strings that are used, as they stand in a table. */
export type UsedStrings = SortedStrings & {
  /** The place of each in the table, by its number. */
  readonly places: Uint32Array;
  /** How often each is used, by its number. */
  readonly uses: Uint32Array;
};

export function createVocabulary(): Vocabulary {
  const numbers = new Map<string, number>();

  return {
    size: () => numbers.size,

    numberOf(string) {
      const known = numbers.get(string);
      if (known !== undefined) return known;
      const number = numbers.size;
      numbers.set(string, number);
      return number;
    },

    sorted() {
      const strings = sortForTable([...numbers.keys()]);
      return { strings, numbers: Uint32Array.from(strings, (it) => numbers.get(it) as number) };
    },
  };
}

/** @param uses - how often each string is used, by its number; those never used are left out */
export function usedOf(sorted: SortedStrings, uses: Uint32Array): UsedStrings {
  const strings: string[] = [];
  const numbers = new Uint32Array(sorted.numbers.length);
  const places = new Uint32Array(uses.length);
  for (let at = 0; at < numbers.length; at += 1) {
    const number = sorted.numbers[at] as number;
    if (uses[number] === 0) continue;
    places[number] = strings.length;
    numbers[strings.length] = number;
    strings.push(sorted.strings[at] as string);
  }
  return { strings, numbers: numbers.subarray(0, strings.length), places, uses };
}
