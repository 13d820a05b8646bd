/** `/notifications`: what happened, the latest first, and the ways to hear of it elsewhere. */

import type { Account } from '../accounts/account.js';
import type { Notification } from '../community/notification.js';
import { whatHappened, whatWasSaid } from '../community/notification-words.js';
import { plainLine } from '../papers/text-pieces.js';
import { TimeAgo } from './comment-time.js';
import type { View } from './context.js';
import { CsrfField } from './csrf-field.js';
import { document } from './layout.js';
import type { Markup } from './markup.js';
import { type Page, PageLinks } from './paging.js';

export function notificationsPage(
  view: View,
  {
    account,
    notifications,
    page,
    total,
    feedAddress,
  }: {
    readonly account: Account;
    readonly notifications: readonly Notification[];
    readonly page: Page;
    readonly total: number;
    readonly feedAddress: string;
  },
): Markup {
  return document({
    web: view,
    title: 'Notifications',
    path: '/notifications',
    isIndexed: false,
    children: (
      <div class="reading notifications">
        <h1>Notifications</h1>
        <MarkAllRead view={view} notifications={notifications} />
        {notifications.length === 0 ? (
          <p class="empty">
            Nothing yet. Answers to your comments, mentions of your name and comments on your papers
            are told here.
          </p>
        ) : (
          <ol class="notices">
            {notifications.map((notification) => (
              <li class={notification.readAtMs === undefined ? 'unread-notice' : undefined}>
                <Notice view={view} notification={notification} />
              </li>
            ))}
          </ol>
        )}
        <PageLinks
          page={page}
          total={total}
          addressOf={(number) => `/notifications?page=${number}`}
        />
        <Elsewhere view={view} account={account} feedAddress={feedAddress} />
      </div>
    ),
  });
}

function Notice({
  view,
  notification,
}: {
  readonly view: View;
  readonly notification: Notification;
}) {
  const { id, paper, madeAtMs, readAtMs } = notification;
  const said = whatWasSaid(notification);
  return (
    <article>
      <p class="what">
        {readAtMs === undefined && <strong class="badge">New</strong>}{' '}
        <a href={`/notifications/${id}`} rel="nofollow" dir="auto">
          {whatHappened(notification)}
        </a>{' '}
        <span class="when">
          <TimeAgo web={view} atMs={madeAtMs} />
        </span>
      </p>
      {said && (
        <p class="said" dir="auto">
          {said}
        </p>
      )}
      {paper && (
        <p class="on" dir="auto">
          {plainLine(paper.title)}
        </p>
      )}
    </article>
  );
}

function MarkAllRead({
  view,
  notifications,
}: {
  readonly view: View;
  readonly notifications: readonly Notification[];
}) {
  const [latest] = notifications;
  const isAnyNew = view.visitor.unreadNotifications > 0 || notifications.some(isUnread);
  if (!latest || !isAnyNew) return null;
  return (
    <form class="mark-read" method="post" action="/notifications/read">
      <CsrfField visitor={view.visitor} />
      {/* What comes while the page lies open stays new. */}
      <input type="hidden" name="until" value={String(latest.madeAtMs)} />
      <button type="submit">Mark all as read</button>
    </form>
  );
}

function isUnread({ readAtMs }: Notification): boolean {
  return readAtMs === undefined;
}

function Elsewhere({
  view,
  account,
  feedAddress,
}: {
  readonly view: View;
  readonly account: Account;
  readonly feedAddress: string;
}) {
  const mails = account.preferences.mailsNotifications === true;
  return (
    <section class="elsewhere" aria-labelledby="elsewhere">
      <h2 id="elsewhere">Elsewhere</h2>
      <p>
        {mails
          ? `They are mailed to ${account.email ?? 'you'}, too, at most once an hour. `
          : 'They can be mailed to you, too. '}
        <a href="/settings">Change this in your settings</a>
      </p>
      <p>
        <a href={feedAddress} type="application/atom+xml">
          Your notifications as a feed
        </a>{' '}
        for a feed reader. Whoever knows its address can read it, so keep it to yourself.
      </p>
      <form method="post" action="/notifications/feed/renew">
        <CsrfField visitor={view.visitor} />
        <button type="submit">Give the feed a new address</button>
      </form>
    </section>
  );
}

/** Where a link in a letter leads: a button, since programs that look at letters follow links. */
export function mailsOffPage(view: View, path: string, isDone: boolean): Markup {
  const title = isDone ? 'No more letters' : 'Letters about notifications';
  return document({
    web: view,
    title,
    path: '/notifications',
    isIndexed: false,
    children: (
      <div class="notice">
        <h1>{title}</h1>
        {isDone ? (
          <p>
            You get no more letters about notifications. They can still be read on the page{' '}
            <a href="/notifications">Notifications</a>.
          </p>
        ) : (
          <form class="form" method="post" action={path}>
            <p>Press the button, and no more of these letters are sent to you.</p>
            <button type="submit">Send no more letters</button>
          </form>
        )}
      </div>
    ),
  });
}
