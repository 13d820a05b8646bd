import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { placeOf } from '../places.js';
import { createByteSink, sharedBytesFrom } from './byte-sink.js';
import { createNumberSink } from './number-sink.js';
import {
  BLOCK_SIZE,
  countsIn,
  countsOffset,
  type FieldCounts,
  MOST_PAPERS_IN_SEGMENT,
  PADDING_BYTES,
  placesEnd,
  readPapers,
  readRow,
  writePapers,
  writePlaces,
} from './posting-blocks.js';

/** Papers of one term, ascending, with its places in each. */
type Postings = readonly { readonly paper: number; readonly places: readonly number[] }[];

/** What is read of a block after it was written behind something else. */
function readBack(block: Postings, lastPaper: number) {
  const postings = createByteSink(1);
  const places = createByteSink(1);
  postings.length = 1;
  places.length = 1;
  const papers = block.map(({ paper }) => paper);
  const countsAt = writePapers(postings, [99, ...papers], 1, papers.length, lastPaper);
  for (const [at, { places: row }] of block.entries()) {
    postings.bytes[countsAt + at] = writePlaces(places, [99, ...row], 1, row.length + 1);
  }
  const bytes = sharedBytesFrom(postings, PADDING_BYTES);
  const placeBytes = sharedBytesFrom(places);

  const terms = { postings: bytes, blockOffsets: Uint32Array.of(1) };
  const into = new Uint32Array(BLOCK_SIZE);
  const count = readPapers(terms, 0, lastPaper, into);
  expect(countsOffset(terms, 0)).toBe(countsAt);
  const row = createNumberSink(1);
  const counts: FieldCounts = [0, 0, 0];
  let from = 1;
  const read = Array.from(into.subarray(0, count), (paper, at) => {
    const byte = bytes[countsAt + at] ?? -1;
    countsIn(byte, placeBytes, from, counts);
    const end = readRow(byte, placeBytes, from, row);
    expect(placesEnd(byte, placeBytes, from)).toBe(end);
    from = end;
    return { paper, places: [...row.values.subarray(0, row.length)], counts: [...counts] };
  });
  expect(from).toBe(places.length);
  return read;
}

/** So many places in each field, at some distance. */
function placesIn(title: number, abstract: number, author: number): number[] {
  return [title, abstract, author].flatMap((count, field) =>
    Array.from({ length: count }, (_, at) => placeOf(field, field === 2 ? at : 0, at * 3)),
  );
}

describe('a block of postings', () => {
  it('takes a byte for each paper, and one for each near place, where papers are neighbours', () => {
    const postings = createByteSink();
    const places = createByteSink();
    const papers = Array.from({ length: BLOCK_SIZE }, (_, at) => at);
    writePapers(postings, papers, 0, papers.length, -1);
    for (const _ of papers) writePlaces(places, [placeOf(1, 0, 100)], 0, 1);
    expect(postings.length).toBe(2 + BLOCK_SIZE);
    expect(places.length).toBe(BLOCK_SIZE);
  });

  it('holds the papers at both ends of the largest segment', () => {
    const last = MOST_PAPERS_IN_SEGMENT - 1;
    const papers = [0, last - 1, last].map((paper) => ({ paper, places: [0] }));
    expect(readBack(papers, -1).map(({ paper }) => paper)).toEqual([0, last - 1, last]);
    expect(readBack([{ paper: last, places: [0] }], -1)[0]?.paper).toBe(last);
  });

  it.each([
    [3, 14, 3],
    [3, 15, 2],
    [3, 15, 3],
    [4, 0, 0],
    [0, 16, 0],
    [0, 0, 4],
    [200, 1_000, 300],
  ])('counts %d places in the title, %d in the abstract and %d in the authors', (...counts) => {
    const places = placesIn(...counts);
    const one = placesIn(1, 1, 1);
    const block = [one, places, one].map((row, paper) => ({ paper, places: row }));
    expect(readBack(block, -1)).toEqual([
      { paper: 0, places: one, counts: [1, 1, 1] },
      { paper: 1, places, counts },
      { paper: 2, places: one, counts: [1, 1, 1] },
    ]);
  });

  it('gives back what was written, whatever it was', () => {
    const gaps = fc.oneof(
      fc.nat(2),
      fc.nat(1_000),
      fc.nat(MOST_PAPERS_IN_SEGMENT / BLOCK_SIZE - 1),
    );
    const place = fc
      .tuple(fc.nat(2), fc.oneof(fc.nat(100), fc.nat(2 ** 24 - 1)))
      .map(([field, inField]) => placeOf(field, 0, inField));
    const places = fc
      .uniqueArray(place, { minLength: 1, maxLength: 25 })
      .map((all) => all.sort((a, b) => a - b));
    const blocks = fc.array(fc.tuple(gaps, places), { minLength: 1, maxLength: BLOCK_SIZE });
    fc.assert(
      fc.property(fc.integer({ min: -1, max: 9 }), blocks, (lastPaper, rows) => {
        let paper = lastPaper;
        const block = rows.map(([gap, row]) => {
          paper += gap + 1;
          return { paper, places: row };
        });
        const withCounts = block.map((row) => ({
          ...row,
          counts: [0, 1, 2].map((field) => row.places.filter((it) => it >> 24 === field).length),
        }));
        expect(readBack(block, lastPaper)).toEqual(withCounts);
      }),
      { numRuns: 60 },
    );
  });
});
