import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  compareInTable,
  findString,
  pickStrings,
  prefixRange,
  sortForTable,
  stringAt,
  tableOf,
} from './string-table.js';

/** Short strings of few characters, of one byte to four, so that they often share beginnings. */
const strings = fc.string({
  unit: fc.constantFrom('a', 'b', 'ä', '\uffee', '\u{1f600}', '\ufeff'),
  maxLength: 4,
});

/** Strings in the order of their bytes. */
const sortedStrings = fc
  .uniqueArray(strings)
  .map((all) => all.sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b))));

describe('a table of strings', () => {
  it('gives back its strings', () => {
    const words = ['', 'naïve', 'β-VAE', '漢', '\u{1f600}'];
    const table = tableOf(words);
    expect(words.map((_, at) => stringAt(table, at))).toEqual(words);
  });

  it('lies in memory that threads share', () => {
    const { bytes, ends } = tableOf(['a']);
    expect(bytes.buffer).toBeInstanceOf(SharedArrayBuffer);
    expect(ends.buffer).toBeInstanceOf(SharedArrayBuffer);
  });

  it('holds a replacement for half of a surrogate pair, and finds it by that half', () => {
    const table = tableOf(['a\ud83d', '\ude00b']);
    expect([stringAt(table, 0), stringAt(table, 1)]).toEqual(['a\ufffd', '\ufffdb']);
    expect(findString(table, 'a\ud83d')).toBe(0);
  });

  it('finds longer strings than it ever did', () => {
    const long = 'ä'.repeat(10_000);
    expect(findString(tableOf(['a', long]), long)).toBe(1);
  });

  it('can be picked from others', () => {
    const tables = [tableOf(['a', 'bcd']), tableOf(['äö'])];
    expect(pickStrings(tables, [1, 0, 0], [0, 1, 0])).toEqual(tableOf(['äö', 'bcd', 'a']));
  });

  it('finds every string and no other', () => {
    fc.assert(
      fc.property(sortedStrings, strings, (all, other) => {
        const table = tableOf(all);
        for (const [at, string] of all.entries()) {
          expect(findString(table, string)).toBe(at);
          expect(stringAt(table, at)).toBe(string);
        }
        expect(findString(table, other)).toBe(all.indexOf(other));
      }),
    );
  });

  it('finds what begins with a text in one row', () => {
    fc.assert(
      fc.property(sortedStrings, strings, (all, prefix) => {
        const [from, until] = prefixRange(tableOf(all), prefix);
        expect(all.slice(from, until)).toEqual(all.filter((it) => it.startsWith(prefix)));
      }),
    );
  });
});

it('sorts strings by their bytes', () => {
  fc.assert(
    fc.property(sortedStrings, (sorted) => {
      expect(sortForTable(sorted.toReversed())).toEqual(sorted);
      expect(sorted.toReversed().sort(compareInTable)).toEqual(sorted);
    }),
  );
});
