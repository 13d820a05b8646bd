/**
 * Strings in shared memory, by number, and found by what they are: a table of hashes with open
 * addressing stands beside them, so that a thread which looks a word up needs nothing of its own.
 */

/** Strings in one piece of shared memory, by number. */
export type StringTable = {
  /** In UTF-8, one behind the other. */
  readonly bytes: Uint8Array;
  /** Where each begins; one more than there are strings. */
  readonly starts: Uint32Array;
  /**
   * The number of a string plus 1, at the place of its hash or the first free one behind it;
   * 0 where there is none. A power of two, and at most half of it in use.
   */
  readonly places: Uint32Array;
};

/** FNV-1a of 32 bits (Fowler, Noll and Vo). */
const FIRST_HASH = 0x811c9dc5;
const HASH_FACTOR = 0x01000193;

/** Encoded, a UTF-16 unit takes so many bytes at most. */
const MOST_BYTES_PER_UNIT = 3;

const encoder = new TextEncoder();

/** A mark of byte order is a character like any other here. */
const decoder = new TextDecoder('utf-8', { ignoreBOM: true });

/** What is looked for, encoded; replaced by a larger one for longer strings. */
let key: Uint8Array = new Uint8Array(1_024);

/** Puts strings into a table, in their order. A half of a surrogate pair becomes U+FFFD. */
export function tableOf(strings: readonly string[]): StringTable {
  const encoded = encoder.encode(strings.map((string) => string.toWellFormed()).join(''));
  const bytes = sharedCopyOf(encoded);
  const starts = new Uint32Array(strings.length + 1);
  let end = 0;
  for (const [at, string] of strings.entries()) {
    end += Buffer.byteLength(string);
    starts[at + 1] = end;
  }
  return stringTable(bytes, starts);
}

/**
 * The table of strings that stand so in memory, which is copied where it is not shared.
 *
 * @param starts - rising from 0 to the number of bytes
 */
export function stringTable(bytes: Uint8Array, starts: Uint32Array): StringTable {
  const shared = {
    bytes: bytes.buffer instanceof SharedArrayBuffer ? bytes : sharedCopyOf(bytes),
    starts: starts.buffer instanceof SharedArrayBuffer ? starts : sharedNumbersOf(starts),
  };
  return { ...shared, places: placesOf(shared) };
}

/** How many strings there are. */
export function countOf({ starts }: StringTable): number {
  return starts.length - 1;
}

/** @param at - less than there are strings */
export function stringAt({ bytes, starts }: StringTable, at: number): string {
  // What decodes does not read shared memory.
  return decoder.decode(bytes.slice(starts[at], starts[at + 1]));
}

/** The number of a string; of the first, if it is there more than once; -1 if it is not. */
export function findString(table: StringTable, string: string): number {
  const { bytes, starts, places } = table;
  const most = string.length * MOST_BYTES_PER_UNIT;
  if (most > key.length) key = new Uint8Array(most);
  const length = encoder.encodeInto(string, key).written;
  const last = places.length - 1;
  for (let place = hashOf(key, 0, length) & last; ; place = (place + 1) & last) {
    const at = (places[place] as number) - 1;
    if (at < 0) return -1;
    const start = starts[at] as number;
    if ((starts[at + 1] as number) - start === length && isKey(bytes, start, length)) return at;
  }
}

function isKey(bytes: Uint8Array, start: number, length: number): boolean {
  for (let at = 0; at < length; at += 1) {
    if (bytes[start + at] !== key[at]) return false;
  }
  return true;
}

function placesOf({ bytes, starts }: Omit<StringTable, 'places'>): Uint32Array {
  const count = starts.length - 1;
  let size = 2;
  while (size < 2 * count) size *= 2;
  const places = new Uint32Array(new SharedArrayBuffer(size * Uint32Array.BYTES_PER_ELEMENT));
  for (let at = 0; at < count; at += 1) {
    let place = hashOf(bytes, starts[at] as number, starts[at + 1] as number) & (size - 1);
    while (places[place] !== 0) place = (place + 1) & (size - 1);
    places[place] = at + 1;
  }
  return places;
}

function hashOf(bytes: Uint8Array, from: number, until: number): number {
  let hash = FIRST_HASH;
  for (let at = from; at < until; at += 1) {
    hash = Math.imul(hash ^ (bytes[at] as number), HASH_FACTOR);
  }
  // The last bits of a product know nothing of the first ones of its factors.
  return hash ^ (hash >>> 15);
}

function sharedCopyOf(bytes: Uint8Array): Uint8Array {
  const copy = new Uint8Array(new SharedArrayBuffer(bytes.length));
  copy.set(bytes);
  return copy;
}

function sharedNumbersOf(numbers: Uint32Array): Uint32Array {
  const copy = new Uint32Array(new SharedArrayBuffer(numbers.byteLength));
  copy.set(numbers);
  return copy;
}
