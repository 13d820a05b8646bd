/**
 * The papers of daily lists as rows of numbers: what both ways of fitting learn from. Lists are
 * compared with themselves only: days differ in how many people came, and a paper is ranked among
 * those of its day. So the mean of a list is taken off all its numbers.
 */

/** A paper of a list. */
export type Row = {
  readonly arxiv: string;
  /** NaN where a value is not known. */
  readonly values: Float64Array;
  /** Upvotes in the end. */
  readonly upvotes: number;
};

export type RankedList = { readonly day: string; readonly rows: readonly Row[] };

/** What is learned from: values and log(1 + upvotes), each less the mean of its list. */
export type CentredList = {
  readonly values: readonly Float64Array[];
  readonly gains: readonly number[];
};

export function centred(list: RankedList): CentredList {
  const mean = meanValues(list.rows.map(({ values }) => values));
  const logs = list.rows.map(({ upvotes }) => Math.log1p(upvotes));
  const meanLog = logs.reduce((sum, log) => sum + log / logs.length, 0);
  return {
    values: list.rows.map(({ values }) => less(values, mean)),
    gains: logs.map((log) => log - meanLog),
  };
}

/** Means of each value over the rows that have it; 0 where none has. */
export function meanValues(rows: readonly Float64Array[]): Float64Array {
  const width = rows[0]?.length ?? 0;
  const sums = new Float64Array(width);
  const counts = new Float64Array(width);
  for (const row of rows) {
    for (let at = 0; at < width; at += 1) {
      const value = at_(row, at);
      if (Number.isNaN(value)) continue;
      sums[at] = at_(sums, at) + value;
      counts[at] = at_(counts, at) + 1;
    }
  }
  return sums.map((sum, at) => (sum === 0 ? 0 : sum / at_(counts, at)));
}

/** Values less what is usual; what is not known is taken to be that. */
export function less(values: Float64Array, usual: Float64Array): Float64Array {
  return values.map((value, at) => (Number.isNaN(value) ? 0 : value - at_(usual, at)));
}

/** Root mean squares of each value over all centred lists; 1 where a value never differs. */
export function spreads(lists: readonly CentredList[], width: number): Float64Array {
  const squares = new Float64Array(width);
  let rows = 0;
  for (const { values } of lists) {
    for (const row of values) {
      rows += 1;
      for (let at = 0; at < width; at += 1) squares[at] = at_(squares, at) + at_(row, at) ** 2;
    }
  }
  return squares.map((sum) => (sum > 1e-12 ? Math.sqrt(sum / rows) : 1));
}

export function dot(one: Float64Array, other: Float64Array): number {
  let sum = 0;
  for (let at = 0; at < one.length; at += 1) sum += at_(one, at) * at_(other, at);
  return sum;
}

function at_(values: Float64Array, at: number): number {
  return values[at] as number;
}
