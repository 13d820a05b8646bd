/** Bytes in a row that grows. */

import { sharedBytes } from './shared-arrays.js';

export type ByteSink = { bytes: Uint8Array; length: number };

/** Where something stands among them is a number of 32 bits. */
const MOST_BYTES = 2 ** 32 - 1;

/** Bytes of the longest number that is written: 32 bits, 7 in each byte. */
export const LONGEST_VARINT = 5;

const SMALL_CAPACITY = 1_024;

/**
 * @param capacity - how many bytes are expected; there may be more. They are then written to
 *   shared memory at once, which costs nothing as far as it is not used.
 */
export function createByteSink(capacity?: number): ByteSink {
  const bytes =
    capacity === undefined
      ? new Uint8Array(SMALL_CAPACITY)
      : sharedBytes(Math.min(capacity, MOST_BYTES));
  return { bytes, length: 0 };
}

/**
 * Makes room for so many more bytes.
 *
 * @throws RangeError if that were more than 4 GiB
 */
export function reserve(sink: ByteSink, bytes: number): void {
  const needed = sink.length + bytes;
  if (needed <= sink.bytes.length) return;
  if (needed > MOST_BYTES) throw new RangeError('A part of the index would outgrow 4 GiB.');
  const larger = new Uint8Array(Math.min(Math.max(sink.bytes.length * 2, needed), MOST_BYTES));
  larger.set(sink.bytes.subarray(0, sink.length));
  sink.bytes = larger;
}

/**
 * Writes a whole number as LEB128: 7 bits in each byte, low ones first.
 *
 * @param bytes - with room for {@link LONGEST_VARINT}
 * @returns where it ends
 */
export function writeVarint(bytes: Uint8Array, at: number, value: number): number {
  let end = at;
  let rest = value;
  while (rest >= 0x80) {
    bytes[end] = (rest & 0x7f) | 0x80;
    end += 1;
    rest >>>= 7;
  }
  bytes[end] = rest;
  return end + 1;
}

/**
 * What a sink holds, in shared memory; nothing may be written to the sink any more.
 *
 * @param padding - how many zeros follow it
 */
export function sharedBytesFrom({ bytes, length }: ByteSink, padding = 0): Uint8Array {
  const isShared = bytes.buffer instanceof SharedArrayBuffer;
  if (isShared && length + padding <= bytes.length) return bytes.subarray(0, length + padding);
  const shared = sharedBytes(length + padding);
  shared.set(bytes.subarray(0, length));
  return shared;
}
