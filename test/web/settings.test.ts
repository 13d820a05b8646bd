/** What people change about themselves, and what they cannot change about others. */

import { describe, expect, it } from 'vitest';
import type { Account } from '../../src/accounts/account.js';
import {
  openPeopleSite,
  type PeopleSite,
  signedInBrowser,
  type TestBrowser,
  testBrowser,
} from '../support/people-site.js';

type Settled = { readonly site: PeopleSite; readonly ana: Account; readonly browser: TestBrowser };

async function openSettings(): Promise<Settled> {
  const site = await openPeopleSite();
  const ana = await site.accounts.create({ name: 'ana', email: 'ana@example.org' });
  return { site, ana, browser: await signedInBrowser(site, ana) };
}

const PAGES = ['', '/profile', '/sign-in', '/sessions', '/tokens'].map(
  (path) => `/settings${path}`,
);

it('is for nobody who is signed out, and leads to the sign-in page and back', async () => {
  const site = await openPeopleSite();
  for (const path of PAGES) {
    const answer = await testBrowser(site).get(path);
    expect(answer.status).toBe(401);
    expect(await answer.text()).toContain(`/sign-in?back=${encodeURIComponent(path)}`);
    const json = await testBrowser(site).get(path, { Accept: 'application/json' });
    expect(await json.json()).toMatchObject({ error: { code: 'signed_out' } });
  }
});

it('is kept in no cache', async () => {
  const { browser } = await openSettings();
  for (const path of PAGES) {
    const answer = await browser.get(path);
    expect([answer.status, answer.headers.get('cache-control')]).toEqual([200, 'no-store']);
  }
});

describe('the profile', () => {
  it('is changed by its owner, and nothing else with it', async () => {
    const { site, ana, browser } = await openSettings();
    const answer = await browser.post('/settings/profile', {
      displayName: 'Ana <b>Maria</b>',
      biography: 'I bound norms.',
      role: 'operator',
      id: 'x',
      email: 'eve@example.org',
    });
    expect(answer.headers.get('location')).toBe('/settings?done=profile');
    const changed = await site.accounts.find(ana.id);
    expect(changed).toMatchObject({ role: 'reader', email: 'ana@example.org' });
    expect(changed?.biography).toBe('I bound norms.');
    const page = await (await browser.get('/settings?done=profile')).text();
    expect(page).toContain('Your profile is saved.');
    expect(page).toContain('Ana &lt;b&gt;Maria&lt;/b&gt;');
  });

  it.each([
    ['a name that is kept for the site', '/settings/name', { name: 'moderator' }, 422],
    ['a name that looks like that of another', '/settings/name', { name: 'b0b' }, 409],
    ['a name with a slash', '/settings/name', { name: '../x' }, 422],
    ['no name', '/settings/name', {}, 422],
    ['a biography too long', '/settings/profile', { biography: 'x'.repeat(2_000) }, 422],
    ['letters that pretend', '/settings/profile', { displayName: 'Аdmin' }, 422],
    ['no address', '/settings/email', { email: 'a@b\r\nBcc: c@d.example' }, 422],
  ] as const)('refuses %s and keeps what was typed', async (_, path, fields, status) => {
    const { site, ana, browser } = await openSettings();
    await site.accounts.create({ name: 'bob' });
    const answer = await browser.post(path, fields);
    expect(answer.status).toBe(status);
    const page = await answer.text();
    expect(page).toContain('role="alert"');
    for (const text of Object.values(fields)) expect(page).toContain(text.slice(0, 3));
    expect(await site.accounts.find(ana.id)).toEqual(ana);
  });

  it('keeps choices that are made and unmade', async () => {
    const { site, ana, browser } = await openSettings();
    await browser.post('/settings/preferences', { showsVotes: 'on' });
    expect((await site.accounts.find(ana.id))?.preferences).toEqual({
      mailsNotifications: false,
      showsVotes: true,
    });
    await browser.post('/settings/preferences', { mailsNotifications: 'on' });
    expect((await site.accounts.find(ana.id))?.preferences.showsVotes).toBe(false);
  });

  it('has another address once the link in its letter is opened, by its owner alone', async () => {
    const { site, ana, browser } = await openSettings();
    await browser.post('/settings/email', { email: 'new@example.org' });
    await site.emailChange.settled();
    expect((await site.accounts.find(ana.id))?.email).toBe('ana@example.org');
    const [letter] = site.letters;
    expect(letter?.to).toBe('new@example.org');
    const link = new URL(/https?:\/\/\S+/.exec(letter?.text ?? '')?.[0] ?? '').pathname;

    const eve = await signedInBrowser(site, await site.accounts.create({ name: 'eve' }));
    expect((await eve.get(link)).status).toBe(404);
    expect((await eve.post(link)).status).toBe(404);
    expect((await testBrowser(site).post(link)).status).toBe(401);

    const page = await browser.get(link);
    expect([page.status, page.headers.get('referrer-policy')]).toEqual([200, 'same-origin']);
    expect((await site.accounts.find(ana.id))?.email).toBe('ana@example.org');
    expect((await browser.post(link)).headers.get('location')).toBe('/settings?done=email');
    expect((await site.accounts.find(ana.id))?.email).toBe('new@example.org');
    expect((await browser.post(link)).status).toBe(410);
    await site.emailChange.settled();
    expect(site.letters.map(({ to }) => to)).toEqual(['new@example.org', 'ana@example.org']);
  });
});

describe('sessions', () => {
  it('are listed, the own one marked, and ended one by one or all but this', async () => {
    const { site, ana, browser } = await openSettings();
    const others = await Promise.all([1, 2, 3].map(() => signedInBrowser(site, ana)));
    const page = await (await browser.get('/settings/sessions')).text();
    expect(page.match(/\(this one\)/g)).toHaveLength(1);
    const ids = [...page.matchAll(/name="session" value="([^"]+)"/g)].map(([, id]) => id ?? '');
    expect(ids).toHaveLength(3);
    expect(page).not.toContain(browser.cookie('session'));

    await browser.post('/settings/sessions/end', { session: ids[0] ?? '' });
    const alive = await Promise.all(others.map(async (other) => (await other.get('/who')).status));
    expect(alive.sort()).toEqual([200, 200, 401]);
    await browser.post('/settings/sessions/end-others');
    const left = await Promise.all(others.map(async (other) => (await other.get('/who')).status));
    expect(left).toEqual([401, 401, 401]);
    expect((await browser.get('/who')).status).toBe(200);
  });

  it('of somebody else are not there', async () => {
    const { site, browser } = await openSettings();
    const bob = await site.accounts.create({ name: 'bob' });
    const { id } = await site.sessions.open(bob.id, { userAgent: '', method: 'mail' });
    for (const session of [id, '', 'x', '%00']) {
      expect((await browser.post('/settings/sessions/end', { session })).status).toBe(404);
    }
    expect(await site.sessions.listOf(bob.id)).toHaveLength(1);
  });
});

describe('tokens', () => {
  it('are shown once, and only what they may is kept', async () => {
    const { site, ana, browser } = await openSettings();
    const form = new URLSearchParams({ label: 'A <i>notebook</i>', lives: '30' });
    for (const scope of ['read', 'vote', 'everything']) form.append('scope', scope);
    const answer = await browser.postForm('/settings/tokens', form);
    expect([answer.status, answer.headers.get('cache-control')]).toEqual([200, 'no-store']);
    const page = await answer.text();
    const secret = /bsh_[\w-]+/.exec(page)?.[0] ?? '';
    expect(page).toContain('A &lt;i&gt;notebook&lt;/i&gt;');
    expect(await site.apiTokens.find(secret)).toMatchObject({
      account: { id: ana.id },
      scopes: ['read', 'vote'],
    });
    expect(await (await browser.get('/settings/tokens')).text()).not.toContain(secret);

    const [token] = await site.apiTokens.listOf(ana.id);
    const eve = await signedInBrowser(site, await site.accounts.create({ name: 'eve' }));
    const revoke = { token: token?.id ?? '' };
    expect((await eve.post('/settings/tokens/revoke', revoke)).status).toBe(404);
    expect(await site.apiTokens.find(secret)).toBeDefined();
    expect((await browser.post('/settings/tokens/revoke', revoke)).status).toBe(303);
    expect(await site.apiTokens.find(secret)).toBeUndefined();
  });

  it.each([
    { label: '', scope: 'read' },
    { label: 'x'.repeat(100), scope: 'read' },
    { label: 'x' },
    { label: 'x', scope: 'operator' },
  ])('are refused with words for %j', async (fields) => {
    const { site, ana, browser } = await openSettings();
    const answer = await browser.post('/settings/tokens', fields as Record<string, string>);
    expect(answer.status).toBe(422);
    expect(await answer.text()).toContain('role="alert"');
    expect(await site.apiTokens.listOf(ana.id)).toEqual([]);
  });

  it('hold for as long as was chosen', async () => {
    const { site, ana, browser } = await openSettings();
    const hours = [];
    for (const lives of ['30', '365', 'none', '1e9']) {
      await browser.post('/settings/tokens', { label: lives, scope: 'read', lives });
      const token = (await site.apiTokens.listOf(ana.id)).find(({ label }) => label === lives);
      hours.push(token?.expiresAtMs && (token.expiresAtMs - token.createdAtMs) / 86_400_000);
    }
    expect(hours).toEqual([30, 365, undefined, 90]);
  });
});
