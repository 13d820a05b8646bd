/**
 * A vector as search keeps it: its signs, one bit each, and its values in steps of a 127th of
 * the greatest. Two of them are compared by how many signs differ (the angle between random
 * vectors is about π times that share: Charikar, "Similarity estimation techniques from rounding
 * algorithms", 2002), and then by the product of their values.
 */

import { CODE_BYTES, DIMENSIONS, type StoredVectors } from './search-vectors.js';

/** As many steps as a signed byte has on both sides of zero. */
const MOST_STEPS = 127;

export type QuantisedVector = {
  /** Bit `d % 8` of byte `d >> 3` is set where value d > 0. */
  readonly code: Uint8Array;
  readonly values: Int8Array;
  /** value d ≈ scale · values[d]; 0 for a vector of zeros. A 32-bit float. */
  readonly scale: number;
};

/** @throws RangeError if it has not {@link DIMENSIONS} finite values */
export function quantise(vector: Float32Array): QuantisedVector {
  const code = new Uint8Array(CODE_BYTES);
  const values = new Int8Array(DIMENSIONS);
  const scale = quantiseInto(vector, code, 0, values, 0);
  return { code, values, scale };
}

/** Keeps a vector as that of a paper, which may have had another. Throws as {@link quantise}. */
export function storeVector(vectors: StoredVectors, paper: number, vector: Float32Array): void {
  vectors.scales[paper] = quantiseInto(
    vector,
    vectors.codes,
    paper * CODE_BYTES,
    vectors.values,
    paper * DIMENSIONS,
  );
}

function quantiseInto(
  vector: Float32Array,
  codes: Uint8Array,
  codeAt: number,
  values: Int8Array,
  valueAt: number,
): number {
  const scale = scaleOf(vector);
  for (let byte = 0; byte < CODE_BYTES; byte += 1) {
    let signs = 0;
    for (let bit = 0; bit < 8; bit += 1) {
      const dimension = byte * 8 + bit;
      const value = vector[dimension] as number;
      if (value > 0) signs |= 1 << bit;
      values[valueAt + dimension] = scale === 0 ? 0 : Math.round(value / scale);
    }
    codes[codeAt + byte] = signs;
  }
  return scale;
}

function scaleOf(vector: Float32Array): number {
  if (vector.length !== DIMENSIONS) {
    throw new RangeError(`a vector has ${DIMENSIONS} values, not ${vector.length}`);
  }
  let greatest = 0;
  for (let dimension = 0; dimension < DIMENSIONS; dimension += 1) {
    const size = Math.abs(vector[dimension] as number);
    if (!(size < Number.POSITIVE_INFINITY)) throw new RangeError('a vector has finite values');
    if (size > greatest) greatest = size;
  }
  // Rounded as it will be stored, so that the values are in steps of the scale that is kept. It
  // is 0 for values so small that a float has no 127th of them, which no vector of length 1 has.
  return Math.fround(greatest / MOST_STEPS);
}
