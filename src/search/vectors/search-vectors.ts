/**
 * The vectors of a segment's papers, in two grains: one bit for each dimension (its sign), to
 * find candidates among all papers, and eight bits for each, to rank the candidates.
 *
 * They lie in one shared memory together with the room in which threads search them, so that
 * WebAssembly can run on them where they are (`vector-layout.ts`).
 */

import { allocateMemory, type SharedMemory } from '../../web-assembly.js';
import { CODE_BYTES, DIMENSIONS, layoutOf, MOST_BYTES } from './vector-layout.js';

export { CODE_BYTES, DIMENSIONS };

export type SearchVectors = {
  /** How many papers. */
  readonly count: number;
  /**
   * Where everything lies: a shared WebAssembly memory, so that kernels can run on it, where
   * WebAssembly is to be had; otherwise anything with a buffer.
   */
  readonly memory: SharedMemory;
  /** {@link CODE_BYTES} for each paper: bit `d % 8` of byte `d >> 3` is set where value d > 0. */
  readonly codes: Uint8Array;
  /** {@link DIMENSIONS} for each paper. */
  readonly values: Int8Array;
  /** What one step of `values` is worth: value ≈ scale · values[d]. One for each paper. */
  readonly scales: Float32Array;
};

/** The vectors themselves, without the room to search them; this goes to disk. */
export type StoredVectors = Pick<SearchVectors, 'codes' | 'values' | 'scales'>;

/**
 * Room for the vectors of `count` papers, all zeros. They take 292 bytes a paper; the threads'
 * room takes addresses, and memory only as far as it is used.
 *
 * @throws RangeError if they would not fit into one memory of 4 GiB
 * @throws BroadsheetError if the machine has not so much
 */
export function allocateVectors(count: number): SearchVectors {
  if (!Number.isInteger(count) || count < 0)
    throw new RangeError(`not a number of papers: ${count}`);
  const layout = layoutOf(count);
  if (layout.bytes > MOST_BYTES) {
    throw new RangeError(`the vectors of ${count} papers do not fit into one memory of 4 GiB`);
  }
  const memory = allocateMemory(layout.bytes, `the vectors of ${count} papers`);
  const { buffer } = memory;
  return {
    count,
    memory,
    codes: new Uint8Array(buffer, layout.codes, count * CODE_BYTES),
    values: new Int8Array(buffer, layout.values, count * DIMENSIONS),
    scales: new Float32Array(buffer, layout.scales, count),
  };
}

/** Copies the vector of one paper to the place of another. */
export function copyVector(
  from: StoredVectors,
  paper: number,
  to: StoredVectors,
  toPaper: number,
): void {
  const code = paper * CODE_BYTES;
  const value = paper * DIMENSIONS;
  to.codes.set(from.codes.subarray(code, code + CODE_BYTES), toPaper * CODE_BYTES);
  to.values.set(from.values.subarray(value, value + DIMENSIONS), toPaper * DIMENSIONS);
  to.scales[toPaper] = from.scales[paper] as number;
}
