import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DIMENSIONS } from '../embedder.js';
import { allocateRows } from '../model-memory.js';
import { rowOf } from '../static-model.js';
import { storeSpread } from './spread-rows.js';

/** What becomes of vectors. */
function spread(vectors: readonly (readonly number[])[]): Float32Array[] {
  const rows = allocateRows(vectors.length);
  return vectors.map((vector, row) => {
    expect(storeSpread(Float64Array.from(vector), 0, vector.length, rows, row)).toBe(true);
    return rowOf(rows, row);
  });
}

function product(one: ArrayLike<number>, other: ArrayLike<number>): number {
  return Array.from(one).reduce((sum, value, at) => sum + value * (other[at] ?? 0), 0);
}

function cosine(one: ArrayLike<number>, other: ArrayLike<number>): number {
  return product(one, other) / Math.sqrt(product(one, one) * product(other, other));
}

describe('a vector that is spread', () => {
  const number = fc.double({ min: -1, max: 1, noNaN: true });
  const vector = fc.array(number, { minLength: 300, maxLength: 300 });

  it('keeps its length and its angles, but for the rounding to 8 bits', () => {
    let errors = 0;
    let pairs = 0;
    fc.assert(
      fc.property(vector, vector, (one, other) => {
        const [a, b] = [one.slice(0, DIMENSIONS), other.slice(0, DIMENSIONS)];
        fc.pre(product(a, a) > 0.01 && product(b, b) > 0.01);
        const [c, d] = spread([one, other]) as [Float32Array, Float32Array];
        expect(product(c, c) / product(a, a)).toBeCloseTo(1, 1);
        expect(Math.abs(cosine(c, d) - cosine(a, b))).toBeLessThan(0.02);
        errors += Math.abs(cosine(c, d) - cosine(a, b));
        pairs += 1;
      }),
    );
    expect(errors / pairs).toBeLessThan(0.002);
  });

  it('has something in every dimension, though it had it in one', () => {
    const alone = Array.from({ length: DIMENSIONS }, (_, at) => (at === 3 ? -2 : 0));
    const [row] = spread([alone]);
    expect(new Set(row?.map(Math.abs))).toEqual(
      new Set([2 / Math.sqrt(DIMENSIONS)].map(Math.fround)),
    );
    expect(row?.some((value) => value < 0) && row.some((value) => value > 0)).toBe(true);
  });

  it('has something in most dimensions, though all of its numbers are equal', () => {
    const [row] = spread([Array(DIMENSIONS).fill(1)]);
    expect(row?.filter((value) => value !== 0).length).toBeGreaterThan(200);
  });

  it('may be shorter than ours, or nothing', () => {
    const [short, other, none] = spread([
      [3, 4],
      [4, -3],
      [0, 0],
    ]) as Float32Array[];
    expect(cosine(short as Float32Array, other as Float32Array)).toBeCloseTo(0, 2);
    expect(new Set(none)).toEqual(new Set([0]));
  });

  it.each([Number.NaN, Number.POSITIVE_INFINITY, 1e30])(
    'is refused with a number like %s',
    (bad) => {
      expect(storeSpread(Float64Array.of(1, bad), 0, 2, allocateRows(1), 0)).toBe(false);
    },
  );
});
