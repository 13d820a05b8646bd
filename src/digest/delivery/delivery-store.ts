/** The rows of deliveries: who may work on which, and what became of it. */

import type { AnyTransaction } from '../../database/connection.js';
import type { Database } from '../../database/database.js';
import type { Day } from '../../papers/dates.js';
import type { Contents } from '../contents/contents.js';
import type { HandOver, Lease, NewDelivery, Outcome } from './delivery.js';
import { createDeliveryClaims } from './delivery-claims-store.js';
import { forgetContentsBefore } from './delivery-forgetting-store.js';
import { createDeliveryReader, type DeliveryReader } from './delivery-reader-store.js';
import { type DeliveryTables, tidyDetail } from './delivery-rows.js';
import { NOTHING_NEW } from './delivery-rules.js';
import { createDeliveryTries } from './delivery-tries-store.js';
import { putDown } from './delivery-turns-store.js';

export type { NewDelivery } from './delivery.js';
export type { DeliveryReader } from './delivery-reader-store.js';

export type DeliveryStore = DeliveryReader & {
  /** Adds a row unless there is one of its key; part of the transaction that moves the subscriber on. */
  readonly queue: (
    transaction: AnyTransaction,
    delivery: NewDelivery,
  ) => Promise<{ readonly added: boolean }>;
  /** Queues a row anew that was skipped because there was nothing new; gives whether it was. */
  readonly queueAnew: (
    transaction: AnyTransaction,
    delivery: NewDelivery,
  ) => Promise<{ readonly added: boolean }>;
  /** Puts down that an edition is not sent to somebody, and why; nothing if there is a row. */
  readonly skip: (
    transaction: AnyTransaction,
    delivery: NewDelivery,
    detail: string,
  ) => Promise<void>;
  /**
   * Takes up to so many rows that are due: queued, deferred, or leased by somebody who is dead.
   * None while the mail is stopped.
   */
  readonly claim: (
    holder: string,
    options: {
      readonly limit: number;
      /** At most a quarter of an hour. */
      readonly leaseMs: number;
      /** Domains that are not to be written to now. */
      readonly withoutDomains: readonly string[];
      /** Only of this edition. */
      readonly editionOn?: Day | undefined;
    },
  ) => Promise<readonly Lease[]>;
  /** Makes all leases of a holder last longer, those of `handing_over` too. */
  readonly renew: (holder: string, leaseMs: number) => Promise<void>;
  /**
   * Gives rows back that were leased and not begun; that was no try.
   *
   * @param tryAtMs - when they may be taken up again; absent: at once
   */
  readonly giveBack: (leases: readonly Lease[], tryAtMs?: number) => Promise<void>;
  /** Keeps what was chosen; false when the lease is lost. */
  readonly keepContents: (lease: Lease, contents: Contents) => Promise<boolean>;
  /**
   * Asked when the server waits for the letter, before its first byte: in one transaction the
   * lease, the wish of the subscriber, the suppressions and the pause are read again, the papers
   * are put down as sent, and the row becomes `handing_over`.
   */
  readonly handOver: (lease: Lease, leaseMs: number) => Promise<HandOver>;
  /**
   * Puts down how a try ended; false when the lease was lost and somebody else has decided. A row
   * that became `ambiguous` meanwhile, under the same fence, is set right; so is one that waits
   * for its second copy. What is `ambiguous` waits for one, if the operator wants that.
   */
  readonly settle: (lease: Lease, outcome: Outcome) => Promise<boolean>;
  /**
   * Makes `ambiguous` what was being handed over by somebody who is dead, or lets it wait for its
   * second copy, if the operator wants that; gives how many.
   */
  readonly expire: () => Promise<number>;
  /** Fails what is a day old; gives how many. */
  readonly giveUp: () => Promise<number>;
  /**
   * Skips everything that is due and not known to be sent; what was being handed over becomes
   * `ambiguous`. Gives how many.
   */
  readonly skipWaiting: (detail: string) => Promise<number>;
  /** Removes the histories and contents of editions before a day. */
  readonly forgetBefore: (day: Day) => Promise<void>;
};

/** @param maxRepeats - how often a letter of which nobody knows is sent again */
export function createDeliveryStore(
  database: Database,
  options: { readonly now: () => Date; readonly maxRepeats: 0 | 1 },
): DeliveryStore {
  const tables = database.connection.$extendTables<DeliveryTables>();

  const add = async (
    transaction: AnyTransaction,
    delivery: NewDelivery,
    { state, detail }: { readonly state: 'queued' | 'skipped'; readonly detail: string },
  ) => {
    const nowMs = options.now().getTime();
    const rows = transaction.$extendTables<DeliveryTables>();
    const added = await rows
      .insertInto('deliveries')
      .values({
        edition_on: delivery.editionOn,
        subscriber_id: delivery.subscriberId,
        state,
        detail: tidyDetail(detail),
        domain: delivery.domain,
        message_id: delivery.messageId,
        contents: null,
        attempt: 0,
        fence: 0,
        holder: null,
        lease_until_ms: null,
        try_at_ms: delivery.tryAtMs,
        give_up_at_ms: delivery.giveUpAtMs,
        queued_at_ms: nowMs,
        sent_at_ms: null,
        repeats: 0,
      })
      // The name of the letter follows from its key, so it stands there already, too.
      .onConflict((conflict) => conflict.doNothing())
      .returning(['edition_on', 'subscriber_id'])
      .executeTakeFirst();
    if (added) await putDown(rows, [added], nowMs);
    return { added: added !== undefined };
  };

  return {
    ...createDeliveryReader(tables),
    ...createDeliveryClaims(database, options),
    ...createDeliveryTries(database, options),

    queue: (transaction, delivery) => add(transaction, delivery, { state: 'queued', detail: '' }),

    async queueAnew(transaction, { editionOn, subscriberId, tryAtMs, giveUpAtMs }) {
      const rows = transaction.$extendTables<DeliveryTables>();
      const added = await rows
        .updateTable('deliveries')
        .set({
          ...{ state: 'queued', detail: 'there may be something new' },
          ...{ attempt: 0, try_at_ms: tryAtMs, give_up_at_ms: giveUpAtMs },
        })
        .where('edition_on', '=', editionOn)
        .where('subscriber_id', '=', subscriberId)
        .where('state', '=', 'skipped')
        .where('detail', '=', NOTHING_NEW)
        .returning(['edition_on', 'subscriber_id'])
        .executeTakeFirst();
      if (added) await putDown(rows, [added], options.now().getTime());
      return { added: added !== undefined };
    },

    async skip(transaction, delivery, detail) {
      await add(transaction, delivery, { state: 'skipped', detail });
    },

    forgetBefore: (day) => forgetContentsBefore(tables, day),
  };
}
