/** What the content of papers lets expect, as it is kept beside their evidence. */

import type { PaperId } from '../papers/identifiers.js';
import { changeAfter, lockStandings } from './standing-rows-store.js';
import { type TrendingSettings, withPrior } from './standing-sums.js';
import { evidenceSumsIn, type StandingRow, stored, type Tables } from './trending-tables.js';

/** A prior and what it was reckoned from. */
export type PriorRow = {
  readonly paperId: PaperId;
  /** In votes; `undefined` where nothing is to be expected or none is wanted. */
  readonly votes: number | undefined;
  readonly atMs: number;
  /** Which prior it is, such as `broadsheet-1-prior-3f2a`. */
  readonly model: string;
  /** Of the paper that was read. */
  readonly revision: number;
};

/** A paper whose prior is to be reckoned. */
export type DuePaper = { readonly id: PaperId; readonly revision: number };

export type PriorStore = {
  /** Sets priors and the sums that they are part of, in one transaction. Give a hundred at a time. */
  readonly setPriors: (rows: readonly PriorRow[]) => Promise<void>;
  /**
   * Papers whose prior is not of this model or not of their latest revision: those that changed
   * after one revision, the earliest first; or those up to one, the latest first.
   */
  readonly duePriors: (
    model: string,
    span: ({ readonly after: number } | { readonly until: number }) & { readonly limit: number },
  ) => Promise<readonly DuePaper[]>;
};

export function createPriorStore(tables: Tables, settings: TrendingSettings): PriorStore {
  return {
    async setPriors(rows) {
      if (rows.length === 0) return;
      const byId = new Map(rows.map((row) => [row.paperId as string, row]));
      await tables.transaction().execute(async (transaction) => {
        const standings = await lockStandings(
          transaction,
          rows.map(({ paperId }) => paperId),
        );
        const changed = standings.map((standing) =>
          withNewPrior(standing, byId.get(standing.paper_id) as PriorRow, settings),
        );
        if (changed.length === 0) return;
        await transaction
          .insertInto('standings')
          .values(changed)
          .onConflict((conflict) =>
            conflict.column('paper_id').doUpdateSet(({ ref }) => ({
              hotness: ref('excluded.hotness'),
              merit: ref('excluded.merit'),
              prior: ref('excluded.prior'),
              prior_at_ms: ref('excluded.prior_at_ms'),
              prior_model: ref('excluded.prior_model'),
              prior_revision: ref('excluded.prior_revision'),
              hotness_change: ref('excluded.hotness_change'),
            })),
          )
          .execute();
      });
    },

    async duePriors(model, span) {
      const due = tables
        .selectFrom('papers')
        .leftJoin('standings', 'standings.paper_id', 'papers.id')
        .select(['papers.id', 'papers.revision'])
        .where(({ eb, or, ref }) =>
          or([
            eb('prior_model', 'is', null),
            eb('prior_model', '<>', model),
            eb('prior_revision', '<>', ref('papers.revision')),
          ]),
        )
        .limit(span.limit);
      const rows =
        'after' in span
          ? await due.where('papers.revision', '>', span.after).orderBy('papers.revision').execute()
          : await due
              .where('papers.revision', '<=', span.until)
              .orderBy('papers.revision', 'desc')
              .execute();
      return rows.map(({ id, revision }) => ({ id: id as PaperId, revision }));
    },
  };
}

function withNewPrior(
  standing: StandingRow,
  row: PriorRow,
  settings: TrendingSettings,
): StandingRow {
  const prior = row.votes === undefined ? undefined : { votes: row.votes, atMs: row.atMs };
  const { hotness, merit } = withPrior(evidenceSumsIn(standing), prior, settings);
  return {
    ...standing,
    hotness: stored(hotness),
    merit,
    prior: row.votes ?? null,
    prior_at_ms: row.votes === undefined ? null : row.atMs,
    prior_model: row.model,
    prior_revision: row.revision,
    hotness_change: changeAfter(standing, stored(hotness)),
  };
}
