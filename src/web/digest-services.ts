/** What the pages of the daily mail are handed. */

import type { ControlStore } from '../digest/delivery/control-store.js';
import type { DeliveryReader } from '../digest/delivery/delivery-store.js';
import type { OperatorActs } from '../digest/operators/operator-acts-store.js';
import type { ReturnStore } from '../digest/returns/returns.js';
import type { Subscribing } from '../digest/subscriptions/subscribing.js';
import type { Subscriber } from '../digest/subscriptions/subscription.js';
import type {
  SubscriptionReader,
  SubscriptionStore,
} from '../digest/subscriptions/subscription-store.js';
import type { SuppressionStore } from '../digest/subscriptions/suppression-store.js';
import type { Day } from '../papers/dates.js';
import type { Web } from './context.js';

/** A letter as it would go. */
export type DigestPreview = {
  readonly subject: string;
  readonly html: string;
  readonly text: string;
};

/** What became of an edition in one channel of a group. */
export type DigestPost = {
  readonly target: string;
  readonly state: string;
  readonly detail: string;
  readonly changedAtMs: number;
};

export type DigestWebServices = {
  /** When new subscribers get it: 0 to 23, in their own time. */
  readonly hour: number;
  readonly subscribing: Subscribing;
  readonly subscriptions: SubscriptionReader & Pick<SubscriptionStore, 'renewFeedKey'>;
  readonly suppressions: Pick<SuppressionStore, 'find' | 'list'>;
  readonly deliveries: DeliveryReader;
  readonly control: Pick<ControlStore, 'pause' | 'isReleased'>;
  readonly acts: OperatorActs;
  readonly returns: Pick<ReturnStore, 'counts' | 'latest'>;
  /** Where the edition of a day was posted to. */
  readonly posts: (editionOn: Day) => Promise<readonly DigestPost[]>;
  /**
   * The letter of today as somebody would get it, or (`sample`) a new subscriber; absent when
   * there is nothing to send.
   */
  readonly previewFor: (whom: Subscriber | 'sample') => Promise<DigestPreview | undefined>;
  /**
   * Takes what a mail provider tells.
   *
   * @throws BroadsheetError `not_found`, `forbidden` for a wrong signature, `bad_request`
   */
  readonly takeHook: (
    id: string,
    headers: Headers,
    body: Uint8Array,
  ) => Promise<{ readonly accepted: number }>;
};

/** A page of the daily mail works with these. */
export type DigestWeb = Web & {
  readonly digest: DigestWebServices;
  /** Whether letters leave the machine. */
  readonly mailDelivers: boolean;
  /** How many proxies of ours stand before the program. */
  readonly trustedProxies: number;
};
