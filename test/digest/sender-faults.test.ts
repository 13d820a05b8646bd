import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createRandom } from '../../bench/random.js';
import { type Database, openDatabase } from '../../src/database/database.js';
import { createSender } from '../../src/digest/delivery/sender.js';
import { queueLetters, SHORT_WAITS, senderParts, TODAY } from '../support/senders.js';
import { compare, sendWhileHalting, sendWhileKilling } from '../support/sending-processes.js';
import { temporaryFolder } from '../support/temporary-folder.js';
import { timeLapse } from '../support/time-lapse.js';
import { type Misdeed, type Moment, startUnrulyMailServer } from '../support/unruly-mail-server.js';

const NEVER = new AbortController().signal;

async function openFile(): Promise<{ readonly database: Database; readonly path: string }> {
  const path = join(await temporaryFolder(), 'broadsheet.db');
  const database = await openDatabase({ kind: 'sqlite', path });
  onTestFinished(() => database[Symbol.asyncDispose]());
  return { database, path };
}

describe('an edition of 200', () => {
  type Fate = readonly [Moment, Misdeed];

  const BUSY: readonly Fate[] = [
    ['rcpt', '450 4.2.1 busy'],
    ['data', '451 4.3.0 busy'],
    ['end', '452 4.3.1 full'],
    ['end', '451 4.3.2 closing'],
  ];
  const REFUSED: readonly Fate[] = [
    ['rcpt', '550 5.1.1 nobody'],
    ['rcpt', '552 5.2.2 full'],
    ['end', '554 5.7.1 no'],
  ];
  const SILENT: readonly Fate[] = [
    ['rcpt', 'hang'],
    ['data', 'hang'],
  ];

  /** 10 % are put off, 5 % refused, 3 % kept waiting, and 2 % cut off after their last dot. */
  function fateBy(random: () => number): Fate | undefined {
    const chance = random();
    const anyOf = (fates: readonly Fate[]) => fates[Math.floor(random() * fates.length)];
    if (chance < 0.1) return anyOf(BUSY);
    if (chance < 0.15) return anyOf(REFUSED);
    if (chance < 0.18) return anyOf(SILENT);
    return chance < 0.2 ? ['end', 'drop'] : undefined;
  }

  it.for([1, 2])(
    'is accounted for to the last letter by a server full of faults (%i)',
    async (seed) => {
      const random = createRandom(seed).next;
      const fates = new Map<string, Fate | undefined>();
      await using server = await startUnrulyMailServer({
        pipelining: seed === 2,
        plan(moment, { to }) {
          if (moment === 'rcpt') fates.set(to, fateBy(random));
          const fate = fates.get(to);
          return fate?.[0] === moment ? fate[1] : undefined;
        },
      });
      const { database } = await openFile();
      const clock = timeLapse(500);
      await queueLetters(database, { count: 200, now: clock.now });
      const usual = senderParts(database, { smtpUrl: server.url, now: clock.now, ...SHORT_WAITS });
      const parts = { ...usual, ...clock, random, leaseMs: 900_000, brake: () => undefined };
      const longestWaitMs = 2 * 3_600_000;
      const { end, counts } = await createSender(parts).drain({
        editionOn: TODAY,
        longestWaitMs,
        signal: NEVER,
      });
      expect(end).toBe('done');
      const { sent, failed, ambiguous } = counts;
      expect(sent + failed + ambiguous).toBe(200);
      expect(failed).toBeGreaterThan(0);
      expect(ambiguous).toBeGreaterThan(0);
      expect(await compare(database, server)).toMatchObject({
        lost: 0,
        doubled: 0,
        unexplained: 0,
      });
      const { deliveries } = await parts.deliveries.list(TODAY, { offset: 0, limit: 200 });
      for (const delivery of deliveries) {
        const last = (await parts.deliveries.history(delivery)).at(-1);
        expect(last).toMatchObject({ state: delivery.state, detail: expect.stringMatching(/\w/) });
      }
    },
  );
});

describe('a clock that is set while an edition goes out', () => {
  const HOUR_MS = 3_600_000;

  it.for([
    ['two hours back', -2 * HOUR_MS],
    ['a day back', -24 * HOUR_MS],
    ['a day on', 24 * HOUR_MS],
  ] as const)('%s and right again doubles and loses nothing', async ([, stepMs]) => {
    const { database } = await openFile();
    let offsetMs = 0;
    const now = () => new Date(Date.now() + offsetMs);
    await using server = await startUnrulyMailServer();
    await queueLetters(database, { count: 60 });
    server.follow((moment) => {
      if (moment === 'end') offsetMs = server.stored.length % 20 < 10 ? 0 : stepMs;
      return undefined;
    });
    const parts = senderParts(database, { smtpUrl: server.url, now });
    const sender = createSender(parts);
    await sender.drain({ editionOn: TODAY, longestWaitMs: 0, signal: NEVER });
    server.follow(() => undefined);
    offsetMs = 1_000;
    const { counts } = await sender.drain({
      editionOn: TODAY,
      longestWaitMs: 90_000,
      signal: NEVER,
    });
    expect(counts.sent).toBe(60);
    expect(await compare(database, server)).toMatchObject({ lost: 0, doubled: 0, unexplained: 0 });
  });
});

it('keeps its rows from another sender however long a server thinks', async () => {
  const { database } = await openFile();
  await using server = await startUnrulyMailServer({ thinksMs: 2_400 });
  await queueLetters(database, { count: 3 });
  const parts = { ...senderParts(database, { smtpUrl: server.url }), leaseMs: 1_200 };
  const drains = ['one', 'other'].map((holder) =>
    createSender({ ...parts, holder }).drain({
      editionOn: TODAY,
      longestWaitMs: 20_000,
      signal: NEVER,
    }),
  );
  await Promise.all(drains);
  const { deliveries } = await parts.deliveries.list(TODAY, { offset: 0, limit: 9 });
  for (const delivery of deliveries) {
    const states = (await parts.deliveries.history(delivery)).map(({ state }) => state);
    expect(states.filter((state) => state !== 'queued')).toEqual([
      'leased',
      'handing_over',
      'sent',
    ]);
  }
});

describe('a sender in a process of its own', () => {
  it('that is killed again and again loses and doubles nothing', async () => {
    const { database, path } = await openFile();
    await using server = await startUnrulyMailServer({ thinksMs: 3 });
    await queueLetters(database, { count: 200 });
    const report = await sendWhileKilling({
      database,
      server,
      task: taskFor(path, server.url),
      kills: 8,
      lettersPerKill: 25,
      random: createRandom(7).next,
    });
    expect(report).toMatchObject({ lost: 0, doubled: 0, unexplained: 0 });
    expect(report.mostHandingOver).toBeLessThanOrEqual(5);
    const { sent, ambiguous } = report.counts;
    expect(sent + ambiguous).toBe(200);
    expect(ambiguous).toBeLessThanOrEqual(5 * report.kills);
  });

  it('that is halted while another takes over, and goes on, doubles nothing', async () => {
    const { database, path } = await openFile();
    await using server = await startUnrulyMailServer({ thinksMs: 3 });
    await queueLetters(database, { count: 120 });
    const task = taskFor(path, server.url);
    const report = await sendWhileHalting({ database, server, task, afterLetters: 20, haltMs: 0 });
    const { counts, ...found } = report;
    expect(found).toMatchObject({ lost: 0, doubled: 0, unexplained: 0 });
    expect(counts.sent + counts.ambiguous).toBe(120);
    expect(counts.ambiguous).toBeLessThanOrEqual(5);
  });
});

function taskFor(path: string, smtpUrl: string) {
  return {
    database: { kind: 'sqlite', path },
    smtpUrl,
    connections: 5,
    leaseMs: 1_500,
    longestWaitMs: 60_000,
  } as const;
}
