/**
 * How good a ranking is, against the judgement of people who read the documents. The measures and
 * their conventions are those of trec_eval, which the published figures of the BEIR sets follow:
 *
 *     nDCG@k    = Σ_rank≤k gain(rank) / log2(rank + 1), over the same sum of the best ranking
 *     recall@k  = relevant documents among the first k, over all relevant documents
 *     MRR@k     = 1 / rank of the first relevant document, 0 if none is among the first k
 *
 * The gain of a document is its grade itself, not a power of two, and one of grade 1 or more is
 * relevant. A document that nobody judged counts as not relevant.
 *
 * Sources: Järvelin and Kekäläinen, "Cumulated Gain-Based Evaluation of IR Techniques" (2002);
 * Thakur et al., "BEIR" (2021). The interval is the percentile bootstrap over queries: Efron,
 * "Bootstrap Methods: Another Look at the Jackknife" (1979).
 */

/** How relevant people found each document to a query: 0 not at all, then the more the better. */
export type Grades<Id extends string = string> = ReadonlyMap<Id, number>;

/** Lowest and highest value. */
export type Interval = readonly [low: number, high: number];

/** At 10,000 the bounds of an interval move by less than .001 from one seed to another. */
const RESAMPLES = 10_000;

/** Half of what a 95 % interval leaves out, on either side. */
const TAIL = 0.025;

/** Any number will do, so long as it is always the same. */
const SEED = 20_261_121;

/** Whether a grade says that the document answers the query. */
export function isRelevant(grade: number): boolean {
  return grade >= 1;
}

/**
 * How near the first `depth` come to the best possible order; from 0 to 1.
 *
 * @param ranked - each document once, best first
 * @returns 0 also where no document is relevant
 */
export function ndcgAt<Id extends string>(
  depth: number,
  ranked: readonly Id[],
  grades: Grades<Id>,
): number {
  const best = gainOf([...grades.values()].sort((a, b) => b - a).slice(0, depth));
  if (best === 0) return 0;
  return gainOf(ranked.slice(0, depth).map((id) => grades.get(id) ?? 0)) / best;
}

/** The share of the relevant documents that the first `depth` hold; 0 if there are none. */
export function recallAt<Id extends string>(
  depth: number,
  ranked: readonly Id[],
  grades: Grades<Id>,
): number {
  const relevant = [...grades.values()].filter(isRelevant).length;
  if (relevant === 0) return 0;
  const found = ranked.slice(0, depth).filter((id) => isRelevant(grades.get(id) ?? 0)).length;
  return found / relevant;
}

/** One over the rank of the first relevant document; 0 if the first `depth` hold none. */
export function reciprocalRankAt<Id extends string>(
  depth: number,
  ranked: readonly Id[],
  grades: Grades<Id>,
): number {
  const at = ranked.slice(0, depth).findIndex((id) => isRelevant(grades.get(id) ?? 0));
  return at < 0 ? 0 : 1 / (at + 1);
}

/** @throws RangeError if there are no values */
export function meanOf(values: readonly number[]): number {
  if (values.length === 0) throw new RangeError('There is no mean of nothing.');
  let total = 0;
  for (const value of values) total += value;
  return total / values.length;
}

/**
 * Between which bounds the mean lies for 95 of 100 choices of as many queries, as far as these
 * queries tell. The same values in the same order give the same bounds everywhere.
 *
 * @param values - one per query
 * @throws RangeError if there are no values
 */
export function bootstrapInterval(values: readonly number[]): Interval {
  if (values.length === 0) throw new RangeError('There is no interval of nothing.');
  const random = randomIndices(SEED);
  const means = new Float64Array(RESAMPLES);
  for (let resample = 0; resample < RESAMPLES; resample += 1) {
    let total = 0;
    for (let draw = 0; draw < values.length; draw += 1) {
      total += values[random(values.length)] as number;
    }
    means[resample] = total / values.length;
  }
  means.sort();
  const low = means[Math.floor(TAIL * RESAMPLES)] as number;
  const high = means[Math.ceil((1 - TAIL) * RESAMPLES) - 1] as number;
  return [low, high];
}

/** Grades in the order of their ranks; below 0 counts as 0. */
function gainOf(grades: readonly number[]): number {
  let total = 0;
  for (const [at, grade] of grades.entries()) total += Math.max(grade, 0) / Math.log2(at + 2);
  return total;
}

/**
 * Whole numbers from 0 up to an end, in a row that a seed settles. A counter is stirred until its
 * bits depend on each other (the finalizer of Appleby's MurmurHash3); the top of a product is
 * fair enough for ends far below 2^32.
 */
function randomIndices(seed: number): (end: number) => number {
  let counter = seed;
  return (end) => {
    counter = (counter + 0x9e3779b9) | 0;
    let bits = counter;
    bits = Math.imul(bits ^ (bits >>> 16), 0x85ebca6b);
    bits = Math.imul(bits ^ (bits >>> 13), 0xc2b2ae35);
    bits ^= bits >>> 16;
    return Math.floor(((bits >>> 0) / 2 ** 32) * end);
  };
}
