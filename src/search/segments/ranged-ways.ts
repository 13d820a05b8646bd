/**
 * The ways of a unit over ranges: a range is some papers of successive numbers, and of each way
 * it is known what it can be worth there at most. For common words that is said by the bounds of
 * posting blocks; rarer ones, whose blocks reach over many ranges, are read beforehand.
 */

import { scoreOf } from '../bm25f.js';
import type { FoundPlaces } from './found-places.js';
import { mostGrowth } from './place-weights.js';
import { END, passOver, seekPaper, type TermCursor } from './term-cursor.js';
import { type UnitReader, worthOfFound } from './unit-reader.js';
import type { Workspace } from './workspace.js';
import { type Scale, worthsInBlock } from './worths.js';

/** Papers to a range: the fewer, the tighter the bounds; the more, the fewer blocks read twice. */
export const RANGE_BITS = 10;
export const RANGE_SIZE: number = 1 << RANGE_BITS;

export type RangedWay = {
  /** By range: no paper is worth more by it; 0 where none has it. */
  readonly bounds: Float64Array;
  /** What reads its papers; absent if they were read beforehand. */
  readonly cursor: TermCursor | undefined;
  /** How many papers of a range have it, on average. */
  readonly papersPerRange: number;
  /** If they were: the papers, ascending, what it is worth in each, and where each range begins. */
  readonly papers: Uint32Array;
  readonly worths: Float64Array;
  /** One more entry than there are ranges. */
  readonly starts: Uint32Array;
};

/** A term of so few papers, or of so small a share of them, is read beforehand. */
const FEW_PAPERS = 2_048;
const SMALL_SHARE: number = 1 / 64;

const NO_NUMBERS = new Uint32Array();
const NO_FLOATS = new Float64Array();

/**
 * The ways of a unit, the commonest last.
 *
 * @param rangeCount - how many ranges the papers of the segment make
 */
export function rangedWaysOf(
  { match, cursors }: UnitReader,
  scale: Scale,
  rangeCount: number,
  workspace: Workspace,
): RangedWay[] {
  const { segment, terms, found } = match;
  const few = Math.max(FEW_PAPERS, (scale.lengths.length / 2) * SMALL_SHARE);
  const growth = mostGrowth(scale.weights, segment.averageLengths);
  const ways = cursors.map((cursor, at) => {
    const papers = segment.terms.papers[terms[at]?.term ?? 0] as number;
    const bounds = workspace.floats(rangeCount).fill(0);
    const way =
      papers <= few
        ? wayOfPapers(unpack(cursor, papers, scale, workspace), bounds, workspace)
        : wayOfBlocks(cursor, papers / rangeCount, growth, bounds);
    return { papers, way };
  });
  if (found) {
    const bounds = workspace.floats(rangeCount).fill(0);
    const way = wayOfPapers(worthsOfFound(found, scale, workspace), bounds, workspace);
    ways.push({ papers: found.papers.length, way });
  }
  return ways.sort((a, b) => a.papers - b.papers).map(({ way }) => way);
}

/** The greatest score that a unit can have in each range. */
export function boundsOf(
  ways: readonly RangedWay[],
  weight: number,
  rangeCount: number,
  workspace: Workspace,
): Float64Array {
  const scores = workspace.floats(rangeCount).fill(0);
  // A place that is taken in two ways counts once, so the sum is never too low.
  for (const { bounds } of ways) {
    for (let range = 0; range < rangeCount; range += 1) {
      scores[range] = (scores[range] as number) + (bounds[range] as number);
    }
  }
  for (let range = 0; range < rangeCount; range += 1) {
    scores[range] = scoreOf(weight, scores[range] as number);
  }
  return scores;
}

type Worths = { readonly papers: Uint32Array; readonly worths: Float64Array };

/** Reads all papers of a term. */
function unpack(cursor: TermCursor, count: number, scale: Scale, workspace: Workspace): Worths {
  const papers = workspace.numbers(count);
  const worths = workspace.floats(count);
  let done = 0;
  for (let paper = seekPaper(cursor, 0); paper !== END; ) {
    const end = worthsInBlock(cursor, END, scale, worths, done);
    for (let at = 0; at < end; at += 1) papers[done + at] = cursor.papers[at] as number;
    done += end;
    paper = passOver(cursor, end);
  }
  return { papers, worths };
}

function worthsOfFound(found: FoundPlaces, scale: Scale, workspace: Workspace): Worths {
  const worths = workspace.floats(found.papers.length);
  for (let at = 0; at < worths.length; at += 1) worths[at] = worthOfFound(found, at, scale);
  return { papers: found.papers.values.subarray(0, worths.length), worths };
}

function wayOfPapers(
  { papers, worths }: Worths,
  bounds: Float64Array,
  workspace: Workspace,
): RangedWay {
  const starts = workspace.numbers(bounds.length + 1);
  let range = 0;
  starts[0] = 0;
  for (let at = 0; at < papers.length; at += 1) {
    const itsRange = (papers[at] as number) >>> RANGE_BITS;
    for (; range < itsRange; range += 1) starts[range + 1] = at;
    raise(bounds, itsRange, worths[at] as number);
  }
  for (; range < bounds.length; range += 1) starts[range + 1] = papers.length;
  const papersPerRange = papers.length / bounds.length;
  return {
    bounds,
    cursor: undefined,
    papersPerRange,
    papers,
    worths,
    starts,
  };
}

/** @param growth - how much more a place may be worth than when the blocks were bounded */
function wayOfBlocks(
  cursor: TermCursor,
  papersPerRange: number,
  growth: number,
  bounds: Float64Array,
): RangedWay {
  const { firstBlock, endBlock } = cursor;
  const { blockBounds, blockLastPapers } = cursor.terms;
  let range = 0;
  for (let block = firstBlock; block < endBlock; block += 1) {
    const bound = (blockBounds[block] as number) * growth;
    const lastPaper = blockLastPapers[block] as number;
    const lastRange = lastPaper >>> RANGE_BITS;
    for (; range < lastRange; range += 1) raise(bounds, range, bound);
    raise(bounds, lastRange, bound);
    range = (lastPaper + 1) >>> RANGE_BITS;
  }
  return {
    bounds,
    cursor,
    papersPerRange,
    papers: NO_NUMBERS,
    worths: NO_FLOATS,
    starts: NO_NUMBERS,
  };
}

function raise(bounds: Float64Array, range: number, bound: number): void {
  if (bound > (bounds[range] as number)) bounds[range] = bound;
}
