import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Database } from '../../src/database/database.js';
import { LEASE_MS, type Lease, type Outcome } from '../../src/digest/delivery/delivery.js';
import type { Subscriber } from '../../src/digest/subscriptions/subscription.js';
import { addDays, type Day } from '../../src/papers/dates.js';
import { describeOnBothDialects } from '../support/databases.js';
import { type DeliverySite, deliverySite, FRIDAY } from '../support/deliveries.js';

const HOUR_MS = 3_600_000;

/** What a sender may do next; one that does nothing for long is asleep. */
const SENDER_ACT = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.record({
      does: fc.constant('claim' as const),
      limit: fc.integer({ min: 1, max: 3 }),
    }),
  },
  { weight: 4, arbitrary: fc.record({ does: fc.constant('hand over' as const) }) },
  {
    weight: 3,
    arbitrary: fc.record({
      does: fc.constant('settle' as const),
      as: fc.constantFrom(
        'sent' as const,
        'deferred' as const,
        'failed' as const,
        'ambiguous' as const,
      ),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      does: fc.constantFrom('sleep' as const, 'renew' as const, 'give back' as const),
    }),
  },
  { weight: 1, arbitrary: fc.record({ does: fc.constant('die' as const) }) },
);

type SenderAct = typeof SENDER_ACT extends fc.Arbitrary<infer Act> ? Act : never;

/** What happens to both of them. */
const WORLD_ACT = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      happens: fc.constant('time' as const),
      ms: fc.constantFrom(1_000, 60_000, LEASE_MS, LEASE_MS, HOUR_MS, -2 * HOUR_MS, -24 * HOUR_MS),
    }),
  },
  { weight: 3, arbitrary: fc.record({ happens: fc.constant('expire' as const) }) },
  { weight: 1, arbitrary: fc.record({ happens: fc.constantFrom('stop', 'end of day') }) },
  { weight: 2, arbitrary: fc.record({ happens: fc.constant('resume' as const) }) },
  {
    weight: 1,
    arbitrary: fc.record({ happens: fc.constant('leave' as const), who: fc.nat({ max: 2 }) }),
  },
);

type WorldAct = typeof WORLD_ACT extends fc.Arbitrary<infer Act> ? Act : never;

/** The senders act at once, and now and then the world does. */
const STEPS = fc.array(
  fc.oneof(
    { weight: 3, arbitrary: fc.tuple(SENDER_ACT, SENDER_ACT) },
    { weight: 1, arbitrary: WORLD_ACT },
  ),
  { minLength: 20, maxLength: 50 },
);

type Sender = { holder: string; leased: Lease[]; handed: Lease[] };

/** What is known outside the database. */
type World = {
  readonly site: DeliverySite;
  readonly maxRepeats: 0 | 1;
  /** How many copies of each letter the server may have kept. */
  readonly copies: Map<string, number>;
  readonly left: Set<string>;
  readonly subscribers: readonly Subscriber[];
  isStopped: boolean;
  deaths: number;
};

async function act(world: World, sender: Sender, step: SenderAct): Promise<void> {
  const { deliveries, claim, nowMs } = world.site;
  switch (step.does) {
    case 'claim':
      sender.leased.push(...(await claim(sender.holder, { limit: step.limit })));
      break;
    case 'hand over': {
      const lease = sender.leased.shift();
      if (lease && (await deliveries.handOver(lease, LEASE_MS)).may) {
        expect(world.left).not.toContain(lease.subscriberId);
        expect(world.isStopped).toBe(false);
        world.copies.set(lease.messageId, (world.copies.get(lease.messageId) ?? 0) + 1);
        sender.handed.push(lease);
      }
      break;
    }
    case 'settle': {
      const lease = sender.handed.shift();
      const tryAtMs = nowMs() + 60_000;
      const detail = 'so it ended';
      const outcome: Outcome =
        step.as === 'deferred' ? { state: step.as, detail, tryAtMs } : { state: step.as, detail };
      const isRefused = step.as === 'deferred' || step.as === 'failed';
      if (lease && (await deliveries.settle(lease, outcome)) && isRefused) {
        world.copies.set(lease.messageId, (world.copies.get(lease.messageId) ?? 0) - 1);
      }
      break;
    }
    case 'renew':
      await deliveries.renew(sender.holder, LEASE_MS);
      break;
    case 'give back':
      await deliveries.giveBack(sender.leased.splice(0));
      break;
    case 'die':
      world.deaths += 1;
      Object.assign(sender, { holder: `after ${world.deaths}`, leased: [], handed: [] });
  }
}

async function happen(world: World, step: WorldAct): Promise<void> {
  const { deliveries, control, subscriptions, pass } = world.site;
  switch (step.happens) {
    case 'time':
      pass(step.ms);
      break;
    case 'expire':
      pass(LEASE_MS);
      await deliveries.expire();
      break;
    case 'end of day':
      pass(25 * HOUR_MS);
      await deliveries.giveUp();
      break;
    case 'stop':
      await control.stop('operator', 'A test stops it.');
      world.isStopped = true;
      break;
    case 'resume':
      await control.resume({});
      world.isStopped = false;
      break;
    case 'leave': {
      const subscriber = world.subscribers[step.who];
      if (!subscriber) break;
      await subscriptions.end(subscriber.id, 'reader');
      world.left.add(subscriber.id);
    }
  }
}

/** Whoever is asked, the rows tell one story, and it is what happened. */
async function expectOneStory({ site, subscribers, copies, maxRepeats }: World, editionOn: Day) {
  const counts = await site.deliveries.counts(editionOn);
  expect(Object.values(counts).reduce((sum, count) => sum + count)).toBe(subscribers.length);
  for (const { id } of subscribers) {
    const key = { editionOn, subscriberId: id };
    const row = await site.deliveries.find(key);
    const history = await site.deliveries.history(key);
    expect(history.at(-1)).toMatchObject({ state: row?.state, detail: row?.detail });
    const { state, messageId } = row ?? { state: 'failed', messageId: '' };
    const isOut = (copies.get(messageId) ?? 0) > 0;
    if (isOut) expect(state).not.toMatch(/failed|skipped/);
    if (isOut && maxRepeats === 0) expect(state).toMatch(/handing_over|sent|ambiguous/);
    if (!isOut) expect(state).not.toMatch(/handing_over|sent|ambiguous/);
  }
}

let runs = 0;

async function holds(
  database: Database,
  {
    steps,
    maxRepeats,
  }: { steps: readonly ([SenderAct, SenderAct] | WorldAct)[]; maxRepeats: 0 | 1 },
): Promise<void> {
  runs += 1;
  const site = deliverySite(database, { maxRepeats });
  const editionOn = addDays(FRIDAY, runs);
  await site.control.resume({});
  // What is left of the run before is no business of this one.
  await site.deliveries.skipWaiting('the run is over');
  const subscribers: Subscriber[] = [];
  for (const name of ['ana', 'ben', 'cleo']) {
    const subscriber = await site.subscriber(`${name}${runs}`);
    await site.queue(subscriber, editionOn);
    subscribers.push(subscriber);
  }
  const world: World = {
    site,
    maxRepeats,
    subscribers,
    copies: new Map(),
    left: new Set(),
    isStopped: false,
    deaths: 0,
  };
  const senders = [0, 1].map((each): Sender => ({ holder: `${each}`, leased: [], handed: [] }));
  for (const step of steps) {
    if ('happens' in step) await happen(world, step);
    else {
      await Promise.all(senders.map((sender, each) => act(world, sender, step[each as 0 | 1])));
    }
    for (const copies of world.copies.values()) expect(copies).toBeLessThanOrEqual(1 + maxRepeats);
    if ('happens' in step) await expectOneStory(world, editionOn);
  }
  await expectOneStory(world, editionOn);
}

describeOnBothDialects('Two senders that stumble', (database) => {
  test.each([
    ['never twice', 0],
    ['at most once more', 1],
  ] as const)('hand over each letter %s, and the rows say what happened', async (_, maxRepeats) => {
    // The others are slower, and differ in how transactions meet.
    const numRuns = expect.getState().currentTestName?.includes('SQLite') ? 30 : 5;
    await fc.assert(
      fc.asyncProperty(STEPS, (steps) => holds(database(), { steps, maxRepeats })),
      { numRuns },
    );
  });
});
