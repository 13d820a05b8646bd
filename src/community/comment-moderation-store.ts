/**
 * What others than its author do to a comment: moderators, and the deletion of an account. All
 * of it is part of a greater transaction, with the line in the audit log for one.
 */

import type { AccountId } from '../accounts/account.js';
import type { AnyTransaction } from '../database/connection.js';
import { BroadsheetError } from '../errors.js';
import type { PaperId } from '../papers/identifiers.js';
import { takeTurn } from './account-turn-store.js';
import type { Comment, CommentStatus } from './comment.js';
import { announce } from './comment-announcement-store.js';
import { findComment, noSuchComment } from './comment-checks-store.js';
import { type CommentEvidence, changeComments, takeTurnAt } from './comment-evidence-store.js';
import { takeAway } from './comment-removal-store.js';
import { type CommentTables, toComment } from './comment-rows.js';

export type CommentModeration = {
  /**
   * Shows, holds or hides a comment, with the reason for its author; `deleted` takes it away as
   * its author could.
   *
   * @returns the comment as it is then; as it was before, if it was taken away
   * @throws BroadsheetError `not_found`, or `conflict` if it is deleted already
   */
  readonly setStatus: (
    transaction: AnyTransaction,
    id: string,
    status: CommentStatus,
    reason: string,
  ) => Promise<Comment>;
  /** Hides all that an account has written and that is shown or waits; tells how many. */
  readonly hideAllBy: (
    transaction: AnyTransaction,
    accountId: AccountId,
    reason: string,
  ) => Promise<number>;
  /** Empties all that an account has written; where nobody has answered, nothing is left. */
  readonly anonymise: (transaction: AnyTransaction, accountId: AccountId) => Promise<void>;
};

export function createCommentModeration({
  now,
  evidence,
}: {
  readonly now: () => Date;
  readonly evidence: CommentEvidence;
}): CommentModeration {
  const setStatus: CommentModeration['setStatus'] = async (transaction, id, status, reason) => {
    const place = await findComment(transaction, id);
    if (place) await takeTurnAt(transaction, place.paperId);
    // What was read before waiting may have changed.
    const comment = place && (await findComment(transaction, id));
    if (!comment) throw noSuchComment();
    if (comment.status === 'deleted') {
      throw new BroadsheetError('conflict', 'This comment has been deleted.', {
        fix: 'Nothing of it is left to decide about.',
      });
    }
    const { paperId, accountId } = comment;
    const moment = now();
    const about = { paperId, accountId, now: moment };
    if (status === 'deleted') {
      await changeComments(transaction, evidence, about, () => takeAway(transaction, comment));
      return comment;
    }
    const changed = await changeComments(transaction, evidence, about, async () => {
      const row = await transaction
        .$extendTables<CommentTables>()
        .updateTable('comments')
        .set({ status, status_reason: reason })
        .where('id', '=', comment.id)
        .returningAll()
        .executeTakeFirstOrThrow();
      return toComment(row);
    });
    await announce(transaction, changed, moment.getTime());
    return changed;
  };

  return {
    setStatus,

    async hideAllBy(transaction, accountId, reason) {
      await takeTurn(transaction, accountId);
      const comments = await allBy(transaction, accountId);
      const standing = comments.filter(({ status }) => status === 'shown' || status === 'held');
      for (const { id } of standing) await setStatus(transaction, id, 'hidden', reason);
      return standing.length;
    },

    async anonymise(transaction, accountId) {
      await takeTurn(transaction, accountId);
      const papers = new Map<PaperId, Comment[]>();
      for (const comment of await allBy(transaction, accountId)) {
        papers.set(comment.paperId, [...(papers.get(comment.paperId) ?? []), comment]);
      }
      for (const [paperId, comments] of papers) {
        await takeTurnAt(transaction, paperId);
        await changeComments(
          transaction,
          evidence,
          { paperId, accountId, now: now() },
          async () => {
            for (const comment of comments) await takeAway(transaction, comment);
          },
        );
      }
      const tables = transaction.$extendTables<
        CommentTables & { notifications: { actor_id: string | null } }
      >();
      await tables
        .updateTable('comments')
        .set({ account_id: null })
        .where('account_id', '=', accountId)
        .execute();
      await tables.deleteFrom('notifications').where('actor_id', '=', accountId).execute();
    },
  };
}

/** In the order of their papers, in which everybody takes turns, the latest of a paper first. */
async function allBy(transaction: AnyTransaction, accountId: AccountId): Promise<Comment[]> {
  const rows = await transaction
    .$extendTables<CommentTables>()
    .selectFrom('comments')
    .selectAll()
    .where('account_id', '=', accountId)
    .orderBy('paper_id')
    .orderBy('written_at_ms', 'desc')
    .execute();
  return rows.map(toComment);
}
