/** Signing in by letter, as people and as those who pretend to be them do it. */

import { describe, expect, it } from 'vitest';
import {
  ORIGIN,
  openPeopleSite,
  type PeopleSite,
  signedInBrowser,
  type TestBrowser,
  testBrowser,
} from '../support/people-site.js';

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;

type AskedIn = { readonly site: PeopleSite; readonly browser: TestBrowser };

/** A letter that was asked for: its link, as a path, and its code. */
async function ask({ site, browser }: AskedIn, email = 'ana@example.org', back = '/') {
  const response = await browser.post('/sign-in', { email, back });
  await site.signIn.settled();
  const text = site.letters.at(-1)?.text ?? '';
  return {
    response,
    link: new URL(/https?:\/\/\S+/.exec(text)?.[0] ?? 'http://none').pathname,
    code: /^ *(\d{6})$/m.exec(text)?.[1] ?? '',
  };
}

async function open(options: Parameters<typeof openPeopleSite>[0] = {}): Promise<AskedIn> {
  const site = await openPeopleSite(options);
  return { site, browser: testBrowser(site) };
}

/** Who the browser is, or the status that says it is nobody. */
async function who(browser: TestBrowser): Promise<string | number> {
  const response = await browser.get('/who');
  return response.status === 200 ? response.text() : response.status;
}

describe('a sign-in link', () => {
  it('makes an account, signs in and leads to the profile', async () => {
    const asked = await open();
    const { response, link } = await ask(asked);
    expect(response.status).toBe(200);
    expect(await response.text()).toContain('Look into your inbox');

    const page = await asked.browser.get(link);
    expect(page.status).toBe(200);
    expect(page.headers.get('referrer-policy')).toBe('same-origin');
    expect(page.headers.get('cache-control')).toBe('no-store');
    const entered = await asked.browser.post(link);
    expect([entered.status, entered.headers.get('location')]).toEqual([
      303,
      '/settings/profile?welcome=1',
    ]);
    expect(await who(asked.browser)).toBe('ana');
    const welcome = await asked.browser.get('/settings/profile?welcome=1');
    expect(await welcome.text()).toContain('Welcome to The Daily Proof');
  });

  it('leads somebody who is known back to where they came from', async () => {
    const asked = await open();
    await asked.site.accounts.create({ email: 'ana@example.org' });
    const { link } = await ask(asked, 'ANA@example.org', '/papers/2303.01234?a=b');
    const entered = await asked.browser.post(link);
    expect(entered.headers.get('location')).toBe('/papers/2303.01234?a=b');
  });

  it.each(['https://evil.example/', '//evil.example', '/\\evil.example', '/sign-out'])(
    'leads nowhere else: %s',
    async (back) => {
      const asked = await open();
      await asked.site.accounts.create({ email: 'ana@example.org' });
      const { link } = await ask(asked, 'ana@example.org', back);
      expect((await asked.browser.post(link)).headers.get('location')).toBe('/');
    },
  );

  it('is used by a press, not by programs that open links', async () => {
    const asked = await open();
    const { link } = await ask(asked);
    for (let time = 0; time < 100; time += 1) {
      const method = time % 2 ? 'HEAD' : 'GET';
      const cookie = `browser=${asked.browser.cookie('browser')}`;
      const headers = time % 4 < 2 ? { Cookie: cookie } : {};
      const response = await asked.site.app.request(ORIGIN + link, { method, headers });
      expect(response.status).toBe(time % 4 < 2 ? 200 : 403);
    }
    expect(await who(asked.browser)).toBe(401);
    expect((await asked.browser.post(link)).status).toBe(303);
  });

  it('works once', async () => {
    const asked = await open();
    const { link } = await ask(asked);
    const answers = await Promise.all(Array.from({ length: 10 }, () => asked.browser.post(link)));
    const statuses = answers.map(({ status }) => status).sort();
    expect(statuses).toEqual([303, ...Array.from({ length: 9 }, () => 410)]);
    expect((await asked.browser.get(link)).status).toBe(410);
  });

  it('ends after ten minutes', async () => {
    const asked = await open();
    const { link } = await ask(asked);
    asked.site.clock.moment = new Date(asked.site.clock.moment.getTime() + 10 * MINUTE_MS + 1_000);
    expect((await asked.browser.get(link)).status).toBe(410);
    expect((await asked.browser.post(link)).status).toBe(410);
    expect(await who(asked.browser)).toBe(401);
  });

  it('is of no use in another browser, and still works in its own', async () => {
    const asked = await open();
    const { link } = await ask(asked);
    const other = testBrowser(asked.site);
    expect((await other.post(link)).status).toBe(403);
    await other.post('/sign-in', { email: 'eve@example.org' });
    expect((await other.post(link)).status).toBe(403);
    expect(await who(other)).toBe(401);
    expect((await asked.browser.post(link)).status).toBe(303);
  });

  it.each([
    ['altered', (link: string) => `${link.slice(0, -1)}${link.endsWith('A') ? 'B' : 'A'}`],
    ['cut', (link: string) => link.slice(0, -5)],
    ['of zero bytes', () => '/sign-in/link/%00'],
    ['of a first operator', (link: string) => link.replace('/link/', '/first/')],
    ['of four thousand letters', () => `/sign-in/link/${'x'.repeat(4_000)}`],
  ])('is unknown when it is %s', async (_, change) => {
    const asked = await open();
    const { link } = await ask(asked);
    expect((await asked.browser.get(change(link))).status).toBe(404);
    expect(
      (await asked.browser.post(change(link), { name: 'eve', email: 'e@e.example' })).status,
    ).toBe(404);
    expect(asked.site.logged).toEqual([]);
  });
});

describe('the code of a letter', () => {
  it('signs in where it was asked for', async () => {
    const asked = await open();
    const { code } = await ask(asked);
    const entered = await asked.browser.post('/sign-in/code', { code: ` ${code} ` });
    expect(entered.status).toBe(303);
    expect(await who(asked.browser)).toBe('ana');
  });

  it('may be mistyped five times', async () => {
    const asked = await open();
    const { code, link } = await ask(asked);
    const wrong = code === '123456' ? '654321' : '123456';
    for (let time = 0; time < 5; time += 1) {
      const answer = await asked.browser.post('/sign-in/code', { code: wrong, email: '<b>' });
      expect(answer.status).toBe(403);
      const page = await answer.text();
      expect(page).toContain('role="alert"');
      expect(page).not.toContain('<b>');
    }
    expect((await asked.browser.post('/sign-in/code', { code })).status).toBe(429);
    expect((await asked.browser.post(link)).status).toBe(429);
    expect(await who(asked.browser)).toBe(401);
  });

  it.each(['', 'abcdef', '12345', '1234567', '１２３４５６'])('is no code: %j', async (code) => {
    const asked = await open();
    await ask(asked);
    expect((await asked.browser.post('/sign-in/code', { code })).status).toBe(422);
  });

  it('is of no use in another browser', async () => {
    const asked = await open();
    const { code } = await ask(asked);
    const other = testBrowser(asked.site);
    expect((await other.post('/sign-in/code', { code })).status).toBe(403);
  });
});

describe('asking for a letter', () => {
  it('is answered the same for known and unknown addresses', async () => {
    const asked = await open({ registration: 'closed' });
    await asked.site.accounts.create({ email: 'ana@example.org' });
    const known = await (await ask(asked, 'ana@example.org')).response.text();
    const unknown = await (await ask(asked, 'bob@example.org')).response.text();
    expect(unknown).toBe(known.replaceAll('ana@', 'bob@'));
    expect(asked.site.letters.map(({ to }) => to)).toEqual(['ana@example.org']);
  });

  it.each([
    'a@b\r\nBcc: x@y.example',
    'a@b.example\nBcc: x@y.example',
    '"a b"@x.example',
    `${'a'.repeat(255)}@x.example`,
    'a@b@c.example',
    'аna@example.org',
    'nobody',
    '',
  ])('is refused for what is no address, with the form: %j', async (email) => {
    const asked = await open();
    const { response } = await ask(asked, email);
    expect(response.status).toBe(422);
    const page = await response.text();
    expect(page).toContain('name="email"');
    expect(page).toContain('role="alert"');
    expect(asked.site.letters).toEqual([]);
  });

  it.each(['ana+papers@example.org', 'ana@example.org.', 'ana@EXAMPLE.org', 'ana@münchen.example'])(
    'sends one letter with one recipient to %s',
    async (email) => {
      const asked = await open();
      await ask(asked, email);
      expect(asked.site.letters).toHaveLength(1);
      expect(asked.site.letters[0]?.to).toMatch(/^[\w+]+@[a-z0-9.-]+$/);
    },
  );

  it('is refused after five letters within an hour', async () => {
    const asked = await open();
    for (let time = 0; time < 5; time += 1) await ask(asked);
    const { response } = await ask(asked);
    expect(response.status).toBe(429);
    expect(asked.site.letters).toHaveLength(5);
    expect((await ask(asked, 'bob@example.org')).response.status).toBe(200);
  });

  it.each([
    ['http://evil.example', 'http://localhost:3000/'],
    ['http://localhost.evil.example', 'http://localhost:3000/'],
    ['http://127.0.0.1:4000', 'http://127.0.0.1:4000/'],
  ])('writes links that a forged host does not change: %s', async (origin, begins) => {
    const site = await openPeopleSite();
    const browser = testBrowser(site, origin);
    await ask({ site, browser });
    expect(site.letters[0]?.text).toContain(begins);
    expect(site.letters[0]?.text).not.toContain('evil');
  });

  it.each(['http://localhost:3000', 'https://evil.example', 'http://[::1]:3000'])(
    'writes links of the base URL only, asked at %s',
    async (origin) => {
      const site = await openPeopleSite({ baseUrl: 'https://papers.example' });
      const browser = testBrowser(site, origin);
      await ask({ site, browser });
      expect(site.letters[0]?.text).toContain('https://papers.example/sign-in/link/');
      expect(site.letters[0]?.text).not.toMatch(/evil|localhost|::1/);
    },
  );

  it('names no host but the base URL, whatever the headers say of it', async () => {
    const site = await openPeopleSite({ baseUrl: 'https://papers.example' });
    await testBrowser(site, 'https://papers.example').post(
      '/sign-in',
      { email: 'ana@example.org' },
      { 'X-Forwarded-Host': 'evil.example', Forwarded: 'host=evil.example' },
    );
    await site.signIn.settled();
    expect(JSON.stringify(site.letters)).not.toContain('evil');
  });
});

describe('a session', () => {
  it('is a cookie that scripts and other sites cannot use', async () => {
    const asked = await open({ baseUrl: 'https://papers.example' });
    const browser = testBrowser(asked.site, 'https://papers.example');
    const { link } = await ask({ ...asked, browser });
    const cookies = (await browser.post(link)).headers.getSetCookie();
    expect(cookies.find((text) => text.startsWith('__Host-session='))).toMatch(
      /^__Host-session=[\w-]{43}; Max-Age=7776000; Path=\/; HttpOnly; Secure; SameSite=Lax$/,
    );
  });

  it('ends on the server when its owner signs out', async () => {
    const site = await openPeopleSite();
    const browser = await signedInBrowser(site, await site.accounts.create({ name: 'ana' }));
    const token = browser.cookie('session') ?? '';
    expect(await who(browser)).toBe('ana');
    expect((await browser.post('/sign-out')).status).toBe(303);
    expect(browser.cookie('session')).toBeUndefined();
    browser.setCookie('session', token);
    expect(await who(browser)).toBe(401);
  });

  it('that somebody planted is never taken over', async () => {
    const asked = await open();
    const planted = 'p'.repeat(43);
    asked.browser.setCookie('session', planted);
    const { link } = await ask(asked);
    await asked.browser.post(link);
    expect(asked.browser.cookie('session')).not.toBe(planted);
    expect(await who(asked.browser)).toBe('ana');
    asked.browser.setCookie('session', planted);
    expect(await who(asked.browser)).toBe(401);
  });

  it('of before ends when its browser signs in anew', async () => {
    const site = await openPeopleSite();
    const eve = await site.accounts.create({ name: 'eve' });
    const browser = await signedInBrowser(site, eve);
    const { link } = await ask({ site, browser });
    await browser.post(link);
    expect(await who(browser)).toBe('ana');
    expect(await site.sessions.listOf(eve.id)).toEqual([]);
  });

  it.each([
    ['of another session', { session: 'x'.repeat(43) }],
    ['of four thousand letters', { session: 'x'.repeat(4_001) }],
    ['that is empty', { session: '' }],
    ['with quotes and blanks', { session: '" "' }],
  ])('is none with a cookie %s', async (_, cookies) => {
    const site = await openPeopleSite();
    const browser = testBrowser(site);
    for (const [name, value] of Object.entries(cookies)) browser.setCookie(name, value);
    expect(await who(browser)).toBe(401);
  });

  it('is none with two cookies of its name', async () => {
    const site = await openPeopleSite();
    const browser = await signedInBrowser(site, await site.accounts.create({ name: 'ana' }));
    const token = browser.cookie('session');
    for (const Cookie of [`session=${token}; session=x`, `session=x;session=${token}`]) {
      expect((await browser.get('/who', { Cookie })).status).toBe(401);
    }
    expect((await browser.get('/who', { Cookie: `a=b; session=${token}; x` })).status).toBe(200);
  });

  it('ends when its account is banned, removed, or away for thirty days', async () => {
    const site = await openPeopleSite();
    const banned = await site.accounts.create({ name: 'mallory' });
    const removed = await site.accounts.create({ name: 'robert' });
    const away = await site.accounts.create({ name: 'ana' });
    const browsers = await Promise.all(
      [banned, removed, away].map((account) => signedInBrowser(site, account)),
    );
    await site.accounts.ban(banned.id, 'spam');
    await site.accounts.remove(removed.id);
    site.clock.moment = new Date(site.clock.moment.getTime() + 30 * DAY_MS + 1_000);
    expect(await Promise.all(browsers.map(who))).toEqual([401, 401, 401]);
  });

  it('counts nothing for a request that carries a token of its own', async () => {
    const site = await openPeopleSite();
    const browser = await signedInBrowser(site, await site.accounts.create({ name: 'ana' }));
    expect((await browser.get('/who', { Authorization: 'Bearer bsh_x' })).status).toBe(401);
  });
});

describe('the first operator', () => {
  it('is made by the link that the program prints, once', async () => {
    const site = await openPeopleSite();
    const browser = testBrowser(site);
    const path = (await site.firstOperator.offer()) ?? '';
    expect(await (await browser.get(path)).text()).toContain('The first operator');
    const wrong = await browser.post(path, { name: 'admin', email: 'ana@example.org' });
    expect([wrong.status, (await wrong.text()).includes('role="alert"')]).toEqual([422, true]);
    const made = await browser.post(path, {
      name: 'ana',
      email: 'ana@example.org',
      role: 'reader',
    });
    expect(made.status).toBe(303);
    expect(await who(browser)).toBe('ana');
    expect((await site.accounts.byName('ana'))?.role).toBe('operator');
    const second = testBrowser(site);
    expect((await second.get(path)).status).toBe(410);
    expect((await second.post(path, { name: 'eve', email: 'eve@e.example' })).status).toBe(410);
    expect(await site.firstOperator.offer()).toBeUndefined();
  });
});

it('leads whoever is signed in past the sign-in page', async () => {
  const site = await openPeopleSite();
  const browser = await signedInBrowser(site, await site.accounts.create({ name: 'ana' }));
  const answer = await browser.get('/sign-in?back=/who');
  expect([answer.status, answer.headers.get('location')]).toEqual([303, '/who']);
});

it('shows strangers where to sign in, and others how to sign out', async () => {
  const site = await openPeopleSite({ unread: 3 });
  const stranger = await (await testBrowser(site).get('/')).text();
  expect(stranger).toContain('href="/sign-in"');
  expect(stranger).not.toContain('Sign out');
  const moderator = await site.accounts.create({ name: 'mo', role: 'moderator' });
  const page = await (await (await signedInBrowser(site, moderator)).get('/')).text();
  for (const part of ['Sign out', 'href="/@mo"', '3<span class="hidden"> not read', '/admin']) {
    expect(page).toContain(part);
  }
  expect(page).not.toContain('href="/sign-in"');
});
