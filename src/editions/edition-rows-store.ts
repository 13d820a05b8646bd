/**
 * The papers of a period as the database lists them. Those that people picked are few and are put
 * in order by themselves; those that were announced may be all of a month, so that everything which
 * chooses among them stands in the index `papers_listed`, and no abstract is read for it.
 */

import type { Kysely } from 'kysely';
import type { Day } from '../papers/dates.js';
import type { Period } from '../papers/edition.js';
import type { PaperId } from '../papers/identifiers.js';
import type { Entry } from './edition.js';

export type EditionTables = {
  papers: {
    id: string;
    edition_on: string;
    withdrawn: number;
    is_sample: number;
    added_revision: number;
  };
  picks: {
    day: string;
    paper_id: string;
    position: number | null;
    note: string;
    removed_at_ms: number | null;
  };
  standings: { paper_id: string; merit: number };
  frozen_editions: { day: string; frozen_at_ms: number; list: string };
};

export type Tables = Kysely<EditionTables>;

export type Slice = { readonly offset: number; readonly limit: number };

/** What chooses the papers of a period. */
type Chosen = {
  readonly tables: Tables;
  readonly period: Period;
  /** Whether the bundled sample is announced as well: while there is nothing else. */
  readonly showsSample: boolean;
  /** Papers to leave out. */
  readonly without: readonly PaperId[];
};

/** The length of a date that is known to the day. */
const DAY_LENGTH = 10;

/** After every place that a curator can give. */
const NO_POSITION = 1_000_000;

/** How many papers a period has, each counted once, and how many of them were picked. */
export async function countPapers(
  tables: Tables,
  period: Period,
  without: readonly PaperId[] = [],
): Promise<{ readonly total: number; readonly picked: number }> {
  const chosen = await choose(tables, period, without);
  const { announced } = await announcedIn(chosen)
    .select(({ fn }) => fn.countAll<number>().as('announced'))
    .executeTakeFirstOrThrow();
  const { picked, both } = await countPicked(chosen);
  return { total: Number(announced) + picked - both, picked };
}

/** How many of these papers were announced or picked in the period. */
export async function countAmong(
  tables: Tables,
  period: Period,
  ids: readonly PaperId[],
): Promise<number> {
  if (ids.length === 0) return 0;
  const chosen = await choose(tables, period);
  const announced = await announcedIn(chosen).select('papers.id').where('id', 'in', ids).execute();
  const picked = await pickedIn(chosen)
    .select('picks.paper_id as id')
    .where('picks.paper_id', 'in', ids)
    .execute();
  return new Set([...announced, ...picked].map(({ id }) => id)).size;
}

/** A part of a period's papers, the best first. */
export async function rankedEntries(
  tables: Tables,
  period: Period,
  { offset, limit }: Slice,
  without: readonly PaperId[] = [],
): Promise<Entry[]> {
  if (limit <= 0) return [];
  const chosen = await choose(tables, period, without);
  const picked = await pickedEntries(chosen, { offset, limit });
  if (picked.length === limit) return picked;
  const isCounted = picked.length > 0 || offset === 0;
  const before = isCounted ? offset + picked.length : (await countPicked(chosen)).picked;
  const announced = await announcedEntries(chosen, {
    offset: Math.max(0, offset - before),
    limit: limit - picked.length,
  });
  return [...picked, ...announced];
}

async function pickedEntries(chosen: Chosen, { offset, limit }: Slice): Promise<Entry[]> {
  const listed = pickedIn(chosen)
    .select(({ fn, val }) => [
      'picks.paper_id as id',
      // The places of different days say nothing about each other.
      chosen.period.kind === 'day'
        ? fn.coalesce(fn.min('picks.position'), val(NO_POSITION)).as('position')
        : val(NO_POSITION).$castTo<number>().as('position'),
      fn.max('picks.note').as('note'),
    ])
    .groupBy('picks.paper_id');
  const rows = await chosen.tables
    .selectFrom(listed.as('listed'))
    .innerJoin('papers', 'papers.id', 'listed.id')
    .leftJoin('standings', 'standings.paper_id', 'listed.id')
    .select(['listed.id as id', 'listed.note as note'])
    .orderBy('listed.position')
    .orderBy(({ fn, val }) => fn.coalesce('standings.merit', val(0)), 'desc')
    .orderBy('papers.edition_on', 'desc')
    .orderBy('papers.added_revision')
    .offset(offset)
    .limit(limit)
    .execute();
  return rows.map(({ id, note }) => ({ id: id as PaperId, isPicked: true, note: note ?? '' }));
}

async function announcedEntries(chosen: Chosen, { offset, limit }: Slice): Promise<Entry[]> {
  const rows = await announcedIn(chosen)
    .leftJoin('standings', 'standings.paper_id', 'papers.id')
    .select('papers.id as id')
    .where('papers.id', 'not in', pickedIn(chosen).select('picks.paper_id'))
    .orderBy(({ fn, val }) => fn.coalesce('standings.merit', val(0)), 'desc')
    .orderBy('papers.edition_on', 'desc')
    .orderBy('papers.added_revision')
    .offset(offset)
    .limit(limit)
    .execute();
  return rows.map(({ id }) => ({ id: id as PaperId, isPicked: false, note: '' }));
}

/** How many papers were picked, and how many of these were announced in the period besides. */
async function countPicked(
  chosen: Chosen,
): Promise<{ readonly picked: number; readonly both: number }> {
  const ids = pickedIn(chosen).select('picks.paper_id').distinct();
  const { picked } = await chosen.tables
    .selectFrom(ids.as('listed'))
    .select(({ fn }) => fn.countAll<number>().as('picked'))
    .executeTakeFirstOrThrow();
  if (Number(picked) === 0) return { picked: 0, both: 0 };
  const { both } = await announcedIn(chosen)
    .where('papers.id', 'in', ids)
    .select(({ fn }) => fn.countAll<number>().as('both'))
    .executeTakeFirstOrThrow();
  return { picked: Number(picked), both: Number(both) };
}

async function choose(
  tables: Tables,
  period: Period,
  without: readonly PaperId[] = [],
): Promise<Chosen> {
  return { tables, period, showsSample: !(await hasRealPapers(tables)), without };
}

/** Papers known only to the month belong to that month, and to none of its days or weeks. */
function announcedIn({ tables, period, showsSample, without }: Chosen) {
  const { kind, key, from, until } = period;
  const papers = tables
    .selectFrom('papers')
    .where('papers.withdrawn', '=', 0)
    .where('papers.edition_on', '>=', kind === 'month' ? key : from)
    .where('papers.edition_on', '<', kind === 'month' ? until.slice(0, 7) : until)
    .where('papers.is_sample', 'in', showsSample ? [0, 1] : [0])
    .$if(without.length > 0, (query) => query.where('papers.id', 'not in', without));
  return kind === 'month'
    ? papers
    : papers.where(({ fn }) => fn<number>('length', ['papers.edition_on']), '=', DAY_LENGTH);
}

/** One row for each day for which a paper was picked. */
function pickedIn({ tables, period, without }: Chosen) {
  return tables
    .selectFrom('picks')
    .innerJoin('papers', 'papers.id', 'picks.paper_id')
    .where('papers.withdrawn', '=', 0)
    .where('picks.day', '>=', period.from)
    .where('picks.day', '<', period.until)
    .where('picks.removed_at_ms', 'is', null)
    .$if(without.length > 0, (query) => query.where('picks.paper_id', 'not in', without));
}

/** The nearest day with an edition before or from a bound on; `undefined` if there is none. */
export async function nearestDay(
  tables: Tables,
  operator: '<' | '<=' | '>=',
  bound: Day,
): Promise<Day | undefined> {
  const order = operator === '>=' ? 'asc' : 'desc';
  const showsSample = !(await hasRealPapers(tables));
  // Each by its own index; the database would read both wholly to sort them together.
  const [announced, picked] = await Promise.all([
    tables
      .selectFrom('papers')
      .select('edition_on as day')
      .where('withdrawn', '=', 0)
      .where('is_sample', 'in', showsSample ? [0, 1] : [0])
      .where(({ fn }) => fn<number>('length', ['edition_on']), '=', DAY_LENGTH)
      .where('edition_on', operator, bound)
      .orderBy('edition_on', order)
      .limit(1)
      .executeTakeFirst(),
    tables
      .selectFrom('picks')
      .innerJoin('papers', 'papers.id', 'picks.paper_id')
      .select('picks.day as day')
      .where('papers.withdrawn', '=', 0)
      .where('picks.removed_at_ms', 'is', null)
      .where('picks.day', operator, bound)
      .orderBy('picks.day', order)
      .limit(1)
      .executeTakeFirst(),
  ]);
  const days = [announced, picked].flatMap((row) => (row ? [row.day as Day] : [])).sort();
  return order === 'asc' ? days[0] : days.at(-1);
}

async function hasRealPapers(tables: Tables): Promise<boolean> {
  const row = await tables
    .selectFrom('papers')
    .select('id')
    .where('is_sample', '=', 0)
    .limit(1)
    .executeTakeFirst();
  return row !== undefined;
}
