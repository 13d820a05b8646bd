/** A site with papers of today and a mail server beside it, as the program itself runs them. */

import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { type AddressInfo, createServer } from 'node:net';
import { join } from 'node:path';
import { type Email, default as PostalMime } from 'postal-mime';
import { expect, onTestFinished } from 'vitest';
import type { Account } from '../../src/accounts/account.js';
import { createSessionStore } from '../../src/accounts/session-store.js';
import { type Database, openDatabase } from '../../src/database/database.js';
import type { SubscriberRow } from '../../src/digest/subscriptions/subscription-rows-store.js';
import { addAccount } from './accounts.js';
import { broadsheet, type Run, type Site, serve, start } from './program.js';
import { temporaryFolder } from './temporary-folder.js';
import { startUnrulyMailServer, type UnrulyMailServer } from './unruly-mail-server.js';

export const TODAY: string = new Date().toISOString().slice(0, 10);

/** Two of them are about norms. */
const TITLES = [
  'On the norms of sparse matrices',
  'Bounds that hold for every norm',
  'Sketches of large graphs',
  'What a reader remembers',
  'Trees that learn from few leaves',
  'A survey of surveys',
];

export type DailyPaper = {
  readonly url: string;
  readonly site: Site;
  readonly mail: UnrulyMailServer;
  /** How long the mail server thinks about each letter from now on. */
  readonly think: (durationMs: number) => void;
  /** A connection of our own to what the site writes. */
  readonly database: Database;
  /** A command beside the running site. */
  readonly run: (args: readonly string[]) => Promise<Run>;
  /** One that is not waited for. */
  readonly begin: (args: readonly string[]) => ReturnType<typeof start>;
  /** The letters to an address, the first one first. */
  readonly lettersTo: (address: string) => Promise<readonly Email[]>;
  /** Adds people who get the mail, as from a list of the operator's. */
  readonly addSubscribers: (addresses: readonly string[]) => Promise<void>;
  readonly subscriber: (
    by: { readonly address: string } | { readonly id: string },
  ) => Promise<SubscriberRow | undefined>;
  /** The cookie of a browser in which an operator is signed in. */
  readonly signInOperator: () => Promise<{ name: string; value: string; url: string }>;
};

/** Longer than the program needs to start on a busy machine. */
const START_MS = 60_000;

export async function openDailyPaper(): Promise<DailyPaper> {
  const slowness = { keepsSources: true, thinksMs: 0 };
  const mail = await startUnrulyMailServer(slowness);
  onTestFinished(() => mail[Symbol.asyncDispose]());
  const folder = await temporaryFolder();
  const data = join(folder, 'data');
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const environment = {
    SMTP_URL: mail.url,
    BROADSHEET_BASE_URL: url,
    BROADSHEET_TITLE: 'The Daily Proof',
    BROADSHEET_MAIL_FROM: 'paper@example.org',
    BROADSHEET_CONTACT: 'people@example.org',
    BROADSHEET_TIME_ZONE: 'UTC',
  };
  const withData = (args: readonly string[]) => [...args, '--data', data];
  const run = (args: readonly string[]) => broadsheet(withData(args), { environment });

  await writeFile(join(folder, 'papers.jsonl'), TITLES.map(paperLine).join('\n'));
  expect((await run(['import', join(folder, 'papers.jsonl')])).status).toBe(0);
  const site = await serve(withData(['--port', String(port), '--no-gather']), { environment });
  // The mail server waits for connections that the program keeps open.
  onTestFinished(async () => {
    if (site.child.exitCode !== null || !site.child.kill('SIGKILL')) return;
    await once(site.child, 'exit');
  });
  const database = await openDatabase({ kind: 'sqlite', path: join(data, 'broadsheet.db') });
  onTestFinished(() => database[Symbol.asyncDispose]());
  const ready = async () => (await fetch(`${url}/readyz`)).status;
  await expect.poll(ready, { timeout: START_MS }).toBe(200);

  return {
    url,
    site,
    mail,
    think(durationMs) {
      slowness.thinksMs = durationMs;
    },
    database,
    run,
    begin: (args) => start(withData(args), { environment }),
    lettersTo: (address) =>
      Promise.all(mail.stored.filter(({ to }) => to === address).map(({ source }) => read(source))),
    async addSubscribers(addresses) {
      const file = join(folder, 'subscribers.csv');
      await writeFile(file, ['email', ...addresses].join('\n'));
      const { status, stderr } = await run(['subscribers', 'import', file]);
      expect(status, stderr).toBe(0);
    },
    subscriber: (by) =>
      database.connection
        .$extendTables<{ subscribers: SubscriberRow }>()
        .selectFrom('subscribers')
        .selectAll()
        .where((where) => where.and(by))
        .executeTakeFirst(),
    async signInOperator() {
      const olga: Account = await addAccount(database, { name: 'olga', role: 'operator' });
      const sessions = createSessionStore(database, { now: () => new Date() });
      const { token } = await sessions.open(olga.id, { userAgent: 'Firefox', method: 'mail' });
      return { name: 'session', value: token, url };
    },
  };
}

function paperLine(title: string, at: number): string {
  return JSON.stringify({
    id: `2611.0${at + 1001}`,
    title,
    abstract: `We say what there is to say on this: ${title.toLowerCase()}. It is little.`,
    authors: ['Ana Ruiz', 'Ben Ode'],
    categories: ['math.NA'],
    date: TODAY,
    broadsheet: { announcedOn: TODAY },
  });
}

/** A letter as a mail program reads it; a server is sent a second dot before each first one. */
function read(source: string): Promise<Email> {
  return PostalMime.parse(Buffer.from(source.replace(/^\.\./gm, '.'), 'latin1'));
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}
