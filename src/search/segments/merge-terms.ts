/** The posting lists of several segments as those of one. */

import { type ByteSink, reserve } from './byte-sink.js';
import { type MergedPapers, NONE } from './merge-order.js';
import { chosenStrings, keptNumbers, uniteTables } from './merge-tables.js';
import { createNumberSink, type NumberSink, pushNumber } from './number-sink.js';
import { BLOCK_SIZE, countsOffset, placesEnd, readPapers } from './posting-blocks.js';
import type { Segment, SegmentTerms } from './segment.js';
import { createTermWriter, type TermWriterOptions } from './term-writer.js';

export type MergedTerms = {
  readonly terms: SegmentTerms;
  /** For each part, what number each of its terms gets; {@link NONE} if no living paper has it. */
  readonly numbers: readonly Uint32Array[];
};

/** Postings of one term, from one part after the other. */
type Rows = {
  length: number;
  /** By their numbers in the merged segment. */
  readonly papers: Uint32Array;
  readonly counts: Uint8Array;
  /** Whose places they are, and where these begin and end. */
  readonly parts: Uint32Array;
  readonly placesFrom: Uint32Array;
  readonly placesUntil: Uint32Array;
};

const blockPapers = new Uint32Array(BLOCK_SIZE);

/** Shorter rows of bytes are copied sooner one by one than by a call. */
const FEW_BYTES = 32;

export function mergeTerms(
  segments: readonly Segment[],
  papers: MergedPapers,
  lengths: Pick<TermWriterOptions, 'lengths' | 'averageLengths'>,
): MergedTerms {
  const parts = segments.map(({ terms }) => terms);
  const tables = parts.map(({ names }) => names);
  const union = uniteTables(tables);
  const writer = createTermWriter({
    ...lengths,
    capacity: {
      postings: sumOf(parts, ({ postings }) => postings.length),
      places: sumOf(parts, ({ places }) => places.length),
    },
  });

  const rows = roomForRows(papers.count);
  /** In the order of papers: which of the rows. */
  const order = new Uint32Array(papers.count);
  const ordered = new Uint32Array(papers.count);
  const writePlacesOf = (at: number): number => {
    const row = order[at] as number;
    const { places } = parts[rows.parts[row] as number] as SegmentTerms;
    const from = rows.placesFrom[row] as number;
    copyBytes(places, from, rows.placesUntil[row] as number, writer.places);
    return rows.counts[row] as number;
  };

  /** What number each term of the union gets, and which terms of the union get one. */
  const kept = new Uint32Array(union.tables.length).fill(NONE);
  const chosen = createNumberSink();
  const next = parts.map(() => 0);
  const runs = createNumberSink();
  for (let term = 0; term < kept.length; term += 1) {
    rows.length = 0;
    runs.length = 0;
    for (let part = 0; part < parts.length; part += 1) {
      const itsTerm = next[part] as number;
      if ((union.numbers[part] as Uint32Array)[itsTerm] !== term) continue;
      next[part] = itsTerm + 1;
      pushNumber(runs, rows.length);
      gather(parts[part] as SegmentTerms, itsTerm, papers.merged[part] as Uint32Array, part, rows);
    }
    if (rows.length === 0) continue;
    kept[term] = chosen.length;
    pushNumber(chosen, term);
    orderRows(rows, runs, order);
    for (let at = 0; at < rows.length; at += 1) {
      ordered[at] = rows.papers[order[at] as number] as number;
    }
    writer.write(ordered, rows.length, writePlacesOf);
  }
  return {
    terms: { names: chosenStrings(tables, union, chosen), ...writer.finish() },
    numbers: keptNumbers(union, kept),
  };
}

/** Adds the postings of a term in living papers. */
function gather(
  terms: SegmentTerms,
  term: number,
  merged: Uint32Array,
  part: number,
  rows: Rows,
): void {
  const { postings, places } = terms;
  let { length } = rows;
  let lastPaper = -1;
  const end = terms.firstBlocks[term + 1] as number;
  for (let block = terms.firstBlocks[term] as number; block < end; block += 1) {
    const count = readPapers(terms, block, lastPaper, blockPapers);
    const countsAt = countsOffset(terms, block);
    let from = terms.blockPlaceOffsets[block] as number;
    for (let at = 0; at < count; at += 1) {
      const byte = postings[countsAt + at] as number;
      const until = placesEnd(byte, places, from);
      const paper = merged[blockPapers[at] as number] as number;
      if (paper !== NONE) {
        rows.papers[length] = paper;
        rows.counts[length] = byte;
        rows.parts[length] = part;
        rows.placesFrom[length] = from;
        rows.placesUntil[length] = until;
        length += 1;
      }
      from = until;
    }
    lastPaper = terms.blockLastPapers[block] as number;
  }
  rows.length = length;
}

/**
 * Puts rows in the order of their papers.
 *
 * @param runs - where each run of ascending papers begins
 */
function orderRows({ papers, length }: Rows, runs: NumberSink, order: Uint32Array): void {
  if (isAscending(papers, length, runs)) {
    for (let row = 0; row < length; row += 1) order[row] = row;
    return;
  }
  const count = runs.length;
  const next = runs.values.slice(0, count);
  const ends = next.map((_, run) => (run + 1 < count ? (next[run + 1] as number) : length));
  for (let at = 0; at < length; at += 1) {
    let first = -1;
    let firstPaper = NONE;
    for (let run = 0; run < count; run += 1) {
      const row = next[run] as number;
      if (row === ends[run] || (papers[row] as number) >= firstPaper) continue;
      first = run;
      firstPaper = papers[row] as number;
    }
    order[at] = next[first] as number;
    next[first] = (next[first] as number) + 1;
  }
}

/** Whether the runs ascend as they stand, one behind the other. */
function isAscending(papers: Uint32Array, length: number, runs: NumberSink): boolean {
  for (let run = 1; run < runs.length; run += 1) {
    const from = runs.values[run] as number;
    if (from === 0 || from === length) continue;
    if ((papers[from] as number) < (papers[from - 1] as number)) return false;
  }
  return true;
}

function copyBytes(bytes: Uint8Array, from: number, until: number, sink: ByteSink): void {
  const count = until - from;
  reserve(sink, count);
  if (count > FEW_BYTES) {
    sink.bytes.set(bytes.subarray(from, until), sink.length);
  } else {
    for (let at = 0; at < count; at += 1) sink.bytes[sink.length + at] = bytes[from + at] as number;
  }
  sink.length += count;
}

function roomForRows(count: number): Rows {
  return {
    length: 0,
    papers: new Uint32Array(count),
    counts: new Uint8Array(count),
    parts: new Uint32Array(count),
    placesFrom: new Uint32Array(count),
    placesUntil: new Uint32Array(count),
  };
}

function sumOf<Item>(items: readonly Item[], numberOf: (item: Item) => number): number {
  return items.reduce((sum, item) => sum + numberOf(item), 0);
}
