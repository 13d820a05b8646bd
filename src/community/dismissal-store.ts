/** Papers that somebody does not want to see again. Nobody else learns of it. */

import type { AccountId } from '../accounts/account.js';
import type { Database } from '../database/database.js';
import type { PaperId } from '../papers/identifiers.js';
import { assertPaperExists, refusingMissingPapers, takeTurnOf } from './account-turn-store.js';

export type DismissalReader = {
  /** Those of these papers that an account has dismissed. */
  readonly dismissedAmong: (
    accountId: AccountId,
    ids: readonly PaperId[],
  ) => Promise<ReadonlySet<PaperId>>;
  /** What an account has dismissed since a time, the latest first, at most `limit`. */
  readonly dismissedSince: (
    accountId: AccountId,
    sinceMs: number,
    limit: number,
  ) => Promise<ReadonlySet<PaperId>>;
  /** A page of all that an account has dismissed, the latest first, and how many there are. */
  readonly dismissedBy: (
    accountId: AccountId,
    page: { readonly offset: number; readonly limit: number },
  ) => Promise<{ readonly ids: readonly PaperId[]; readonly total: number }>;
};

export type DismissalStore = DismissalReader & {
  /** @throws BroadsheetError `not_found` for a paper that is not there */
  readonly dismiss: (
    accountId: AccountId,
    paperId: PaperId,
  ) => Promise<{ readonly changed: boolean }>;
  readonly undo: (accountId: AccountId, paperId: PaperId) => Promise<{ readonly changed: boolean }>;
};

type DismissalTables = {
  dismissals: { account_id: string; paper_id: string; dismissed_at_ms: number };
};

/** Ids of one question; SQLite takes 32,766 parameters. */
const IDS_PER_STATEMENT = 5_000;

export function createDismissalStore(
  { connection }: Database,
  { now }: { readonly now: () => Date },
): DismissalStore {
  const tables = connection.$extendTables<DismissalTables>();
  const latestFirst = (accountId: AccountId) =>
    tables
      .selectFrom('dismissals')
      .select('paper_id')
      .where('account_id', '=', accountId)
      .orderBy('dismissed_at_ms', 'desc')
      .orderBy('paper_id');

  return {
    async dismissedAmong(accountId, ids) {
      const dismissed = new Set<PaperId>();
      for (let at = 0; at < ids.length; at += IDS_PER_STATEMENT) {
        const rows = await tables
          .selectFrom('dismissals')
          .select('paper_id')
          .where('account_id', '=', accountId)
          .where('paper_id', 'in', ids.slice(at, at + IDS_PER_STATEMENT))
          .execute();
        for (const { paper_id } of rows) dismissed.add(paper_id as PaperId);
      }
      return dismissed;
    },

    async dismissedSince(accountId, sinceMs, limit) {
      const rows = await latestFirst(accountId)
        .where('dismissed_at_ms', '>=', sinceMs)
        .limit(limit)
        .execute();
      return new Set(rows.map(({ paper_id }) => paper_id as PaperId));
    },

    async dismissedBy(accountId, { offset, limit }) {
      const { total } = await tables
        .selectFrom('dismissals')
        .select(({ fn }) => fn.countAll<number>().as('total'))
        .where('account_id', '=', accountId)
        .executeTakeFirstOrThrow();
      const rows = await latestFirst(accountId).offset(offset).limit(limit).execute();
      return { ids: rows.map(({ paper_id }) => paper_id as PaperId), total: Number(total) };
    },

    dismiss: (accountId, paperId) =>
      refusingMissingPapers(
        connection.transaction().execute(async (transaction) => {
          await takeTurnOf(transaction, accountId);
          await assertPaperExists(transaction, paperId);
          const { numInsertedOrUpdatedRows = 0n } = await transaction
            .$extendTables<DismissalTables>()
            .insertInto('dismissals')
            .values({
              account_id: accountId,
              paper_id: paperId,
              dismissed_at_ms: now().getTime(),
            })
            .onConflict((conflict) => conflict.doNothing())
            .executeTakeFirstOrThrow();
          return { changed: numInsertedOrUpdatedRows > 0n };
        }),
      ),

    async undo(accountId, paperId) {
      const { numDeletedRows } = await tables
        .deleteFrom('dismissals')
        .where('account_id', '=', accountId)
        .where('paper_id', '=', paperId)
        .executeTakeFirstOrThrow();
      return { changed: numDeletedRows > 0n };
    },
  };
}
