/** The passkeys of accounts: public keys, and how often each has been used. */

import type { Kysely } from 'kysely';
import type { Database } from '../database/database.js';
import { BroadsheetError } from '../errors.js';
import type { AccountId } from './account.js';
import type { Passkey, StoredPasskey } from './passkey.js';
import { keepAWayIn, lockWaysIn, type PasskeyRow, type WaysInTables } from './ways-in-store.js';

export type PasskeyStore = {
  /** @throws BroadsheetError `conflict` if it is here already, or the account has too many */
  readonly add: (passkey: NewPasskey) => Promise<Passkey>;
  readonly find: (id: string) => Promise<StoredPasskey | undefined>;
  /** In the order in which they were added. */
  readonly listOf: (account: AccountId) => Promise<readonly StoredPasskey[]>;
  /**
   * Notes a use. `false` if the counter did not go forward, as for a copy of the key, or if it
   * was removed meanwhile.
   */
  readonly use: (id: string, use: PasskeyUse) => Promise<boolean>;
  /** `false` if the account has no such passkey. */
  readonly rename: (account: AccountId, id: string, label: string) => Promise<boolean>;
  /**
   * `false` if the account has no such passkey.
   *
   * @throws BroadsheetError `conflict` if nobody could sign in to the account any more
   */
  readonly remove: (account: AccountId, id: string) => Promise<boolean>;
};

export type NewPasskey = Pick<
  StoredPasskey,
  'id' | 'accountId' | 'publicKey' | 'counter' | 'transports' | 'label' | 'isSynced'
>;

export type PasskeyUse = { readonly counter: number; readonly isSynced: boolean };

export const MOST_PASSKEYS = 20;

export function createPasskeyStore(
  database: Database,
  { now }: { readonly now: () => Date },
): PasskeyStore {
  const tables: Kysely<WaysInTables> = database.connection.$extendTables<WaysInTables>();

  return {
    add: (passkey) =>
      tables.transaction().execute(async (transaction) => {
        await lockWaysIn(transaction, passkey.accountId);
        if ((await countOf(transaction, passkey.accountId)) >= MOST_PASSKEYS) {
          throw new BroadsheetError(
            'conflict',
            `An account can have ${MOST_PASSKEYS} passkeys, and this one has them.`,
            { fix: 'Remove one that is not used any more.' },
          );
        }
        const row = await transaction
          .insertInto('passkeys')
          .values({
            credential_id: passkey.id,
            account_id: passkey.accountId,
            public_key: passkey.publicKey,
            counter: passkey.counter,
            transports: JSON.stringify(passkey.transports),
            label: passkey.label,
            is_synced: passkey.isSynced ? 1 : 0,
            created_at_ms: now().getTime(),
            used_at_ms: null,
          })
          .onConflict((conflict) => conflict.column('credential_id').doNothing())
          .returningAll()
          .executeTakeFirst();
        if (row) return toPasskey(row);
        throw new BroadsheetError('conflict', 'This passkey has been added before.');
      }),

    async find(id) {
      const row = await tables
        .selectFrom('passkeys')
        .selectAll()
        .where('credential_id', '=', id)
        .executeTakeFirst();
      return row && toPasskey(row);
    },

    async listOf(account) {
      const rows = await tables
        .selectFrom('passkeys')
        .selectAll()
        .where('account_id', '=', account)
        .orderBy('created_at_ms')
        .orderBy('credential_id')
        .execute();
      return rows.map(toPasskey);
    },

    async use(id, { counter, isSynced }) {
      const row = await tables
        .updateTable('passkeys')
        .set({ counter, is_synced: isSynced ? 1 : 0, used_at_ms: now().getTime() })
        .where('credential_id', '=', id)
        // Web Authentication Level 3, section 7.2, step 22: a key without a counter says 0 always.
        .where((is) => (counter === 0 ? is('counter', '=', 0) : is('counter', '<', counter)))
        .returning('credential_id')
        .executeTakeFirst();
      return row !== undefined;
    },

    async rename(account, id, label) {
      const row = await tables
        .updateTable('passkeys')
        .set({ label })
        .where('credential_id', '=', id)
        .where('account_id', '=', account)
        .returning('credential_id')
        .executeTakeFirst();
      return row !== undefined;
    },

    remove: (account, id) =>
      tables.transaction().execute(async (transaction) => {
        await lockWaysIn(transaction, account);
        const removed = await transaction
          .deleteFrom('passkeys')
          .where('credential_id', '=', id)
          .where('account_id', '=', account)
          .returning('credential_id')
          .executeTakeFirst();
        if (!removed) return false;
        await keepAWayIn(transaction, account);
        return true;
      }),
  };
}

async function countOf(transaction: Kysely<WaysInTables>, account: AccountId): Promise<number> {
  const { count } = await transaction
    .selectFrom('passkeys')
    .select(({ fn }) => fn.countAll<number>().as('count'))
    .where('account_id', '=', account)
    .executeTakeFirstOrThrow();
  return Number(count);
}

function toPasskey(row: PasskeyRow): StoredPasskey {
  return {
    id: row.credential_id,
    accountId: row.account_id as AccountId,
    publicKey: row.public_key,
    counter: Number(row.counter),
    transports: JSON.parse(row.transports) as readonly string[],
    label: row.label,
    isSynced: row.is_synced === 1,
    createdAtMs: Number(row.created_at_ms),
    usedAtMs: row.used_at_ms ?? undefined,
  };
}
