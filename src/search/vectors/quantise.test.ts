import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { quantise, storeVector } from './quantise.js';
import { allocateVectors, DIMENSIONS } from './search-vectors.js';

function vectorOf(...first: number[]): Float32Array {
  const vector = new Float32Array(DIMENSIONS);
  vector.set(first);
  return vector;
}

const anyVector: fc.Arbitrary<Float32Array> = fc.float32Array({
  minLength: DIMENSIONS,
  maxLength: DIMENSIONS,
  min: -1,
  max: 1,
  noNaN: true,
});

describe('a quantised vector', () => {
  it('keeps the signs, low bits first', () => {
    const { code } = quantise(vectorOf(1, -1, 0, 0.001, 0, 0, 0, 0, 0, 1));
    expect([...code.subarray(0, 3)]).toEqual([0b1001, 0b10, 0]);
  });

  it('has its greatest value at 127 steps', () => {
    const { values, scale } = quantise(vectorOf(0.5, -1, 0.25));
    expect([...values.subarray(0, 4)]).toEqual([64, -127, 32, 0]);
    expect(scale).toBe(Math.fround(1 / 127));
  });

  it('is nothing but zeros for a text without words', () => {
    const { code, values, scale } = quantise(new Float32Array(DIMENSIONS));
    expect(new Set([...code, ...values, scale])).toEqual(new Set([0]));
  });

  it('is less than a step from the vector everywhere', () => {
    fc.assert(
      fc.property(anyVector, (vector) => {
        const { code, values, scale } = quantise(vector);
        for (let dimension = 0; dimension < DIMENSIONS; dimension += 1) {
          const value = vector[dimension] as number;
          const sign = ((code[dimension >> 3] as number) >> (dimension % 8)) & 1;
          expect(sign).toBe(value > 0 ? 1 : 0);
          // Below, a float has too few digits left for steps.
          if (scale < 1e-30) continue;
          expect(Math.abs(value - scale * (values[dimension] as number))).toBeLessThan(
            0.51 * scale,
          );
        }
      }),
      { numRuns: 20 },
    );
  });

  it('is stored for a paper as it is', () => {
    fc.assert(
      fc.property(anyVector, anyVector, (before, vector) => {
        const vectors = allocateVectors(2);
        storeVector(vectors, 1, before);
        storeVector(vectors, 1, vector);
        const { code, values, scale } = quantise(vector);
        expect(vectors.codes).toEqual(Uint8Array.from([...new Uint8Array(32), ...code]));
        expect(vectors.values).toEqual(Int8Array.from([...new Int8Array(256), ...values]));
        expect([...vectors.scales]).toEqual([0, scale]);
      }),
      { numRuns: 20 },
    );
  });
});

it('a vector of another length, or with a value that is no number, is refused', () => {
  expect(() => quantise(new Float32Array(128))).toThrow(RangeError);
  expect(() => quantise(vectorOf(Number.NaN))).toThrow(RangeError);
  expect(() => quantise(vectorOf(Number.POSITIVE_INFINITY))).toThrow(RangeError);
});
