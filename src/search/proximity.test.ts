import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { K1 } from './bm25f.js';
import { placeOf } from './places.js';
import { hasNeighbours, proximity } from './proximity.js';

const [TITLE, ABSTRACT, AUTHOR] = [0, 1, 2];

/** What it adds that units of weight 1 stand at these places. */
function added(...places: readonly (readonly number[])[]): number {
  return proximity(
    places.map(() => 1),
    (unit) => places[unit] ?? [],
  );
}

/** What it adds that two units of weight 1 stand next to each other. */
const SIDE_BY_SIDE = 0.25 * (K1 + 1);

describe('words that stand near each other', () => {
  it('add the most side by side, in whichever order', () => {
    expect(added([4], [5])).toBeCloseTo(SIDE_BY_SIDE);
    expect(added([5], [4])).toBeCloseTo(SIDE_BY_SIDE);
  });

  it('add less the farther they are, and nothing beyond eight words', () => {
    expect(added([4], [6])).toBeCloseTo(SIDE_BY_SIDE / 2);
    expect(added([4], [12])).toBeCloseTo(SIDE_BY_SIDE / 8);
    expect(added([4], [13])).toBe(0);
  });

  it('count once, where they are nearest', () =>
    expect(added([1, 20, 40], [5, 22, 60])).toBeCloseTo(SIDE_BY_SIDE / 2));

  it('are those that follow each other in the query', () => {
    expect(added([1], [50], [2])).toBe(0);
    expect(added([1], [2], [3])).toBeCloseTo(2 * SIDE_BY_SIDE);
  });

  it('add by the less telling of the two', () =>
    expect(proximity([5, 0.5], (unit) => [unit])).toBeCloseTo(SIDE_BY_SIDE / 2));

  it('are as near as can be where both stand in one place', () =>
    expect(added([4], [4])).toBeCloseTo(SIDE_BY_SIDE));

  it('never reach from one field or name into the next', () => {
    expect(added([placeOf(TITLE, 0, 7)], [placeOf(ABSTRACT, 0, 0)])).toBe(0);
    expect(added([placeOf(AUTHOR, 0, 1)], [placeOf(AUTHOR, 1, 0)])).toBe(0);
  });

  it('add nothing where one of them is missing', () => expect(added([4], [])).toBe(0));

  it('are as near as the nearest pair of all', () => {
    const places = fc
      .uniqueArray(fc.nat({ max: 60 }), { minLength: 1, maxLength: 8 })
      .map((row) => row.sort((a, b) => a - b));
    fc.assert(
      fc.property(places, places, (one, other) => {
        const distances = one.flatMap((a) => other.map((b) => Math.abs(a - b)));
        const distance = Math.max(1, Math.min(...distances));
        expect(added(one, other)).toBeCloseTo(distance > 8 ? 0 : SIDE_BY_SIDE / distance);
      }),
    );
  });
});

it('one word has no neighbours, and in a long text they are chance', () => {
  const units = (count: number) => Array.from({ length: count });
  expect([0, 1, 2, 16, 17].map((count) => hasNeighbours(units(count)))).toEqual([
    false,
    false,
    true,
    true,
    false,
  ]);
  expect(added(...units(17).map((_, at) => [at]))).toBe(0);
});
