/** Editions as the database tells them: one statement a page, ranked where the papers lie. */

import { type Kysely, sql } from 'kysely';
import { takeTurnAtLists } from '../community/pick-rows-store.js';
import type { Database } from '../database/database.js';
import type { Day } from '../papers/dates.js';
import { dayPeriod, type Period } from '../papers/edition.js';
import type { PaperId } from '../papers/identifiers.js';
import type { EditionPage, EditionStore, Entry, FrozenEdition } from './edition.js';

type EditionTables = {
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

type Tables = Kysely<EditionTables>;

type Slice = { readonly offset: number; readonly limit: number };

type EntryRow = { id: string; is_picked: number; note: string | null };

/** The length of a date that is known to the day. */
const DAY_LENGTH = 10;

/** After every place that a curator can give. */
const NO_POSITION = 1_000_000;

export function createEditionStore(
  database: Database,
  { now }: { readonly now: () => Date },
): EditionStore {
  const tables: Tables = database.connection.$extendTables<EditionTables>();

  return {
    async list(period, slice) {
      const [{ total, picked }, frozen] = await Promise.all([
        countOf(tables, period),
        period.kind === 'day' ? frozenEdition(tables, period.from) : undefined,
      ]);
      if (!frozen) {
        return {
          entries: await rankedEntries(tables, period, slice),
          total,
          picked,
          frozenAtMs: undefined,
        };
      }
      return frozenPage(tables, period, slice, frozen, total);
    },
    latestDay: (day) => nearestDay(tables, '<=', day),
    async neighbours({ from, until }) {
      const [before, after] = await Promise.all([
        nearestDay(tables, '<', from),
        nearestDay(tables, '>=', until),
      ]);
      return { before, after };
    },

    freeze: (day, most) =>
      database.connection.transaction().execute(async (transaction) => {
        // Nobody changes a list while it is written down.
        await takeTurnAtLists(transaction);
        const own = transaction.$extendTables<EditionTables>();
        const earlier = await frozenEdition(own, day);
        if (earlier) return earlier;
        const { picked } = await countOf(own, dayPeriod(day));
        const limit = picked > 0 ? Math.min(picked, most) : most;
        const entries = await rankedEntries(own, dayPeriod(day), { offset: 0, limit });
        if (entries.length === 0) return undefined;
        await own
          .insertInto('frozen_editions')
          .values({ day, frozen_at_ms: now().getTime(), list: JSON.stringify(entries) })
          .execute();
        return frozenEdition(own, day);
      }),
  };
}

/** The list as it was fixed, followed by what else the day has. */
async function frozenPage(
  tables: Tables,
  period: Period,
  { offset, limit }: Slice,
  frozen: FrozenEdition,
  total: number,
): Promise<EditionPage> {
  const there = await present(
    tables,
    frozen.entries.map(({ id }) => id),
  );
  const fixed = frozen.entries.filter(({ id }) => there.has(id));
  const first = fixed.slice(offset, offset + limit);
  const rest =
    first.length < limit
      ? await rankedEntries(
          tables,
          period,
          { offset: Math.max(0, offset - fixed.length), limit: limit - first.length },
          fixed.map(({ id }) => id),
        )
      : [];
  const fromElsewhere = fixed.length - (await countAmong(tables, period, fixed));
  return {
    entries: [...first, ...rest],
    total: total + fromElsewhere,
    picked: fixed.length,
    frozenAtMs: frozen.frozenAtMs,
  };
}

/** Every paper of the period once: the day it was announced for it, and whoever picked it. */
function papersOf(tables: Tables, period: Period, showsSample: boolean) {
  const announced = announcedIn(tables, period, showsSample).select(({ val }) => [
    'papers.id as id',
    sql<number>`0`.as('is_picked'),
    val(NO_POSITION).$castTo<number>().as('position'),
    sql<string | null>`null`.as('note'),
  ]);
  const picked = tables
    .selectFrom('picks')
    .innerJoin('papers', 'papers.id', 'picks.paper_id')
    .where('papers.withdrawn', '=', 0)
    .where('picks.day', '>=', period.from)
    .where('picks.day', '<', period.until)
    .where('picks.removed_at_ms', 'is', null)
    .select(({ fn, val }) => [
      'picks.paper_id as id',
      sql<number>`1`.as('is_picked'),
      // The places of different days say nothing about each other.
      period.kind === 'day'
        ? fn.coalesce('picks.position', val(NO_POSITION)).as('position')
        : val(NO_POSITION).$castTo<number>().as('position'),
      sql<string | null>`picks.note`.as('note'),
    ]);
  return tables
    .selectFrom(announced.unionAll(picked).as('listed'))
    .groupBy('listed.id')
    .select(({ fn }) => [
      'listed.id as id',
      fn.max('listed.is_picked').as('is_picked'),
      fn.min('listed.position').as('position'),
      fn.max('listed.note').as('note'),
    ]);
}

/** Papers known only to the month belong to that month, and to none of its days or weeks. */
function announcedIn(tables: Tables, { kind, key, from, until }: Period, showsSample: boolean) {
  const papers = tables
    .selectFrom('papers')
    .where('papers.withdrawn', '=', 0)
    .where('papers.edition_on', '>=', kind === 'month' ? key : from)
    .where('papers.edition_on', '<', kind === 'month' ? until.slice(0, 7) : until)
    .where('papers.is_sample', 'in', showsSample ? [0, 1] : [0]);
  return kind === 'month'
    ? papers
    : papers.where(({ fn }) => fn<number>('length', ['papers.edition_on']), '=', DAY_LENGTH);
}

async function rankedEntries(
  tables: Tables,
  period: Period,
  { offset, limit }: Slice,
  without: readonly PaperId[] = [],
): Promise<Entry[]> {
  const showsSample = !(await hasRealPapers(tables));
  const rows: readonly EntryRow[] = await tables
    .selectFrom(papersOf(tables, period, showsSample).as('listed'))
    .innerJoin('papers', 'papers.id', 'listed.id')
    .leftJoin('standings', 'standings.paper_id', 'listed.id')
    .$if(without.length > 0, (query) => query.where('listed.id', 'not in', without))
    .select(['listed.id as id', 'listed.is_picked as is_picked', 'listed.note as note'])
    .orderBy('listed.is_picked', 'desc')
    .orderBy('listed.position')
    .orderBy(({ fn, val }) => fn.coalesce('standings.merit', val(0)), 'desc')
    .orderBy('papers.edition_on', 'desc')
    .orderBy('papers.added_revision')
    .offset(offset)
    .limit(limit)
    .execute();
  return rows.map(({ id, is_picked, note }) => ({
    id: id as PaperId,
    isPicked: is_picked === 1,
    note: note ?? '',
  }));
}

async function countOf(
  tables: Tables,
  period: Period,
): Promise<{ readonly total: number; readonly picked: number }> {
  const showsSample = !(await hasRealPapers(tables));
  const { total, picked } = await tables
    .selectFrom(papersOf(tables, period, showsSample).as('listed'))
    .select(({ fn }) => [
      fn.countAll<number>().as('total'),
      fn.sum<number | null>('listed.is_picked').as('picked'),
    ])
    .executeTakeFirstOrThrow();
  return { total: Number(total), picked: Number(picked ?? 0) };
}

/** How many of these papers the period has of itself. */
async function countAmong(
  tables: Tables,
  period: Period,
  entries: readonly Entry[],
): Promise<number> {
  if (entries.length === 0) return 0;
  const showsSample = !(await hasRealPapers(tables));
  const { total } = await tables
    .selectFrom(papersOf(tables, period, showsSample).as('listed'))
    .where(
      'listed.id',
      'in',
      entries.map(({ id }) => id),
    )
    .select(({ fn }) => fn.countAll<number>().as('total'))
    .executeTakeFirstOrThrow();
  return Number(total);
}

/** Those that are still in the catalogue and not withdrawn. */
async function present(tables: Tables, ids: readonly PaperId[]): Promise<ReadonlySet<string>> {
  if (ids.length === 0) return new Set();
  const rows = await tables
    .selectFrom('papers')
    .select('id')
    .where('id', 'in', ids)
    .where('withdrawn', '=', 0)
    .execute();
  return new Set(rows.map(({ id }) => id));
}

async function frozenEdition(tables: Tables, day: Day): Promise<FrozenEdition | undefined> {
  const row = await tables
    .selectFrom('frozen_editions')
    .selectAll()
    .where('day', '=', day)
    .executeTakeFirst();
  if (!row) return undefined;
  return { day, frozenAtMs: row.frozen_at_ms, entries: JSON.parse(row.list) as Entry[] };
}

/** The nearest day with an edition before or from a bound on; `undefined` if there is none. */
async function nearestDay(
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
