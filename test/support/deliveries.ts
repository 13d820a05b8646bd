/** Deliveries for tests: stores with a clock of the test's own, and short ways to a lease. */

import type { Database } from '../../src/database/database.js';
import type { Contents } from '../../src/digest/contents/contents.js';
import { type ControlStore, createControlStore } from '../../src/digest/delivery/control-store.js';
import { GIVE_UP_MS, LEASE_MS, type Lease } from '../../src/digest/delivery/delivery.js';
import {
  createDeliveryStore,
  type DeliveryStore,
} from '../../src/digest/delivery/delivery-store.js';
import { messageIdOf } from '../../src/digest/delivery/message-id.js';
import type { DigestPreferences, Subscriber } from '../../src/digest/subscriptions/subscription.js';
import type { SubscriptionStore } from '../../src/digest/subscriptions/subscription-store.js';
import type { Day } from '../../src/papers/dates.js';
import type { PaperId } from '../../src/papers/identifiers.js';
import { NOON } from './catalogue.js';
import { addSubscriber, KEYED_HASH, subscriptionStoreFor } from './subscribers.js';

export const THURSDAY: Day = '2026-11-19' as Day;
/** The day of {@link NOON}. */
export const FRIDAY: Day = '2026-11-20' as Day;
export const SATURDAY: Day = '2026-11-21' as Day;

export const FROM_HOST = 'news.example.org';

export type DeliverySite = {
  readonly database: Database;
  readonly deliveries: DeliveryStore;
  readonly control: ControlStore;
  readonly subscriptions: SubscriptionStore;
  readonly now: () => Date;
  readonly nowMs: () => number;
  /** Lets time pass; backwards with a negative number. */
  readonly pass: (ms: number) => void;
  /** Somebody confirmed, at a domain of their own. */
  readonly subscriber: (
    name: string,
    preferences?: Partial<DigestPreferences>,
  ) => Promise<Subscriber>;
  readonly queue: (subscriber: Subscriber, editionOn?: Day) => Promise<{ readonly added: boolean }>;
  readonly claim: (
    holder?: string,
    options?: Partial<Parameters<DeliveryStore['claim']>[1]>,
  ) => Promise<readonly Lease[]>;
  /** Queues a letter of Friday, and takes it up. */
  readonly lease: (subscriber: Subscriber, contents?: Contents) => Promise<Lease>;
  /** The same, and the server waits for it. */
  readonly handedOver: (subscriber: Subscriber, contents?: Contents) => Promise<Lease>;
};

export function deliverySite(
  database: Database,
  { maxRepeats = 0, at = NOON }: { readonly maxRepeats?: 0 | 1; readonly at?: Date } = {},
): DeliverySite {
  let atMs = at.getTime();
  const now = () => new Date(atMs);
  const deliveries = createDeliveryStore(database, { now, maxRepeats });

  const queue: DeliverySite['queue'] = ({ id, domain }, editionOn = FRIDAY) =>
    database.connection.transaction().execute((transaction) =>
      deliveries.queue(transaction, {
        editionOn,
        subscriberId: id,
        domain,
        messageId: messageIdOf(
          { editionOn, subscriberId: id },
          { keyedHash: KEYED_HASH, fromHost: FROM_HOST },
        ),
        tryAtMs: atMs,
        giveUpAtMs: atMs + GIVE_UP_MS,
      }),
    );

  const claim: DeliverySite['claim'] = (holder = 'a', options = {}) =>
    deliveries.claim(holder, { limit: 50, leaseMs: LEASE_MS, withoutDomains: [], ...options });

  const lease: DeliverySite['lease'] = async (subscriber, contents) => {
    await queue(subscriber);
    const leases = await claim();
    const taken = leases.find(({ subscriberId }) => subscriberId === subscriber.id);
    if (!taken) throw new RangeError('the letter was not taken up');
    if (contents) await deliveries.keepContents(taken, contents);
    return taken;
  };

  return {
    database,
    deliveries,
    control: createControlStore(database, { now }),
    subscriptions: subscriptionStoreFor(database, now),
    now,
    nowMs: () => atMs,
    pass: (ms) => {
      atMs += ms;
    },
    subscriber: (name, preferences = {}) =>
      addSubscriber(database, { email: `${name}@${name}.example.org`, preferences, now }),
    queue,
    claim,
    lease,
    async handedOver(subscriber, contents) {
      const taken = await lease(subscriber, contents);
      const { may } = await deliveries.handOver(taken, LEASE_MS);
      if (!may) throw new RangeError('the letter may not be handed over');
      return taken;
    },
  };
}

/** Contents with papers of the list of a day. */
export function contentsWith(...paperIds: readonly string[]): Contents {
  return {
    day: THURSDAY,
    papers: paperIds.map((paperId) => ({
      paperId: paperId as PaperId,
      section: 'edition',
      reasons: [{ kind: 'new', category: 'cs.CL' }],
      votes: 0,
    })),
    more: 3,
  };
}
