/** Who may do what: tokens, their scopes, and what belongs to somebody else. */

import { describe, expect, it } from 'vitest';
import { SCOPES, type Scope } from '../../src/accounts/api-token-store.js';
import type { PaperId } from '../../src/papers/identifiers.js';
import { type ApiSite, type Json, openApiSite } from './api-site.js';

const NORMS = '2611.00001' as PaperId;
const OLDER = 'cs/9809007' as PaperId;

/** A site on which ana has one of everything. */
async function openWithAna(options: Parameters<typeof openApiSite>[0] = {}) {
  const site = await openApiSite(options);
  const ana = await site.person('ana');
  const { token } = ana;
  const { json: comment } = await site.call('POST', `/papers/${NORMS}/comments`, {
    token,
    body: { text: 'Mine' },
  });
  const { json: collection } = await site.call('POST', '/collections', {
    token,
    body: { title: 'Mine' },
  });
  await site.call('PUT', `/collections/${collection.id}/papers/${NORMS}`, { token });
  await site.call('PUT', `/papers/${NORMS}/vote`, { token });
  return { ...site, ana, comment: comment.id as string, collection: collection.id as string };
}

type Site = Awaited<ReturnType<typeof openWithAna>>;

type Act = readonly [method: string, path: string, body: Json, scope: Scope];

/** Everything that needs a token, with what it needs. */
const actsOf = ({ comment, collection }: Pick<Site, 'comment' | 'collection'>): readonly Act[] => [
  ['PUT', `/papers/${OLDER}/vote`, undefined, 'vote'],
  ['DELETE', `/papers/${OLDER}/vote`, undefined, 'vote'],
  ['POST', `/papers/${OLDER}/comments`, { text: 'Hello' }, 'comment'],
  ['PATCH', `/comments/${comment}`, { text: 'Other words' }, 'comment'],
  ['DELETE', `/comments/${comment}`, undefined, 'comment'],
  ['POST', '/submissions', { paper: '2611.01234' }, 'submit'],
  ['GET', '/collections', undefined, 'read'],
  ['GET', `/collections/${collection}`, undefined, 'read'],
  ['POST', '/collections', { title: 'Another' }, 'collections'],
  ['PATCH', `/collections/${collection}`, { title: 'Renamed' }, 'collections'],
  ['PUT', `/collections/${collection}/papers/${OLDER}`, { note: 'n' }, 'collections'],
  ['DELETE', `/collections/${collection}/papers/${OLDER}`, undefined, 'collections'],
  ['DELETE', `/collections/${collection}`, undefined, 'collections'],
];

const ARXIV = {
  id: '2611.01234',
  title: 'Attention Is Not All',
  abstract: 'We show that attention is not all, in a line that is long enough.',
  authors: ['Ana Ruiz'],
  categories: ['cs.CL'],
  published: '2026-11-18T15:00:00Z',
};

/** All that acts may leave behind, in the database's own words. */
async function recordOf({ database }: Pick<ApiSite, 'database'>): Promise<string> {
  type Any = Record<string, Record<string, unknown>>;
  const tables = database.connection.$extendTables<Any>();
  const names = ['votes', 'comments', 'collections', 'collection_papers', 'picks', 'accounts'];
  const rows = await Promise.all(
    names.map((name) => tables.selectFrom(name).selectAll().execute()),
  );
  return JSON.stringify(rows);
}

describe('a token', () => {
  it.each(SCOPES)('with the scope %s does what that allows, and nothing else', async (scope) => {
    const site = await openWithAna({ arxivPapers: [ARXIV] });
    const token = await site.tokenFor(site.ana.account, [scope]);
    for (const [method, path, body, needed] of actsOf(site)) {
      const before = await recordOf(site);
      const answer = await site.call(method, path, { token, body });
      const what = `${method} ${path}`;
      if (needed === scope) {
        expect(answer.status, what).toBeLessThan(300);
        continue;
      }
      expect([answer.status, answer.code], what).toEqual([403, 'forbidden']);
      expect(answer.json.error.message).toContain(`“${needed}”`);
      expect(answer.headers.get('WWW-Authenticate')).toBe(
        `Bearer error="insufficient_scope", scope="${needed}"`,
      );
      expect(await recordOf(site), what).toBe(before);
    }
  });

  it('is needed for whatever is not public', async () => {
    const site = await openWithAna();
    const before = await recordOf(site);
    for (const [method, path, body] of actsOf(site)) {
      const { status, code, headers } = await site.call(method, path, { body });
      // That there is a collection at all is known to those who may read it.
      const expected = path === `/collections/${site.collection}` && method === 'GET' ? 404 : 401;
      expect(status, `${method} ${path}`).toBe(expected);
      if (expected === 401) {
        expect([code, headers.get('WWW-Authenticate')]).toEqual(['signed_out', 'Bearer']);
      }
    }
    expect((await site.call('GET', '/me')).status).toBe(401);
    expect(await recordOf(site)).toBe(before);
  });

  it('that does not hold is refused everywhere, even where none is needed', async () => {
    const { call, people, person, tokenFor, clock, ana } = await openWithAna();
    const ben = await person('ben');
    const revoked = await people.apiTokens.make(ana.account.id, { label: 'x', scopes: ['read'] });
    await people.apiTokens.revoke(ana.account.id, revoked.id);
    const ended = await people.apiTokens.make(ana.account.id, {
      label: 'x',
      scopes: ['read'],
      expiresInDays: 1,
    });
    clock.ms += 86_400_000;
    const banned = await person('mallory', { bannedAtMs: clock.ms });
    for (const token of [
      '',
      'bsh_',
      'bsh_made-up',
      `${await tokenFor(ben.account)}x`,
      (await tokenFor(ben.account)).replace('bsh_', ''),
      (await tokenFor(ben.account)).replace('bsh_', 'hf_'),
      `${ben.token}, ${ben.token}`,
      revoked.secret,
      ended.secret,
      banned.token,
      '%00',
    ]) {
      for (const path of ['/me', `/papers/${NORMS}`]) {
        const { status, code, headers } = await call('GET', path, { token });
        expect([status, code], token).toEqual([401, 'signed_out']);
        expect(headers.get('WWW-Authenticate')).toBe('Bearer error="invalid_token"');
      }
      expect((await call('PUT', `/papers/${OLDER}/vote`, { token })).status).toBe(401);
    }
    expect((await call('GET', `/papers/${OLDER}`)).json.votes).toBe(0);
  });

  it('is that of a header, in whatever case its scheme is written, and of no other place', async () => {
    const { call, ana } = await openWithAna();
    const get = async (path: string, headers: Record<string, string> = {}) =>
      (await call('GET', path, { headers })).status;
    expect(await get('/me', { Authorization: `bearer ${ana.token}` })).toBe(200);
    expect(await get('/me', { Authorization: `BEARER  ${ana.token} ` })).toBe(200);
    expect(await get(`/me?access_token=${ana.token}&token=${ana.token}`)).toBe(401);
    expect(await get('/me', { 'X-Api-Key': ana.token, Cookie: `token=${ana.token}` })).toBe(401);
    expect(await get('/me', { Authorization: ana.token })).toBe(401);
    // What a proxy asks for on its own behalf is not meant for us.
    expect(await get('/me', { Authorization: 'Basic YTpi' })).toBe(401);
    expect(await get(`/papers/${NORMS}`, { Authorization: 'Basic YTpi' })).toBe(200);
  });

  it('speaks for an account only while that is there and not banned', async () => {
    const { call, ana, people, person } = await openWithAna();
    const olga = await person('olga', { role: 'operator' });
    expect((await call('GET', '/me', { token: ana.token })).status).toBe(200);
    await people.moderation.ban(olga.account, ana.account.id, {
      reason: 'advertising',
      hidesComments: false,
    });
    expect((await call('GET', '/me', { token: ana.token })).status).toBe(401);
    expect((await call('PUT', `/papers/${OLDER}/vote`, { token: ana.token })).status).toBe(401);
  });
});

describe('a cookie', () => {
  it('counts nothing, as that of somebody signed in', async () => {
    const site = await openWithAna();
    const { token } = await site.people.sessions.open(site.ana.account.id, {
      userAgent: 'Firefox/145.0',
      method: 'mail',
    });
    const before = await recordOf(site);
    const headers = {
      Cookie: `session=${token}; __Host-session=${token}`,
      Origin: 'http://localhost',
      'Sec-Fetch-Site': 'same-origin',
    };
    for (const [method, path, body] of actsOf(site)) {
      expect([401, 404]).toContain((await site.call(method, path, { body, headers })).status);
    }
    expect((await site.call('GET', '/me', { headers })).status).toBe(401);
    const { json } = await site.call('GET', `/papers/${NORMS}`, { headers });
    expect(json.voted).toBeUndefined();
    expect(await recordOf(site)).toBe(before);
  });
});

describe('what belongs to somebody else', () => {
  it('cannot be read while it is private, nor changed by anybody', async () => {
    const site = await openWithAna();
    const { call, collection, comment } = site;
    const others = [
      (await site.person('ben')).token,
      (await site.person('mona', { role: 'moderator' })).token,
      (await site.person('olga', { role: 'operator' })).token,
    ];
    const before = await recordOf(site);
    for (const token of others) {
      for (const [method, path, body] of actsOf(site)) {
        if (path.includes(collection)) {
          const { status, code } = await call(method, path, { token, body });
          expect([status, code], `${method} ${path}`).toEqual([404, 'not_found']);
        }
        if (path.includes(comment)) {
          const { status } = await call(method, path, { token, body });
          expect(status, `${method} ${path}`).toBe(403);
        }
      }
    }
    expect(await recordOf(site)).toBe(before);
  });

  it('can be read by whoever knows its address once it is shared, and still not changed', async () => {
    const { call, ana, person, collection } = await openWithAna();
    const body = { visibility: 'link' };
    await call('PATCH', `/collections/${collection}`, { token: ana.token, body });
    const ben = await person('ben');
    for (const token of [ben.token, undefined]) {
      const { status, json } = await call('GET', `/collections/${collection}`, { token });
      expect([status, json.owner.name]).toEqual([200, 'ana']);
    }
    for (const method of ['PATCH', 'DELETE']) {
      const answer = await call(method, `/collections/${collection}`, {
        token: ben.token,
        body: { title: 'Taken' },
      });
      expect(answer.code).toBe('not_found');
    }
    expect((await call('GET', '/collections', { token: ben.token })).json.collections).toEqual([]);
  });

  it('is not told apart from what never was', async () => {
    const { call, person, collection } = await openWithAna();
    const { token } = await person('ben');
    for (const method of ['GET', 'PATCH', 'DELETE']) {
      const body = method === 'PATCH' ? { title: 'Taken' } : undefined;
      const [theirs, nobodys] = await Promise.all(
        [collection, 'A'.repeat(22)].map((id) =>
          call(method, `/collections/${id}`, { token, body }),
        ),
      );
      expect([theirs?.status, theirs?.json]).toEqual([nobodys?.status, nobodys?.json]);
    }
  });

  it('is not reached by naming it in a body', async () => {
    const site = await openWithAna();
    const { call, ana } = site;
    const ben = await site.person('ben');
    const mine = {
      role: 'operator',
      account_id: ana.account.id,
      accountId: ana.account.id,
      account: { id: ana.account.id, role: 'operator' },
      ownerId: ana.account.id,
      id: site.collection,
      status: 'shown',
      hidden: false,
      isOwn: false,
      trustedAtMs: 1,
      scopes: ['read', 'vote'],
      visibility: 'private',
      createdAtMs: 0,
      votes: 1_000,
    };
    const { token } = ben;
    const made = await call('POST', '/collections', { token, body: { ...mine, title: 'Ours' } });
    expect(made.json).toMatchObject({ owner: { name: 'ben' }, title: 'Ours' });
    expect(made.json.id).not.toBe(site.collection);
    expect(Date.parse(made.json.createdAt)).toBeGreaterThan(0);
    const comment = await call('POST', `/papers/${OLDER}/comments`, {
      token,
      body: { ...mine, text: 'Ours' },
    });
    expect(comment.json).toMatchObject({ author: { name: 'ben' } });
    expect(comment.json.id).not.toBe(site.collection);
    const vote = await call('PUT', `/papers/${OLDER}/vote`, { token, body: mine });
    expect(vote.json.votes).toBe(1);
    expect((await call('GET', '/me', { token })).json).toMatchObject({ role: 'reader' });
    const anas = await call('GET', '/collections', { token: ana.token });
    expect(anas.json.collections).toHaveLength(1);
    expect((await call('GET', `/papers/${OLDER}`, { token: ana.token })).json.voted).toBe(false);
  });
});
