/**
 * Voting without leaving the page: the real button and script in a real browser, at a site that
 * answers as a test wants.
 */

import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { getRequestListener } from '@hono/node-server';
import { Hono } from 'hono';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import type { PaperId } from '../../src/papers/identifiers.js';
import { readBrowserScripts } from '../../src/web/browser-scripts.js';
import type { View } from '../../src/web/context.js';
import { browserScriptsRoute } from '../../src/web/routes/browser-scripts.js';
import { Script } from '../../src/web/script.js';
import { STRANGER } from '../../src/web/visitor.js';
import { VoteButton } from '../../src/web/vote-button.js';
import { hasBrowser, openBrowser } from '../support/browser.js';

/** How the site answers, and what it was asked. */
type VoteSite = {
  readonly url: string;
  readonly asked: string[];
  answer: 'as usual' | 'refuse' | 'hang up';
};

describe.skipIf(!hasBrowser)('a vote', () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await openBrowser();
  });
  afterAll(() => browser?.close());

  it('changes every button of its paper, is told aloud, and can be taken back', async () => {
    const { site, page } = await openPage();
    const [first, second, other] = await page.locator('[data-vote-button]').all();
    await first?.click();
    await page.getByText('You voted: 12 votes.').waitFor();
    const counts = await page.locator('[data-vote-count]').allTextContents();
    expect(counts).toEqual(['12 votes', '12 votes', '1 vote']);
    expect(await second?.getAttribute('aria-pressed')).toBe('true');
    expect(await other?.getAttribute('aria-pressed')).toBe('false');
    expect(await page.getByRole('status').count()).toBe(1);

    await second?.click();
    await page.getByText('Vote taken back: 11 votes.').waitFor();
    expect(await first?.getAttribute('aria-pressed')).toBe('false');
    expect(site.asked).toEqual(['/votes a x json', '/votes/undo a x json']);
    expect(new URL(page.url()).pathname).toBe('/');
  });

  for (const answer of ['refuse', 'hang up'] as const) {
    it(`is sent as a form when the site should ${answer}`, async () => {
      const { site, page } = await openPage();
      site.answer = answer;
      await page.locator('[data-vote-button]').first().click();
      await page.waitForURL(/\/voted$/);
      expect(site.asked).toEqual(['/votes a x json', '/votes a x html']);
    });
  }

  it('is sent as a form by a browser without scripts', async () => {
    const { site, page } = await openPage({ javaScriptEnabled: false });
    await page.locator('[data-vote-button]').first().click();
    await page.waitForURL(/\/voted$/);
    expect(site.asked).toEqual(['/votes a x html']);
  });

  async function openPage(options: { readonly javaScriptEnabled?: boolean } = {}): Promise<{
    site: VoteSite;
    page: Page;
  }> {
    const site = await startVoteSite();
    const context = await browser.newContext(options);
    onTestFinished(() => context.close());
    const page = await context.newPage();
    await page.goto(site.url);
    return { site, page };
  }
});

async function startVoteSite(): Promise<VoteSite> {
  const scripts = await readBrowserScripts();
  const view = {
    visitor: { ...STRANGER, account: { name: 'ana' }, csrfToken: 'x' },
  } as unknown as View;
  const button = (paper: string, votes: number) => (
    <VoteButton
      view={view}
      paper={{ id: paper as PaperId, title: `Paper ${paper}` }}
      standing={{ votes }}
      voted={false}
      back="/"
    />
  );
  const app = new Hono();
  app.get('/', (c) =>
    c.html(
      <html lang="en">
        <body>
          {button('a', 11)}
          {button('a', 11)}
          {button('b', 1)}
          <Script scripts={scripts} name="votes" />
        </body>
      </html>,
    ),
  );
  app.get('/voted', (c) => c.text('Thanks.'));
  app.post('/votes/*', async (c) => vote(c.req.path, await c.req.parseBody(), c.req.header()));
  app.post('/votes', async (c) => vote(c.req.path, await c.req.parseBody(), c.req.header()));
  app.route('/', browserScriptsRoute(scripts));

  const vote = (
    path: string,
    { paper, csrf }: Record<string, unknown>,
    { accept = '' }: Record<string, string | undefined>,
  ): Response => {
    const isJson = accept === 'application/json';
    site.asked.push(`${path} ${paper} ${csrf} ${isJson ? 'json' : 'html'}`);
    if (!isJson) return new Response(null, { status: 303, headers: { Location: '/voted' } });
    if (site.answer === 'refuse') return Response.json({ error: {} }, { status: 401 });
    if (site.answer === 'hang up') return new Response('{"votes":', { status: 200 });
    const voted = path === '/votes';
    return Response.json({ paper, votes: voted ? 12 : 11, voted });
  };

  const server = createServer(getRequestListener(app.fetch));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  const site: VoteSite = { url, asked: [], answer: 'as usual' };
  return site;
}
