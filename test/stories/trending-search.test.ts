/** A search for what trends: votes reach it soon, and are there after a restart and a new index. */

import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it, onTestFinished } from 'vitest';
import { type App, openApp } from '../../src/app.js';
import { readConfig } from '../../src/config.js';
import { openDatabase } from '../../src/database/database.js';
import type { Day } from '../../src/papers/dates.js';
import type { World } from '../../src/world.js';
import { addAccount } from '../support/accounts.js';
import { record } from '../support/catalogue.js';
import { temporaryFolder } from '../support/temporary-folder.js';

const SEARCH = '/search?q=norms&sort=trending';

it('lists what people vote for first, whatever becomes of the index', async () => {
  const folder = await temporaryFolder();
  const data = join(folder, 'data');
  const first = await openSite(folder);
  const [old, , middle] = await first.app.papers.add([
    record({ title: 'Norms, of old', names: ['2501.00001'], announcedOn: '2025-01-08' as Day }),
    record({ title: 'Norms of today', names: ['2611.00002'], announcedOn: '2026-11-20' as Day }),
    record({
      title: 'Norms of yesterday',
      names: ['2611.00001'],
      announcedOn: '2026-11-19' as Day,
    }),
  ]);
  const vote = await voter(data);
  await first.until(['Norms of today', 'Norms of yesterday', 'Norms, of old']);

  await vote(first.app, 'ana', old?.id);
  await first.until(['Norms, of old', 'Norms of today', 'Norms of yesterday']);
  await vote(first.app, 'bo', middle?.id);
  await vote(first.app, 'cy', middle?.id);
  const byVotes = ['Norms of yesterday', 'Norms, of old', 'Norms of today'];
  await first.until(byVotes);

  await first.app.reindex();
  await first.until(byVotes);
  await first.close();
  const second = await openSite(folder);
  await second.until(byVotes);
  expect(second.logged.join()).not.toContain('cannot');
}, 120_000);

it('judges a new paper by its content before anybody has voted, and says so', async () => {
  const { app } = await openSite(await temporaryFolder());
  const [added] = await app.papers.add([
    record({
      title: 'Norms of today',
      names: ['2611.00002'],
      categories: ['cs.CL'],
      announcedOn: '2026-11-20' as Day,
    }),
  ]);
  const why = new Request(`http://localhost/trending/why/${added?.id}`);
  await expect
    .poll(async () => (await app.request(why)).text(), { timeout: 100_000, interval: 200 })
    .toContain('what its content lets expect');
}, 120_000);

async function openSite(folder: string) {
  const logged: string[] = [];
  const say = (...words: readonly unknown[]): void => {
    logged.push(words.map(String).join(' '));
  };
  const world: World = {
    fetch,
    now: () => new Date(),
    random: () => 0.5,
    sleep: (durationMs, signal) => sleep<void>(durationMs, undefined, { signal }),
    log: { debug: say, info: say, warn: say, error: say },
  };
  const settings = { data: join(folder, 'data'), gather: false, sample: false, searchThreads: 1 };
  const app = await openApp(await readConfig(settings, {}, folder), world);
  const close = async () => app[Symbol.asyncDispose]();
  onTestFinished(close);
  app.start({ answers: true }).catch(say);

  const titles = async (): Promise<string[]> => {
    const answer = await app.request(new Request(`http://localhost${SEARCH}`));
    const text = await answer.text();
    return ['Norms, of old', 'Norms of yesterday', 'Norms of today']
      .filter((title) => text.includes(title.slice(6)))
      .sort((a, b) => text.indexOf(a.slice(6)) - text.indexOf(b.slice(6)));
  };
  return {
    app,
    logged,
    close,
    /** Asks until the papers stand in this order. */
    until: (expected: readonly string[]) =>
      expect.poll(titles, { timeout: 30_000, interval: 100 }).toEqual(expected),
  };
}

/** Accounts that vote as on a page, in the database of a running site. */
async function voter(data: string) {
  const database = await openDatabase({ kind: 'sqlite', path: join(data, 'broadsheet.db') });
  onTestFinished(() => database[Symbol.asyncDispose]());
  return async (
    { people }: App,
    name: string,
    paperId: Parameters<typeof people.votes.cast>[1] | undefined,
  ) => {
    if (!paperId) throw new RangeError('There is no such paper.');
    await people.votes.cast(await addAccount(database, { name }), paperId);
  };
}
