/** Ways in that somebody else would like to take, and races for what one may do once. */

import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { serve } from '@hono/node-server';
import type { KyselyPlugin } from 'kysely';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { Database } from '../../src/database/database.js';
import { openCatalogue } from '../support/catalogue.js';
import { describeOnEveryDatabase } from '../support/databases.js';
import { bodyOf, everyRow, ORIGIN, send, sessionOf } from '../support/hostile-requests.js';
import { type HostileSite, openHostileSite } from '../support/hostile-site.js';
import type { TestBrowser } from '../support/people-site.js';

/** The newest link that was sent, after somebody asked for one. */
async function askForLink(site: HostileSite, browser: TestBrowser, email: string): Promise<string> {
  await browser.post('/sign-in', { email });
  await site.people.signIn.settled();
  return (
    site.letters
      .join('\n')
      .match(/\/sign-in\/link\/[\w-]+/g)
      ?.at(-1) ?? ''
  );
}

const isSignedIn = async (browser: TestBrowser) => (await browser.get('/settings')).status === 200;

describe('a session', () => {
  it('is never the one that somebody planted', async () => {
    const site = await openHostileSite();
    const planted = await sessionOf(site, site.bob);
    for (const token of [planted, 'made-up-by-eve', 'A'.repeat(43)]) {
      const victim = await site.browserOf();
      victim.setCookie('session', token);
      const link = await askForLink(site, victim, 'ana@example.org');
      expect((await victim.post(link)).status).toBe(303);
      const own = victim.cookie('session') ?? '';
      expect(own).not.toBe(token);
      expect((await site.people.sessions.find(own))?.account.name).toBe('ana');
      expect(await site.people.sessions.find(token)).toBeUndefined();
    }
  });

  it('ends with signing out, also for whoever has copied it', async () => {
    const site = await openHostileSite();
    const browser = await site.browserOf(site.ana);
    const thief = await site.browserOf();
    thief.setCookie('session', browser.cookie('session') ?? '');
    expect(await isSignedIn(thief)).toBe(true);
    expect((await browser.get('/sign-out')).status).toBeGreaterThanOrEqual(404);
    expect(await isSignedIn(browser)).toBe(true);
    await browser.post('/sign-out');
    expect(browser.cookie('session')).toBeUndefined();
    expect(await isSignedIn(thief)).toBe(false);
  });
});

describe('a link of a letter', () => {
  it('is used once, in the browser that asked, by pressing the button', async () => {
    const site = await openHostileSite();
    const browser = await site.browserOf();
    const link = await askForLink(site, browser, 'ana@example.org');
    const before = await everyRow(site.database);

    const scanner = await site.browserOf();
    for (let time = 0; time < 100; time += 1) {
      const looked = time % 2 === 0 ? await scanner.get(link) : await browser.get(link);
      expect(looked.status).toBe(time % 2 === 0 ? 403 : 200);
      expect(looked.headers.get('set-cookie')).toBeNull();
      expect(looked.headers.get('cache-control')).toBe('no-store');
    }
    expect((await scanner.post(link)).status).toBe(403);
    expect(await everyRow(site.database)).toEqual(before);

    const other = await site.browserOf(site.bob);
    expect((await other.post(link)).status).toBe(403);
    expect((await browser.post(link)).status).toBe(303);
    expect(await isSignedIn(browser)).toBe(true);
    for (const again of [browser, other, scanner]) {
      expect((await again.post(link)).status).toBe(410);
    }
  });

  it('lets one of a hundred in who press at once', async () => {
    const site = await openHostileSite();
    const browser = await site.browserOf();
    const link = await askForLink(site, browser, 'zoe@example.org');
    const cookie = `browser=${browser.cookie('browser')}`;
    const answers = await Promise.all(
      Array.from({ length: 100 }, () =>
        send(site, { path: link, headers: { Origin: ORIGIN, Cookie: cookie } }),
      ),
    );
    expect(answers.filter(({ status }) => status === 303)).toHaveLength(1);
    expect(answers.every(({ status }) => status === 303 || status === 410)).toBe(true);
    const accounts = (await everyRow(site.database)).get('accounts') ?? [];
    expect(accounts.filter((row) => row.includes('zoe@example.org'))).toHaveLength(1);
  });

  it('holds ten minutes', async () => {
    const site = await openHostileSite();
    const browser = await site.browserOf();
    const link = await askForLink(site, browser, 'ana@example.org');
    site.wait(10 * 60_000);
    expect((await browser.get(link)).status).toBe(410);
    expect((await browser.post(link)).status).toBe(410);
    expect(await isSignedIn(browser)).toBe(false);
  });
});

/** Statements as they are asked; those about whom an address belongs to wait until they may. */
function watchedDatabase(database: Database) {
  const gate = Promise.withResolvers<void>();
  const asked: string[] = [];
  const later = new WeakSet<object>();
  const state = { isWatching: false };
  const plugin: KyselyPlugin = {
    transformQuery({ node, queryId }) {
      if (!state.isWatching) return node;
      const tables = [...JSON.stringify(node).matchAll(/"IdentifierNode","name":"(\w+)"/g)];
      const names = tables.map(([, name]) => name).join(' ');
      if (/\b(accounts|blocklist)\b/.test(names)) later.add(queryId);
      else asked.push(`${node.kind} ${names}`);
      return node;
    },
    async transformResult({ result, queryId }) {
      if (later.has(queryId)) await gate.promise;
      return result;
    },
  };
  const connection = database.connection.withPlugin(plugin);
  return { database: { ...database, connection }, asked, state, release: gate.resolve };
}

/** What somebody gets who asks for a letter, and what was done until they had it. */
async function askingFor(email: string, registration: 'open' | 'closed') {
  const { database } = await openCatalogue();
  const watched = watchedDatabase(database);
  const site = await openHostileSite({ database: watched.database, settings: { registration } });
  const unwanted = { kind: 'address', pattern: '@spam.example' } as const;
  await site.people.moderation.block(site.moderator, unwanted, 'throw-away');
  const browser = await site.browserOf();
  watched.state.isWatching = true;
  const answer = await browser.post('/sign-in', { email });
  const seen = {
    status: answer.status,
    // Those of the others hold what is random, or is counted.
    headers: [...answer.headers].filter(([name]) => !/^(?:set-cookie|etag|ratelimit)/.test(name)),
    cookies: answer.headers.getSetCookie().map((cookie) => cookie.replace(/=[^;]*/, '=')),
    page: (await answer.text()).replaceAll(email, 'ADDRESS'),
    // All of it was answered while nobody had yet looked whose address it is.
    asked: [...watched.asked],
  };
  watched.release();
  const letters = site.letters.length;
  await site.people.signIn.settled();
  return { seen, hasLetter: site.letters.length > letters };
}

describe('asking for a letter', () => {
  it('is answered alike, after the same work, whosever address it is', async () => {
    const known = await askingFor('ana@example.org', 'open');
    expect(known.seen).toMatchObject({
      status: 200,
      page: expect.stringContaining('ADDRESS'),
      asked: [
        expect.stringMatching(/^InsertQueryNode one_time_secrets/),
        expect.stringMatching(/^SelectQueryNode one_time_secrets/),
      ],
    });
    expect(known.hasLetter).toBe(true);
    for (const [email, hasLetter] of [
      ['zoe@example.org', true],
      // Whoever is banned is told so by the link, which only they can open.
      ['mallory@example.org', true],
      ['eve@spam.example', false],
    ] as const) {
      expect([email, await askingFor(email, 'open')]).toEqual([
        email,
        { seen: known.seen, hasLetter },
      ]);
    }
    const closed = await askingFor('ana@example.org', 'closed');
    expect(closed.hasLetter).toBe(true);
    expect(await askingFor('zoe@example.org', 'closed')).toEqual({
      seen: closed.seen,
      hasLetter: false,
    });
  });
});

describe('names that look alike', () => {
  it('are not given', async () => {
    const site = await openHostileSite();
    const session = await sessionOf(site, site.bob);
    const rename = async (name: string) => {
      const { body, headers } = bodyOf({ fields: { name }, isJson: false });
      const sent = { path: '/settings/name', session, body };
      return (await send(site, { ...sent, headers: { ...headers, Origin: ORIGIN } })).status;
    };
    for (const name of ['ana', 'ANA', '@ana', 'an-a', 'o1ga', '0lga', 'rnax', 'caro1']) {
      expect([name, await rename(name)]).toEqual([name, 409]);
    }
    for (const name of [
      'аna',
      'ana\u200b',
      'ａna',
      'adm1n',
      'rnoderator',
      'm0derator',
      'd-elete-d',
      'ana.',
      '..',
    ]) {
      expect([name, await rename(name)]).toEqual([name, 422]);
    }
    expect((await site.people.accounts.find(site.bob.id))?.name).toBe('bob');
  });

  it('are shown without what cannot be seen, and refused where two alphabets mix', async () => {
    const site = await openHostileSite();
    const browser = await site.browserOf(site.bob);
    const show = async (displayName: string) => {
      const { status } = await browser.post('/settings/profile', { displayName, biography: '' });
      return status === 303 ? (await site.people.accounts.find(site.bob.id))?.displayName : status;
    };
    expect(await show('Ana\u202eziuR\u200b \u2066Ruiz')).toBe('AnaziuR Ruiz');
    expect(await show('Ａna Ruiz')).toBe('Ana Ruiz');
    expect(await show('Аna Ruiz')).toBe(422);
    expect(await show('Анна Руис')).toBe('Анна Руис');
  });
});

describeOnEveryDatabase('a race', (database) => {
  it('of two hundred votes over HTTP leaves one', async () => {
    const site = await openHostileSite({ database: database() });
    const { paper } = site.things;
    const url = await listen(site);
    const cookie = `session=${await sessionOf(site, site.bob)}`;
    const answers = await Promise.all(
      Array.from({ length: 200 }, () =>
        fetch(`${url}/votes`, {
          method: 'POST',
          headers: { Cookie: cookie, Origin: url, Accept: 'application/json' },
          body: new URLSearchParams({ paper }),
        }).then(async (answer) => [answer.status, await answer.json()]),
      ),
    );
    // Ana's was there before.
    expect(new Set(answers.map((answer) => JSON.stringify(answer)))).toEqual(
      new Set([JSON.stringify([200, { paper, votes: 2, voted: true }])]),
    );
    const rows = (await everyRow(site.database)).get('votes') ?? [];
    expect(rows.filter((row) => row.includes(site.bob.id))).toHaveLength(1);
  });

  it('for names that look alike is won by one', async () => {
    const site = await openHostileSite({ database: database() });
    const names = ['paul', 'pau1', 'pa-ul', 'PAUL', 'pauI'];
    const people = [site.bob, site.curator, site.moderator, site.operator, site.ana];
    const sessions = await Promise.all(people.map((account) => sessionOf(site, account)));
    const answers = await Promise.all(
      names.map((name, at) => {
        const { body, headers } = bodyOf({ fields: { name }, isJson: false });
        const sent = { path: '/settings/name', session: sessions[at], body };
        return send(site, { ...sent, headers: { ...headers, Origin: ORIGIN } });
      }),
    );
    expect(answers.map(({ status }) => status).sort()).toEqual([303, 409, 409, 409, 409]);
  });
});

/** The site on a port of its own. */
async function listen({ app }: HostileSite): Promise<string> {
  const server = serve({ fetch: app.fetch, port: 0, hostname: '127.0.0.1' });
  onTestFinished(() => {
    server.close();
  });
  await once(server, 'listening');
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}
