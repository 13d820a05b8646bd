/**
 * Who leaves by mail. The key in such an address tells large letters from small ones, and a relay
 * on the way may not; so one that has no large letters any more is looked for without regard to
 * them. It takes chance 1 in 10^10 for a key to have been so from the beginning.
 */

import type { Database } from '../../database/database.js';
import type { Subscriber, SubscriberId } from '../subscriptions/subscription.js';
import type { SubscriptionReader } from '../subscriptions/subscription-store.js';

/** Finds the subscriber of a key, as it was made or in small letters. */
export type LeaveKeys = (linkKey: string) => Promise<Subscriber | undefined>;

type KeyTables = { subscribers: { id: string; link_key: string } };

export function createLeaveKeys(
  { connection }: Database,
  subscriptions: Pick<SubscriptionReader, 'byLinkKey' | 'find'>,
): LeaveKeys {
  return async (linkKey) => {
    const exact = await subscriptions.byLinkKey(linkKey);
    if (exact || linkKey !== linkKey.toLowerCase()) return exact;
    const rows = await connection
      .$extendTables<KeyTables>()
      .selectFrom('subscribers')
      .select('id')
      .where(({ fn }) => fn<string>('lower', ['link_key']), '=', linkKey)
      .limit(2)
      .execute();
    const [only, another] = rows;
    return only && !another ? subscriptions.find(only.id as SubscriberId) : undefined;
  };
}
