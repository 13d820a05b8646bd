/** A site where people sign in: real stores in a real file, and letters that can be read. */

import { Hono } from 'hono';
import type { Account } from '../../src/accounts/account.js';
import { type AccountStore, createAccountStore } from '../../src/accounts/account-store.js';
import { type ApiTokenStore, createApiTokenStore } from '../../src/accounts/api-token-store.js';
import { createEmailChange, type EmailChange } from '../../src/accounts/email-change.js';
import { createFirstOperator, type FirstOperator } from '../../src/accounts/first-operator.js';
import { createKeyedHash } from '../../src/accounts/keyed-hash.js';
import { createOneTimeSecretStore } from '../../src/accounts/one-time-secret-store.js';
import { createSessionStore, type SessionStore } from '../../src/accounts/session-store.js';
import { createSignIn, type SignIn } from '../../src/accounts/sign-in.js';
import type { Database } from '../../src/database/database.js';
import type { Letter, Mailer } from '../../src/mail/mailer.js';
import { createPlainEngine } from '../../src/search/plain-engine.js';
import { createGatherStore } from '../../src/sources/gather-store.js';
import { admission } from '../../src/web/admission.js';
import type { Site, Web } from '../../src/web/context.js';
import { viewFor } from '../../src/web/context.js';
import { type Cookies, createCookies } from '../../src/web/cookies.js';
import { errorAnswer } from '../../src/web/error-page.js';
import { document } from '../../src/web/layout.js';
import { createRateLimits, type RateLimits } from '../../src/web/rate-limits.js';
import { filesRoute } from '../../src/web/routes/files.js';
import { settingsRoute } from '../../src/web/routes/settings.js';
import { settingsSessionsRoute } from '../../src/web/routes/settings-sessions.js';
import { settingsSignInRoute } from '../../src/web/routes/settings-sign-in.js';
import { settingsTokensRoute } from '../../src/web/routes/settings-tokens.js';
import { signInRoute } from '../../src/web/routes/sign-in.js';
import { securityHeaders } from '../../src/web/security-headers.js';
import { readStyleSheet, styleSheetPath } from '../../src/web/style-sheet.js';
import { requireAccount } from '../../src/web/visitor.js';
import { NOON, openCatalogue } from './catalogue.js';

export type PeopleSite = {
  readonly app: Hono;
  readonly database: Database;
  readonly accounts: AccountStore;
  readonly sessions: SessionStore;
  readonly apiTokens: ApiTokenStore;
  readonly signIn: SignIn;
  readonly emailChange: EmailChange;
  readonly firstOperator: FirstOperator;
  readonly cookies: Cookies;
  /** Those that were sent, the first one first. */
  readonly letters: readonly Letter[];
  /** What was logged. */
  readonly logged: readonly string[];
  /** What the time is for all of the site; starts at noon. */
  readonly clock: { moment: Date };
};

type PeopleSiteOptions = {
  readonly baseUrl?: string | undefined;
  readonly registration?: 'open' | 'closed';
  readonly trustedProxies?: number;
  readonly rateLimits?: RateLimits;
  readonly unread?: number;
  /** Routes of the test's own, behind the same checks. */
  readonly routes?: (app: Hono, web: Web) => void;
};

export async function openPeopleSite(options: PeopleSiteOptions = {}): Promise<PeopleSite> {
  const { baseUrl, registration = 'open', trustedProxies = 0, unread = 0 } = options;
  const clock = { moment: NOON };
  const now = () => clock.moment;
  const { database, papers } = await openCatalogue(now);
  const letters: Letter[] = [];
  const logged: string[] = [];
  const mailer: Mailer = {
    delivers: false,
    send: async (letter) => {
      letters.push(letter);
    },
  };
  const onFailure = (error: unknown) => logged.push(String(error));
  const keyedHash = createKeyedHash('a secret of tests, and only of tests');
  const accounts = createAccountStore(database, { now });
  const sessions = createSessionStore(database, { now });
  const apiTokens = createApiTokenStore(database, { now });
  const secrets = createOneTimeSecretStore(database, { now });
  const site: Site = {
    title: 'The Daily Proof',
    tagline: 'New papers on norms',
    baseUrl,
    timeZone: 'UTC',
    categories: ['math.NA'],
    contact: undefined,
    gathers: false,
  };
  const parts = { accounts, sessions, secrets, mailer, keyedHash, now, registration, site };
  const signIn = createSignIn({ ...parts, onFailure });
  const emailChange = createEmailChange({ ...parts, onFailure });
  const firstOperator = createFirstOperator(parts);
  const cookies = createCookies({ baseUrl });
  const styleSheet = await readStyleSheet();
  const web: Web = {
    papers,
    search: createPlainEngine(),
    gatherings: createGatherStore(database),
    readiness: async () => ({ index: true, database: true }),
    site,
    now,
    styleSheet,
    styleSheetPath: styleSheetPath(styleSheet),
    log: { error: (details, message) => logged.push(`${message} ${JSON.stringify(details)}`) },
  };

  const app = new Hono();
  app.use(securityHeaders(site));
  app.onError((error, c) => errorAnswer(c, web, error));
  app.use(
    ...admission({
      sessions,
      cookies,
      keyedHash,
      trustedProxies,
      baseUrl,
      now,
      unread: async () => unread,
      rateLimits: options.rateLimits ?? createRateLimits(),
    }),
  );
  app.get('/', (c) => c.html(document({ web: viewFor(web, c), path: '/', children: 'Papers' })));
  app.get('/who', (c) => c.text(requireAccount(c).name));
  app.post('/act', (c) => c.text(`acted by ${requireAccount(c).name}`));
  options.routes?.(app, web);
  const people = { accounts, sessions, apiTokens, signIn, emailChange, firstOperator, cookies };
  const personal = { ...web, ...people, mailDelivers: mailer.delivers, registration };
  app.route('/', signInRoute(personal));
  app.route('/', settingsRoute(personal));
  app.route('/', settingsSessionsRoute(personal));
  app.route('/', settingsTokensRoute(personal));
  app.route('/', settingsSignInRoute(personal));
  app.route('/', filesRoute(web));
  app.all('*', (c) => c.text('nothing here', 404));
  return { app, database, ...people, letters, logged, clock };
}

/** A browser as far as forms go: keeps cookies, says where its forms come from. */
export type TestBrowser = {
  readonly get: (path: string, headers?: Record<string, string>) => Promise<Response>;
  readonly post: (
    path: string,
    fields?: Record<string, string>,
    headers?: Record<string, string>,
  ) => Promise<Response>;
  /** The same, with fields that stand more than once. */
  readonly postForm: (path: string, form: URLSearchParams) => Promise<Response>;
  readonly cookie: (name: string) => string | undefined;
  readonly setCookie: (name: string, value: string) => void;
};

export const ORIGIN = 'http://localhost:3000';

export function testBrowser(
  { app }: Pick<PeopleSite, 'app'>,
  origin: string = ORIGIN,
): TestBrowser {
  const jar = new Map<string, string>();
  const send = async (path: string, init: RequestInit) => {
    const headers = new Headers(init.headers);
    const sent = [...jar].map(([name, value]) => `${name}=${value}`).join('; ');
    if (sent && !headers.has('Cookie')) headers.set('Cookie', sent);
    headers.set('Host', new URL(origin).host);
    const response = await app.request(`${origin}${path}`, { ...init, headers });
    for (const text of response.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(text) ?? [];
      if (/Max-Age=0/.test(text)) jar.delete(name);
      else jar.set(name, value);
    }
    return response;
  };
  const post = (path: string, body: URLSearchParams, headers: Record<string, string> = {}) =>
    send(path, {
      method: 'POST',
      headers: { Origin: origin, 'Sec-Fetch-Site': 'same-origin', ...headers },
      body,
    });
  return {
    get: (path, headers = {}) => send(path, { headers }),
    post: (path, fields = {}, headers = {}) => post(path, new URLSearchParams(fields), headers),
    postForm: post,
    cookie: (name) => jar.get(name),
    setCookie: (name, value) => jar.set(name, value),
  };
}

/** A browser in which somebody is signed in. */
export async function signedInBrowser(
  site: PeopleSite,
  account: Pick<Account, 'id'>,
): Promise<TestBrowser> {
  const { token } = await site.sessions.open(account.id, {
    userAgent: 'Firefox/145.0',
    method: 'mail',
  });
  const browser = testBrowser(site);
  browser.setCookie('session', token);
  return browser;
}
