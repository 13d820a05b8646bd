/** Forgetting who got the daily mail: addresses, what they were sent, what they searched for. */

import type { Kysely, SelectQueryBuilder } from 'kysely';
import type { AccountId } from '../../accounts/account.js';
import { newToken } from '../../accounts/secret-tokens.js';
import type { AnyTransaction } from '../../database/connection.js';
import type { DeliveryTables } from '../delivery/delivery-rows.js';
import { takeTurnAtAll } from '../delivery/delivery-turns-store.js';
import type { EndedBy, Subscriber, SubscriberId } from './subscription.js';
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
  for (const subscriber of rows.map(toSubscriber)) {
    const { id, addressHash, preferences, endedAtMs, endedBy } = subscriber;
    await lockSubscriber(transaction, 'id', id);
    await tables
      .updateTable('deliveries')
      .set({ contents: null })
      .where('subscriber_id', '=', id)
      .execute();
    await tables.deleteFrom('sent_papers').where('subscriber_id', '=', id).execute();
    // That something came back counts on; what its server wrote may name somebody.
    await tables
      .updateTable('mail_returns')
      .set({ detail: '' })
      .where('address_hash', '=', addressHash)
      .execute();
    await tables
      .updateTable('subscribers')
      .set({
        ...FORGOTTEN,
        status: 'unsubscribed',
        link_key: newToken(),
        feed_key: newToken(),
        preferences: JSON.stringify({ ...preferences, searches: [] }),
        // Of somebody who had left before, that counts.
        ended_at_ms: endedAtMs ?? at.getTime(),
        ended_by: endedBy ?? by,
      })
      .where('id', '=', id)
      .execute();
  }
}

/**
 * Forgets the requests from before a moment that nobody confirmed. Who had the mail once, and
 * whose new request is forgotten, is forgotten with it.
 *
 * @returns how many
 */
export async function forgetUnconfirmed(
  tables: Kysely<SubscriptionTables>,
  beforeMs: number,
  at: Date,
): Promise<number> {
  const { numDeletedRows } = await tables
    .deleteFrom('subscribers')
    .where('status', '=', 'pending')
    .where('requested_at_ms', '<', beforeMs)
    .where('confirmed_at_ms', 'is', null)
    .executeTakeFirst();
  const isForgotten = ({ state, requestedAtMs }: Subscriber): boolean =>
    state === 'pending' && requestedAtMs < beforeMs;
  const found = tables
    .selectFrom('subscribers')
    .where('status', '=', 'pending')
    .where('requested_at_ms', '<', beforeMs);
  return Number(numDeletedRows) + (await forgetAll(tables, found, isForgotten, at));
}

/**
 * Forgets who left before a moment, and has not come back.
 *
 * @returns how many
 */
export function forgetLeavers(
  tables: Kysely<SubscriptionTables>,
  beforeMs: number,
  at: Date,
): Promise<number> {
  const isForgotten = ({ state, endedAtMs = 0 }: Subscriber): boolean =>
    state === 'unsubscribed' && endedAtMs < beforeMs;
  const found = tables
    .selectFrom('subscribers')
    .where('status', '=', 'unsubscribed')
    .where('address', 'is not', null)
    .where('ended_at_ms', '<', beforeMs);
  return forgetAll(tables, found, isForgotten, at);
}

/** Ids that are read at once; each is forgotten by a transaction of its own. */
const PAGE = 500;

async function forgetAll(
  tables: Kysely<SubscriptionTables>,
  found: SelectQueryBuilder<SubscriptionTables, 'subscribers', object>,
  isForgotten: (subscriber: Subscriber) => boolean,
  at: Date,
): Promise<number> {
  let count = 0;
  let after = '';
  for (;;) {
    const rows = await found
      .select('id')
      .where('id', '>', after)
      .orderBy('id')
      .limit(PAGE)
      .execute();
    for (const { id } of rows) if (await forgetOne(tables, id, isForgotten, at)) count += 1;
    const last = rows.at(-1);
    if (!last || rows.length < PAGE) return count;
    after = last.id;
  }
}

/** False for somebody who came back in this moment. */
function forgetOne(
  tables: Kysely<SubscriptionTables>,
  id: string,
  isForgotten: (subscriber: Subscriber) => boolean,
  at: Date,
): Promise<boolean> {
  return tables.transaction().execute(async (own) => {
    const transaction = own as AnyTransaction;
    await takeTurnAtAll(transaction.$extendTables<DeliveryTables>());
    const subscriber = await lockSubscriber(transaction, 'id', id);
    if (!subscriber || !isForgotten(subscriber)) return false;
    await eraseSubscribers(transaction, { id: subscriber.id }, 'reader', at);
    return true;
  });
}
