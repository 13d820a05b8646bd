/** What readers are told of trending: the formula, and the sum of each paper. */

import { Hono } from 'hono';
import { describe, expect, it } from 'vitest';
import type { PaperId } from '../../src/papers/identifiers.js';
import { createPlainEngine } from '../../src/search/plain-engine.js';
import { createGatherStore } from '../../src/sources/gather-store.js';
import { readPrior } from '../../src/trending/prior/prior-file-client.js';
import type { PriorModel } from '../../src/trending/prior/prior-model.js';
import { createTrendingStore } from '../../src/trending/trending-store.js';
import type { Web } from '../../src/web/context.js';
import { errorAnswer } from '../../src/web/error-page.js';
import { aboutTrendingRoute } from '../../src/web/routes/about-trending.js';
import { readStyleSheet } from '../../src/web/style-sheet.js';
import { STRANGER, setVisitor } from '../../src/web/visitor.js';
import { NOON, openCatalogue, record } from '../support/catalogue.js';

const HOUR = 3_600_000;

describe('/trending/why/{id}', () => {
  it('shows terms that add up to the heat', async () => {
    const { page, say, paper } = await openSite();
    await say({ actor: 'ana', hoursAgo: 36 });
    await say({ actor: 'bo' });
    await say({ actor: 'cy', isOwn: true });
    await say({ actor: 'cy', kind: 'comment', isNew: true });
    const { status, text } = await page(`/trending/why/${paper}`);
    expect(status).toBe(200);
    const [, ...rows] = rowsOf(text);
    expect(rows.map(([what, now]) => [what, now])).toEqual([
      ['2 votes', '1.500'],
      ['comments by 1 person (new accounts)', '0.250'],
      ['1 vote (by its own authors)', '0.000'],
      ['Heat', '1.750'],
    ]);
    expect(text).toContain('2 votes are shown with the paper');
    expect(text).toContain('noindex');
  });

  it('says so of a paper for which nothing speaks', async () => {
    const { page, paper } = await openSite();
    const { text } = await page(`/trending/why/${paper}`);
    expect(text).toContain('Nothing speaks for it yet');
  });

  it('leads other names of a paper to its own, and knows no others', async () => {
    const { page, paper } = await openSite();
    const { status, location } = await page('/trending/why/arXiv:2611.00001v2');
    expect([status, location]).toEqual([301, `/trending/why/${paper}`]);
    for (const name of ['nothing', '%00', '..%2f..%2fetc', 'a%20b', '2611.99999']) {
      expect((await page(`/trending/why/${name}`)).status).toBe(404);
    }
  });

  it('shows titles as text', async () => {
    const { page, paper } = await openSite('<script>alert(1)</script> & more');
    const { text } = await page(`/trending/why/${paper}`);
    expect(text).not.toContain('<script>alert');
    expect(text).toContain('&lt;script&gt;');
  });
});

describe('/about/trending', () => {
  it('tells the formula, typeset and drawn, and its constants', async () => {
    const { page } = await openSite();
    const { text } = await page('/about/trending');
    expect(text.match(/<math/g)?.length).toBeGreaterThan(6);
    expect(text).not.toContain('class="tex"');
    expect(text).toContain('every 36 hours');
    expect(text).toMatch(
      /<svg[^>]* role="img"[^>]* aria-labelledby="decay-title decay-description"/,
    );
    expect(text).toContain('63 % after 1 day');
    expect(text).not.toMatch(/NaN|undefined|style="/);
  });

  it('tells the fields and their factors as they are', async () => {
    const { page, say, refresh } = await openSite();
    expect((await page('/about/trending')).text).toContain('No field has any evidence yet');
    for (const actor of ['a', 'b', 'c']) await say({ actor });
    await refresh();
    const rows = rowsOf((await page('/about/trending')).text);
    expect(rows).toContainEqual(['cs.CL', expect.stringMatching(/^0\.\d$/), '1.00']);
  });

  it('tells what the prior was learned from and how good it is, or that there is none', async () => {
    const prior = await readPrior();
    const withPrior = await openSite('A paper', prior);
    const { text } = await withPrior.page('/about/trending');
    expect(text).toContain(prior.id);
    const rows = rowsOf(text);
    for (const { order, tau } of prior.scores) {
      expect(rows.find(([name]) => name === order)?.[3]).toBe(tau.toFixed(3));
    }
    const without = await openSite('A paper', { ...prior, isUseful: false });
    expect((await without.page('/about/trending')).text).toContain('No prior is in use');
  });
});

/** The cells of all rows of a page's tables, as text. */
function rowsOf(text: string): string[][] {
  return [...text.matchAll(/<tr>(.*?)<\/tr>/gs)].map(([, row = '']) =>
    [...row.matchAll(/<t[hd][^>]*>(.*?)<\/t[hd]>|<td[^>]*\/>/gs)].map(([, cell = '']) => cell),
  );
}

async function openSite(title = 'A paper', prior?: PriorModel) {
  const { database, papers } = await openCatalogue();
  const [added] = await papers.add([
    record({ title, names: ['2611.00001'], categories: ['cs.CL'] }),
  ]);
  const paper = added?.id as PaperId;
  const trending = createTrendingStore(database, { now: () => NOON });
  const web: Web = {
    papers,
    search: createPlainEngine(),
    gatherings: createGatherStore(database),
    readiness: async () => ({ index: true, database: true }),
    site: {
      title: 'The Daily Proof',
      tagline: 'Logic every morning',
      baseUrl: undefined,
      timeZone: 'UTC',
      categories: ['cs.LO'],
      contact: undefined,
      gathers: false,
    },
    now: () => NOON,
    styleSheet: await readStyleSheet(),
    styleSheetPath: '/assets/broadsheet.css',
    log: { error: () => {} },
  } as unknown as Web;
  const app = new Hono();
  app.use((c, next) => {
    setVisitor(c, { ...STRANGER, csrfToken: 'x' });
    return next();
  });
  app.onError((error, c) => errorAnswer(c, web, error));
  app.route('/', aboutTrendingRoute({ ...web, trending, prior }));

  return {
    paper,
    refresh: trending.refreshFields,
    page: async (path: string) => {
      const answer = await app.request(path);
      const location = answer.headers.get('Location');
      return { status: answer.status, location, text: await answer.text() };
    },
    say: ({
      hoursAgo = 0,
      kind = 'vote',
      ...who
    }: {
      readonly actor: string;
      readonly hoursAgo?: number;
      readonly kind?: 'vote' | 'comment';
      readonly isOwn?: boolean;
      readonly isNew?: boolean;
    }) =>
      database.connection.transaction().execute((transaction) =>
        trending.put(transaction, {
          paperId: paper,
          kind,
          atMs: NOON.getTime() - hoursAgo * HOUR,
          ...who,
        }),
      ),
  };
}
