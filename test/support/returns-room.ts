/** Everything that takes what comes back, over a real database. */

import type { Database } from '../../src/database/database.js';
import {
  createDeliveryStore,
  type DeliveryStore,
} from '../../src/digest/delivery/delivery-store.js';
import { messageIdOf } from '../../src/digest/delivery/message-id.js';
import {
  createHookIntake,
  type HookIntake,
  type MailHook,
} from '../../src/digest/returns/hook-intake.js';
import { createLeaveKeys } from '../../src/digest/returns/leave-keys-store.js';
import { createReturnPaths } from '../../src/digest/returns/return-paths.js';
import { createReturnStore } from '../../src/digest/returns/return-store.js';
import type { ReturnPaths, ReturnStore } from '../../src/digest/returns/returns.js';
import {
  createReturnsIntake,
  type ReturnsIntake,
} from '../../src/digest/returns/returns-intake.js';
import type { Subscriber } from '../../src/digest/subscriptions/subscription.js';
import type { SubscriptionStore } from '../../src/digest/subscriptions/subscription-store.js';
import {
  createSuppressionStore,
  type SuppressionStore,
} from '../../src/digest/subscriptions/suppression-store.js';
import type { Day } from '../../src/papers/dates.js';
import { NOON } from './catalogue.js';
import type { ReportedLetter } from './report-builders.js';
import { addSubscriber, KEYED_HASH, subscriptionStoreFor } from './subscribers.js';

export const EDITION = '2026-11-21' as Day;

export type ReturnsRoom = {
  readonly paths: ReturnPaths;
  readonly returns: ReturnStore;
  readonly intake: ReturnsIntake;
  readonly hooks: HookIntake;
  readonly subscriptions: SubscriptionStore;
  readonly suppressions: SuppressionStore;
  readonly deliveries: DeliveryStore;
  /** A subscriber with a letter of the edition. */
  readonly add: (email?: string) => Promise<{
    readonly subscriber: Subscriber;
    readonly letter: ReportedLetter;
  }>;
};

export function openReturnsRoom(
  database: Database,
  { hooks = [], now = () => NOON }: { hooks?: readonly MailHook[]; now?: () => Date } = {},
): ReturnsRoom {
  const subscriptions = subscriptionStoreFor(database, now);
  const suppressions = createSuppressionStore(database, { now });
  const deliveries = createDeliveryStore(database, { now, maxRepeats: 0 });
  const paths = createReturnPaths({ keyedHash: KEYED_HASH, returnAddress: 'bounces@example.org' });
  const returns = createReturnStore(database, { now, suppressions, subscriptions });
  const common = { store: returns, deliveries, subscriptions };
  return {
    paths,
    returns,
    subscriptions,
    suppressions,
    deliveries,
    intake: createReturnsIntake({
      ...common,
      paths,
      leaveKeys: createLeaveKeys(database, subscriptions),
    }),
    hooks: createHookIntake({ ...common, hooks, now }),

    async add(email = 'ana@reader.example') {
      const subscriber = await addSubscriber(database, { email, now });
      const key = { editionOn: EDITION, subscriberId: subscriber.id };
      const messageId = messageIdOf(key, { keyedHash: KEYED_HASH, fromHost: 'example.org' });
      await database.connection.transaction().execute((transaction) =>
        deliveries.queue(transaction, {
          ...key,
          domain: subscriber.domain,
          messageId,
          tryAtMs: 0,
          giveUpAtMs: 0,
        }),
      );
      const returnPath = paths.pathFor(key) ?? '';
      return { subscriber, letter: { returnPath, messageId, recipient: email } };
    },
  };
}
