/** Reading notifications: what they are about comes with them in one statement. */

import type { Kysely } from 'kysely';
import type { AccountId } from '../accounts/account.js';
import type { PaperId } from '../papers/identifiers.js';
import type { CommentId } from './comment.js';
import { KINDS_OF_COMMENTS, type Notification, type NotificationKind } from './notification.js';
import type { NotificationTables } from './notification-rows.js';

/** The notifications of an account but those about comments that are not shown. */
function among(tables: Kysely<NotificationTables>, accountId: AccountId) {
  return tables
    .selectFrom('notifications')
    .leftJoin('comments', 'comments.id', 'notifications.comment_id')
    .where('notifications.account_id', '=', accountId)
    .where(({ or, eb }) =>
      or([
        eb('notifications.kind', 'not in', KINDS_OF_COMMENTS),
        eb('comments.status', '=', 'shown'),
      ]),
    );
}

function seen(tables: Kysely<NotificationTables>, accountId: AccountId) {
  return among(tables, accountId)
    .leftJoin('papers', 'papers.id', 'notifications.paper_id')
    .leftJoin('accounts as actors', 'actors.id', 'notifications.actor_id')
    .select([
      'notifications.id',
      'notifications.kind',
      'notifications.text',
      'notifications.made_at_ms',
      'notifications.read_at_ms',
      'notifications.comment_id',
      'comments.text as comment',
      'papers.id as paper_id',
      'papers.title as paper_title',
      'actors.name as actor_name',
      'actors.display_name as actor_display_name',
    ]);
}

/** Some of the notifications of an account, the latest first. */
export async function readNotifications(
  tables: Kysely<NotificationTables>,
  accountId: AccountId,
  which: {
    readonly id?: string;
    /** Those only that still wait for the post. */
    readonly toBeMailed?: boolean;
    readonly page?: { readonly offset: number; readonly limit: number };
  },
): Promise<readonly Notification[]> {
  const { id, toBeMailed = false, page } = which;
  const rows = await seen(tables, accountId)
    .$if(id !== undefined, (query) => query.where('notifications.id', '=', id ?? ''))
    .$if(toBeMailed, (query) =>
      query
        .where('notifications.mailed_at_ms', 'is', null)
        .where('notifications.read_at_ms', 'is', null),
    )
    .orderBy('notifications.made_at_ms', 'desc')
    .orderBy('notifications.id')
    .$if(page !== undefined, (query) => query.offset(page?.offset ?? 0).limit(page?.limit ?? 0))
    .execute();
  return rows.map(toNotification);
}

type SeenRow = Awaited<ReturnType<ReturnType<typeof seen>['execute']>>[number];

function toNotification(row: SeenRow): Notification {
  return {
    id: row.id,
    kind: row.kind as NotificationKind,
    commentId: (row.comment_id as CommentId | null) ?? undefined,
    text: row.text,
    paper:
      row.paper_id === null || row.paper_title === null
        ? undefined
        : { id: row.paper_id as PaperId, title: row.paper_title },
    actor:
      row.actor_name === null
        ? undefined
        : { name: row.actor_name, displayName: row.actor_display_name ?? '' },
    comment: row.comment ?? '',
    madeAtMs: row.made_at_ms,
    readAtMs: row.read_at_ms ?? undefined,
  };
}

export async function countOf(
  tables: Kysely<NotificationTables>,
  accountId: AccountId,
  which: 'all' | 'unread',
): Promise<number> {
  const { count } = await among(tables, accountId)
    .$if(which === 'unread', (query) => query.where('notifications.read_at_ms', 'is', null))
    .select(({ fn }) => fn.countAll<number>().as('count'))
    .executeTakeFirstOrThrow();
  return Number(count);
}
