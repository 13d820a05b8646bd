/** Whether a comment may be written: what it answers, where, and how much its author has said. */

import { type Account, hasRole, isNewAccount } from '../accounts/account.js';
import type { AnyTransaction } from '../database/connection.js';
import { BroadsheetError } from '../errors.js';
import type { PaperId } from '../papers/identifiers.js';
import { type Comment, type CommentId, mayRead } from './comment.js';
import { type CommentTables, toComment } from './comment-rows.js';

/** Who writes, as far as limits and rights depend on it. */
export type CommentWriterAccount = Pick<Account, 'id' | 'role' | 'createdAtMs' | 'trustedAtMs'>;

const HOUR_MS = 3_600_000;

/** More than a lively discussion needs. */
const MOST_AN_HOUR = 30;
const MOST_AN_HOUR_WHEN_NEW = 5;

/** A discussion beyond this belongs elsewhere, and would be slow to open. */
const MOST_OF_A_PAPER = 10_000;

/** Comments of one moment are kept in order by so little; clocks differ by more. */
const SAME_MOMENT_MS = 1_000;

/** With the paper's turn taken, it stays as it is found. */
export async function findComment(
  transaction: AnyTransaction,
  id: string,
): Promise<Comment | undefined> {
  const row = await transaction
    .$extendTables<CommentTables>()
    .selectFrom('comments')
    .selectAll()
    .where('id', '=', id)
    .executeTakeFirst();
  return row && toComment(row);
}

export async function assertUnlocked(
  transaction: AnyTransaction,
  paperId: PaperId,
  account: CommentWriterAccount,
): Promise<void> {
  if (hasRole(account, 'moderator')) return;
  const lock = await transaction
    .$extendTables<CommentTables>()
    .selectFrom('locked_discussions')
    .select('reason')
    .where('paper_id', '=', paperId)
    .executeTakeFirst();
  if (!lock) return;
  throw new BroadsheetError('forbidden', 'A moderator has closed this discussion.', {
    fix: lock.reason || 'It can be read; ask a moderator if it should be opened again.',
  });
}

export async function assertAnswerable(
  transaction: AnyTransaction,
  {
    account,
    paperId,
    parentId,
  }: {
    readonly account: CommentWriterAccount;
    readonly paperId: PaperId;
    readonly parentId?: CommentId | undefined;
  },
): Promise<void> {
  if (!parentId) return;
  const parent = await findComment(transaction, parentId);
  // On another paper it is not here, whether it exists or not.
  if (parent?.paperId !== paperId) throw noSuchComment();
  if (mayRead(parent, account)) return;
  // Of a place in the thread everybody knows; of what waits, only its author and moderators.
  if (parent.status === 'held') throw noSuchComment();
  throw new BroadsheetError('conflict', `The comment that you answer has been ${parent.status}.`, {
    fix: 'Answer another one, or begin a thread.',
  });
}

export async function assertModest(
  transaction: AnyTransaction,
  account: CommentWriterAccount,
  moment: Date,
): Promise<void> {
  const most = isNewAccount(account, moment) ? MOST_AN_HOUR_WHEN_NEW : MOST_AN_HOUR;
  const rows = await transaction
    .$extendTables<CommentTables>()
    .selectFrom('comments')
    .select('written_at_ms')
    .where('account_id', '=', account.id)
    .where('written_at_ms', '>', moment.getTime() - HOUR_MS)
    .orderBy('written_at_ms', 'desc')
    .limit(most)
    .execute();
  const oldest = rows[most - 1];
  if (!oldest) return;
  const waitMs = oldest.written_at_ms + HOUR_MS - moment.getTime();
  throw new BroadsheetError('too_many', `You have written ${most} comments within an hour.`, {
    fix: `Wait ${Math.ceil(waitMs / 60_000)} minutes and send it again.`,
    retryAfterSeconds: Math.max(1, Math.ceil(waitMs / 1_000)),
  });
}

/** Now, or just behind the comment before, so that threads keep the order of their writing. */
export async function nextMoment(
  transaction: AnyTransaction,
  paperId: PaperId,
  nowMs: number,
): Promise<number> {
  const { latest, comments } = await transaction
    .$extendTables<CommentTables>()
    .selectFrom('comments')
    .select(({ fn }) => [
      fn.max<number | null>('written_at_ms').as('latest'),
      fn.countAll<number>().as('comments'),
    ])
    .where('paper_id', '=', paperId)
    .executeTakeFirstOrThrow();
  if (Number(comments) >= MOST_OF_A_PAPER) {
    throw new BroadsheetError('conflict', 'This discussion is full.', {
      fix: 'Go on where there is more room for it, and leave a link in one of your comments.',
    });
  }
  const isSameMoment = latest !== null && Math.abs(latest - nowMs) < SAME_MOMENT_MS;
  return isSameMoment ? Math.max(nowMs, latest + 1) : nowMs;
}

export function noSuchComment(): BroadsheetError {
  return new BroadsheetError('not_found', 'There is no such comment here.', {
    fix: 'It may have been deleted. Read the discussion again.',
  });
}
