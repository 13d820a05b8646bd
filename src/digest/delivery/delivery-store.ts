/** The rows of deliveries: who may work on which, and what became of it. */

import type { AnyTransaction } from '../../database/connection.js';
import type { Day } from '../../papers/dates.js';
import type { Contents } from '../contents/contents.js';
import type { SubscriberId } from '../subscriptions/subscription.js';
import type {
  Delivery,
  DeliveryCounts,
  DeliveryEvent,
  DeliveryKey,
  DeliveryState,
  HandOver,
  Lease,
  Outcome,
} from './delivery.js';

export type NewDelivery = DeliveryKey & {
  readonly domain: string;
  /** Without angle brackets. */
  readonly messageId: string;
  readonly tryAtMs: number;
  readonly giveUpAtMs: number;
};

export type DeliveryReader = {
  readonly counts: (editionOn: Day) => Promise<DeliveryCounts>;
  /** The editions that have rows, the latest first. */
  readonly editions: (limit: number) => Promise<readonly Day[]>;
  readonly list: (
    editionOn: Day,
    page: {
      readonly state?: DeliveryState | undefined;
      readonly offset: number;
      readonly limit: number;
    },
  ) => Promise<{ readonly deliveries: readonly Delivery[]; readonly total: number }>;
  readonly find: (key: DeliveryKey) => Promise<Delivery | undefined>;
  readonly byMessageId: (messageId: string) => Promise<Delivery | undefined>;
  /** What happened to a row, in order. */
  readonly history: (key: DeliveryKey) => Promise<readonly DeliveryEvent[]>;
  /** What somebody was sent lately, the latest first: for their feed. */
  readonly contentsOf: (
    subscriberId: SubscriberId,
    limit: number,
  ) => Promise<
    readonly {
      readonly editionOn: Day;
      readonly contents: Contents;
      readonly atMs: number;
    }[]
  >;
  /** When the next waiting row may be tried; absent when nothing waits. */
  readonly nextTryAtMs: () => Promise<number | undefined>;
};

export type DeliveryStore = DeliveryReader & {
  /** Adds a row unless there is one of its key; part of the transaction that moves the subscriber on. */
  readonly queue: (
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
      readonly leaseMs: number;
      /** Domains that are not to be written to now. */
      readonly withoutDomains: readonly string[];
      /** Only of this edition. */
      readonly editionOn?: Day | undefined;
    },
  ) => Promise<readonly Lease[]>;
  /** Makes all leases of a holder last longer, those of `handing_over` too. */
  readonly renew: (holder: string, leaseMs: number) => Promise<void>;
  /** Gives rows back that were leased and not begun. */
  readonly giveBack: (leases: readonly Lease[]) => Promise<void>;
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
   * that became `ambiguous` meanwhile, under the same fence, is set right.
   */
  readonly settle: (lease: Lease, outcome: Outcome) => Promise<boolean>;
  /** Makes `ambiguous` what was being handed over by somebody who is dead; gives how many. */
  readonly expire: () => Promise<number>;
  /** Fails what is a day old; gives how many. */
  readonly giveUp: () => Promise<number>;
  /** Removes the histories and contents of editions before a day. */
  readonly forgetBefore: (day: Day) => Promise<void>;
};
