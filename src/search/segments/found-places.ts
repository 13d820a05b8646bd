/**
 * The ways of a unit (`units.ts`) that take more than one term: phrases and names. They are found
 * in all papers at once, since only the places tell whether a paper has them.
 */

import { fieldOf, nameStart } from '../places.js';
import { createNumberSink, type NumberSink, pushNumber } from './number-sink.js';
import { has, type PaperSet } from './paper-set.js';
import { ALL_FIELDS, type FieldCounts } from './posting-blocks.js';
import type { Segment } from './segment.js';
import {
  END,
  fieldsHere,
  nextPaper,
  openTerm,
  placesHere,
  seekPaper,
  type TermCursor,
} from './term-cursor.js';

/** The papers that have something, ascending, and in each the places, ascending, at least one. */
export type FoundPlaces = {
  readonly papers: NumberSink;
  /** Where the places of each paper end. */
  readonly ends: NumberSink;
  readonly places: NumberSink;
};

/** A way whose terms are all in the segment, by their places among its terms. */
export type SegmentWay = {
  readonly terms: readonly number[];
  readonly isOneName: boolean;
  readonly shift: number;
};

export type FindOptions = {
  /** The only field that counts, by its place in `FIELDS`. */
  readonly fieldAt: number | undefined;
  /** The only papers to look at. */
  readonly among: PaperSet | undefined;
};

/** One term of a way, at so many positions behind the first. */
type Part = {
  readonly cursor: TermCursor;
  readonly offset: number;
  /** How many parts are of the same term. */
  readonly times: number;
};

export function findWay(segment: Segment, way: SegmentWay, options: FindOptions): FoundPlaces {
  const found = createFoundPlaces();
  const parts = partsOf(segment, way);
  const [rarest, second] = parts;
  if (!rarest) return found;
  const { among, fieldAt } = options;
  const fields = fieldAt === undefined ? ALL_FIELDS : 1 << fieldAt;
  const starts = createNumberSink(64);
  const row = createNumberSink(64);
  let paper = nextPaper(rarest.cursor);
  while (paper !== END) {
    if (among && !has(among, paper)) {
      paper = nextPaper(rarest.cursor);
      continue;
    }
    const other = second ? seekPaper(second.cursor, paper) : paper;
    if (other !== paper) {
      paper = seekPaper(rarest.cursor, other);
      continue;
    }
    // Places cost more to read than papers do: most often two words do not even share a field.
    const shared = fieldsHere(rarest.cursor) & (second ? fieldsHere(second.cursor) : ALL_FIELDS);
    if ((shared & fields) !== 0) {
      startsIn(parts, way, paper, starts, row);
      addStarts(found, paper, starts, way.shift - (way.isOneName ? 0 : rarest.offset), fieldAt);
    }
    paper = nextPaper(rarest.cursor);
  }
  return found;
}

/** Where the first of the parts stands in a paper so that all others stand where they belong. */
function startsIn(
  parts: readonly Part[],
  { isOneName }: SegmentWay,
  paper: number,
  starts: NumberSink,
  row: NumberSink,
): void {
  const first = parts[0] as Part;
  placesHere(first.cursor, starts);
  if (isOneName) leaveNames(starts, first.times);
  for (let at = 1; at < parts.length && starts.length > 0; at += 1) {
    const { cursor, offset, times } = parts[at] as Part;
    if (at > 1 && seekPaper(cursor, paper) !== paper) {
      starts.length = 0;
      return;
    }
    placesHere(cursor, row);
    if (isOneName) leaveNames(row, times);
    keepThoseIn(starts, row, isOneName ? 0 : offset - first.offset);
  }
}

/** Adds what was found in a paper, if it is in the field asked for. */
function addStarts(
  { papers, ends, places }: FoundPlaces,
  paper: number,
  starts: NumberSink,
  shift: number,
  fieldAt: number | undefined,
): void {
  const before = places.length;
  for (let at = 0; at < starts.length; at += 1) {
    const place = starts.values[at] as number;
    if (fieldAt === undefined || fieldOf(place) === fieldAt) pushNumber(places, place + shift);
  }
  if (places.length === before) return;
  pushNumber(papers, paper);
  pushNumber(ends, places.length);
}

/** What is found in either; a place that is in both is there once. */
export function united(one: FoundPlaces, other: FoundPlaces): FoundPlaces {
  const both = createFoundPlaces();
  const row = createNumberSink(64);
  let [oneAt, otherAt] = [0, 0];
  while (oneAt < one.papers.length || otherAt < other.papers.length) {
    const onePaper = paperAt(one, oneAt);
    const otherPaper = paperAt(other, otherAt);
    const paper = Math.min(onePaper, otherPaper);
    row.length = 0;
    if (onePaper === paper) {
      addPlaces(row, one.places.values, startAt(one, oneAt), one.ends.values[oneAt] as number);
      oneAt += 1;
    }
    if (otherPaper === paper) {
      const { places, ends } = other;
      addPlaces(row, places.values, startAt(other, otherAt), ends.values[otherAt] as number);
      otherAt += 1;
    }
    pushNumber(both.papers, paper);
    for (let at = 0; at < row.length; at += 1) pushNumber(both.places, row.values[at] as number);
    pushNumber(both.ends, both.places.length);
  }
  return both;
}

/** The same without room for more. */
export function trimmed({ papers, ends, places }: FoundPlaces): FoundPlaces {
  return { papers: trim(papers), ends: trim(ends), places: trim(places) };
}

/** Which of the papers it is, or the first behind it. */
export function foundAt({ papers }: FoundPlaces, paper: number): number {
  let from = 0;
  let until = papers.length;
  while (from < until) {
    const middle = (from + until) >>> 1;
    if ((papers.values[middle] as number) < paper) from = middle + 1;
    else until = middle;
  }
  return from;
}

/** Where the places of the paper at an index begin. */
export function startAt({ ends }: FoundPlaces, at: number): number {
  return at === 0 ? 0 : (ends.values[at - 1] as number);
}

/** Counts the places of the paper at an index, field by field. */
export function countsOfFound(found: FoundPlaces, at: number, into: FieldCounts): void {
  into.fill(0);
  const end = found.ends.values[at] as number;
  for (let place = startAt(found, at); place < end; place += 1) {
    const field = fieldOf(found.places.values[place] as number);
    into[field] = (into[field] as number) + 1;
  }
}

/** Adds places, ascending, to a row of ascending places that may hold some of them. */
export function addPlaces(
  row: NumberSink,
  places: Uint32Array,
  from: number,
  until: number,
  shift = 0,
): void {
  const end = row.length + until - from;
  if (end > row.values.length) row.values = grown(row.values, end);
  const { values } = row;
  // From behind, so that nothing is overwritten before it is read.
  let to = end;
  let old = row.length - 1;
  for (let next = until - 1; next >= from; next -= 1) {
    const place = (places[next] as number) + shift;
    for (; old >= 0 && (values[old] as number) > place; old -= 1) {
      to -= 1;
      values[to] = values[old] as number;
    }
    if (old >= 0 && values[old] === place) old -= 1;
    to -= 1;
    values[to] = place;
  }
  values.copyWithin(old + 1, to, end);
  row.length = old + 1 + end - to;
}

function trim({ values, length }: NumberSink): NumberSink {
  return { values: values.slice(0, length), length };
}

function grown(values: Uint32Array, length: number): Uint32Array {
  const larger = new Uint32Array(Math.max(values.length * 2, length));
  larger.set(values);
  return larger;
}

function createFoundPlaces(): FoundPlaces {
  return { papers: createNumberSink(64), ends: createNumberSink(64), places: createNumberSink(64) };
}

function paperAt({ papers }: FoundPlaces, at: number): number {
  return at < papers.length ? (papers.values[at] as number) : END;
}

/** The terms of a way, the rarest first: the others only need to be read on to its papers. */
function partsOf(segment: Segment, { terms }: SegmentWay): Part[] {
  const { papers } = segment.terms;
  return terms
    .map((term, offset) => ({ term, offset }))
    .sort((a, b) => (papers[a.term] as number) - (papers[b.term] as number))
    .map(({ term, offset }) => ({
      cursor: openTerm(segment, term),
      offset,
      times: terms.filter((other) => other === term).length,
    }));
}

/** Keeps the starts at some distance from which there is a place in the row. */
function keepThoseIn(starts: NumberSink, row: NumberSink, offset: number): void {
  let kept = 0;
  let from = 0;
  // Both ascend, so each is read once.
  for (let at = 0; at < starts.length; at += 1) {
    const start = starts.values[at] as number;
    while (from < row.length && (row.values[from] as number) < start + offset) from += 1;
    if (from === row.length) break;
    if (row.values[from] !== start + offset) continue;
    starts.values[kept] = start;
    kept += 1;
  }
  starts.length = kept;
}

/** Leaves, of the places of a term, the beginnings of the names that have it so many times. */
function leaveNames(row: NumberSink, times: number): void {
  let names = 0;
  for (let at = 0; at < row.length; at += 1) {
    const start = nameStart(row.values[at] as number);
    if (names > 0 && row.values[names - 1] === start) continue;
    // Names are met in order, so what was written so far lies before what is still to be read.
    const last = at + times - 1;
    if (last >= row.length || nameStart(row.values[last] as number) !== start) continue;
    row.values[names] = start;
    names += 1;
  }
  row.length = names;
}
