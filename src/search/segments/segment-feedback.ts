/** Feedback from the first results of one search (`feedback.ts`), read from the segments. */

import { partByFeedback } from '../explanation.js';
import {
  type FeedbackContext,
  type FeedbackTerm,
  type FirstResult,
  feedbackTerms,
  type WrittenTerm,
} from '../feedback.js';
import { fuse } from '../fusion.js';
import type { ScorePart } from '../search-engine.js';
import type { LiveSegment } from './index-state.js';
import type { PlaceWeights } from './place-weights.js';
import { scorePapers } from './score-papers.js';
import type { Segment } from './segment.js';
import type { FusedPaper, RankedPaper } from './segment-ranking.js';
import { findString, hashAt, stringAt } from './string-table.js';
import type { ScoredUnit } from './top-papers.js';
import { matchUnit, type UnitMatch } from './unit-match.js';
import { openUnit, type UnitReader, worthIn } from './unit-reader.js';
import { scaleFor } from './worths.js';

/** The words that the first results of a search share. */
export type Feedback = {
  readonly terms: readonly FeedbackTerm[];
  /** The terms as a segment has them, in their order. */
  readonly unitsIn: (segment: Segment) => readonly ScoredUnit[];
  readonly weights: PlaceWeights;
};

/** What is kept of a segment, since to find strings and to decode them takes longest. */
type SegmentStrings = {
  /** By the word's place in the segment. */
  readonly written: Map<number, WrittenTerm>;
  /** Where terms stand in the segment. */
  readonly places: Map<string, number>;
};

/** More are not kept: a few megabytes for each thread and large segment. */
const MOST_WORDS_KEPT = 20_000;

const kept = new WeakMap<Segment, SegmentStrings>();

/**
 * @param first - the best first
 * @param weights - those by which the search weighs places
 */
export function feedbackFrom(
  first: readonly FusedPaper[],
  {
    weights,
    ...context
  }: Omit<FeedbackContext, 'placesIn' | 'fewestPapersWith'> & { readonly weights: PlaceWeights },
): Feedback {
  // Who wrote the first results says nothing of what was asked.
  const withoutAuthors = { ...weights, author: 0 };
  const readers = new Map<Segment, Map<string, UnitReader>>();
  const readerOf = (segment: Segment, term: string): UnitReader => {
    const ofSegment = readers.get(segment) ?? new Map<string, UnitReader>();
    readers.set(segment, ofSegment);
    const reader = ofSegment.get(term) ?? openUnit(matchTerm(segment, term));
    ofSegment.set(term, reader);
    return reader;
  };
  const lives = new Set(first.map(({ part }) => part.live));
  const terms = feedbackTerms(firstResults(first), {
    ...context,
    fewestPapersWith: (term) => Math.max(0, ...Array.from(lives, (live) => papersIn(live, term))),
    placesIn(term, rank) {
      const it = first[rank];
      if (!it) return 0;
      const reader = readerOf(it.part.live.segment, term);
      return worthIn(reader, scaleFor(reader.match, withoutAuthors), it.paper);
    },
  });
  return {
    terms,
    unitsIn: (segment) =>
      terms.map(({ term, weight }) => ({ match: matchTerm(segment, term), weight })),
    weights: withoutAuthors,
  };
}

/** The papers with what feedback adds to their scores; in no order. */
export function withFeedback(
  found: readonly FusedPaper[],
  { terms, unitsIn, weights }: Feedback,
  most: number,
): FusedPaper[] {
  if (terms.length === 0) return [...found];
  return Array.from(
    Map.groupBy(found, ({ part }) => part.live.segment),
    ([segment, ofSegment]) => {
      const ascending = ofSegment.toSorted((a, b) => a.paper - b.paper);
      const papers = ascending.map(({ paper }) => paper);
      const values = scorePapers(unitsIn(segment), weights, papers);
      return ascending.map((it, at) => {
        const fusion = fuse(it.words, most, it.similarity, values[at]);
        return { ...it, fusion, score: fusion.score };
      });
    },
  ).flat();
}

/** What feedback is of the score of a paper. */
export function explainFeedback(
  { part, paper }: RankedPaper,
  { terms, unitsIn, weights }: Feedback,
  value: number,
): readonly ScorePart[] {
  const units = unitsIn(part.live.segment);
  const shared = terms.map(({ word }, at) => ({
    word,
    value: scorePapers(units.slice(at, at + 1), weights, [paper])[0] ?? 0,
  }));
  return partByFeedback(value, shared);
}

/** Papers with their words, of which those in one of them alone are mostly missing. */
function firstResults(first: readonly FusedPaper[]): FirstResult[] {
  const [one] = first;
  const isOneSegment = first.every(({ part }) => part === one?.part);
  const rows = first.map(({ part: { live }, paper }) => {
    const { words, terms } = live.segment;
    const itsWords = live.segment.wordsOf(paper);
    const keys = itsWords.map((word) => {
      const term = words.terms[word] as number;
      // Terms have numbers of their own in each segment.
      return isOneSegment ? term : hashAt(terms.names, term);
    });
    return { segment: live.segment, words: itsWords, keys };
  });
  // Most are in one paper alone, and need not be decoded.
  const seen = new Map<number, number>();
  const shared = new Set<number>();
  for (const [rank, { keys }] of rows.entries()) {
    for (const key of keys) {
      const before = seen.get(key);
      if (before === undefined) seen.set(key, rank);
      else if (before !== rank) shared.add(key);
    }
  }
  return rows.map(({ segment, words, keys }, rank) => {
    const strings = stringsOf(segment);
    const isShared = (_: number, at: number) => shared.has(keys[at] as number);
    return {
      score: first[rank]?.score ?? 0,
      words: Array.from(words.filter(isShared), (word) => writtenTerm(segment, strings, word)),
    };
  });
}

function stringsOf(segment: Segment): SegmentStrings {
  const known = kept.get(segment);
  if (known && known.written.size <= MOST_WORDS_KEPT) return known;
  const made = { written: new Map(), places: new Map() };
  kept.set(segment, made);
  return made;
}

function writtenTerm(
  { words, terms }: Segment,
  { written, places }: SegmentStrings,
  word: number,
): WrittenTerm {
  const known = written.get(word);
  if (known) return known;
  const place = words.terms[word] as number;
  const term = stringAt(terms.names, place);
  const made = { word: stringAt(words.names, word), term };
  written.set(word, made);
  places.set(term, place);
  return made;
}

/** How many living papers of a segment have a term; 0 where nobody knows without a search. */
function papersIn({ segment, termsLost }: LiveSegment, term: string): number {
  const place = kept.get(segment)?.places.get(term);
  if (place === undefined) return 0;
  return (segment.terms.papers[place] as number) - (termsLost.get(place) ?? 0);
}

function matchTerm(segment: Segment, term: string): UnitMatch {
  const place = kept.get(segment)?.places.get(term);
  const findTerm = () => place ?? findString(segment.terms.names, term);
  return matchUnit(segment, { ways: [{ terms: [term], shift: 0 }] }, { findTerm });
}
