/**
 * The pages on which readers submit papers and curators order them, over real stores in a real
 * database, with an arXiv and a web of our own. Each request is sent as somebody.
 */

import { Hono } from 'hono';
import type { Account } from '../../src/accounts/account.js';
import { createKeyedHash } from '../../src/accounts/keyed-hash.js';
import { createAuditLog } from '../../src/community/moderation/audit-log-store.js';
import { createBlocklistStore } from '../../src/community/moderation/blocklist-store.js';
import { createPickStore } from '../../src/community/pick-store.js';
import type { SubmissionRules } from '../../src/community/submission-rules.js';
import { createSubmissionStore } from '../../src/community/submission-store.js';
import { createSubmissionTokens } from '../../src/community/submission-token.js';
import { createSubmissions } from '../../src/community/submissions.js';
import { createVoteStore } from '../../src/community/vote-store.js';
import { createPlainEngine } from '../../src/search/plain-engine.js';
import { createGatherStore } from '../../src/sources/gather-store.js';
import { createTrendingStore } from '../../src/trending/trending-store.js';
import { errorAnswer } from '../../src/web/error-page.js';
import { picksRoute } from '../../src/web/routes/picks.js';
import { submitRoute } from '../../src/web/routes/submit.js';
import { readStyleSheet } from '../../src/web/style-sheet.js';
import { STRANGER, setVisitor } from '../../src/web/visitor.js';
import type { ArxivPaper } from './arxiv-server.js';
import { NOON, openCatalogue } from './catalogue.js';
import { lookupWorld, type WebPages } from './paper-lookup.js';

const RULES: SubmissionRules = { submitters: 'readers', perDay: 3, ageDays: 14, ownPapers: true };

export async function openSubmissionSite({
  rules: given = {},
  arxivPapers = [],
  pages = {},
}: {
  readonly rules?: Partial<SubmissionRules>;
  readonly arxivPapers?: readonly ArxivPaper[];
  readonly pages?: WebPages;
} = {}) {
  const clock = { ms: NOON.getTime() };
  const now = () => new Date(clock.ms);
  const { database, papers } = await openCatalogue(now);
  const { lookup, asked } = await lookupWorld({ papers, arxivPapers, pages });
  const trending = createTrendingStore(database, { now });
  const votes = createVoteStore(database, { now, evidence: trending });
  const keyedHash = createKeyedHash('a secret of this test');
  const blocklist = createBlocklistStore(database, { now });
  const picks = createPickStore(database, { now, audit: createAuditLog(database, { now }) });
  const logged: string[] = [];
  const web = {
    papers,
    search: createPlainEngine(),
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
    picks,
    submissions: createSubmissions({
      papers,
      lookup,
      store: createSubmissionStore(database, { now, votes }),
      tokens: createSubmissionTokens({ keyedHash, now }),
      blocklist,
      rules: { ...RULES, ...given },
      timeZone: 'UTC',
      now,
    }),
  };

  /** The pages as one account sees them; a stranger without one. */
  const as = (account?: Account) => {
    const app = new Hono();
    app.use((c, next) => {
      setVisitor(c, { ...STRANGER, account, csrfToken: 'a-token', network: 'a network' });
      return next();
    });
    app.onError((error, c) => errorAnswer(c, web, error));
    app.get(web.styleSheetPath, (c) => c.body(web.styleSheet, 200, { 'Content-Type': 'text/css' }));
    app.route('/', submitRoute(web));
    app.route('/', picksRoute(web));
    const send = async (path: string, options: RequestInit = {}) => {
      const response = await app.request(path, options);
      const text = await response.text();
      return {
        status: response.status,
        location: response.headers.get('Location'),
        text,
        /** What the page hands back when it is confirmed. */
        token: /name="token" value="([^"]+)"/.exec(text)?.[1] ?? '',
      };
    };
    const post = (
      path: string,
      fields: Record<string, string> | URLSearchParams | FormData,
      headers: Record<string, string> = {},
    ) =>
      send(path, {
        method: 'POST',
        body: fields instanceof FormData ? fields : new URLSearchParams(fields),
        headers,
      });
    return { app, get: (path: string) => send(path), post, send };
  };
  return { database, papers, web, as, asked, votes, trending, blocklist, clock, logged };
}
