/** The daily mail as it is put together: what no part of it sees alone. */

import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it, onTestFinished, vi } from 'vitest';
import { createDigest } from '../../src/app-digest.js';
import { type Config, readConfig } from '../../src/config.js';
import { openDatabase } from '../../src/database/database.js';
import { createHashedEmbedder } from '../../src/embedding/hashed-embedder.js';
import { createLogMailer } from '../../src/mail/log-mailer.js';
import type { Day } from '../../src/papers/dates.js';
import { createPaperStore } from '../../src/papers/paper-store.js';
import { createPlainEngine } from '../../src/search/plain-engine.js';
import { NOON, record } from '../support/catalogue.js';
import { startChatServer } from '../support/chat-server.js';
import { startMailServer } from '../support/mail-server.js';
import { complaint } from '../support/report-builders.js';
import { addSubscriber } from '../support/subscribers.js';
import { temporaryFolder } from '../support/temporary-folder.js';
import { wholeSite } from '../support/whole-site.js';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const TODAY = '2026-11-20' as Day;

/** Four papers of today, readers who want them at 13:00, a mail server; it is noon. */
async function program(settings: Partial<Config> = {}, readers: readonly string[] = ['ana']) {
  const mail = await startMailServer();
  onTestFinished(() => mail[Symbol.asyncDispose]());
  const data = await temporaryFolder();
  const database = await openDatabase({ kind: 'sqlite', path: join(data, 'broadsheet.db') });
  onTestFinished(() => database[Symbol.asyncDispose]());
  const clock = { ms: NOON.getTime() };
  const now = () => new Date(clock.ms);
  const papers = createPaperStore(database, { now, timeZone: 'UTC' });
  await papers.add(
    ['On norms', 'On sums', 'On trees', 'On words'].map((title) =>
      record({ title, authors: ['Ana Ruiz'], announcedOn: TODAY }),
    ),
  );
  const config = {
    ...(await readConfig({ data, timeZone: 'UTC' }, {})),
    ...{ smtpUrl: mail.url, mailFrom: 'papers@example.org', baseUrl: 'https://papers.example.org' },
    ...settings,
  };
  const { people } = await wholeSite({ database, papers, now });
  const logged: string[] = [];
  const note = (...said: unknown[]): void => {
    logged.push(said.map(String).join(' '));
  };
  const subscribers = [];
  for (const name of readers) {
    const email = `${name}@example.org`;
    subscribers.push(await addSubscriber(database, { email, preferences: { minute: 780 }, now }));
  }
  const start = () =>
    createDigest({
      ...{ config, database, papers, people },
      mailer: createLogMailer(() => {}),
      listensAt: () => undefined,
      search: {
        patientEngine: createPlainEngine(),
        builtInEmbedder: async () => createHashedEmbedder(),
      },
      world: {
        fetch: globalThis.fetch,
        now,
        random: Math.random,
        // Minutes pass in no time, and nobody takes all of it.
        sleep: (durationMs, signal) => sleep(Math.min(durationMs, 20), undefined, { signal }),
        log: { debug: note, info: note, warn: note, error: note },
      },
    });
  return { mail, data, database, clock, papers, logged, subscribers, start };
}

/** Lets it work until something is so. */
async function workUntil(
  digest: Awaited<ReturnType<typeof createDigest>>,
  isSo: () => void | Promise<void>,
): Promise<void> {
  const stopping = new AbortController();
  const working = digest.work(stopping.signal);
  try {
    await vi.waitFor(isSo, { timeout: 20_000, interval: 20 });
  } finally {
    stopping.abort();
    await working;
  }
}

it('waits while it cannot know what was sent, and goes on by itself when it can', async () => {
  const { mail, data, clock, logged, start } = await program();
  const mark = join(data, 'digest-mark.json');
  await mkdir(mark);
  clock.ms += HOUR_MS;
  const digest = await start();
  await workUntil(digest, async () => {
    expect(logged.join('\n')).toContain('digest-mark.json cannot be read');
    await rm(mark, { recursive: true, force: true });
    expect(mail.letters).toHaveLength(1);
  });
});

it('stops when complaints come in though an edition has gone out, but for an old one', async () => {
  const { clock, database, logged, subscribers, start } = await program({}, ['ana', 'ben']);
  const digest = await start();
  const signal = new AbortController().signal;
  expect(await digest.send({ editionOn: TODAY, signal })).toMatchObject({ end: 'done' });
  await pretendSent(database, 200);
  const complain = async (at: number) => {
    const subscriberId = subscribers[at]?.id;
    if (!subscriberId) throw new RangeError('nobody there');
    const delivery = await digest.deliveries.find({ editionOn: TODAY, subscriberId });
    const letter = {
      messageId: delivery?.messageId ?? '',
      recipient: delivery?.address ?? '',
      returnPath: 'papers@example.org',
    };
    const report = Buffer.from(complaint({ 'Feedback-Type': 'abuse' }, letter));
    return digest.intake.takeMessage(report, [], 'command');
  };
  clock.ms += 8 * DAY_MS;
  expect(await complain(0)).toMatchObject({ outcome: 'suppressed' });
  expect(await digest.control.pause()).toBeUndefined();
  clock.ms -= 6 * DAY_MS;
  await complain(1);
  expect(await digest.control.pause()).toMatchObject({
    by: 'brake',
    reason: expect.stringContaining('2 of 202 letters were complained of'),
  });
  expect(logged.join('\n')).toContain('The digest of 2026-11-20 has been stopped');
});

it('posts nothing of which a restored backup does not know whether it was', async () => {
  const chat = await startChatServer(() => undefined);
  onTestFinished(() => chat[Symbol.asyncDispose]());
  const { mail, clock, start } = await program({
    digestPosts: [{ id: 'group', kind: 'slack', url: `${chat.url}/hooks/x` }],
  });
  clock.ms += HOUR_MS;
  const digest = await start();
  await digest.control.stop('restored', 'An old database.');
  await workUntil(digest, async () => {
    expect((await digest.deliveries.counts(TODAY)).queued).toBe(1);
  });
  expect(chat.messages()).toEqual([]);
  await digest.acts.resume({ id: 'command-line' }, { sendsOverdue: false });
  await workUntil(digest, async () => {
    expect(await digest.posts.list(1)).toMatchObject([{ state: 'skipped' }]);
    expect((await digest.deliveries.counts(TODAY)).skipped).toBe(1);
  });
  expect([chat.messages(), mail.letters]).toEqual([[], []]);
});

it('forgets in time who has left and what was sent', async () => {
  const { clock, database, subscribers, start } = await program({}, ['ana', 'ben']);
  const digest = await start();
  const [ana, ben] = subscribers;
  if (!ana || !ben) throw new RangeError('nobody there');
  await digest.send({ editionOn: TODAY, signal: new AbortController().signal });
  await digest.subscribing.leave(ana, 'one-click');
  const sent = async () =>
    (
      await database.connection
        .$extendTables<{ sent_papers: { subscriber_id: string } }>()
        .selectFrom('sent_papers')
        .select('subscriber_id')
        .execute()
    ).length;
  expect(await sent()).toBe(8);
  await digest.control.stop('operator', 'No mail in this test.');
  clock.ms += 91 * DAY_MS;
  await workUntil(digest, async () => {
    expect((await digest.subscriptions.find(ana.id))?.address).toBeUndefined();
    expect(await sent()).toBe(4);
  });
  clock.ms += 276 * DAY_MS;
  await workUntil(digest, async () => {
    expect(await sent()).toBe(0);
  });
  expect((await digest.subscriptions.find(ben.id))?.address).toBe('ben@example.org');
});

it('goes by hand to those for whom there was nothing new before', async () => {
  const { mail, clock, papers, start } = await program({}, ['ana', 'ben']);
  const digest = await start();
  const signal = new AbortController().signal;
  clock.ms += 5 * DAY_MS;
  const editionOn = digest.today();
  expect((await digest.send({ editionOn, signal })).counts).toMatchObject({ skipped: 2 });
  await papers.add([record({ title: 'On news', authors: ['Ana Ruiz'], announcedOn: editionOn })]);
  clock.ms += 20_000;
  expect((await digest.send({ editionOn, signal })).counts).toMatchObject({ sent: 2, skipped: 0 });
  await digest.send({ editionOn, signal });
  expect(mail.letters).toHaveLength(2);
});

/** So many more letters of today, of which nothing matters but that they were sent. */
async function pretendSent(
  { connection }: Awaited<ReturnType<typeof openDatabase>>,
  count: number,
): Promise<void> {
  const tables = connection.$extendTables<{
    subscribers: Record<string, unknown>;
    deliveries: Record<string, unknown>;
  }>();
  const [subscriber] = await tables.selectFrom('subscribers').selectAll().limit(1).execute();
  const [delivery] = await tables.selectFrom('deliveries').selectAll().limit(1).execute();
  const numbers = Array.from({ length: count }, (_, at) => String(at));
  const keys = (at: string) => ({ address_hash: at, link_key: at, feed_key: at });
  await tables
    .insertInto('subscribers')
    .values(numbers.map((id) => ({ ...subscriber, id, ...keys(id) })))
    .execute();
  await tables
    .insertInto('deliveries')
    .values(numbers.map((id) => ({ ...delivery, subscriber_id: id, message_id: id })))
    .execute();
}
