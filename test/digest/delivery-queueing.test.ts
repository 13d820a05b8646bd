import { expect, test } from 'vitest';
import type { Database } from '../../src/database/database.js';
import { GIVE_UP_MS } from '../../src/digest/delivery/delivery.js';
import {
  createQueueing,
  type Queueing,
  type QueueingParts,
} from '../../src/digest/delivery/queueing.js';
import type { Subscriber } from '../../src/digest/subscriptions/subscription.js';
import { describeOnEveryDatabase } from '../support/databases.js';
import {
  type DeliverySite,
  deliverySite,
  FRIDAY,
  FROM_HOST,
  SATURDAY,
  THURSDAY,
} from '../support/deliveries.js';
import { KEYED_HASH } from '../support/subscribers.js';

const HOUR_MS = 3_600_000;

type QueueingSite = DeliverySite & {
  readonly queueing: Queueing;
  /** How often the list of the day was fixed. */
  readonly freezes: () => number;
  readonly failures: string[];
};

/** Seven in the morning of Friday; letters are due at eight. */
function queueingSite(
  database: Database,
  change: (parts: QueueingParts) => Partial<QueueingParts> = () => ({}),
): QueueingSite {
  const site = deliverySite(database, { at: new Date(`${FRIDAY}T07:00:00Z`) });
  let freezes = 0;
  const failures: string[] = [];
  const parts: QueueingParts = {
    ...site,
    keyedHash: KEYED_HASH,
    fromHost: FROM_HOST,
    canMail: true,
    freeze: async () => {
      freezes += 1;
    },
    onFailure: (what, error) => failures.push(`${what}: ${error}`),
  };
  const queueing = createQueueing({ ...parts, ...change(parts) });
  return { ...site, queueing, freezes: () => freezes, failures };
}

describeOnEveryDatabase('Queueing an edition', (database) => {
  test('queues everybody at their hour, once, and moves them on', async () => {
    const site = queueingSite(database());
    const ana = await site.subscriber('ana');
    const ben = await site.subscriber('ben', { minute: 9 * 60 });
    expect(await site.queueing.queueDue()).toEqual({ queued: 0, missed: 0 });
    expect(site.freezes()).toBe(0);
    site.pass(HOUR_MS);
    expect(await site.queueing.queueDue()).toEqual({ queued: 1, missed: 0 });
    expect(await site.queueing.queueDue()).toEqual({ queued: 0, missed: 0 });
    expect(site.freezes()).toBe(1);
    const key = { editionOn: FRIDAY, subscriberId: ana.id };
    expect(await site.deliveries.find(key)).toMatchObject({
      state: 'queued',
      tryAtMs: site.nowMs(),
      messageId: expect.stringMatching(/^20261120\.[0-9a-f]{32}@news\.example\.org$/),
    });
    expect(await site.subscriptions.find(ana.id)).toMatchObject({ nextOn: SATURDAY });
    expect(await site.subscriptions.find(ben.id)).toMatchObject({ nextOn: FRIDAY });
    expect(await site.claim()).toMatchObject([{ giveUpAtMs: site.nowMs() + GIVE_UP_MS }]);
  });

  test('sends one edition after days of sleep, and says which were missed', async () => {
    const site = queueingSite(database());
    const ana = await site.subscriber('ana');
    site.pass(49 * HOUR_MS);
    expect(await site.queueing.queueDue()).toEqual({ queued: 1, missed: 2 });
    expect(await site.deliveries.editions(9)).toEqual(['2026-11-22', SATURDAY, FRIDAY]);
    expect(await site.deliveries.find({ editionOn: FRIDAY, subscriberId: ana.id })).toMatchObject({
      state: 'skipped',
      detail: 'the program did not run on that day',
    });
  });

  test('says of editions that a backup may have sent that it may', async () => {
    const site = queueingSite(database());
    const ana = await site.subscriber('ana');
    await site.control.stop('restored', 'An old database.');
    site.pass(25 * HOUR_MS);
    await site.queueing.queueDue();
    expect(await site.deliveries.find({ editionOn: FRIDAY, subscriberId: ana.id })).toMatchObject({
      detail: 'may have been sent before the backup was restored',
    });
    expect(await site.claim()).toEqual([]);
  });

  test('fixes no list when there are only missed editions', async () => {
    const site = queueingSite(database());
    await site.subscriber('ana');
    // Four in the morning of the next day.
    site.pass(21 * HOUR_MS);
    expect(await site.queueing.queueDue()).toEqual({ queued: 0, missed: 1 });
    expect(site.freezes()).toBe(0);
  });

  test('queues nobody twice when two processes do it at once', async () => {
    const site = queueingSite(database());
    for (const name of ['ana', 'ben', 'cleo']) await site.subscriber(name);
    site.pass(HOUR_MS);
    const both = await Promise.all([site.queueing.queueDue(), site.queueing.queueDue()]);
    expect(both.reduce((sum, { queued }) => sum + queued, 0)).toBe(3);
    expect(await site.claim()).toHaveLength(3);
  });

  test('queues nothing for somebody who leaves in this moment', async () => {
    const leaving = async (found: readonly Subscriber[]) => {
      for (const { id } of found) await site.subscriptions.end(id, 'reader');
      return found;
    };
    const site = queueingSite(database(), ({ subscriptions }) => ({
      subscriptions: {
        ...subscriptions,
        due: async (options) => leaving(await subscriptions.due(options)),
        confirmedFor: async (...asked) => leaving(await subscriptions.confirmedFor(...asked)),
      },
    }));
    const ana = await site.subscriber('ana');
    site.pass(HOUR_MS);
    expect(await site.queueing.queueDue()).toEqual({ queued: 0, missed: 0 });
    expect(await site.subscriptions.find(ana.id)).toMatchObject({ nextOn: undefined });
    await site.subscriber('ben');
    expect(await site.queueing.queueEdition(SATURDAY)).toEqual({ added: 0, known: 0 });
    expect(await site.deliveries.editions(1)).toEqual([]);
  });

  test('is held up by nobody whom it cannot queue', async () => {
    const stuck = new Set<string>();
    const site = queueingSite(database(), ({ subscriptions }) => ({
      subscriptions: {
        ...subscriptions,
        advance: async (transaction, subscriber, editionOn) => {
          if (stuck.has(subscriber.id)) throw new Error('no way on');
          await subscriptions.advance(transaction, subscriber, editionOn);
        },
      },
    }));
    await site.subscriber('ana');
    stuck.add((await site.subscriber('ben')).id);
    await site.subscriber('cleo');
    site.pass(HOUR_MS);
    expect(await site.queueing.queueDue()).toEqual({ queued: 2, missed: 0 });
    expect(site.failures).toEqual([
      expect.stringMatching(/^The digest of subscriber \S+ cannot be queued: Error: no way on$/),
    ]);
    // Nothing is left of a transaction that failed; and alone it fails aloud.
    expect(await site.claim()).toHaveLength(2);
    await expect(site.queueing.queueDue()).rejects.toThrow('no way on');
  });

  test('is held up by nobody whose zone is not known any more', async () => {
    const site = queueingSite(database());
    await site.subscriber('ana');
    const { id, preferences } = await site.subscriber('ben');
    await database()
      .connection.$extendTables<{ subscribers: { id: string; preferences: string } }>()
      .updateTable('subscribers')
      .set({ preferences: JSON.stringify({ ...preferences, timeZone: 'Mars/Olympus' }) })
      .where('id', '=', id)
      .execute();
    site.pass(HOUR_MS);
    expect(await site.queueing.queueDue()).toEqual({ queued: 1, missed: 0 });
    expect(site.failures).toEqual([expect.stringContaining(id)]);
  });

  test('fills only feeds where there is no mail server', async () => {
    const site = queueingSite(database(), () => ({ canMail: false }));
    await site.subscriber('ana');
    const ben = await site.subscriber('ben', { channel: 'feed' });
    site.pass(HOUR_MS);
    expect(await site.queueing.queueDue()).toEqual({ queued: 1, missed: 0 });
    expect(await site.claim()).toMatchObject([{ subscriberId: ben.id }]);
    expect(await site.queueing.queueEdition(SATURDAY)).toEqual({ added: 1, known: 0 });
  });

  test('queues so many at once as it is asked to', async () => {
    const site = queueingSite(database());
    for (const name of ['ana', 'ben', 'cleo']) await site.subscriber(name);
    site.pass(HOUR_MS);
    expect(await site.queueing.queueDue(2)).toMatchObject({ queued: 2 });
    expect(await site.queueing.queueDue(2)).toMatchObject({ queued: 1 });
  });

  test('goes by hand to all who want that day, and a second time to nobody but the new', async () => {
    const site = queueingSite(database());
    const ana = await site.subscriber('ana');
    // On Mondays only.
    await site.subscriber('ben', { cadence: 'weekly', weekday: 1 });
    await site.subscriber('cleo', { minute: 22 * 60 });
    expect(await site.queueing.queueEdition(FRIDAY)).toEqual({ added: 2, known: 0 });
    await site.subscriber('dan');
    expect(await site.queueing.queueEdition(FRIDAY)).toEqual({ added: 1, known: 2 });
    expect(site.freezes()).toBe(2);
    expect(await site.claim()).toHaveLength(3);
    expect(await site.subscriptions.find(ana.id)).toMatchObject({ nextOn: SATURDAY });
    // Nor again when their hour comes.
    site.pass(16 * HOUR_MS);
    expect(await site.queueing.queueDue()).toEqual({ queued: 0, missed: 0 });
    expect(await site.queueing.queueEdition(THURSDAY)).toEqual({ added: 3, known: 0 });
  });
});
