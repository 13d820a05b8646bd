/**
 * The words of all papers as they are written, and how many papers have each: to mend the
 * spelling of a query, and to complete its last word.
 */

import { distance } from 'fastest-levenshtein';
import { isStopWord } from '../text/analysis.js';

export type DictionaryWord = {
  readonly word: string;
  papers: number;
  /** Which letters it has, as {@link lettersOf} gives them. */
  readonly letters: number;
};

export type Dictionary = {
  /** Counts one more paper for each word. The result is what `forget` takes back. */
  readonly learn: (words: Iterable<string>) => readonly DictionaryWord[];
  readonly forget: (words: readonly DictionaryWord[]) => void;
  /** The words that begin so, those of most papers first, at most {@link MOST_COMPLETIONS}. */
  readonly completions: (prefix: string) => readonly string[];
  /**
   * The word that was likely meant, if there is one that is likelier than the word itself.
   *
   * @param papers - how many papers have the word, in any of its forms
   * @param mayBe - whether a word can be the answer; asked of few
   */
  readonly mended: (
    word: string,
    papers: number,
    mayBe?: (word: string) => boolean,
  ) => string | undefined;
};

/** Rarer completions are not what the reader is about to type. */
export const MOST_COMPLETIONS = 20;

/** In shorter words every slip gives another word: `rnn`, `cnn`. */
const SHORTEST_MENDED = 4;

/** In words up to this length, too, unless the other word is far more common. */
const LONGEST_SHORT = 4;

/** At two slips a word of eight letters is another word: `flamingo` is no `framing`. */
const LONGEST_WITH_ONE_SLIP = 8;

/** A word of so many papers is no slip, however common its neighbour. */
export const ENOUGH_PAPERS = 6;

/** How many times the papers a neighbour needs for the word to be taken for its misspelling. */
const FAR_MORE_COMMON = 100;

/** How many times as common a word must be to be preferred at one slip more. */
const WORTH_OF_A_SLIP = 20;

export function createDictionary(): Dictionary {
  const byWord = new Map<string, DictionaryWord>();
  const byLength = new Map<number, Set<DictionaryWord>>();

  const begin = (word: string): DictionaryWord => {
    const entry = { word, papers: 0, letters: lettersOf(word) };
    byWord.set(word, entry);
    // Who misspells means a word that tells something.
    if (isStopWord(word)) return entry;
    const sameLength = byLength.get(word.length) ?? new Set();
    byLength.set(word.length, sameLength.add(entry));
    return entry;
  };

  return {
    learn(words) {
      return Array.from(words, (word) => {
        const entry = byWord.get(word) ?? begin(word);
        entry.papers += 1;
        return entry;
      });
    },

    forget(words) {
      for (const entry of words) {
        entry.papers -= 1;
        if (entry.papers > 0) continue;
        byWord.delete(entry.word);
        byLength.get(entry.word.length)?.delete(entry);
      }
    },

    completions(prefix) {
      const found: DictionaryWord[] = [];
      for (const entry of byWord.values()) if (entry.word.startsWith(prefix)) found.push(entry);
      return found
        .sort((a, b) => b.papers - a.papers || (a.word < b.word ? -1 : 1))
        .slice(0, MOST_COMPLETIONS)
        .map(({ word }) => word);
    },

    mended(word, papers, mayBe = () => true) {
      const bounds = mendingBounds(word, papers);
      if (!bounds) return undefined;
      const { mostSlips, fewestPapers } = bounds;
      const letters = lettersOf(word);

      let best: DictionaryWord | undefined;
      let bestWorth = 0;
      for (let length = word.length - mostSlips; length <= word.length + mostSlips; length += 1) {
        for (const entry of byLength.get(length) ?? []) {
          if (differingBits(letters, entry.letters) > 2 * mostSlips) continue;
          if (entry.papers < fewestPapers) continue;
          if (worthOf(entry.papers, mostSlips - 1) < bestWorth || entry.word === word) continue;
          const slips = slipsBetween(word, entry.word);
          if (slips > mostSlips) continue;
          const worth = worthOf(entry.papers, mostSlips - slips);
          const isBetter =
            worth > bestWorth || (worth === bestWorth && entry.word < (best?.word ?? ''));
          if (!isBetter || !mayBe(entry.word)) continue;
          best = entry;
          bestWorth = worth;
        }
      }
      return best?.word;
    },
  };
}

/** What another word must be like to be what was meant. */
export type MendingBounds = {
  /** One or two. */
  readonly mostSlips: number;
  readonly fewestPapers: number;
};

/**
 * The bounds for mending a word; `undefined` if it is not to be mended.
 *
 * @param papers - how many papers have the word, in any of its forms
 */
export function mendingBounds(word: string, papers: number): MendingBounds | undefined {
  if (papers >= ENOUGH_PAPERS || !mayBeMisspelt(word)) return undefined;
  const isShort = word.length <= LONGEST_SHORT;
  return {
    mostSlips: papers > 0 || word.length <= LONGEST_WITH_ONE_SLIP ? 1 : 2,
    fewestPapers: (isShort ? Math.max(papers, 1) : papers) * FAR_MORE_COMMON,
  };
}

/**
 * How likely a word is meant, compared with others; of two alike, the first in the order of
 * strings.
 *
 * @param slipsLeft - how many more slips it could be away
 */
export function worthOf(papers: number, slipsLeft: number): number {
  return papers * WORTH_OF_A_SLIP ** slipsLeft;
}

/**
 * Whether a word can be mended at all. Numbers and names with numbers are unlike words: one digit
 * away is another thing.
 */
export function mayBeMisspelt(word: string): boolean {
  return word.length >= SHORTEST_MENDED && !/[^\p{L}]/u.test(word) && !isStopWord(word);
}

/**
 * The letters of a word as bits. One letter added, left out or mistaken changes two at most, so
 * most words need not be compared letter by letter.
 */
function lettersOf(word: string): number {
  let letters = 0;
  for (let at = 0; at < word.length; at += 1) letters |= 1 << (word.charCodeAt(at) % 32);
  return letters;
}

/** How many bits of 32 are unlike (Warren, "Hacker's Delight", chapter 5). */
function differingBits(one: number, other: number): number {
  let bits = one ^ other;
  bits -= (bits >>> 1) & 0x55555555;
  bits = (bits & 0x33333333) + ((bits >>> 2) & 0x33333333);
  return Math.imul((bits + (bits >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24;
}

/** Letters added, left out or mistaken, in UTF-16 units; two neighbours that changed places count as one. */
export function slipsBetween(a: string, b: string): number {
  return areNeighboursSwapped(a, b) ? 1 : distance(a, b);
}

function areNeighboursSwapped(a: string, b: string): boolean {
  if (a.length !== b.length) return false;
  let at = 0;
  while (at < a.length && a[at] === b[at]) at += 1;
  return a[at] === b[at + 1] && a[at + 1] === b[at] && a.slice(at + 2) === b.slice(at + 2);
}
