import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FITTED_DIMENSIONS, fitted } from './fitted-vector.js';

function cosine(one: Float64Array, other: Float64Array): number {
  const product = one.reduce((sum, value, at) => sum + value * (other[at] as number), 0);
  return product / (Math.hypot(...one) * Math.hypot(...other));
}

/** Numbers as a model's might be, the same for the same seed. */
function numbers(length: number, seed: number): Float64Array {
  return Float64Array.from({ length }, (_, at) => Math.sin(seed * 7.13 + at * at * 0.37));
}

const values = fc.double({ min: -1, max: 1, noNaN: true });
const pairs = (minLength: number, maxLength: number) =>
  fc.integer({ min: minLength, max: maxLength }).chain((length) => {
    const vector = fc
      .array(values, { minLength: length, maxLength: length })
      .map((array) => Float64Array.from(array))
      .filter((array) => array.some((value) => Math.abs(value) > 1e-3));
    return fc.tuple(vector, vector);
  });

describe('a fitted vector', () => {
  it('has 256 numbers and length 1, whatever it was', () => {
    for (const length of [64, 256, 384, 768, 1_536, 4_096, 16_384]) {
      const vector = fitted(numbers(length, 1), false);
      expect(vector).toHaveLength(FITTED_DIMENSIONS);
      expect(Math.hypot(...vector)).toBeCloseTo(1);
    }
  });

  it('has the same angles as before, of 256 numbers or fewer', () => {
    fc.assert(
      fc.property(pairs(1, 256), ([one, other]) => {
        expect(cosine(fitted(one, false), fitted(other, false))).toBeCloseTo(cosine(one, other), 9);
      }),
    );
  });

  it('has nearly the same angles as before, of more', () => {
    let squares = 0;
    const times = 200;
    for (let seed = 1; seed <= times; seed += 1) {
      const [one, noise] = [numbers(1_024, seed), numbers(1_024, seed + 0.5)];
      const other = one.map((value, at) => value + (seed / 50) * (noise[at] as number));
      const error = cosine(fitted(one, false), fitted(other, false)) - cosine(one, other);
      squares += error * error;
    }
    expect(Math.sqrt(squares / times)).toBeLessThan(1 / 16);
  });

  it('says something in every dimension, even of a text that has but one', () => {
    const lonely = new Float64Array(768);
    lonely[5] = 1;
    for (const value of fitted(lonely, false)) expect(Math.abs(value)).toBeCloseTo(1 / 16);
  });

  it('of a nested vector comes from its first 256 numbers', () => {
    const vector = numbers(1_024, 3);
    expect(fitted(vector, true)).toEqual(fitted(vector.slice(0, 256), false));
    expect(fitted(vector, false)).not.toEqual(fitted(vector, true));
  });

  it('is zeros for zeros', () => {
    expect(new Set(fitted(new Float64Array(384), false))).toEqual(new Set([0]));
  });

  it('is the same on every machine, to the last bit', () => {
    const whole = Float64Array.from({ length: 768 }, (_, at) => ((at * 7_919) % 1_009) - 500);
    const bytes = new Uint8Array(fitted(whole, false).buffer);
    expect(createHash('sha256').update(bytes).digest('hex').slice(0, 16)).toBe('5ba3fd3cc697fae0');
  });
});

it('a vector that is longer than any service sends is refused', () => {
  expect(() => fitted(new Float64Array(16_385), false)).toThrow(RangeError);
});
