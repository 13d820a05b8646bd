/**
 * Writing, editing and taking back comments, by those who write them. Each act is one
 * transaction with its evidence and with what it tells others.
 */

import { randomUUID } from 'node:crypto';
import type { AnyTransaction } from '../database/connection.js';
import type { Database } from '../database/database.js';
import { BroadsheetError } from '../errors.js';
import type { PaperId } from '../papers/identifiers.js';
import { takeTurnOf } from './account-turn-store.js';
import { type Comment, type CommentId, mayKnow } from './comment.js';
import { announce } from './comment-announcement-store.js';
import {
  assertAnswerable,
  assertModest,
  assertUnlocked,
  type CommentWriterAccount,
  findComment,
  nextMoment,
  noSuchComment,
} from './comment-checks-store.js';
import { type CommentEvidence, changeComments, takeTurnAt } from './comment-evidence-store.js';
import { takeAway } from './comment-removal-store.js';
import { type CommentTables, toComment } from './comment-rows.js';
import type { Judgement } from './comment-rules.js';

export type CommentDraft = Judgement & {
  readonly account: CommentWriterAccount;
  readonly paperId: PaperId;
  /** What it answers. */
  readonly parentId?: CommentId | undefined;
  /** As `readCommentText` gives it. */
  readonly text: string;
  /** A keyed hash of the network it came from. */
  readonly network?: string | undefined;
};

export type CommentWriter = {
  /**
   * Writes a comment. The same text at the same place within a minute is the same comment, sent
   * twice.
   *
   * @throws BroadsheetError `not_found` (paper, or what is answered), `conflict` (what is
   *   answered is gone, the discussion is full), `forbidden` (locked), `too_many`
   */
  readonly write: (draft: CommentDraft) => Promise<Comment>;
  /**
   * Changes the text of one's own comment. One that waits goes on waiting, whatever is judged
   * now.
   *
   * @throws BroadsheetError `not_found`, `forbidden`, `conflict`
   */
  readonly edit: (
    change: Judgement & {
      readonly account: CommentWriterAccount;
      readonly id: CommentId;
      readonly text: string;
    },
  ) => Promise<Comment>;
  /**
   * Takes one's own comment back: its text is gone, and with it the comment, if nobody has
   * answered. Taking it back again changes nothing.
   *
   * @throws BroadsheetError `not_found`, `forbidden`
   */
  readonly remove: (
    account: CommentWriterAccount,
    id: CommentId,
  ) => Promise<{ readonly paperId: PaperId }>;
};

/** Nobody means the same words twice within so long; a button is easily pressed twice. */
const SAME_WITHIN_MS = 60_000;

export function createCommentWriter(
  { connection }: Database,
  { now, evidence }: { readonly now: () => Date; readonly evidence: CommentEvidence },
): CommentWriter {
  return {
    write: (draft) =>
      connection.transaction().execute(async (transaction) => {
        const { account, paperId, network } = draft;
        const moment = now();
        await takeTurnOf(transaction, account.id);
        await takeTurnAt(transaction, paperId);
        const twin = await sentBefore(transaction, draft, moment.getTime());
        if (twin) return twin;
        await assertUnlocked(transaction, paperId, account);
        await assertAnswerable(transaction, draft);
        await assertModest(transaction, account, moment);
        const writtenAtMs = await nextMoment(transaction, paperId, moment.getTime());
        const comment = await changeComments(
          transaction,
          evidence,
          { paperId, accountId: account.id, now: moment, network },
          () => insert(transaction, draft, writtenAtMs),
        );
        await announce(transaction, comment, moment.getTime());
        return comment;
      }),

    edit: ({ account, id, text, status, reason }) =>
      connection.transaction().execute(async (transaction) => {
        const moment = now();
        await takeTurnOf(transaction, account.id);
        const comment = await lockedOwn(transaction, account, id);
        const { paperId } = comment;
        if (comment.status === 'hidden' || comment.status === 'deleted') {
          throw new BroadsheetError('conflict', `This comment has been ${comment.status}.`, {
            fix: 'Write a new one.',
          });
        }
        if (comment.text === text) return comment;
        await assertUnlocked(transaction, paperId, account);
        const judged = comment.status === 'held' ? {} : { status, status_reason: reason };
        const edited = await changeComments(
          transaction,
          evidence,
          { paperId, accountId: account.id, now: moment },
          async () => {
            const row = await transaction
              .$extendTables<CommentTables>()
              .updateTable('comments')
              .set({ text, edited_at_ms: moment.getTime(), ...judged })
              .where('id', '=', id)
              .returningAll()
              .executeTakeFirstOrThrow();
            return toComment(row);
          },
        );
        await announce(transaction, edited, moment.getTime());
        return edited;
      }),

    remove: (account, id) =>
      connection.transaction().execute(async (transaction) => {
        await takeTurnOf(transaction, account.id);
        const comment = await lockedOwn(transaction, account, id);
        const { paperId } = comment;
        if (comment.status === 'deleted') return { paperId };
        await changeComments(
          transaction,
          evidence,
          { paperId, accountId: account.id, now: now() },
          () => takeAway(transaction, comment),
        );
        return { paperId };
      }),
  };
}

async function insert(
  transaction: AnyTransaction,
  draft: CommentDraft,
  writtenAtMs: number,
): Promise<Comment> {
  const row = await transaction
    .$extendTables<CommentTables>()
    .insertInto('comments')
    .values({
      id: randomUUID(),
      paper_id: draft.paperId,
      parent_id: draft.parentId ?? null,
      account_id: draft.account.id,
      text: draft.text,
      status: draft.status,
      status_reason: draft.reason,
      written_at_ms: writtenAtMs,
      edited_at_ms: null,
    })
    .returningAll()
    .executeTakeFirstOrThrow();
  return toComment(row);
}

/** The comment, with the turn at its paper taken. Whose it is not is told no more than others. */
async function lockedOwn(
  transaction: AnyTransaction,
  account: CommentWriterAccount,
  id: CommentId,
): Promise<Comment> {
  const place = await findComment(transaction, id);
  if (place) await takeTurnAt(transaction, place.paperId);
  const comment = place && (await findComment(transaction, id));
  const isOwn = comment?.accountId === account.id;
  if (!comment || !(isOwn || mayKnow(comment, account))) throw noSuchComment();
  if (!isOwn) {
    throw new BroadsheetError('forbidden', 'Only its author can change a comment.', {
      fix: 'Report it if a moderator should look at it.',
    });
  }
  return comment;
}

async function sentBefore(
  transaction: AnyTransaction,
  { account, paperId, parentId, text }: CommentDraft,
  nowMs: number,
): Promise<Comment | undefined> {
  const row = await transaction
    .$extendTables<CommentTables>()
    .selectFrom('comments')
    .selectAll()
    .where('paper_id', '=', paperId)
    .where('account_id', '=', account.id)
    .where('parent_id', parentId ? '=' : 'is', parentId ?? null)
    .where('text', '=', text)
    .where('written_at_ms', '>=', nowMs - SAME_WITHIN_MS)
    .orderBy('written_at_ms', 'desc')
    .limit(1)
    .executeTakeFirst();
  return row && toComment(row);
}
