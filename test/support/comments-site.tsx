/** A site on which several people comment: real stores in a real database. */

import { Hono } from 'hono';
import type { Account } from '../../src/accounts/account.js';
import { createAccountStore } from '../../src/accounts/account-store.js';
import { createKeyedHash } from '../../src/accounts/keyed-hash.js';
import type { NewComments } from '../../src/community/comment-rules.js';
import { createCommentStore } from '../../src/community/comment-store.js';
import { createCommenting } from '../../src/community/commenting.js';
import { createMailKeys } from '../../src/community/notification-mail-keys.js';
import { createNotificationStore } from '../../src/community/notification-store.js';
import type { PaperRecord } from '../../src/papers/paper.js';
import { createPlainEngine } from '../../src/search/plain-engine.js';
import { createGatherStore } from '../../src/sources/gather-store.js';
import { createTrendingStore } from '../../src/trending/trending-store.js';
import { paperNamed } from '../../src/web/act-answer.js';
import { viewFor } from '../../src/web/context.js';
import { DiscussionSection, readDiscussion } from '../../src/web/discussion.js';
import { errorAnswer } from '../../src/web/error-page.js';
import { document } from '../../src/web/layout.js';
import { commentsRoute } from '../../src/web/routes/comments.js';
import { notificationsRoute } from '../../src/web/routes/notifications.js';
import { readStyleSheet, styleSheetPath } from '../../src/web/style-sheet.js';
import { STRANGER, setVisitor, visitorOf } from '../../src/web/visitor.js';
import { addAccount } from './accounts.js';
import { NOON, openCatalogue } from './catalogue.js';

export async function openCommentsSite(
  records: readonly PaperRecord[],
  {
    newComments = 'held-with-links',
    baseUrl,
  }: { readonly newComments?: NewComments; readonly baseUrl?: string } = {},
) {
  const clock = { ms: NOON.getTime() };
  const now = () => new Date(clock.ms);
  const { database, papers } = await openCatalogue(now);
  await papers.add(records);
  const comments = createCommentStore(database, {
    now,
    evidence: createTrendingStore(database, { now }),
  });
  const styleSheet = await readStyleSheet();
  const logged: string[] = [];
  const notifications = createNotificationStore(database, { now });
  const web = {
    papers,
    search: createPlainEngine(),
    gatherings: createGatherStore(database),
    readiness: async () => ({ index: true, database: true }),
    site: {
      title: 'The Daily Proof',
      tagline: 'New papers on norms',
      baseUrl,
      timeZone: 'UTC',
      categories: ['math.NA'],
      contact: undefined,
      gathers: false,
    },
    now,
    styleSheet,
    styleSheetPath: styleSheetPath(styleSheet),
    log: {
      error: (details: object, message: string) => {
        logged.push(`${message} ${JSON.stringify(details)}`);
      },
    },
    comments,
    commenting: createCommenting({
      store: comments,
      newComments,
      isBlocked: async ({ text }) => text.includes('casino'),
      now,
    }),
    notifications,
    accounts: createAccountStore(database, { now }),
    mailKeys: createMailKeys(createKeyedHash('a secret of tests, and only of tests')),
  };

  /** The pages as one account sees them; a stranger without one. */
  const as = (account?: Account) => {
    const app = new Hono();
    app.use(async (c, next) => {
      const unreadNotifications = account ? await notifications.unreadCount(account.id) : 0;
      setVisitor(c, { ...STRANGER, account, csrfToken: 'a-token', unreadNotifications });
      return next();
    });
    app.onError((error, c) => errorAnswer(c, web, error));
    app.get(web.styleSheetPath, (c) => c.body(styleSheet, 200, { 'Content-Type': 'text/css' }));
    app.get('/papers/:name{.+}', async (c) => {
      const paper = await paperNamed(papers, c.req.param('name'));
      const talk = await readDiscussion(web, paper.id, visitorOf(c));
      const view = viewFor(web, c);
      const children = (
        <>
          <h1>{paper.title}</h1>
          <DiscussionSection view={view} talk={talk} />
        </>
      );
      return c.html(document({ web: view, title: 'A paper', path: c.req.path, children }));
    });
    app.route('/', commentsRoute(web));
    app.route('/', notificationsRoute(web));
    const send = async (path: string, options: RequestInit = {}) => {
      const response = await app.request(path, options);
      return {
        status: response.status,
        location: response.headers.get('Location') ?? '',
        headers: response.headers,
        text: await response.text(),
      };
    };
    return {
      app,
      get: (path: string, headers: Record<string, string> = {}) => send(path, { headers }),
      post: (
        path: string,
        fields: Record<string, string> | URLSearchParams | FormData = {},
        headers: Record<string, string> = {},
      ) =>
        send(path, {
          method: 'POST',
          body: fields instanceof FormData ? fields : new URLSearchParams(fields),
          headers,
        }),
    };
  };
  return {
    database,
    web,
    as,
    clock,
    logged,
    account: (name: string, given: Partial<Account> = {}) =>
      addAccount(database, { name, ...given }),
  };
}
