/** Forgets what has been kept long enough. */

import type { AnyTransaction } from '../../database/connection.js';
import type { Database } from '../../database/database.js';
import type { ModerationTables } from '../moderation/tables.js';
import { forgottenBefore } from './retention.js';

export type Forgotten = {
  readonly networksOfAccounts: number;
  readonly secrets: number;
  readonly notifications: number;
  readonly reports: number;
};

export type RetentionStore = {
  /** To be called about once a day; calling it more often changes nothing. */
  readonly forgetOld: () => Promise<Forgotten>;
};

type Parts = {
  readonly now: () => Date;
  readonly evidence: {
    readonly forgetNetworks: (transaction: AnyTransaction, beforeMs: number) => Promise<unknown>;
  };
};

type RetentionTables = ModerationTables & {
  one_time_secrets: { expires_at_ms: number };
  notifications: { read_at_ms: number | null };
};

export function createRetentionStore(
  { connection }: Database,
  { now, evidence }: Parts,
): RetentionStore {
  const tables = connection.$extendTables<RetentionTables>();
  return {
    async forgetOld() {
      const moment = now();
      const networks = await tables
        .updateTable('accounts')
        .set({ network: null })
        .where('network', 'is not', null)
        .where('created_at_ms', '<', forgottenBefore('networks', moment))
        .executeTakeFirst();
      await connection
        .transaction()
        .execute((transaction) =>
          evidence.forgetNetworks(transaction, forgottenBefore('networks', moment)),
        );
      const secrets = await tables
        .deleteFrom('one_time_secrets')
        .where('expires_at_ms', '<', forgottenBefore('secrets', moment))
        .executeTakeFirst();
      const notifications = await tables
        .deleteFrom('notifications')
        .where('read_at_ms', '<', forgottenBefore('notifications', moment))
        .executeTakeFirst();
      const reports = await tables
        .deleteFrom('reports')
        .where('resolved_at_ms', '<', forgottenBefore('reports', moment))
        .executeTakeFirst();
      return {
        networksOfAccounts: Number(networks.numUpdatedRows),
        secrets: Number(secrets.numDeletedRows),
        notifications: Number(notifications.numDeletedRows),
        reports: Number(reports.numDeletedRows),
      };
    },
  };
}
