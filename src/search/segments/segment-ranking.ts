/**
 * Ranks the papers of all segments for one search: the best by words, the nearest in meaning,
 * and both together.
 */

import type { PaperId } from '../../papers/identifiers.js';
import { partByProximity, partsByWords } from '../explanation.js';
import { type FusedScore, fuse, mostByWords } from '../fusion.js';
import { hasNeighbours, PROXIMITY_DEPTH, proximity } from '../proximity.js';
import type { ScorePart } from '../search-engine.js';
import type { Unit } from '../units.js';
import type { AskedVectors } from '../vectors/asked-vectors.js';
import { thresholdFor, type VectorScanner } from '../vectors/vector-scan.js';
import { createBestPapers, ranked } from './best-papers.js';
import type { LiveSegment } from './index-state.js';
import type { PaperSet } from './paper-set.js';
import type { PlaceWeights } from './place-weights.js';
import { countsOf, scorePapers } from './score-papers.js';
import { paperCount, type Segment } from './segment.js';
import { idOf } from './segment-lookup.js';
import { type ScoredUnit, topPapers } from './top-papers.js';
import type { UnitMatch } from './unit-match.js';
import { openUnit, readPlaces } from './unit-reader.js';

/** A unit, and how much it says that a paper has it. */
export type WeighedUnit = { readonly unit: Unit; readonly weight: number };

/** One segment during one search. */
export type SegmentPart = {
  readonly live: LiveSegment;
  /** The papers that may be found: they pass the filters and have all that is required. */
  readonly allowed: PaperSet;
  /** For each unit of the query, in their order. */
  readonly matches: readonly UnitMatch[];
  /** The allowed papers that the words of the query find. */
  readonly matching: PaperSet;
};

export type Ranking = {
  readonly units: readonly WeighedUnit[];
  readonly weights: PlaceWeights;
};

export type RankedPaper = {
  readonly part: SegmentPart;
  readonly paper: number;
  readonly id: PaperId;
  readonly score: number;
  /** What of the score by words is for words that stand near each other. */
  readonly nearness?: number;
};

/** A paper by both of its scores. */
export type FusedPaper = RankedPaper & {
  /** Its score by words, with what neighbours add. */
  readonly words: number;
  /** How near it is in meaning: a cosine. */
  readonly similarity: number;
  readonly fusion: FusedScore;
};

/** The best first; papers of equal score by their ids. */
export function byScore(a: RankedPaper, b: RankedPaper): number {
  return b.score - a.score || (a.id < b.id ? -1 : a.id > b.id ? 1 : 0);
}

/** So many papers that answer best by their words; words near each other raise the first of them. */
export function bestByWords(
  parts: readonly SegmentPart[],
  { units, weights }: Ranking,
  most: number,
): RankedPaper[] {
  const best = createBestPapers(most);
  for (const { live, matches, matching } of parts) {
    const { segment } = live;
    topPapers({ segment, units: scoredUnits(matches, units), among: matching, weights, best });
  }
  const partOf = new Map(parts.map((part) => [part.live.segment, part]));
  const found = ranked(best).flatMap(({ segment, paper, score }) => {
    const part = partOf.get(segment);
    return part ? [{ part, paper, id: idOf(segment, paper), score }] : [];
  });
  return withNearness(found, units);
}

/** Raises the first of the best by the words that stand near each other in them. */
function withNearness(best: readonly RankedPaper[], units: readonly WeighedUnit[]): RankedPaper[] {
  if (!hasNeighbours(units)) return [...best];
  const weights = units.map(({ weight }) => weight);
  const raised = Map.groupBy(best.slice(0, PROXIMITY_DEPTH), ({ part }) => part);
  const found: RankedPaper[] = best.slice(PROXIMITY_DEPTH);
  for (const [part, ranked] of raised) {
    const readers = part.matches.map(openUnit);
    // Postings are read once if the papers are asked for in their order.
    for (const it of ranked.toSorted((a, b) => a.paper - b.paper)) {
      const nearness = proximity(weights, (unit) => {
        const reader = readers[unit];
        return reader ? readPlaces(reader, it.paper) : [];
      });
      found.push({ ...it, nearness, score: it.score + nearness });
    }
  }
  return found.sort(byScore);
}

/**
 * So many papers that are nearest in meaning, each with its similarity for a score, the nearest
 * first. They are chosen, value by value, from those that are nearest by the signs of their
 * vectors. Signs tell less of vectors that another model made, so that from those of each model as
 * many are chosen as if there were no others.
 */
export function nearestTo(
  askedOf: AskedVectors,
  parts: readonly SegmentPart[],
  { most, candidates }: { readonly most: number; readonly candidates: number },
  scannerOf: (segment: Segment) => VectorScanner,
): RankedPaper[] {
  const byModel = Map.groupBy(parts, ({ live }) => live.segment.modelId);
  const collected = Array.from(byModel).flatMap(([modelId, ofModel]) => {
    const asked = askedOf(modelId);
    if (!asked) return [];
    const histograms = ofModel.map(({ live, allowed }) =>
      scannerOf(live.segment).scan(asked, { ...spanOf(allowed, live.segment), allowed }),
    );
    const threshold = thresholdFor(histograms, candidates);
    return ofModel.map((part) => {
      const scanner = scannerOf(part.live.segment);
      const papers = scanner.collect(threshold);
      return { part, papers, similarities: scanner.similarities(asked, papers) };
    });
  });
  const least = leastOf(
    collected.map(({ similarities }) => similarities),
    most,
  );
  const nearest: RankedPaper[] = [];
  for (const { part, papers, similarities } of collected) {
    for (const [at, score] of similarities.entries()) {
      if (score < least) continue;
      const paper = papers[at] as number;
      nearest.push({ part, paper, id: idOf(part.live.segment, paper), score });
    }
  }
  return nearest.sort(byScore).slice(0, most);
}

/** The value that so many are not below. */
function leastOf(rows: readonly Float32Array[], most: number): number {
  const all = new Float32Array(rows.reduce((sum, { length }) => sum + length, 0));
  let length = 0;
  for (const row of rows) {
    all.set(row, length);
    length += row.length;
  }
  return most < length ? (all.sort()[length - most] as number) : Number.NEGATIVE_INFINITY;
}

/** Both kinds of papers with both of their scores, fused; in no order. */
export function fused(
  best: readonly RankedPaper[],
  near: readonly RankedPaper[],
  askedOf: AskedVectors,
  { units, weights }: Ranking,
  scannerOf: (segment: Segment) => VectorScanner,
): FusedPaper[] {
  const most = mostByWords(units.map(({ weight }) => weight));
  const bestIn = Map.groupBy(best, ({ part }) => part);
  const nearIn = Map.groupBy(near, ({ part }) => part);
  return [...new Set([...bestIn.keys(), ...nearIn.keys()])].flatMap((part) => {
    const { segment } = part.live;
    const byWords = bestIn.get(part) ?? [];
    const words = new Map(byWords.map(({ paper, score }) => [paper, score]));
    const nearness = new Map(byWords.map((it) => [it.paper, it.nearness ?? 0]));
    const meaning = new Map((nearIn.get(part) ?? []).map(({ paper, score }) => [paper, score]));
    const papers = Uint32Array.from(new Set([...words.keys(), ...meaning.keys()])).sort();
    const withoutWords = papers.filter((paper) => !words.has(paper));
    const scores = scorePapers(scoredUnits(part.matches, units), weights, withoutWords);
    for (const [at, paper] of withoutWords.entries()) words.set(paper, scores[at] as number);
    const withoutMeaning = papers.filter((paper) => !meaning.has(paper));
    const asked = askedOf(segment.modelId);
    const similarities = asked && scannerOf(segment).similarities(asked, withoutMeaning);
    for (const [at, paper] of withoutMeaning.entries()) {
      meaning.set(paper, similarities?.[at] ?? 0);
    }
    return Array.from(papers, (paper) => {
      const itsWords = words.get(paper) ?? 0;
      const similarity = meaning.get(paper) ?? 0;
      const fusion = fuse(itsWords, most, similarity);
      return {
        part,
        paper,
        id: idOf(segment, paper),
        score: fusion.score,
        nearness: nearness.get(paper) ?? 0,
        words: itsWords,
        similarity,
        fusion,
      };
    });
  });
}

/** The parts of a paper's score by words. */
export function explainWords(
  { part, paper, nearness = 0 }: RankedPaper,
  { units, weights }: Ranking,
): ScorePart[] {
  const { lengths } = part.live.segment.papers;
  const byWords = units.flatMap(({ unit, weight }, at) => {
    const match = part.matches[at];
    if (!match) return [];
    const [title, abstract, author] = countsOf(match, paper);
    return partsByWords(unit, weight, [
      title * (weights.title[lengths[paper * 2] as number] as number),
      abstract * (weights.abstract[lengths[paper * 2 + 1] as number] as number),
      author * weights.author,
    ]);
  });
  return [...byWords, ...partByProximity(nearness)];
}

function scoredUnits(
  matches: readonly UnitMatch[],
  units: readonly WeighedUnit[],
): readonly ScoredUnit[] {
  return matches.map((match, at) => ({ match, weight: units[at]?.weight ?? 0 }));
}

/** From the first to behind the last paper of a set, to a word of bits: dates make slices. */
function spanOf(
  set: PaperSet,
  segment: Segment,
): { readonly from: number; readonly until: number } {
  const first = set.findIndex((word) => word !== 0);
  const last = set.findLastIndex((word) => word !== 0);
  return first < 0
    ? { from: 0, until: 0 }
    : { from: first * 32, until: Math.min((last + 1) * 32, paperCount(segment)) };
}
