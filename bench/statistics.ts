/** What many times come to: a few figures that a table can hold. */

export type Times = {
  /** How many searches were timed. */
  readonly samples: number;
  readonly p50Ms: number;
  /** Absent for fewer than 20 searches, of which it would be the slowest. */
  readonly p95Ms?: number;
  /** Absent for fewer than 100 searches. */
  readonly p99Ms?: number;
  readonly slowestMs: number;
};

/** The figures of at least one time. */
export function timesOf(timesMs: readonly number[]): Times {
  const sorted = timesMs.toSorted((a, b) => a - b);
  return {
    samples: sorted.length,
    p50Ms: percentile(sorted, 50),
    ...(sorted.length >= 20 && { p95Ms: percentile(sorted, 95) }),
    ...(sorted.length >= 100 && { p99Ms: percentile(sorted, 99) }),
    slowestMs: percentile(sorted, 100),
  };
}

/**
 * The smallest time that so many percent of all do not exceed: one that was measured, not one
 * between two.
 *
 * @param sorted - ascending, not empty
 * @param percent - above 0, at most 100
 */
export function percentile(sorted: readonly number[], percent: number): number {
  const time = sorted[Math.ceil((percent * sorted.length) / 100) - 1];
  if (time === undefined) throw new RangeError('There is no percentile of nothing.');
  return time;
}
