/**
 * What is left of accounts that were deleted: a keyed hash of the id of each. It names nobody, and
 * knows the account again if a backup from before brings it back.
 */

import type { AccountId } from '../../accounts/account.js';
import type { KeyedHash } from '../../accounts/keyed-hash.js';
import type { Database } from '../../database/database.js';
import type { ModerationTables } from '../moderation/tables.js';

export type TombstoneStore = {
  readonly tombstoneOf: (accountId: AccountId) => string;
  /** Those of the audit log. */
  readonly all: () => Promise<ReadonlySet<string>>;
  /** The accounts that have a tombstone and are there all the same; they may be deleted meanwhile. */
  readonly returned: (tombstones: ReadonlySet<string>) => AsyncGenerator<AccountId>;
};

/** The act of the audit log whose target is a tombstone. */
export const ACCOUNT_DELETED = 'account-deleted';

const ACCOUNTS_AT_ONCE = 1_000;

export function createTombstoneStore(
  { connection }: Database,
  { keyedHash }: { readonly keyedHash: KeyedHash },
): TombstoneStore {
  const tables = connection.$extendTables<ModerationTables>();
  const tombstoneOf = (accountId: AccountId): string => keyedHash('deleted-account', accountId);

  return {
    tombstoneOf,

    async all() {
      const rows = await tables
        .selectFrom('audit_log')
        .select('target_id')
        .where('action', '=', ACCOUNT_DELETED)
        .execute();
      return new Set(rows.map(({ target_id }) => target_id));
    },

    async *returned(tombstones) {
      if (tombstones.size === 0) return;
      for (let after = ''; ; ) {
        const rows = await tables
          .selectFrom('accounts')
          .select('id')
          .where('id', '>', after)
          .orderBy('id')
          .limit(ACCOUNTS_AT_ONCE)
          .execute();
        const ids = rows.map(({ id }) => id as AccountId);
        yield* ids.filter((id) => tombstones.has(tombstoneOf(id)));
        const last = ids.at(-1);
        if (last === undefined || ids.length < ACCOUNTS_AT_ONCE) return;
        after = last;
      }
    },
  };
}
