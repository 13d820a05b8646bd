/** Why the edition has its papers. */

import type { Entry } from '../../editions/edition.js';
import type { PaperId } from '../../papers/identifiers.js';
import type { Standing } from '../../trending/evidence.js';
import type { Reason } from './contents.js';

export type JudgedEntry = Entry & {
  /** The first of its categories. */
  readonly category: string | undefined;
  readonly standing: Standing;
};

/** The hottest so many of a category trend. */
const TRENDING_PER_CATEGORY = 3;

/**
 * The reasons of each paper: that it was picked, that it trends, or else that it is new. What
 * trends has been voted for or discussed by somebody; every paper has some heat by what its
 * content lets expect, and that alone is no trend.
 */
export function editionReasons(
  entries: readonly JudgedEntry[],
): ReadonlyMap<PaperId, readonly Reason[]> {
  const trending = trendingAmong(entries);
  return new Map(
    entries.map(({ id, isPicked, note, category }) => {
      const reasons: Reason[] = [];
      if (isPicked) reasons.push({ kind: 'picked', note });
      if (trending.has(id)) reasons.push({ kind: 'trending', category });
      if (reasons.length === 0) reasons.push({ kind: 'new', category });
      return [id, reasons];
    }),
  );
}

function trendingAmong(entries: readonly JudgedEntry[]): ReadonlySet<PaperId> {
  const moved = entries.filter(
    ({ standing: { votes, comments, hotness } }) => hotness !== undefined && votes + comments > 0,
  );
  const byCategory = Map.groupBy(moved, ({ category }) => category);
  return new Set(
    [...byCategory.values()].flatMap((ofCategory) =>
      ofCategory
        .sort((one, other) => heatOf(other) - heatOf(one))
        .slice(0, TRENDING_PER_CATEGORY)
        .map(({ id }) => id),
    ),
  );
}

function heatOf({ standing }: JudgedEntry): number {
  return standing.hotness ?? Number.NEGATIVE_INFINITY;
}
