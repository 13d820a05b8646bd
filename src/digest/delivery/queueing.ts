/** Putting letters down as to be sent: when somebody's hour has come, or by hand. */

import type { KeyedHash } from '../../accounts/keyed-hash.js';
import type { AnyTransaction } from '../../database/connection.js';
import type { Database } from '../../database/database.js';
import { addDays, type Day } from '../../papers/dates.js';
import { turnOf } from '../schedule/schedule.js';
import type { DigestPreferences, Subscriber, SubscriberId } from '../subscriptions/subscription.js';
import { lockSubscriber } from '../subscriptions/subscription-rows-store.js';
import type { SubscriptionStore } from '../subscriptions/subscription-store.js';
import type { ControlStore } from './control-store.js';
import { GIVE_UP_MS, type NewDelivery } from './delivery.js';
import type { DeliveryStore } from './delivery-store.js';
import { messageIdOf } from './message-id.js';

export type QueueingParts = {
  readonly database: Database;
  readonly subscriptions: Pick<SubscriptionStore, 'due' | 'advance' | 'confirmedFor'>;
  readonly deliveries: Pick<DeliveryStore, 'queue' | 'queueAnew' | 'skip'>;
  readonly control: Pick<ControlStore, 'pause'>;
  readonly now: () => Date;
  readonly keyedHash: KeyedHash;
  /** Behind the @ of the address that letters come from. */
  readonly fromHost: string;
  /** Whether there is a mail server; without one only feeds are filled. */
  readonly canMail: boolean;
  /** Called before anything is queued: fixes the list of the latest day. */
  readonly freeze: () => Promise<unknown>;
  /** What went wrong with one subscriber, while the others were queued. */
  readonly onFailure: (what: string, error: unknown) => void;
};

export type QueuedCounts = {
  /** Letters that are to be sent now. */
  readonly queued: number;
  /** Editions that are not sent any more, since nobody was there on their day. */
  readonly missed: number;
};

export type Queueing = {
  /**
   * Queues the edition of everybody whose hour has come, and moves each on to their next.
   *
   * @param limit - of subscribers; all that are due if absent
   */
  readonly queueDue: (limit?: number) => Promise<QueuedCounts>;
  /**
   * Queues an edition for everybody who wants one of that day, whatever their hour. Who has a row
   * of it keeps that, so an interrupted call can be repeated; only where there was nothing new it
   * is looked anew.
   */
  readonly queueEdition: (
    editionOn: Day,
  ) => Promise<{ readonly added: number; readonly known: number }>;
};

/** Subscribers that are read at once; each is queued by a transaction of its own. */
const PAGE = 200;

const MISSED = 'the program did not run on that day';

export const PERHAPS_SENT = 'may have been sent before the backup was restored';

export function createQueueing(parts: QueueingParts): Queueing {
  const { database, subscriptions, deliveries, now } = parts;
  const channels: readonly DigestPreferences['channel'][] = parts.canMail
    ? ['mail', 'feed']
    : ['feed'];
  const nowMs = () => now().getTime();

  const letterTo = ({ id, domain }: Subscriber, editionOn: Day, dueAtMs: number): NewDelivery => ({
    editionOn,
    subscriberId: id,
    domain,
    messageId: messageIdOf({ editionOn, subscriberId: id }, parts),
    tryAtMs: dueAtMs,
    giveUpAtMs: dueAtMs + GIVE_UP_MS,
  });

  /** Somebody as they are now and stay until the end of the transaction; absent if they left. */
  const withSubscriber = <Result>(
    id: SubscriberId,
    work: (transaction: AnyTransaction, subscriber: Subscriber) => Promise<Result>,
  ): Promise<Result | undefined> =>
    database.connection.transaction().execute(async (transaction) => {
      const subscriber = await lockSubscriber(transaction, 'id', id);
      return subscriber?.state === 'confirmed' ? work(transaction, subscriber) : undefined;
    });

  const queueOne = (
    id: SubscriberId,
    { whyMissed, mayQueue }: { readonly whyMissed: string; readonly mayQueue: boolean },
  ): Promise<QueuedCounts | undefined> =>
    withSubscriber(id, async (transaction, subscriber) => {
      const { nextOn, nextAtMs } = subscriber;
      // Another process may have been here since they were found.
      if (nextOn === undefined || nextAtMs === undefined || nextAtMs > nowMs()) return undefined;
      const { missed, due } = turnOf(subscriber.preferences, nextOn, nowMs());
      if (due && !mayQueue) return undefined;
      for (const editionOn of missed) {
        await deliveries.skip(transaction, letterTo(subscriber, editionOn, nowMs()), whyMissed);
      }
      const { added } = due
        ? await deliveries.queue(transaction, letterTo(subscriber, due.editionOn, due.atMs))
        : { added: false };
      const last = due?.editionOn ?? missed.at(-1) ?? addDays(nextOn, -1);
      await subscriptions.advance(transaction, subscriber, last);
      return { queued: added ? 1 : 0, missed: missed.length };
    });

  /** Does something for each; what fails for one of them holds up nobody else. */
  const forEach = async (
    subscribers: readonly Subscriber[],
    work: (subscriber: Subscriber) => Promise<void>,
  ): Promise<void> => {
    const failures: { readonly id: SubscriberId; readonly error: unknown }[] = [];
    for (const subscriber of subscribers) {
      try {
        await work(subscriber);
      } catch (error) {
        failures.push({ id: subscriber.id, error });
      }
    }
    // What fails for everybody is not a matter of theirs.
    if (failures[0] && failures.length === subscribers.length) throw failures[0].error;
    for (const { id, error } of failures) {
      parts.onFailure(`The digest of subscriber ${id} cannot be queued`, error);
    }
  };

  const isDue = ({ preferences, nextOn }: Subscriber): boolean => {
    try {
      return nextOn !== undefined && turnOf(preferences, nextOn, nowMs()).due !== undefined;
    } catch {
      // A zone that this runtime has no more; told when it is their turn.
      return false;
    }
  };

  return {
    async queueDue(limit = Number.POSITIVE_INFINITY) {
      const counts = { queued: 0, missed: 0 };
      const restored = (await parts.control.pause())?.by === 'restored';
      const whyMissed = restored ? PERHAPS_SENT : MISSED;
      const seen = new Set<SubscriberId>();
      let isFrozen = false;
      // Who could not be moved on is found again, and does not stand before the others.
      let stuck = 0;
      while (seen.size < limit) {
        const wanted = Math.min(PAGE, limit - seen.size) + stuck;
        const found = await subscriptions.due({ limit: wanted, channels });
        const fresh = found.filter(({ id }) => !seen.has(id));
        if (!isFrozen && fresh.some(isDue)) {
          await parts.freeze();
          isFrozen = true;
        }
        await forEach(fresh, async ({ id }) => {
          seen.add(id);
          const done = await queueOne(id, { whyMissed, mayQueue: isFrozen });
          counts.queued += done?.queued ?? 0;
          counts.missed += done?.missed ?? 0;
        });
        if (found.length < wanted) break;
        stuck = found.length - fresh.length;
      }
      return counts;
    },

    async queueEdition(editionOn) {
      const counts = { added: 0, known: 0 };
      let after: SubscriberId | undefined;
      for (;;) {
        const found = await subscriptions.confirmedFor(editionOn, after, PAGE);
        if (found.length === 0) return counts;
        if (after === undefined) await parts.freeze();
        await forEach(
          found.filter(({ preferences }) => channels.includes(preferences.channel)),
          async ({ id }) => {
            const added = await withSubscriber(id, async (transaction, subscriber) => {
              const letter = letterTo(subscriber, editionOn, nowMs());
              const first = await deliveries.queue(transaction, letter);
              const queued = first.added ? first : await deliveries.queueAnew(transaction, letter);
              if (subscriber.nextOn === editionOn) {
                await subscriptions.advance(transaction, subscriber, editionOn);
              }
              return queued.added;
            });
            if (added !== undefined) counts[added ? 'added' : 'known'] += 1;
          },
        );
        after = found.at(-1)?.id;
      }
    },
  };
}
