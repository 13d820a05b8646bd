/**
 * A small learned fusion: a weighted sum of a few features of a paper and its query. It learns
 * from whole rankings: the papers of a query share a probability of 1 (softmax of their sums),
 * and the relevant ones should have all of it. What is the same for all papers of a query cannot
 * change their order, so the figures of a query are features only in products.
 *
 * Refused: to ask of each paper by itself whether it is relevant. It learns mostly which queries
 * have many answers, and ranks far worse.
 *
 * Source: Cao et al., "Learning to Rank: From Pairwise Approach to Listwise Approach" (2007),
 * here with a linear model, found by Newton's method.
 */

import type { Candidate, Candidates } from './fusions.js';
import { spreadOf } from './scored-queries.js';

export type Features = (paper: Candidate, found: Candidates) => readonly number[];

export const TWO_SCORES: Features = ({ words, meaning }, { most }) => [
  most > 0 ? words / most : 0,
  meaning,
];

export const SCORES_AND_QUERY: Features = ({ words, meaning }, { most, units }) => {
  const share = most > 0 ? words / most : 0;
  const logUnits = Math.log(Math.max(units, 1));
  const logMost = Math.log(Math.max(most, 1));
  return [
    share,
    meaning,
    share * meaning,
    share * logUnits,
    meaning * logUnits,
    share * logMost,
    meaning * logMost,
  ];
};

/** Steps of Newton's method; it settles long before. */
const MOST_STEPS = 30;

/** Of a step; so little changes nothing any more. */
const SMALLEST_PART = 1e-3;

/** Keeps sums small where a feature says nothing new. */
const RIDGE = 1e-4;

/** The papers of a query that has an answer. */
type Example = {
  readonly rows: readonly (readonly number[])[];
  /** What of the probability each paper should have. */
  readonly shares: readonly number[];
  readonly importance: number;
};

/** How much each feature counts. Every set counts as much as any other, however many queries. */
export function learn(sets: readonly (readonly Candidates[])[], featuresOf: Features): number[] {
  const unscaled = sets.flatMap((queries) =>
    queries.flatMap((found) => exampleOf(found, featuresOf, 1 / queries.length)),
  );
  const scales = deviations(unscaled.flatMap(({ rows }) => rows));
  const examples = unscaled.map((example) => ({
    ...example,
    rows: example.rows.map((row) => row.map((value, at) => value / (scales[at] as number))),
  }));
  let weights: number[] = scales.map(() => 0);
  let loss = lossOf(weights, examples);
  for (let step = 0; step < MOST_STEPS; step += 1) {
    const change = newtonStep(weights, examples);
    let next = weights;
    let nextLoss = Number.POSITIVE_INFINITY;
    // Far from the goal a whole step may lead beyond it.
    for (let part = 1; part > SMALLEST_PART && !(nextLoss < loss); part /= 2) {
      next = weights.map((weight, at) => weight + part * (change[at] as number));
      nextLoss = lossOf(next, examples);
    }
    if (!(nextLoss < loss)) break;
    [weights, loss] = [next, nextLoss];
  }
  return weights.map((weight, at) => weight / (scales[at] as number));
}

function exampleOf(found: Candidates, featuresOf: Features, importance: number): Example[] {
  const gains = found.papers.map(({ id }) => Math.max(found.grades.get(id) ?? 0, 0));
  const all = gains.reduce((sum, gain) => sum + gain, 0);
  if (all === 0) return [];
  const rows = found.papers.map((paper) => featuresOf(paper, found));
  return [{ rows, shares: gains.map((gain) => gain / all), importance }];
}

function lossOf(weights: readonly number[], examples: readonly Example[]): number {
  let loss = (RIDGE / 2) * dot(weights, weights);
  for (const { rows, shares, importance } of examples) {
    const chances = softmax(rows.map((row) => dot(row, weights)));
    for (const [paper, share] of shares.entries()) {
      if (share > 0) loss -= importance * share * Math.log(chances[paper] as number);
    }
  }
  return loss;
}

function newtonStep(weights: readonly number[], examples: readonly Example[]): number[] {
  const slope = weights.map((weight) => -RIDGE * weight);
  const curve = weights.map((_, at) =>
    weights.map((__, other): number => (at === other ? RIDGE : 0)),
  );
  for (const { rows, shares, importance } of examples) {
    const chances = softmax(rows.map((row) => dot(row, weights)));
    const mean = weights.map((_, at) =>
      rows.reduce((sum, row, paper) => sum + (chances[paper] as number) * (row[at] as number), 0),
    );
    for (const [paper, row] of rows.entries()) {
      const [share, chance] = [shares[paper] as number, chances[paper] as number];
      for (const [at, line] of curve.entries()) {
        slope[at] = (slope[at] as number) + importance * (share - chance) * (row[at] as number);
        const away = importance * chance * ((row[at] as number) - (mean[at] as number));
        for (let other = 0; other < line.length; other += 1) {
          line[other] =
            (line[other] as number) + away * ((row[other] as number) - (mean[other] as number));
        }
      }
    }
  }
  return solved(curve, slope);
}

export function dot(one: readonly number[], other: readonly number[]): number {
  let sum = 0;
  for (let at = 0; at < one.length; at += 1) sum += (one[at] as number) * (other[at] as number);
  return sum;
}

function softmax(sums: readonly number[]): number[] {
  const greatest = sums.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY);
  const powers = sums.map((sum) => Math.exp(sum - greatest));
  const all = powers.reduce((a, b) => a + b, 0);
  return powers.map((power) => power / all);
}

/** Of each column; 1 for one that never changes. */
function deviations(rows: readonly (readonly number[])[]): number[] {
  return (rows[0] ?? []).map((_, at) => {
    const { deviation } = spreadOf(rows.map((row) => row[at] as number));
    return deviation > 0 ? deviation : 1;
  });
}

/** x of matrix · x = values, by elimination; the matrix is symmetric and positive definite. */
function solved(matrix: readonly (readonly number[])[], values: readonly number[]): number[] {
  const rows = matrix.map((row, at) => [...row, values[at] as number]);
  for (const [pivot, row] of rows.entries()) {
    const first = row[pivot] as number;
    for (const [at, other] of rows.entries()) {
      if (at === pivot) continue;
      const factor = (other[pivot] as number) / first;
      for (let column = pivot; column < other.length; column += 1) {
        other[column] = (other[column] as number) - factor * (row[column] as number);
      }
    }
  }
  return rows.map((row, at) => (row[row.length - 1] as number) / (row[at] as number));
}
