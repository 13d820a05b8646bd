/**
 * The words of each paper, in little room. Only papers that go and a few first results are asked
 * for them, so they may lie on disk. A row is ascending: the first word, and the gap from each to the next, as LEB128.
 */

import { type ByteSink, LONGEST_VARINT, reserve, writeVarint } from './byte-sink.js';
import { createNumberSink, type NumberSink } from './number-sink.js';
import type { ForwardRows } from './segment.js';

/** Writes one row: the first `count` of the words, which ascend. */
export function writeForwardRow(sink: ByteSink, words: ArrayLike<number>, count: number): void {
  reserve(sink, count * LONGEST_VARINT);
  const { bytes } = sink;
  let end = sink.length;
  let last = 0;
  for (let at = 0; at < count; at += 1) {
    const word = words[at] as number;
    end = writeVarint(bytes, end, word - last);
    last = word;
  }
  sink.length = end;
}

/**
 * Reads the row that lies in these bytes from `from` until before `until`, in place of what `into`
 * held.
 */
export function readForwardRowInto(
  bytes: Uint8Array,
  from: number,
  until: number,
  into: NumberSink,
): void {
  if (until - from > into.values.length) into.values = new Uint32Array((until - from) * 2);
  const { values } = into;
  let length = 0;
  let word = 0;
  for (let at = from; at < until; length += 1) {
    let shift = 0;
    let byte = bytes[at] as number;
    at += 1;
    while (byte >= 0x80) {
      word += (byte & 0x7f) << shift;
      shift += 7;
      byte = bytes[at] as number;
      at += 1;
    }
    word += byte << shift;
    values[length] = word;
  }
  into.length = length;
}

/** The words of a row that lies in these bytes. */
export function readForwardRow(
  bytes: Uint8Array,
  from = 0,
  until: number = bytes.length,
): Uint32Array {
  readForwardRowInto(bytes, from, until, row);
  return row.values.slice(0, row.length);
}

/** Reads rows that are in memory. */
export function wordsInMemory({ bytes, ends }: ForwardRows): (paper: number) => Uint32Array {
  return (paper) => readForwardRow(bytes, ends[paper - 1], ends[paper]);
}

const row = createNumberSink();
