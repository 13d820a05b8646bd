/** Editions as the database tells them, and those that were fixed. */

import { takeTurnAtLists } from '../community/pick-rows-store.js';
import type { Database } from '../database/database.js';
import type { Day } from '../papers/dates.js';
import { dayPeriod, type Period } from '../papers/edition.js';
import type { PaperId } from '../papers/identifiers.js';
import type { EditionPage, EditionStore, Entry, FrozenEdition } from './edition.js';
import {
  countAmong,
  countPapers,
  type EditionTables,
  nearestDay,
  rankedEntries,
  type Slice,
  type Tables,
} from './edition-rows-store.js';

export function createEditionStore(
  database: Database,
  { now }: { readonly now: () => Date },
): EditionStore {
  const tables: Tables = database.connection.$extendTables<EditionTables>();

  return {
    async list(period, slice) {
      const [{ total, picked }, frozen] = await Promise.all([
        countPapers(tables, period),
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
        const { picked } = await countPapers(own, dayPeriod(day));
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
  const ids = fixed.map(({ id }) => id);
  const { picked: pickedSince } = await countPapers(tables, period, ids);
  const fromElsewhere = fixed.length - (await countAmong(tables, period, ids));
  return {
    entries: [...first, ...rest],
    total: total + fromElsewhere,
    picked: fixed.filter(({ isPicked }) => isPicked).length + pickedSince,
    frozenAtMs: frozen.frozenAtMs,
  };
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
