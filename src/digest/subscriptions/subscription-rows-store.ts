/** How subscribers lie in the database, and how one of them is taken hold of. */

import type { AccountId } from '../../accounts/account.js';
import type { AnyTransaction } from '../../database/connection.js';
import type { Day } from '../../papers/dates.js';
import type {
  DigestPreferences,
  EndedBy,
  Subscriber,
  SubscriberId,
  SubscriptionState,
  SuppressionReason,
} from './subscription.js';

/** Which words and boxes a form had that somebody agreed to; grows when they change. */
export const FORM_VERSION = 1;

export type SubscriberRow = {
  id: string;
  address: string | null;
  address_hash: string;
  domain: string;
  account_id: string | null;
  status: SubscriptionState;
  link_key: string;
  feed_key: string;
  preferences: string;
  next_on: string | null;
  next_at_ms: number | null;
  requested_at_ms: number;
  requested_from: string;
  origin: string;
  form_version: number;
  confirmed_at_ms: number | null;
  confirmed_from: string | null;
  ended_at_ms: number | null;
  ended_by: EndedBy | null;
};

export type SuppressionRow = {
  address_hash: string;
  reason: SuppressionReason;
  detail: string;
  since_ms: number;
};

/** What the stores of this folder read and write; of deliveries only what concerns the next. */
export type SubscriptionTables = {
  subscribers: SubscriberRow;
  suppressions: SuppressionRow;
  deliveries: { edition_on: string; subscriber_id: string; contents: string | null };
  sent_papers: { subscriber_id: string };
  mail_returns: { address_hash: string; detail: string };
};

/** What a {@link Subscriber} is made of. */
export const SUBSCRIBER_COLUMNS = [
  'subscribers.id',
  'subscribers.address',
  'subscribers.address_hash',
  'subscribers.domain',
  'subscribers.account_id',
  'subscribers.status',
  'subscribers.link_key',
  'subscribers.feed_key',
  'subscribers.preferences',
  'subscribers.next_on',
  'subscribers.next_at_ms',
  'subscribers.requested_at_ms',
  'subscribers.confirmed_at_ms',
  'subscribers.ended_at_ms',
  'subscribers.ended_by',
] as const;

export type SubscriberColumns = Omit<
  SubscriberRow,
  'requested_from' | 'origin' | 'form_version' | 'confirmed_from'
>;

export function toSubscriber(row: SubscriberColumns): Subscriber {
  return {
    id: row.id as SubscriberId,
    address: row.address ?? undefined,
    addressHash: row.address_hash,
    domain: row.domain,
    accountId: (row.account_id ?? undefined) as AccountId | undefined,
    state: row.status,
    linkKey: row.link_key,
    feedKey: row.feed_key,
    preferences: JSON.parse(row.preferences) as DigestPreferences,
    nextOn: (row.next_on ?? undefined) as Day | undefined,
    nextAtMs: row.next_at_ms ?? undefined,
    requestedAtMs: row.requested_at_ms,
    confirmedAtMs: row.confirmed_at_ms ?? undefined,
    endedAtMs: row.ended_at_ms ?? undefined,
    endedBy: row.ended_by ?? undefined,
  };
}

/** A subscriber, whom until the end of the transaction only we change. */
export async function lockSubscriber(
  transaction: AnyTransaction,
  column: 'id' | 'address_hash',
  value: string,
): Promise<Subscriber | undefined> {
  const row = await transaction
    .$extendTables<SubscriptionTables>()
    .updateTable('subscribers')
    .set(({ ref }) => ({ status: ref('status') }))
    .where(column, '=', value)
    .returning(SUBSCRIBER_COLUMNS)
    .executeTakeFirst();
  return row && toSubscriber(row);
}
