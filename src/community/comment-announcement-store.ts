/** Telling people of a comment once everybody may read it: at most once each. */

import type { AccountId } from '../accounts/account.js';
import type { AnyTransaction } from '../database/connection.js';
import type { Comment, CommentId } from './comment.js';
import { parseMarkdown } from './markdown.js';
import { KINDS_OF_COMMENTS, type Notice } from './notification.js';
import { writeNotices } from './notification-writer-store.js';

/** Whoever names more people at once does not mean each of them. */
export const MOST_PEOPLE_TOLD = 10;

type AnnouncementTables = {
  comments: { id: string; account_id: string | null };
  accounts: { id: string; name: string; banned_at_ms: number | null };
  authorship_claims: { account_id: string; paper_id: string; status: string };
  notifications: { account_id: string; comment_id: string | null; kind: string };
};

/**
 * Tells whoever is answered, then whoever is named, then the authors of the paper. A person who
 * is several of these is told once, and not again when a comment is edited or shown anew.
 *
 * To be called while the paper's comments are locked, so that two acts do not tell twice.
 */
export async function announce(
  transaction: AnyTransaction,
  comment: Comment,
  atMs: number,
): Promise<void> {
  if (comment.status !== 'shown') return;
  const kinds = new Map<string, Notice['kind']>();
  const add = (id: string | null, kind: Notice['kind']): void => {
    if (id && !kinds.has(id)) kinds.set(id, kind);
  };
  add(await authorOf(transaction, comment.parentId), 'reply');
  for (const id of await peopleNamed(transaction, comment.text)) add(id, 'mention');
  for (const id of await authorsOfPaper(transaction, comment.paperId)) add(id, 'comment');
  if (comment.accountId) kinds.delete(comment.accountId);
  for (const id of await peopleTold(transaction, comment.id)) kinds.delete(id);

  await writeNotices(
    transaction,
    atMs,
    [...kinds].map(([id, kind]) => ({
      accountId: id as AccountId,
      kind,
      paperId: comment.paperId,
      commentId: comment.id,
      actorId: comment.accountId,
      text: '',
    })),
  );
}

/** Forgets what was told of a comment that is no more. */
export async function forgetAnnouncements(
  transaction: AnyTransaction,
  ids: readonly CommentId[],
): Promise<void> {
  if (ids.length === 0) return;
  await transaction
    .$extendTables<AnnouncementTables>()
    .deleteFrom('notifications')
    .where('comment_id', 'in', ids)
    .where('kind', 'in', KINDS_OF_COMMENTS)
    .execute();
}

async function authorOf(
  transaction: AnyTransaction,
  id: CommentId | undefined,
): Promise<string | null> {
  if (!id) return null;
  const row = await transaction
    .$extendTables<AnnouncementTables>()
    .selectFrom('comments')
    .select('account_id')
    .where('id', '=', id)
    .executeTakeFirst();
  return row?.account_id ?? null;
}

async function peopleNamed(transaction: AnyTransaction, text: string): Promise<string[]> {
  const names = parseMarkdown(text).mentions.slice(0, MOST_PEOPLE_TOLD);
  if (names.length === 0) return [];
  const rows = await transaction
    .$extendTables<AnnouncementTables>()
    .selectFrom('accounts')
    .select('id')
    .where('name', 'in', names)
    .where('banned_at_ms', 'is', null)
    .execute();
  return rows.map(({ id }) => id);
}

async function authorsOfPaper(transaction: AnyTransaction, paperId: string): Promise<string[]> {
  const rows = await transaction
    .$extendTables<AnnouncementTables>()
    .selectFrom('authorship_claims')
    .select('account_id')
    .where('paper_id', '=', paperId)
    .where('status', '=', 'accepted')
    .execute();
  return rows.map(({ account_id }) => account_id);
}

async function peopleTold(transaction: AnyTransaction, id: CommentId): Promise<string[]> {
  const rows = await transaction
    .$extendTables<AnnouncementTables>()
    .selectFrom('notifications')
    .select('account_id')
    .where('comment_id', '=', id)
    .where('kind', 'in', KINDS_OF_COMMENTS)
    .execute();
  return rows.map(({ account_id }) => account_id);
}
