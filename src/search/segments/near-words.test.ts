import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { slipsBetween } from '../dictionary.js';
import {
  classOf,
  leastOfClass,
  mostPapersFrom,
  rangeOfLength,
  typedWord,
  visitNear,
  type WordsByLength,
  wordsByLength,
} from './near-words.js';
import { sortForTable, stringAt, tableOf } from './string-table.js';

function sorted(papersByWord: Readonly<Record<string, number>>): WordsByLength {
  const words = sortForTable(Object.keys(papersByWord));
  const papers = Uint32Array.from(words, (word) => papersByWord[word] ?? 0);
  return wordsByLength({ names: tableOf(words), papers, terms: new Uint32Array(words.length) });
}

function near(words: WordsByLength, typed: string, length: number, slips: number): string[] {
  const found: string[] = [];
  visitNear(words, rangeOfLength(words, length), typedWord(typed), slips, (place, itsSlips) => {
    found.push(`${stringAt(words.words.names, place)} ${itsSlips}`);
  });
  return found;
}

describe('the words of a segment', () => {
  it('are met by their length, the most common first', () => {
    const words = sorted({ grape: 3, graph: 900, grasp: 40, graphs: 5 });
    expect(near(words, 'grapa', 5, 2)).toEqual(['graph 1', 'grasp 2', 'grape 1']);
    expect(near(words, 'grapa', 6, 2)).toEqual(['graphs 2']);
    expect(near(words, 'grapa', 7, 2)).toEqual([]);
  });

  it('leave a word of more papers than is said to none behind it', () => {
    const counts = fc.array(fc.nat(2_000_000), { minLength: 1, maxLength: 40 });
    fc.assert(
      fc.property(counts, (papers) => {
        const names = papers.map((count, at) => [`word${10 + at}`, count]);
        const words = sorted(Object.fromEntries(names));
        const left = Array.from(words.places, (place) => words.words.papers[place] ?? 0);
        for (const at of left.keys()) {
          expect(mostPapersFrom(words, at)).toBeGreaterThanOrEqual(Math.max(...left.slice(at)));
        }
      }),
    );
  });

  it('are as many slips away as the plain count says', () => {
    const word = fc.stringMatching(/^[abeé]{4,6}$/);
    fc.assert(
      fc.property(fc.uniqueArray(word), word, (all, typed) => {
        const words = sorted(Object.fromEntries(all.map((one) => [one, 1])));
        const found = [4, 5, 6].flatMap((length) => near(words, typed, length, 2));
        const expected = all
          .filter((one) => one !== typed && slipsBetween(typed, one) <= 2)
          .map((one) => `${one} ${slipsBetween(typed, one)}`);
        expect(found.sort()).toEqual(expected.sort());
      }),
      { numRuns: 300 },
    );
  });
});

it('puts each number of papers into a class that begins at it or before', () => {
  fc.assert(
    fc.property(fc.nat(0x7fffffff), (papers) => {
      const least = leastOfClass(classOf(papers));
      expect(least).toBeLessThanOrEqual(papers);
      expect(leastOfClass(classOf(papers) + 1)).toBeGreaterThan(papers);
      expect(classOf(least)).toBe(classOf(papers));
    }),
  );
});
