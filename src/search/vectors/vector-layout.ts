/**
 * Where everything lies in the memory of a segment's vectors. It follows from the number of
 * papers alone, so that every thread finds it by itself:
 *
 *     room of thread 0 · room of thread 1 · … · codes · values · scales
 *
 * Each begins at a multiple of {@link ALIGNMENT}. Address 0 is the query of thread 0, so that no
 * list of allowed papers lies there and 0 can mean "all papers".
 */

/** Numbers in a full vector. */
export const DIMENSIONS = 256;

/** Bytes of a paper's signs. */
export const CODE_BYTES: number = DIMENSIONS / 8;

/** Distances that are told apart: from 0 to 255 differing signs; 256 counts as 255. */
export const MOST_DISTANCES = 256;

/** WebAssembly loads 16 bytes at once, and sooner where they lie so. */
const ALIGNMENT = 16;

/** As far as 32-bit addresses go. */
export const MOST_BYTES: number = 2 ** 32;

/** Threads that may search at the same time: more than the processors of most servers. */
export const MOST_THREADS = 32;

/** Papers that are collected and scored at a time; a few times the candidates of a query. */
const MOST_IN_BATCH = 4_096;

/** The addresses of what one thread writes while it searches. */
export type ThreadRoom = {
  /** The query's signs, {@link CODE_BYTES}. */
  readonly queryCode: number;
  /** The query's values, {@link DIMENSIONS} bytes. */
  readonly queryValues: number;
  /** How many papers are at each distance: 32 bits each. */
  readonly histogram: number;
  /** Each paper's distance: 8 bits each. */
  readonly distances: number;
  /** Which papers may be found: bit `p & 31` of the 32-bit word `p >>> 5`. */
  readonly allowed: number;
  /** A batch of papers' numbers: 32 bits each. */
  readonly numbers: number;
  /** What was computed for each of them: 32 bits each. */
  readonly dots: number;
};

export type VectorLayout = {
  /** Of everything. */
  readonly bytes: number;
  readonly codes: number;
  readonly values: number;
  readonly scales: number;
  /** How many papers a thread has room for in `numbers` and `dots`. */
  readonly batch: number;
  /** @param thread - from 0 up to {@link MOST_THREADS}, exclusive */
  readonly roomOf: (thread: number) => ThreadRoom;
};

export function layoutOf(count: number): VectorLayout {
  const batch = Math.min(Math.max(count, 1), MOST_IN_BATCH);
  const queryCode = 0;
  const queryValues = queryCode + CODE_BYTES;
  const histogram = queryValues + DIMENSIONS;
  const distances = histogram + MOST_DISTANCES * 4;
  const allowed = aligned(distances + count);
  const numbers = aligned(allowed + Math.ceil(count / 32) * 4);
  const dots = aligned(numbers + batch * 4);
  const roomBytes = aligned(dots + batch * 4);
  const codes = MOST_THREADS * roomBytes;
  const values = aligned(codes + count * CODE_BYTES);
  const scales = aligned(values + count * DIMENSIONS);

  function roomOf(thread: number): ThreadRoom {
    if (!Number.isInteger(thread) || thread < 0 || thread >= MOST_THREADS) {
      throw new RangeError(`not the number of a search thread: ${thread}`);
    }
    const at = thread * roomBytes;
    return {
      queryCode: at + queryCode,
      queryValues: at + queryValues,
      histogram: at + histogram,
      distances: at + distances,
      allowed: at + allowed,
      numbers: at + numbers,
      dots: at + dots,
    };
  }

  return { bytes: aligned(scales + count * 4), codes, values, scales, batch, roomOf };
}

function aligned(address: number): number {
  return Math.ceil(address / ALIGNMENT) * ALIGNMENT;
}
