/** A site with an embeddings service beside it, which dies and comes back: told over its pages. */

import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it, onTestFinished } from 'vitest';
import { type App, openApp } from '../../src/app.js';
import { readConfig } from '../../src/config.js';
import type { World } from '../../src/world.js';
import { record } from '../support/catalogue.js';
import {
  type EmbeddingsServer,
  startEmbeddingsServer,
  TEST_MODEL,
} from '../support/embeddings-server.js';
import { broadsheet } from '../support/program.js';
import { temporaryFolder } from '../support/temporary-folder.js';

const KEY = 'sk-nobody-may-read-this';

const SYNONYMS = [
  ['myocardial', 'heart'],
  ['infarction', 'attack'],
  ['automobiles', 'cars'],
];

/** Longer than the service is ever left alone. */
const LONG_WHILE_MS = 3_600_000;

it('finds papers by their meaning through it, by words without it, and again when it is back', async () => {
  let isDead = false;
  // It keeps its port, which another test could take meanwhile.
  const server = await startEmbeddingsServer({
    key: KEY,
    synonyms: SYNONYMS,
    plan: () => (isDead ? { kind: 'dead' } : undefined),
  });
  onTestFinished(() => server[Symbol.asyncDispose]());
  const site = await openSite(server);
  const { app } = site;

  await app.papers.add([
    record({ title: 'Myocardial infarction', names: ['2611.00001'] }),
    record({ title: 'Networks that sort', names: ['2611.00002'] }),
  ]);
  await app.searchIsReady();
  await site.until('/search?q=heart+attack', /Myocardial/);
  expect(await site.text('/search?q=heart+attack')).not.toContain('Networks');

  isDead = true;
  await app.papers.add([
    record({ title: 'Automobiles in the rain', abstract: 'Automobiles.', names: ['2611.00003'] }),
  ]);
  await site.until('/search?q=automobiles', /in the rain/);
  expect(await site.text('/search?q=myocardial+damage')).toMatch(/Myocardial/);
  expect(await site.text('/search?q=myocardial+scars')).toContain(
    'The embeddings service does not answer',
  );
  expect(await site.text('/search?q=cars')).not.toContain('in the rain');
  const complaints = site.logged.filter((line) => line.includes('The embeddings service fails'));
  expect(complaints.length).toBeGreaterThan(0);
  expect(new Set(complaints).size).toBe(complaints.length);

  isDead = false;
  const requestsBefore = server.requests.length;
  site.pass(LONG_WHILE_MS);
  await site.until('/search?q=cars', /in the rain/);
  expect(site.logged.join()).toContain('The embeddings service answers again.');
  // Of the papers that it had embedded, it was asked for none again.
  const texts = server.requests.slice(requestsBefore).flatMap((request) => request.texts);
  expect(texts.filter((text) => text.includes('Networks that sort'))).toEqual([]);
  expect(site.logged.join()).not.toContain(KEY);
}, 120_000);

it('is examined by the doctor, who says what to mend', async () => {
  const server = await startEmbeddingsServer({ key: KEY });
  onTestFinished(() => server[Symbol.asyncDispose]());
  const data = join(await temporaryFolder(), 'data');
  const file = join(await temporaryFolder(), 'papers.jsonl');
  await writeFile(file, JSON.stringify({ id: 'p-1', title: 'A paper' }));
  await broadsheet(['import', file, '--data', data]);
  const examine = (key: string) =>
    broadsheet(['doctor', '--data', data], {
      environment: {
        BROADSHEET_GATHER: 'false',
        BROADSHEET_EMBEDDINGS_URL: server.url,
        BROADSHEET_EMBEDDINGS_MODEL: TEST_MODEL,
        BROADSHEET_EMBEDDINGS_KEY: key,
      },
    });
  const well = await examine(KEY);
  expect(well.stdout).toContain(`${TEST_MODEL} at ${server.url} gives 96 numbers a text`);
  expect(well.status).toBe(0);
  const ill = await examine('sk-another');
  expect(ill.stdout).toMatch(/FAIL {2}embeddings service: .*refuses the key.*\n.*Correct/);
  expect(ill.stdout).not.toContain('sk-another');
  expect(ill.status).toBe(1);
}, 120_000);

async function openSite({ url }: EmbeddingsServer) {
  const folder = await temporaryFolder();
  const logged: string[] = [];
  let passedMs = 0;
  const say = (...words: readonly unknown[]): void => {
    logged.push(words.map(String).join(' '));
  };
  const world: World = {
    fetch,
    now: () => new Date(Date.now() + passedMs),
    random: () => 0.5,
    sleep: (durationMs, signal) => sleep<void>(durationMs, undefined, { signal }),
    log: { debug: say, info: say, warn: say, error: say },
  };
  const settings = {
    data: join(folder, 'data'),
    gather: false,
    sample: false,
    searchThreads: 1,
    model: 'built-in',
    embeddingsUrl: url,
    embeddingsModel: TEST_MODEL,
    embeddingsKey: KEY,
  };
  const app: App = await openApp(await readConfig(settings, {}, folder), world);
  onTestFinished(() => app[Symbol.asyncDispose]());

  const text = async (path: string): Promise<string> =>
    (await app.request(new Request(`http://localhost${path}`))).text();
  return {
    app,
    logged,
    text,
    /** Lets a while go by. */
    pass(durationMs: number): void {
      passedMs += durationMs;
    },
    /** Reads the page until it shows this. */
    until: (path: string, expected: RegExp) =>
      expect.poll(() => text(path), { timeout: 60_000, interval: 100 }).toMatch(expected),
  };
}
