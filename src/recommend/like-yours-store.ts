/** Which papers an account has shown that it likes: those that it votes for or keeps. */

import type { AccountId } from '../accounts/account.js';
import type { Database } from '../database/database.js';
import type { PaperId } from '../papers/identifiers.js';

export type LikedPaper = {
  readonly id: PaperId;
  readonly title: string;
  /** Of the paper; it changes when the paper does. */
  readonly revision: number;
};

export type LikedPaperReader = {
  /** What an account has voted for or put into its collections since a time, the latest first. */
  readonly likedBy: (
    accountId: AccountId,
    options: { readonly sinceMs: number; readonly limit: number },
  ) => Promise<readonly LikedPaper[]>;
};

type Tables = {
  votes: { paper_id: string; account_id: string; voted_at_ms: number };
  collections: { id: string; account_id: string };
  collection_papers: { collection_id: string; paper_id: string; added_at_ms: number };
  papers: { id: string; title: string; revision: number };
};

export function createLikedPaperReader({ connection }: Database): LikedPaperReader {
  const tables = connection.$extendTables<Tables>();

  return {
    async likedBy(accountId, { sinceMs, limit }) {
      const voted = tables
        .selectFrom('votes')
        .select(['paper_id', 'voted_at_ms as at_ms'])
        .where('account_id', '=', accountId)
        .where('voted_at_ms', '>=', sinceMs);
      const kept = tables
        .selectFrom('collection_papers')
        .innerJoin('collections', 'collections.id', 'collection_papers.collection_id')
        .select(['paper_id', 'added_at_ms as at_ms'])
        .where('account_id', '=', accountId)
        .where('added_at_ms', '>=', sinceMs);
      const latest = tables
        .selectFrom(voted.unionAll(kept).as('liked'))
        .select(({ fn }) => ['paper_id', fn.max('at_ms').as('at_ms')])
        .groupBy('paper_id')
        .orderBy('at_ms', 'desc')
        .orderBy('paper_id')
        .limit(limit);
      const rows = await tables
        .selectFrom(latest.as('latest'))
        .innerJoin('papers', 'papers.id', 'latest.paper_id')
        .select(['papers.id', 'papers.title', 'papers.revision'])
        .orderBy('latest.at_ms', 'desc')
        .orderBy('papers.id')
        .execute();
      return rows.map(({ id, title, revision }) => ({ id: id as PaperId, title, revision }));
    },
  };
}
