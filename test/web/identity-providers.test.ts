/** Signing in with an account from elsewhere, over HTTP, at a provider that can misbehave. */

import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { Account } from '../../src/accounts/account.js';
import { addAccount } from '../support/accounts.js';
import { hasBrowser, openBrowser } from '../support/browser.js';
import {
  endlessAnswer,
  type ProviderMisbehaviour,
  startIdentityProvider,
  type TestProvider,
} from '../support/identity-provider.js';
import { startWaysInSite, type WaysInSite } from '../support/ways-in-site.js';

type Kind = 'oidc' | 'github';

async function siteAndProvider(
  options: { kind?: Kind; registration?: 'open' | 'closed' } = {},
): Promise<{ site: WaysInSite; provider: TestProvider }> {
  const { kind = 'oidc', registration = 'open' } = options;
  const provider = await startIdentityProvider();
  const site = await startWaysInSite({ providers: [provider.settings({ kind })], registration });
  return { site, provider };
}

/** A browser as far as this needs one: it keeps cookies of the site, and goes where it is sent. */
class Visitor {
  readonly cookies = new Map<string, string>();
  readonly site: WaysInSite;

  constructor(site: WaysInSite) {
    this.site = site;
  }

  async request(address: string, init: RequestInit = {}): Promise<Response> {
    const cookie = [...this.cookies].map(([name, value]) => `${name}=${value}`).join('; ');
    const answer = await fetch(new URL(address, this.site.url), {
      ...init,
      headers: { ...(cookie && { Cookie: cookie }), ...init.headers },
      redirect: 'manual',
    });
    for (const set of answer.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(set) ?? [];
      if (value === '' || /Max-Age=0/.test(set)) this.cookies.delete(name);
      else this.cookies.set(name, value);
    }
    return answer;
  }

  post(path: string, fields: Record<string, string> = {}): Promise<Response> {
    const headers = { Origin: this.site.url };
    return this.request(path, { method: 'POST', headers, body: new URLSearchParams(fields) });
  }

  /** Where the provider is, with all that it is told. */
  async begin(fields: Record<string, string> = {}): Promise<string> {
    const answer = await this.post('/sign-in/with/orcid', fields);
    expect(answer.status).toBe(200);
    const link = /<a class="onward" href="([^"]+)"/.exec(await answer.text())?.[1] ?? '';
    return link.replaceAll('&amp;', '&');
  }

  /** Says yes at the provider, and tells where that leads. */
  async agree(address: string): Promise<string> {
    const answer = await fetch(address, { redirect: 'manual' });
    return answer.headers.get('Location') ?? '';
  }

  async signIn(fields?: Record<string, string>): Promise<Response> {
    return this.request(await this.agree(await this.begin(fields)));
  }

  async whoAmI(): Promise<string> {
    return (await this.request('/')).text();
  }
}

async function accountOf({ accounts }: WaysInSite, { issuer, person }: TestProvider) {
  return accounts.byIdentity(issuer, person.subject);
}

describe('an account from elsewhere', () => {
  it('makes an account here, and signs in to it from then on', async () => {
    const { site, provider } = await siteAndProvider();
    const first = new Visitor(site);
    const answer = await first.signIn({ back: '/about' });
    expect([answer.status, answer.headers.get('Location')]).toEqual([
      303,
      '/settings/profile?welcome=1',
    ]);
    const account = await accountOf(site, provider);
    expect(account).toMatchObject({ displayName: 'Ana Ruiz', email: 'ana@uni.example' });
    expect(await first.whoAmI()).toBe(`This is ${account?.name}.`);

    const second = new Visitor(site);
    const again = await second.signIn({ back: '/about' });
    expect(again.headers.get('Location')).toBe('/about');
    expect(await second.whoAmI()).toBe(`This is ${account?.name}.`);
    const { total } = await site.accounts.page({});
    expect(total).toBe(1);
    const [session] = await site.sessions.listOf(account?.id as Account['id']);
    expect(session?.method).toBe('orcid');
  });

  it('of GitHub does so, too, by its number and the primary address', async () => {
    const { site, provider } = await siteAndProvider({ kind: 'github' });
    provider.person = { ...provider.person, subject: '583231' };
    const visitor = new Visitor(site);
    expect((await visitor.signIn()).status).toBe(303);
    const account = await accountOf(site, provider);
    expect(account).toMatchObject({ email: 'ana@uni.example', displayName: 'Ana Ruiz' });
    expect(await site.accounts.identitiesOf(account?.id as Account['id'])).toMatchObject([
      { issuer: provider.issuer, subject: '583231', label: 'ana-ruiz' },
    ]);
  });

  it('asks with PKCE, state and nonce, and comes back to our own address', async () => {
    const { site } = await siteAndProvider();
    const asked = new URL(await new Visitor(site).begin()).searchParams;
    expect(Object.fromEntries(asked)).toMatchObject({
      client_id: 'broadsheet',
      response_type: 'code',
      scope: 'openid profile email',
      redirect_uri: `${site.url}/sign-in/with/orcid/callback`,
      code_challenge_method: 'S256',
    });
    for (const name of ['state', 'nonce', 'code_challenge']) {
      expect(asked.get(name)).toMatch(/^[\w-]{43}$/);
    }
  });

  it('asks the provider for its endpoints once', async () => {
    const { site, provider } = await siteAndProvider();
    await new Visitor(site).signIn();
    await new Visitor(site).signIn();
    const paths = provider.requests.filter((path) => /well-known|keys/.test(path));
    expect(paths).toEqual(['/.well-known/openid-configuration', '/keys']);
  });

  it('never leads into an account by an address, and tells how to link the two', async () => {
    const { site, provider } = await siteAndProvider();
    const ana = await addAccount(site.database, { name: 'ana', email: 'ana@uni.example' });
    const visitor = new Visitor(site);
    const answer = await visitor.signIn();
    expect(answer.status).toBe(200);
    const page = await answer.text();
    expect(page).toContain('ana@uni.example belongs to an account that is here already');
    const account = await accountOf(site, provider);
    expect(account?.id).not.toBe(ana.id);
    expect(account?.email).toBeUndefined();
  });

  for (const emailVerified of [false, 'true', 1, undefined]) {
    it(`with an address whose proof is ${JSON.stringify(emailVerified)} brings none`, async () => {
      const { site, provider } = await siteAndProvider();
      provider.person = { ...provider.person, emailVerified };
      await new Visitor(site).signIn();
      const account = await accountOf(site, provider);
      expect(account).toBeDefined();
      expect(account?.email).toBeUndefined();
    });
  }

  it('with a name and an address that cannot be gets an account without them', async () => {
    const { site, provider } = await siteAndProvider();
    const email = 'ana@uni.example\r\nBcc: eve@example.org';
    provider.person = { ...provider.person, name: '\u202e\u200b<script>'.repeat(90), email };
    expect((await new Visitor(site).signIn()).status).toBe(303);
    const account = await accountOf(site, provider);
    expect(account?.displayName).toBe(account?.name);
    expect(account?.email).toBeUndefined();
  });

  it('makes no account where the operators make them, but signs in to one that is linked', async () => {
    const { site, provider } = await siteAndProvider({ registration: 'closed' });
    const visitor = new Visitor(site);
    expect((await visitor.signIn()).status).toBe(403);
    expect(await visitor.whoAmI()).toBe('This is nobody.');
    const { id } = await addAccount(site.database, { name: 'ana' });
    const { subject } = provider.person;
    await site.accounts.linkIdentity(id, { issuer: provider.issuer, subject, label: 'x' });
    await visitor.signIn();
    expect(await visitor.whoAmI()).toBe('This is ana.');
  });

  it('lets nobody in who is banned', async () => {
    const { site, provider } = await siteAndProvider();
    await new Visitor(site).signIn();
    await site.accounts.ban((await accountOf(site, provider))?.id as Account['id'], 'spam');
    const visitor = new Visitor(site);
    expect((await visitor.signIn()).status).toBe(403);
    expect(await visitor.whoAmI()).toBe('This is nobody.');
  });

  it('makes one account for a person who comes twice at once', async () => {
    const { site } = await siteAndProvider();
    const visitors = Array.from({ length: 5 }, () => new Visitor(site));
    await Promise.all(visitors.map((visitor) => visitor.signIn()));
    const { total } = await site.accounts.page({});
    expect(total).toBe(1);
    const names = new Set(await Promise.all(visitors.map((visitor) => visitor.whoAmI())));
    expect(names.size).toBe(1);
  });
});

describe('linking an account from elsewhere', () => {
  async function signedIn(site: WaysInSite, name: string) {
    const account = await addAccount(site.database, { name });
    const visitor = new Visitor(site);
    visitor.cookies.set('session', await site.sessionFor(account));
    return { account, visitor };
  }

  it('adds a way in, which can be taken off again', async () => {
    const { site, provider } = await siteAndProvider();
    const { account, visitor } = await signedIn(site, 'ben');
    const answer = await visitor.signIn({ link: 'yes', back: 'https://evil.example' });
    expect(answer.headers.get('Location')).toBe('/settings/sign-in?done=identity-linked');
    expect((await accountOf(site, provider))?.id).toBe(account.id);
    const page = await (await visitor.request('/settings/sign-in')).text();
    expect(page).toContain('0000-0002-1825-0097');
    const { issuer } = provider;
    const { subject } = provider.person;
    const off = await visitor.post('/settings/sign-in/unlink', { issuer, subject });
    expect(off.status).toBe(303);
    expect(await accountOf(site, provider)).toBeUndefined();
    expect((await visitor.post('/settings/sign-in/unlink', { issuer, subject })).status).toBe(404);
  });

  it('takes nothing from another account', async () => {
    const { site, provider } = await siteAndProvider();
    await new Visitor(site).signIn();
    const first = await accountOf(site, provider);
    const { visitor } = await signedIn(site, 'ben');
    expect((await visitor.signIn({ link: 'yes' })).status).toBe(409);
    expect((await accountOf(site, provider))?.id).toBe(first?.id);
  });

  it('is for whoever began it: not for a stranger, nor for whoever signed in since', async () => {
    const { site, provider } = await siteAndProvider();
    expect((await new Visitor(site).post('/sign-in/with/orcid', { link: 'yes' })).status).toBe(401);
    const { visitor } = await signedIn(site, 'ben');
    const back = await visitor.agree(await visitor.begin({ link: 'yes' }));
    const cleo = await addAccount(site.database, { name: 'cleo' });
    visitor.cookies.set('session', await site.sessionFor(cleo));
    expect((await visitor.request(back)).status).toBe(400);
    expect(await accountOf(site, provider)).toBeUndefined();
  });
});

describe('a way back that is not the one begun', () => {
  type Attack = (visitor: Visitor, site: WaysInSite) => Promise<Response>;

  const altered = (change: (query: URLSearchParams) => void): Attack => {
    return async (visitor) => {
      const back = new URL(await visitor.agree(await visitor.begin()));
      change(back.searchParams);
      return visitor.request(back.href);
    };
  };

  const ATTACKS: Readonly<Record<string, Attack>> = {
    'has no state': altered((query) => query.delete('state')),
    'has another state': altered((query) => query.set('state', 'A'.repeat(43))),
    'has two states': altered((query) => query.append('state', 'A'.repeat(43))),
    'has a state with a NUL': altered((query) => query.set('state', '\0')),
    'has no code': altered((query) => query.delete('code')),
    'has another code': altered((query) => query.set('code', 'abc')),
    'has a swapped issuer': altered((query) => query.set('iss', 'https://evil.example')),
    'has no issuer': altered((query) => query.delete('iss')),
    'says that the person said no': altered((query) => {
      query.delete('code');
      query.set('error', 'access_denied');
    }),
    'tells of an error with a script': altered((query) => {
      query.delete('code');
      query.set('error', '<script>alert(1)</script>');
      query.set('error_description', '<script>alert(1)</script>');
    }),
    'is in another browser': async (visitor, site) => {
      const back = await visitor.agree(await visitor.begin());
      const other = new Visitor(site);
      await other.begin();
      return other.request(back);
    },
    'is in a browser without cookies': async (visitor, site) =>
      new Visitor(site).request(await visitor.agree(await visitor.begin())),
    'comes eleven minutes later': async (visitor, site) => {
      const back = await visitor.agree(await visitor.begin());
      site.wait(11 * 60_000);
      return visitor.request(back);
    },
    'has the code of somebody else': async (visitor, site) => {
      const eve = new Visitor(site);
      const evesWay = new URL(await eve.agree(await eve.begin()));
      const back = new URL(await visitor.agree(await visitor.begin()));
      back.searchParams.set('code', evesWay.searchParams.get('code') ?? '');
      return visitor.request(back.href);
    },
    'was never begun': (visitor) => visitor.request('/sign-in/with/orcid/callback'),
  };

  it('signs nobody in, and says why', async () => {
    const { site } = await siteAndProvider();
    const outcomes: Record<string, unknown> = {};
    for (const [what, attack] of Object.entries(ATTACKS)) {
      const visitor = new Visitor(site);
      const answer = await attack(visitor, site);
      const page = await answer.text();
      outcomes[what] = [answer.status, await visitor.whoAmI(), page.includes('<script>')];
    }
    const refused = [400, 'This is nobody.', false];
    expect(outcomes).toEqual(
      Object.fromEntries(Object.keys(ATTACKS).map((what) => [what, refused])),
    );
    const { total } = await site.accounts.page({});
    expect(total).toBe(0);
  });

  it('can be gone once', async () => {
    const { site } = await siteAndProvider();
    const visitor = new Visitor(site);
    const browser = async () => visitor.cookies.get('browser') ?? '';
    const address = await visitor.begin();
    const asked = await browser();
    const back = await visitor.agree(address);
    expect((await visitor.request(back)).status).toBe(303);
    const again = new Visitor(site);
    again.cookies.set('browser', asked);
    const answer = await again.request(back);
    expect(answer.status).toBe(400);
    expect(await answer.text()).toContain('This was used to sign in before.');
    expect(await again.whoAmI()).toBe('This is nobody.');
  });
});

describe('a provider that misbehaves', () => {
  const json = (body: unknown, status = 200) => Response.json(body, { status });
  const at =
    (place: string, answer: () => Response): NonNullable<ProviderMisbehaviour['answer']> =>
    (path) =>
      path === place ? answer() : undefined;

  const MISBEHAVIOURS: Readonly<Record<string, ProviderMisbehaviour>> = {
    'signs nothing': { isUnsigned: true },
    'signs with a key that is not its own': { isForged: true },
    'signs with a key that nobody knows': { header: { kid: 'two' } },
    'forgets the nonce': { claims: { nonce: undefined } },
    'tells another nonce': { claims: { nonce: 'A'.repeat(43) } },
    'speaks for another issuer': { claims: { iss: 'https://evil.example' } },
    'speaks to another site': { claims: { aud: 'another' } },
    'speaks of nobody': { claims: { sub: undefined } },
    'names somebody by a number': { claims: { sub: 7 } },
    'names somebody at length': { claims: { sub: 'x'.repeat(1_000) } },
    'names somebody by a NUL': { claims: { sub: 'a\0b' } },
    'tells what was true an hour ago': { claims: { exp: Math.floor(Date.now() / 1000) - 3_600 } },
    'gives no tokens': { answer: at('/token', () => json({ error: 'server_error' }, 500)) },
    'gives a page for a token': { answer: at('/token', () => new Response('<p>Hello')) },
    'gives no ID token': {
      answer: at('/token', () => json({ access_token: 'x', token_type: 'bearer' })),
    },
    'sends us elsewhere for tokens': {
      answer: at('/token', () => new Response(null, { status: 307, headers: { Location: '/x' } })),
    },
    'tells of somebody else': {
      answer: at('/userinfo', () => json({ sub: 'eve', email: 'a@b.example' })),
    },
    'never ends talking': { answer: at('/userinfo', () => endlessAnswer(' '.repeat(100_000), 1)) },
  };

  it('signs nobody in', async () => {
    const { site, provider } = await siteAndProvider();
    const outcomes: Record<string, unknown> = {};
    for (const [what, misbehaviour] of Object.entries(MISBEHAVIOURS)) {
      provider.misbehaviour = misbehaviour;
      const visitor = new Visitor(site);
      const { status } = await visitor.signIn();
      outcomes[what] = [status < 500 && status >= 400, await visitor.whoAmI()];
    }
    const refused = [true, 'This is nobody.'];
    expect(outcomes).toEqual(
      Object.fromEntries(Object.keys(MISBEHAVIOURS).map((what) => [what, refused])),
    );
    const { total } = await site.accounts.page({});
    expect(total).toBe(0);
    provider.misbehaviour = {};
    expect((await new Visitor(site).signIn()).status).toBe(303);
  });

  it('signs nobody in as long as it shows no keys', async () => {
    const { site, provider } = await siteAndProvider();
    provider.misbehaviour = { answer: at('/keys', () => json({ keys: [] })) };
    expect((await new Visitor(site).signIn()).status).toBe(400);
  });

  it('is told of in words when it is not there', async () => {
    const provider = await startIdentityProvider();
    const closed = createServer();
    await new Promise<void>((resolve) => closed.listen(0, '127.0.0.1', resolve));
    const issuer = `http://127.0.0.1:${(closed.address() as AddressInfo).port}`;
    await new Promise((resolve) => closed.close(resolve));
    for (const kind of ['oidc', 'github'] as const) {
      const site = await startWaysInSite({ providers: [provider.settings({ kind, issuer })] });
      const visitor = new Visitor(site);
      const began = await visitor.post('/sign-in/with/orcid');
      if (kind === 'oidc') {
        expect(began.status).toBe(400);
        continue;
      }
      const address = /href="([^"]+)" rel/.exec(await began.text())?.[1]?.replaceAll('&amp;', '&');
      const state = new URL(address ?? '').searchParams.get('state') ?? '';
      const back = await visitor.request(`/sign-in/with/orcid/callback?code=x&state=${state}`);
      expect(back.status).toBe(400);
    }
  });

  const DISCOVERIES: Readonly<Record<string, () => Response>> = {
    'is broken': () => json({ error: 'x' }, 500),
    'sends a page': () => new Response('<p>Hello'),
    'is another': () => json({ issuer: 'https://evil.example' }),
    'is endless': () => endlessAnswer(' '.repeat(100_000), 1),
    'leads elsewhere': () => new Response(null, { status: 302, headers: { Location: '/x' } }),
  };

  it('is asked again once it behaves', async () => {
    const { site, provider } = await siteAndProvider();
    for (const [what, answer] of Object.entries(DISCOVERIES)) {
      provider.misbehaviour = { answer: at('/.well-known/openid-configuration', answer) };
      const refused = await new Visitor(site).post('/sign-in/with/orcid');
      expect([what, refused.status]).toEqual([what, 400]);
      expect(await refused.text()).toContain('ORCID cannot be asked at the moment.');
    }
    // The operator is told more.
    expect(site.failures).toHaveLength(Object.keys(DISCOVERIES).length);
    expect(site.failures.join('\n')).toContain('ORCID: unexpected HTTP response status code');
    provider.misbehaviour = {};
    expect((await new Visitor(site).signIn()).status).toBe(303);
  });

  it('is given up on when it is slow', async () => {
    const { site, provider } = await siteAndProvider();
    provider.misbehaviour = {
      answer: at('/.well-known/openid-configuration', () => endlessAnswer(' ', 1_000)),
    };
    const beganAtMs = performance.now();
    expect((await new Visitor(site).post('/sign-in/with/orcid')).status).toBe(400);
    expect(performance.now() - beganAtMs).toBeLessThan(60_000);
  });

  it('of GitHub’s kind signs nobody in either', async () => {
    const { site, provider } = await siteAndProvider({ kind: 'github' });
    provider.person = { ...provider.person, subject: '583231' };
    for (const answer of [
      at('/login/oauth/access_token', () => json({ error: 'bad_verification_code' })),
      at('/api/user', () => json({ message: 'Bad credentials' }, 401)),
      at('/api/user', () => json({ id: 'ana', login: 'ana' })),
      at('/api/user', () => json(null)),
      at('/api/user/emails', () => json({}, 403)),
    ]) {
      provider.misbehaviour = { answer };
      const visitor = new Visitor(site);
      expect((await visitor.signIn()).status).toBe(400);
      expect(await visitor.whoAmI()).toBe('This is nobody.');
    }
  });

  it('is not known under any other name', async () => {
    const { site } = await siteAndProvider();
    const visitor = new Visitor(site);
    expect((await visitor.post('/sign-in/with/nobody')).status).toBe(404);
    expect((await visitor.post('/sign-in/with/__proto__')).status).toBe(404);
    expect((await visitor.request('/sign-in/with/nobody/callback?state=x')).status).toBe(404);
    expect((await visitor.request('/sign-in/with/orcid')).status).toBeGreaterThanOrEqual(400);
  });
});

describe.skipIf(!hasBrowser)('a reader in a browser', () => {
  it('presses one button, says yes elsewhere, and is signed in', async () => {
    const { site } = await siteAndProvider();
    const browser = await openBrowser();
    onTestFinished(() => browser.close());
    for (const javaScriptEnabled of [true, false]) {
      const context = await browser.newContext({ javaScriptEnabled });
      const page = await context.newPage();
      await page.goto(`${site.url}/sign-in`);
      await page.getByRole('button', { name: 'Sign in with ORCID' }).click();
      await page.waitForURL(/\/settings\/profile|localhost:\d+\/$/);
      await page.goto(site.url);
      await page.getByText(/This is ana/).waitFor();
      await context.close();
    }
  });
});
