/**
 * Whether the vectors of a model make good use of their space, told from those of some papers.
 *
 * - *IsoScore*: how evenly they spread over all dimensions, from 0 (along one) to 1 (alike in all):
 *   Rudman, Gillman, Rayne and Eickhoff, "IsoScore: Measuring the Uniformity of Embedding Space
 *   Utilization" (Findings of ACL 2022), algorithm 1.
 * - *Hubness*: the skewness of how often a paper is among the ten nearest of the others. Where it
 *   is large, a few papers are near to all and are found for every query: Radovanović, Nanopoulos
 *   and Ivanović, "Hubs in Space" (JMLR 2010).
 * - *Mean cosine* of two papers drawn at random: near 0 in a space without a common direction.
 */

import { EigenvalueDecomposition, Matrix } from 'ml-matrix';

export type SpaceHealth = {
  /** How many papers were looked at; those without a vector are left out. */
  readonly papers: number;
  /** From 0 to 1. */
  readonly isoScore: number;
  /** 0 if all papers are neighbours as often; greater as fewer are so for more. */
  readonly hubness: number;
  /** The share of papers that are among the ten nearest of no other, from 0 to 1. */
  readonly orphans: number;
  readonly meanCosine: number;
};

/** A figure with what it means, for people. */
export type HealthFigure = {
  readonly name: string;
  readonly value: number;
  readonly meaning: string;
  readonly isGood: boolean;
};

/** Fewer have no ten nearest, and covariances of chance. */
export const FEWEST_PAPERS = 50;

/** Every one is compared with every other: a second or two. */
export const MOST_PAPERS = 1_000;

const NEIGHBOURS = 10;

/** Good trained models; see `docs/relevance.md`. */
const LEAST_ISO_SCORE = 0.1;
const MOST_HUBNESS = 3;
const MOST_MEAN_COSINE = 0.25;

/**
 * @param vectors - of length 1, or zeros, which are left out; {@link MOST_PAPERS} at most
 * @returns `undefined` if there are fewer than {@link FEWEST_PAPERS}
 */
export function healthOf(vectors: readonly Float32Array[]): SpaceHealth | undefined {
  const present = vectors.filter((vector) => vector.some((value) => value !== 0));
  if (present.length < FEWEST_PAPERS) return undefined;
  const cosines = new Matrix(present.map((vector) => Array.from(vector)));
  const among = cosines.mmul(cosines.transpose());
  const occurrences = neighbourOccurrences(among);
  return {
    papers: present.length,
    isoScore: isoScore(cosines),
    hubness: skewness(occurrences),
    orphans: occurrences.filter((times) => times === 0).length / occurrences.length,
    meanCosine: (among.sum() - among.trace()) / (present.length * (present.length - 1)),
  };
}

/** The figures, each with a sentence that says what good looks like. */
export function healthInWords({
  isoScore: iso,
  hubness,
  orphans,
  meanCosine,
}: SpaceHealth): readonly HealthFigure[] {
  return [
    {
      name: 'IsoScore',
      value: iso,
      meaning: `how evenly all dimensions are used; good from ${LEAST_ISO_SCORE} up, 1 at most`,
      isGood: iso >= LEAST_ISO_SCORE,
    },
    {
      name: 'hubness',
      value: hubness,
      meaning: `whether a few papers are near to all others; good up to ${MOST_HUBNESS}`,
      isGood: hubness <= MOST_HUBNESS,
    },
    {
      name: 'orphans',
      value: orphans,
      meaning: 'the share of papers that are among the ten nearest of none; goes with hubness',
      isGood: hubness <= MOST_HUBNESS,
    },
    {
      name: 'mean cosine',
      value: meanCosine,
      meaning: `of two papers at random; good from −${MOST_MEAN_COSINE} to ${MOST_MEAN_COSINE}`,
      isGood: Math.abs(meanCosine) <= MOST_MEAN_COSINE,
    },
  ];
}

/**
 * The variances along the principal axes, scaled to the length √n, are compared with those of a
 * space in which all are 1; the defect is brought to the number of dimensions in use, and that to
 * the span from 0 to 1.
 */
function isoScore(rows: Matrix): number {
  const dimensions = rows.columns;
  const variances = principalVariances(rows);
  const length = Math.hypot(...variances);
  if (length === 0) return 0;
  const scale = Math.sqrt(dimensions) / length;
  const apart = Math.hypot(...variances.map((variance) => variance * scale - 1));
  const defect = apart / Math.sqrt(2 * (dimensions - Math.sqrt(dimensions)));
  const used = (dimensions - defect ** 2 * (dimensions - Math.sqrt(dimensions))) ** 2 / dimensions;
  return (used - 1) / (dimensions - 1);
}

function principalVariances(rows: Matrix): number[] {
  const centred = rows.clone().center('column');
  const covariance = centred
    .transpose()
    .mmul(centred)
    .div(rows.rows - 1);
  const { realEigenvalues } = new EigenvalueDecomposition(covariance, { assumeSymmetric: true });
  return realEigenvalues.map((value) => Math.max(0, value));
}

/** How often each is among the {@link NEIGHBOURS} nearest of the others (N_k). */
function neighbourOccurrences(cosines: Matrix): number[] {
  const times = new Array<number>(cosines.rows).fill(0);
  for (let row = 0; row < cosines.rows; row += 1) {
    const values = cosines.getRow(row);
    const nearest = values
      .map((_, paper) => paper)
      .filter((paper) => paper !== row)
      .sort((a, b) => (values[b] as number) - (values[a] as number) || a - b)
      .slice(0, NEIGHBOURS);
    for (const paper of nearest) times[paper] = (times[paper] as number) + 1;
  }
  return times;
}

/** The third standardised moment; 0 where all values are the same. */
function skewness(values: readonly number[]): number {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const moment = (power: number) =>
    values.reduce((sum, value) => sum + (value - mean) ** power, 0) / values.length;
  const variance = moment(2);
  return variance === 0 ? 0 : moment(3) / variance ** 1.5;
}
