/** Taking an account elsewhere off the ways into an account here. */

import type { Kysely } from 'kysely';
import type { Database } from '../database/database.js';
import type { AccountId } from './account.js';
import { canBeStored } from './account-rows.js';
import type { LinkedIdentity } from './account-store.js';
import { keepAWayIn, lockWaysIn, type WaysInTables } from './ways-in-store.js';

export type IdentityUnlinker = {
  /**
   * `false` if the account has no such identity.
   *
   * @throws BroadsheetError `conflict` if nobody could sign in to the account any more
   */
  readonly unlink: (
    account: AccountId,
    identity: Pick<LinkedIdentity, 'issuer' | 'subject'>,
  ) => Promise<boolean>;
};

export function createIdentityUnlinker(database: Database): IdentityUnlinker {
  const tables: Kysely<WaysInTables> = database.connection.$extendTables<WaysInTables>();
  return {
    async unlink(account, { issuer, subject }) {
      if (!canBeStored(issuer) || !canBeStored(subject)) return false;
      return tables.transaction().execute(async (transaction) => {
        await lockWaysIn(transaction, account);
        const removed = await transaction
          .deleteFrom('account_identities')
          .where('account_id', '=', account)
          .where('issuer', '=', issuer)
          .where('subject', '=', subject)
          .returning('subject')
          .executeTakeFirst();
        if (!removed) return false;
        await keepAWayIn(transaction, account);
        return true;
      });
    },
  };
}
