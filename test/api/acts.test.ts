/** What people do through the interface for programs: vote, comment, submit, keep. */

import { describe, expect, it } from 'vitest';
import type { PaperId } from '../../src/papers/identifiers.js';
import { type ApiSite, type Json, openApiSite } from './api-site.js';

const NORMS = '2611.00001' as PaperId;
const OLDER = 'cs/9809007' as PaperId;

const MOMENT = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;

async function openWithPeople(options: Parameters<typeof openApiSite>[0] = {}) {
  const site = await openApiSite(options);
  return { ...site, ana: await site.person('ana'), ben: await site.person('ben') };
}

describe('a vote', () => {
  it('is cast and taken back, and doing so again changes nothing', async () => {
    const { call, ana, ben } = await openWithPeople();
    await call('PUT', `/papers/${NORMS}/vote`, { token: ben.token });
    const path = '/papers/arxiv:2611.00001v2/vote';
    for (let times = 0; times < 2; times += 1) {
      const { status, json } = await call('PUT', path, { token: ana.token });
      expect([status, json]).toEqual([200, { paper: NORMS, votes: 2, voted: true }]);
    }
    for (let times = 0; times < 2; times += 1) {
      const { status, json } = await call('DELETE', path, { token: ana.token });
      expect([status, json]).toEqual([200, { paper: NORMS, votes: 1, voted: false }]);
    }
  });

  it('reaches papers whose names hold slashes, colons and the word itself', async () => {
    const { call, ana } = await openWithPeople();
    for (const [path, paper] of [
      ['cs/9809007', OLDER],
      ['doi:10.1145/3292500', 'doi:10.1145/3292500'],
      ['norms%2Fvote', 'norms/vote'],
      ['norms/vote', 'norms/vote'],
    ]) {
      const { json } = await call('PUT', `/papers/${path}/vote`, { token: ana.token });
      expect(json.paper, path).toBe(paper);
    }
  });

  it('cast two hundred times at once is one', async () => {
    const { call, ana, database } = await openWithPeople();
    const answers = await Promise.all(
      Array.from({ length: 200 }, () => call('PUT', `/papers/${NORMS}/vote`, { token: ana.token })),
    );
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]));
    expect((await call('GET', `/papers/${NORMS}`)).json.votes).toBe(1);
    const rows = await database.connection
      .$extendTables<{ votes: { paper_id: string } }>()
      .selectFrom('votes')
      .selectAll()
      .execute();
    expect(rows).toHaveLength(1);
  });

  it('counts by where it came from, as one from the pages does', async () => {
    const { call, person, clock, database } = await openApiSite();
    const young = { createdAtMs: clock.ms };
    for (const name of ['one', 'two']) {
      const { token } = await person(name, young);
      await call('PUT', `/papers/${NORMS}/vote`, { token });
    }
    const rows = await database.connection
      .$extendTables<{ evidence: { network: string | null; remark: string | null } }>()
      .selectFrom('evidence')
      .select(['network', 'remark'])
      .execute();
    expect(rows.map(({ network }) => network)).toEqual(['a network', 'a network']);
    expect(rows.map(({ remark }) => remark).sort()).toEqual(['new-account', 'same-network']);
  });
});

describe('a comment', () => {
  it('is written, answered, changed and taken back', async () => {
    const { call, ana, ben } = await openWithPeople();
    const at = `/papers/${NORMS}/comments`;
    const written = await call('POST', at, {
      token: ana.token,
      body: { text: 'A *fine* paper' },
    });
    expect(written.status).toBe(201);
    expect(written.json).toEqual({
      id: expect.any(String),
      paper: NORMS,
      parent: null,
      status: 'shown',
      reason: null,
      text: 'A *fine* paper',
      author: { name: 'ana', displayName: 'ana' },
      byPaperAuthor: false,
      writtenAt: expect.stringMatching(MOMENT),
      editedAt: null,
      path: `/comments/${written.json.id}`,
    });
    expect(written.headers.get('Location')).toBe(`/api/v1/comments/${written.json.id}`);

    const { id } = written.json;
    const answer = await call('POST', at, {
      token: ben.token,
      body: { text: 'Is it?', parent: id },
    });
    expect(answer.json).toMatchObject({ parent: id, author: { name: 'ben' } });

    const edited = await call('PATCH', `/comments/${id}`, {
      token: ana.token,
      body: { text: 'A *good* paper' },
    });
    expect(edited.status).toBe(200);
    expect(edited.json).toMatchObject({
      text: 'A *good* paper',
      editedAt: expect.stringMatching(MOMENT),
    });
    expect((await call('GET', `/comments/${id}`)).json).toEqual(edited.json);

    const { json } = await call('GET', at);
    expect(json).toMatchObject({ paper: NORMS, count: 2, page: 1, pages: 1, lock: null });
    expect(json.comments).toEqual([edited.json, answer.json]);
    expect((await call('GET', `${at}?page=2`)).json.comments).toEqual([]);

    const gone = await call('DELETE', `/comments/${id}`, { token: ana.token });
    expect(gone.json).toEqual({ comment: id, paper: NORMS, deleted: true });
    const [place] = (await call('GET', at)).json.comments;
    expect(place).toMatchObject({ id, status: 'deleted', text: null, author: null });
  });

  it('that waits is seen by its author and by moderators whose tokens may read', async () => {
    const site = await openWithPeople({ settings: { newComments: 'held' } });
    const { call, person, tokenFor, clock, ben } = site;
    const young = await person('young', { createdAtMs: clock.ms });
    const mona = await person('mona', { role: 'moderator' });
    const at = `/papers/${NORMS}/comments`;
    const { json } = await call('POST', at, { token: young.token, body: { text: 'I wait' } });
    expect(json).toMatchObject({ status: 'held', reason: expect.stringContaining('new accounts') });
    const seenBy = async (token?: string) => {
      const texts = (await call('GET', at, { token })).json.comments.map(({ text }: Json) => text);
      return [texts[0], (await call('GET', `/comments/${json.id}`, { token })).status];
    };
    expect(await seenBy(young.token)).toEqual(['I wait', 200]);
    expect(await seenBy(mona.token)).toEqual(['I wait', 200]);
    expect(await seenBy(ben.token)).toEqual([undefined, 404]);
    expect(await seenBy()).toEqual([undefined, 404]);
    // A program that may only write learns nothing that others may not read.
    const writing = await tokenFor(mona.account, ['comment']);
    expect(await seenBy(writing)).toEqual([undefined, 403]);
    expect(await seenBy(await tokenFor(ben.account, ['comment']))).toEqual([undefined, 404]);
  });

  it.each([
    [{ text: ' ' }, 'not_acceptable'],
    [{ text: 'x'.repeat(10_001) }, 'not_acceptable'],
    [{ text: ['a', 'b'] }, 'not_acceptable'],
    [{ text: 1.5 }, 'not_acceptable'],
    [{}, 'not_acceptable'],
    [[], 'bad_request'],
    ['"text"', 'bad_request'],
    ['null', 'bad_request'],
    [{ text: 'Yes', parent: 'x' }, 'not_found'],
    [{ text: 'Yes', parent: 7 }, 'not_acceptable'],
    [{ text: 'Yes', parent: { $ne: null } }, 'not_acceptable'],
    [{ text: 'Yes', parent: '00000000-0000-4000-8000-000000000000' }, 'not_found'],
  ])('is not made of %j', async (body, code) => {
    const { call, ana, people } = await openWithPeople();
    const answer = await call('POST', `/papers/${NORMS}/comments`, { token: ana.token, body });
    expect(answer.code).toBe(code);
    expect((await people.comments.discussionOf(NORMS, undefined)).count).toBe(0);
  });
});

const NEW = {
  id: '2611.01234',
  title: 'Attention Is Not All',
  abstract: 'We show that attention is not all, in a line that is long enough.',
  authors: ['Ana Ruiz'],
  categories: ['cs.CL'],
  published: '2026-11-18T15:00:00Z',
};
const OLD = { ...NEW, id: '1706.03762', title: 'All You Need', published: '2017-06-12T15:00:00Z' };

describe('a submission', () => {
  const submit = (site: ApiSite, token: string, body: Json) =>
    site.call('POST', '/submissions', { token, body });

  it('puts a paper into the list of the day, and a second one votes for it', async () => {
    const site = await openWithPeople({ arxivPapers: [NEW] });
    const { ana, ben, call } = site;
    const listed = { paper: NEW.id, day: '2026-11-20', listed: true };
    const first = await submit(site, ana.token, { paper: NEW.id, note: 'Read it' });
    expect([first.status, first.json]).toEqual([201, { ...listed, remark: null }]);
    const again = await submit(site, ben.token, { paper: `https://arxiv.org/abs/${NEW.id}v1` });
    expect([again.status, again.json]).toEqual([200, listed]);

    const { json } = await call('GET', '/editions/2026-11-20', { token: ben.token });
    expect(json.entries[0]).toMatchObject({
      picked: true,
      note: 'Read it',
      paper: { id: NEW.id, title: NEW.title, votes: 2, voted: true },
    });
  });

  it('tells a curator what the others would be refused for', async () => {
    const site = await openWithPeople({ arxivPapers: [OLD] });
    const cleo = await site.person('cleo', { role: 'curator' });
    expect((await submit(site, site.ana.token, { paper: OLD.id })).code).toBe('not_acceptable');
    const { status, json } = await submit(site, cleo.token, { paper: OLD.id });
    expect([status, json.remark]).toEqual([201, expect.stringContaining('12 June 2017')]);
  });

  it.each([
    [{ paper: '' }, 'not_acceptable'],
    [{ paper: 'nothing that names a paper' }, 'not_acceptable'],
    [{ paper: 2611.01234 }, 'not_acceptable'],
    [{ paper: [NEW.id] }, 'not_acceptable'],
    [{ paper: { id: NEW.id } }, 'not_acceptable'],
    [{ paper: NEW.id, note: 5 }, 'not_acceptable'],
    [{ paper: NEW.id, note: 'x'.repeat(501) }, 'not_acceptable'],
    [{ paper: '2611.09999' }, 'not_found'],
    [{ paper: 'http://169.254.169.254/latest' }, 'url_not_allowed'],
  ])('is not made of %j', async (body, code) => {
    const site = await openWithPeople({ arxivPapers: [NEW] });
    const answer = await submit(site, site.ana.token, body);
    expect(answer.code).toBe(code);
    expect((await site.call('GET', '/editions/2026-11-20')).json.picked).toBe(0);
  });

  it('is looked up only so often, since each may ask other hosts', async () => {
    const site = await openWithPeople({ arxivPapers: [NEW] });
    await submit(site, site.ana.token, { paper: NEW.id });
    const codes = [];
    for (let times = 0; times < 30; times += 1) {
      codes.push(await submit(site, site.ana.token, { paper: NEW.id }));
    }
    expect(codes.filter(({ status }) => status === 200)).toHaveLength(29);
    expect(codes.at(-1)?.code).toBe('too_many');
    expect(Number(codes.at(-1)?.headers.get('Retry-After'))).toBeGreaterThan(0);
    expect((await submit(site, site.ben.token, { paper: NEW.id })).status).toBe(200);
  });
});

describe('a collection', () => {
  it('is made, filled, described anew, read and removed', async () => {
    const { call, ana } = await openWithPeople();
    const { token } = ana;
    const made = await call('POST', '/collections', { token, body: { title: 'Norms' } });
    const { id } = made.json;
    expect(made.status).toBe(201);
    expect(made.headers.get('Location')).toBe(`/api/v1/collections/${id}`);
    expect(made.json).toEqual({
      id,
      title: 'Norms',
      description: '',
      visibility: 'private',
      hidden: false,
      owner: { name: 'ana', displayName: 'ana' },
      total: 0,
      createdAt: expect.stringMatching(MOMENT),
      changedAt: expect.stringMatching(MOMENT),
      path: `/collections/${id}`,
    });

    const at = `/collections/${id}/papers`;
    const kept = await call('PUT', `${at}/${OLDER}`, { token, body: { note: 'First' } });
    expect([kept.status, kept.json]).toEqual([201, { collection: id, paper: OLDER, saved: true }]);
    expect((await call('PUT', `${at}/${NORMS}`, { token })).status).toBe(201);
    // Once more without a note leaves the note as it is.
    expect((await call('PUT', `${at}/${OLDER}`, { token })).status).toBe(200);
    await call('PUT', `${at}/${NORMS}`, { token, body: { note: 'Second' } });

    const body = { visibility: 'public' };
    const changed = await call('PATCH', `/collections/${id}`, { token, body });
    expect(changed.json).toMatchObject({ title: 'Norms', visibility: 'public', total: 2 });
    const read = await call('GET', `/collections/${id}?limit=1&page=2`);
    expect(read.json).toMatchObject({ title: 'Norms', total: 2, page: 2, limit: 1 });
    expect(read.json.entries).toMatchObject([{ note: 'Second', paper: { id: NORMS } }]);
    const all = (await call('GET', `/collections/${id}`)).json.entries;
    expect(all.map(({ note }: Json) => note)).toEqual(['First', 'Second']);
    expect(all[0].addedAt).toMatch(MOMENT);

    const out = await call('DELETE', `${at}/${OLDER}`, { token });
    expect(out.json).toEqual({ collection: id, paper: OLDER, saved: false });
    const { json } = await call('GET', '/collections', { token });
    expect(json.collections).toMatchObject([{ id, total: 1 }]);
    expect((await call('DELETE', `/collections/${id}`, { token })).json).toEqual({
      collection: id,
      deleted: true,
    });
    expect((await call('GET', `/collections/${id}`, { token })).code).toBe('not_found');
  });

  it('keeps no paper whose note cannot be kept', async () => {
    const { call, ana } = await openWithPeople();
    const { token } = ana;
    const { json } = await call('POST', '/collections', { token, body: { title: 'Norms' } });
    const at = `/collections/${json.id}/papers/${NORMS}`;
    const body = { note: 'x'.repeat(1_001) };
    expect((await call('PUT', at, { token, body })).code).toBe('not_acceptable');
    expect((await call('GET', `/collections/${json.id}`, { token })).json.total).toBe(0);
  });

  it.each([
    { title: ' ' },
    { title: 'x'.repeat(121) },
    { title: 5 },
    { title: 'Norms', description: ['a'] },
    { title: 'Norms', visibility: 'everybody' },
    { title: 'Norms', visibility: null },
    {},
  ])('is not made of %j', async (body) => {
    const { call, ana } = await openWithPeople();
    const { token } = ana;
    expect((await call('POST', '/collections', { token, body })).code).toBe('not_acceptable');
    expect((await call('GET', '/collections', { token })).json.collections).toEqual([]);
  });
});
