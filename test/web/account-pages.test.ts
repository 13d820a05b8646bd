/** Signing in and settings in a real browser, by hand and without a script. */

import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import { serve } from '@hono/node-server';
import type { AxeResults } from 'axe-core';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { hasBrowser, openBrowser } from '../support/browser.js';
import { openPeopleSite, type PeopleSite } from '../support/people-site.js';

const PHONE = { width: 360, height: 740 };
const DESKTOP = { width: 1280, height: 900 };

const VIEWS = [
  { device: 'desktop', viewport: DESKTOP, colorScheme: 'light' },
  { device: 'desktop', viewport: DESKTOP, colorScheme: 'dark' },
  { device: 'phone', viewport: PHONE, colorScheme: 'light' },
  { device: 'phone', viewport: PHONE, colorScheme: 'dark' },
] as const;

const AXE = createRequire(import.meta.url).resolve('axe-core/axe.min.js');

describe.skipIf(!hasBrowser)('somebody who comes to stay', () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await openBrowser();
  });
  afterAll(() => browser?.close());

  it.each([DESKTOP, PHONE])(
    'signs in, changes their name, and signs out again',
    async (viewport) => {
      const { site, url } = await openListening();
      const page = await newPage(browser, { viewport, javaScriptEnabled: false });
      await page.goto(`${url}/`);
      await page.getByRole('link', { name: 'Sign in' }).click();
      await page.getByLabel('E-mail address').fill('ana@example.org');
      await page.getByRole('button', { name: 'Sign in', exact: true }).click();
      await page.getByRole('heading', { name: 'Look into your inbox' }).waitFor();
      await site.signIn.settled();

      await page.goto(linkIn(site));
      await page.getByRole('button', { name: 'Sign in to The Daily Proof' }).click();
      await page.getByText('Welcome to The Daily Proof').waitFor();

      await page.getByLabel('Name in addresses').fill('settings');
      await page.getByRole('button', { name: 'Change name' }).click();
      expect(await page.getByRole('alert').textContent()).toContain('kept for the site');
      expect(await page.getByLabel('Name in addresses').inputValue()).toBe('settings');
      await page.getByLabel('Name in addresses').fill('ana-maria');
      await page.getByRole('button', { name: 'Change name' }).click();
      await page.getByRole('status').getByText('You have another name now.').waitFor();
      await page.getByRole('link', { name: 'ana-maria', exact: true }).waitFor();

      await page.getByRole('button', { name: 'Sign out' }).click();
      await page.getByRole('link', { name: 'Sign in' }).waitFor();
      await page.goto(`${url}/settings`);
      await page.getByRole('heading', { name: 'Sign in first' }).waitFor();
    },
  );

  it.each(VIEWS)(
    'meets no barrier that axe knows, on a $device, $colorScheme',
    async ({ viewport, colorScheme }) => {
      const { site, url } = await openListening();
      const page = await newPage(browser, { viewport, colorScheme, bypassCSP: true });
      const axe = await readFile(AXE, 'utf8');
      const check = async (what: string) => {
        await page.evaluate(axe);
        const { violations } = (await page.evaluate('axe.run()')) as AxeResults;
        const found = violations.map(({ id, nodes }) => [id, nodes[0]?.html]);
        expect(found, what).toEqual([]);
        expect(await page.evaluate('document.documentElement.scrollWidth'), what).toBe(
          viewport.width,
        );
        expect(await page.evaluate(SMALL_TARGETS), what).toEqual([]);
      };

      await page.goto(`${url}/sign-in`);
      await check('the sign-in page');
      await page.locator('input[name=email]').fill('ana-maria@example.org');
      await page.getByRole('button', { name: 'Sign in', exact: true }).click();
      await check('the page with the code');
      await page.locator('input[name=code]').fill('000000');
      await page.getByRole('button', { name: 'Sign in', exact: true }).click();
      await check('a wrong code');
      await page.goto(url + (await site.firstOperator.offer()));
      await check('the first operator');
      await page.locator('input[name=name]').fill('a-name-of-thirty-letters-in-al');
      await page.locator('input[name=email]').fill('ana@example.org');
      await page.getByRole('button', { name: 'Make the account' }).click();
      for (const path of ['', '/sign-in', '/sessions', '/tokens']) {
        await page.goto(`${url}/settings${path}`);
        await check(path);
      }
      await page.getByLabel('What it is for').fill('A notebook');
      await page.getByRole('button', { name: 'Make the token' }).click();
      await page.getByText(/^bsh_/).waitFor();
      await check('a token');
    },
  );
});

/** Links and buttons that a finger would miss; those within a sentence may be as small as it. */
const SMALL_TARGETS = `[...document.querySelectorAll('nav a, nav button, form button, select, form input:not([type=hidden])')]
  .map((element) => [element.outerHTML.slice(0, 80), element.closest('.choice') ?? element])
  .map(([html, element]) => [html, Math.round(element.getBoundingClientRect().height)])
  .filter(([html, height]) => height < 44 && !html.includes('id="q"') && !html.includes('>Search<'))`;

async function newPage(
  browser: Browser,
  options: Parameters<Browser['newContext']>[0],
): Promise<Page> {
  const context = await browser.newContext(options);
  onTestFinished(() => context.close());
  const page = await context.newPage();
  page.on('console', (message) => {
    // A page that breaks its own content policy says so here.
    if (message.type() === 'error' && !/ 4\d\d /.test(message.text())) {
      throw new Error(message.text());
    }
  });
  return page;
}

async function openListening(): Promise<{ readonly site: PeopleSite; readonly url: string }> {
  const site = await openPeopleSite({ unread: 3 });
  const server = serve({ fetch: site.app.fetch, port: 0, hostname: '127.0.0.1' });
  onTestFinished(() => {
    server.close();
  });
  await once(server, 'listening');
  return { site, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
}

function linkIn({ letters }: PeopleSite): string {
  return /https?:\/\/\S+/.exec(letters.at(-1)?.text ?? '')?.[0] ?? '';
}
