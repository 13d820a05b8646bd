/**
 * How often a unit stands in single papers, and where, whatever ways it has. A place that is
 * taken in several ways counts once, so where more than one way is in a paper their places are
 * compared; otherwise the counts that stand with the postings are enough.
 */

import { fieldOf } from '../places.js';
import { addPlaces, countsOfFound, type FoundPlaces, foundAt, startAt } from './found-places.js';
import { createNumberSink, type NumberSink } from './number-sink.js';
import type { FieldCounts } from './posting-blocks.js';
import { countsHere, openTerm, placesHere, seekPaper, type TermCursor } from './term-cursor.js';
import type { UnitMatch } from './unit-match.js';
import { type Scale, worthOf } from './worths.js';

export type UnitReader = {
  readonly match: UnitMatch;
  /** Of each of the match's terms. */
  readonly cursors: readonly TermCursor[];
  readonly counts: FieldCounts;
  /** The places of one term in a paper, and those of all ways. */
  readonly row: NumberSink;
  readonly places: NumberSink;
};

export function openUnit(match: UnitMatch): UnitReader {
  return {
    match,
    cursors: match.terms.map(({ term }) => openTerm(match.segment, term)),
    counts: [0, 0, 0],
    row: createNumberSink(64),
    places: createNumberSink(64),
  };
}

/**
 * Counts the places of the unit in a paper, field by field.
 *
 * @returns whether there are any; they stand in the reader's `counts` until it is asked again
 */
export function readCounts(reader: UnitReader, paper: number): boolean {
  const { cursors, counts, match } = reader;
  let ways = 0;
  let only: TermCursor | undefined;
  for (let at = 0; at < cursors.length; at += 1) {
    const cursor = cursors[at] as TermCursor;
    if (seekPaper(cursor, paper) !== paper) continue;
    ways += 1;
    only = cursor;
  }
  const inFound = indexInFound(match, paper);
  if (inFound >= 0) ways += 1;
  if (ways === 1 && only) countsHere(only, counts);
  else if (ways > 0) countPlaces(reader, paper, inFound);
  else return false;
  return keepField(counts, match.fieldAt);
}

/** The places of the unit in a paper, ascending, each once; good until the reader is asked again. */
export function readPlaces(reader: UnitReader, paper: number): Uint32Array {
  const { cursors, match, places } = reader;
  for (let at = 0; at < cursors.length; at += 1) seekPaper(cursors[at] as TermCursor, paper);
  gatherPlaces(reader, paper, indexInFound(match, paper));
  if (match.fieldAt !== undefined) keepPlacesIn(places, match.fieldAt);
  return places.values.subarray(0, places.length);
}

/** Where a paper is among those that have one of the ways found beforehand; -1 if it is not. */
function indexInFound({ found }: UnitMatch, paper: number): number {
  if (!found) return -1;
  const at = foundAt(found, paper);
  return at < found.papers.length && found.papers.values[at] === paper ? at : -1;
}

function keepPlacesIn(places: NumberSink, fieldAt: number): void {
  let kept = 0;
  for (let at = 0; at < places.length; at += 1) {
    const place = places.values[at] as number;
    if (fieldOf(place) !== fieldAt) continue;
    places.values[kept] = place;
    kept += 1;
  }
  places.length = kept;
}

/** Leaves the counts of one field, or of all; whether any are left. */
function keepField(counts: FieldCounts, fieldAt: number | undefined): boolean {
  if (fieldAt !== undefined) {
    const kept = counts[fieldAt] as number;
    counts.fill(0);
    counts[fieldAt] = kept;
  }
  return (counts[0] | counts[1] | counts[2]) !== 0;
}

/** What the unit is worth in a paper before it levels off; 0 if the paper does not have it. */
export function worthIn(reader: UnitReader, scale: Scale, paper: number): number {
  return readCounts(reader, paper) ? worthOf(reader.counts, scale, paper) : 0;
}

/** What one way is worth in a paper; 0 if the paper does not have it. */
export function worthOfTerm(cursor: TermCursor, scale: Scale, paper: number): number {
  if (seekPaper(cursor, paper) !== paper) return 0;
  countsHere(cursor, counts);
  return worthOf(counts, scale, paper);
}

/** Counts the places of all ways together, each once. */
function countPlaces(reader: UnitReader, paper: number, inFound: number): void {
  const { counts, places } = reader;
  gatherPlaces(reader, paper, inFound);
  counts.fill(0);
  for (let at = 0; at < places.length; at += 1) {
    const field = fieldOf(places.values[at] as number);
    counts[field] = (counts[field] as number) + 1;
  }
}

/** Takes together the places of all ways, whose cursors were moved to the paper. */
function gatherPlaces(reader: UnitReader, paper: number, inFound: number): void {
  const { match, cursors, row, places } = reader;
  places.length = 0;
  for (let at = 0; at < cursors.length; at += 1) {
    const cursor = cursors[at] as TermCursor;
    if (cursor.paper !== paper) continue;
    placesHere(cursor, row);
    addPlaces(places, row.values, 0, row.length, match.terms[at]?.shift);
  }
  const { found } = match;
  if (found && inFound >= 0) {
    const until = found.ends.values[inFound] as number;
    addPlaces(places, found.places.values, startAt(found, inFound), until);
  }
}

/** What a unit is worth in a paper by the ways that are found beforehand. */
export function worthOfFound(found: FoundPlaces, at: number, scale: Scale): number {
  countsOfFound(found, at, counts);
  return worthOf(counts, scale, found.papers.values[at] as number);
}

const counts: FieldCounts = [0, 0, 0];
