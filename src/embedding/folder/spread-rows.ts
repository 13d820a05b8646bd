/**
 * Vectors of other models, as long as they come, to rows of ours.
 *
 * The first 256 numbers are kept: models trained for it (Kusupati et al., "Matryoshka
 * Representation Learning", 2022), and those whose dimensions are in the order of their principal
 * components, as Model2Vec's, are meant to be cut there. Shorter ones are filled with zeros.
 *
 * Such dimensions are unequal, and search compares a bit of each. So each vector is turned: its
 * signs are changed by a fixed pattern and its values spread over all dimensions by the
 * Walsh–Hadamard transform. All angles stay what they are; and since it is linear, to turn the rows
 * once turns every text.
 */

import { DIMENSIONS } from '../embedder.js';
import { hashedSigns } from '../hashed-signs.js';
import type { ModelRows } from '../model-memory.js';
import { isScale } from '../static-model.js';
import { spread } from '../walsh-hadamard.js';

/** As many steps as a signed byte has on both sides of zero. */
const MOST_STEPS = 127;

const SIGNS: Int8Array = hashedSigns('walsh-hadamard');

const values = new Float64Array(DIMENSIONS);

/**
 * Turns a vector and keeps it as a row in 8 bits a number.
 *
 * @param vectors - in which it stands, from `start` on
 * @param length - how many numbers it has
 * @returns false if one of those that are kept is not finite, or too great to be added up
 */
export function storeSpread(
  vectors: Float64Array,
  start: number,
  length: number,
  { rows, scales }: ModelRows,
  row: number,
): boolean {
  const kept = Math.min(length, DIMENSIONS);
  for (let at = 0; at < DIMENSIONS; at += 1) {
    values[at] = at < kept ? (vectors[start + at] as number) * (SIGNS[at] as number) : 0;
  }
  spread(values);
  let greatest = 0;
  for (const value of values) greatest = Math.max(greatest, Math.abs(value));
  // The transform makes vectors as many times as long as the square root of their dimensions.
  const scale = greatest / MOST_STEPS;
  if (!isScale(scale)) return false;
  scales[row] = scale / Math.sqrt(DIMENSIONS);
  for (let at = 0; at < DIMENSIONS; at += 1) {
    rows[row * DIMENSIONS + at] = scale === 0 ? 0 : Math.round((values[at] as number) / scale);
  }
  return true;
}
