/**
 * A service's vector, of whatever length, as the 256 numbers that search keeps.
 *
 * Every number gets a sign of its own (the same for all texts), zeros are added up to a power of
 * two, and the Walsh–Hadamard transform makes of each number a sum of all of them; 256 of the sums
 * are kept. The transform is a turn in space, so that a vector of 256 numbers or fewer keeps every
 * angle. Of a longer one the 256 sums are a random projection, which keeps the cosine of two texts
 * to within about 1/16 ("The fast Johnson–Lindenstrauss transform": Ailon and Chazelle, 2009; of
 * the subsampled kind: Tropp, "Improved analysis of the subsampled randomized Hadamard transform",
 * 2011). Against a matrix of random numbers it needs no matrix, its rows are at right angles, and
 * adding and subtracting in a fixed order gives the same bits on every machine. Since search first
 * compares signs, it also matters that no dimension is left that says little.
 *
 * A model whose vectors can be shortened (Kusupati et al., "Matryoshka Representation Learning",
 * 2022) keeps more when it is shortened the way it was trained for: its first 256 numbers.
 */

import { scrambled } from '../scrambled.js';
import { spread } from '../walsh-hadamard.js';

export const FITTED_DIMENSIONS = 256;

/** Changes no result as long as nobody changes it. */
const SEED = 0x62726f61;

/** The greatest power of two that lengths are filled up to. */
const MOST_FILLED = 16_384;

/** 1 or −1 for each dimension. */
const SIGNS: Int8Array = signs(MOST_FILLED);

/**
 * @param isNested - whether its first 256 numbers are a vector of the same text
 * @returns a vector of length 1 before rounding; zeros for one of zeros
 * @throws RangeError if it is longer than 16,384
 */
export function fitted(vector: Float64Array, isNested: boolean): Float64Array {
  const used = isNested ? vector.subarray(0, FITTED_DIMENSIONS) : vector;
  const filled = filledLengthOf(used.length);
  const sums = new Float64Array(filled);
  for (const [at, value] of used.entries()) sums[at] = value * (SIGNS[at] as number);
  spread(sums);
  const kept = new Float64Array(FITTED_DIMENSIONS);
  for (let at = 0; at < FITTED_DIMENSIONS; at += 1) {
    kept[at] = sums[placeOf(at, filled)] as number;
  }
  return ofLengthOne(kept);
}

/** The vector divided by its length, unless that is 0. */
export function ofLengthOne(vector: Float64Array): Float64Array {
  let greatest = 0;
  for (const value of vector) greatest = Math.max(greatest, Math.abs(value));
  if (greatest === 0) return vector;
  // Divided first, so that the squares of very large or very small numbers are still numbers.
  const scaled = vector.map((value) => value / greatest);
  let squares = 0;
  for (const value of scaled) squares += value * value;
  const length = Math.sqrt(squares);
  return scaled.map((value) => value / length);
}

function filledLengthOf(length: number): number {
  let filled = FITTED_DIMENSIONS;
  while (filled < length) filled *= 2;
  if (filled > MOST_FILLED) throw new RangeError(`a vector of ${length} numbers is too long`);
  return filled;
}

/** Which sum is kept: one of each stretch, at a place that looks random and is none twice. */
function placeOf(at: number, filled: number): number {
  const stretch = filled / FITTED_DIMENSIONS;
  return at * stretch + (scrambled(SEED + at) & (stretch - 1));
}

function signs(count: number): Int8Array {
  return Int8Array.from({ length: count }, (_, at) => (scrambled(SEED ^ at) & 1) * 2 - 1);
}
