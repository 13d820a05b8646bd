import { describe, expect, it } from 'vitest';
import { type PlacesByTerm, segmentOf } from '../../../test/support/segments.js';
import { placeOf } from '../places.js';
import { placeWeights } from './place-weights.js';
import { askUnit, createRangeReader, type RangeReader, readUnit } from './range-reader.js';
import { RANGE_SIZE, type RangedWay, rangedWaysOf } from './ranged-ways.js';
import { matchUnit } from './unit-match.js';
import { openUnit } from './unit-reader.js';
import { createWorkspace } from './workspace.js';
import { scaleFor } from './worths.js';

const PAPERS = 3 * RANGE_SIZE;

/** A place in the title, which is worth as much in each paper. */
const HERE = [placeOf(0, 0, 1)];

const rowsOf = (papers: readonly number[]) => new Map(papers.map((paper) => [paper, HERE]));

/** A word in most papers, in more than are read beforehand; and others, each in a few. */
const PLACES: PlacesByTerm = new Map([
  ['common', rowsOf(Array.from({ length: PAPERS }, (_, at) => at).filter((at) => at % 8 > 0))],
  ['rare', rowsOf([8, 9, RANGE_SIZE + 16])],
  ['rarer', rowsOf([8, 24])],
  ['rarest', rowsOf([24])],
]);

function waysOf(...terms: string[]) {
  const segment = segmentOf({
    ids: Array.from({ length: PAPERS }, (_, paper) => String(paper)),
    lengths: Array.from({ length: PAPERS * 2 }, () => 10),
    places: PLACES,
  });
  const match = matchUnit(segment, { ways: terms.map((term) => ({ terms: [term], shift: 0 })) });
  const scale = scaleFor(match, placeWeights([10, 10]));
  const ways = rangedWaysOf(openUnit(match), scale, 3, createWorkspace());
  return { ways, scale };
}

/** What was read, in order of papers, one place of one way for 1. */
function read(terms: readonly string[], range: number, reader: RangeReader = createRangeReader()) {
  const { ways, scale } = waysOf(...terms);
  readUnit(reader, ways, range, scale);
  const one = scale.weights.title[10] as number;
  const found = Array.from({ length: reader.count }, (_, at) => [
    reader.papers[at] as number,
    (reader.worths[at] as number) / one,
  ]).sort(([a = 0], [b = 0]) => a - b);
  return { found, isShared: reader.isShared };
}

const boundsOf = ({ bounds }: RangedWay) => [...bounds].map((bound) => bound > 0);

describe('a unit in a range of papers', () => {
  it('is bounded in each range by its ways, the commonest of which comes last', () => {
    const { ways } = waysOf('common', 'rarer', 'rare');
    expect(ways.map(boundsOf)).toEqual([
      [true, false, false],
      [true, true, false],
      [true, true, true],
    ]);
    expect(ways.map(({ cursor }) => cursor !== undefined)).toEqual([false, false, true]);
  });

  it('is in each paper once, and worth what its ways are together', () => {
    expect(read(['rare', 'rarer'], 0)).toEqual({
      found: [
        [8, 2],
        [9, 1],
        [24, 1],
      ],
      isShared: true,
    });
    expect(read(['rare', 'rarer'], 1)).toEqual({ found: [[RANGE_SIZE + 16, 1]], isShared: false });
    expect(read(['rare', 'rarer'], 2)).toEqual({ found: [], isShared: false });
  });

  it('is shared where any two of its ways are in one paper', () => {
    const shared = read(['common', 'rare'], 0);
    expect(shared.isShared).toBe(true);
    expect(shared.found.slice(6, 10)).toEqual([
      [7, 1],
      [8, 1],
      [9, 2],
      [10, 1],
    ]);
    // Without the commonest, too.
    expect(read(['common', 'rarer', 'rarest'], 0).isShared).toBe(true);
    expect(read(['common', 'rare'], 1).isShared).toBe(false);
  });

  it('leaves nothing behind for the next unit', () => {
    const reader = createRangeReader();
    const first = read(['rare', 'rarer'], 0, reader);
    expect(read(['rare', 'rarer'], 0, reader)).toEqual(first);
  });

  it('says the same when it is asked about some papers', () => {
    const { ways, scale } = waysOf('common', 'rare', 'rarer');
    const reader = createRangeReader();
    const one = scale.weights.title[10] as number;
    const ask = (papers: readonly number[]) => {
      const worths = new Float64Array(papers.length);
      askUnit(reader, ways, 0, Uint32Array.from(papers), papers.length, scale, worths);
      return [...worths].map((worth) => worth / one);
    };
    const most = Array.from({ length: RANGE_SIZE }, (_, paper) => paper);
    expect(ask([8, 9, 16])).toEqual([2, 2, 0]);
    expect(ask(most).slice(7, 11)).toEqual([1, 2, 2, 1]);
    expect(ask([8, 9, 16])).toEqual([2, 2, 0]);
  });
});
