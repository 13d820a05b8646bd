/** What a segment says of single papers, and how its papers are ordered and named. */

import type { PartialDate } from '../../papers/dates.js';
import type { PaperId } from '../../papers/identifiers.js';
import type { Segment } from './segment.js';
import { stringAt } from './string-table.js';

/** What decides where a paper stands in a segment. */
export type PaperOrder = {
  /** As {@link dateKeyOf} gives it. */
  readonly date: number;
  readonly edition: number;
  readonly id: string;
};

/** Names never hold one. */
export const BETWEEN_NAMES = '\n';

/**
 * The order of the papers of a segment: the oldest first, those without a date before all, and
 * of one day the last id first, so that a walk from the end goes by ascending ids.
 */
export function comparePapers(a: PaperOrder, b: PaperOrder): number {
  return a.date - b.date || a.edition - b.edition || (a.id === b.id ? 0 : a.id < b.id ? 1 : -1);
}

export function idOf({ papers: { names } }: Segment, paper: number): PaperId {
  const all = stringAt(names, paper);
  const end = all.indexOf(BETWEEN_NAMES);
  return (end < 0 ? all : all.slice(0, end)) as PaperId;
}

/** The names of a paper besides its id. */
export function namesOf({ papers: { names } }: Segment, paper: number): readonly string[] {
  return stringAt(names, paper).split(BETWEEN_NAMES).slice(1);
}

/** The papers whose id or other name this is, dead ones among them: several if it was moved. */
export function papersNamed(segment: Segment, name: string): readonly number[] {
  const { names, nameHashes } = segment.papers;
  const hash = hashOfName(name);
  const found: number[] = [];
  for (let at = firstOfHash(nameHashes, hash); nameHashes[at] === hash; at += 2) {
    const paper = nameHashes[at + 1] as number;
    if (stringAt(names, paper).split(BETWEEN_NAMES).includes(name)) found.push(paper);
  }
  return found;
}

/** FNV-1a over the UTF-16 units of a name: 32 bits, unsigned. */
export function hashOfName(name: string): number {
  let hash = 0x811c9dc5;
  for (let at = 0; at < name.length; at += 1) {
    hash = Math.imul(hash ^ name.charCodeAt(at), 0x01000193);
  }
  return hash >>> 0;
}

/** `20260305` for 2026-03-05, `20260300` for 2026-03, `20260000` for 2026, 0 for none. */
export function dateKeyOf(date: PartialDate | undefined): number {
  return date === undefined ? 0 : Number(date.replaceAll('-', '').padEnd('YYYYMMDD'.length, '0'));
}

/** Where the pairs with a hash begin among pairs sorted by it. */
function firstOfHash(pairs: Uint32Array, hash: number): number {
  let low = 0;
  let high = pairs.length >>> 1;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((pairs[middle * 2] as number) < hash) low = middle + 1;
    else high = middle;
  }
  return low * 2;
}
