/**
 * Strings in shared memory: how a table of them is made, read and searched. Sorted tables are in
 * the order of their bytes as UTF-8, which is that of their code points; JavaScript's own order
 * differs where characters beyond U+FFFF are met.
 */

import type { StringTable } from './segment.js';
import { sharedBytes, sharedNumbers } from './shared-arrays.js';

/** Neighbours in a table: the first of them, and the first behind them. */
export type Range = readonly [from: number, until: number];

const SURROGATE = /[\ud800-\udfff]/;

/** Halves of surrogate pairs; in UTF-16 they stand before the last of the plain characters. */
const FIRST_SURROGATE = 0xd800;
const FIRST_BEHIND_SURROGATES = 0xe000;

/** Encoded, a UTF-16 unit takes so many bytes at most. */
const MOST_BYTES_PER_UNIT = 3;

const encoder = new TextEncoder();

/** A mark of byte order is a character like any other here. */
const decoder = new TextDecoder('utf-8', { ignoreBOM: true });

/** The bytes of what is looked for; replaced by a larger one for longer strings. */
let key: Uint8Array = new Uint8Array(1_024);

/** Puts strings into a table, in their order. A half of a surrogate pair becomes U+FFFD. */
export function tableOf(strings: readonly string[]): StringTable {
  const sound = strings.map((string) => string.toWellFormed());
  const joined = sound.join('');
  const encoded = encoder.encode(joined);
  const bytes = sharedBytes(encoded.length);
  bytes.set(encoded);
  const ends = sharedNumbers(strings.length);
  const isAscii = encoded.length === joined.length;
  let end = 0;
  for (let at = 0; at < sound.length; at += 1) {
    const string = sound[at] as string;
    end += isAscii ? string.length : Buffer.byteLength(string);
    ends[at] = end;
  }
  return { bytes, ends };
}

/**
 * The table of strings that stand in other tables.
 *
 * @param tableOf - the table of each string, by its place among the tables
 * @param places - where each stands there
 */
export function pickStrings(
  tables: readonly StringTable[],
  tableOf: ArrayLike<number>,
  places: ArrayLike<number>,
): StringTable {
  const ends = sharedNumbers(places.length);
  let end = 0;
  for (let at = 0; at < places.length; at += 1) {
    const { ends: itsEnds } = tables[tableOf[at] as number] as StringTable;
    const place = places[at] as number;
    end += (itsEnds[place] as number) - startOf(itsEnds, place);
    ends[at] = end;
  }
  const bytes = sharedBytes(end);
  for (let at = 0, to = 0; at < places.length; at += 1) {
    const table = tables[tableOf[at] as number] as StringTable;
    const until = ends[at] as number;
    for (let from = startOf(table.ends, places[at] as number); to < until; from += 1, to += 1) {
      bytes[to] = table.bytes[from] as number;
    }
  }
  return { bytes, ends };
}

export function stringAt({ bytes, ends }: StringTable, at: number): string {
  return decoder.decode(bytes.subarray(startOf(ends, at), ends[at]));
}

/** FNV-1a over the bytes of a string: 32 bits, unsigned. Takes far less time than to decode it. */
export function hashAt({ bytes, ends }: StringTable, at: number): number {
  let hash = 0x811c9dc5;
  const end = ends[at] as number;
  for (let byte = startOf(ends, at); byte < end; byte += 1) {
    hash = Math.imul(hash ^ (bytes[byte] as number), 0x01000193);
  }
  return hash >>> 0;
}

/** Where a string begins, by the ends of its table. */
export function startOf(ends: Uint32Array, at: number): number {
  return at === 0 ? 0 : (ends[at - 1] as number);
}

/** Where a string stands in a sorted table; -1 if it does not. */
export function findString(table: StringTable, string: string): number {
  const length = encodeKey(string);
  const at = firstFrom(table, length, Number.POSITIVE_INFINITY, 0);
  return at < table.ends.length && compareWithKey(table, at, length, length + 1) === 0 ? at : -1;
}

/** Where the strings of a sorted table stand that begin with a text. */
export function prefixRange(table: StringTable, prefix: string): Range {
  const length = encodeKey(prefix);
  return [
    firstFrom(table, length, Number.POSITIVE_INFINITY, 0),
    firstFrom(table, length, length, 1),
  ];
}

/** The order of sorted tables, for strings that are in none yet. */
export function compareInTable(a: string, b: string): number {
  const shorter = Math.min(a.length, b.length);
  for (let at = 0; at < shorter; at += 1) {
    const one = a.charCodeAt(at);
    const other = b.charCodeAt(at);
    if (one !== other) return rankOf(one) - rankOf(other);
  }
  return a.length - b.length;
}

/** Sorts strings for a table, in place. */
export function sortForTable(strings: string[]): string[] {
  // Without a function to compare by, sorting is several times as fast.
  strings.sort();
  return strings.some((string) => SURROGATE.test(string)) ? strings.sort(compareInTable) : strings;
}

/**
 * The first string that, cut to so many bytes, does not stand before the key.
 *
 * @param length - of the key, in bytes
 * @param bound - 0 to stop at the key itself, 1 to go on past it
 */
function firstFrom(table: StringTable, length: number, cutAt: number, bound: 0 | 1): number {
  let low = 0;
  let high = table.ends.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (compareWithKey(table, middle, length, cutAt) < bound) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Below 0 where a string, cut to so many bytes, stands before the key; 0 where it is the key. */
function compareWithKey(
  { bytes, ends }: StringTable,
  at: number,
  length: number,
  cutAt: number,
): number {
  const from = startOf(ends, at);
  const itsLength = Math.min((ends[at] as number) - from, cutAt);
  const shorter = Math.min(itsLength, length);
  for (let byte = 0; byte < shorter; byte += 1) {
    const difference = (bytes[from + byte] as number) - (key[byte] as number);
    if (difference !== 0) return difference;
  }
  return itsLength - length;
}

/** Encodes what is looked for into `key`, and returns how many bytes it has there. */
function encodeKey(string: string): number {
  const most = string.length * MOST_BYTES_PER_UNIT;
  if (most > key.length) key = new Uint8Array(most);
  return encoder.encodeInto(string, key).written;
}

/** Where a UTF-16 unit stands among the others by the code points that it begins. */
function rankOf(unit: number): number {
  if (unit < FIRST_SURROGATE) return unit;
  return unit >= FIRST_BEHIND_SURROGATES ? unit - 0x800 : unit + 0x2000;
}
