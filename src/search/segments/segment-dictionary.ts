/**
 * The words and terms of a whole index: how many living papers have each, how a word may go on,
 * and which word was meant. It gives what `dictionary.ts` gives for the same papers.
 *
 * Every segment counts its own words. What an answer needs of all of them together is added up
 * for few words only: those that are so common in one segment that they can be among the most
 * common of all. Which can be follows from the sums of what is still possible (Fagin, Lotem and
 * Naor, "Optimal aggregation algorithms for middleware", 2003).
 */

import { isStopWord } from '../../text/analysis.js';
import { type Dictionary, MOST_COMPLETIONS, mendingBounds, worthOf } from '../dictionary.js';
import type { LiveSegment } from './index-state.js';
import {
  CLASSES,
  classOf,
  leastOfClass,
  mostPapersFrom,
  rangeOfLength,
  typedWord,
  visitNear,
  type WordsByLength,
  wordsByLength,
} from './near-words.js';
import { paperCount, type Segment } from './segment.js';
import { findString, prefixRange, type Range, stringAt } from './string-table.js';

/** What `Dictionary` says of all living papers, without being taught. */
export type SegmentDictionary = Pick<Dictionary, 'completions' | 'mended'> & {
  /** How many living papers have a term, in any field. */
  readonly papersWithTerm: (term: string) => number;
};

/** The words of a segment that begin so. */
type Beginning = { readonly live: LiveSegment; readonly range: Range };

/** A walk over the words of a length in one segment, the most common first. */
type Walk = {
  readonly live: LiveSegment;
  readonly words: WordsByLength;
  at: number;
  readonly until: number;
  /** How many papers a word has at most that is still to come. */
  most: number;
};

/** Searched before it is asked again whether to go on. */
const WORDS_AT_ONCE = 1_024;

/** @param segments - those of the index as it is now */
export function createSegmentDictionary(segments: () => readonly LiveSegment[]): SegmentDictionary {
  const byLength = new WeakMap<Segment, WordsByLength>();

  const lengthsOf = (segment: Segment): WordsByLength => {
    const known = byLength.get(segment);
    if (known) return known;
    const made = wordsByLength(segment.words);
    byLength.set(segment, made);
    return made;
  };

  const papersWithWord = (word: string): number => {
    let papers = 0;
    for (const live of segments()) {
      const place = findString(live.segment.words.names, word);
      if (place >= 0) papers += livingWith(live, place);
    }
    return papers;
  };

  const walksOf = (length: number): Walk[] =>
    segments().map((live) => {
      const words = lengthsOf(live.segment);
      const [at, until] = rangeOfLength(words, length);
      return { live, words, at, until, most: at < until ? mostPapersFrom(words, at) : 0 };
    });

  return {
    papersWithTerm(term) {
      let papers = 0;
      for (const { segment, termsLost } of segments()) {
        const place = findString(segment.terms.names, term);
        if (place < 0) continue;
        papers += (segment.terms.papers[place] as number) - (termsLost.get(place) ?? 0);
      }
      return papers;
    },

    completions(prefix) {
      const beginnings = segments()
        .map((live) => ({ live, range: prefixRange(live.segment.words.names, prefix) }))
        .filter(({ range: [from, until] }) => from < until);
      const words = Array.from(mayBeAmongFirst(beginnings), (word) => ({
        word,
        papers: papersWithWord(word),
      }));
      return words
        .sort((a, b) => b.papers - a.papers || (a.word < b.word ? -1 : 1))
        .slice(0, MOST_COMPLETIONS)
        .map(({ word }) => word);
    },

    mended(word, papers, mayBe = () => true) {
      const bounds = mendingBounds(word, papers);
      if (!bounds) return undefined;
      const { mostSlips, fewestPapers } = bounds;
      const typed = typedWord(word);
      const considered = new Set<string>();
      let best: string | undefined;
      let bestWorth = 0;

      const consider = (other: string, slips: number): void => {
        // Who misspells means a word that tells something.
        if (considered.has(other) || isStopWord(other)) return;
        considered.add(other);
        const itsPapers = papersWithWord(other);
        if (itsPapers < fewestPapers) return;
        const worth = worthOf(itsPapers, mostSlips - slips);
        const isBetter = worth > bestWorth || (worth === bestWorth && other < (best ?? ''));
        if (!isBetter || !mayBe(other)) return;
        best = other;
        bestWorth = worth;
      };

      for (const length of lengthsAround(word.length, mostSlips)) {
        const leastSlips = Math.max(1, Math.abs(length - word.length));
        const walks = walksOf(length);
        while (true) {
          const possible = walks.reduce((sum, { most }) => sum + most, 0);
          const next = commonest(walks);
          if (!next || possible < fewestPapers) break;
          if (worthOf(possible, mostSlips - leastSlips) < bestWorth) break;
          const { live, words, at } = next;
          next.at = Math.min(at + WORDS_AT_ONCE, next.until);
          visitNear(words, [at, next.at], typed, mostSlips, (place, slips) => {
            // What the other segments have of it beyond was considered when it was met there.
            const possibleOfIt = possible - next.most + livingWith(live, place);
            if (worthOf(possibleOfIt, mostSlips - slips) < bestWorth) return;
            consider(stringAt(words.words.names, place), slips);
          });
          next.most = next.at < next.until ? mostPapersFrom(words, next.at) : 0;
        }
      }
      return best;
    },
  };
}

function livingWith({ segment, wordsLost }: LiveSegment, place: number): number {
  const papers = segment.words.papers[place] as number;
  return wordsLost.size === 0 ? papers : papers - (wordsLost.get(place) ?? 0);
}

/** The walk that has the most common words before it; `undefined` if all are at their ends. */
function commonest(walks: readonly Walk[]): Walk | undefined {
  let found: Walk | undefined;
  for (const walk of walks) if (walk.most > (found?.most ?? 0)) found = walk;
  return found;
}

/** Nearest lengths first, where the best word most likely is. */
function lengthsAround(length: number, most: number): number[] {
  const lengths = [length];
  for (let by = 1; by <= most; by += 1) lengths.push(length - by, length + by);
  return lengths.filter((it) => it > 0);
}

/**
 * Words that begin so, among them {@link MOST_COMPLETIONS} that most papers have and few others:
 * of those that many papers have together, each has its share of them in some segment.
 */
function mayBeAmongFirst(beginnings: readonly Beginning[]): Set<string> {
  const enough = Math.max(1, ...beginnings.map(enoughPapers));
  let allPapers = 0;
  for (const { live } of beginnings) allPapers += paperCount(live.segment);
  const words = new Set<string>();
  for (const { live, range } of beginnings) {
    const share = enough * paperCount(live.segment);
    for (let place = range[0]; place < range[1]; place += 1) {
      const papers = livingWith(live, place);
      if (papers * allPapers >= share) words.add(stringAt(live.segment.words.names, place));
    }
  }
  return words;
}

/** So many papers that {@link MOST_COMPLETIONS} words of one segment have as many or more. */
function enoughPapers({ live, range: [from, until] }: Beginning): number {
  const words = new Uint32Array(CLASSES);
  for (let place = from; place < until; place += 1) {
    const at = classOf(livingWith(live, place));
    words[at] = (words[at] as number) + 1;
  }
  let above = 0;
  for (let at = CLASSES - 1; at > 0; at -= 1) {
    above += words[at] as number;
    if (above >= MOST_COMPLETIONS) return leastOfClass(at);
  }
  return 0;
}
