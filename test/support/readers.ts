/** People at their browsers, before the real program: they come in as people do, by letter. */

import { once } from 'node:events';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { expect, onTestFinished } from 'vitest';
import { type ArxivPaper, startArxivServer } from './arxiv-server.js';
import { type MailServer, startMailServer } from './mail-server.js';
import { type Site, serve } from './program.js';
import { temporaryFolder } from './temporary-folder.js';

const DAY_MS = 24 * 60 * 60_000;

/** Longer than the program needs to start and index the sample on a busy machine. */
const START_MS = 60_000;

export type Newspaper = { readonly url: string; readonly site: Site; readonly mail: MailServer };

/** A site with the sample in it, a mail server beside it, and an arXiv that knows these papers. */
export async function openNewspaper(papers: readonly ArxivPaper[]): Promise<Newspaper> {
  const mail = await startMailServer();
  onTestFinished(() => mail[Symbol.asyncDispose]());
  const arxiv = await startArxivServer({ papers });
  onTestFinished(() => arxiv[Symbol.asyncDispose]());
  const site = await serve(['--no-gather', '--data', await temporaryFolder()], {
    environment: {
      SMTP_URL: mail.url,
      BROADSHEET_MAIL_FROM: 'paper@example.org',
      BROADSHEET_ARXIV_API_URL: arxiv.apiUrl,
      BROADSHEET_CONTACT: 'people@example.org',
    },
  });
  // The mail server waits for connections that the program keeps open.
  onTestFinished(async () => {
    if (site.child.exitCode !== null || !site.child.kill('SIGKILL')) return;
    await once(site.child, 'exit');
  });
  await expect
    .poll(async () => (await fetch(`${site.url}/readyz`)).status, { timeout: START_MS })
    .toBe(200);
  return { url: site.url, site, mail };
}

/** A paper of some days ago, as arXiv has it. */
export function recentPaper(facts: Pick<ArxivPaper, 'id' | 'title' | 'authors'>): ArxivPaper {
  const published = new Date(Date.now() - 3 * DAY_MS).toISOString().replace(/\.\d+/, '');
  return {
    abstract: 'We say in how many ways a norm can be bounded, and count them.',
    categories: ['math.NA'],
    published,
    ...facts,
  };
}

/** A browser of somebody's own: no cookie is shared with others. */
export async function openPage(browser: Browser, options: BrowserContextOptions): Promise<Page> {
  const context = await browser.newContext(options);
  onTestFinished(() => context.close());
  const page = await context.newPage();
  page.on('console', (message) => {
    // A page that breaks its own content policy says so here; statuses are no faults.
    if (message.type() === 'error' && !/status of 4\d\d/.test(message.text()))
      throw new Error(message.text());
  });
  return page;
}

/** Follows the link in the log of a site that has no operator yet. */
export async function becomeOperator({ site }: Newspaper, page: Page, name: string): Promise<void> {
  const link = /http\S+\/sign-in\/first\/\S+/;
  await expect.poll(() => site.output(), { timeout: START_MS }).toMatch(link);
  await page.goto(`${link.exec(site.output())?.[0]}`);
  await page.getByLabel('Name', { exact: true }).fill(name);
  await page.getByLabel('E-mail address').fill(`${name}@example.org`);
  await page.getByRole('button', { name: 'Make the account' }).click();
  await page.getByRole('navigation', { name: 'You' }).getByText(name, { exact: true }).waitFor();
}

/** Asks for a letter on the page of signing in, opens its link and presses the button. */
export async function signIn(newspaper: Newspaper, page: Page, name: string): Promise<void> {
  const email = `${name}@example.org`;
  if (!/\/sign-in/.test(page.url())) await page.goto(`${newspaper.url}/sign-in`);
  await page.getByLabel('E-mail address').fill(email);
  await page.getByRole('main').getByRole('button', { name: 'Sign in', exact: true }).click();
  await page.getByRole('heading', { name: 'Look into your inbox' }).waitFor();
  await expect.poll(() => linkTo(newspaper.mail, email)).toBeDefined();
  await page.goto(`${linkTo(newspaper.mail, email)}`);
  await page.getByRole('button', { name: /^Sign in to/ }).click();
  await page.getByRole('navigation', { name: 'You' }).getByText(name, { exact: true }).waitFor();
}

/** The link of the latest letter to an address. */
function linkTo({ letters }: MailServer, email: string): string | undefined {
  const letter = letters.findLast(({ recipients }) => recipients.includes(email));
  // Quoted-printable (RFC 2045) breaks lines and writes "=" by its number.
  const text = letter?.source.replace(/=\r\n/g, '').replace(/=3D/g, '=');
  return /http:\/\/[\w.:]+\/sign-in\/link\/[\w-]+/.exec(text ?? '')?.[0];
}

/**
 * Sends a form of the site as the reader of this page, without looking for it on a page; gives
 * the address where it leads.
 */
export async function send(
  page: Page,
  path: string,
  fields: Readonly<Record<string, string>>,
): Promise<string> {
  const { origin } = new URL(page.url());
  const csrf = await page.locator('input[name="csrf"]').first().inputValue();
  const response = await page.request.post(origin + path, {
    form: { csrf, ...fields },
    headers: { Origin: origin },
    maxRedirects: 0,
  });
  expect(response.status(), path).toBe(303);
  return `${response.headers().location}`;
}
