/** What anybody's program may read, and what a token lets it read besides. */

import { describe, expect, it } from 'vitest';
import type { Day } from '../../src/papers/dates.js';
import type { PaperId } from '../../src/papers/identifiers.js';
import { openApiSite } from './api-site.js';

const NORMS = '2611.00001' as PaperId;

const MOMENT = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;

describe('a paper', () => {
  it('is read by anybody, with what the community says of it', async () => {
    const { call, person, people } = await openApiSite();
    const ana = await person('ana');
    await people.votes.cast(ana.account, NORMS);
    const { status, json, headers } = await call('GET', `/papers/${NORMS}`);
    expect(status).toBe(200);
    expect(json).toEqual({
      id: NORMS,
      title: 'On norms',
      abstract: 'An abstract about On norms.',
      authors: ['Ada Lovelace', 'Ana Ruiz'],
      categories: ['math.NA', 'cs.LG'],
      date: '2026-11-20',
      withdrawn: false,
      path: `/papers/${NORMS}`,
      votes: 1,
      comments: 0,
      hotness: expect.any(Number),
    });
    expect(headers.get('Content-Type')).toBe('application/json');
  });

  it('tells whether one votes for it to a token that may read, and to no other', async () => {
    const { call, person, tokenFor, people } = await openApiSite();
    const [ana, ben] = [await person('ana'), await person('ben')];
    await people.votes.cast(ana.account, NORMS);
    const votedFor = async (token?: string) =>
      (await call('GET', `/papers/${NORMS}`, { token })).json.voted;
    expect(await votedFor(ana.token)).toBe(true);
    expect(await votedFor(ben.token)).toBe(false);
    expect(await votedFor(await tokenFor(ana.account, ['vote']))).toBeUndefined();
    expect(await votedFor()).toBeUndefined();
  });

  it('has no heat while nothing speaks for it', async () => {
    const { call } = await openApiSite();
    expect((await call('GET', '/papers/cs/9809007')).json).toMatchObject({
      hotness: null,
      votes: 0,
    });
  });

  it.each([
    ['/papers/2611.00001', NORMS],
    ['/papers/2611.00001v3', NORMS],
    ['/papers/arxiv:2611.00001', NORMS],
    ['/papers/cs/9809007', 'cs/9809007'],
    ['/papers/cs%2F9809007', 'cs/9809007'],
    ['/papers/doi:10.1145/3292500', 'doi:10.1145/3292500'],
    ['/papers/doi%3A10.1145%2F3292500', 'doi:10.1145/3292500'],
    ['/papers/norms%2Fvote', 'norms/vote'],
  ])('is found by every name and spelling: %s', async (path, id) => {
    const { call } = await openApiSite();
    expect((await call('GET', path)).json.id).toBe(id);
    expect((await call('GET', `${path}/comments`)).json.paper).toBe(id);
  });

  it.each(['/papers/none', '/papers/%00', '/papers/%', '/papers/%E0%A4', '/papers/a%20b'])(
    'that nobody has is not found: %s',
    async (path) => {
      const { call } = await openApiSite();
      expect((await call('GET', path)).code).toBe('not_found');
    },
  );
});

describe('the list of a day', () => {
  it('tells its papers in their order, and which of them were picked and why', async () => {
    const { call, person, people } = await openApiSite();
    const cleo = await person('cleo', { role: 'curator' });
    await people.picks.add(cleo.account.id, {
      paperId: 'cs/9809007' as PaperId,
      day: '2026-11-20' as Day,
      note: 'A classic',
    });
    await people.votes.cast(cleo.account, 'doi:10.1145/3292500' as PaperId);
    const { json } = await call('GET', '/editions/2026-11-20');
    expect(json).toMatchObject({ day: '2026-11-20', total: 3, picked: 1, frozenAt: null });
    expect(json.entries.map((entry: { paper: object }) => entry)).toMatchObject([
      { picked: true, note: 'A classic', paper: { id: 'cs/9809007', title: 'On older norms' } },
      { picked: false, note: '', paper: { id: 'doi:10.1145/3292500', votes: 1 } },
      { picked: false, note: '', paper: { id: NORMS } },
    ]);
    await people.editions.freeze('2026-11-20' as Day, 10);
    expect((await call('GET', '/editions/2026-11-20')).json.frozenAt).toMatch(MOMENT);
  });

  it('comes in pages of the size that is asked for, and is empty beyond its end', async () => {
    const { call } = await openApiSite();
    const idsOf = async (query: string) =>
      (await call('GET', `/editions/2026-11-20?${query}`)).json.entries.map(
        ({ paper }: { paper: { id: string } }) => paper.id,
      );
    const [first, second] = [await idsOf('limit=1'), await idsOf('limit=1&page=2')];
    expect([...first, ...second].sort()).toEqual([NORMS, 'doi:10.1145/3292500']);
    expect(await idsOf('limit=1&page=3')).toEqual([]);
    expect((await call('GET', '/editions/2026-11-19')).json).toMatchObject({ total: 0 });
  });

  it.each(['2026-02-30', '2026-W47', '20261120', 'latest', '%00'])(
    'is that of a day that exists, and not %s',
    async (day) => {
      const { call } = await openApiSite();
      expect((await call('GET', `/editions/${day}`)).code).toBe('not_found');
    },
  );

  it.each(['limit=0', 'limit=101', 'limit=-1', 'limit=1e2', 'limit=NaN', 'page=0', 'page=1.5'])(
    'cannot be cut by %s',
    async (query) => {
      const { call } = await openApiSite();
      expect((await call('GET', `/editions/2026-11-20?${query}`)).code).toBe('bad_request');
    },
  );
});

describe('what is trending', () => {
  it('is told with the hottest first, of one category if asked', async () => {
    const { call, person, people } = await openApiSite();
    const [ana, ben] = [await person('ana'), await person('ben')];
    await people.votes.cast(ana.account, NORMS);
    await people.votes.cast(ana.account, 'cs/9809007' as PaperId);
    await people.votes.cast(ben.account, 'cs/9809007' as PaperId);
    const idsOf = async (query: string) =>
      (await call('GET', `/trending${query}`)).json.papers.map(({ id }: { id: string }) => id);
    expect(await idsOf('')).toEqual(['cs/9809007', NORMS]);
    expect(await idsOf('?limit=1')).toEqual(['cs/9809007']);
    expect(await idsOf('?limit=1&page=2')).toEqual([NORMS]);
    expect(await idsOf('?category=math.NA')).toEqual([NORMS]);
    expect(await idsOf('?category=none.XX')).toEqual([]);
  });

  it.each(['a%00b', 'x'.repeat(61)])('is of no category such as %s', async (category) => {
    const { call } = await openApiSite();
    expect((await call('GET', `/trending?category=${category}`)).code).toBe('bad_request');
  });
});

describe('whose token it is', () => {
  it('is told with what the token may do, and without secrets of the account', async () => {
    const { call, person, tokenFor } = await openApiSite();
    const { account } = await person('ana', { displayName: 'Ana Ruiz', role: 'curator' });
    const token = await tokenFor(account, ['vote']);
    const { status, json } = await call('GET', '/me', { token });
    expect(status).toBe(200);
    expect(json).toEqual({
      name: 'ana',
      displayName: 'Ana Ruiz',
      biography: '',
      role: 'curator',
      createdAt: expect.stringMatching(MOMENT),
      scopes: ['vote'],
    });
  });
});
