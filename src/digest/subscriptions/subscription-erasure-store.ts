/** Forgetting who got the daily mail: addresses, what they were sent, what they searched for. */

import type { Kysely } from 'kysely';
import type { AccountId } from '../../accounts/account.js';
import { newToken } from '../../accounts/secret-tokens.js';
import type { AnyTransaction } from '../../database/connection.js';
import type { DeliveryTables } from '../delivery/delivery-rows.js';
import { takeTurnAtAll } from '../delivery/delivery-turns-store.js';
import type { EndedBy, SubscriberId } from './subscription.js';
import {
  lockSubscriber,
  SUBSCRIBER_COLUMNS,
  type SubscriberRow,
  type SubscriptionTables,
  toSubscriber,
} from './subscription-rows-store.js';

/** No way back to a person: the hash of an address says nothing without the address. */
const FORGOTTEN = {
  address: null,
  domain: '',
  account_id: null,
  requested_from: '',
  confirmed_from: null,
  next_on: null,
  next_at_ms: null,
} as const satisfies Partial<SubscriberRow>;

/**
 * Forgets one subscriber, or all of an account. The row stays, for its hash and so that no
 * edition can be sent twice.
 */
export async function eraseSubscribers(
  transaction: AnyTransaction,
  who: { readonly id: SubscriberId } | { readonly accountId: AccountId },
  by: EndedBy,
  at: Date,
): Promise<void> {
  const tables = transaction.$extendTables<SubscriptionTables>();
  // In the order of whoever sends: the mail as a whole, the subscriber, the deliveries.
  await takeTurnAtAll(transaction.$extendTables<DeliveryTables>());
  const rows = await tables
    .selectFrom('subscribers')
    .select(SUBSCRIBER_COLUMNS)
    .where('id' in who ? 'id' : 'account_id', '=', 'id' in who ? who.id : who.accountId)
    .orderBy('id')
    .execute();
  for (const { id, preferences, state, endedAtMs, endedBy } of rows.map(toSubscriber)) {
    await lockSubscriber(transaction, 'id', id);
    await tables
      .updateTable('deliveries')
      .set({ contents: null })
      .where('subscriber_id', '=', id)
      .execute();
    await tables.deleteFrom('sent_papers').where('subscriber_id', '=', id).execute();
    const left = state === 'unsubscribed';
    await tables
      .updateTable('subscribers')
      .set({
        ...FORGOTTEN,
        status: 'unsubscribed',
        link_key: newToken(),
        feed_key: newToken(),
        preferences: JSON.stringify({ ...preferences, searches: [] }),
        ended_at_ms: left ? (endedAtMs ?? null) : at.getTime(),
        ended_by: left ? (endedBy ?? null) : by,
      })
      .where('id', '=', id)
      .execute();
  }
}

/**
 * Forgets the requests from before a moment that nobody confirmed. Who had the mail once, and
 * whose new request is forgotten, is as gone as before it.
 *
 * @returns how many
 */
export async function forgetUnconfirmed(
  tables: Kysely<SubscriptionTables>,
  beforeMs: number,
): Promise<number> {
  const { numDeletedRows } = await tables
    .deleteFrom('subscribers')
    .where('status', '=', 'pending')
    .where('requested_at_ms', '<', beforeMs)
    .where('confirmed_at_ms', 'is', null)
    .executeTakeFirst();
  const { numUpdatedRows } = await tables
    .updateTable('subscribers')
    .set({ ...FORGOTTEN, status: 'unsubscribed' })
    .where('status', '=', 'pending')
    .where('requested_at_ms', '<', beforeMs)
    .executeTakeFirst();
  return Number(numDeletedRows) + Number(numUpdatedRows);
}
