/**
 * What is trending, and why. Evidence comes in by `put` and `withdraw`, within the transactions of
 * those who record what people do; standings are kept exact meanwhile and read here.
 */

import type { Database } from '../database/database.js';
import type { PaperId } from '../papers/identifiers.js';
import type { Standing, StandingReader } from './evidence.js';
import { createEvidenceKeeper, type EvidenceKeeper } from './evidence-writer-store.js';
import { explain, type TrendingExplanation } from './explanation.js';
import { fieldFactor, votesPerDay } from './field-activity.js';
import { createFieldActivityStore } from './field-activity-store.js';
import { createHotnessReader, type HotnessReader } from './hotness-changes-store.js';
import { createPriorStore, type PriorStore } from './prior-store.js';
import { lockStandings, readSums, writeSums } from './standing-rows-store.js';
import { TRENDING, type TrendingSettings } from './standing-sums.js';
import { priorIn, SUMMED, type Tables, type TrendingTables, toWeighed } from './trending-tables.js';

export type TrendingPage = {
  readonly offset: number;
  readonly limit: number;
  /** Only papers of which this is the first category. */
  readonly field?: string;
  /** Papers to leave out, as those that a reader does not want to see. */
  readonly excluding?: readonly PaperId[];
};

/** A field as `/about/trending` tells it. */
export type FieldStanding = {
  readonly field: string;
  readonly votesPerDay: number;
  /** What evidence counts there now. */
  readonly factor: number;
};

export type TrendingReader = StandingReader & {
  /**
   * The hottest papers; withdrawn ones are left out, and the sample once there are others.
   *
   * @returns `total` counts no further than `MOST_COUNTED`
   */
  readonly trendingIds: (
    page: TrendingPage,
  ) => Promise<{ readonly ids: readonly PaperId[]; readonly total: number }>;
  /** What the paper's heat is the sum of. A paper that does not exist has no terms. */
  readonly explain: (paperId: PaperId, now: Date) => Promise<TrendingExplanation>;
  /** The fields in which something happens, the busiest first. */
  readonly fields: () => Promise<readonly FieldStanding[]>;
  readonly constants: () => TrendingSettings;
};

export type TrendingStore = TrendingReader &
  EvidenceKeeper &
  PriorStore &
  HotnessReader & {
    /** Reckons the sums of a paper anew from all its evidence. */
    readonly recompute: (paperId: PaperId) => Promise<void>;
    /** The same for all papers; gives how many had other sums than their evidence. */
    readonly recomputeAll: (onProgress?: (papers: number) => void) => Promise<number>;
    /** Measures anew how much happens in each field. Cheap; to be called every few minutes. */
    readonly refreshFields: () => Promise<void>;
  };

/** Nobody turns more pages than this; counting further would cost more than it tells. */
export const MOST_COUNTED = 1_000;

/** Papers whose sums are made anew in one transaction. */
const BATCH = 200;

/** PostgreSQL takes 65,535 parameters in a statement, SQLite 32,766. */
const MOST_IDS = 10_000;

/** Sums of numbers depend on the order of adding by less. */
const ROUNDING = 1e-6;

export function createTrendingStore(
  database: Database,
  { now, settings = TRENDING }: { readonly now: () => Date; readonly settings?: TrendingSettings },
): TrendingStore {
  const tables: Tables = database.connection.$extendTables<TrendingTables>();
  const keeper = createEvidenceKeeper({ now, settings });
  const priors = createPriorStore(tables, settings);
  const fieldActivity = createFieldActivityStore(tables, { now, settings: settings.fields });

  const hasRealPapers = async (): Promise<boolean> => {
    const query = tables.selectFrom('papers').select('id').where('is_sample', '=', 0).limit(1);
    return (await query.executeTakeFirst()) !== undefined;
  };

  /** Sums of papers in one transaction; gives how many had others. */
  const recomputeSome = (paperIds: readonly PaperId[]): Promise<number> =>
    tables.transaction().execute(async (transaction) => {
      let changed = 0;
      for (const standing of await lockStandings(transaction, paperIds)) {
        const sums = await readSums(transaction, standing.paper_id, settings.halfLifeHours);
        await writeSums(transaction, standing, sums, settings);
        const { hotness, merit } = await transaction
          .selectFrom('standings')
          .select(['hotness', 'merit'])
          .where('paper_id', '=', standing.paper_id)
          .executeTakeFirstOrThrow();
        const isSame =
          sums.votes === standing.votes &&
          isNear(merit, standing.merit) &&
          isNear(hotness ?? 0, standing.hotness ?? 0) &&
          (hotness === null) === (standing.hotness === null);
        if (!isSame) changed += 1;
      }
      return changed;
    });

  return {
    ...keeper,
    ...priors,
    ...createHotnessReader(tables),
    refreshFields: fieldActivity.refresh,
    constants: () => settings,

    async standings(ids) {
      const standings = new Map<PaperId, Standing>();
      for (let at = 0; at < ids.length; at += MOST_IDS) {
        const rows = await tables
          .selectFrom('standings')
          .select(['paper_id', 'votes', 'comments', 'hotness'])
          .where('paper_id', 'in', ids.slice(at, at + MOST_IDS))
          .execute();
        for (const { paper_id, votes, comments, hotness } of rows) {
          standings.set(paper_id as PaperId, { votes, comments, hotness: hotness ?? undefined });
        }
      }
      return standings;
    },

    async trendingIds({ offset, limit, field, excluding = [] }) {
      const showsSample = !(await hasRealPapers());
      const sample = showsSample ? [0, 1] : [0];
      let hot = tables.selectFrom('standings').where('hotness', 'is not', null);
      if (field === undefined) {
        hot = hot
          // SQLite goes through a cross join from the left, and so by hotness. With an inner join
          // it would rather look at every paper first.
          .crossJoin('papers')
          .whereRef('papers.id', '=', 'standings.paper_id')
          .where('withdrawn', '=', 0)
          .where('is_sample', 'in', sample);
      } else {
        const start = JSON.stringify([field]).slice(0, -1);
        const length = [...start].length;
        // Found from the index `papers_by_field` alone; in a quiet field, most rows would be read.
        const ofField = tables
          .selectFrom('papers')
          .select('id')
          .where('withdrawn', '=', 0)
          .where('is_sample', 'in', sample)
          .where(
            ({ fn, ref, lit }) => fn<string>('substr', [ref('categories'), lit(1), lit(length)]),
            '=',
            start,
          );
        hot = hot.where('paper_id', 'in', ofField);
      }
      // More than anybody dismisses by hand would not fit into a statement.
      if (excluding.length > 0) {
        hot = hot.where('paper_id', 'not in', excluding.slice(0, MOST_IDS));
      }
      const counted = hot.select('paper_id').limit(MOST_COUNTED).as('counted');
      const { total } = await tables
        .selectFrom(counted)
        .select(({ fn }) => fn.countAll<number>().as('total'))
        .executeTakeFirstOrThrow();
      const rows = await hot
        .select('paper_id')
        .orderBy('hotness', 'desc')
        // Downwards as well, so that the index is read from its end and nothing is sorted.
        .orderBy('paper_id', 'desc')
        .offset(offset)
        .limit(limit)
        .execute();
      return { ids: rows.map(({ paper_id }) => paper_id as PaperId), total: Number(total) };
    },

    async explain(paperId, at) {
      const evidence = await tables
        .selectFrom('evidence')
        .select([...SUMMED, 'actor'])
        .where('paper_id', '=', paperId)
        .orderBy('at_ms')
        .orderBy('kind')
        .orderBy('actor')
        .execute();
      const standing = await tables
        .selectFrom('standings')
        .select(['prior', 'prior_at_ms'])
        .where('paper_id', '=', paperId)
        .executeTakeFirst();
      const pieces = evidence.map((row) => ({ ...toWeighed(row), actor: row.actor }));
      const prior = standing && priorIn(standing);
      return explain({ evidence: pieces, prior }, at.getTime(), settings);
    },

    async fields() {
      const activities = await fieldActivity.read();
      const nowMs = now().getTime();
      const busiest = activities[0]?.activity;
      return activities.map(({ field, activity }) => ({
        field,
        votesPerDay: votesPerDay(activity, nowMs, settings.fields),
        factor: fieldFactor(activity, busiest, nowMs, settings.fields),
      }));
    },

    async recompute(paperId) {
      await recomputeSome([paperId]);
    },

    async recomputeAll(onProgress = () => {}) {
      let changed = 0;
      let done = 0;
      for (let after = ''; ; ) {
        const rows = await tables
          .selectFrom('standings')
          .select('paper_id')
          .where('paper_id', '>', after)
          .orderBy('paper_id')
          .limit(BATCH)
          .execute();
        if (rows.length === 0) return changed;
        changed += await recomputeSome(rows.map(({ paper_id }) => paper_id as PaperId));
        done += rows.length;
        onProgress(done);
        after = rows.at(-1)?.paper_id ?? '';
      }
    },
  };
}

function isNear(one: number, other: number): boolean {
  return Math.abs(one - other) <= ROUNDING * Math.max(1, Math.abs(one));
}
