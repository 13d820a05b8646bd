/** A stranger's first minute: the program is started on an empty folder, and read in a browser. */

import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import type { AxeResults } from 'axe-core';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { hasBrowser, openBrowser } from '../support/browser.js';
import { serve } from '../support/program.js';
import { temporaryFolder } from '../support/temporary-folder.js';

const PHONE = { width: 360, height: 740 };
const DESKTOP = { width: 1280, height: 900 };

const VIEWS = [
  { device: 'desktop', viewport: DESKTOP, colorScheme: 'light' },
  { device: 'desktop', viewport: DESKTOP, colorScheme: 'dark' },
  { device: 'phone', viewport: PHONE, colorScheme: 'light' },
  { device: 'phone', viewport: PHONE, colorScheme: 'dark' },
] as const;

/** What a first view may weigh, pictures aside. */
const MOST_BYTES = 60_000;

/** A search with what people paste. */
const PASTED = `/search?q=${encodeURIComponent('We study what vectors mean. '.repeat(30))}`;

const AXE = createRequire(import.meta.url).resolve('axe-core/axe.min.js');

describe.skipIf(!hasBrowser)('a reader in a browser', () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await openBrowser();
  });
  afterAll(() => browser?.close());

  it('reads the sample edition, searches, and opens a paper, on a desktop and on a phone', async () => {
    const site = await siteWithSample();
    for (const viewport of [DESKTOP, PHONE]) {
      // Reading needs no script, so the reader has none.
      const page = await newPage({ viewport, javaScriptEnabled: false });
      await page.goto(site);
      await page
        .getByText(/sample/i)
        .first()
        .waitFor();
      expect(await page.locator('article[data-paper-id]').count()).toBeGreaterThan(20);

      await page.getByRole('searchbox').first().fill('topic modeling of documents');
      await page.getByRole('searchbox').first().press('Enter');
      await page.waitForURL(/\/search\?q=topic/);
      const titles = await page.locator('article[data-paper-id] :is(h2, h3)').allTextContents();
      expect(titles.slice(0, 3).join('\n')).toContain('Top2Vec');

      await page
        .getByRole('link', { name: /Top2Vec/ })
        .first()
        .click();
      expect(await page.getByRole('heading', { level: 1 }).textContent()).toContain('Top2Vec');
      await page
        .getByText(/our own summary/i)
        .first()
        .waitFor();
      const similar = page.getByRole('region', { name: 'Similar papers' }).getByRole('link');
      const title = await similar.first().textContent();
      await similar.first().click();
      expect(await page.getByRole('heading', { level: 1 }).textContent()).toBe(title);
    }
  });

  it('needs no sideways scrolling on a phone, and no more than 60 kB to begin', async () => {
    const site = await siteWithSample();
    const page = await newPage({ viewport: PHONE });
    let bytes = 0;
    page.on('response', async (response) => {
      bytes += Number((await response.request().sizes()).responseBodySize);
    });
    for (const path of await pagesOf(site, page)) {
      bytes = 0;
      await page.goto(site + path, { waitUntil: 'networkidle' });
      const overflow = await page.evaluate(
        'document.documentElement.scrollWidth - document.documentElement.clientWidth',
      );
      expect(overflow, path).toBe(0);
      expect(bytes, path).toBeLessThan(MOST_BYTES);
    }
  });

  it.each(VIEWS)(
    'meets no barrier that axe knows, on a $device, $colorScheme',
    async ({ viewport, colorScheme }) => {
      const site = await siteWithSample();
      const axe = await readFile(AXE, 'utf8');
      const page = await newPage({ viewport, colorScheme, bypassCSP: true });
      for (const path of await pagesOf(site, page)) {
        await page.goto(site + path);
        await page.evaluate(axe);
        const { violations } = (await page.evaluate('axe.run()')) as AxeResults;
        expect(
          violations.map(({ id, nodes }) => [id, nodes[0]?.html]),
          path,
        ).toEqual([]);
      }
    },
  );

  async function newPage(options: Parameters<Browser['newContext']>[0]): Promise<Page> {
    const context = await browser.newContext(options);
    onTestFinished(() => context.close());
    const page = await context.newPage();
    page.on('console', (message) => {
      // A page that breaks its own content policy says so here.
      if (message.type() === 'error' && !/404/.test(message.text()))
        throw new Error(message.text());
    });
    return page;
  }
});

/** A first start on an empty folder, ready to search; its address. */
async function siteWithSample(): Promise<string> {
  const data = join(await temporaryFolder(), 'data');
  const { url } = await serve(['--no-gather', '--data', data]);
  await ready(url);
  return url;
}

/** One page of each kind, with papers on it where it lists any. */
async function pagesOf(site: string, page: Page): Promise<string[]> {
  await page.goto(site);
  const week = await page.getByRole('link', { name: 'Week' }).first().getAttribute('href');
  // Of this paper, the sample knows authors and categories.
  const paper = '/papers/acl:N18-1049';
  for (const path of [week, paper]) {
    await page.goto(site + path);
    expect(await page.locator('article[data-paper-id]').count(), `${path}`).toBeGreaterThan(0);
  }
  const searches = ['/search?q=', '/search?q=graph', '/search?q=graph&explain=1', PASTED];
  return ['/', `${week}`, paper, ...searches, '/about', '/nowhere'];
}

async function ready(url: string): Promise<void> {
  while (!(await fetch(`${url}/readyz`)).ok)
    await new Promise((resolve) => setTimeout(resolve, 50));
}
