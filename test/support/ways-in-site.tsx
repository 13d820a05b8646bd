/**
 * A small site on loopback with real stores and all that a request passes before a route: enough
 * to sign in with a passkey or with an account from elsewhere.
 */

import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { getRequestListener } from '@hono/node-server';
import { Hono } from 'hono';
import { onTestFinished } from 'vitest';
import type { Account } from '../../src/accounts/account.js';
import { type AccountStore, createAccountStore } from '../../src/accounts/account-store.js';
import type { IdentityProvider } from '../../src/accounts/identity-provider.js';
import { createIdentityProviderClient } from '../../src/accounts/identity-provider-client.js';
import { createIdentityUnlinker } from '../../src/accounts/identity-provider-store.js';
import { createIdentityProviders } from '../../src/accounts/identity-providers.js';
import { createKeyedHash } from '../../src/accounts/keyed-hash.js';
import { createOneTimeSecretStore } from '../../src/accounts/one-time-secret-store.js';
import type { Passkey } from '../../src/accounts/passkey.js';
import { createPasskeyStore, type PasskeyStore } from '../../src/accounts/passkey-store.js';
import { createPasskeys } from '../../src/accounts/passkeys.js';
import { createSessionStore, type SessionStore } from '../../src/accounts/session-store.js';
import type { Database } from '../../src/database/database.js';
import { admission } from '../../src/web/admission.js';
import { readBrowserScripts } from '../../src/web/browser-scripts.js';
import { viewFor, type Web } from '../../src/web/context.js';
import { createCookies } from '../../src/web/cookies.js';
import { errorAnswer } from '../../src/web/error-page.js';
import { document } from '../../src/web/layout.js';
import { browserScriptsRoute } from '../../src/web/routes/browser-scripts.js';
import { filesRoute } from '../../src/web/routes/files.js';
import { identityProvidersRoute } from '../../src/web/routes/identity-providers.js';
import { passkeysRoute } from '../../src/web/routes/passkeys.js';
import { settingsSignInRoute } from '../../src/web/routes/settings-sign-in.js';
import { securityHeaders } from '../../src/web/security-headers.js';
import { readStyleSheet, styleSheetPath } from '../../src/web/style-sheet.js';
import { visitorOf } from '../../src/web/visitor.js';
import { createWaysIn } from '../../src/web/ways-in.js';
import { openCatalogue } from './catalogue.js';

export type WaysInSite = {
  /** `http://localhost:…`, since passkeys want a name. */
  readonly url: string;
  readonly database: Database;
  readonly accounts: AccountStore;
  readonly sessions: SessionStore;
  readonly passkeys: PasskeyStore;
  /** Passkeys whose counter went back. */
  readonly suspicions: readonly Passkey[];
  /** What the operator's log would say of providers. */
  readonly failures: readonly string[];
  /** Lets time pass. */
  readonly wait: (ms: number) => void;
  /** The value of the cookie of a session that is opened now. */
  readonly sessionFor: (account: Account) => Promise<string>;
};

export type WaysInSiteOptions = {
  readonly providers?: readonly IdentityProvider[];
  readonly registration?: 'open' | 'closed';
};

/** Stopped when the test is over. */
export async function startWaysInSite(options: WaysInSiteOptions = {}): Promise<WaysInSite> {
  const { providers = [], registration = 'open' } = options;
  // Tokens of providers hold real times.
  let waitedMs = 0;
  const now = () => new Date(Date.now() + waitedMs);
  const { database, papers } = await openCatalogue(now);
  const accounts = createAccountStore(database, { now });
  const sessions = createSessionStore(database, { now });
  const secrets = createOneTimeSecretStore(database, { now });
  const passkeyStore = createPasskeyStore(database, { now });
  const suspicions: Passkey[] = [];
  const failures: string[] = [];
  const passkeys = createPasskeys({
    passkeys: passkeyStore,
    secrets,
    siteTitle: 'The Paper',
    onSuspicion: (passkey) => suspicions.push(passkey),
  });
  const identityProviders = createIdentityProviders({
    providers,
    clientFor: (provider) => createIdentityProviderClient(provider, { fetch, now }),
    accounts,
    secrets,
    registration,
    origins: { baseUrl: undefined, listensAt: () => undefined },
    onFailure: (name, reason) => failures.push(`${name}: ${reason}`),
  });
  const styleSheet = await readStyleSheet();
  const scripts = await readBrowserScripts();
  const cookies = createCookies({ baseUrl: undefined });
  const { otherWaysIn, waysIn } = createWaysIn({ passkeys, identityProviders, accounts, scripts });
  const web = {
    papers,
    site: {
      title: 'The Paper',
      tagline: 'A paper of tests',
      baseUrl: undefined,
      timeZone: 'UTC',
      categories: [],
      contact: undefined,
      gathers: false,
    },
    now,
    styleSheet,
    styleSheetPath: styleSheetPath(styleSheet),
    log: { error: (details: object) => console.error(details) },
    passkeys,
    identityProviders,
    identityUnlinker: createIdentityUnlinker(database),
    accounts,
    sessions,
    cookies,
    waysIn,
    // No page here searches or tells of gathering.
  } as unknown as Web &
    Parameters<typeof passkeysRoute>[0] &
    Parameters<typeof identityProvidersRoute>[0];

  const app = new Hono();
  app.use(securityHeaders(web.site));
  const admitted = admission({
    sessions,
    cookies,
    keyedHash: createKeyedHash('a secret of a test that is long enough'),
    trustedProxies: 0,
    baseUrl: undefined,
    now,
    unread: async () => 0,
  });
  for (const step of admitted) app.use(step);
  app.onError((error, c) => errorAnswer(c, web, error));
  app.get('/', (c) => c.text(`This is ${visitorOf(c).account?.name ?? 'nobody'}.`));
  app.get('/settings/profile', (c) => c.text(`Welcome, ${visitorOf(c).account?.name}.`));
  app.get('/sign-in', (c) => {
    const view = viewFor(web, c);
    const children = (
      <div class="notice">
        <h1>Sign in</h1>
        {otherWaysIn(view, c.req.query('back') ?? '/')}
      </div>
    );
    return c.html(document({ web: view, title: 'Sign in', path: '/sign-in', children }));
  });
  app.route('/', settingsSignInRoute(web));
  app.route('/', passkeysRoute(web));
  app.route('/', identityProvidersRoute(web));
  app.route('/', browserScriptsRoute(scripts));
  app.route('/', filesRoute(web));

  const server = createServer(getRequestListener(app.fetch));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://localhost:${port}`,
    database,
    accounts,
    sessions,
    passkeys: passkeyStore,
    suspicions,
    failures,
    wait: (ms) => {
      waitedMs += ms;
    },
    sessionFor: async ({ id }) => {
      const { token } = await sessions.open(id, { userAgent: 'a test', method: 'mail' });
      return token;
    },
  };
}
