/** An edition, loaded for one page and one reader: ids in their order, then all else in bulk. */

import type { PublicAccount } from '../accounts/account.js';
import type { EditionReader } from '../editions/edition.js';
import type { PaperReader } from '../papers/catalogue.js';
import { addDays, type Day } from '../papers/dates.js';
import { type Period, periodOf } from '../papers/edition.js';
import type { PaperId } from '../papers/identifiers.js';
import type { Paper } from '../papers/paper.js';
import { type ListedPaper, type ListingSources, loadListing } from './listing.js';
import { assertPageExists, type Page } from './paging.js';
import type { Visitor } from './visitor.js';

/** A paper that somebody put into the edition. */
export type PickedPaper = ListedPaper & {
  readonly note: string;
  /** Who put it there, while they have an account. */
  readonly submitter: PublicAccount | undefined;
};

export type Edition = {
  readonly period: Period;
  readonly page: Page;
  /** What people put there; it stands first. */
  readonly picked: readonly PickedPaper[];
  /** What its sources announced. */
  readonly announced: readonly ListedPaper[];
  /** What the reader has just hidden. */
  readonly hidden?: Paper | undefined;
  /** How many of this page the reader has hidden. */
  readonly dismissed: number;
  /** How many papers the whole period has. */
  readonly total: number;
  readonly totalPicked: number;
  /** When the list was fixed. */
  readonly frozenAtMs: number | undefined;
  /** The nearest periods of the same kind that have papers. */
  readonly before: Period | undefined;
  readonly after: Period | undefined;
  /** The latest day with papers within the period; its first day when there is none. */
  readonly day: Day;
  /** Whether the catalogue holds nothing but the bundled sample. */
  readonly isSampleOnly: boolean;
};

/** Where editions are loaded from. */
export type EditionSources = ListingSources & {
  readonly editions: EditionReader;
  readonly papers: Pick<PaperReader, 'byIds' | 'isSampleOnly'>;
  readonly picks: {
    /** Who put each of these papers into a list first. */
    readonly submittersOf: (
      ids: readonly PaperId[],
    ) => Promise<ReadonlyMap<PaperId, PublicAccount>>;
  };
};

/** @throws BroadsheetError if the period has fewer pages */
export async function loadEdition(
  sources: EditionSources,
  visitor: Visitor,
  period: Period,
  page: Page,
): Promise<Edition> {
  const { editions, papers, picks } = sources;
  const [{ entries, total, picked, frozenAtMs }, neighbours, latestDay, isSampleOnly] =
    await Promise.all([
      editions.list(period, page),
      editions.neighbours(period),
      editions.latestDay(addDays(period.until, -1)),
      papers.isSampleOnly(),
    ]);
  assertPageExists(page, total);
  const entryOf = new Map(entries.map((entry) => [entry.id, entry]));
  const [listing, submitters] = await Promise.all([
    loadListing(
      sources,
      visitor,
      entries.map(({ id }) => id),
    ),
    picks.submittersOf(entries.flatMap(({ id, isPicked }) => (isPicked ? id : []))),
  ]);
  const isPicked = ({ paper }: ListedPaper) => entryOf.get(paper.id)?.isPicked === true;
  return {
    period,
    page,
    picked: listing.papers.filter(isPicked).map((listed) => ({
      ...listed,
      note: entryOf.get(listed.paper.id)?.note ?? '',
      submitter: submitters.get(listed.paper.id),
    })),
    announced: listing.papers.filter((listed) => !isPicked(listed)),
    dismissed: listing.dismissed,
    total,
    totalPicked: picked,
    frozenAtMs,
    before: neighbours.before && periodOf(period.kind, neighbours.before),
    after: neighbours.after && periodOf(period.kind, neighbours.after),
    day: latestDay && latestDay >= period.from ? latestDay : period.from,
    isSampleOnly,
  };
}
