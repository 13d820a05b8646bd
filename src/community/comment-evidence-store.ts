/**
 * Changes to the comments of a paper, one after the other, each with what it means for the
 * paper's standing: that somebody has commented at all, and how many comments all may read.
 */

import { type AccountId, isNewAccount } from '../accounts/account.js';
import type { AnyTransaction } from '../database/connection.js';
import { BroadsheetError } from '../errors.js';
import type { PaperId } from '../papers/identifiers.js';
import { isAuthor } from './account-turn-store.js';
import type { CommentTables } from './comment-rows.js';

/** Keeps the evidence of comments; told in the transaction of what it is evidence of. */
export type CommentEvidence = {
  readonly put: (
    transaction: AnyTransaction,
    evidence: {
      readonly paperId: PaperId;
      readonly kind: 'comment';
      readonly actor: string;
      readonly atMs: number;
      readonly isOwn: boolean;
      readonly isNew: boolean;
      readonly network: string | undefined;
    },
  ) => Promise<void>;
  readonly withdraw: (
    transaction: AnyTransaction,
    evidence: { readonly paperId: PaperId; readonly kind: 'comment'; readonly actor: string },
  ) => Promise<void>;
  readonly setComments: (
    transaction: AnyTransaction,
    paperId: PaperId,
    comments: number,
  ) => Promise<void>;
};

/**
 * Waits for other changes to the comments of a paper, until the transaction ends.
 *
 * @throws BroadsheetError `not_found` if there is no such paper
 */
export async function takeTurnAt(transaction: AnyTransaction, paperId: PaperId): Promise<void> {
  const row = await transaction
    .$extendTables<CommentTables>()
    .updateTable('papers')
    .set(({ ref }) => ({ changed_at_ms: ref('changed_at_ms') }))
    .where('id', '=', paperId)
    .returning('id')
    .executeTakeFirst();
  if (row) return;
  throw new BroadsheetError('not_found', 'There is no such paper here.', {
    fix: 'Search for its title; it may have been removed.',
  });
}

/**
 * Makes a change and keeps the evidence true to it. The paper's turn must have been taken.
 *
 * @param accountId - whose comments are changed; `undefined` if of nobody any more
 */
export async function changeComments<Result>(
  transaction: AnyTransaction,
  evidence: CommentEvidence,
  about: {
    readonly paperId: PaperId;
    readonly accountId: AccountId | undefined;
    readonly now: Date;
    readonly network?: string | undefined;
  },
  change: () => Promise<Result>,
): Promise<Result> {
  const { paperId, accountId } = about;
  const before = accountId && (await firstShown(transaction, paperId, accountId));
  const result = await change();
  const after = accountId && (await firstShown(transaction, paperId, accountId));
  if (accountId && before === undefined && after !== undefined) {
    const account = await accountOf(transaction, accountId);
    await evidence.put(transaction, {
      paperId,
      kind: 'comment',
      actor: accountId,
      atMs: after,
      isOwn: await isAuthor(transaction, accountId, paperId),
      isNew: account ? account.isNewAt(about.now) : true,
      network: about.network ?? account?.network,
    });
  }
  if (accountId && before !== undefined && after === undefined) {
    await evidence.withdraw(transaction, { paperId, kind: 'comment', actor: accountId });
  }
  await evidence.setComments(transaction, paperId, await countShown(transaction, paperId));
  return result;
}

/** When an account wrote the first of its comments on a paper that all may read. */
async function firstShown(
  transaction: AnyTransaction,
  paperId: PaperId,
  accountId: AccountId,
): Promise<number | undefined> {
  const row = await transaction
    .$extendTables<CommentTables>()
    .selectFrom('comments')
    .select('written_at_ms')
    .where('paper_id', '=', paperId)
    .where('account_id', '=', accountId)
    .where('status', '=', 'shown')
    .orderBy('written_at_ms')
    .limit(1)
    .executeTakeFirst();
  return row?.written_at_ms;
}

async function countShown(transaction: AnyTransaction, paperId: PaperId): Promise<number> {
  const { comments } = await transaction
    .$extendTables<CommentTables>()
    .selectFrom('comments')
    .select(({ fn }) => fn.countAll<number>().as('comments'))
    .where('paper_id', '=', paperId)
    .where('status', '=', 'shown')
    .executeTakeFirstOrThrow();
  return Number(comments);
}

async function accountOf(transaction: AnyTransaction, accountId: AccountId) {
  const row = await transaction
    .$extendTables<CommentTables>()
    .selectFrom('accounts')
    .select(['role', 'created_at_ms', 'trusted_at_ms', 'network'])
    .where('id', '=', accountId)
    .executeTakeFirst();
  return (
    row && {
      isNewAt: (now: Date) =>
        isNewAccount(
          {
            role: row.role,
            createdAtMs: row.created_at_ms,
            trustedAtMs: row.trusted_at_ms ?? undefined,
          },
          now,
        ),
      network: row.network ?? undefined,
    }
  );
}
