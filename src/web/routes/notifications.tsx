/** Notifications: the page, the way to each, the feed, and the end of the letters. */

import { Hono } from 'hono';
import { z } from 'zod';
import type { AccountStore } from '../../accounts/account-store.js';
import { linkOrigin } from '../../accounts/link-origin.js';
import { parseNotificationId } from '../../community/notification.js';
import type { MailKeys } from '../../community/notification-mail-keys.js';
import type { NotificationStore } from '../../community/notification-store.js';
import { whereItLeads } from '../../community/notification-words.js';
import { BroadsheetError } from '../../errors.js';
import { paperPath } from '../../papers/identifiers.js';
import { answerAct } from '../act-answer.js';
import { viewFor, type Web } from '../context.js';
import { readForm } from '../form-fields.js';
import { notificationsFeed } from '../notifications-feed.js';
import { mailsOffPage, notificationsPage } from '../notifications-page.js';
import { askedPage, assertPageExists } from '../paging.js';
import { requireAccount } from '../visitor.js';

export type NotificationsWeb = Web & {
  readonly notifications: NotificationStore;
  readonly accounts: Pick<AccountStore, 'byFeedKey'>;
  readonly mailKeys: MailKeys;
};

const PER_PAGE = 30;

/** What a feed reader that comes once a day may have missed. */
const IN_FEED = 50;

const FEED_ENDING = '.xml';

/** A time in a form: whole milliseconds. */
const TIME = z.coerce.number().int().min(0).max(Number.MAX_SAFE_INTEGER);

export function notificationsRoute(web: NotificationsWeb): Hono {
  const { notifications, accounts, mailKeys } = web;
  return (
    new Hono()
      .get('/notifications', async (c) => {
        const account = requireAccount(c);
        const page = askedPage(c.req.query('page'), PER_PAGE);
        const listed = await notifications.listOf(account.id, page);
        assertPageExists(page, listed.total);
        c.header('Cache-Control', 'no-store');
        const feedAddress = feedPath(account.feedKey);
        return c.html(
          notificationsPage(viewFor(web, c), { account, page, feedAddress, ...listed }),
        );
      })

      .post('/notifications/read', async (c) => {
        const account = requireAccount(c);
        const { until } = await readForm(c, { until: TIME });
        await notifications.markRead(account.id, until);
        return answerAct(c, { elsewhere: '/notifications', json: { unread: 0 } });
      })

      .post('/notifications/feed/renew', async (c) => {
        const account = requireAccount(c);
        const key = await notifications.renewFeedKey(account.id);
        return answerAct(c, {
          elsewhere: '/notifications#elsewhere',
          json: { feed: feedPath(key) },
        });
      })

      .get('/notifications/feed/:file', async (c) => {
        const file = c.req.param('file');
        const key = file.endsWith(FEED_ENDING) ? file.slice(0, -FEED_ENDING.length) : '';
        const account = key ? await accounts.byFeedKey(key) : undefined;
        if (!account || account.bannedAtMs !== undefined) throw noSuchPage();
        const listed = await notifications.listOf(account.id, { offset: 0, limit: IN_FEED });
        const origin = linkOrigin(
          { baseUrl: web.site.baseUrl, listensAt: () => undefined },
          new URL(c.req.url).origin,
        );
        const feed = notificationsFeed({
          title: web.site.title,
          origin,
          address: origin + feedPath(account.feedKey),
          ownerName: account.name,
          notifications: listed.notifications,
          madeAtMs: account.createdAtMs,
        });
        return c.body(feed, 200, {
          'Content-Type': 'application/atom+xml; charset=utf-8',
          'X-Robots-Tag': 'noindex',
          'Referrer-Policy': 'no-referrer',
        });
      })

      // Only whoever came with the letter knows the address; nobody is signed in by it.
      .get('/notifications/mail/off/:key', async (c) => {
        accountOfLetter(mailKeys, c.req.param('key'));
        c.header('Referrer-Policy', 'same-origin');
        c.header('Cache-Control', 'no-store');
        return c.html(mailsOffPage(viewFor(web, c), c.req.path, false));
      })

      // RFC 8058: mail programs send this without a cookie, a token or a page around it.
      .post('/notifications/mail/off/:key', async (c) => {
        const accountId = accountOfLetter(mailKeys, c.req.param('key'));
        await notifications.setMails(accountId, false);
        c.header('Referrer-Policy', 'same-origin');
        c.header('Cache-Control', 'no-store');
        return c.html(mailsOffPage(viewFor(web, c), c.req.path, true));
      })

      .get('/notifications/:id', async (c) => {
        const account = requireAccount(c);
        // Who asks for the head alone has read nothing.
        if (c.req.method === 'HEAD') return c.redirect('/notifications', 303);
        const id = parseNotificationId(c.req.param('id'));
        const isForesight = /prefetch|prerender/i.test(
          c.req.header('Sec-Purpose') ?? c.req.header('Purpose') ?? '',
        );
        const notification = id && !isForesight && (await notifications.open(account.id, id));
        if (!notification) throw noSuchPage();
        c.header('Cache-Control', 'no-store');
        const path = whereItLeads(notification, (paper) => paperPath(paper.id));
        return c.redirect(path ?? '/notifications', 303);
      })
  );
}

function accountOfLetter(mailKeys: MailKeys, key: string) {
  const accountId = mailKeys.accountOf(key);
  if (accountId) return accountId;
  throw new BroadsheetError('not_found', 'This address did not come with a letter of ours.', {
    fix: 'Copy the whole address from the letter, or sign in and change your settings.',
  });
}

function feedPath(key: string): string {
  return `/notifications/feed/${encodeURIComponent(key)}${FEED_ENDING}`;
}

function noSuchPage(): BroadsheetError {
  return new BroadsheetError('not_found', 'There is no such page here.');
}
