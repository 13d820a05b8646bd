/** The daily mail as it is lived with: the real program, a real mail server, people in browsers. */

import { once } from 'node:events';
import type { Browser, Page } from 'playwright-core';
import type { Email } from 'postal-mime';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createSuppressionStore } from '../../src/digest/subscriptions/suppression-store.js';
import { hasBrowser, openBrowser } from '../support/browser.js';
import { openDailyPaper, TODAY } from '../support/digest-story.js';
import {
  ask,
  checks,
  confirm,
  confirmationLinks,
  contentsOf,
  lastInLine,
  leavingLink,
  openAll,
  save,
  scan,
  send,
  settledRows,
  statesOf,
  statusByCommand,
  statusOnPage,
} from '../support/digest-story-acts.js';
import { everyRow } from '../support/hostile-requests.js';
import { linksInHtml, linksInText, visibleText } from '../support/read-letter.js';
import { openPage } from '../support/readers.js';

const PHONE = { width: 360, height: 740 };
const DESKTOP = { width: 1280, height: 900 };

const CLICK = 'List-Unsubscribe=One-Click';

/** Mail programs put a letter into pages of theirs, which have their own landmarks. */
const OF_LETTERS = '{ runOnly: ["wcag2a", "wcag2aa"] }';

describe.skipIf(!hasBrowser)('the daily mail', () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await openBrowser();
  });
  afterAll(() => browser?.close());

  it('comes once to whoever pressed the button, with reasons, and its links do nothing', async () => {
    const paper = await openDailyPaper();
    const ann = await openPage(browser, { viewport: PHONE });
    const ben = await openPage(browser, { viewport: DESKTOP });

    await ask(paper, ann, 'ann@example.org');
    const [link] = await confirmationLinks(paper, 'ann@example.org');
    await ann.goto(`${link}`, { waitUntil: 'networkidle' });
    expect(await paper.subscriber({ address: 'ann@example.org' })).toMatchObject({
      status: 'pending',
    });
    await confirm(ann);
    expect(await paper.subscriber({ address: 'ann@example.org' })).toMatchObject({
      status: 'confirmed',
    });

    const weekday = new Date().toLocaleDateString('en-GB', { weekday: 'long', timeZone: 'UTC' });
    await ann.getByRole('radio', { name: 'Once a week' }).check();
    await ann.getByLabel('If once a week, on').selectOption({ label: weekday });
    await ann.getByLabel('At', { exact: true }).selectOption('6');
    await save(ann);
    await ann.getByText(`at 06:00 (UTC)`).waitFor();

    await ask(paper, ben, 'ben@example.org');
    await ben.goto(`${(await confirmationLinks(paper, 'ben@example.org'))[0]}`);
    await confirm(ben);
    await ben.getByLabel('Searches of your own').fill('norms');
    await save(ben);
    expect(await ben.getByLabel('Searches of your own').inputValue()).toBe('norms');
    const feed = await ben
      .getByRole('link', { name: 'Your letters as a feed' })
      .getAttribute('href');
    expect(await (await fetch(paper.url + feed)).text()).not.toContain('<entry>');

    // Two commands and the site itself all send the same edition.
    const sent = await Promise.all([
      paper.run(['digest', 'send', '--json']),
      paper.run(['digest', 'send', '--json']),
    ]);
    for (const { status, stdout, stderr } of sent) {
      expect(status, stderr).toBe(0);
      expect(JSON.parse(stdout)).toMatchObject({ edition: TODAY, sent: 2, queued: 0, failed: 0 });
    }
    const letters = new Map<string, Email>();
    for (const name of ['ann', 'ben']) {
      const all = await paper.lettersTo(`${name}@example.org`);
      expect(all.map(({ subject = '' }) => /\?$/.test(subject))).toEqual([true, false]);
      letters.set(name, all[1] as Email);
    }
    for (const contents of await contentsOf(paper)) {
      expect(contents.papers.length).toBeGreaterThanOrEqual(3);
      expect(contents.papers.filter(({ reasons }) => reasons.length === 0)).toEqual([]);
    }
    const found = 'Matches your search “norms”';
    expect(visibleText(letters.get('ann')?.html ?? '')).not.toContain(found);
    expect(visibleText(letters.get('ben')?.html ?? '')).toContain(found);
    expect(await (await fetch(paper.url + feed)).text()).toContain('On the norms of sparse');

    await ask(paper, await openPage(browser, { viewport: PHONE }), 'eve@example.org');
    const links = new Set(await confirmationLinks(paper, 'eve@example.org'));
    for (const { text = '', html = '' } of letters.values()) {
      expect(linksInText(text)).toEqual(linksInHtml(html));
      for (const each of linksInHtml(html)) {
        if (each.startsWith(paper.url)) links.add(each.replace(/#.*/, ''));
      }
    }
    for (const letter of letters.values()) links.add(leavingLink(letter));
    expect(links.size).toBeGreaterThan(10);

    const before = await settledRows(paper);
    await scan(links);
    await openAll(browser, links);
    expect(await everyRow(paper.database)).toEqual(before);

    const form = new FormData();
    form.set('List-Unsubscribe', 'One-Click');
    for (const [name, body] of [
      ['ann', new URLSearchParams(CLICK)],
      ['ben', form],
    ] as const) {
      const address = leavingLink(letters.get(name) as Email);
      for (let times = 0; times < 2; times += 1) {
        const answer = await fetch(address, { method: 'POST', body, redirect: 'error' });
        expect([answer.status, answer.headers.getSetCookie()]).toEqual([200, []]);
      }
      expect(await paper.subscriber({ address: `${name}@example.org` })).toMatchObject({
        status: 'unsubscribed',
        ended_by: 'one-click',
      });
    }
    await send(paper);
    expect(paper.mail.stored).toHaveLength(5);
  });

  it('is left, stopped and let go on in the middle of an edition', async () => {
    const paper = await openDailyPaper();
    const people = Array.from({ length: 40 }, (_, at) => `reader${at}@example.org`);
    await paper.addSubscribers(people);
    const olga = await openPage(browser, { viewport: DESKTOP });
    await olga.context().addCookies([await paper.signInOperator()]);
    await olga.goto(`${paper.url}/admin/digest`);
    await olga.getByLabel('Reason, for the audit log').fill('To look at it.');

    paper.think(700);
    const sending = paper.begin(['digest', 'send']);
    let said = '';
    sending.stderr?.on('data', (text) => {
      said += text;
    });
    const ended = once(sending, 'exit');
    await expect.poll(() => paper.mail.stored.length, { timeout: 30_000 }).toBeGreaterThan(3);
    const leaver = await lastInLine(paper);
    const atMs = performance.now();
    const body = new URLSearchParams(CLICK);
    const address = `${paper.url}/unsubscribe/${leaver.link_key}`;
    expect((await fetch(address, { method: 'POST', body })).status).toBe(200);
    expect(performance.now() - atMs).toBeLessThan(1_000);

    await olga.getByRole('button', { name: 'Stop the mail' }).click();
    await olga.getByRole('heading', { name: 'The mail is stopped' }).waitFor();
    expect((await ended)[0]).toBe(1);
    expect(said).toMatch(/stopped by an operator .*To look at it\./);
    const arrived = paper.mail.stored.length;
    expect(arrived).toBeLessThan(people.length);
    await olga.reload();
    const stopped = await statusByCommand(paper);
    expect(await statusOnPage(olga)).toEqual(stopped);
    expect(stopped).toMatchObject({ sent: arrived, handingOver: 0 });
    expect(paper.mail.stored).toHaveLength(arrived);

    paper.think(0);
    await olga.getByRole('button', { name: 'Let the mail go on' }).click();
    await olga.getByRole('heading', { name: 'The mail runs' }).waitFor();
    await expect
      .poll(async () => (await statesOf(paper)).get('sent'), { timeout: 30_000 })
      .toBe(people.length - 1);
    expect(await statesOf(paper)).toEqual(
      new Map([
        ['sent', people.length - 1],
        ['skipped', 1],
      ]),
    );
    await olga.reload();
    const done = await statusByCommand(paper);
    expect(await statusOnPage(olga)).toEqual(done);
    const others = people.filter((each) => each !== leaver.address);
    expect(paper.mail.stored.map(({ to }) => to).sort()).toEqual(others.sort());
    await olga.goto(`${paper.url}/admin/digest/letters?edition=${TODAY}&state=skipped`);
    await olga.getByRole('link', { name: `${leaver.address}` }).click();
    await olga.getByText('Skipped').first().waitFor();
  });

  it('meets no barrier that axe knows and no sideways scrolling on any of its pages', async () => {
    const paper = await openDailyPaper();
    const { url } = paper;
    await paper.addSubscribers(['ann@example.org', 'ben@example.org']);
    await send(paper);
    const ann = await paper.subscriber({ address: 'ann@example.org' });
    const ben = await paper.subscriber({ address: 'ben@example.org' });
    const now = () => new Date();
    await createSuppressionStore(paper.database, { now }).suppress({
      addressHash: `${ben?.address_hash}`,
      reason: 'bounces',
      detail: '550 5.1.1 nobody.by.a.name.that.is.longer.than.a.telephone.is.wide@example.org',
    });
    const reader = await openPage(browser, { viewport: PHONE, bypassCSP: true });
    const olga = await openPage(browser, { viewport: PHONE, bypassCSP: true });
    await olga.context().addCookies([await paper.signInOperator()]);
    const check = await checks();
    const go = async (page: Page, path: string) => {
      expect((await page.goto(url + path))?.status(), path).toBe(200);
      await check(page, path);
    };

    const [letter] = await paper.lettersTo('ann@example.org');
    await reader.setContent(`${letter?.html}`);
    await check(reader, 'the letter', OF_LETTERS);
    await go(reader, '/subscribe');
    await reader.getByLabel('E-mail address').fill('nobody@nowhere');
    await reader.getByRole('button', { name: 'Subscribe' }).first().click();
    await reader.getByRole('alert').waitFor();
    await check(reader, 'what is no address');
    await ask(paper, reader, 'eve@example.org');
    await check(reader, 'the word to look into the mailbox');
    const [link] = await confirmationLinks(paper, 'eve@example.org');
    await go(reader, new URL(`${link}`).pathname);
    await confirm(reader);
    await check(reader, 'what a new subscriber sees');
    await reader.getByLabel('Searches of your own').fill('x'.repeat(400));
    await reader.getByRole('button', { name: 'Save', exact: true }).click();
    await reader.getByRole('alert').waitFor();
    await check(reader, 'what cannot be saved');
    await go(reader, `/subscription/${ann?.link_key}?feed=1`);
    await go(reader, `/subscription/${ben?.link_key}`);
    await go(reader, `/unsubscribe/${ann?.link_key}`);
    await reader.getByRole('main').getByRole('button', { name: 'Unsubscribe' }).click();
    await reader.getByRole('heading', { name: 'You are unsubscribed' }).waitFor();
    await check(reader, 'the word that it is done');
    await go(reader, `/subscription/${ann?.link_key}`);
    await reader.goto(`${url}/subscription/${ben?.link_key}`);
    await reader.getByRole('button', { name: 'Unsubscribe and forget my address' }).click();
    await reader.getByRole('heading', { name: 'You are forgotten' }).waitFor();
    await check(reader, 'the word that an address is forgotten');

    await go(olga, '/subscribe');
    await olga.getByRole('button', { name: /^Send it to me/ }).click();
    await olga.getByRole('heading', { name: 'The daily mail is yours' }).waitFor();
    await check(olga, 'what somebody with an account sees');
    await go(olga, '/subscribe');
    await go(olga, '/admin/digest');
    await olga.getByRole('button', { name: 'Stop the mail' }).click();
    await olga.getByRole('heading', { name: 'The mail is stopped' }).waitFor();
    await check(olga, 'the mail that is stopped');
    await go(olga, '/admin/digest?edition=2020-01-01');
    await go(olga, `/admin/digest/letters?edition=${TODAY}`);
    await go(olga, `/admin/digest/letters?edition=${TODAY}&address=nobody@example.org`);
    await go(olga, `/admin/digest/letters/${TODAY}/${ann?.id}`);
    await go(olga, '/admin/digest/suppressions');
    await go(olga, '/admin/digest/suppressions?address=nobody@example.org');
    await go(olga, '/admin/digest/preview');
    await go(olga, '/admin/digest/preview?address=ann@example.org');
  });
});
