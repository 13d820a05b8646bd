/**
 * How much happens in each field, measured from evidence now and then. Whoever records evidence
 * only reads it: were every vote to count it up, all votes of a field would wait for each other.
 */

import { sql } from 'kysely';
import { activities, type FieldSettings, fieldOf } from './field-activity.js';
import type { Tables } from './trending-tables.js';

export type FieldActivity = { readonly field: string; readonly activity: number };

export type FieldActivityStore = {
  /** The busiest first. */
  readonly read: () => Promise<readonly FieldActivity[]>;
  readonly refresh: () => Promise<void>;
};

const MS_PER_HOUR = 3_600_000;

/** Older evidence is left out: of it, less than 2 % would count. */
const HALF_LIVES_READ = 6;

/** Evidence of one paper is told by the day, which a half-life of weeks does not notice. */
const MS_PER_BUCKET = 24 * MS_PER_HOUR;

const ROWS_PER_INSERT = 1_000;

export function createFieldActivityStore(
  tables: Tables,
  { now, settings }: { readonly now: () => Date; readonly settings: FieldSettings },
): FieldActivityStore {
  return {
    read: () =>
      tables
        .selectFrom('field_activity')
        .select(['field', 'activity'])
        .orderBy('activity', 'desc')
        .orderBy('field')
        .execute(),

    async refresh() {
      const sinceMs = now().getTime() - HALF_LIVES_READ * settings.halfLifeHours * MS_PER_HOUR;
      const bucket = sql<number>`at_ms / ${sql.lit(MS_PER_BUCKET)}`;
      const rows = await tables
        .selectFrom('evidence')
        .innerJoin('papers', 'papers.id', 'evidence.paper_id')
        .select(({ fn }) => [
          'categories',
          bucket.as('bucket'),
          fn.sum<number>(sql`amount * weight`).as('votes'),
        ])
        .where('at_ms', '>', sinceMs)
        .where('weight', '>', 0)
        .groupBy(['categories', bucket])
        .execute();
      const active = activities(
        rows.map(({ categories, bucket: day, votes }) => ({
          field: fieldOf(JSON.parse(categories) as string[]),
          worth: Number(votes),
          atMs: (Number(day) + 0.5) * MS_PER_BUCKET,
        })),
        settings,
      );
      const measured = [...active].map(([field, activity]) => ({ field, activity }));
      // In one order, so that two processes that do this at once wait for each other.
      measured.sort((a, b) => (a.field < b.field ? -1 : 1));
      await tables.transaction().execute(async (transaction) => {
        for (let at = 0; at < measured.length; at += ROWS_PER_INSERT) {
          await transaction
            .insertInto('field_activity')
            .values(measured.slice(at, at + ROWS_PER_INSERT))
            .onConflict((conflict) =>
              conflict
                .column('field')
                .doUpdateSet(({ ref }) => ({ activity: ref('excluded.activity') })),
            )
            .execute();
        }
        const known = await transaction.selectFrom('field_activity').select('field').execute();
        const gone = known.map(({ field }) => field).filter((field) => !active.has(field));
        for (let at = 0; at < gone.length; at += ROWS_PER_INSERT) {
          await transaction
            .deleteFrom('field_activity')
            .where('field', 'in', gone.slice(at, at + ROWS_PER_INSERT))
            .execute();
        }
      });
    },
  };
}
