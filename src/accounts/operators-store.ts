/** An instance without an operator is nobody's: what is asked before one goes. */

import type { Transaction } from 'kysely';
import { BroadsheetError } from '../errors.js';
import type { AccountId } from './account.js';
import type { AccountTables } from './account-rows.js';

/**
 * Refuses to go on when no operator would be left without this account. All operators are
 * locked, one after the other in the order of their ids, so that two who demote each other at
 * the same time wait here, and the second sees what the first did.
 *
 * @throws BroadsheetError `conflict`
 */
export async function keepAnOperator(
  transaction: Transaction<AccountTables>,
  leaving: AccountId,
): Promise<void> {
  const operators = await transaction
    .selectFrom('accounts')
    .select('id')
    .where('role', '=', 'operator')
    .where('banned_at_ms', 'is', null)
    .orderBy('id')
    .execute();
  if (!operators.some(({ id }) => id === leaving)) return;
  for (const { id } of operators) {
    const row = await transaction
      .updateTable('accounts')
      .set({ id })
      .where('id', '=', id)
      .where('role', '=', 'operator')
      .where('banned_at_ms', 'is', null)
      .returning('id')
      .executeTakeFirst();
    if (row && id !== leaving) return;
  }
  throw new BroadsheetError('conflict', 'This is the only operator of the instance.', {
    fix: 'Make somebody else an operator first.',
  });
}
