/**
 * The inner loops of searching vectors, as the addresses of one memory see them. They exist
 * twice: in AssemblyScript (`../kernels/kernels.ts`), and here in plain TypeScript for where
 * WebAssembly is refused. Both give the same numbers.
 */

import type { SharedMemory } from '../../web-assembly.js';
import { CODE_BYTES, DIMENSIONS, MOST_DISTANCES } from './vector-layout.js';

export type VectorKernels = {
  /**
   * Writes the distance of each allowed paper and adds it to the histogram, which is cleared
   * first: how many signs of its code differ from the query's.
   *
   * @param codeBytes - how much of each code is compared: 4, 8, 16 or 32
   * @param allowed - where the papers are marked that may be found; 0 if all may
   */
  readonly measure: (
    codes: number,
    query: number,
    codeBytes: number,
    from: number,
    until: number,
    allowed: number,
    distances: number,
    histogram: number,
  ) => void;
  /**
   * Writes the numbers of the allowed papers whose distance is at most `threshold`, ascending,
   * and returns how many there are: `capacity` of them at most.
   */
  readonly collect: (
    distances: number,
    from: number,
    until: number,
    allowed: number,
    threshold: number,
    numbers: number,
    capacity: number,
  ) => number;
  /**
   * Writes for each of the numbered papers the product of its values and the query's.
   *
   * @param dimensions - how many values of each are multiplied: 32, 64, 128 or 256
   */
  readonly multiply: (
    values: number,
    query: number,
    dimensions: number,
    numbers: number,
    count: number,
    dots: number,
  ) => void;
};

/** The kernels in plain TypeScript. */
export function createPlainKernels({ buffer }: SharedMemory): VectorKernels {
  const bytes = new Uint8Array(buffer);
  const signedBytes = new Int8Array(buffer);
  const words = new Int32Array(buffer);

  function isAllowed(allowed: number, paper: number): boolean {
    if (allowed === 0) return true;
    return (((words[(allowed >>> 2) + (paper >>> 5)] as number) >>> (paper & 31)) & 1) === 1;
  }

  return {
    measure(codes, query, codeBytes, from, until, allowed, distances, histogram): void {
      const bins = histogram >>> 2;
      words.fill(0, bins, bins + MOST_DISTANCES);
      const queryAt = query >>> 2;
      for (let paper = from; paper < until; paper += 1) {
        if (!isAllowed(allowed, paper)) continue;
        const codeAt = (codes + paper * CODE_BYTES) >>> 2;
        let distance = 0;
        for (let word = 0; word < codeBytes >>> 2; word += 1) {
          distance += bitCount(
            (words[codeAt + word] as number) ^ (words[queryAt + word] as number),
          );
        }
        if (distance >= MOST_DISTANCES) distance = MOST_DISTANCES - 1;
        bytes[distances + paper] = distance;
        words[bins + distance] = (words[bins + distance] as number) + 1;
      }
    },

    collect(distances, from, until, allowed, threshold, numbers, capacity): number {
      let count = 0;
      for (let paper = from; paper < until && count < capacity; paper += 1) {
        if ((bytes[distances + paper] as number) > threshold) continue;
        if (!isAllowed(allowed, paper)) continue;
        words[(numbers >>> 2) + count] = paper;
        count += 1;
      }
      return count;
    },

    multiply(values, query, dimensions, numbers, count, dots): void {
      for (let at = 0; at < count; at += 1) {
        const valueAt = values + (words[(numbers >>> 2) + at] as number) * DIMENSIONS;
        let dot = 0;
        for (let dimension = 0; dimension < dimensions; dimension += 1) {
          dot +=
            (signedBytes[valueAt + dimension] as number) *
            (signedBytes[query + dimension] as number);
        }
        words[(dots >>> 2) + at] = dot;
      }
    },
  };
}

/** How many bits of a 32-bit number are set: sums of neighbours of 1, 2, 4, then all bytes. */
function bitCount(number: number): number {
  const pairs = number - ((number >>> 1) & 0x55555555);
  const nibbles = (pairs & 0x33333333) + ((pairs >>> 2) & 0x33333333);
  return Math.imul((nibbles + (nibbles >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24;
}
