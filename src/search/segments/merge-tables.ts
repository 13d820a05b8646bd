/** Several sorted tables of strings as one: which of their strings are the same. */

import type { NumberSink } from './number-sink.js';
import type { StringTable } from './segment.js';
import { pickStrings, startOf } from './string-table.js';

/** The distinct strings of several tables, numbered from 0 in the order of their bytes. */
export type TableUnion = {
  /** For each table, the number of each of its strings. */
  readonly numbers: readonly Uint32Array[];
  /** By number: a table that has the string, and where it stands there. */
  readonly tables: Uint32Array;
  readonly places: Uint32Array;
};

/** The first bytes of a string, compared as one number: a double holds no more of them exactly. */
const HEAD_BYTES = 6;

const NO_MORE = Number.POSITIVE_INFINITY;

/** What of a table is still to be united. */
type Rest = { readonly table: StringTable; place: number; head: number };

export function uniteTables(tables: readonly StringTable[]): TableUnion {
  const total = tables.reduce((sum, { ends }) => sum + ends.length, 0);
  const numbers = tables.map(({ ends }) => new Uint32Array(ends.length));
  const firstTables = new Uint32Array(total);
  const firstPlaces = new Uint32Array(total);
  const rests = tables.map((table): Rest => ({ table, place: 0, head: headOf(table, 0) }));
  let count = 0;
  while (true) {
    let firstAt = -1;
    let first: Rest | undefined;
    for (let at = 0; at < rests.length; at += 1) {
      const rest = rests[at] as Rest;
      if (rest.head === NO_MORE || (first && compareNext(rest, first) >= 0)) continue;
      firstAt = at;
      first = rest;
    }
    if (!first) break;
    firstTables[count] = firstAt;
    firstPlaces[count] = first.place;
    // Tables before the first one have greater strings, and it goes on last, as it is compared.
    for (let at = rests.length - 1; at >= firstAt; at -= 1) {
      const rest = rests[at] as Rest;
      if (rest !== first && (rest.head !== first.head || compareNext(rest, first) !== 0)) continue;
      (numbers[at] as Uint32Array)[rest.place] = count;
      rest.place += 1;
      rest.head = headOf(rest.table, rest.place);
    }
    count += 1;
  }
  return {
    numbers,
    tables: firstTables.subarray(0, count),
    places: firstPlaces.subarray(0, count),
  };
}

/** The strings of a union that are kept, as a table. */
export function chosenStrings(
  tables: readonly StringTable[],
  union: TableUnion,
  { values, length }: NumberSink,
): StringTable {
  const chosen = values.subarray(0, length);
  return pickStrings(
    tables,
    chosen.map((number) => union.tables[number] as number),
    chosen.map((number) => union.places[number] as number),
  );
}

/**
 * For each table, what becomes of the number of each of its strings.
 *
 * @param kept - by the numbers of the union
 */
export function keptNumbers({ numbers }: TableUnion, kept: Uint32Array): Uint32Array[] {
  return numbers.map((itsNumbers) => itsNumbers.map((number) => kept[number] as number));
}

function compareNext(one: Rest, other: Rest): number {
  if (one.head !== other.head) return one.head - other.head;
  const { bytes, ends } = one.table;
  const otherBytes = other.table.bytes;
  const from = startOf(ends, one.place);
  const otherFrom = startOf(other.table.ends, other.place);
  const length = (ends[one.place] as number) - from;
  const otherLength = (other.table.ends[other.place] as number) - otherFrom;
  const shorter = Math.min(length, otherLength);
  for (let at = Math.min(HEAD_BYTES, shorter); at < shorter; at += 1) {
    const difference = (bytes[from + at] as number) - (otherBytes[otherFrom + at] as number);
    if (difference !== 0) return difference;
  }
  return length - otherLength;
}

function headOf({ bytes, ends }: StringTable, place: number): number {
  if (place === ends.length) return NO_MORE;
  const from = startOf(ends, place);
  const until = ends[place] as number;
  let head = 0;
  for (let at = from; at < from + HEAD_BYTES; at += 1) {
    head = head * 256 + (at < until ? (bytes[at] as number) : 0);
  }
  return head;
}
