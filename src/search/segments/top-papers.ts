/**
 * The best papers of a segment for some units: exactly those that scoring every paper would give,
 * while most papers are never looked at.
 *
 * The papers are taken in ranges. For each unit and range a bound is known (`ranged-ways.ts`)
 * that no score there exceeds. The ranges of the highest sums of bounds come first, so that the
 * best papers are mostly known after a few; a range whose sum does not reach the worst of them is
 * left out. Within a range, only the units that could lift a paper over it without the others are
 * read through; the others are asked, one after the other, about the papers still in question.
 *
 * Sources: bounds of blocks: Ding and Suel, "Faster top-k document retrieval using block-max
 * indexes" (2011); units that are only asked: Turtle and Flood, "Query evaluation: strategies and
 * optimizations" (1995); ranges in the order of their bounds: Mackenzie, Petri and Moffat,
 * "Anytime ranking on document-ordered indexes" (2022).
 */

import { K1, scoreOf } from '../bm25f.js';
import { type BestPapers, offer } from './best-papers.js';
import { countWithin, has, lowestBit, type PaperSet } from './paper-set.js';
import type { PlaceWeights } from './place-weights.js';
import { askUnit, createRangeReader, type RangeReader, readUnit } from './range-reader.js';
import { boundsOf, RANGE_BITS, RANGE_SIZE, type RangedWay, rangedWaysOf } from './ranged-ways.js';
import { paperCount, type Segment } from './segment.js';
import type { UnitMatch } from './unit-match.js';
import { openUnit, type UnitReader, worthIn } from './unit-reader.js';
import { createWorkspace, type Workspace } from './workspace.js';
import { type Scale, scaleFor } from './worths.js';

/** A unit as it is matched in one segment, and how much it says. */
export type ScoredUnit = {
  readonly match: UnitMatch;
  /** How much it says that a paper has the unit, over the whole index; 0 if none has it. */
  readonly weight: number;
};

export type TopPapersRequest = {
  readonly segment: Segment;
  /** In the order in which their scores are added up. */
  readonly units: readonly ScoredUnit[];
  /** The only papers that can be results; those without any unit are none all the same. */
  readonly among?: PaperSet | undefined;
  readonly weights: PlaceWeights;
  /** Takes the best papers; it may hold those of other segments. */
  readonly best: BestPapers;
};

type RangedUnit = {
  readonly scale: Scale;
  readonly reader: UnitReader;
  readonly weight: number;
  readonly ways: readonly RangedWay[];
  /** No paper of a range scores more by the unit; 0 where none has it. */
  readonly bounds: Float64Array;
  /** Whether it is read through in the range at hand. */
  isRead: boolean;
};

type Ranking = TopPapersRequest & {
  readonly ranged: readonly RangedUnit[];
  /** The same, those of the lowest bound first in the range at hand. */
  readonly byBound: RangedUnit[];
  readonly rangeReader: RangeReader;
  /** Of all papers of the range at hand: the sum over the units that were read. */
  readonly scores: Float64Array;
  /** The papers of the range that are still in question, and what they score at most so far. */
  readonly papers: Uint32Array;
  readonly known: Float64Array;
  /** What one unit is worth in them. */
  readonly worths: Float64Array;
};

const WORDS_PER_RANGE: number = RANGE_SIZE >>> 5;

/** So few candidates of a range are scored one by one. */
const FEW_CANDIDATES = 16;

/** Enough to begin with the best, and few enough to go on in order. */
const LEVELS = 16;

/** Bounds and scores are summed in different orders; this outdoes any difference by rounding. */
const ROUNDING: number = 1 + 1e-9;

export function topPapers(request: TopPapersRequest): void {
  const { segment, among, best } = request;
  const rangeCount = Math.ceil(paperCount(segment) / RANGE_SIZE);
  workspace.clear();
  const ranking = rankingOf(request, rangeCount);
  const totals = workspace.floats(rangeCount).fill(0);
  for (const { bounds } of ranking.ranged) {
    for (let range = 0; range < rangeCount; range += 1) {
      totals[range] = (totals[range] as number) + (bounds[range] as number);
    }
  }
  const order = highestFirst(totals);
  for (let at = 0; at < rangeCount; at += 1) {
    const range = order[at] as number;
    const total = totals[range] as number;
    if (total === 0 || total * ROUNDING < best.threshold) continue;
    const candidates = among ? candidatesIn(among, range) : RANGE_SIZE;
    if (candidates > FEW_CANDIDATES) scoreRange(ranking, range);
    else if (among && candidates > 0) scoreCandidates(ranking, among, range);
  }
}

function rankingOf(request: TopPapersRequest, rangeCount: number): Ranking {
  const { units, weights } = request;
  const ranged = units.map(({ match, weight }): RangedUnit => {
    const scale = scaleFor(match, weights);
    const reader = openUnit(match);
    const ways = rangedWaysOf(reader, scale, rangeCount, workspace);
    const bounds = boundsOf(ways, weight, rangeCount, workspace);
    return { scale, reader, weight, ways, bounds, isRead: false };
  });
  return {
    ...request,
    ranged,
    byBound: [...ranged],
    rangeReader,
    scores: workspace.floats(RANGE_SIZE),
    papers: workspace.numbers(RANGE_SIZE),
    known: workspace.floats(RANGE_SIZE),
    worths: workspace.floats(RANGE_SIZE),
  };
}

/** Offers the papers of a range that may be among the best. */
function scoreRange(ranking: Ranking, range: number): void {
  const { best, byBound } = ranking;
  sortByBound(byBound, range);
  let rest = 0;
  let asked = 0;
  for (; asked < byBound.length; asked += 1) {
    const bound = (byBound[asked] as RangedUnit).bounds[range] as number;
    if (bound > 0 && (rest + bound) * ROUNDING >= best.threshold) break;
    rest += bound;
  }
  for (let at = 0; at < byBound.length; at += 1) (byBound[at] as RangedUnit).isRead = at >= asked;

  const least = best.threshold / ROUNDING;
  // Where nothing is counted twice and nobody is asked, the sums are what the papers score.
  let isExact = rest === 0;
  let count: number;
  if (asked === byBound.length - 1) {
    count = readOne(ranking, byBound[asked] as RangedUnit, range, least - rest);
    if (ranking.rangeReader.isShared) isExact = false;
  } else {
    if (!readAll(ranking, range)) isExact = false;
    count = thoseAbove(ranking, range, least - rest);
  }
  for (let at = asked - 1; at >= 0 && count > 0; at -= 1) {
    const unit = byBound[at] as RangedUnit;
    const bound = unit.bounds[range] as number;
    if (bound === 0) break;
    rest -= bound;
    count = ask(ranking, unit, range, count, least - rest);
  }
  const isFull = best.threshold > 0;
  if (isExact) offerAll(ranking, count);
  else if (isFull || best.heap.length + count <= best.most) offerInOrder(ranking, range, count);
  else offerBestFirst(ranking, range, count);
}

/** Offers papers of which the scores are known. */
function offerAll({ segment, best, papers, known }: Ranking, count: number): void {
  for (let at = 0; at < count; at += 1) {
    offer(best, segment, papers[at] as number, known[at] as number);
  }
}

/** Offers papers of which it is known what they score at most. */
function offerInOrder(
  { segment, best, ranged, papers, known }: Ranking,
  range: number,
  count: number,
): void {
  for (let at = 0; at < count; at += 1) {
    if ((known[at] as number) * ROUNDING < best.threshold) continue;
    const paper = papers[at] as number;
    offer(best, segment, paper, exactScore(ranged, range, paper));
  }
}

/** The same, the most promising first: as long as there is room, all others would come in, too. */
function offerBestFirst(
  { segment, best, ranged, papers, known }: Ranking,
  range: number,
  count: number,
): void {
  for (let left = count; left > 0; left -= 1) {
    let first = 0;
    for (let at = 1; at < left; at += 1) {
      if ((known[at] as number) > (known[first] as number)) first = at;
    }
    if ((known[first] as number) * ROUNDING < best.threshold) return;
    const paper = papers[first] as number;
    offer(best, segment, paper, exactScore(ranged, range, paper));
    papers[first] = papers[left - 1] as number;
    known[first] = known[left - 1] as number;
  }
}

/**
 * Reads through the only unit that must be.
 *
 * @param least - what a paper must score by it to be in question
 * @returns how many papers are
 */
function readOne(
  { among, papers, known, rangeReader }: Ranking,
  { ways, weight, scale }: RangedUnit,
  range: number,
  least: number,
): number {
  readUnit(rangeReader, ways, range, scale);
  const leastWorth = worthFor(weight, least);
  let count = 0;
  for (let at = 0; at < rangeReader.count; at += 1) {
    const worth = rangeReader.worths[at] as number;
    if (worth < leastWorth || worth === 0) continue;
    const paper = rangeReader.papers[at] as number;
    if (among && !has(among, paper)) continue;
    papers[count] = paper;
    known[count] = scoreOf(weight, worth);
    count += 1;
  }
  return count;
}

/** The worth from which on a unit scores so much; infinite if it never does. */
function worthFor(weight: number, score: number): number {
  if (score <= 0) return 0;
  const most = weight * (K1 + 1);
  return score < most ? (K1 * score) / (most - score) / ROUNDING : Number.POSITIVE_INFINITY;
}

/**
 * Reads through all units that must be, in their order, and adds up what papers score by them at
 * most.
 *
 * @returns whether the sums are what they score, too
 */
function readAll({ ranged, scores, rangeReader }: Ranking, range: number): boolean {
  const from = range << RANGE_BITS;
  const { papers, worths } = rangeReader;
  scores.fill(0);
  let isCounted = true;
  for (let index = 0; index < ranged.length; index += 1) {
    const { isRead, ways, weight, scale } = ranged[index] as RangedUnit;
    if (!isRead) continue;
    readUnit(rangeReader, ways, range, scale);
    if (rangeReader.isShared) isCounted = false;
    for (let at = 0; at < rangeReader.count; at += 1) {
      const slot = (papers[at] as number) - from;
      scores[slot] = (scores[slot] as number) + scoreOf(weight, worths[at] as number);
    }
  }
  return isCounted;
}

/** The papers that score so much by the units that were read; how many there are. */
function thoseAbove(
  { among, scores, papers, known }: Ranking,
  range: number,
  least: number,
): number {
  const from = range << RANGE_BITS;
  let count = 0;
  for (let slot = 0; slot < RANGE_SIZE; slot += 1) {
    const score = scores[slot] as number;
    if (score < least || score === 0) continue;
    if (among && !has(among, from + slot)) continue;
    papers[count] = from + slot;
    known[count] = score;
    count += 1;
  }
  return count;
}

/**
 * Adds what the papers in question score at most by one more unit.
 *
 * @param least - what they must score with it to stay in question
 * @returns how many do
 */
function ask(
  { papers, known, worths, rangeReader }: Ranking,
  { ways, weight, scale }: RangedUnit,
  range: number,
  count: number,
  least: number,
): number {
  askUnit(rangeReader, ways, range, papers, count, scale, worths);
  let kept = 0;
  for (let at = 0; at < count; at += 1) {
    const score = (known[at] as number) + scoreOf(weight, worths[at] as number);
    if (score < least) continue;
    papers[kept] = papers[at] as number;
    known[kept] = score;
    kept += 1;
  }
  return kept;
}

/** Offers the few candidates of a range. */
function scoreCandidates({ segment, best, ranged }: Ranking, among: PaperSet, range: number): void {
  const firstWord = range * WORDS_PER_RANGE;
  const endWord = Math.min(firstWord + WORDS_PER_RANGE, among.length);
  for (let word = firstWord; word < endWord; word += 1) {
    for (let bits = among[word] as number; bits !== 0; bits &= bits - 1) {
      const paper = word * 32 + lowestBit(bits);
      const score = exactScore(ranged, range, paper);
      if (score > 0) offer(best, segment, paper, score);
    }
  }
}

/** The score of a paper, summed in the order of the units: equal papers are equal to the bit. */
function exactScore(ranged: readonly RangedUnit[], range: number, paper: number): number {
  let score = 0;
  for (let at = 0; at < ranged.length; at += 1) {
    const { bounds, reader, weight, scale } = ranged[at] as RangedUnit;
    if (bounds[range] !== 0) score += scoreOf(weight, worthIn(reader, scale, paper));
  }
  return score;
}

function candidatesIn(among: PaperSet, range: number): number {
  const from = range * WORDS_PER_RANGE;
  return countWithin(among, from, Math.min(from + WORDS_PER_RANGE, among.length));
}

/** Sorts units by their bounds in a range. They are few, and mostly in order from the last one. */
function sortByBound(units: RangedUnit[], range: number): void {
  for (let at = 1; at < units.length; at += 1) {
    const unit = units[at] as RangedUnit;
    const bound = unit.bounds[range] as number;
    let to = at;
    while (to > 0 && ((units[to - 1] as RangedUnit).bounds[range] as number) > bound) {
      units[to] = units[to - 1] as RangedUnit;
      to -= 1;
    }
    units[to] = unit;
  }
}

/**
 * The ranges by their bounds, those of the highest level first. Those of one level come in order,
 * so that a block which reaches over several is mostly read once.
 */
function highestFirst(bounds: Float64Array): Uint32Array {
  let highest = 0;
  for (let range = 0; range < bounds.length; range += 1) {
    highest = Math.max(highest, bounds[range] as number);
  }
  const levels = workspace.numbers(bounds.length);
  const starts = new Uint32Array(LEVELS + 1);
  for (let range = 0; range < bounds.length; range += 1) {
    const share = highest === 0 ? 0 : (bounds[range] as number) / highest;
    const level = LEVELS - 1 - Math.floor(share * (LEVELS - 1));
    levels[range] = level;
    starts[level + 1] = (starts[level + 1] as number) + 1;
  }
  for (let level = 0; level < LEVELS; level += 1) {
    starts[level + 1] = (starts[level + 1] as number) + (starts[level] as number);
  }
  const order = workspace.numbers(bounds.length);
  for (let range = 0; range < bounds.length; range += 1) {
    const level = levels[range] as number;
    const to = starts[level] as number;
    order[to] = range;
    starts[level] = to + 1;
  }
  return order;
}

/** A thread does one search at a time. */
const workspace: Workspace = createWorkspace();
const rangeReader: RangeReader = createRangeReader();
