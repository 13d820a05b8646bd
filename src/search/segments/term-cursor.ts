/**
 * Reads where one term stands in the papers of a segment. A cursor stands at one paper and is
 * moved to others, forwards or back; a block is read when a paper of it is asked for, and places
 * only when they are.
 */

import type { NumberSink } from './number-sink.js';
import {
  BLOCK_SIZE,
  countsIn,
  countsOffset,
  type FieldCounts,
  fieldsIn,
  MANY,
  placesBehind,
  readPapers,
  readRow,
} from './posting-blocks.js';
import type { Segment, SegmentTerms } from './segment.js';

/** Where a cursor stands behind the last paper: a number that no paper has. */
export const END = 0xffff_ffff;

export type TermCursor = {
  readonly terms: SegmentTerms;
  readonly firstBlock: number;
  /** The block behind the last. */
  readonly endBlock: number;
  /** The paper it stands at; -1 before the first, {@link END} behind the last. */
  paper: number;
  /** The block that was read; before the first where none was. */
  block: number;
  /** The papers of the block, of which there are `count`. */
  readonly papers: Uint32Array;
  count: number;
  /** Which paper of the block it stands at. */
  at: number;
  /** Where the byte of counts of the block's first paper stands. */
  countsAt: number;
  /** A paper of the block of which it is known where the places begin, and where. */
  knownAt: number;
  knownFrom: number;
};

/** So many papers are passed one by one before a search for a far one begins. */
const NEAR = 6;

/** @param term - by its place among the terms of the segment */
export function openTerm({ terms }: Segment, term: number): TermCursor {
  const firstBlock = terms.firstBlocks[term] as number;
  return {
    terms,
    firstBlock,
    endBlock: terms.firstBlocks[term + 1] as number,
    paper: -1,
    block: firstBlock - 1,
    papers: new Uint32Array(BLOCK_SIZE),
    count: 0,
    at: 0,
    countsAt: 0,
    knownAt: 0,
    knownFrom: 0,
  };
}

/** Moves to the next paper and returns it. */
export function nextPaper(cursor: TermCursor): number {
  if (cursor.paper === END) return END;
  cursor.at += 1;
  if (cursor.at < cursor.count) cursor.paper = cursor.papers[cursor.at] as number;
  else enter(cursor, cursor.block + 1);
  return cursor.paper;
}

/** Moves to the first paper from one on, which may lie before where it stands, and returns it. */
export function seekPaper(cursor: TermCursor, paper: number): number {
  if (paper === cursor.paper) return paper;
  const { papers } = cursor;
  if (!isInBlock(cursor, paper)) {
    enter(cursor, blockOf(cursor, paper));
    if (cursor.paper >= paper) return cursor.paper;
  }
  const last = cursor.count - 1;
  const isBehindHere = cursor.at <= last && (papers[cursor.at] as number) <= paper;
  let at = isBehindHere ? cursor.at : 0;
  // Mostly it is one of the next.
  for (let near = NEAR; near > 0 && (papers[at] as number) < paper; near -= 1) at += 1;
  if ((papers[at] as number) < paper) at = firstFrom(papers, at, last, paper);
  cursor.at = at;
  cursor.paper = papers[at] as number;
  return cursor.paper;
}

/** Whether a paper stands in the block that was read, or would. */
function isInBlock({ papers, count }: TermCursor, paper: number): boolean {
  return count > 0 && (papers[0] as number) <= paper && (papers[count - 1] as number) >= paper;
}

/** Where, among ascending papers up to `last`, the first is from one on; behind `from`. */
function firstFrom(papers: Uint32Array, from: number, last: number, paper: number): number {
  let low = from + 1;
  let high = last;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((papers[middle] as number) < paper) low = middle + 1;
    else high = middle;
  }
  return low;
}

/**
 * Moves on within the block that was read, and behind its last paper to the next block.
 *
 * @param at - which paper of the block was the last to be read, plus 1
 * @returns the paper it then stands at
 */
export function passOver(cursor: TermCursor, at: number): number {
  cursor.at = at - 1;
  return nextPaper(cursor);
}

/** How often the term stands in each field of the paper that the cursor stands at. */
export function countsHere(cursor: TermCursor, into: FieldCounts): void {
  countsAtIndex(cursor, cursor.at, into);
}

/** How often the term stands in each field of a paper of the block, by its index in it. */
export function countsAtIndex(cursor: TermCursor, at: number, into: FieldCounts): void {
  const { postings, places } = cursor.terms;
  const byte = postings[cursor.countsAt + at] as number;
  countsIn(byte, places, byte === MANY ? placesFrom(cursor, at) : 0, into);
}

/** In which fields of the paper the term stands: a bit for each, and all where that is unknown. */
export function fieldsHere({ terms, countsAt, at }: TermCursor): number {
  return fieldsIn(terms.postings[countsAt + at] as number);
}

/** Where the term stands in the paper that the cursor stands at. */
export function placesHere(cursor: TermCursor, into: NumberSink): void {
  const from = placesFrom(cursor, cursor.at);
  const { postings, places } = cursor.terms;
  readRow(postings[cursor.countsAt + cursor.at] as number, places, from, into);
}

/** Moves to the first paper of a block, which may be the one behind the last. */
function enter(cursor: TermCursor, block: number): void {
  const { terms, firstBlock, endBlock, papers } = cursor;
  if (block >= endBlock) {
    cursor.paper = END;
    return;
  }
  if (block !== cursor.block) {
    const lastPaper = block === firstBlock ? -1 : (terms.blockLastPapers[block - 1] as number);
    cursor.block = block;
    cursor.count = readPapers(terms, block, lastPaper, papers);
    cursor.countsAt = countsOffset(terms, block);
    cursor.knownAt = 0;
    cursor.knownFrom = terms.blockPlaceOffsets[block] as number;
  }
  cursor.at = 0;
  cursor.paper = papers[0] as number;
}

/** The first block that ends with a paper or behind it. */
function blockOf({ terms, firstBlock, endBlock, block }: TermCursor, paper: number): number {
  const { blockLastPapers } = terms;
  let from = firstBlock;
  let until = endBlock;
  if (block >= firstBlock && block < endBlock) {
    if ((blockLastPapers[block] as number) >= paper) {
      until = block;
    } else {
      from = block + 1;
      // Mostly it is one of the next.
      let step = 1;
      while (from + step < endBlock && (blockLastPapers[from + step - 1] as number) < paper) {
        from += step;
        step *= 2;
      }
      until = Math.min(from + step, endBlock);
    }
  }
  while (from < until) {
    const middle = (from + until) >>> 1;
    if ((blockLastPapers[middle] as number) < paper) from = middle + 1;
    else until = middle;
  }
  return from;
}

/** Where the places in a paper of the block begin, by its index in it. */
function placesFrom(cursor: TermCursor, at: number): number {
  const { terms, countsAt } = cursor;
  if (cursor.knownAt > at) {
    cursor.knownAt = 0;
    cursor.knownFrom = terms.blockPlaceOffsets[cursor.block] as number;
  }
  const { knownAt, knownFrom } = cursor;
  cursor.knownFrom = placesBehind(terms, countsAt + knownAt, at - knownAt, knownFrom);
  cursor.knownAt = at;
  return cursor.knownFrom;
}
