/**
 * Which papers of a segment have a unit of the query (`units.ts`), and where. Most units are one
 * word, and their postings stay as they are until a paper of them is asked for; ways of several
 * words are found in all papers beforehand.
 */

import { FIELDS } from '../bm25f.js';
import type { Unit, Way } from '../units.js';
import {
  type FindOptions,
  type FoundPlaces,
  findWay,
  type SegmentWay,
  trimmed,
  united,
} from './found-places.js';
import { add, count, createPaperSet, or, type PaperSet } from './paper-set.js';
import { BLOCK_SIZE, type FieldCounts, readPapers } from './posting-blocks.js';
import { paperCount, type Segment } from './segment.js';
import { memoryOf } from './segment-memory.js';
import { findString } from './string-table.js';
import { countsHere, END, nextPaper, openTerm } from './term-cursor.js';

/** A way of one word. */
export type TermWay = {
  /** The term by its place among the terms of the segment. */
  readonly term: number;
  readonly shift: number;
};

/** A term of so large a share of the papers is common: to read them all takes a while. */
const COMMON_SHARE: number = 1 / 32;

/** Ways of rarer terms are found again in no time. */
const FEWEST_REMEMBERED = 512;

/** Where fewer matter, not all papers are looked at for the sake of later searches. */
const WORTHWHILE_SHARE: number = 1 / 4;

export type UnitMatch = {
  readonly segment: Segment;
  /** The only field in which it counts, by its place in `FIELDS`. */
  readonly fieldAt: number | undefined;
  /** The ways of one word that are in the segment. */
  readonly terms: readonly TermWay[];
  /** What was found by the other ways. */
  readonly found: FoundPlaces | undefined;
};

export type MatchOptions = {
  /** The only papers that matter: others may be missing where ways of several words are found. */
  readonly among?: PaperSet | undefined;
  /** Where a term stands among those of the segment, -1 if it does not; looked up if absent. */
  readonly findTerm?: (term: string) => number;
};

/** @param unit - as it is to be found: a word that is not complete is not completed here */
export function matchUnit(
  segment: Segment,
  { ways, field }: Pick<Unit, 'ways' | 'field'>,
  { among, findTerm = (term) => findString(segment.terms.names, term) }: MatchOptions = {},
): UnitMatch {
  const fieldAt = field && FIELDS.findIndex((settings) => settings.field === field);
  const terms: TermWay[] = [];
  let found: FoundPlaces | undefined;
  for (const way of ways) {
    const numbers = numbersOf(way, findTerm);
    const [term] = numbers;
    if (term === undefined) continue;
    const { shift, isOneName = false } = way;
    if (numbers.length === 1 && !isOneName) {
      const isKnown = terms.some((other) => other.term === term && other.shift === shift);
      if (!isKnown) terms.push({ term, shift });
      continue;
    }
    const here = wayFound(segment, { terms: numbers, isOneName, shift }, { fieldAt, among });
    if (here.papers.length > 0) found = found ? united(found, here) : here;
  }
  return { segment, fieldAt, terms, found };
}

/** Adds all papers that have the unit. */
export function addPapersWith({ segment, fieldAt, terms, found }: UnitMatch, into: PaperSet): void {
  for (const { term } of terms) {
    if (fieldAt === undefined) addPapersOfTerm(segment, term, into);
    else addPapersInField(segment, term, fieldAt, into);
  }
  if (!found) return;
  const { values, length } = found.papers;
  for (let at = 0; at < length; at += 1) add(into, values[at] as number);
}

function addPapersOfTerm(segment: Segment, term: number, into: PaperSet): void {
  const papers = paperCount(segment);
  const isCommon = (segment.terms.papers[term] as number) >= papers * COMMON_SHARE;
  const memory = isCommon ? memoryOf(segment)?.papersOfTerm : undefined;
  if (!memory) {
    readPapersOfTerm(segment, term, into);
    return;
  }
  let known = memory.get(term);
  if (!known) {
    known = createPaperSet(papers);
    readPapersOfTerm(segment, term, known);
    memory.put(term, known, 1);
  }
  or(into, known);
}

function readPapersOfTerm({ terms }: Segment, term: number, into: PaperSet): void {
  const papers = new Uint32Array(BLOCK_SIZE);
  const end = terms.firstBlocks[term + 1] as number;
  let lastPaper = -1;
  for (let block = terms.firstBlocks[term] as number; block < end; block += 1) {
    const count = readPapers(terms, block, lastPaper, papers);
    for (let at = 0; at < count; at += 1) add(into, papers[at] as number);
    lastPaper = terms.blockLastPapers[block] as number;
  }
}

function addPapersInField(segment: Segment, term: number, fieldAt: number, into: PaperSet): void {
  const counts: FieldCounts = [0, 0, 0];
  const cursor = openTerm(segment, term);
  for (let paper = nextPaper(cursor); paper !== END; paper = nextPaper(cursor)) {
    countsHere(cursor, counts);
    if (counts[fieldAt] !== 0) add(into, paper);
  }
}

/**
 * What is found by a way, in all papers or at least in those that matter. All are looked at where
 * that is not much more, since then the next search need not look again.
 */
function wayFound(segment: Segment, way: SegmentWay, options: FindOptions): FoundPlaces {
  const { terms, isOneName, shift } = way;
  const { among, fieldAt } = options;
  let fewest = Number.POSITIVE_INFINITY;
  for (const term of terms) fewest = Math.min(fewest, segment.terms.papers[term] as number);
  const memory = fewest >= FEWEST_REMEMBERED ? memoryOf(segment)?.ways : undefined;
  if (!memory) return findWay(segment, way, options);
  const key = [terms, isOneName, shift, fieldAt].join();
  const known = memory.get(key);
  if (known) return known;
  if (among && count(among) < paperCount(segment) * WORTHWHILE_SHARE) {
    return findWay(segment, way, options);
  }
  const found = trimmed(findWay(segment, way, { fieldAt, among: undefined }));
  memory.put(key, found, found.papers.length * 2 + found.places.length);
  return found;
}

/** The terms of a way by their places in the segment; none if one is missing. */
function numbersOf({ terms }: Way, findTerm: (term: string) => number): readonly number[] {
  const numbers: number[] = [];
  for (const term of terms) {
    const number = findTerm(term);
    if (number < 0) return [];
    numbers.push(number);
  }
  return numbers;
}
