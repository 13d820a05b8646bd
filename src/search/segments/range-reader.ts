/** Reads what a unit is worth in the papers of a range. */

import { RANGE_BITS, RANGE_SIZE, type RangedWay } from './ranged-ways.js';
import { passOver, seekPaper } from './term-cursor.js';
import { worthOfTerm } from './unit-reader.js';
import { type Scale, worthsInBlock } from './worths.js';

export type RangeReader = {
  /** The papers that have the unit which was read, of which there are `count`, each once. */
  readonly papers: Uint32Array;
  /** What it is worth in each; where it stands in several ways, what it is worth at most. */
  readonly worths: Float64Array;
  count: number;
  /** Whether it stands in several ways in any of them. */
  isShared: boolean;
  readonly aside: Aside;
};

/** What the rarer ways of a unit are worth, while the commonest is read. */
type Aside = {
  /** By the place of a paper in the range. */
  readonly worths: Float64Array;
  /** {@link NONE}, {@link HERE} or {@link TAKEN}. */
  readonly states: Uint8Array;
  /** The papers, by their places in the range, whose state is not {@link NONE}. */
  readonly slots: Uint16Array;
  count: number;
};

/** As many papers are read one after the other in the time in which one is looked for. */
const PAPERS_READ_PER_SEEK = 4;

const NONE = 0;
/** A rarer way is in the paper. */
const HERE = 1;
/** The commonest is, too. */
const TAKEN = 2;

export function createRangeReader(): RangeReader {
  return {
    papers: new Uint32Array(RANGE_SIZE),
    worths: new Float64Array(RANGE_SIZE),
    count: 0,
    isShared: false,
    aside: {
      worths: new Float64Array(RANGE_SIZE),
      states: new Uint8Array(RANGE_SIZE),
      slots: new Uint16Array(RANGE_SIZE),
      count: 0,
    },
  };
}

/**
 * Reads a unit in all papers of a range.
 *
 * @param ways - the commonest last
 */
export function readUnit(
  reader: RangeReader,
  ways: readonly RangedWay[],
  range: number,
  scale: Scale,
): void {
  reader.count = 0;
  reader.isShared = false;
  let isFirst = true;
  for (let at = 0; at < ways.length; at += 1) {
    const way = ways[at] as RangedWay;
    if (way.bounds[range] === 0) continue;
    // Each but the last: beside the commonest way they are mostly in few papers.
    if (!isFirst) setAside(reader, range);
    readWay(reader, way, range, scale);
    isFirst = false;
  }
  if (reader.aside.count > 0) joinAside(reader, range);
}

/**
 * Says what a unit is worth at most in some papers of a range, ascending; each by its index.
 *
 * @param count - how many of the papers to look at
 */
export function askUnit(
  reader: RangeReader,
  ways: readonly RangedWay[],
  range: number,
  papers: Uint32Array,
  count: number,
  scale: Scale,
  into: Float64Array,
): void {
  into.fill(0, 0, count);
  const from = range << RANGE_BITS;
  const bySlot = reader.aside.worths;
  for (let index = 0; index < ways.length; index += 1) {
    const way = ways[index] as RangedWay;
    if (way.bounds[range] === 0) continue;
    if (way.cursor && way.papersPerRange > count * PAPERS_READ_PER_SEEK) {
      for (let at = 0; at < count; at += 1) {
        const worth = worthOfTerm(way.cursor, scale, papers[at] as number);
        into[at] = (into[at] as number) + worth;
      }
      continue;
    }
    readWay(reader, way, range, scale);
    for (let at = 0; at < reader.count; at += 1) {
      bySlot[(reader.papers[at] as number) - from] = reader.worths[at] as number;
    }
    for (let at = 0; at < count; at += 1) {
      into[at] = (into[at] as number) + (bySlot[(papers[at] as number) - from] as number);
    }
    for (let at = 0; at < reader.count; at += 1) {
      bySlot[(reader.papers[at] as number) - from] = 0;
    }
  }
}

/** Reads one way, in place of what was read. */
function readWay(reader: RangeReader, way: RangedWay, range: number, scale: Scale): void {
  const { papers, worths } = reader;
  const { cursor, starts } = way;
  let count = 0;
  if (cursor) {
    const until = (range + 1) << RANGE_BITS;
    for (let paper = seekPaper(cursor, range << RANGE_BITS); paper < until; ) {
      const end = worthsInBlock(cursor, until, scale, worths, count);
      for (let at = cursor.at; at < end; at += 1) {
        papers[count] = cursor.papers[at] as number;
        count += 1;
      }
      paper = passOver(cursor, end);
    }
  } else {
    const end = starts[range + 1] as number;
    for (let at = starts[range] as number; at < end; at += 1) {
      papers[count] = way.papers[at] as number;
      worths[count] = way.worths[at] as number;
      count += 1;
    }
  }
  reader.count = count;
}

/** Keeps what was read until another way is read. */
function setAside(reader: RangeReader, range: number): void {
  const { papers, worths, count, aside } = reader;
  for (let at = 0; at < count; at += 1) {
    const slot = (papers[at] as number) - (range << RANGE_BITS);
    if (aside.states[slot] === NONE) {
      aside.states[slot] = HERE;
      aside.slots[aside.count] = slot;
      aside.count += 1;
    } else {
      reader.isShared = true;
    }
    aside.worths[slot] = (aside.worths[slot] as number) + (worths[at] as number);
  }
}

/** Adds what was kept to what was read last, and keeps nothing any more. */
function joinAside(reader: RangeReader, range: number): void {
  const { papers, worths, aside } = reader;
  const from = range << RANGE_BITS;
  for (let at = 0; at < reader.count; at += 1) {
    const slot = (papers[at] as number) - from;
    if (aside.states[slot] === NONE) continue;
    worths[at] = (worths[at] as number) + (aside.worths[slot] as number);
    aside.states[slot] = TAKEN;
    reader.isShared = true;
  }
  for (let at = 0; at < aside.count; at += 1) {
    const slot = aside.slots[at] as number;
    if (aside.states[slot] === HERE) {
      papers[reader.count] = from + slot;
      worths[reader.count] = aside.worths[slot] as number;
      reader.count += 1;
    }
    aside.states[slot] = NONE;
    aside.worths[slot] = 0;
  }
  aside.count = 0;
}
