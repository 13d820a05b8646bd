/** The pages as browsers, crawlers and programs meet them: a real catalogue, a real engine. */

import { once } from 'node:events';
import { request as httpRequest, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';
import { serve } from '@hono/node-server';
import type { Hono } from 'hono';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { BroadsheetError } from '../../src/errors.js';
import type { Day } from '../../src/papers/dates.js';
import type { PaperRecord } from '../../src/papers/paper.js';
import { createPlainEngine } from '../../src/search/plain-engine.js';
import { LONGEST_ASKED } from '../../src/search/read-query.js';
import { createGatherStore, type GatherStore } from '../../src/sources/gather-store.js';
import { readSample } from '../../src/sources/sample/sample-client.js';
import type { PagesContext, Site } from '../../src/web/context.js';
import { pages } from '../../src/web/pages.js';
import { NOON, openCatalogue, record } from '../support/catalogue.js';
import { wholeSite } from '../support/whole-site.js';

const FRIDAY = '2026-11-20' as Day;
const SAMPLE = fileURLToPath(new URL('../../sample/papers.jsonl', import.meta.url));
const WEDNESDAY = '2026-11-18' as Day;

/** Every kind of page, by address. */
const PAGES = [
  '/',
  '/date/2026-11-20',
  '/week/2026-W47',
  '/month/2026-11',
  '/search',
  '/search?q=norms',
  '/search?q=norms&explain=1',
  '/papers/cs/9809007',
  '/about',
  '/nowhere',
  '/date/2026-02-30',
  '/search?page=0&q=norms',
];

const OTHER_ANSWERS = [
  '/papers/cs/9809007.md',
  '/papers/cs/9809007v2',
  '/papers',
  '/healthz',
  '/readyz',
  '/robots.txt',
  '/favicon.svg',
  '/opensearch.xml',
];

type Answer = { readonly status: number; readonly headers: Headers; readonly text: string };

type TestSite = {
  readonly app: Hono;
  readonly gatherings: GatherStore;
  readonly get: (path: string, headers?: Record<string, string>) => Promise<Answer>;
  /** What was logged. */
  readonly logged: readonly string[];
};

async function openSite(
  records: readonly PaperRecord[] = [],
  changes: Partial<PagesContext> & { readonly siteChanges?: Partial<Site> } = {},
): Promise<TestSite> {
  const { database, papers } = await openCatalogue();
  const gatherings = createGatherStore(database);
  const search = createPlainEngine();
  if (records.length > 0) await papers.add(records);
  await search.update(await papers.changesSince(0, 10_000));
  const { services, logged } = await wholeSite({ database, papers, search });
  const { siteChanges, ...contextChanges } = changes;
  const app = pages({
    ...services,
    gatherings,
    site: { ...services.site, ...siteChanges },
    ...contextChanges,
  });
  return {
    app,
    gatherings,
    logged,
    async get(path, headers = {}) {
      const response = await app.request(path, { headers });
      return { status: response.status, headers: response.headers, text: await response.text() };
    },
  };
}

/** A paper that arXiv announced on a day. */
function announced(day: Day, raw: Parameters<typeof record>[0]): PaperRecord {
  return record({ source: 'arxiv', announcedOn: day, published: day, ...raw });
}

/** So many papers of a day. */
function manyAnnounced(day: Day, count: number): PaperRecord[] {
  return Array.from({ length: count }, (_, at) =>
    announced(day, { title: `Norms, part ${at}`, names: [`2611.${String(10_000 + at)}`] }),
  );
}

const NORMS: PaperRecord = announced(FRIDAY, {
  title: 'On $\\ell_1$ norms',
  names: ['cs/9809007', '10.1000/norms'],
  abstract: 'We bound norms. See https://code.example/norms. Matryoshka dolls are not used.',
  authors: ["Andr\\'e Weil", 'Ada Lovelace', 'Grace Hopper', 'Alan Turing', 'Emmy Noether'],
  categories: ['math.NA', 'cs.LG'],
  version: 2,
  comment: '12 pages',
});

/** The titles of the papers that a page lists, in its order. */
function titlesOn({ text }: Answer): string[] {
  return [...text.matchAll(/<article[^>]*data-paper-id[^>]*><h2[^>]*><a[^>]*>(.*?)<\/a>/g)].map(
    ([, title = '']) => title.replace(/<annotation.*?<\/annotation>|<[^>]+>/g, ''),
  );
}

/** The lines under the titles, without their markup. */
function bylinesOn({ text }: Answer): string[] {
  return [...text.matchAll(/<(p|div) class="byline"[^>]*>(.*?)<\/\1>/g)].map(([, , line = '']) =>
    line.replace(/<time/g, ' <time').replace(/<[^>]+>/g, ''),
  );
}

/** Where the links of a page lead that match. */
function addressesOn({ text }: Answer, pattern: RegExp): string[] {
  return [...text.matchAll(/<a [^>]*href="([^"]*)"/g)]
    .map(([, address = '']) => address.replaceAll('&amp;', '&'))
    .filter((address) => pattern.test(address));
}

describe('the front page', () => {
  it('is the edition of today', async () => {
    const site = await openSite([NORMS, announced(WEDNESDAY, { title: 'An older paper' })]);
    const page = await site.get('/');
    expect(page.status).toBe(200);
    expect(page.text).toContain('<h1>Friday, 20 November 2026</h1>');
    expect(titlesOn(page)).toEqual(['On ℓ1 norms']);
    expect(page.text).toContain('data-paper-id="cs/9809007"');
    expect(page.text).toContain('<a href="/papers/cs/9809007">');
    expect(bylinesOn(page)).toEqual([
      'André Weil, Ada Lovelace, Grace Hopper and 2 others 20 November 2026',
    ]);
    expect(page.text).toContain('href="/search?q=cat%3Amath.NA"');
  });

  it('is the latest edition before today, and says so', async () => {
    const site = await openSite([announced(WEDNESDAY, { title: 'An older paper' })]);
    const { text } = await site.get('/');
    expect(text).toContain(
      'No papers yet for 20 November 2026; this is the edition of 18 November 2026.',
    );
    expect(text).toContain('<h1>Wednesday, 18 November 2026</h1>');
  });

  it('says that the sample is a sample', async () => {
    const site = await openSite([record({ source: 'sample', title: 'A known paper' })]);
    const { text } = await site.get('/');
    expect(text).toContain('This is a sample edition');
    expect(text).toContain('Sample summary, written by Broadsheet');
    expect(text).not.toContain('No papers yet');
  });

  it('tells what to do about an empty catalogue', async () => {
    const site = await openSite();
    const { status, text } = await site.get('/');
    expect(status).toBe(200);
    expect(text).toContain('broadsheet import papers.jsonl');
  });

  it('leads to search when no paper belongs to a day', async () => {
    const site = await openSite([record({ title: 'A paper of that year', published: '2019' })]);
    const { text } = await site.get('/');
    expect(text).toContain('There is 1 paper, none with a day that has come');
  });
});

describe('an edition', () => {
  it('leads to the editions around it, and to its week and month', async () => {
    const site = await openSite([
      announced('2026-11-17' as Day, { title: 'Of Tuesday' }),
      announced(WEDNESDAY, { title: 'Of Wednesday' }),
      announced(FRIDAY, { title: 'Of Friday' }),
    ]);
    const { text } = await site.get('/date/2026-11-18');
    for (const path of ['/date/2026-11-17', '/date/2026-11-20', '/week/2026-W47']) {
      expect(text).toContain(`href="${path}"`);
    }
    expect(text).toContain('href="/month/2026-11"');
  });

  it('of a week and of a month holds the papers of their days', async () => {
    const site = await openSite([
      NORMS,
      announced(WEDNESDAY, { title: 'Of Wednesday' }),
      announced('2026-11-02' as Day, { title: 'Of another week' }),
    ]);
    const week = await site.get('/week/2026-W47');
    expect(week.text).toContain('Week 47, 16–22 November 2026');
    expect(titlesOn(week)).toEqual(['On ℓ1 norms', 'Of Wednesday']);
    const month = await site.get('/month/2026-11');
    expect(titlesOn(month)).toHaveLength(3);
    expect(month.text).toContain('3 papers');
  });

  it('has pages of fifty', async () => {
    const site = await openSite(manyAnnounced(FRIDAY, 120));
    const [first, third] = [
      await site.get('/date/2026-11-20'),
      await site.get('/date/2026-11-20?page=3'),
    ];
    expect(titlesOn(first)).toHaveLength(50);
    expect(titlesOn(third)).toHaveLength(20);
    expect(first.text).toContain('href="/date/2026-11-20?page=2"');
    expect(third.text).toContain('Page 3 of 3');
    const fourth = await site.get('/date/2026-11-20?page=4');
    expect(fourth.status).toBe(404);
    expect(fourth.text).toContain('there are 3 pages');
    expect((await site.get('/date/2026-11-20?page=two')).status).toBe(400);
  });

  it.each([
    ['/date/2026-11-14', 'arXiv announces nothing on Saturdays and Sundays'],
    ['/date/2026-11-19', 'No papers are known for this day'],
    ['/date/2026-11-20', 'No papers have arrived yet for this day'],
    ['/date/2027-01-01', 'This day has not come yet'],
    ['/week/2026-W47', 'No papers have arrived yet for this week'],
    ['/month/2020-01', 'No papers are known for this month'],
  ])('without papers says why: %s', async (path, reason) => {
    const { status, text } = await (await openSite()).get(path);
    expect(status).toBe(200);
    expect(text).toContain(reason);
  });

  it.each(['/date/2026-02-30', '/date/today', '/week/2026-W54', '/month/2026-13', '/month/2026-1'])(
    'that cannot exist is not found: %s',
    async (path) => {
      const { status, text } = await (await openSite()).get(path);
      expect(status).toBe(404);
      expect(text).toMatch(/There is no (?:day|week|month) /);
    },
  );
});

describe('the page of a paper', () => {
  it('shows all that is known, and who said it', async () => {
    const { status, text } = await (await openSite([NORMS])).get('/papers/cs/9809007');
    expect(status).toBe(200);
    expect(text).toContain(
      '<bdi>André Weil</bdi>, <bdi>Ada Lovelace</bdi>, <bdi>Grace Hopper</bdi>',
    );
    expect(text).not.toContain('others');
    expect(text).toContain('href="https://arxiv.org/abs/cs/9809007"');
    expect(text).toContain('href="https://doi.org/10.1000/norms"');
    expect(text).toContain('href="https://code.example/norms"');
    expect(text).toContain('<dd>12 pages</dd>');
    expect(text).toContain('Where this comes from');
    expect(text).toContain(
      '<link rel="alternate" type="text/markdown" href="/papers/cs/9809007.md"/>',
    );
    expect(text).toContain('<meta name="citation_author" content="André Weil"/>');
    expect(text).toContain('<meta name="citation_arxiv_id" content="cs/9809007"/>');
    expect(text).toContain('<title>On ℓ_1 norms · The Daily Proof</title>');
  });

  it.each([
    ['/papers/cs/9809007v2', '/papers/cs/9809007'],
    ['/papers/doi:10.1000/norms', '/papers/cs/9809007'],
    ['/papers/doi:10.1000/NORMS.md', '/papers/cs/9809007.md'],
  ])('stands at one address: %s leads to %s', async (path, target) => {
    const { status, headers } = await (await openSite([NORMS])).get(path);
    expect(status).toBe(301);
    expect(headers.get('location')).toBe(target);
  });

  it('has a twin in Markdown, by its name or by what the client accepts', async () => {
    const site = await openSite([NORMS]);
    const twin = await site.get('/papers/cs/9809007.md');
    expect(twin.headers.get('content-type')).toBe('text/markdown; charset=utf-8');
    expect(twin.text).toContain('# On $\\ell_1$ norms');
    const accepted = await site.get('/papers/cs/9809007', { accept: 'text/markdown' });
    expect(accepted.text).toBe(twin.text);
    expect(accepted.headers.get('vary')).toContain('Accept');
  });

  it('may have a name that ends as a twin does', async () => {
    const site = await openSite([record({ title: 'Read me', names: ['README.md'] })]);
    expect((await site.get('/papers/README.md')).text).toContain('<h1 dir="auto">Read me</h1>');
    expect((await site.get('/papers/README.md.md')).text).toContain('# Read me');
  });

  it('says when a summary is ours, and does not cite it as the abstract', async () => {
    const sample = record({ source: 'sample', title: 'A known paper', names: ['2303.01234'] });
    const { text } = await (await openSite([sample])).get('/papers/2303.01234');
    expect(text).toContain('This is our own summary, not the authors’ abstract.');
    expect(text).not.toContain('citation_abstract');
  });

  it('names twenty authors of thousands, folds the others away, and cites them all', async () => {
    const authors = Array.from({ length: 3_000 }, (_, at) => `Person ${at}`);
    const site = await openSite([{ ...NORMS, authors }]);
    const { text } = await site.get('/papers/cs/9809007');
    const [shown, folded] = text.split('<summary>and 2,980 others</summary>');
    expect(shown?.match(/<bdi>Person/g)).toHaveLength(20);
    expect(folded?.split('</details>')[0]?.match(/<bdi>Person/g)).toHaveLength(2_980);
    expect(text.match(/name="citation_author"/g)).toHaveLength(3_000);
  });

  it('folds nothing away to hide a single name', async () => {
    const authors = Array.from({ length: 21 }, (_, at) => `Person ${at}`);
    const { text } = await (await openSite([{ ...NORMS, authors }])).get('/papers/cs/9809007');
    expect(text).not.toContain('others');
  });

  it('says when it was withdrawn', async () => {
    const site = await openSite([{ ...NORMS, withdrawn: true }]);
    expect((await site.get('/papers/cs/9809007')).text).toContain('Withdrawn.');
  });

  it.each([
    '/papers/2303.99999',
    '/papers/%00',
    '/papers/%E0%A4%A',
    `/papers/${'x'.repeat(5_000)}`,
  ])('that is unknown is not found, in words: %s', async (path) => {
    const { status, text } = await (await openSite([NORMS])).get(path);
    expect(status).toBe(404);
    expect(text).toContain('There is no paper');
    expect(text).toContain('name="q"');
  });

  it.each([
    ['/papers', '/', 302],
    ['/papers/trending', '/trending', 301],
    ['/papers/date/2026-11-20', '/date/2026-11-20', 301],
    ['/papers/week/2026-W47', '/week/2026-W47', 301],
    ['/papers/month/2026-11', '/month/2026-11', 301],
    ['/papers/date/%2F%2Fevil.example', '/date/%2F%2Fevil.example', 301],
  ])('is not what %s means: it leads to %s', async (path, target, status) => {
    const answer = await (await openSite()).get(path);
    expect([answer.status, answer.headers.get('location')]).toEqual([status, target]);
  });
});

describe('papers like the one of a page', () => {
  const dolls = announced(FRIDAY, { title: 'Nested dolls', names: ['2611.00001'] });
  const moreDolls = announced(FRIDAY, {
    title: 'More nested dolls',
    names: ['2611.00002'],
    authors: ['Ada Lovelace'],
  });
  const path = '/papers/2611.00001';
  const heading = '<h2 id="similar">Similar papers</h2>';

  it('are named below it, without itself', async () => {
    const { text } = await (await openSite([dolls, moreDolls])).get(path);
    const [, similar = ''] = text.split(heading);
    expect(similar).toContain('<a href="/papers/2611.00002">More nested dolls</a>');
    expect(similar).toContain('<bdi>Ada Lovelace</bdi>');
    expect(similar).toContain('20 November 2026');
    expect(similar).not.toContain(`href="${path}"`);
  });

  it('are eight at most, and nothing is said where there are none', async () => {
    const site = await openSite(manyAnnounced(FRIDAY, 20));
    const [, similar = ''] = (await site.get('/papers/2611.10000')).text.split(heading);
    expect(similar.match(/<article/g)).toHaveLength(8);
    expect((await (await openSite([dolls])).get(path)).text).not.toContain('Similar');
  });

  it.each([
    ['fails', () => Promise.reject(new Error('broken')), 1],
    ['is busy', () => Promise.reject(new BroadsheetError('search_busy', 'Too many.')), 0],
    ['never answers', () => new Promise<never>(() => {}), 0],
  ])('are left out where search %s', async (_, search, logged) => {
    const site = await openSite([dolls], { search: { ...createPlainEngine(), search } });
    const { status, text } = await site.get(path);
    expect(status).toBe(200);
    expect(text).toContain('Nested dolls');
    expect(text).not.toContain('Similar papers');
    expect(site.logged).toHaveLength(logged);
  });

  it('are not searched for the twin in Markdown', async () => {
    const search = vi.fn(createPlainEngine().search);
    const site = await openSite([dolls], { search: { ...createPlainEngine(), search } });
    expect((await site.get(`${path}.md`)).status).toBe(200);
    expect(search).not.toHaveBeenCalled();
    await site.get(path);
    expect(search).toHaveBeenCalledOnce();
  });
});

describe('text that runs from right to left', () => {
  const arabic = announced(FRIDAY, {
    title: 'معايير المتجهات',
    names: ['2611.10001'],
    abstract: 'نحدّ المعايير.',
    authors: ['عمر الخيام', 'Ada Lovelace'],
  });

  it.each(['/', '/search?q=Lovelace'])('keeps its direction in a list: %s', async (path) => {
    const { text } = await (await openSite([arabic])).get(path);
    expect(text).toContain('<h2 class="headline" dir="auto">');
    expect(text).toContain('<p class="summary" dir="auto">');
    expect(text).toContain('<bdi>عمر الخيام</bdi>, <bdi>Ada Lovelace</bdi>');
  });

  it('keeps its direction on its page', async () => {
    const { text } = await (await openSite([arabic])).get('/papers/2611.10001');
    expect(text).toContain('<h1 dir="auto">معايير المتجهات</h1>');
    expect(text).toContain('<p dir="auto">نحدّ المعايير.</p>');
    expect(text).toContain('<bdi>عمر الخيام</bdi>, <bdi>Ada Lovelace</bdi>');
  });
});

describe('a category', () => {
  it.each([
    'cs.CL',
    'Medicine, General & Internal',
    'the „inner“ circle',
    'a "quoted" «word»',
    'naïve Bayes',
  ])('leads to its papers: %s', async (category) => {
    const other = announced(FRIDAY, { title: 'Another', categories: ['Medicine', 'General'] });
    const site = await openSite([{ ...NORMS, categories: [category] }, other]);
    const [address = ''] = addressesOn(await site.get('/papers/cs/9809007'), /^\/search/);
    const found = await site.get(address);
    expect(titlesOn(found)).toEqual(['On ℓ1 norms']);
  });
});

describe('a search', () => {
  it('counts, understands and marks what it found', async () => {
    const site = await openSite([NORMS, announced(FRIDAY, { title: 'On other things' })]);
    const page = await site.get('/search?q=norms+cat:math.NA');
    expect(page.status).toBe(200);
    expect(titlesOn(page)).toEqual(['On ℓ1 norms']);
    expect(page.text).toContain('<strong>1 paper</strong>');
    expect(page.text).toContain('in category math.NA');
    expect(page.text).toContain('<mark>norms</mark>');
    expect(page.text).toContain('value="norms cat:math.NA"');
  });

  it('has pages of twenty', async () => {
    const site = await openSite(manyAnnounced(FRIDAY, 45));
    const third = await site.get('/search?q=norms&page=3');
    expect(titlesOn(third)).toHaveLength(5);
    expect(third.text).toContain('<strong>45 papers</strong>');
    expect(third.text).toContain('href="/search?q=norms&amp;page=2"');
    expect((await site.get('/search?q=norms&page=4')).status).toBe(404);
    expect((await site.get('/search?q=norms&page=-1')).status).toBe(400);
    expect((await site.get('/search?q=norms&page=1e9')).status).toBe(400);
  });

  it('asks whether another word was meant', async () => {
    const { text } = await (await openSite([NORMS])).get('/search?q=matroyshka');
    expect(text).toContain('Did you mean <a href="/search?q=matryoshka">matryoshka</a>?');
  });

  it('asks so also where it found something, and keeps the order that was asked for', async () => {
    const other = announced(FRIDAY, { title: 'Of learning' });
    const site = await openSite([NORMS, other]);
    const page = await site.get('/search?q=matroyshka+learning&sort=newest');
    expect(titlesOn(page)).toEqual(['Of learning']);
    const better = '/search?q=matryoshka%20learning&sort=newest';
    expect(addressesOn(page, /matryoshka/)).toEqual([better]);
    expect(titlesOn(await site.get(better))).toHaveLength(2);
  });

  describe('has an order', () => {
    const older = announced(WEDNESDAY, { title: 'Norms, norms and norms' });
    const newer = announced(FRIDAY, { title: 'On games that have norms' });

    it('by what answers best, or by what is newest', async () => {
      const site = await openSite([older, newer]);
      const best = await site.get('/search?q=norms');
      expect(titlesOn(best)).toEqual(['Norms, norms and norms', 'On games that have norms']);
      expect(best.text).toContain('<a href="/search?q=norms" aria-current="true">best first</a>');
      const newest = await site.get('/search?q=norms&sort=newest');
      expect(titlesOn(newest)).toEqual(['On games that have norms', 'Norms, norms and norms']);
      expect(newest.text).toContain('sort=newest" aria-current="true">newest first</a>');
    });

    it('or by what trends', async () => {
      const site = await openSite([older, newer]);
      const [address] = addressesOn(await site.get('/search?q=norms'), /sort=trending/);
      expect(address).toBe('/search?q=norms&sort=trending');
      const trending = await site.get(address ?? '');
      expect(trending.text).toContain('aria-current="true">trending first</a>');
    });

    it('for which it gives its reasons, that add up to the score', async () => {
      const site = await openSite([older, newer]);
      const plain = await site.get('/search?q=norms+games');
      expect(plain.text).not.toContain('Why it is here');
      const why = '/search?q=norms%20games&explain=1';
      expect(addressesOn(plain, /explain/)).toEqual([why]);
      const page = await site.get(why);
      expect(page.text).toContain('>games in the title</th>');
      const tables = page.text.match(/<table class="score">.*?<\/table>/g) ?? [];
      expect(tables).toHaveLength(2);
      for (const table of tables) {
        const points = [...table.matchAll(/<td>([\d.]+)<\/td>/g)].map(([, value]) => Number(value));
        const score = points.pop() ?? 0;
        // Each is rounded to thousandths.
        const rounding = 0.0005 * (points.length + 1);
        expect(Math.abs(points.reduce((sum, value) => sum + value, 0) - score)).toBeLessThan(
          rounding + 1e-9,
        );
      }
      expect(page.text).toContain('href="/search?q=norms%20games" rel="nofollow">hide the reasons');
    });

    it('that is kept, with the reasons, from page to page', async () => {
      const site = await openSite(manyAnnounced(FRIDAY, 45));
      const page = await site.get('/search?q=norms&mode=lexical&explain=1&page=2');
      expect(page.text).toContain('</strong> by words in ');
      expect(addressesOn(page, /page=/)).toEqual([
        '/search?q=norms&mode=lexical&page=2',
        '/search?q=norms&mode=lexical&explain=1&page=3',
      ]);
    });

    it('of which there is none to choose where papers are only listed', async () => {
      const { text } = await (await openSite([older, newer])).get('/search?q=after:2020');
      expect(text).toContain('<strong>2 papers</strong> in ');
      expect(text).not.toContain('best first');
    });
  });

  it('takes a pasted abstract for a text, and finds papers like it', async () => {
    const dolls = announced(FRIDAY, {
      title: 'Dolls',
      abstract: 'Vectors of many sizes in one, each nested inside the next: a doll of dolls.',
    });
    const site = await openSite([NORMS, dolls]);
    const pasted = `Nested vectors: -dolls of "many sizes". ${'We show that this is so. '.repeat(9)}`;
    const page = await site.get(`/search?q=${encodeURIComponent(pasted)}`);
    expect(page.status).toBe(200);
    expect(titlesOn(page)[0]).toBe('Dolls');
    expect(page.text).toContain('This is a text, so papers like it were searched.');
    const [, heading = ''] = /<h1 class="query">(.*?)<\/h1>/.exec(page.text) ?? [];
    expect(heading).toContain('Nested vectors: -dolls of');
    expect(heading).toContain('…');
    expect(heading.length).toBeLessThan(200);
    expect(page.text).not.toContain('<mark>');
    expect(page.text).not.toContain('Did you mean');
  });

  it('takes a pasted BibTeX entry for its title', async () => {
    const entry = '@article{weil, title = {On {N}orms}, author = {Weil}, year = 1940}';
    const page = await (await openSite([NORMS])).get(`/search?q=${encodeURIComponent(entry)}`);
    expect(titlesOn(page)).toEqual(['On ℓ1 norms']);
    expect(page.text).toContain('<bdi>On Norms</bdi>');
    expect(page.text).toContain('This is a BibTeX entry, so papers like it were searched.');
  });

  it.each([
    ['sort=oldest', 'A search knows no sort &quot;oldest&quot;.'],
    ['mode=', 'A search knows no mode'],
    ['explain=yes', 'or write one of 0, 1.'],
  ])('refuses what means nothing: %s', async (parameter, words) => {
    const { status, text } = await (await openSite([NORMS])).get(`/search?q=norms&${parameter}`);
    expect(status).toBe(400);
    expect(text).toContain(words);
    expect(text).toContain('value="norms"');
  });

  it('says what it could not understand', async () => {
    const { text } = await (await openSite([NORMS])).get('/search?q=norms+after:2025-13');
    expect(text).toContain('There is no date 2025-13');
  });

  it('goes straight to a paper that the query names and nothing else', async () => {
    const site = await openSite([NORMS]);
    for (const query of ['cs/9809007', 'https://arxiv.org/abs/cs/9809007v1', 'id:cs/9809007']) {
      const { status, headers } = await site.get(`/search?q=${encodeURIComponent(query)}`);
      expect([status, headers.get('location')], query).toEqual([302, '/papers/cs/9809007']);
    }
    expect((await site.get('/search?q=norms')).status).toBe(200);
    expect((await site.get('/search?q=id:cs/9809007+norms')).status).toBe(200);
    expect((await site.get('/search?q=2303.99999')).status).toBe(200);
  });

  it('without a query shows how to ask, with examples that find something in the sample', async () => {
    const { papers } = await readSample(SAMPLE);
    const site = await openSite(papers);
    const page = await site.get('/search?q=+');
    const examples = addressesOn(page, /^\/search\?/);
    expect(examples.length).toBeGreaterThan(6);
    for (const address of examples) {
      const { status, text } = await site.get(address);
      expect(status === 302 || text.includes('data-paper-id'), address).toBe(true);
    }
    expect(page.text).toContain('<code>has:code retrieval</code>');
  });

  it('offers no example that finds nothing here', async () => {
    const page = await (await openSite([NORMS])).get('/search');
    expect(addressesOn(page, /^\/search\?/)).toEqual([]);
    expect(page.text).toContain('<code>topic modeling of documents</code>');
  });

  it('offers its examples as soon as there are papers for them', async () => {
    const engine = createPlainEngine();
    const site = await openSite([NORMS], { search: engine });
    await site.get('/search');
    const { papers } = await openCatalogue();
    await papers.add([record({ title: 'Topic modeling of documents' })]);
    await engine.update(await papers.changesSince(0, 1));
    expect(addressesOn(await site.get('/search'), /^\/search\?q=topic/)).toHaveLength(1);
  });

  it('is not compared with an earlier one, since its time differs, but may be gone back to', async () => {
    const { headers } = await (await openSite([NORMS])).get('/search?q=norms');
    expect(headers.get('etag')).toBeNull();
    expect(headers.get('cache-control')).toBe('private, no-cache');
  });

  it('of more characters than are searched is refused in one sentence, and the box stays', async () => {
    const text = 'x'.repeat(LONGEST_ASKED + 1);
    const page = await (await openSite([NORMS])).get(`/search?q=${text}`);
    expect(page.status).toBe(400);
    expect(page.text).toContain('The text has 20,001 characters; at most 20,000 are searched.');
    expect(page.text).toContain(`value="${text.slice(1)}"`);
  });

  it('never fails for what people type', async () => {
    const site = await openSite([NORMS]);
    const typed = [
      '%00',
      '%22',
      '%22+OR+',
      'NEAR(',
      '*',
      '-',
      '%F0%9F',
      '%ED%A0%80',
      ':::',
      '((',
      '%',
    ];
    for (const query of typed)
      expect((await site.get(`/search?q=${query}`)).status, query).toBe(200);
  });
});

describe('a hostile paper', () => {
  const scripts =
    '<script>alert(1)</script><img src=x onerror=alert(1)></title><svg/onload=alert(1)>';
  const hostile = announced(FRIDAY, {
    title: `Norms ${scripts}`,
    names: ['2303.01234'],
    abstract: `Norms ${scripts} $\\href{javascript:alert(1)}{x}$`,
    authors: [`Eve ${scripts}`],
    categories: ['"><script>alert(1)</script>'],
    comment: scripts,
    venue: scripts,
  });

  it.each([
    '/',
    '/papers/2303.01234',
    '/search?q=norms',
    `/search?q=${encodeURIComponent(scripts)}`,
  ])('is literal text at %s', async (path) => {
    const { status, text } = await (await openSite([hostile])).get(path);
    expect(status).toBe(200);
    expect(text).toContain('&lt;');
    expect(text).not.toMatch(/<(?:script|img|svg)/i);
    expect(text).not.toMatch(/href="javascript/i);
    expect(text.match(/<\/title>/g)).toHaveLength(1);
  });

  it('is literal text on the page of an error', async () => {
    const { text } = await (await openSite()).get(`/papers/${encodeURIComponent(scripts)}`);
    expect(text).not.toMatch(/<(?:script|img|svg)/i);
  });
});

describe('about', () => {
  it('tells when papers were last gathered, what failed, and what happens next', async () => {
    const site = await openSite([NORMS], { siteChanges: { gathers: true } });
    expect((await site.get('/about')).text).toContain('Nothing has been gathered yet.');

    const first = await site.gatherings.begin('arxiv', NOON.getTime() - 86_400_000);
    const counts = { added: 12, updated: 3, unchanged: 4, problems: [] };
    await site.gatherings.finish(first, NOON.getTime(), 'complete', counts);
    expect((await site.get('/about')).text).toContain('12 added, 3 updated, 4 unchanged');

    const second = await site.gatherings.begin('arxiv', NOON.getTime());
    await site.gatherings.finish(second, NOON.getTime(), 'failed', {
      added: 0,
      updated: 0,
      unchanged: 0,
      problems: [{ where: 'https://rss.example/', reason: 'The server did not answer.' }],
    });
    const { text } = await site.get('/about');
    expect(text).toContain('nothing could be fetched');
    expect(text).toContain('The server did not answer.');
    expect(text).toContain('It tries again by itself.');
    expect(text).toContain('19 November 2026, 12:00 UTC');
    expect(text).toContain('The Daily Proof holds 1 paper.');
  });
});

it('names no address on the page about itself that leads nowhere', async () => {
  const { papers } = await readSample(SAMPLE);
  const site = await openSite(papers);
  const page = await site.get('/about');
  const named = [...page.text.matchAll(/<code>(\/[^<]*)<\/code>/g)].map(
    ([, address = '']) => address,
  );
  for (const address of [...named, ...addressesOn(page, /^\//)]) {
    expect((await site.get(address)).status, address).toBe(200);
  }
});

describe('health', () => {
  it('is alive, and says which part is not ready', async () => {
    const site = await openSite([], {
      readiness: async () => ({ index: false, database: true }),
    });
    expect((await site.get('/healthz')).text).toBe('ok');
    const { status, text } = await site.get('/readyz');
    expect(status).toBe(503);
    expect(JSON.parse(text)).toEqual({ ready: false, index: false, database: true });
    expect((await (await openSite()).get('/readyz')).status).toBe(200);
  });

  it('is not ready when asking fails', async () => {
    const site = await openSite([], { readiness: () => Promise.reject(new Error('gone')) });
    expect((await site.get('/readyz')).status).toBe(503);
  });
});

describe('errors', () => {
  it('are pages for readers and JSON for programs', async () => {
    const site = await openSite();
    const page = await site.get('/nowhere');
    expect(page.status).toBe(404);
    expect(page.text).toContain('There is no page &quot;/nowhere&quot; here.');
    const json = await site.get('/nowhere', { accept: 'application/json' });
    expect(JSON.parse(json.text)).toEqual({
      error: {
        code: 'not_found',
        message: 'There is no page "/nowhere" here.',
        fix: expect.any(String),
      },
    });
  });

  it('of the program tell nothing but that, and are logged', async () => {
    const fault = new Error('secret words');
    const site = await openSite([], {
      search: { ...createPlainEngine(), search: () => Promise.reject(fault) },
    });
    const { status, text } = await site.get('/search?q=x');
    expect(status).toBe(500);
    expect(text).not.toMatch(/secret|at .*\.ts/);
    expect(site.logged).toHaveLength(1);
  });

  it.each([
    ['database_busy', '5'],
    ['search_busy', '1'],
  ] as const)(
    'of a part that is busy (%s) keep its words, and say when to try again',
    async (code, seconds) => {
      const busy = new BroadsheetError(code, 'Too much at once.');
      const site = await openSite([], {
        search: { ...createPlainEngine(), search: () => Promise.reject(busy) },
      });
      const { status, text, headers } = await site.get('/search?q=x');
      expect(status).toBe(503);
      expect(text).toContain('Too much at once.');
      expect(headers.get('retry-after')).toBe(seconds);
    },
  );

  it('are none where the reader has gone', async () => {
    const gone = new AbortController();
    const site = await openSite([], {
      search: {
        ...createPlainEngine(),
        search: (_, { signal }) => {
          gone.abort();
          return Promise.reject(signal?.reason);
        },
      },
    });
    const { status } = await site.app.request('/search?q=x', { signal: gone.signal });
    expect(status).toBe(499);
    expect(site.logged).toEqual([]);
  });

  it.each(['POST', 'PUT', 'DELETE', 'PATCH', 'OPTIONS'])(
    '%s is refused: pages are read',
    async (method) => {
      const { app } = await openSite([NORMS]);
      for (const path of ['/', '/search?q=x', '/papers/cs/9809007', '/about', '/readyz']) {
        const response = await app.request(path, { method });
        expect(response.status, path).toBe(405);
        expect(response.headers.get('allow'), path).toBe('GET, HEAD');
        expect(response.headers.get('x-content-type-options'), path).toBe('nosniff');
      }
      expect((await app.request('/nowhere', { method })).status).toBe(404);
    },
  );
});

describe('an address with a slash too many', () => {
  it.each([
    ['/search/?q=a%20b', '/search?q=a%20b'],
    ['/about/', '/about'],
    ['/about///', '/about'],
    ['/date/2026-11-20/', '/date/2026-11-20'],
    ['/papers/cs/9809007/', '/papers/cs/9809007'],
    ['/papers/na%C3%AFve/', '/papers/na%C3%AFve'],
  ])('%s leads to %s', async (path, target) => {
    const { status, headers } = await (await openSite([NORMS])).get(path);
    expect([status, headers.get('location')]).toEqual([301, target]);
    expect(headers.get('content-security-policy')).toContain("default-src 'none'");
  });

  it.each(['//evil.example/', '/\\evil.example/', '///evil.example//'])(
    'leads to no other site: %s',
    async (path) => {
      const { app } = await openSite();
      const { status, headers } = await app.request(new Request(`http://a.example${path}`));
      expect([status, headers.get('location')]).toEqual([404, null]);
    },
  );
});

describe('a site that is served over TLS', () => {
  it('is never asked for without it for a year', async () => {
    const site = await openSite([NORMS], { siteChanges: { baseUrl: 'https://a.example' } });
    for (const path of [...PAGES, ...OTHER_ANSWERS]) {
      const { headers } = await site.get(path);
      expect(headers.get('strict-transport-security'), path).toBe('max-age=31536000');
    }
  });

  it.each([undefined, 'http://a.example'])('is not promised for %s', async (baseUrl) => {
    const { headers } = await (await openSite([], { siteChanges: { baseUrl } })).get('/');
    expect(headers.get('strict-transport-security')).toBeNull();
  });
});

describe('every answer', () => {
  it('forbids the browser what it need not do', async () => {
    const site = await openSite([NORMS]);
    for (const path of [...PAGES, ...OTHER_ANSWERS]) {
      const { headers } = await site.get(path);
      const policy = headers.get('content-security-policy');
      expect(policy, path).toContain("default-src 'none'; script-src 'self'; style-src 'self'");
      expect(policy, path).toContain("base-uri 'none'; object-src 'none'; frame-ancestors 'none'");
      expect(policy, path).not.toContain('unsafe');
      expect(headers.get('x-content-type-options'), path).toBe('nosniff');
      expect(headers.get('referrer-policy'), path).toBe('strict-origin-when-cross-origin');
      expect(headers.get('cross-origin-opener-policy'), path).toBe('same-origin');
      expect(headers.get('permissions-policy'), path).toContain('camera=()');
      expect(headers.get('cache-control'), path).toBeTruthy();
    }
  });

  it('that is a page keeps that policy, has one first heading and a labelled search box', async () => {
    const site = await openSite([NORMS]);
    for (const path of PAGES) {
      const { headers, text } = await site.get(path);
      expect(headers.get('content-type'), path).toContain('text/html');
      expect(text, path).not.toMatch(/<script|<style|<[^>]* style=|<[^>]* on[a-z]+=/i);
      expect(text.match(/<h1/g), path).toHaveLength(1);
      expect(text, path).toContain('<html lang="en">');
      expect(text, path).toContain('<label for="q">');
    }
  });
});

describe('the style sheet', () => {
  it('is kept for ever, at an address that changes with it', async () => {
    const site = await openSite();
    const [, path = ''] =
      /<link rel="stylesheet" href="([^"]+)"/.exec((await site.get('/')).text) ?? [];
    const sheet = await site.get(path);
    expect(sheet.text).toBe('body { color: black }');
    expect(sheet.headers.get('content-type')).toContain('text/css');
    expect(sheet.headers.get('cache-control')).toBe('public, max-age=31536000, immutable');
    const other = await openSite([], { styleSheet: 'body { color: red }' });
    expect((await other.get('/')).text).not.toContain(path);
  });
});

describe('other programs', () => {
  it('can search from the address bar', async () => {
    const site = await openSite([], {
      siteChanges: { title: 'A & B', baseUrl: 'https://a.example' },
    });
    const { text } = await site.get('/opensearch.xml');
    expect(text).toContain('<ShortName>A &amp; B</ShortName>');
    expect(text).toContain('template="https://a.example/search?q={searchTerms}"');
  });

  it('learn the address of a paper that counts, where the site has one', async () => {
    const site = await openSite([NORMS], { siteChanges: { baseUrl: 'https://a.example' } });
    const { text } = await site.get('/papers/cs/9809007');
    expect(text).toContain('<link rel="canonical" href="https://a.example/papers/cs/9809007"/>');
  });
});

describe('over a socket', () => {
  it('a search whose reader has gone is given up, and is no fault', async () => {
    const started = Promise.withResolvers<AbortSignal | undefined>();
    const site = await openSite([], {
      search: {
        ...createPlainEngine(),
        search: (_, { signal }) => {
          started.resolve(signal);
          return new Promise((_resolve, reject) =>
            signal?.addEventListener('abort', () => reject(signal.reason)),
          );
        },
      },
    });
    const server = serve({ fetch: site.app.fetch, port: 0, hostname: '127.0.0.1' });
    onTestFinished(() => void server.close());
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const request = httpRequest({ port, host: '127.0.0.1', path: '/search?q=x', agent: false });
    request.on('error', () => {}).end();
    const signal = await started.promise;
    request.destroy();
    if (!signal?.aborted) await once(signal as AbortSignal, 'abort');
    await new Promise(setImmediate);
    expect(site.logged).toEqual([]);
  });

  it('pages are packed, not sent twice, and asked for without a body', async () => {
    const { app } = await openSite(manyAnnounced(FRIDAY, 50));
    const server = serve({ fetch: app.fetch, port: 0, hostname: '127.0.0.1' });
    onTestFinished(() => void server.close());
    await new Promise((resolve) => server.once('listening', resolve));
    const { port } = server.address() as AddressInfo;

    const packed = await ask(port, 'GET', { 'accept-encoding': 'gzip' });
    expect(packed.status).toBe(200);
    expect(packed.headers['content-encoding']).toBe('gzip');
    expect(packed.body.length).toBeLessThan(60_000);
    expect(gunzipSync(packed.body).toString()).toContain('Friday, 20 November 2026');

    const etag = String(packed.headers.etag);
    const again = await ask(port, 'GET', { 'accept-encoding': 'gzip', 'if-none-match': etag });
    expect(again.status).toBe(304);
    expect(again.body).toHaveLength(0);
    expect(again.headers['content-security-policy']).toContain("default-src 'none'");

    const head = await ask(port, 'HEAD', {});
    expect(head.status).toBe(200);
    expect(head.body).toHaveLength(0);
    expect(head.headers['content-type']).toContain('text/html');
  });
});

async function ask(port: number, method: string, headers: Record<string, string>) {
  const message = await new Promise<IncomingMessage>((resolve, reject) => {
    httpRequest({ port, host: '127.0.0.1', method, path: '/', headers, agent: false }, resolve)
      .on('error', reject)
      .end();
  });
  const chunks: Buffer[] = [];
  for await (const chunk of message) chunks.push(chunk as Buffer);
  return {
    status: message.statusCode,
    headers: message.headers,
    body: Buffer.concat(chunks),
  };
}
