/** Collections, follows, hidden papers and profiles in a browser, read and used without a script. */

import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import { createAdaptorServer } from '@hono/node-server';
import type { AxeResults } from 'axe-core';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import type { Account } from '../../src/accounts/account.js';
import { toFollow } from '../../src/community/follows.js';
import type { PaperId } from '../../src/papers/identifiers.js';
import { addAccount } from '../support/accounts.js';
import { hasBrowser, openBrowser } from '../support/browser.js';
import { record } from '../support/catalogue.js';
import { openCommunitySite } from '../support/community-site.js';

const PHONE = { width: 360, height: 740 };
const DESKTOP = { width: 1280, height: 900 };

const VIEWS = [
  { device: 'desktop', viewport: DESKTOP, colorScheme: 'light' },
  { device: 'phone', viewport: PHONE, colorScheme: 'dark' },
] as const;

const AXE = createRequire(import.meta.url).resolve('axe-core/axe.min.js');

const IDS = ['2611.00001', '2611.00002', '2611.00003'] as PaperId[];

const LONG_WORD = 'Donaudampfschifffahrtsgesellschaftskapitän'.repeat(2);

/** A site on which somebody has been busy. */
async function openBusySite() {
  const site = await openCommunitySite([
    ...IDS.map((id, at) =>
      record({
        title: at === 0 ? `On ${LONG_WORD}` : `On norms, part ${at}`,
        names: [id],
        authors: ['Ada Lovelace'],
        categories: ['math.NA'],
        published: '2026-11-18',
      }),
    ),
  ]);
  const { web } = site;
  const ana = await addAccount(site.database, {
    name: 'ana',
    displayName: 'Ana Ruiz',
    biography: `Norms and\n${LONG_WORD}`,
    preferences: { showsVotes: true },
  });
  const id = await web.collections.create(ana.id, {
    title: `Norms: ${LONG_WORD}`,
    description: 'What to read first.\nThen the rest.',
    visibility: 'public',
  });
  for (const paper of IDS) await web.collections.add(ana, id, paper);
  await web.collections.annotate(ana.id, id, IDS[0] as PaperId, `Read this: ${LONG_WORD}`);
  await web.votes.cast(ana, IDS[0] as PaperId);
  await web.dismissals.dismiss(ana.id, IDS[1] as PaperId);
  for (const follow of [
    toFollow('author', 'Ada Lovelace'),
    toFollow('category', 'math.NA'),
    toFollow('search', LONG_WORD),
  ]) {
    await web.follows.follow(ana.id, follow);
  }
  return { ...site, ana, collection: `/collections/${id}` };
}

describe.skipIf(!hasBrowser)('somebody who acts in a browser', () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await openBrowser();
  });
  afterAll(() => browser?.close());

  it.each(VIEWS)(
    'meets no barrier that axe knows and no sideways scrolling, on a $device, $colorScheme',
    async ({ viewport, colorScheme }) => {
      const site = await openBusySite();
      const { ana, collection } = site;
      const axe = await readFile(AXE, 'utf8');
      const pages: [Account | undefined, string[]][] = [
        [
          ana,
          [
            '/collections',
            '/collections/new',
            collection,
            `${collection}/edit`,
            '/following',
            `/following?hidden=${IDS[1]}`,
            '/settings/dismissed',
            '/@ana',
          ],
        ],
        [undefined, ['/collections', collection, '/@ana']],
      ];
      for (const [account, paths] of pages) {
        const origin = await serve(site, account);
        const page = await newPage({ viewport, colorScheme, bypassCSP: true });
        for (const path of paths) {
          await page.goto(origin + path);
          for (const summary of await page.locator('main summary').all()) await summary.click();
          await page.evaluate(axe);
          const { violations } = (await page.evaluate('axe.run()')) as AxeResults;
          expect(
            violations.map(({ id, nodes }) => [id, nodes[0]?.html]),
            path,
          ).toEqual([]);
          const overflow = await page.evaluate(
            'document.documentElement.scrollWidth - document.documentElement.clientWidth',
          );
          expect(overflow, path).toBe(0);
        }
      }
    },
  );

  it('votes, takes it back, hides a paper and shows it again, without a script', async () => {
    const site = await openBusySite();
    const origin = await serve(site, site.ana);
    const page = await newPage({ viewport: PHONE, javaScriptEnabled: false });
    await page.goto(`${origin}/following`);
    const card = page.locator(`article[data-paper-id="${IDS[2]}"]`);
    await card.getByRole('button', { name: /0 votes/, pressed: false }).click();
    await card.getByRole('button', { name: /1 vote, yours is one/, pressed: true }).click();
    await card.getByRole('button', { name: /0 votes/, pressed: false }).waitFor();

    await card.getByRole('button', { name: /Not interested/ }).click();
    await page.getByText('Hidden:').waitFor();
    expect(await card.count()).toBe(0);
    await page.getByRole('button', { name: /^Undo/ }).click();
    await card.waitFor();
  });

  it('moves and annotates a paper of a collection, without a script', async () => {
    const site = await openBusySite();
    const origin = await serve(site, site.ana);
    const page = await newPage({ viewport: PHONE, javaScriptEnabled: false });
    await page.goto(origin + site.collection);
    const last = page.locator(`article[data-paper-id="${IDS[2]}"]`);
    await last.getByText('Change').click();
    await last.getByLabel('Your note').fill('A note on the third');
    await last.getByRole('button', { name: 'Save note' }).click();
    await last.getByText('A note on the third').first().waitFor();
    await last.getByText('Change').click();
    await last.getByRole('button', { name: /^To the top/ }).click();
    await page.waitForURL(origin + site.collection);
    const first = page.locator('article[data-paper-id]').first();
    expect(await first.getAttribute('data-paper-id')).toBe(IDS[2]);
  });

  async function newPage(options: Parameters<Browser['newContext']>[0]): Promise<Page> {
    const context = await browser.newContext(options);
    onTestFinished(() => context.close());
    return context.newPage();
  }
});

/** The pages as an account sees them, at an address of this machine. */
async function serve(
  { as }: Awaited<ReturnType<typeof openCommunitySite>>,
  account: Account | undefined,
): Promise<string> {
  const server = createAdaptorServer({ fetch: as(account).app.fetch });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => new Promise((resolve) => server.close(() => resolve())));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}
