import { setTimeout as wait } from 'node:timers/promises';
import { expect, it } from 'vitest';
import type { DeliveryCounts } from '../../src/digest/delivery/delivery.js';
import { createPaceStore } from '../../src/digest/delivery/pace-store.js';
import { createSender, type Drained } from '../../src/digest/delivery/sender.js';
import type { SenderParts } from '../../src/digest/delivery/sender-parts.js';
import { createReturnPaths } from '../../src/digest/returns/return-paths.js';
import type { DigestPreferences } from '../../src/digest/subscriptions/subscription.js';
import { createSuppressionStore } from '../../src/digest/subscriptions/suppression-store.js';
import { describeOnBothDialects } from '../support/databases.js';
import {
  CONTENTS,
  queueLetters,
  readerId,
  SHORT_WAITS,
  senderParts,
  TODAY,
} from '../support/senders.js';
import {
  addressHashOf,
  KEYED_HASH,
  subscriptionStoreFor,
  USUAL_PREFERENCES,
} from '../support/subscribers.js';
import { timeLapse } from '../support/time-lapse.js';
import {
  type Misdeed,
  type Moment,
  type Plan,
  startUnrulyMailServer,
  type UnrulyMailServer,
} from '../support/unruly-mail-server.js';

const READER = readerId(0);

/** Only the states that have any rows. */
function states(counts: DeliveryCounts): Partial<DeliveryCounts> {
  return Object.fromEntries(Object.entries(counts).filter(([, count]) => count > 0));
}

function drain(parts: SenderParts, longestWaitMs = 0, signal?: AbortSignal): Promise<Drained> {
  const never = new AbortController().signal;
  return createSender(parts).drain({ editionOn: TODAY, longestWaitMs, signal: signal ?? never });
}

function namesOf(server: UnrulyMailServer): readonly string[] {
  return server.stored.map(({ messageId }) => messageId);
}

/** Misbehaves towards some, always alike. */
const towards =
  (isMeant: (to: string) => boolean, moment: Moment, deed: Misdeed): Plan =>
  (at, { to }) =>
    at === moment && isMeant(to) ? deed : undefined;

describeOnBothDialects('the sender', (database) => {
  it('sends an edition to everybody, once', async () => {
    await using server = await startUnrulyMailServer();
    await queueLetters(database(), { count: 120 });
    const parts = senderParts(database(), { smtpUrl: server.url });
    const drained = await drain(parts);
    expect(drained.end).toBe('done');
    expect(states(drained.counts)).toEqual({ sent: 120 });
    expect(new Set(namesOf(server)).size).toBe(120);
    expect(server.stored).toHaveLength(120);
    const row = await parts.deliveries.find({ editionOn: TODAY, subscriberId: READER });
    expect(namesOf(server)).toContain(row?.messageId);
    expect(row).toMatchObject({ attempt: 1, detail: '250 2.0.0 kept', papers: 1 });
  });

  it('sends nothing twice when two are started at once', async () => {
    await using server = await startUnrulyMailServer({ thinksMs: 2 });
    await queueLetters(database(), { count: 150 });
    const senders = [1, 2].map(() => senderParts(database(), { smtpUrl: server.url }));
    const drained = await Promise.all(senders.map((parts) => drain(parts, 10_000)));
    for (const { counts } of drained) expect(states(counts)).toEqual({ sent: 150 });
    expect(server.stored).toHaveLength(150);
    expect(new Set(namesOf(server)).size).toBe(150);
  });

  it('sends nothing twice when one is halted before a letter and comes back', async () => {
    await using server = await startUnrulyMailServer();
    await queueLetters(database(), { count: 20 });
    let goOn: (() => void) | undefined;
    const halt = new Promise<void>((resolve) => {
      goOn = resolve;
    });
    let halted = 0;
    const usual = senderParts(database(), { smtpUrl: server.url });
    const parts = { ...usual, leaseMs: 300 };
    const haltedSender = drain(
      {
        ...parts,
        holder: 'halted',
        deliveries: { ...parts.deliveries, renew: async () => {} },
        guard: {
          ...parts.guard,
          async keepAhead() {
            halted += 1;
            await halt;
          },
        },
      },
      10_000,
    );
    await expect.poll(() => halted).toBe(5);
    const drained = await drain({ ...parts, holder: 'successor' }, 10_000);
    expect(states(drained.counts)).toEqual({ sent: 20 });
    goOn?.();
    expect(states((await haltedSender).counts)).toEqual({ sent: 20 });
    expect(server.stored).toHaveLength(20);
  });

  const FAULTS: readonly (readonly [Moment, Misdeed, keyof DeliveryCounts, number])[] = [
    ['connect', 'drop', 'deferred', 0],
    ['connect', 'hang', 'deferred', 0],
    ['connect', '554 5.7.1 go away', 'deferred', 0],
    ['mail', 'drop', 'deferred', 0],
    ['mail', '550 5.7.1 not from you', 'deferred', 0],
    ['rcpt', '421 4.7.0 too fast', 'deferred', 0],
    ['rcpt', '450 4.2.1 try later', 'deferred', 0],
    ['rcpt', '550 5.1.1 nobody of that name', 'failed', 0],
    ['rcpt', 'hang', 'deferred', 0],
    ['data', '451 4.3.0 not now', 'deferred', 0],
    ['end', '451 4.3.0 disk full', 'deferred', 0],
    ['end', '554 5.6.0 no', 'failed', 0],
    ['end', 'drop', 'ambiguous', 1],
    ['end', 'hang', 'ambiguous', 1],
  ];

  it.for(FAULTS)(
    'after this at %s: %s calls the letter %s',
    async ([moment, deed, state, stored]) => {
      await using server = await startUnrulyMailServer({ plan: towards(() => true, moment, deed) });
      await queueLetters(database(), { count: 1 });
      const parts = senderParts(database(), {
        smtpUrl: server.url,
        ...(deed === 'hang' && SHORT_WAITS),
      });
      const { counts } = await drain(parts);
      expect(states(counts)).toEqual({ [state]: 1 });
      expect(server.stored).toHaveLength(stored);
      const history = await parts.deliveries.history({ editionOn: TODAY, subscriberId: READER });
      expect(history.at(-1)).toMatchObject({ state, detail: expect.stringMatching(/\w+/) });
    },
  );

  it('tries again what was put off, each time under the same name', async () => {
    let refusals = 0;
    await using server = await startUnrulyMailServer({
      plan: (moment) => (moment === 'end' && refusals++ < 2 ? '451 4.3.0 busy' : undefined),
    });
    await queueLetters(database(), { count: 1 });
    const parts = {
      ...senderParts(database(), { smtpUrl: server.url, ...timeLapse(40) }),
      ...timeLapse(40),
    };
    const { counts } = await drain({ ...parts, leaseMs: 900_000 }, 300_000);
    expect(states(counts)).toEqual({ sent: 1 });
    expect(server.stored).toHaveLength(1);
    const row = await parts.deliveries.find({ editionOn: TODAY, subscriberId: READER });
    expect(row?.attempt).toBe(3);
  });

  it('sends one more copy of what may be lost, if the operator wants that, and never another', async () => {
    const clock = timeLapse(200);
    await using server = await startUnrulyMailServer({
      plan: towards((to) => to.startsWith('reader-0'), 'end', 'drop'),
    });
    await queueLetters(database(), { count: 2, now: clock.now });
    const usual = senderParts(database(), { smtpUrl: server.url, now: clock.now, maxRepeats: 1 });
    const { counts } = await drain({ ...usual, ...clock, leaseMs: 900_000 }, 300_000);
    expect(states(counts)).toEqual({ sent: 1, ambiguous: 1 });
    expect(server.stored).toHaveLength(3);
    expect(new Set(namesOf(server)).size).toBe(2);
  });

  it('notes an address that does not exist at once, and writes to it no more', async () => {
    await using server = await startUnrulyMailServer({
      plan: towards((to) => to.startsWith('reader-1@'), 'rcpt', '550 5.1.1 nobody'),
    });
    await queueLetters(database(), { count: 3 });
    const parts = senderParts(database(), { smtpUrl: server.url });
    expect(states((await drain(parts)).counts)).toEqual({ sent: 2, failed: 1 });
    expect(await parts.returns.counts(TODAY)).toMatchObject({ 'no-such-address': 1 });
    const suppressions = createSuppressionStore(database(), { now: () => new Date() });
    const hash = addressHashOf('reader-1@example.org');
    expect(await suppressions.find(hash)).toMatchObject({ reason: 'no-such-address' });
  });

  it('blames no reader for a server that refuses us', async () => {
    await using server = await startUnrulyMailServer({
      plan: towards(() => true, 'rcpt', '554 5.7.1 relaying denied'),
    });
    await queueLetters(database(), { count: 3 });
    const parts = senderParts(database(), { smtpUrl: server.url });
    expect(states((await drain(parts)).counts)).toEqual({ failed: 3 });
    expect(await parts.returns.counts(TODAY)).toMatchObject({ policy: 3 });
    const suppressions = createSuppressionStore(database(), { now: () => new Date() });
    expect((await suppressions.list({ offset: 0, limit: 9 })).total).toBe(0);
  });

  it('lets the others go on when one letter cannot be made', async () => {
    await using server = await startUnrulyMailServer();
    await queueLetters(database(), { count: 5 });
    const usual = senderParts(database(), { smtpUrl: server.url });
    const parts: typeof usual = {
      ...usual,
      async compose(given) {
        if (given.subscriber.id === READER) throw new RangeError('a title of 3 GB');
        return usual.compose(given);
      },
    };
    expect(states((await drain(parts)).counts)).toEqual({ sent: 4, failed: 1 });
    const row = await parts.deliveries.find({ editionOn: TODAY, subscriberId: READER });
    expect(row).toMatchObject({ state: 'failed', detail: 'It could not be made: a title of 3 GB' });
  });

  it('skips who has nothing new, and fills the feed of who wants no mail', async () => {
    await using server = await startUnrulyMailServer();
    await queueLetters(database(), { count: 4 });
    const store = subscriptionStoreFor(database());
    const set = (number: number, preferences: Partial<DigestPreferences>) =>
      store.setPreferences(readerId(number), { ...USUAL_PREFERENCES, ...preferences });
    await set(1, { evenIfEmpty: true });
    await set(2, { channel: 'feed' });
    const usual = senderParts(database(), { smtpUrl: server.url });
    const parts: typeof usual = {
      ...usual,
      contents: {
        make: async ({ id }) => (id <= readerId(1) ? { ...CONTENTS, papers: [] } : CONTENTS),
      },
    };
    expect(states((await drain(parts)).counts)).toEqual({ sent: 3, skipped: 1 });
    expect(server.stored.map(({ to }) => to).sort()).toEqual([
      'reader-1@example.org',
      'reader-3@example.org',
    ]);
    const feed = await parts.deliveries.contentsOf(readerId(2), 5);
    expect(feed).toEqual([{ editionOn: TODAY, contents: CONTENTS, atMs: expect.any(Number) }]);
  });

  it('sends nothing to somebody who leaves in the last moment', async () => {
    const store = subscriptionStoreFor(database(), () => new Date());
    await using server = await startUnrulyMailServer();
    await queueLetters(database(), { count: 3 });
    const usual = senderParts(database(), { smtpUrl: server.url });
    const parts: typeof usual = {
      ...usual,
      async compose(given) {
        if (given.subscriber.id === READER) await store.end(READER, 'one-click');
        return usual.compose(given);
      },
    };
    expect(states((await drain(parts)).counts)).toEqual({ sent: 2, skipped: 1 });
    expect(server.stored.map(({ to }) => to)).not.toContain('reader-0@example.org');
  });

  it('stops in the middle when the mail is stopped, and sends the rest when it goes on', async () => {
    await using server = await startUnrulyMailServer();
    await queueLetters(database(), { count: 60 });
    const parts = senderParts(database(), { smtpUrl: server.url });
    server.follow((moment) => {
      if (moment === 'end' && server.stored.length === 9) {
        void parts.control.stop('operator', 'a wrong list');
      }
      return undefined;
    });
    const drained = await drain(parts, 5_000);
    expect(drained.end).toBe('paused');
    const { sent, queued } = drained.counts;
    expect(sent + queued).toBe(60);
    expect(sent).toBe(server.stored.length);
    expect(sent).toBeLessThan(25);
    server.follow(() => undefined);
    await parts.control.resume({});
    expect(states((await drain(parts)).counts)).toEqual({ sent: 60 });
    expect(new Set(namesOf(server)).size).toBe(60);
    expect(server.stored).toHaveLength(60);
  });

  it('stops by itself when an edition goes to addresses that do not exist', async () => {
    await using server = await startUnrulyMailServer({
      plan: towards((to) => /[05]@/.test(to), 'rcpt', '550 5.1.1 nobody'),
    });
    await queueLetters(database(), { count: 280 });
    const parts = senderParts(database(), { smtpUrl: server.url });
    const drained = await drain(parts, 5_000);
    expect(drained.end).toBe('paused');
    expect(await parts.control.pause()).toMatchObject({ by: 'brake' });
    expect(drained.counts.queued).toBeGreaterThan(40);
  });

  it('charges hardly anybody for a server that is away', async () => {
    await using server = await startUnrulyMailServer({
      plan: towards(() => true, 'connect', 'drop'),
    });
    await queueLetters(database(), { count: 40 });
    const parts = { ...senderParts(database(), { smtpUrl: server.url }), connections: 3 };
    const stop = new AbortController();
    const sending = createSender(parts).run(stop.signal);
    await expect
      .poll(async () => (await parts.deliveries.counts(TODAY)).deferred)
      .toBeGreaterThan(0);
    stop.abort();
    await sending;
    const counts = states(await parts.deliveries.counts(TODAY));
    expect(counts.deferred).toBeLessThanOrEqual(3);
    expect((counts.deferred ?? 0) + (counts.queued ?? 0)).toBe(40);
  });

  it('has letters to one slow domain wait, without a failure, while the others go', async () => {
    await using server = await startUnrulyMailServer();
    await queueLetters(database(), {
      count: 12,
      addressOf: (number) =>
        `reader-${number}@${number < 2 ? 'slow.example' : `d${number}.example`}`,
    });
    const usual = senderParts(database(), { smtpUrl: server.url });
    const pace = createPaceStore(database(), { now: usual.now, perMinutePerDomain: 40 });
    const parts = { ...usual, pace };
    const drained = await drain(parts, 10_000);
    expect(states(drained.counts)).toEqual({ sent: 12 });
    const { deliveries } = await parts.deliveries.list(TODAY, { offset: 0, limit: 99 });
    expect(deliveries.every(({ attempt }) => attempt === 1)).toBe(true);
    expect(server.stored.at(-1)?.to).toMatch(/@slow\.example$/);
  });

  it('has each letter come back to a mailbox of its own', async () => {
    await using server = await startUnrulyMailServer();
    await queueLetters(database(), { count: 2 });
    const { pathFor, letterOf } = createReturnPaths({
      returnAddress: 'b@bounces.paper.example',
      keyedHash: KEYED_HASH,
    });
    await drain({ ...senderParts(database(), { smtpUrl: server.url }), returnPathFor: pathFor });
    const letters = server.stored.map(({ from }) => letterOf(from)?.subscriberId);
    expect(letters.sort()).toEqual([readerId(0), readerId(1)]);
  });

  it('tries a letter anew whose lease ran out on its way, when nobody else has it', async () => {
    await using server = await startUnrulyMailServer();
    await queueLetters(database(), { count: 3 });
    const usual = senderParts(database(), { smtpUrl: server.url });
    let isLate = true;
    const parts: typeof usual & { readonly leaseMs: number } = {
      ...usual,
      leaseMs: 300,
      deliveries: { ...usual.deliveries, renew: async () => {} },
      async compose(given) {
        if (isLate) await wait(350);
        isLate = false;
        return usual.compose(given);
      },
    };
    expect(states((await drain(parts, 10_000)).counts)).toEqual({ sent: 3 });
    expect(server.stored).toHaveLength(3);
    // Given back, rather than found when its lease was over: that was no try.
    const { deliveries } = await parts.deliveries.list(TODAY, { offset: 0, limit: 9 });
    expect(deliveries.map(({ attempt }) => attempt)).toEqual([1, 1, 1]);
  });

  it('puts down what became of a letter although the database was away for a moment', async () => {
    await using server = await startUnrulyMailServer();
    await queueLetters(database(), { count: 5 });
    const usual = senderParts(database(), { smtpUrl: server.url });
    let failures = 2;
    const deliveries: typeof usual.deliveries = {
      ...usual.deliveries,
      async settle(lease, outcome) {
        if (failures-- > 0) throw new Error('the database is away');
        return usual.deliveries.settle(lease, outcome);
      },
    };
    expect(states((await drain({ ...usual, deliveries }, 10_000)).counts)).toEqual({ sent: 5 });
    expect(server.stored).toHaveLength(5);
  });
});

describeOnBothDialects('a sender that runs with the site', (database) => {
  it('sends what is queued while it runs, at once when it is told of it', async () => {
    await using server = await startUnrulyMailServer();
    const parts = senderParts(database(), { smtpUrl: server.url });
    const sender = createSender(parts);
    const stop = new AbortController();
    const running = sender.run(stop.signal);
    await wait(20);
    await queueLetters(database(), { count: 4 });
    sender.wake();
    await expect.poll(() => server.stored.length).toBe(4);
    stop.abort();
    await running;
    expect(states(await parts.deliveries.counts(TODAY))).toEqual({ sent: 4 });
  });

  it('finishes what is under way when it is stopped, and gives the rest back', async () => {
    await using server = await startUnrulyMailServer({ thinksMs: 150 });
    await queueLetters(database(), { count: 30 });
    const parts = senderParts(database(), { smtpUrl: server.url });
    const stop = new AbortController();
    const running = createSender(parts).run(stop.signal);
    await expect.poll(() => server.stored.length).toBeGreaterThanOrEqual(5);
    stop.abort();
    await running;
    // A connection may have begun with its next letter before it was told.
    const { sent, queued } = await parts.deliveries.counts(TODAY);
    expect(sent).toBe(server.stored.length);
    expect(sent).toBeLessThanOrEqual(10);
    expect(sent + queued).toBe(30);
    const { deliveries } = await parts.deliveries.list(TODAY, { offset: 0, limit: 99 });
    const attempts = deliveries.map(({ state, attempt }) => `${state} ${attempt}`);
    expect(new Set(attempts)).toEqual(new Set(['sent 1', 'queued 0']));
  });

  it('does not wait longer than its time for a server that says nothing', async () => {
    await using server = await startUnrulyMailServer({ plan: towards(() => true, 'end', 'hang') });
    await queueLetters(database(), { count: 9 });
    const usual = senderParts(database(), { smtpUrl: server.url });
    const sleep: SenderParts['sleep'] = (durationMs, signal) =>
      usual.sleep(durationMs === 8_000 ? 50 : durationMs, signal);
    const parts = { ...usual, sleep };
    const stop = new AbortController();
    const running = createSender(parts).run(stop.signal);
    await expect.poll(() => server.stored.length).toBe(5);
    const stoppedAtMs = performance.now();
    stop.abort();
    await running;
    expect(performance.now() - stoppedAtMs).toBeLessThan(10_000);
    expect(states(await parts.deliveries.counts(TODAY))).toEqual({ ambiguous: 5, queued: 4 });
  });

  it('stops the mail before anything is sent from a database that is too old', async () => {
    await using server = await startUnrulyMailServer();
    await queueLetters(database(), { count: 5 });
    const usual = senderParts(database(), { smtpUrl: server.url });
    const guard: SenderParts['guard'] = {
      ...usual.guard,
      check: () => usual.control.stop('restored', 'The database is older than what was sent.'),
    };
    const drained = await drain({ ...usual, guard }, 5_000);
    expect(drained.end).toBe('paused');
    expect(states(drained.counts)).toEqual({ queued: 5 });
    expect(server.stored).toEqual([]);
  });
});
