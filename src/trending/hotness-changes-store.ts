/**
 * Which hotness has changed, for those who keep a copy of it. Whoever changes one only unmarks its
 * row. The numbers are given later, by whoever wants to read on, one after the other: so they are
 * committed in their order, and a reader who has all up to a number has missed none below it, on
 * PostgreSQL as on SQLite. Nobody who votes ever waits for a number.
 */

import type { PaperId } from '../papers/identifiers.js';
import { lockStandings } from './standing-rows-store.js';
import type { Tables } from './trending-tables.js';

/** What is known of the hotness of some papers, and up to which change. */
export type HotnessChanges = {
  /** By paper; `undefined` where nothing speaks for it any more. */
  readonly hotness: ReadonlyMap<PaperId, number | undefined>;
  /** Of the last change among them, to go on from; the one asked from where there are none. */
  readonly change: number;
};

export type HotnessReader = {
  /**
   * What has changed after one change (0 for all there is), the earliest first, each paper once
   * and as it is now. At most some `limit` papers; an answer without any is the end. Of all that
   * was committed before the call, nothing is left out.
   */
  readonly hotnessSince: (change: number, limit: number) => Promise<HotnessChanges>;
};

/** Papers that get their numbers in one transaction: it is short, and a vote may wait for it. */
const NUMBERED_AT_ONCE = 200;

export function createHotnessReader(tables: Tables): HotnessReader {
  const unnumbered = () =>
    tables
      .selectFrom('standings')
      .select('paper_id')
      .where('hotness_change', 'is', null)
      .limit(NUMBERED_AT_ONCE)
      .execute();

  /** Gives the next numbers to some papers, until all have one that stood there at the call. */
  const numberAll = async (): Promise<void> => {
    for (let rows = await unnumbered(); rows.length > 0; rows = await unnumbered()) {
      const ids = rows.map(({ paper_id }) => paper_id as PaperId);
      await tables.transaction().execute(async (transaction) => {
        // Others who give numbers wait here until these are committed.
        const { latest } = await transaction
          .updateTable('hotness_changes')
          .set(({ eb }) => ({ latest: eb('latest', '+', 1) }))
          .returning('latest')
          .executeTakeFirstOrThrow();
        // And who changes one of these, here; it is unmarked again after that.
        await lockStandings(transaction, ids);
        await transaction
          .updateTable('standings')
          .set({ hotness_change: Number(latest) })
          .where('paper_id', 'in', ids)
          .where('hotness_change', 'is', null)
          .execute();
      });
      if (rows.length < NUMBERED_AT_ONCE) return;
    }
  };

  return {
    async hotnessSince(change, limit) {
      await numberAll();
      const page = tables
        .selectFrom('standings')
        .select('hotness_change')
        .where('hotness_change', '>', change)
        .orderBy('hotness_change')
        .limit(limit)
        .as('page');
      const { last } = await tables
        .selectFrom(page)
        .select(({ fn }) => fn.max<number | null>('hotness_change').as('last'))
        .executeTakeFirstOrThrow();
      if (last === null) return { hotness: new Map(), change };
      const until = Number(last);
      const rows = await tables
        .selectFrom('standings')
        .select(['paper_id', 'hotness'])
        .where('hotness_change', '>', change)
        // Papers of one number are not torn apart.
        .where('hotness_change', '<=', until)
        .execute();
      return {
        hotness: new Map(
          rows.map(({ paper_id, hotness }) => [paper_id as PaperId, hotness ?? undefined]),
        ),
        change: until,
      };
    },
  };
}
