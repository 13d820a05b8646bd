/**
 * Ways to make one order of two scores. The first kind gives a paper a score from its own two
 * and the query; the others look at the other papers found, too.
 */

import { SATURATION } from '../../src/search/fusion.js';
import { type ScoredPaper, type ScoredQuery, type Spread, spreadOf } from './scored-queries.js';

export type Candidate = ScoredPaper & {
  /** From 1 among the best by words; infinite beyond them. */
  readonly wordRank: number;
  readonly meaningRank: number;
};

/** The papers of a query that are fused, by their ids. */
export type Candidates = Omit<ScoredQuery, 'papers'> & {
  readonly papers: readonly Candidate[];
  readonly words: Spread & { readonly least: number; readonly greatest: number };
  readonly meaning: Spread & { readonly least: number; readonly greatest: number };
};

export type Depth = {
  readonly byWords: number;
  readonly byMeaning: number;
  /** The least cosine of those by meaning. */
  readonly leastSimilarity: number;
};

export type Fusion = {
  readonly name: string;
  readonly group: string;
  /** The share of meaning, where the fusion has one: all are tried. */
  readonly weights: readonly number[];
  readonly scoreOf: (paper: Candidate, found: Candidates, weight: number) => number;
};

const WEIGHTS = [0.05, 0.1, 0.15, 0.2, 0.25, 0.3, 0.4, 0.5];

const OWN = 'by the two scores of a paper';
const OTHERS = 'by those of the other papers, too';

/** As many points by words as a short question can give; its only use is to bring weights near. */
const POINTS_OF_A_QUESTION = 60;

/** As many deviations as the nearest papers are beyond the mean. */
const MOST_DEVIATIONS = 12;

export const BUILT: Fusion = levelled(SATURATION);

export const FUSIONS: readonly Fusion[] = [
  {
    name: 'x = words / most',
    group: OWN,
    weights: WEIGHTS,
    scoreOf: convex(({ words }, { most }) => ratio(words, most)),
  },
  ...[0.1, 0.2, 0.4, SATURATION, 1.6].map(levelled),
  {
    name: 'words as they are',
    group: OWN,
    weights: WEIGHTS,
    scoreOf: convex(({ words }) => words / POINTS_OF_A_QUESTION),
  },
  {
    name: 'words / √most',
    group: OWN,
    weights: WEIGHTS,
    scoreOf: convex(({ words }, { most }) => ratio(words, Math.sqrt(most * POINTS_OF_A_QUESTION))),
  },
  {
    name: '√x',
    group: OWN,
    weights: WEIGHTS,
    scoreOf: convex(({ words }, { most }) => Math.sqrt(ratio(words, most))),
  },
  {
    name: 'x, weight · units / (units + 4)',
    group: OWN,
    weights: WEIGHTS,
    scoreOf: ({ words, meaning }, { most, units }, weight) =>
      (1 - weight) * ratio(words, most) + ((weight * units) / (units + 4)) * meaning,
  },
  {
    name: 'x, cosine²',
    group: OWN,
    weights: WEIGHTS,
    scoreOf: ({ words, meaning }, { most }, weight) =>
      (1 - weight) * ratio(words, most) + weight * Math.max(meaning, 0) ** 2,
  },
  {
    name: 'words · (1 + cosine)',
    group: OWN,
    weights: [1],
    scoreOf: ({ words, meaning }) => words * (1 + meaning),
  },
  {
    name: 'x, cosine in deviations of all papers',
    group: OWN,
    weights: WEIGHTS,
    scoreOf: ({ words, meaning }, { most, spread }, weight) =>
      (1 - weight) * ratio(words, most) +
      weight * ratio(meaning - spread.mean, spread.deviation * MOST_DEVIATIONS),
  },
  {
    name: 'words / best words',
    group: OTHERS,
    weights: WEIGHTS,
    scoreOf: convex(({ words }, found) => ratio(words, found.words.greatest)),
  },
  {
    name: 'both / best',
    group: OTHERS,
    weights: WEIGHTS,
    scoreOf: ({ words, meaning }, found, weight) =>
      (1 - weight) * ratio(words, found.words.greatest) +
      weight * ratio(meaning, found.meaning.greatest),
  },
  {
    name: 'both from least to greatest (min–max)',
    group: OTHERS,
    weights: WEIGHTS,
    scoreOf: ({ words, meaning }, found, weight) =>
      (1 - weight) * ratio(words - found.words.least, found.words.greatest - found.words.least) +
      weight * ratio(meaning - found.meaning.least, found.meaning.greatest - found.meaning.least),
  },
  {
    name: 'both in deviations (z-scores)',
    group: OTHERS,
    weights: WEIGHTS,
    scoreOf: ({ words, meaning }, found, weight) =>
      (1 - weight) * ratio(words - found.words.mean, found.words.deviation) +
      weight * ratio(meaning - found.meaning.mean, found.meaning.deviation),
  },
  ...[10, 60].flatMap((k) => [
    byRanks(`ranks (RRF), k = ${k}, both alike`, k, [0.5]),
    byRanks(`ranks (RRF), k = ${k}, weighted`, k, WEIGHTS),
  ]),
];

export function candidatesOf(query: ScoredQuery, depth: Depth): Candidates {
  const { papers } = query;
  const byWords = papers
    .filter(({ words }) => words > 0)
    .sort((a, b) => b.words - a.words)
    .slice(0, depth.byWords);
  const byMeaning = papers
    .filter(({ meaning }) => meaning >= depth.leastSimilarity)
    .sort((a, b) => b.meaning - a.meaning)
    .slice(0, depth.byMeaning);
  const wordRanks = new Map(byWords.map(({ id }, at) => [id, at + 1]));
  const meaningRanks = new Map(byMeaning.map(({ id }, at) => [id, at + 1]));
  const found = papers
    .filter(({ id }) => wordRanks.has(id) || meaningRanks.has(id))
    .map((paper) => ({
      ...paper,
      wordRank: wordRanks.get(paper.id) ?? Number.POSITIVE_INFINITY,
      meaningRank: meaningRanks.get(paper.id) ?? Number.POSITIVE_INFINITY,
    }));
  const { grades, most, units, spread } = query;
  return {
    grades,
    most,
    units,
    spread,
    papers: found,
    words: rangeOf(found.map(({ words }) => words)),
    meaning: rangeOf(found.map(({ meaning }) => meaning)),
  };
}

/** What the engine does, with the saturation that it has or another. */
function levelled(saturation: number): Fusion {
  return {
    name: `x / (x + ${saturation})`,
    group: OWN,
    weights: WEIGHTS,
    scoreOf: convex(({ words }, { most }) => {
      const share = ratio(words, most);
      return ((1 + saturation) * share) / (share + saturation);
    }),
  };
}

/** After Cormack, Clarke and Büttcher, "Reciprocal Rank Fusion" (2009), who have no weights. */
function byRanks(name: string, k: number, weights: readonly number[]): Fusion {
  return {
    name,
    group: OTHERS,
    weights,
    scoreOf: ({ wordRank, meaningRank }, _, weight) =>
      (1 - weight) / (k + wordRank) + weight / (k + meaningRank),
  };
}

function rangeOf(values: readonly number[]): Candidates['words'] {
  return { ...spreadOf(values), least: Math.min(...values), greatest: Math.max(...values) };
}

function convex(byWords: (paper: Candidate, found: Candidates) => number): Fusion['scoreOf'] {
  return (paper, found, weight) => (1 - weight) * byWords(paper, found) + weight * paper.meaning;
}

function ratio(value: number, whole: number): number {
  return whole > 0 ? value / whole : 0;
}
