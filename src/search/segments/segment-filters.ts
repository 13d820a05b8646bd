/**
 * Which papers of a segment the filters of a query let through: `filters.ts` over arrays. The
 * papers are in the order of their dates, so a span of dates is a few slices; categories and
 * sources are lists of papers made beforehand.
 */

import type { PartialDate } from '../../papers/dates.js';
import { categoryLabel, sourceLabel } from '../filters.js';
import type { QueryFilters } from '../query.js';
import type { LiveSegment } from './index-state.js';
import { add, addRange, and, andNot, createPaperSet, type PaperSet } from './paper-set.js';
import { HAS_CODE, paperCount, type Segment, WITHDRAWN } from './segment.js';
import { dateKeyOf } from './segment-lookup.js';
import { findString } from './string-table.js';

/** By segment, since segments never change: papers with a flag. */
const flagged = new Map<number, WeakMap<Segment, PaperSet>>();

const MONTH = 100;
const YEAR = 10_000;

/** The living papers that pass. */
export function papersPassing({ segment, dead }: LiveSegment, filters: QueryFilters): PaperSet {
  const { after, before, isWithdrawn, hasCode, categories, sources } = filters;
  const count = paperCount(segment);
  const passing = createPaperSet(count);
  addRange(passing, 0, count);
  andNot(passing, dead);
  const withdrawn = papersFlagged(segment, WITHDRAWN);
  if (isWithdrawn) and(passing, withdrawn);
  else andNot(passing, withdrawn);
  if (hasCode) and(passing, papersFlagged(segment, HAS_CODE));
  if (after) and(passing, papersFrom(segment, after));
  if (before) and(passing, papersBefore(segment, before));
  if (categories.length > 0) and(passing, papersLabelled(segment, categories.map(categoryLabel)));
  if (sources.length > 0) and(passing, papersLabelled(segment, sources.map(sourceLabel)));
  return passing;
}

/**
 * The papers on or after a date, as far as their dates are known: one of 2024 may be of March
 * 2024 or later.
 */
function papersFrom(segment: Segment, date: PartialDate): PaperSet {
  const { dates } = segment.papers;
  const key = dateKeyOf(date);
  const from = createPaperSet(dates.length);
  addRange(from, firstFrom(dates, key), dates.length);
  // Dates that are known to the month or the year only stand before all of their time.
  const inMonth = key - (key % MONTH);
  const inYear = key - (key % YEAR);
  for (const partial of [inMonth, inYear]) {
    addRange(from, firstFrom(dates, partial), firstFrom(dates, partial + 1));
  }
  return from;
}

function papersBefore(segment: Segment, date: PartialDate): PaperSet {
  const { dates } = segment.papers;
  const dated = createPaperSet(dates.length);
  addRange(dated, firstFrom(dates, 1), dates.length);
  andNot(dated, papersFrom(segment, date));
  return dated;
}

/** The papers that have any of the labels. */
function papersLabelled({ labels, papers }: Segment, names: readonly string[]): PaperSet {
  const labelled = createPaperSet(papers.dates.length);
  for (const name of names) {
    const row = findString(labels.names, name);
    if (row < 0) continue;
    const { values, ends } = labels.papers;
    const end = ends[row] as number;
    for (let at = row === 0 ? 0 : (ends[row - 1] as number); at < end; at += 1) {
      add(labelled, values[at] as number);
    }
  }
  return labelled;
}

function papersFlagged(segment: Segment, flag: number): PaperSet {
  const bySegment = flagged.get(flag) ?? new WeakMap<Segment, PaperSet>();
  flagged.set(flag, bySegment);
  const known = bySegment.get(segment);
  if (known) return known;
  const { flags } = segment.papers;
  const papers = createPaperSet(flags.length);
  for (let paper = 0; paper < flags.length; paper += 1) {
    if (((flags[paper] as number) & flag) !== 0) add(papers, paper);
  }
  bySegment.set(segment, papers);
  return papers;
}

/** The first paper whose date is not before a key; how many there are if all are before it. */
function firstFrom(dates: Uint32Array, key: number): number {
  let from = 0;
  let until = dates.length;
  while (from < until) {
    const middle = (from + until) >>> 1;
    if ((dates[middle] as number) < key) from = middle + 1;
    else until = middle;
  }
  return from;
}
