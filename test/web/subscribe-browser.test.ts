/** The daily mail in a browser without scripts, as somebody with a keyboard meets it. */

import type { AddressInfo } from 'node:net';
import { serve } from '@hono/node-server';
import { expect, it, onTestFinished } from 'vitest';
import { addAccount } from '../support/accounts.js';
import { hasBrowser, openBrowser } from '../support/browser.js';
import { type DigestSite, openDigestSite } from '../support/digest-site.js';

async function openPage(site: DigestSite, session?: string) {
  const origin = await new Promise<string>((resolve) => {
    const server = serve({ fetch: site.app.fetch, port: 0 }, ({ port }: AddressInfo) =>
      resolve(`http://localhost:${port}`),
    );
    onTestFinished(() => void server.close());
  });
  const browser = await openBrowser();
  onTestFinished(() => browser.close());
  const context = await browser.newContext({
    javaScriptEnabled: false,
    viewport: { width: 360, height: 700 },
  });
  if (session) await context.addCookies([{ name: 'session', value: session, url: origin }]);
  return { page: await context.newPage(), origin };
}

it.runIf(hasBrowser)('is asked for, confirmed, chosen and left without a script', async () => {
  const site = await openDigestSite();
  const { page, origin } = await openPage(site);
  const heading = (text: string) => page.getByRole('heading', { level: 1, name: text }).waitFor();

  await page.goto(`${origin}/about`);
  const field = page.getByLabel('Get trending papers in your email inbox once a day');
  await field.fill('zoe@example.org');
  await field.press('Enter');
  await heading('Look into your mailbox');

  await page.goto(origin + (await site.linkIn('/subscribe/confirm/')));
  await page.getByRole('button', { name: 'Yes, send it to me' }).press('Enter');
  await heading('The daily mail is yours');

  await page.getByRole('radio', { name: 'Once a week' }).check();
  await page.getByLabel('In the time zone of').selectOption({ label: 'Kathmandu' });
  await page.getByRole('spinbutton', { name: 'How many papers' }).fill('7');
  await page.getByRole('button', { name: 'Save' }).click();
  await page.getByRole('status').waitFor();
  expect(await page.getByText('The next one comes on').textContent()).toContain(
    'Monday, 23 November 2026, at 08:00 (Asia/Katmandu)',
  );

  await page.getByRole('button', { name: 'Unsubscribe', exact: true }).click();
  await heading('You are unsubscribed');
  // One letter an hour goes to one address.
  site.wait(2 * 3_600_000);
  await page.getByRole('button', { name: 'Come back' }).click();
  await heading('Look into your mailbox');
  await site.digest.subscribing.settled();
  expect((await site.digest.subscriptions.counts()).unsubscribed).toBe(0);
  expect(site.logged).toEqual([]);
});

it.runIf(hasBrowser)('is looked at by operators as it will look, in a frame', async () => {
  const site = await openDigestSite();
  await site.subscribe('ann@example.org');
  const olga = await addAccount(site.database, { name: 'olga', role: 'operator' });
  const { token } = await site.people.sessions.open(olga.id, {
    userAgent: 'Firefox/145.0',
    method: 'mail',
  });
  const { page, origin } = await openPage(site, token);
  await page.goto(`${origin}/admin/digest/preview?address=ann@example.org`);
  const letter = page.frameLocator('iframe[title="The letter"]');
  const title = letter.getByRole('heading', { level: 1 });
  await title.waitFor();
  // Its own style applies, which pages of ours do not allow.
  expect(await title.getAttribute('style')).toBeTruthy();
});
