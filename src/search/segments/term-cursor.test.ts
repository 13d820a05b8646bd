import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { segmentOf } from '../../../test/support/segments.js';
import { placeOf } from '../places.js';
import { createNumberSink } from './number-sink.js';
import type { FieldCounts } from './posting-blocks.js';
import {
  countsHere,
  END,
  nextPaper,
  openTerm,
  placesHere,
  seekPaper,
  type TermCursor,
} from './term-cursor.js';

/** A cursor over a term that stands in these papers; `other` comes before it in the segment. */
function cursorOver(placesByPaper: ReadonlyMap<number, readonly number[]>): TermCursor {
  const papers = Math.max(...placesByPaper.keys(), 0) + 1;
  const segment = segmentOf({
    ids: Array.from({ length: papers }, (_, paper) => `p${paper}`),
    lengths: Array.from({ length: papers * 2 }, () => 10),
    places: new Map([
      ['other', new Map([[0, [1]]])],
      ['term', placesByPaper],
    ]),
  });
  return openTerm(segment, 1);
}

/** More places in the abstract than a byte of counts can say. */
const MANY_PLACES = Array.from({ length: 20 }, (_, at) => placeOf(1, 0, at * 100));

/** Papers at these distances, each with its number as a place, every tenth with many. */
function placesAtGaps(gaps: readonly number[]): Map<number, readonly number[]> {
  const places = new Map<number, readonly number[]>();
  let paper = -1;
  for (const gap of gaps) {
    paper += gap + 1;
    const place = placeOf(0, 0, paper);
    places.set(paper, paper % 10 === 0 ? [place, ...MANY_PLACES] : [place]);
  }
  return places;
}

describe('a cursor over the papers of a term', () => {
  it('meets each paper once, in order', () => {
    const cursor = cursorOver(placesAtGaps(Array.from({ length: 300 }, (_, at) => at % 3)));
    const met: number[] = [];
    while (nextPaper(cursor) !== END) met.push(cursor.paper);
    expect(met).toHaveLength(300);
    expect(met.slice(0, 4)).toEqual([0, 2, 5, 6]);
    expect(nextPaper(cursor)).toBe(END);
  });

  it('finds its way back from behind the last paper', () => {
    const cursor = cursorOver(placesAtGaps([1, 1, 1]));
    expect(seekPaper(cursor, 6)).toBe(END);
    expect(nextPaper(cursor)).toBe(END);
    expect(seekPaper(cursor, 2)).toBe(3);
    expect(nextPaper(cursor)).toBe(5);
    expect(nextPaper(cursor)).toBe(END);
    expect(seekPaper(cursor, 2)).toBe(3);
    expect(seekPaper(cursor, 0)).toBe(1);
  });

  it('stands where it is told, with its counts and places, whatever the moves', () => {
    const gaps = fc.array(fc.oneof(fc.constant(0), fc.nat(3), fc.nat(400)), {
      minLength: 1,
      maxLength: 500,
      size: 'max',
    });
    const moves = fc.array(
      fc.record({
        isSeek: fc.boolean(),
        toward: fc.double({ min: 0, max: 1, noNaN: true }),
        isRead: fc.boolean(),
      }),
      { maxLength: 40 },
    );
    fc.assert(
      fc.property(gaps, moves, (distances, steps) => {
        const places = placesAtGaps(distances);
        const papers = [...places.keys()];
        const cursor = cursorOver(places);
        const counts: FieldCounts = [0, 0, 0];
        const row = createNumberSink(1);
        let at = -1;
        for (const { isSeek, toward, isRead } of steps) {
          if (isSeek) {
            const paper = Math.floor(toward * ((papers.at(-1) ?? 0) + 2));
            at = papers.findIndex((other) => other >= paper);
            if (at < 0) at = papers.length;
            seekPaper(cursor, paper);
          } else {
            at = Math.min(at + 1, papers.length);
            nextPaper(cursor);
          }
          expect(cursor.paper).toBe(papers[at] ?? END);
          const expected = places.get(cursor.paper);
          if (!expected || !isRead) continue;
          countsHere(cursor, counts);
          expect(counts).toEqual([1, expected.length - 1, 0]);
          placesHere(cursor, row);
          expect([...row.values.subarray(0, row.length)]).toEqual(expected);
        }
      }),
      { numRuns: 60 },
    );
  });
});
