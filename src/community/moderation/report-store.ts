/** What readers have reported: one report of a thing by one person, until a moderator decides. */

import { randomUUID } from 'node:crypto';
import type { Account } from '../../accounts/account.js';
import type { AnyTransaction } from '../../database/connection.js';
import type { Database } from '../../database/database.js';
import { BroadsheetError } from '../../errors.js';
import { takeTurnOf } from '../account-turn-store.js';
import { type ReportReason, type ReportTarget, reasonText } from './report.js';
import { type FoundTarget, findTarget } from './report-target-store.js';
import type { ModerationTables } from './tables.js';

/** What the moderators decided. */
export type ReportOutcome = 'acted' | 'dismissed';

export type ReportStore = {
  /**
   * What somebody may report.
   *
   * @throws BroadsheetError `not_found` for what they cannot see
   * @throws BroadsheetError `not_acceptable` for their own
   */
  readonly target: (account: Account, target: ReportTarget) => Promise<FoundTarget>;
  /**
   * Records a report. A second one of the same thing by the same person is the first.
   *
   * @throws BroadsheetError as `target`, and `too_many`
   */
  readonly report: (
    account: Account,
    report: {
      readonly target: ReportTarget;
      readonly reason: ReportReason;
      readonly words: string;
    },
  ) => Promise<{ readonly isNew: boolean }>;
  /** Closes all open reports of a thing. */
  readonly resolve: (
    transaction: AnyTransaction,
    target: ReportTarget,
    outcome: ReportOutcome,
  ) => Promise<number>;
};

const MOST_PER_DAY = 50;

const DAY_MS = 86_400_000;

export function createReportStore(
  database: Database,
  { now }: { readonly now: () => Date },
): ReportStore {
  const { connection } = database;

  const reportable = async (account: Account, target: ReportTarget): Promise<FoundTarget> => {
    const found = await findTarget(connection, target);
    if (found?.status !== 'shown') {
      throw new BroadsheetError('not_found', `There is no such ${target.kind} to report.`, {
        fix: 'It may have been taken away already.',
      });
    }
    if (found.owner?.id === account.id) {
      throw new BroadsheetError('not_acceptable', 'Nobody reports their own.', {
        fix: 'Change it or take it away yourself.',
      });
    }
    return found;
  };

  return {
    target: reportable,

    async report(account, { target, reason, words }) {
      await reportable(account, target);
      const atMs = now().getTime();
      return connection.transaction().execute(async (transaction) => {
        await takeTurnOf(transaction, account.id);
        const reports = transaction.$extendTables<ModerationTables>();
        const { count } = await reports
          .selectFrom('reports')
          .select((build) => build.fn.countAll().as('count'))
          .where('reporter_id', '=', account.id)
          .where('reported_at_ms', '>', atMs - DAY_MS)
          .executeTakeFirstOrThrow();
        if (Number(count) >= MOST_PER_DAY) {
          throw new BroadsheetError('too_many', `${MOST_PER_DAY} reports a day are enough.`, {
            fix: 'Write to the people who run this instance, or go on tomorrow.',
            retryAfterSeconds: 3_600,
          });
        }
        const added = await reports
          .insertInto('reports')
          .values({
            id: randomUUID(),
            target_kind: target.kind,
            target_id: target.id,
            reporter_id: account.id,
            reason: reasonText(reason, words),
            reported_at_ms: atMs,
            resolved_at_ms: null,
            outcome: null,
          })
          .onConflict((conflict) =>
            conflict.columns(['target_kind', 'target_id', 'reporter_id']).doNothing(),
          )
          .returning('id')
          .executeTakeFirst();
        return { isNew: added !== undefined };
      });
    },

    async resolve(transaction, { kind, id }, outcome) {
      const resolved = await transaction
        .$extendTables<ModerationTables>()
        .updateTable('reports')
        .set({ resolved_at_ms: now().getTime(), outcome })
        .where('target_kind', '=', kind)
        .where('target_id', '=', id)
        .where('resolved_at_ms', 'is', null)
        .returning('id')
        .execute();
      return resolved.length;
    },
  };
}
