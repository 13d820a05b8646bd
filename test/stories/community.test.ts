/** A community in its browsers: the real program, real letters, and people who do as people do. */

import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import type { AxeResults } from 'axe-core';
import type { Browser, Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hasBrowser, openBrowser } from '../support/browser.js';
import {
  becomeOperator,
  type Newspaper,
  openNewspaper,
  openPage,
  recentPaper,
  send,
  signIn,
} from '../support/readers.js';

const PHONE = { width: 360, height: 740 };
const DESKTOP = { width: 1280, height: 900 };

/** A paper of the sample. */
const SAMPLE_PAPER = '/papers/acl:N18-1049';

const NORMS = recentPaper({
  id: '2611.01234',
  title: 'On the norms of sparse matrices',
  authors: ['Ana Ruiz', 'Ben Adeyemi'],
});
const BOUNDS = recentPaper({
  id: '2611.04321',
  title: 'Bounds that hold for every norm',
  authors: ['Chidi Okafor'],
});
const UNSEEN = '/papers/2611.09999';

const UUID = /[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/;

const LONG_WORD = 'Donaudampfschifffahrtsgesellschaftskapitän'.repeat(2);

const LONG_COMMENT = `It is **bold** of \`code_that_is_too_long_for_a_phone_${LONG_WORD}\` to say that
$$\\sum_{i=1}^{n} a_i b_i c_i d_i e_i f_i g_i h_i \\le \\max_j \\lVert a_j + b_j + c_j + d_j \\rVert^2$$

- ${LONG_WORD}
- a name: @ana

\`\`\`
a line of a program that is longer than any telephone is wide, and is not broken
\`\`\``;

/** What a first view may weigh, pictures aside. */
const MOST_BYTES = 60_000;

/** What depends on colours is checked in both, all else in one. */
const SCHEMES = [
  ['light', ''],
  ['dark', '{ runOnly: ["color-contrast"] }'],
] as const;

const AXE = createRequire(import.meta.url).resolve('axe-core/axe.min.js');

describe.skipIf(!hasBrowser)('a community in its browsers', () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await openBrowser();
  });
  afterAll(() => browser?.close());

  it('signs in by letter, votes, talks, submits, keeps, follows, reports, moderates and leaves', async () => {
    const newspaper = await openNewspaper([NORMS, BOUNDS]);
    const { url } = newspaper;
    const olga = await openPage(browser, { viewport: DESKTOP });
    const ana = await openPage(browser, { viewport: PHONE });
    // All that is done here can be done without a script.
    const ben = await openPage(browser, { viewport: DESKTOP, javaScriptEnabled: false });
    const stranger = await openPage(browser, { viewport: PHONE, javaScriptEnabled: false });

    await becomeOperator(newspaper, olga, 'olga');

    // Whoever wants to vote is asked who they are.
    await ana.goto(url + SAMPLE_PAPER);
    await ana.getByRole('link', { name: /0 votes/ }).click();
    await signIn(newspaper, ana, 'ana');
    await signIn(newspaper, ben, 'ben');

    await ana.goto(url + SAMPLE_PAPER);
    await ana.evaluate('window.isSamePage = true');
    await voteButton(ana, '0 votes').click();
    await voteButton(ana, '1 vote', true).click();
    await voteButton(ana, '0 votes').click();
    await voteButton(ana, '1 vote', true).waitFor();
    expect(await ana.evaluate('window.isSamePage')).toBe(true);

    await ben.goto(url + SAMPLE_PAPER);
    await voteButton(ben, '1 vote').click();
    await voteButton(ben, '2 votes', true).click();
    await voteButton(ben, '1 vote').waitFor();
    await ana.reload();
    await voteButton(ana, '1 vote', true).waitFor();

    await write(ana, 'It is **bold** to say that $x^2 \\ge 0$.');
    const first = commentWith(ana, 'It is bold to say');
    await first.locator('strong', { hasText: 'bold' }).waitFor();
    await first.locator('math').waitFor();

    await ben.goto(url + SAMPLE_PAPER);
    await commentWith(ben, 'It is bold').getByRole('link', { name: 'Reply' }).click();
    await write(ben, 'Not at all, @ana.');
    await commentWith(ben, 'Not at all').waitFor();
    await ana.goto(url);
    await ana.getByRole('link', { name: /Notifications 1 not read/ }).click();
    await ana.getByRole('link', { name: /@ben.*answered your comment/ }).click();
    await commentWith(ana, 'Not at all').waitFor();
    expect(await ana.getByText('1 not read').count()).toBe(0);

    await commentWith(ana, 'It is bold').getByRole('link', { name: 'Edit' }).click();
    await ana.getByLabel('Your comment').fill('It is **safe** to say that $x^2 \\ge 0$.');
    await ana.getByRole('button', { name: 'Save' }).click();
    await commentWith(ana, 'It is safe')
      .getByText(/edited/)
      .waitFor();
    await write(ana, 'This one goes again.');
    const gone = commentWith(ana, 'This one goes again.');
    await gone.getByText('Delete', { exact: true }).click();
    await gone.getByRole('button', { name: 'Delete this comment' }).click();
    await ana.waitForURL(`${url}${SAMPLE_PAPER}#discussion`);
    expect(await gone.count()).toBe(0);

    await submit(ana, url, `arXiv:${NORMS.id}`, NORMS.title);
    await submit(ben, url, `https://arxiv.org/abs/${BOUNDS.id}`, BOUNDS.title);
    await stranger.goto(url);
    const picked = stranger.getByRole('region', { name: 'Picked by the community' });
    const titles = picked.locator('article').getByRole('heading');
    expect(await titles.allTextContents()).toEqual([NORMS.title, BOUNDS.title]);

    await olga.goto(url);
    const place = await openTools(olga, BOUNDS.title);
    await place.getByRole('button', { name: 'To the top' }).click();
    await olga.waitForURL(`${url}/`);
    const note = await openTools(olga, NORMS.title);
    await note.getByLabel('Why it is here').fill('Short, and all of it is proved.');
    await note.getByRole('button', { name: 'Save the note' }).click();
    await olga.getByText('Short, and all of it is proved.').first().waitFor();
    await stranger.reload();
    await stranger.getByText('Short, and all of it is proved.').waitFor();
    expect(await titles.allTextContents()).toEqual([BOUNDS.title, NORMS.title]);

    const shared = await collect(ana, url + SAMPLE_PAPER, 'To read together', 'Public');
    const own = await collect(ana, url + SAMPLE_PAPER, 'For myself', 'Private');
    await stranger.goto(shared);
    expect(await stranger.getByRole('heading', { level: 1 }).textContent()).toBe(
      'To read together',
    );
    expect((await stranger.goto(own))?.status()).toBe(404);

    await ana.goto(url);
    const card = ana.locator('article', { hasText: BOUNDS.title });
    await card.getByRole('button', { name: /^Not interested/ }).click();
    await ana.getByRole('status').getByText('Hidden:').waitFor();
    expect(await card.count()).toBe(0);
    await ana.getByRole('button', { name: /^Undo/ }).click();
    await card.waitFor();

    await ana.goto(`${url}/search?q=norms+of+sparse+matrices`);
    await ana.getByRole('button', { name: /^Follow this search/ }).click();
    await ana.goto(`${url}/following`);
    await ana.getByRole('link', { name: NORMS.title, exact: true }).waitFor();
    await ana.getByText(/since it matches your search/).waitFor();

    await ben.goto(`${url}/papers/${NORMS.id}`);
    await voteButton(ben, '1 vote').click();
    await voteButton(ben, '2 votes', true).waitFor();
    await write(ben, 'Buy my book instead.');
    await ana.goto(`${url}/papers/${NORMS.id}`);
    await commentWith(ana, 'Buy my book').getByRole('link', { name: 'Report' }).click();
    await ana.getByLabel(/^It is advertising/).check();
    await ana.getByRole('button', { name: 'Send the report' }).click();
    await ana.getByRole('heading', { name: 'Thank you' }).waitFor();
    await olga.goto(`${url}/admin/queue`);
    const reported = olga.locator('article', { hasText: 'Buy my book' });
    await reported.getByLabel('Reason, told to the person').fill('This is not the place.');
    await reported.getByRole('button', { name: 'Hide it' }).click();
    await olga.getByText('There are no open reports.').waitFor();
    await stranger.goto(`${url}/papers/${NORMS.id}`);
    await stranger.getByText('A moderator has hidden this comment.').waitFor();
    expect(await stranger.getByText('Buy my book').count()).toBe(0);
    await ben.goto(`${url}/notifications`);
    await ben
      .getByText(/This is not the place\./)
      .first()
      .waitFor();

    // What all three voted for leads what trends, and says why.
    await olga.goto(`${url}/papers/${NORMS.id}`);
    await voteButton(olga, '2 votes').click();
    await voteButton(olga, '3 votes', true).waitFor();
    await stranger.goto(`${url}/trending`);
    const hottest = stranger.locator('article').first();
    await hottest.getByRole('link', { name: NORMS.title, exact: true }).waitFor();
    await hottest.getByRole('link', { name: 'Why here?' }).click();
    await stranger.getByRole('heading', { level: 1 }).waitFor();
    await expectToAddUp(stranger);

    await ana.goto(`${url}/papers/${NORMS.id}`);
    await ana.getByText('Are you one of the authors?').click();
    await ana.getByLabel('Which of them?').selectOption('Ana Ruiz');
    await ana.getByRole('button', { name: 'I am this author' }).click();
    await ana.getByText(/A moderator will look at it/).waitFor();
    await voteButton(ana, '3 votes', true).waitFor();
    await olga.goto(`${url}/admin/queue`);
    await olga
      .locator('article', { hasText: 'Ana Ruiz' })
      .getByRole('button', { name: 'Accept' })
      .click();
    await olga.getByText('No claim waits.').waitFor();
    await ana.reload();
    await ana.getByText(/You are known as an author of this paper/).waitFor();
    await voteButton(ana, '2 votes', true).waitFor();

    await ana.goto(`${url}/settings/privacy`);
    const download = ana.waitForEvent('download');
    await ana.getByRole('button', { name: 'Download everything' }).click();
    const kept = await readFile(await (await download).path(), 'utf8');
    for (const each of [
      'ana@example.org',
      'It is **safe** to say',
      'To read together',
      'For myself',
      'norms of sparse matrices',
      'Ana Ruiz',
      SAMPLE_PAPER.slice('/papers/'.length),
    ]) {
      expect(kept).toContain(each);
    }
    expect(JSON.parse(kept).votes).toHaveLength(2);

    await ana.getByLabel(/Type your name/).fill('ana');
    await ana.getByRole('button', { name: 'Delete my account' }).click();
    await ana.waitForURL(`${url}/privacy?deleted=yes`);
    await ana.getByRole('link', { name: 'Sign in' }).waitFor();
    await ben.goto(url + SAMPLE_PAPER);
    await voteButton(ben, '1 vote').waitFor();
    await ben.getByText('This comment has been deleted.').waitFor();
    await ben.getByRole('button', { name: 'Sign out' }).click();
    await ben.getByRole('link', { name: 'Sign in', exact: true }).waitFor();
    expect((await ben.goto(`${url}/settings`))?.status()).toBe(401);
  });

  it('meets no barrier that axe knows, no sideways scrolling and no page too heavy, anywhere', async () => {
    const newspaper = await openBusyNewspaper(browser);
    const stranger = await openPage(browser, { viewport: PHONE, bypassCSP: true });
    const axe = await readFile(AXE, 'utf8');

    const check = async (page: Page, status: number, path: string): Promise<void> => {
      for (const summary of await page.locator('main summary:visible').all()) await summary.click();
      const overflow = await page.evaluate(
        'document.documentElement.scrollWidth - document.documentElement.clientWidth',
      );
      expect.soft(overflow, path).toBe(0);
      await page.evaluate(axe);
      for (const [colorScheme, rules] of SCHEMES) {
        await page.emulateMedia({ colorScheme });
        const { violations } = (await page.evaluate(`axe.run(${rules})`)) as AxeResults;
        const found = violations.map(({ id, nodes }) => [id, nodes[0]?.html]);
        expect.soft({ path, status, found }).toEqual({ path, status, found: [] });
      }
    };

    for (const [page, paths] of pagesOf(newspaper, stranger)) {
      const bytes = await countBytes(page);
      for (const [path, status = 200] of paths) {
        const before = bytes();
        const response = await page.goto(newspaper.url + path);
        expect.soft(bytes() - before, path).toBeLessThan(MOST_BYTES);
        expect.soft(response?.status(), path).toBe(status);
        await check(page, status, path);
      }
    }

    const { reader, url } = newspaper;
    await reader.goto(`${url}/submit`);
    await reader.getByLabel('The paper').fill('arXiv:2611.04444');
    await reader.getByRole('button', { name: 'Look it up' }).click();
    await reader.getByRole('alert').waitFor();
    await check(reader, 404, 'a paper that is not there');
    await reader.goto(`${url}/settings/privacy`);
    await reader.getByLabel(/Type your name/).fill('somebody');
    await reader.getByRole('button', { name: 'Delete my account' }).click();
    await reader.getByText('Error 422').waitFor();
    await check(reader, 422, 'a refusal');
  }, 300_000);
});

type BusyNewspaper = Newspaper & {
  readonly operator: Page;
  readonly reader: Page;
  /** Paths of things on it. */
  readonly comment: string;
  readonly collection: string;
  readonly accountReport: string;
};

/** A site on which two people have been busy, and things wait for a moderator. */
async function openBusyNewspaper(browser: Browser): Promise<BusyNewspaper> {
  const newspaper = await openNewspaper([NORMS, BOUNDS]);
  const operator = await openPage(browser, { viewport: PHONE, bypassCSP: true });
  const reader = await openPage(browser, { viewport: PHONE, bypassCSP: true });
  await becomeOperator(newspaper, operator, 'olga');
  await signIn(newspaper, reader, 'ana');
  const paper = 'acl:N18-1049';
  await submit(reader, newspaper.url, NORMS.id, NORMS.title);
  await submit(operator, newspaper.url, BOUNDS.id, BOUNDS.title);
  for (const page of [operator, reader]) {
    await send(page, '/votes', { paper });
    await send(page, '/follows', { kind: 'category', value: 'math.NA' });
  }
  const said = await send(reader, '/comments', { paper, text: LONG_COMMENT });
  const parent = `${UUID.exec(said)?.[0]}`;
  await send(operator, '/comments', { paper, parent, text: '> Why?\n\nAs @ana says.' });
  await send(reader, '/comments', { paper, text: 'Buy it at https://shop.example/' });
  await send(reader, '/claims', { paper: NORMS.id, author: 'Ana Ruiz', statement: LONG_WORD });
  const collection = await send(operator, '/collections', {
    title: `Norms: ${LONG_WORD}`,
    description: 'What to read first.',
    visibility: 'public',
    paper,
  });
  await send(reader, '/reports', {
    kind: 'collection',
    id: `${collection.split('/').at(-1)}`,
    reason: 'spam',
    words: LONG_WORD,
  });
  await send(operator, '/dismissals', { paper: 'acl:2023.emnlp-main.131' });
  await operator.goto(`${newspaper.url}/@ana`);
  const accountReport = await operator.getByRole('link', { name: 'Report' }).getAttribute('href');
  return {
    ...newspaper,
    operator,
    reader,
    comment: `/comments/${parent}`,
    collection,
    accountReport: `${accountReport}`,
  };
}

/** Every kind of page, by who reads it, with the status that it has if that is not 200. */
function pagesOf(
  { operator, reader, comment, collection, accountReport }: BusyNewspaper,
  stranger: Page,
): (readonly [Page, readonly (readonly [string, number?])[]])[] {
  const today = new Date().toISOString().slice(0, 10);
  const forAll = [
    ['/'],
    [`/date/${today}`],
    ['/date/2018-06-01'],
    [`/month/${today.slice(0, 7)}`],
    ['/trending'],
    ['/trending?category=math.NA'],
    [`/trending/why/${NORMS.id}`],
    ['/about/trending'],
    [SAMPLE_PAPER],
    [`/papers/${NORMS.id}`],
    ['/search?q=norms+of+matrices'],
    ['/submit'],
    ['/collections'],
    [collection],
    ['/@ana'],
    ['/@olga'],
    ['/privacy'],
    ['/about'],
    [UNSEEN, 404],
  ] as const;
  return [
    [
      stranger,
      [
        ...forAll,
        ['/sign-in'],
        ['/sign-in/code'],
        ['/sign-in/link/nothing', 404],
        ['/settings', 401],
        ['/following', 401],
        ['/admin', 401],
      ],
    ],
    [
      operator,
      [
        ...forAll,
        [`/?hidden=${NORMS.id}`],
        ['/following'],
        ['/notifications'],
        ['/settings'],
        ['/settings/profile?welcome=1'],
        ['/settings/sign-in'],
        ['/settings/sessions'],
        ['/settings/tokens'],
        ['/settings/dismissed'],
        ['/settings/privacy'],
        ['/collections/new?paper=acl:N18-1049'],
        [`${collection}/edit`],
        [`${comment}/reply?quote=1`],
        [`/report${comment.replace('comments', 'comment')}`],
        [`/report/submission/${today}/${NORMS.id}`],
        [accountReport],
        ['/reports/sent'],
        ['/admin'],
        ['/admin/queue'],
        ['/admin/accounts'],
        ['/admin/signals'],
        ['/admin/blocklist'],
        ['/admin/audit'],
      ],
    ],
    [reader, [['/admin', 403], ['/notifications'], [`${comment}/edit`], ['/claims']]],
  ];
}

/** How many bytes have come over the line for a page so far, when nothing is kept. */
async function countBytes(page: Page): Promise<() => number> {
  const session = await page.context().newCDPSession(page);
  await session.send('Network.enable');
  await session.send('Network.setCacheDisabled', { cacheDisabled: true });
  let bytes = 0;
  session.on('Network.loadingFinished', ({ encodedDataLength }) => {
    bytes += encodedDataLength;
  });
  return () => bytes;
}

/** A button that says how many votes there are, and whether the reader's is one. */
function voteButton(page: Page, votes: string, isVoted = false): Locator {
  const name = new RegExp(`^▲? ?${votes}${isVoted ? ', yours is one' : '(?!, yours)'}`);
  return page.getByRole('main').getByRole('button', { name, pressed: isVoted });
}

function commentWith(page: Page, text: string): Locator {
  return page.locator('article.comment', { hasText: text });
}

async function write(page: Page, text: string): Promise<void> {
  await page.getByLabel('Your comment').fill(text);
  await page.getByRole('button', { name: 'Comment', exact: true }).click();
}

async function submit(page: Page, url: string, pasted: string, title: string): Promise<void> {
  await page.goto(`${url}/submit`);
  await page.getByLabel('The paper').fill(pasted);
  await page.getByRole('button', { name: 'Look it up' }).click();
  await page.getByRole('heading', { name: title, level: 2 }).waitFor();
  await page.getByRole('button', { name: 'Submit this paper' }).click();
  await page.getByRole('heading', { name: title, level: 1 }).waitFor();
  await voteButton(page, '1 vote', true).waitFor();
}

/** Opens what a curator can do with a paper of the list. */
async function openTools(page: Page, title: string): Promise<Locator> {
  const card = page.locator('article', { hasText: title });
  await card.getByText('Curate').click();
  return card;
}

/** Puts a paper into a new collection; gives the address of it. */
async function collect(
  page: Page,
  paper: string,
  title: string,
  visibility: string,
): Promise<string> {
  await page.goto(paper);
  await page.getByText(/^Save/).click();
  await page.getByRole('link', { name: 'New collection…' }).click();
  await page.getByLabel('Title').fill(title);
  await page.getByLabel(new RegExp(`^${visibility}`)).check();
  await page.getByRole('button', { name: /collection/i }).click();
  await page.getByRole('heading', { level: 1, name: title }).waitFor();
  return page.url();
}

/** The parts of the sum are what the last line says they are. */
async function expectToAddUp(page: Page): Promise<void> {
  const counts = await page.locator('table.score tbody td:nth-of-type(1)').allTextContents();
  const heat = await page.locator('table.score tfoot td:nth-of-type(1)').textContent();
  const sum = counts.reduce((so, each) => so + Number(each.replace('<', '')), 0);
  expect(counts.length).toBeGreaterThan(2);
  expect(Math.abs(sum - Number(heat))).toBeLessThan(0.002 * counts.length);
}
