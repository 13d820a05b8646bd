/**
 * What becomes of one letter: a row for each edition and subscriber, and the steps that it takes.
 *
 * ```
 * queued ─▶ leased ─▶ handing_over ─▶ sent
 *   ▲          │            ├─▶ deferred ─▶ (leased again at its time)
 *   └──────────┘            ├─▶ failed
 *   lease ran out           └─▶ ambiguous: the server vanished between last byte and reply
 * ```
 *
 * `handing_over` is committed, on the disk, before the first byte of the letter is sent. So a
 * letter in any state before it was not sent, and one in it may have been: when its lease runs
 * out, nobody can know, and it becomes `ambiguous`.
 */

import type { Day } from '../../papers/dates.js';
import type { Contents } from '../contents/contents.js';
import type { SubscriberId } from '../subscriptions/subscription.js';

export const DELIVERY_STATES = [
  'queued',
  'leased',
  'handing_over',
  'sent',
  'deferred',
  'failed',
  'ambiguous',
  'skipped',
] as const;

export type DeliveryState = (typeof DELIVERY_STATES)[number];

/** Which letter: the subscriber's own date, and the subscriber. */
export type DeliveryKey = {
  readonly editionOn: Day;
  readonly subscriberId: SubscriberId;
};

/** A letter that is to be sent, before anybody has taken it up. */
export type NewDelivery = DeliveryKey & {
  readonly domain: string;
  /** Without angle brackets. */
  readonly messageId: string;
  readonly tryAtMs: number;
  readonly giveUpAtMs: number;
};

/** A letter that a sender may work on until its lease runs out. */
export type Lease = DeliveryKey & {
  /** Of the sender. */
  readonly holder: string;
  /** Whoever holds a smaller one is too late. */
  readonly fence: number;
  /** 1 at the first try. */
  readonly attempt: number;
  readonly domain: string;
  /** Without angle brackets; the same for every try and every copy. */
  readonly messageId: string;
  /** What was chosen at an earlier try. */
  readonly contents: Contents | undefined;
  /** After this it is given up. */
  readonly giveUpAtMs: number;
};

/** Whether a letter may be handed to the mail server, asked in the moment before it is. */
export type HandOver =
  | { readonly may: true }
  /** Somebody else has the lease, or it ran out: nothing was changed. */
  | { readonly may: false; readonly because: 'lease-lost' }
  /** The subscriber left, or the address is suppressed: the row is `skipped` now. */
  | { readonly may: false; readonly because: 'not-wanted' }
  /** The mail is stopped: the row is `queued` again. */
  | { readonly may: false; readonly because: 'paused' };

/** How a try ended. */
export type Outcome =
  | { readonly state: 'sent'; readonly detail: string }
  /** To be tried again at a time; the row fails by itself when that is after its end. */
  | { readonly state: 'deferred'; readonly detail: string; readonly tryAtMs: number }
  | { readonly state: 'failed'; readonly detail: string }
  | { readonly state: 'ambiguous'; readonly detail: string }
  | { readonly state: 'skipped'; readonly detail: string };

export type DeliveryCounts = { readonly [State in DeliveryState]: number };

/** One row, as the operator sees it. */
export type Delivery = DeliveryKey & {
  /** Absent when it was erased. */
  readonly address: string | undefined;
  readonly state: DeliveryState;
  readonly detail: string;
  readonly attempt: number;
  readonly messageId: string;
  readonly papers: number;
  readonly queuedAtMs: number;
  readonly tryAtMs: number;
  readonly sentAtMs: number | undefined;
};

export type DeliveryEvent = {
  readonly atMs: number;
  readonly state: DeliveryState;
  readonly detail: string;
};

/** Who stopped the mail, and why. */
export type Pause = {
  readonly by: 'operator' | 'brake' | 'restored';
  readonly reason: string;
  readonly sinceMs: number;
};

/** A killed sender's letters are taken up again after this: less than a minute. */
export const LEASE_MS = 45_000;

/** What is not delivered a day after it was due is old news. */
export const GIVE_UP_MS: number = 24 * 3_600_000;
