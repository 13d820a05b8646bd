/** Which papers a merged segment has, and how they are numbered in it and in its parts. */

import { MOST_PAPERS_IN_SEGMENT } from './posting-blocks.js';
import { paperCount, type Segment } from './segment.js';
import { comparePapers, idOf, type PaperOrder } from './segment-lookup.js';

/** A segment to merge. */
export type MergePart = {
  readonly segment: Segment;
  /** Which of its papers are dead: bit `p & 31` of word `p >>> 5`. */
  readonly dead: Uint32Array;
};

/** The living papers of all parts, numbered as in the merged segment. */
export type MergedPapers = {
  readonly count: number;
  /** The part of each paper, and its number there. */
  readonly parts: Uint32Array;
  readonly numbers: Uint32Array;
  /** For each part, what number each of its papers gets; {@link NONE} if it is dead. */
  readonly merged: readonly Uint32Array[];
};

/** The number of what does not come into the merged segment. */
export const NONE = 0xffff_ffff;

/** What of a part is still to be put in order. */
type Rest = PaperOrder & { readonly paper: number };

/** @throws RangeError if there are more living papers than a segment can hold */
export function orderPapers(mergeParts: readonly MergePart[]): MergedPapers {
  const merged = mergeParts.map(({ segment }) => new Uint32Array(paperCount(segment)).fill(NONE));
  const most = merged.reduce((sum, { length }) => sum + length, 0);
  const parts = new Uint32Array(most);
  const numbers = new Uint32Array(most);
  const rests = mergeParts.map((part) => nextLiving(part, 0));
  let count = 0;
  while (true) {
    let first: Rest | undefined;
    let firstAt = 0;
    for (let at = 0; at < rests.length; at += 1) {
      const rest = rests[at];
      if (!rest || (first && comparePapers(first, rest) <= 0)) continue;
      first = rest;
      firstAt = at;
    }
    if (!first) break;
    (merged[firstAt] as Uint32Array)[first.paper] = count;
    parts[count] = firstAt;
    numbers[count] = first.paper;
    count += 1;
    rests[firstAt] = nextLiving(mergeParts[firstAt] as MergePart, first.paper + 1);
  }
  if (count > MOST_PAPERS_IN_SEGMENT) {
    throw new RangeError(`A segment holds no more than ${MOST_PAPERS_IN_SEGMENT} papers.`);
  }
  return { count, parts: parts.subarray(0, count), numbers: numbers.subarray(0, count), merged };
}

/** Whether a paper is dead. */
export function isDead({ dead }: MergePart, paper: number): boolean {
  return (((dead[paper >>> 5] ?? 0) >>> (paper & 31)) & 1) === 1;
}

function nextLiving(part: MergePart, from: number): Rest | undefined {
  const { segment } = part;
  const { dates, editions } = segment.papers;
  let paper = from;
  while (paper < dates.length && isDead(part, paper)) paper += 1;
  if (paper === dates.length) return undefined;
  return {
    paper,
    date: dates[paper] as number,
    edition: editions[paper] as number,
    id: idOf(segment, paper),
  };
}
