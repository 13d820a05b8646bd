/** Nobody may lock themselves out: what every removal of a way into an account asks first. */

import type { Kysely, Transaction } from 'kysely';
import { BroadsheetError } from '../errors.js';
import type { AccountId } from './account.js';
import type { AccountTables } from './account-rows.js';

export type PasskeyRow = {
  credential_id: string;
  account_id: string;
  public_key: string;
  counter: number;
  transports: string;
  label: string;
  is_synced: number;
  created_at_ms: number;
  used_at_ms: number | null;
};

/** Where ways into accounts are kept. */
export type WaysInTables = AccountTables & { passkeys: PasskeyRow };

/** Whoever else adds or removes a way into this account waits for the transaction. */
export async function lockWaysIn(
  transaction: Transaction<WaysInTables>,
  account: AccountId,
): Promise<void> {
  const row = await transaction
    .updateTable('accounts')
    .set({ id: account })
    .where('id', '=', account)
    .returning('id')
    .executeTakeFirst();
  if (!row) throw new BroadsheetError('not_found', 'There is no such account.');
}

/**
 * Called when one has been removed, so that the transaction comes to nothing with it.
 *
 * @throws BroadsheetError `conflict` if none is left
 */
export async function keepAWayIn(
  transaction: Transaction<WaysInTables>,
  account: AccountId,
): Promise<void> {
  const { email } = await transaction
    .selectFrom('accounts')
    .select('email')
    .where('id', '=', account)
    .executeTakeFirstOrThrow();
  const isLeft =
    email !== null ||
    (await has(transaction, 'passkeys', account)) ||
    (await has(transaction, 'account_identities', account));
  if (isLeft) return;
  throw new BroadsheetError('conflict', 'This is the only way into your account.', {
    fix: 'Add an e-mail address, a passkey or an account elsewhere first.',
  });
}

async function has(
  tables: Kysely<WaysInTables>,
  table: 'passkeys' | 'account_identities',
  account: AccountId,
): Promise<boolean> {
  const row = await tables
    .selectFrom(table)
    .select('account_id')
    .where('account_id', '=', account)
    .limit(1)
    .executeTakeFirst();
  return row !== undefined;
}
