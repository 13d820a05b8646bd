/**
 * Acts of one account wait for each other, and for the deletion of the account: what one of them
 * has read of the others is still true when it writes. Different accounts do not wait.
 */

import type { AccountId } from '../accounts/account.js';
import type { AnyTransaction } from '../database/connection.js';
import { BroadsheetError } from '../errors.js';
import type { PaperId } from '../papers/identifiers.js';

type TurnTables = {
  accounts: { id: string; role: string };
  papers: { id: string };
  authorship_claims: { account_id: string; paper_id: string; status: string };
};

/**
 * Waits for the other acts of an account, until the transaction ends. To be called before
 * anything else in it, since all who take it in this order can never wait in a circle.
 *
 * @returns whether there is such an account
 */
export async function takeTurn(
  transaction: AnyTransaction,
  accountId: AccountId,
): Promise<boolean> {
  const row = await transaction
    .$extendTables<TurnTables>()
    .updateTable('accounts')
    .set(({ ref }) => ({ role: ref('role') }))
    .where('id', '=', accountId)
    .returning('id')
    .executeTakeFirst();
  return row !== undefined;
}

/**
 * The same for an act that an account must be there for.
 *
 * @throws BroadsheetError `signed_out`
 */
export async function takeTurnOf(transaction: AnyTransaction, accountId: AccountId): Promise<void> {
  if (await takeTurn(transaction, accountId)) return;
  throw new BroadsheetError('signed_out', 'This account is no longer here.');
}

/** @throws BroadsheetError `not_found` */
export async function assertPaperExists(
  transaction: AnyTransaction,
  paperId: PaperId,
): Promise<void> {
  const row = await transaction
    .$extendTables<TurnTables>()
    .selectFrom('papers')
    .select('id')
    .where('id', '=', paperId)
    .executeTakeFirst();
  if (!row) throw noSuchPaper();
}

/** Whether the account is known to be an author of the paper. */
export async function isAuthor(
  transaction: AnyTransaction,
  accountId: AccountId,
  paperId: PaperId,
): Promise<boolean> {
  const row = await transaction
    .$extendTables<TurnTables>()
    .selectFrom('authorship_claims')
    .select('paper_id')
    .where('account_id', '=', accountId)
    .where('paper_id', '=', paperId)
    .where('status', '=', 'accepted')
    .executeTakeFirst();
  return row !== undefined;
}

/**
 * What the database says when a paper is removed while somebody acts on it, in words for people.
 * Anything else passes as it is.
 */
export async function refusingMissingPapers<Result>(act: Promise<Result>): Promise<Result> {
  try {
    return await act;
  } catch (error) {
    throw isMissingReference(error) ? noSuchPaper() : error;
  }
}

function isMissingReference(error: unknown): boolean {
  const { code, message } = error as { readonly code?: string; readonly message?: string };
  return code === '23503' || /FOREIGN KEY constraint failed/.test(message ?? '');
}

function noSuchPaper(): BroadsheetError {
  return new BroadsheetError('not_found', 'There is no such paper here.', {
    fix: 'Search for its title; it may have been removed.',
  });
}
