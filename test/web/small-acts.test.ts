/** Votes, follows, hidden papers, collections and profiles, as people and attackers meet them. */

import { Parser } from 'htmlparser2';
import { sql } from 'kysely';
import { describe, expect, it } from 'vitest';
import type { Account } from '../../src/accounts/account.js';
import type { CollectionId } from '../../src/community/collections.js';
import { toFollow } from '../../src/community/follows.js';
import type { PaperId } from '../../src/papers/identifiers.js';
import type { PaperRecord } from '../../src/papers/paper.js';
import { SaveTo } from '../../src/web/collection-forms.js';
import { FollowButton } from '../../src/web/follow-button.js';
import { STRANGER } from '../../src/web/visitor.js';
import { VoteButton } from '../../src/web/vote-button.js';
import { addAccount } from '../support/accounts.js';
import { record } from '../support/catalogue.js';
import { openCommunitySite } from '../support/community-site.js';

const NORMS = '2611.00001' as PaperId;
const MASKS = '2611.00002' as PaperId;
const OLD = '2609.00003' as PaperId;

const SCRIPT = '<script>alert(1)</script>';

const RECORDS: readonly PaperRecord[] = [
  record({
    title: `On norms ${SCRIPT}`,
    names: [NORMS],
    authors: ['Ada Lovelace', 'Emmy Noether'],
    categories: ['math.NA'],
    published: '2026-11-18',
  }),
  record({
    title: 'Masks',
    abstract: 'Nothing but masks and pie.',
    names: [MASKS],
    authors: ['Grace Hopper'],
    categories: ['cs.LG'],
    published: '2026-11-19',
  }),
  record({
    title: 'Old norms',
    names: [OLD],
    authors: ['Ada Lovelace'],
    categories: ['math.NA'],
    published: '2026-09-01',
  }),
];

async function open() {
  const site = await openCommunitySite(RECORDS);
  const ana = await addAccount(site.database, { name: 'ana', displayName: 'Ana Ruiz' });
  const ben = await addAccount(site.database, { name: 'ben' });
  const collect = (account: Account, changes: object = {}): Promise<CollectionId> =>
    site.web.collections.create(account.id, {
      title: 'Norms',
      description: '',
      visibility: 'private',
      ...changes,
    });
  return { ...site, ana, ben, collect };
}

/** Elements and attributes that run something, as a browser finds them in a page. */
function dangersIn(html: string): string[] {
  const dangers: string[] = [];
  const parser = new Parser({
    onopentag(name, attributes) {
      if (['script', 'img', 'iframe', 'object', 'embed'].includes(name)) dangers.push(name);
      for (const [attribute, value] of Object.entries(attributes)) {
        const isDangerous = /^on/i.test(attribute) || /^\s*javascript:/i.test(value);
        if (isDangerous) dangers.push(`${name} ${attribute}`);
      }
    },
  });
  parser.end(html);
  return dangers;
}

/** Texts that have broken other people's pages and databases. */
const ODD_IDS: readonly string[] = [
  '',
  ' ',
  '0',
  '-1',
  '1e400',
  'NaN',
  '[object Object]',
  '["2611.00001"]',
  "' or 1=1 --",
  '../../etc/passwd',
  'javascript:alert(1)',
  SCRIPT,
  '\u0000',
  '2611.00001\u0000',
  '\ud800',
  '\u202e10000.1162',
  '2611.99999',
  'x'.repeat(9_000),
  'AAAAAAAAAAAAAAAAAAAAAA',
];

describe('a vote', () => {
  it('is told to programs, and leads people back to the page where they were', async () => {
    const { as, ana } = await open();
    const json = await as(ana).post('/votes', { paper: NORMS }, { Accept: 'application/json' });
    expect(json.status).toBe(200);
    expect(JSON.parse(json.text)).toEqual({ paper: NORMS, votes: 1, voted: true });

    const again = await as(ana).post('/votes', { paper: NORMS, back: '/week/2026-W47?page=2' });
    expect([again.status, again.location]).toEqual([303, '/week/2026-W47?page=2']);
    const undone = await as(ana).post('/votes/undo', { paper: `arXiv:${NORMS}v3` });
    expect([undone.status, undone.location]).toEqual([303, `/papers/${NORMS}`]);
    const twice = await as(ana).post(
      '/votes/undo',
      { paper: NORMS },
      { Accept: 'application/json' },
    );
    expect(JSON.parse(twice.text)).toEqual({ paper: NORMS, votes: 0, voted: false });
  });

  it.each(['https://evil.example', '//evil.example', '/\\evil.example', 'javascript:alert(1)'])(
    'leads nobody elsewhere: %s',
    async (back) => {
      const { as, ana } = await open();
      const answer = await as(ana).post('/votes', { paper: NORMS, back });
      expect([answer.status, answer.location]).toEqual([303, '/']);
    },
  );

  it.each(['/votes', '/votes/undo', '/dismissals', '/dismissals/undo', '/follows', '/collections'])(
    'and any other act of a stranger is refused: %s',
    async (path) => {
      const { as } = await open();
      const answer = await as().post(path, {
        paper: NORMS,
        kind: 'author',
        value: 'x',
        title: 'x',
      });
      expect(answer.status).toBe(401);
    },
  );

  it.each(ODD_IDS)('for a paper that is none is refused, case %#', async (paper) => {
    const { as, ana, logged, database } = await open();
    for (const path of ['/votes', '/votes/undo', '/dismissals', '/dismissals/undo']) {
      const answer = await as(ana).post(path, { paper });
      expect([404, 422]).toContain(answer.status);
    }
    const { rows } = await sql`select * from votes`.execute(database.connection);
    expect(rows).toEqual([]);
    expect(logged).toEqual([]);
  });

  it('is not read from lists, files, objects or JSON', async () => {
    const { as, ana, logged } = await open();
    const file = new FormData();
    file.set('paper', new File([NORMS], 'paper.txt'));
    const bodies: RequestInit[] = [
      { body: file },
      { body: new URLSearchParams([['paper[]', NORMS]]) },
      { body: new URLSearchParams([['paper[id]', NORMS]]) },
      { body: new URLSearchParams([['paper.id', NORMS]]) },
      { body: `{"paper":"${NORMS}"}`, headers: { 'Content-Type': 'application/json' } },
      { body: `paper=${NORMS}`, headers: { 'Content-Type': 'text/plain' } },
      {},
    ];
    for (const options of bodies) {
      const answer = await as(ana).send('/votes', { method: 'POST', ...options });
      expect(answer.status).toBe(422);
    }
    expect(logged).toEqual([]);
  });

  it('is always that of whoever is signed in, whatever the form says', async () => {
    const { as, ana, ben, web } = await open();
    await as(ana).post('/votes', {
      paper: NORMS,
      account_id: ben.id,
      accountId: ben.id,
      account: ben.id,
      weight: '1000',
      is_own: '0',
    });
    expect(await web.votes.votedFor(ben.id, [NORMS])).toEqual(new Set());
    expect(await web.votes.votedFor(ana.id, [NORMS])).toEqual(new Set([NORMS]));
  });

  it('is given by a button that says what it does', async () => {
    const { web, ana } = await open();
    const visitor = { ...STRANGER, account: ana, csrfToken: 'a-token' };
    const paper = { id: NORMS, title: 'On norms' };
    const props = { paper, standing: { votes: 12 }, back: '/' };
    const given = String(VoteButton({ ...props, view: { ...web, visitor }, voted: true }));
    expect(given).toContain('action="/votes/undo"');
    expect(given).toContain('aria-pressed="true"');
    expect(given).toContain('name="csrf" value="a-token"');
    expect(given).toContain('>12 votes<');
    const one = { ...props, standing: { votes: 1 }, back: '/week/2026-W47' };
    const link = String(VoteButton({ ...one, view: { ...web, visitor: STRANGER }, voted: false }));
    expect(link).toContain('href="/sign-in?back=%2Fweek%2F2026-W47"');
    expect(link).toContain('1 vote<');
  });
});

describe('following', () => {
  it('shows new papers once, newest first, and says why', async () => {
    const { as, ana } = await open();
    for (const fields of [
      { kind: 'author', value: 'Ada Lovelace' },
      { kind: 'category', value: 'math.NA' },
      { kind: 'search', value: 'masks pie' },
    ]) {
      const answer = await as(ana).post('/follows', fields);
      expect([answer.status, answer.location]).toEqual([303, '/following']);
    }
    const { status, text, headers } = await as(ana).get('/following');
    expect(status).toBe(200);
    expect(headers.get('Cache-Control')).toBe('no-store');
    const shown = [...text.matchAll(/<article data-paper-id="([^"]+)"/g)].map(([, id]) => id);
    expect(shown).toEqual([MASKS, NORMS]);
    const reasons = [...text.matchAll(/<p class="because">(.*?)<\/p>/g)].map(([, line = '']) =>
      line.replace(/<[^>]+>/g, ''),
    );
    expect(reasons).toEqual([
      'Shown since it matches your search masks pie',
      'Shown in math.NA, by Ada Lovelace',
    ]);
    expect(text).not.toContain(SCRIPT);
  });

  it('leaves out what is hidden, at once, with a line to undo it', async () => {
    const { as, ana } = await open();
    await as(ana).post('/follows', { kind: 'category', value: 'math.NA' });
    const hidden = await as(ana).post('/dismissals', { paper: NORMS, back: '/following' });
    expect(hidden.location).toBe(`/following?hidden=${NORMS}`);
    const page = await as(ana).get(hidden.location ?? '');
    expect(page.text).not.toContain(`<article data-paper-id="${NORMS}"`);
    expect(page.text).toContain('Hidden:');
    expect(page.text).toContain('action="/dismissals/undo"');
    const undone = await as(ana).post('/dismissals/undo', {
      paper: NORMS,
      back: hidden.location ?? '',
    });
    expect(undone.location).toBe('/following');
    expect((await as(ana).get('/following')).text).toContain(`<article data-paper-id="${NORMS}"`);
  });

  it('begins and ends by a button that says which', async () => {
    const { web, ana } = await open();
    const visitor = { ...STRANGER, account: ana, csrfToken: 'a-token' };
    const props = { follow: toFollow('author', `Ada ${SCRIPT}`), back: '/search?q=x' };
    const begin = FollowButton({ ...props, view: { ...web, visitor }, isFollowed: false });
    expect(String(begin)).toContain('action="/follows"');
    expect(String(begin)).toContain('Follow this author');
    const end = FollowButton({ ...props, view: { ...web, visitor }, isFollowed: true });
    expect(String(end)).toContain('action="/follows/remove"');
    expect(dangersIn(String(begin) + String(end))).toEqual([]);
    const view = { ...web, visitor: STRANGER };
    const strange = String(FollowButton({ ...props, view, isFollowed: false }));
    expect(strange).toContain('href="/sign-in?back=%2Fsearch%3Fq%3Dx"');
  });

  it('ends by the button beside each, for oneself alone', async () => {
    const { as, ana, ben, web } = await open();
    await web.follows.follow(ana.id, toFollow('author', 'Ada Lovelace'));
    await as(ben).post('/follows/remove', { kind: 'author', value: 'ada lovelace' });
    expect(await web.follows.followsOf(ana.id)).toHaveLength(1);
    await as(ana).post('/follows/remove', { kind: 'author', value: 'ada lovelace' });
    expect(await web.follows.followsOf(ana.id)).toEqual([]);
    expect((await as(ana).get('/following')).text).toContain('You follow nothing yet');
  });

  it.each([
    { kind: 'everything', value: 'x' },
    { kind: 'author' },
    { value: 'x' },
    { kind: 'author', value: '' },
    { kind: 'author', value: 'x'.repeat(10_000) },
    { kind: '__proto__', value: 'x' },
    { 'kind[]': 'author', value: 'x' },
  ])('refuses what cannot be followed, case %#', async (fields) => {
    const { as, ana, web } = await open();
    const answer = await as(ana).post('/follows', fields as unknown as Record<string, string>);
    expect(answer.status).toBe(422);
    expect(await web.follows.followsOf(ana.id)).toEqual([]);
  });

  it('searches any text that somebody follows without a fault', async () => {
    const { as, ana, logged } = await open();
    for (const value of [
      SCRIPT,
      '"',
      '!!!',
      '-',
      'cat:',
      'id:x',
      '*',
      'is:withdrawn',
      '%00',
      '("',
    ]) {
      await as(ana).post('/follows', { kind: 'search', value });
    }
    const { status, text } = await as(ana).get('/following');
    expect(status).toBe(200);
    expect(text).not.toContain(SCRIPT);
    expect(logged).toEqual([]);
  });

  it.each(['0', '-1', '1.5', 'x', '1e9', '9999999'])('has no page %s', async (page) => {
    const { as, ana } = await open();
    expect((await as(ana).get(`/following?page=${page}`)).status).toBe(400);
  });

  it.each(ODD_IDS)('is not disturbed by a hidden paper that is none, case %#', async (id) => {
    const { as, ana, logged } = await open();
    const { status } = await as(ana).get(
      `/following?hidden=${encodeURIComponent(id.toWellFormed())}`,
    );
    expect(status).toBe(200);
    expect(logged).toEqual([]);
  });
});

describe('hidden papers', () => {
  it('are listed for oneself alone, and can be shown again', async () => {
    const { as, ana, ben } = await open();
    await as(ana).post('/dismissals', { paper: MASKS });
    const page = await as(ana).get('/settings/dismissed');
    expect(page.text).toContain('Masks');
    expect((await as(ben).get('/settings/dismissed')).text).not.toContain('Masks');
    expect((await as().get('/settings/dismissed')).status).toBe(401);
    await as(ben).post('/dismissals/undo', { paper: MASKS });
    expect((await as(ana).get('/settings/dismissed')).text).toContain('Masks');
    await as(ana).post('/dismissals/undo', { paper: MASKS });
    expect((await as(ana).get('/settings/dismissed')).text).toContain('You have hidden no paper');
  });

  it('are told to programs', async () => {
    const { as, ana } = await open();
    const answer = await as(ana).post(
      '/dismissals',
      { paper: MASKS },
      { Accept: 'application/json' },
    );
    expect(JSON.parse(answer.text)).toEqual({ paper: MASKS, dismissed: true });
  });
});

describe('a collection', () => {
  it('is made, filled, annotated, ordered and read', async () => {
    const { as, ana } = await open();
    expect((await as(ana).get(`/collections/new?paper=${NORMS}`)).text).toContain(NORMS);
    const made = await as(ana).post('/collections', {
      title: 'To read',
      description: 'First line\nSecond line',
      visibility: 'public',
      paper: NORMS,
    });
    const path = made.location ?? '';
    expect(path).toMatch(/^\/collections\/[\w-]{22}$/);
    await as(ana).post(`${path}/papers`, { paper: MASKS });
    await as(ana).post(`${path}/papers/note`, { paper: MASKS, note: 'A <b>note</b>' });
    const moved = await as(ana).post(`${path}/papers/move`, { paper: MASKS, to: 'up', back: path });
    expect([moved.status, moved.location]).toEqual([303, path]);
    const { text, status } = await as().get(path);
    expect(status).toBe(200);
    expect(text.indexOf(MASKS)).toBeLessThan(text.indexOf(NORMS));
    expect(text).toContain('A &lt;b&gt;note&lt;/b&gt;');
    expect(text).toContain('Ana Ruiz');
    expect(text).not.toContain('/papers/note');
    expect(text).not.toContain('noindex');
    await as(ana).post(`${path}/papers/remove`, { paper: MASKS });
    expect((await as().get(path)).text).not.toContain('Masks');
    const list = await as().get('/collections');
    expect(list.text).toContain('To read');
    await as(ana).post(`${path}/delete`);
    expect((await as(ana).get(path)).status).toBe(404);
  });

  it.each([
    ['private', 404, 404],
    ['link', 200, 200],
    ['public', 200, 200],
  ])('that is %s answers others %d and strangers %d', async (visibility, others, strangers) => {
    const { as, ana, ben, collect } = await open();
    const id = await collect(ana, { visibility });
    const moderator = { ...ben, role: 'moderator' as const };
    expect((await as(ana).get(`/collections/${id}`)).status).toBe(200);
    expect((await as(ben).get(`/collections/${id}`)).status).toBe(others);
    expect((await as(moderator).get(`/collections/${id}`)).status).toBe(others);
    expect((await as().get(`/collections/${id}`)).status).toBe(strangers);
  });

  it('hides a paper from a reader who is not interested, with a line to undo it', async () => {
    const { as, ana, ben, collect, web } = await open();
    const id = await collect(ana, { visibility: 'public' });
    await web.collections.add(ana, id, MASKS);
    const path = `/collections/${id}`;
    const hidden = await as(ben).post('/dismissals', { paper: MASKS, back: path });
    const page = await as(ben).get(hidden.location ?? '');
    expect(page.text).not.toContain(`<article data-paper-id="${MASKS}"`);
    expect(page.text).toContain('action="/dismissals/undo"');
    expect((await as(ana).get(path)).text).toContain(`<article data-paper-id="${MASKS}"`);
  });

  it('that is not public is kept out of lists, indexes and referrers', async () => {
    const { as, ana, collect, web } = await open();
    const id = await collect(ana, { visibility: 'link' });
    await web.collections.add(ana, id, NORMS);
    const page = await as().get(`/collections/${id}`);
    expect(page.text).toContain('content="noindex"');
    expect(page.headers.get('Referrer-Policy')).toBe('same-origin');
    expect((await as().get('/collections')).text).not.toContain(id);
    expect((await as().get('/@ana')).text).not.toContain(id);
  });

  it('that a moderator has hidden is there for its owner alone', async () => {
    const { as, ana, ben, collect, web, database } = await open();
    const id = await collect(ana, { visibility: 'public' });
    await database.connection
      .transaction()
      .execute((transaction) => web.collections.setHidden(transaction, id, true));
    expect((await as(ben).get(`/collections/${id}`)).status).toBe(404);
    expect((await as().get(`/collections/${id}`)).status).toBe(404);
    expect((await as(ana).get(`/collections/${id}`)).text).toContain('A moderator has hidden');
  });

  it.each([
    ['get', '/edit', {}],
    ['post', '', { title: 'Mine now', visibility: 'public' }],
    ['post', '/delete', {}],
    ['post', '/papers', { paper: MASKS }],
    ['post', '/papers/remove', { paper: NORMS }],
    ['post', '/papers/note', { paper: NORMS, note: 'x' }],
    ['post', '/papers/move', { paper: NORMS, to: 'last' }],
  ] as const)('of somebody else cannot be changed: %s %s', async (method, path, fields) => {
    const { as, ana, ben, collect, web } = await open();
    for (const visibility of ['private', 'link', 'public']) {
      const id = await collect(ana, { visibility });
      await web.collections.add(ana, id, NORMS);
      const whole = `/collections/${id}${path}`;
      for (const account of [ben, { ...ben, role: 'operator' as const }]) {
        const other = as(account);
        const answer = method === 'get' ? await other.get(whole) : await other.post(whole, fields);
        expect(answer.status).toBe(404);
      }
      const stranger = as();
      const refused =
        method === 'get' ? await stranger.get(whole) : await stranger.post(whole, fields);
      expect(refused.status).toBe(401);
      expect(await web.collections.find(id)).toMatchObject({ title: 'Norms', papers: 1 });
      const [held] = await web.collections.papersOf(id, { offset: 0, limit: 5 });
      expect(held).toMatchObject({ paperId: NORMS, note: '' });
    }
  });

  it('is offered beside a paper, with what to do about each', async () => {
    const { ana, collect, web } = await open();
    const full = await collect(ana, { title: SCRIPT });
    const empty = await collect(ana);
    await web.collections.add(ana, full, NORMS);
    const props = {
      paper: { id: NORMS, title: 'On norms' },
      collections: await web.collections.ofAccount(ana.id),
      holding: await web.collections.holding(ana.id, NORMS),
      back: `/papers/${NORMS}`,
    };
    const visitor = { ...STRANGER, account: ana, csrfToken: 'a-token' };
    const own = String(SaveTo({ ...props, view: { ...web, visitor } }));
    expect(own).toContain('Saved in 1 collection<');
    expect(own).toContain(`action="/collections/${full}/papers/remove"`);
    expect(own).toContain(`action="/collections/${empty}/papers"`);
    expect(own).toContain(`href="/collections/new?paper=${NORMS}"`);
    expect(own.match(/value="a-token"/g)).toHaveLength(2);
    expect(dangersIn(own)).toEqual([]);
    const strange = String(SaveTo({ ...props, view: { ...web, visitor: STRANGER } }));
    expect(strange).toContain(`href="/sign-in?back=${encodeURIComponent(props.back)}"`);
  });

  it('takes nothing from a form but what it has fields for', async () => {
    const { as, ana, ben, web } = await open();
    const made = await as(ana).post('/collections', {
      title: 'Mine',
      account_id: ben.id,
      ownerId: ben.id,
      id: 'AAAAAAAAAAAAAAAAAAAAAA',
      hidden_at_ms: '1',
      created_at_ms: '0',
      role: 'operator',
    });
    const id = (made.location ?? '').slice('/collections/'.length);
    expect(await web.collections.find(id)).toMatchObject({
      ownerId: ana.id,
      visibility: 'private',
      isHidden: false,
    });
    expect(await web.collections.ofAccount(ben.id)).toEqual([]);
    await as(ana).post(`/collections/${id}`, { title: 'Still mine', account_id: ben.id });
    expect(await web.collections.find(id)).toMatchObject({
      ownerId: ana.id,
      title: 'Still mine',
      visibility: 'private',
    });
  });

  it.each([
    { title: '' },
    { title: '\u200b' },
    { title: 'x'.repeat(10_000) },
    { title: 'x', description: 'x'.repeat(10_000) },
    { title: 'x', visibility: 'everyone' },
    { title: 'x', visibility: 'public ' },
    { description: 'x' },
    { 'title[]': 'x' },
    { title: 'x', paper: '' },
  ])('with words that cannot be kept is refused, case %#', async (fields) => {
    const { as, ana, web } = await open();
    const answer = await as(ana).post('/collections', fields as unknown as Record<string, string>);
    expect(answer.status).toBe(422);
    expect(await web.collections.ofAccount(ana.id)).toEqual([]);
  });

  it('gives back what was typed when it cannot be kept', async () => {
    const { as, ana, collect } = await open();
    const words = { title: 'x'.repeat(200), description: `Kept ${SCRIPT}` };
    const made = await as(ana).post('/collections', words);
    expect(made.text).toContain('Kept &lt;script&gt;');
    expect(made.text).toContain('at most 120 are kept');
    const id = await collect(ana);
    const edited = await as(ana).post(`/collections/${id}`, words);
    expect([edited.status, edited.text.includes('Kept &lt;script&gt;')]).toEqual([422, true]);
  });

  it.each([
    ['/note', { note: 'x'.repeat(10_240) }],
    ['/note', {}],
    ['/move', { to: 'nowhere' }],
    ['/move', { to: '1' }],
    ['/move', {}],
  ])('refuses an odd act on a paper: %s, case %#', async (path, fields) => {
    const { as, ana, collect, web } = await open();
    const id = await collect(ana);
    await web.collections.add(ana, id, NORMS);
    const answer = await as(ana).post(`/collections/${id}/papers${path}`, {
      paper: NORMS,
      ...(fields as unknown as Record<string, string>),
    });
    expect(answer.status).toBe(422);
  });

  it.each(ODD_IDS)('of an odd address or with an odd paper is refused, case %#', async (odd) => {
    const { as, ana, collect, logged } = await open();
    const id = await collect(ana);
    const segment = encodeURIComponent(odd.toWellFormed()) || '%20';
    for (const path of ['', '/edit']) {
      expect((await as(ana).get(`/collections/${segment}${path}`)).status).toBe(404);
    }
    expect((await as(ana).post(`/collections/${segment}/papers`, { paper: NORMS })).status).toBe(
      404,
    );
    for (const path of ['', '/remove', '/note', '/move']) {
      const answer = await as(ana).post(`/collections/${id}/papers${path}`, {
        paper: odd,
        note: '',
        to: 'up',
      });
      expect([404, 422]).toContain(answer.status);
    }
    const made = await as(ana).post('/collections', { title: 'x', paper: odd });
    expect([404, 422]).toContain(made.status);
    expect(logged).toEqual([]);
  });

  it('shows whatever it is called as the text that it is', async () => {
    const { as, ana, collect, web } = await open();
    const attack = `"><img src=x onerror=alert(1)>${SCRIPT}</title><svg/onload=alert(1)>`;
    const id = await collect(ana, {
      title: attack,
      description: attack,
      visibility: 'public',
    });
    await web.collections.add(ana, id, NORMS);
    await web.collections.annotate(ana.id, id, NORMS, attack);
    for (const path of [`/collections/${id}`, `/collections/${id}/edit`, '/collections', '/@ana']) {
      const { text } = await as(ana).get(path);
      expect(dangersIn(text)).toEqual([]);
      expect(text).toContain('&lt;img');
    }
  });
});

describe('a profile', () => {
  it('shows what somebody has done in public, and votes only when they like', async () => {
    const { as, ana, ben, collect, web, database } = await open();
    const id = await collect(ana, { visibility: 'public', title: 'Mine to show' });
    await collect(ana, { title: 'Mine alone' });
    await web.collections.add(ana, id, MASKS);
    await web.votes.cast(ana, OLD);
    await sql`update accounts set biography = ${`I like ${SCRIPT}`} where id = ${ana.id}`.execute(
      database.connection,
    );
    await sql`
      insert into authorship_claims
        (id, account_id, paper_id, author_name, statement, status, claimed_at_ms)
      values ('1', ${ana.id}, ${NORMS}, 'Ada Lovelace', '', 'accepted', 0),
             ('2', ${ana.id}, ${MASKS}, 'Grace Hopper', '', 'pending', 0)
    `.execute(database.connection);
    const { text, status } = await as(ben).get('/@ana');
    expect(status).toBe(200);
    expect(text).toContain('Ana Ruiz');
    expect(text).toContain('Mine to show');
    expect(text).toContain('On norms');
    expect(text).not.toMatch(/Mine alone|Masks|Old norms|example\.org|<script>/);
    expect(text).not.toContain('noindex');

    await web.accounts.update(ana.id, { preferences: { showsVotes: true } });
    expect((await as().get('/@ana')).text).toContain('Old norms');
    expect((await as().get('/@ana?page=9')).status).toBe(404);
  });

  it('of somebody who has done nothing is not for indexes', async () => {
    const { as } = await open();
    expect((await as().get('/@ben')).text).toContain('content="noindex"');
  });

  it('of somebody banned or unknown is not there', async () => {
    const { as, ben, web, logged } = await open();
    await web.accounts.ban(ben.id, 'spam');
    for (const name of ['ben', 'nobody', 'x'.repeat(500), '%00', "'--", '%F0%9F%98%80']) {
      expect((await as().get(`/@${name}`)).status).toBe(404);
    }
    expect(logged).toEqual([]);
  });
});
