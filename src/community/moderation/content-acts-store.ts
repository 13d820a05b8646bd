/**
 * What moderators do to what people wrote, collected and submitted. Each act, its line in the
 * audit log, the end of the reports about it and the word to the person are one transaction.
 */

import type { AnyTransaction } from '../../database/connection.js';
import type { Database } from '../../database/database.js';
import { BroadsheetError } from '../../errors.js';
import type { Day } from '../../papers/dates.js';
import type { PaperId } from '../../papers/identifiers.js';
import { takeTurn } from '../account-turn-store.js';
import type { CollectionStore } from '../collection-store.js';
import { parseCommentId } from '../comment.js';
import type { CommentModeration } from '../comment-moderation-store.js';
import { writeNotices } from '../notification-writer-store.js';
import { assertOpen, takeTurnAtLists } from '../pick-rows-store.js';
import type { AuditLog } from './audit-log-store.js';
import { type Moderator, nameOf, requireAuthority } from './authority.js';
import { because } from './reasons.js';
import { parseSubmissionId, type ReportTarget } from './report.js';
import type { ReportStore } from './report-store.js';
import { type FoundTarget, findTarget } from './report-target-store.js';
import type { ModerationTables } from './tables.js';

/** `shown` lets a comment that was held or hidden be read; `deleted` empties it for ever. */
export type CommentDecision = 'shown' | 'hidden' | 'deleted';

/** All throw `not_found` for what is not there, and `forbidden` for what is not theirs to judge. */
export type ContentActs = {
  readonly decideComment: (
    moderator: Moderator,
    id: string,
    decision: CommentDecision,
    reason: string,
  ) => Promise<void>;
  readonly setCollectionHidden: (
    moderator: Moderator,
    id: string,
    isHidden: boolean,
    reason: string,
  ) => Promise<void>;
  /**
   * Takes a paper out of the list of a day.
   *
   * @param id - as `submissionId` makes it
   * @throws BroadsheetError `conflict` when the list was mailed already
   */
  readonly removeSubmission: (moderator: Moderator, id: string, reason: string) => Promise<void>;
  /** Lets nobody add to the discussion of a paper. */
  readonly lock: (moderator: Moderator, paperId: PaperId, reason: string) => Promise<void>;
  readonly unlock: (moderator: Moderator, paperId: PaperId) => Promise<void>;
  /** Leaves what was reported as it is. */
  readonly dismissReports: (moderator: Moderator, target: ReportTarget) => Promise<void>;
};

type Parts = {
  readonly now: () => Date;
  readonly audit: AuditLog;
  readonly reports: ReportStore;
  readonly comments: Pick<CommentModeration, 'setStatus'>;
  readonly collections: Pick<CollectionStore, 'setHidden'>;
};

type Done = {
  readonly action: string;
  readonly reason: string;
  /** What the owner is told; nothing if absent. */
  readonly notice?: string;
  readonly outcome: 'acted' | 'dismissed';
  /** Whether nothing is left to look at. */
  readonly isGone?: boolean;
};

const COMMENT_ACTIONS = {
  shown: { action: 'comment-shown', notice: 'A moderator has let your comment be shown.' },
  hidden: { action: 'comment-hidden', notice: 'A moderator has hidden your comment.' },
  deleted: { action: 'comment-deleted', notice: 'A moderator has deleted your comment.' },
} as const;

export function createContentActs(
  { connection }: Database,
  { now, audit, reports, comments, collections }: Parts,
): ContentActs {
  const actOn = (
    moderator: Moderator,
    target: ReportTarget,
    act: (transaction: AnyTransaction, found: FoundTarget) => Promise<Done>,
  ): Promise<void> =>
    connection.transaction().execute(async (transaction) => {
      const seen = await findTarget(transaction, target);
      // Accounts are waited for first; what was found before may have changed meanwhile.
      if (seen?.owner) await takeTurn(transaction, seen.owner.id);
      const found = seen && (await findTarget(transaction, target));
      if (!found) throw new BroadsheetError('not_found', `There is no such ${target.kind}.`);
      requireAuthority(moderator, found.owner);
      const { action, reason, notice, outcome, isGone = false } = await act(transaction, found);
      await reports.resolve(transaction, target, outcome);
      if (notice && found.owner) {
        await writeNotices(transaction, now().getTime(), [
          {
            accountId: found.owner.id,
            kind: 'moderation',
            paperId: found.paperId,
            // A place that is no more cannot be opened.
            commentId: target.kind === 'comment' && !isGone ? parseCommentId(target.id) : undefined,
            text: because(notice, reason),
          },
        ]);
      }
      await audit.append(transaction, {
        actor: nameOf(moderator),
        action,
        targetKind: target.kind,
        targetId: target.id,
        details: { reason },
      });
    });

  return {
    decideComment: (moderator, id, decision, reason) =>
      actOn(moderator, { kind: 'comment', id }, async (transaction, { status }) => {
        if (status === 'deleted') {
          throw new BroadsheetError('conflict', 'This comment has been deleted already.');
        }
        await comments.setStatus(transaction, id, decision, reason);
        const { action, notice } = COMMENT_ACTIONS[decision];
        // That a comment may be read by all is what its author expected.
        const isNews = status !== decision && (decision !== 'shown' || status === 'hidden');
        return {
          action,
          reason,
          ...(isNews && { notice }),
          isGone: decision === 'deleted',
          outcome: decision === 'shown' ? 'dismissed' : 'acted',
        };
      }),

    setCollectionHidden: (moderator, id, isHidden, reason) =>
      actOn(moderator, { kind: 'collection', id }, async (transaction, { status }) => {
        if (status === 'private') throw new BroadsheetError('not_found', 'It is nobody’s to see.');
        await collections.setHidden(transaction, id, isHidden);
        return {
          action: isHidden ? 'collection-hidden' : 'collection-shown',
          reason,
          notice: `A moderator has ${isHidden ? 'hidden' : 'shown'} one of your collections${isHidden ? '' : ' again'}.`,
          outcome: isHidden ? 'acted' : 'dismissed',
        };
      }),

    removeSubmission: (moderator, id, reason) =>
      actOn(moderator, { kind: 'submission', id }, async (transaction, { status }) => {
        const { day = '', paperId = '' } = parseSubmissionId(id) ?? {};
        const tables = await takeTurnAtLists(transaction);
        await assertOpen(tables, day as Day);
        if (status !== 'removed') {
          await tables
            .updateTable('picks')
            .set({ removed_at_ms: now().getTime() })
            .where('day', '=', day)
            .where('paper_id', '=', paperId)
            .execute();
        }
        return {
          action: 'submission-removed',
          reason,
          notice: `A moderator has taken a paper that you submitted out of the list of ${day}.`,
          outcome: 'acted',
        };
      }),

    lock: (moderator, paperId, reason) =>
      connection.transaction().execute(async (transaction) => {
        requireAuthority(moderator, undefined);
        const tables = transaction.$extendTables<ModerationTables>();
        await requirePaper(transaction, paperId);
        await tables
          .insertInto('locked_discussions')
          .values({ paper_id: paperId, locked_at_ms: now().getTime(), reason })
          .onConflict((conflict) => conflict.column('paper_id').doUpdateSet({ reason }))
          .execute();
        await audit.append(transaction, {
          actor: nameOf(moderator),
          action: 'discussion-locked',
          targetKind: 'paper',
          targetId: paperId,
          details: { reason },
        });
      }),

    unlock: (moderator, paperId) =>
      connection.transaction().execute(async (transaction) => {
        requireAuthority(moderator, undefined);
        await requirePaper(transaction, paperId);
        const unlocked = await transaction
          .$extendTables<ModerationTables>()
          .deleteFrom('locked_discussions')
          .where('paper_id', '=', paperId)
          .returning('paper_id')
          .executeTakeFirst();
        if (!unlocked) return;
        await audit.append(transaction, {
          actor: nameOf(moderator),
          action: 'discussion-unlocked',
          targetKind: 'paper',
          targetId: paperId,
        });
      }),

    dismissReports: (moderator, target) =>
      connection.transaction().execute(async (transaction) => {
        requireAuthority(moderator, (await findTarget(transaction, target))?.owner);
        const resolved = await reports.resolve(transaction, target, 'dismissed');
        if (resolved === 0) return;
        await audit.append(transaction, {
          actor: nameOf(moderator),
          action: 'reports-dismissed',
          targetKind: target.kind,
          targetId: target.id,
          details: { reports: resolved },
        });
      }),
  };
}

/** @throws BroadsheetError `not_found` */
async function requirePaper(transaction: AnyTransaction, paperId: PaperId): Promise<void> {
  const paper = await transaction
    .$extendTables<ModerationTables>()
    .selectFrom('papers')
    .select('id')
    .where('id', '=', paperId)
    .executeTakeFirst();
  if (!paper) throw new BroadsheetError('not_found', 'There is no such paper here.');
}
