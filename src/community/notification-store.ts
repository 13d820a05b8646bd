/** Notifications in the database: what somebody has to read, and what of it is to be mailed. */

import { randomBytes } from 'node:crypto';
import type { Kysely } from 'kysely';
import type { AccountId, Preferences } from '../accounts/account.js';
import type { AnyTransaction } from '../database/connection.js';
import type { Database } from '../database/database.js';
import { takeTurn } from './account-turn-store.js';
import type { CommentId } from './comment.js';
import type { Notice, Notification } from './notification.js';
import { countOf, readNotifications } from './notification-list-store.js';
import { accountsDue, type MailBundle, settle, takeMails } from './notification-mail-store.js';
import { NOT_TO_BE_MAILED, type NotificationTables } from './notification-rows.js';
import { writeNotices } from './notification-writer-store.js';

export type NotificationReader = {
  /** The latest first. What is about a comment that is not shown any more is left out. */
  readonly listOf: (
    accountId: AccountId,
    page: { readonly offset: number; readonly limit: number },
  ) => Promise<{ readonly notifications: readonly Notification[]; readonly total: number }>;
  readonly unreadCount: (accountId: AccountId) => Promise<number>;
};

export type NotificationStore = NotificationReader & {
  /** Writes down something to be told, in the transaction in which it happens. */
  readonly notify: (transaction: AnyTransaction, notice: Notice) => Promise<void>;
  /** Marks one as read; `undefined` if the account has no such one. */
  readonly open: (accountId: AccountId, id: string) => Promise<Notification | undefined>;
  /** Marks all as read that are not later than a time. */
  readonly markRead: (accountId: AccountId, untilMs: number) => Promise<void>;
  /** Marks as read what is about a comment. */
  readonly markCommentRead: (accountId: AccountId, commentId: CommentId) => Promise<void>;
  /** Gives the feed another address; the one before is nobody's any more. */
  readonly renewFeedKey: (accountId: AccountId) => Promise<string>;
  /** Whether notifications are mailed; keeps all else that the person has chosen. */
  readonly setMails: (accountId: AccountId, mails: boolean) => Promise<void>;
  /**
   * Takes what is to be mailed to a few people. It counts as mailed from then on: should the
   * program end before a letter is sent, that letter is lost, and never sent twice.
   */
  readonly takeDueMails: (limit: number) => Promise<readonly MailBundle[]>;
};

const FEED_KEY_BYTES = 32;

export function createNotificationStore(
  { connection }: Database,
  { now }: { readonly now: () => Date },
): NotificationStore {
  const tables = connection.$extendTables<NotificationTables>();

  return {
    notify: (transaction, notice) => writeNotices(transaction, now().getTime(), [notice]),

    async listOf(accountId, page) {
      const notifications = await readNotifications(tables, accountId, { page });
      return { notifications, total: await countOf(tables, accountId, 'all') };
    },

    unreadCount: (accountId) => countOf(tables, accountId, 'unread'),

    async open(accountId, id) {
      const [notification] = await readNotifications(tables, accountId, { id });
      if (notification) await unread(tables, accountId).where('id', '=', id).execute();
      return notification;
    },

    async markRead(accountId, untilMs) {
      await unread(tables, accountId).where('made_at_ms', '<=', untilMs).execute();
    },

    async markCommentRead(accountId, commentId) {
      await unread(tables, accountId).where('comment_id', '=', commentId).execute();
    },

    async renewFeedKey(accountId) {
      const key = randomBytes(FEED_KEY_BYTES).toString('base64url');
      await tables
        .updateTable('accounts')
        .set({ feed_key: key })
        .where('id', '=', accountId)
        .execute();
      return key;
    },

    setMails: (accountId, mails) =>
      connection.transaction().execute(async (transaction) => {
        await takeTurn(transaction, accountId);
        const own = transaction.$extendTables<NotificationTables>();
        const account = await own
          .selectFrom('accounts')
          .select('preferences')
          .where('id', '=', accountId)
          .executeTakeFirst();
        if (!account) return;
        const before = JSON.parse(account.preferences) as Preferences;
        const preferences = JSON.stringify({ ...before, mailsNotifications: mails });
        await own
          .updateTable('accounts')
          .set({ preferences })
          .where('id', '=', accountId)
          .execute();
        // What waits for the post does not go any more.
        if (!mails) await settle(own, accountId, NOT_TO_BE_MAILED);
      }),

    async takeDueMails(limit) {
      const nowMs = now().getTime();
      const bundles: MailBundle[] = [];
      for (const accountId of await accountsDue(tables, nowMs, limit)) {
        const bundle = await connection
          .transaction()
          .execute((transaction) => takeMails(transaction, accountId, nowMs));
        if (bundle) bundles.push(bundle);
      }
      return bundles;
    },
  };

  function unread(of: Kysely<NotificationTables>, accountId: AccountId) {
    return of
      .updateTable('notifications')
      .set({ read_at_ms: now().getTime() })
      .where('account_id', '=', accountId)
      .where('read_at_ms', 'is', null);
  }
}
