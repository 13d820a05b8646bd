/**
 * Where the vectors of a model lie in its memory. WebAssembly reads and writes one memory, so
 * that the room in which each thread adds vectors up lies before them:
 *
 *     owners of the rooms · room 0 · room 1 · … · rows · scales
 *
 * The rooms take addresses, and memory only as far as they are used.
 */

import { threadId } from 'node:worker_threads';
import { allocateMemory, type SharedMemory } from '../web-assembly.js';
import { DIMENSIONS } from './embedder.js';

/** A table of vectors; row r is `scales[r]` times the 256 numbers from `rows[256 r]` on. */
export type ModelRows = {
  /**
   * Where they lie: a shared WebAssembly memory, so that kernels can run on it, where WebAssembly
   * is to be had; otherwise anything with a buffer.
   */
  readonly memory: SharedMemory;
  /** 256 numbers a row, row after row. */
  readonly rows: Int8Array;
  /** What each number of a row is to be multiplied by, row by row. Not negative. */
  readonly scales: Float32Array;
};

/** Half a gigabyte, and many times the words of any language. */
export const MOST_ROWS = 2_097_152;

/** Threads that may use a model at the same time; with more, the others do without kernels. */
const MOST_ROOMS = 128;

/** Rows that are added up at a time: two and three abstracts have so many different terms. */
export const MOST_IN_BATCH = 512;

/** Vectors made of letters among those: an abstract has a handful. */
export const MOST_SIGNS_IN_BATCH = 32;

/** Of a row's address and its factor, each 32 bits. */
export const BYTES_PER_ENTRY = 8;

/** A line of the cache: two threads never write to one. */
const ALIGNMENT = 64;

/** The addresses of what one thread writes. */
export type ModelRoom = {
  /** {@link MOST_IN_BATCH} pairs of an address and a factor. */
  readonly batch: number;
  /** {@link MOST_SIGNS_IN_BATCH} rows. */
  readonly signs: number;
  /** 256 sums of 32 bits. */
  readonly sums: number;
};

const ROOMS: number = aligned(MOST_ROOMS * Int32Array.BYTES_PER_ELEMENT);
const SIGNS = MOST_IN_BATCH * BYTES_PER_ENTRY;
const SUMS: number = SIGNS + MOST_SIGNS_IN_BATCH * DIMENSIONS;
const ROOM_BYTES: number = SUMS + DIMENSIONS * Float32Array.BYTES_PER_ELEMENT;
const ROWS: number = aligned(ROOMS + MOST_ROOMS * ROOM_BYTES);

/**
 * Room for so many vectors, all zeros.
 *
 * @throws RangeError if that is no whole number, or more than {@link MOST_ROWS}
 * @throws BroadsheetError if the machine has not so much memory
 */
export function allocateRows(count: number): ModelRows {
  if (!Number.isInteger(count) || count < 0 || count > MOST_ROWS) {
    throw new RangeError(`a model has from 0 to ${MOST_ROWS} rows, not ${count}`);
  }
  const scales = aligned(ROWS + count * DIMENSIONS);
  const bytes = scales + count * Float32Array.BYTES_PER_ELEMENT;
  const memory = allocateMemory(bytes, `a model of ${count} words`);
  return {
    memory,
    rows: new Int8Array(memory.buffer, ROWS, count * DIMENSIONS),
    scales: new Float32Array(memory.buffer, scales, count),
  };
}

/**
 * The room of this thread, for as long as the thread runs; `undefined` if other threads have them
 * all. Whoever asks again in the same thread gets the same room, so that nothing may stay there
 * from one text to the next.
 */
export function roomOf({ memory }: ModelRows): ModelRoom | undefined {
  const owners = new Int32Array(memory.buffer, 0, MOST_ROOMS);
  const self = threadId + 1;
  for (let room = 0; room < MOST_ROOMS; room += 1) {
    const owner = Atomics.compareExchange(owners, room, 0, self);
    if (owner !== 0 && owner !== self) continue;
    const at = ROOMS + room * ROOM_BYTES;
    return { batch: at, signs: at + SIGNS, sums: at + SUMS };
  }
  return undefined;
}

function aligned(address: number): number {
  return Math.ceil(address / ALIGNMENT) * ALIGNMENT;
}
