/** What people and programs do around the daily mail, and what is looked at then. */

import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import type { AxeResults } from 'axe-core';
import type { Browser, Page } from 'playwright-core';
import type { Email } from 'postal-mime';
import { expect } from 'vitest';
import type { Contents } from '../../src/digest/contents/contents.js';
import type { DeliveryState } from '../../src/digest/delivery/delivery.js';
import type { SubscriberRow } from '../../src/digest/subscriptions/subscription-rows-store.js';
import { type DailyPaper, TODAY } from './digest-story.js';
import { everyRow } from './hostile-requests.js';
import { linksInHtml } from './read-letter.js';

/** Programs that look into letters. */
const SCANNERS = [
  'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Outlook-SafeLinks',
  'Mozilla/5.0 (compatible; Proofpoint URL Defense)',
  'Mozilla/5.0 (Windows NT 5.1; rv:11.0) Gecko Firefox/11.0 (via ggpht.com GoogleImageProxy)',
  'Barracuda Sentinel (EE)',
];

const METHODS = ['GET', 'HEAD', 'OPTIONS'] as const;

const FETCHES = 100;
const FETCHES_AT_ONCE = 10;
const PAGES_AT_ONCE = 4;

const AXE = createRequire(import.meta.url).resolve('axe-core/axe.min.js');

/** Types an address into the form that stands below every page. */
export async function ask({ url }: DailyPaper, page: Page, address: string): Promise<void> {
  await page.goto(url);
  const field = page.getByLabel('Get trending papers in your email inbox once a day');
  await field.fill(address);
  await field.press('Enter');
  await page.getByRole('heading', { name: 'Look into your mailbox' }).waitFor();
}

/** The links of the letter that asks whether somebody wants it, which comes within ten seconds. */
export async function confirmationLinks(
  paper: DailyPaper,
  address: string,
): Promise<readonly string[]> {
  const links = async (): Promise<readonly string[]> => {
    const [letter] = await paper.lettersTo(address);
    return [...linksInHtml(letter?.html ?? '')];
  };
  const isOurs = expect.stringContaining(`${paper.url}/subscribe/confirm/`);
  await expect.poll(links, { timeout: 10_000 }).toEqual([isOurs]);
  return links();
}

export async function send({ run }: DailyPaper): Promise<void> {
  const { status, stderr } = await run(['digest', 'send']);
  expect(status, stderr).toBe(0);
}

export async function confirm(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Yes, send it to me' }).click();
  await page.getByRole('heading', { name: 'The daily mail is yours' }).waitFor();
}

export async function save(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Save', exact: true }).click();
  await page.getByRole('status').getByText('Saved.').waitFor();
}

/** Where the button of a mail program leads. */
export function leavingLink({ headers }: Email): string {
  const { value = '' } = headers.find(({ key }) => key === 'list-unsubscribe') ?? {};
  return /<(http[^>]*)>/.exec(value)?.[1] ?? '';
}

/** Looks at every link a hundred times, as programs do that look for what is evil. */
export async function scan(links: Iterable<string>): Promise<void> {
  const fetches = [...links].flatMap((link) =>
    Array.from({ length: FETCHES }, (_, at) => async () => {
      const method = METHODS[at % METHODS.length] ?? 'GET';
      const userAgent = SCANNERS[at % SCANNERS.length] ?? '';
      const { status } = await fetch(link, { method, headers: { 'User-Agent': userAgent } }).then(
        async (answer) => {
          await answer.arrayBuffer();
          return answer;
        },
      );
      if (method === 'OPTIONS') expect(status, `${method} ${link}`).toBeLessThan(500);
      else expect(status, `${method} ${link}`).toBe(200);
    }),
  );
  await several(fetches, FETCHES_AT_ONCE);
}

/** Opens every link in a browser that runs scripts, and waits for what they do. */
export async function openAll(browser: Browser, links: Iterable<string>): Promise<void> {
  const context = await browser.newContext();
  const visits = [...links].map((link) => async () => {
    const page = await context.newPage();
    await page.goto(link, { waitUntil: 'networkidle' });
    await page.close();
  });
  await several(visits, PAGES_AT_ONCE);
  await context.close();
}

async function several(works: (() => Promise<void>)[], atOnce: number): Promise<void> {
  const rest = works.values();
  const worker = async () => {
    for (const work of rest) await work();
  };
  await Promise.all(Array.from({ length: atOnce }, worker));
}

/** Everything that is stored, once the site has nothing more to put down of its own accord. */
export async function settledRows({ database }: DailyPaper): ReturnType<typeof everyRow> {
  let last = '';
  const isSettled = async (): Promise<boolean> => {
    const before = last;
    last = JSON.stringify([...(await everyRow(database))]);
    return last === before;
  };
  await expect.poll(isSettled, { interval: 500, timeout: 30_000 }).toBe(true);
  return everyRow(database);
}

type DeliveryRow = {
  readonly subscriber_id: string;
  readonly state: DeliveryState;
  readonly contents: string | null;
  readonly try_at_ms: number;
};

function rowsOf({ database }: DailyPaper): Promise<readonly DeliveryRow[]> {
  return database.connection
    .$extendTables<{ deliveries: DeliveryRow }>()
    .selectFrom('deliveries')
    .select(['subscriber_id', 'state', 'contents', 'try_at_ms'])
    .orderBy('try_at_ms')
    .orderBy('subscriber_id')
    .execute();
}

export async function contentsOf(paper: DailyPaper): Promise<readonly Contents[]> {
  return (await rowsOf(paper)).map(({ contents }) => JSON.parse(contents ?? '') as Contents);
}

export async function statesOf(paper: DailyPaper): Promise<ReadonlyMap<DeliveryState, number>> {
  const counts = new Map<DeliveryState, number>();
  for (const { state } of await rowsOf(paper)) counts.set(state, (counts.get(state) ?? 0) + 1);
  return counts;
}

/** Whoever stands last among those whose letters are not begun. */
export async function lastInLine(paper: DailyPaper): Promise<SubscriberRow> {
  const waiting = (await rowsOf(paper)).filter(({ state }) => /queued|leased/.test(state));
  const last = await paper.subscriber({ id: waiting.at(-1)?.subscriber_id ?? '' });
  if (!last) throw new RangeError('no letter waits');
  return last;
}

/** What `digest status` says, and the page of operators. */
type Status = Readonly<Record<string, number>>;

export async function statusByCommand(paper: DailyPaper): Promise<Status> {
  const { status, stdout } = await paper.run(['digest', 'status', '--json']);
  expect(status).toBe(0);
  const { edition, ...counts } = JSON.parse(stdout);
  expect(edition).toBe(TODAY);
  return counts;
}

export async function statusOnPage(page: Page): Promise<Status> {
  const rows = await page.locator('table.digest-counts tbody tr').all();
  const counts = new Map<string, number>();
  for (const row of rows) {
    const label = (await row.getByRole('link').textContent()) ?? '';
    counts.set(label.trim(), Number(await row.locator('td').first().textContent()));
  }
  const of = (label: string): number => counts.get(label) ?? Number.NaN;
  return {
    queued: of('Waiting') + of('Being written'),
    handingOver: of('Being handed over'),
    sent: of('Sent'),
    failed: of('Failed'),
    deferred: of('Put off'),
    ambiguous: of('Unknown'),
    skipped: of('Skipped'),
  };
}

/** Tells what a page keeps from somebody, in both its palettes. */
export async function checks(): Promise<
  (page: Page, what: string, rules?: string) => Promise<void>
> {
  const axe = await readFile(AXE, 'utf8');
  return async (page, what, all = '') => {
    const overflow = await page.evaluate(
      'document.documentElement.scrollWidth - document.documentElement.clientWidth',
    );
    expect.soft(overflow, what).toBe(0);
    await page.evaluate(axe);
    // What depends on colours is checked in both, all else in one.
    for (const [colorScheme, rules] of [
      ['light', all],
      ['dark', '{ runOnly: ["color-contrast"] }'],
    ] as const) {
      await page.emulateMedia({ colorScheme });
      const { violations } = (await page.evaluate(`axe.run(${rules})`)) as AxeResults;
      const found = violations.map(({ id, nodes }) => [id, nodes[0]?.html]);
      expect.soft({ what, colorScheme, found }).toEqual({ what, colorScheme, found: [] });
    }
  };
}
