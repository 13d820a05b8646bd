/**
 * The pages of votes, collections, follows, hidden papers and profiles over real stores in a real
 * database, each request sent as somebody.
 */

import { Hono } from 'hono';
import type { Account } from '../../src/accounts/account.js';
import { createAccountStore } from '../../src/accounts/account-store.js';
import { createKeyedHash } from '../../src/accounts/keyed-hash.js';
import { createClaimStore } from '../../src/community/claims/claim-store.js';
import { createCollectionStore } from '../../src/community/collection-store.js';
import { createCommentStore } from '../../src/community/comment-store.js';
import { createDismissalStore } from '../../src/community/dismissal-store.js';
import { createFollowStore } from '../../src/community/follow-store.js';
import { createAuditLog } from '../../src/community/moderation/audit-log-store.js';
import { createVoteStore } from '../../src/community/vote-store.js';
import type { PaperRecord } from '../../src/papers/paper.js';
import { createPlainEngine } from '../../src/search/plain-engine.js';
import { createGatherStore } from '../../src/sources/gather-store.js';
import { createTrendingStore } from '../../src/trending/trending-store.js';
import { errorAnswer } from '../../src/web/error-page.js';
import { collectionsRoute } from '../../src/web/routes/collections.js';
import { dismissalsRoute } from '../../src/web/routes/dismissals.js';
import { followingRoute } from '../../src/web/routes/following.js';
import { profileRoute } from '../../src/web/routes/profile.js';
import { votesRoute } from '../../src/web/routes/votes.js';
import { readStyleSheet } from '../../src/web/style-sheet.js';
import { STRANGER, setVisitor } from '../../src/web/visitor.js';
import { NOON, openCatalogue } from './catalogue.js';

/** A site on which tests act as several people. */
export async function openCommunitySite(records: readonly PaperRecord[]) {
  let atMs = NOON.getTime();
  const now = () => new Date(atMs++);
  const { database, papers } = await openCatalogue(now);
  await papers.add(records);
  const search = createPlainEngine();
  await search.update(await papers.changesSince(0, 10_000));
  const trending = createTrendingStore(database, { now });
  const votes = createVoteStore(database, { now, evidence: trending });
  const audit = createAuditLog(database, { now });
  const keyedHash = createKeyedHash('a secret of this test');
  const logged: string[] = [];
  const web = {
    papers,
    search,
    gatherings: createGatherStore(database),
    readiness: async () => ({ index: true, database: true }),
    site: {
      title: 'The Daily Proof',
      tagline: 'New papers on norms',
      baseUrl: undefined,
      timeZone: 'UTC',
      categories: ['math.NA'],
      contact: undefined,
      gathers: false,
    },
    now,
    styleSheet: await readStyleSheet(),
    styleSheetPath: '/assets/style.css',
    log: {
      error: (details: object, message: string) => {
        logged.push(`${message} ${JSON.stringify(details)}`);
      },
    },
    standings: trending,
    votes,
    collections: createCollectionStore(database, { now, evidence: trending }),
    follows: createFollowStore(database, { now }),
    dismissals: createDismissalStore(database, { now }),
    accounts: createAccountStore(database, { now }),
    comments: createCommentStore(database, { now, evidence: trending }),
    claims: createClaimStore(database, { now, keyedHash, audit, votes }),
  };

  /** The pages as one account sees them; a stranger without one. */
  const as = (account?: Account) => {
    const app = new Hono();
    app.use((c, next) => {
      setVisitor(c, { ...STRANGER, account, csrfToken: 'a-token' });
      return next();
    });
    app.onError((error, c) => errorAnswer(c, web, error));
    app.get(web.styleSheetPath, (c) => c.body(web.styleSheet, 200, { 'Content-Type': 'text/css' }));
    app.route('/', votesRoute(web));
    app.route('/', dismissalsRoute(web));
    app.route('/', followingRoute(web));
    app.route('/', collectionsRoute(web));
    app.route('/', profileRoute(web));
    const send = async (path: string, options: RequestInit = {}) => {
      const response = await app.request(path, options);
      return {
        status: response.status,
        location: response.headers.get('Location'),
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
      send,
    };
  };
  return { database, web, as, logged };
}
