/** The papers of a period, loaded for one page: ids in their order, then the papers in bulk. */

import type { PaperReader } from '../papers/catalogue.js';
import { addDays, type Day } from '../papers/dates.js';
import { type Period, periodOf } from '../papers/edition.js';
import type { Paper } from '../papers/paper.js';
import { assertPageExists, type Page } from './paging.js';

export type Edition = {
  readonly period: Period;
  readonly page: Page;
  readonly papers: readonly Paper[];
  /** How many papers the whole period has. */
  readonly total: number;
  /** The nearest periods of the same kind that have papers. */
  readonly before: Period | undefined;
  readonly after: Period | undefined;
  /** The latest day with papers within the period; its first day when there is none. */
  readonly day: Day;
  /** Whether the catalogue holds nothing but the bundled sample. */
  readonly isSampleOnly: boolean;
};

type EditionReader = Pick<
  PaperReader,
  'idsInPeriod' | 'byIds' | 'neighbours' | 'latestDay' | 'isSampleOnly'
>;

/** @throws BroadsheetError if the period has fewer pages */
export async function loadEdition(
  papers: EditionReader,
  period: Period,
  page: Page,
): Promise<Edition> {
  const [{ ids, total }, neighbours, latestDay, isSampleOnly] = await Promise.all([
    papers.idsInPeriod(period, page),
    papers.neighbours(period),
    papers.latestDay(addDays(period.until, -1)),
    papers.isSampleOnly(),
  ]);
  assertPageExists(page, total);
  const byId = await papers.byIds(ids);
  return {
    period,
    page,
    // One that has gone meanwhile is left out.
    papers: ids.flatMap((id) => byId.get(id) ?? []),
    total,
    before: neighbours.before && periodOf(period.kind, neighbours.before),
    after: neighbours.after && periodOf(period.kind, neighbours.after),
    day: latestDay && latestDay >= period.from ? latestDay : period.from,
    isSampleOnly,
  };
}
