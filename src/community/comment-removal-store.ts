/**
 * Taking comments away. The text always goes; the row goes, too, unless somebody has answered:
 * then it stays as a place that keeps the answers together, and goes with the last of them.
 */

import type { AnyTransaction } from '../database/connection.js';
import type { PaperId } from '../papers/identifiers.js';
import type { Comment, CommentId } from './comment.js';
import { forgetAnnouncements } from './comment-announcement-store.js';
import type { CommentTables } from './comment-rows.js';

/** The paper's turn must have been taken. */
export async function takeAway(
  transaction: AnyTransaction,
  comment: Pick<Comment, 'id' | 'paperId' | 'parentId'>,
): Promise<void> {
  const tables = transaction.$extendTables<CommentTables>();
  await forgetAnnouncements(transaction, [comment.id]);
  if (await hasAnswers(transaction, comment.paperId, comment.id)) {
    await tables
      .updateTable('comments')
      .set({ text: '', status: 'deleted', status_reason: '', edited_at_ms: null })
      .where('id', '=', comment.id)
      .execute();
    return;
  }
  await tables.deleteFrom('comments').where('id', '=', comment.id).execute();
  await takeEmptyPlaces(transaction, comment.paperId, comment.parentId);
}

/** Places that kept together only what has now gone, up to the first that is still needed. */
async function takeEmptyPlaces(
  transaction: AnyTransaction,
  paperId: PaperId,
  from: CommentId | undefined,
): Promise<void> {
  const tables = transaction.$extendTables<CommentTables>();
  let id: string | null = from ?? null;
  while (id) {
    const place: { parent_id: string | null; status: string } | undefined = await tables
      .selectFrom('comments')
      .select(['parent_id', 'status'])
      .where('id', '=', id)
      .executeTakeFirst();
    if (place?.status !== 'deleted' || (await hasAnswers(transaction, paperId, id))) return;
    await tables.deleteFrom('comments').where('id', '=', id).execute();
    id = place.parent_id;
  }
}

async function hasAnswers(
  transaction: AnyTransaction,
  paperId: string,
  id: string,
): Promise<boolean> {
  const answer = await transaction
    .$extendTables<CommentTables>()
    .selectFrom('comments')
    .select('id')
    .where('paper_id', '=', paperId)
    .where('parent_id', '=', id)
    .limit(1)
    .executeTakeFirst();
  return answer !== undefined;
}
