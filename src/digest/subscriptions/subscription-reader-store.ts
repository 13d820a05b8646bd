/** Finding subscribers, and telling who they are. */

import type { Kysely } from 'kysely';
import type { AccountId } from '../../accounts/account.js';
import { canBeStored } from '../../accounts/account-rows.js';
import type { EmailAddress } from '../../accounts/email-address.js';
import type { KeyedHash } from '../../accounts/keyed-hash.js';
import {
  ADDRESS_HASH,
  type Subscriber,
  type SubscriberId,
  type SubscriberStatus,
} from './subscription.js';
import {
  SUBSCRIBER_COLUMNS,
  type SubscriptionTables,
  toSubscriber,
} from './subscription-rows-store.js';

export type ListedSubscriber = {
  readonly subscriber: Subscriber;
  readonly status: SubscriberStatus;
};

export type SubscriptionReader = {
  readonly find: (id: SubscriberId) => Promise<Subscriber | undefined>;
  readonly byAddress: (address: EmailAddress) => Promise<Subscriber | undefined>;
  readonly byAddressHash: (addressHash: string) => Promise<Subscriber | undefined>;
  readonly byLinkKey: (linkKey: string) => Promise<Subscriber | undefined>;
  readonly byFeedKey: (feedKey: string) => Promise<Subscriber | undefined>;
  /** Of several of one person, the one that letters go to. */
  readonly byAccount: (accountId: AccountId) => Promise<Subscriber | undefined>;
  /** A page of all, in the order in which they asked. */
  readonly list: (page: {
    readonly status?: SubscriberStatus | undefined;
    readonly offset: number;
    readonly limit: number;
  }) => Promise<{ readonly subscribers: readonly ListedSubscriber[]; readonly total: number }>;
  readonly counts: () => Promise<Readonly<Record<SubscriberStatus, number>>>;
};

export function createSubscriptionReader(
  tables: Kysely<SubscriptionTables>,
  keyedHash: KeyedHash,
): SubscriptionReader {
  const by = async (
    column: 'id' | 'address_hash' | 'link_key' | 'feed_key',
    value: string,
  ): Promise<Subscriber | undefined> => {
    // Keys come from the addresses of pages, where anything may stand.
    if (!canBeStored(value)) return undefined;
    const row = await tables
      .selectFrom('subscribers')
      .select(SUBSCRIBER_COLUMNS)
      .where(column, '=', value)
      .executeTakeFirst();
    return row && toSubscriber(row);
  };

  return {
    find: (id) => by('id', id),
    byAddress: ({ key }) => by('address_hash', keyedHash(ADDRESS_HASH, key)),
    byAddressHash: (addressHash) => by('address_hash', addressHash),
    byLinkKey: (linkKey) => by('link_key', linkKey),
    byFeedKey: (feedKey) => by('feed_key', feedKey),

    async byAccount(accountId) {
      const rows = await tables
        .selectFrom('subscribers')
        .select(SUBSCRIBER_COLUMNS)
        .where('account_id', '=', accountId)
        .orderBy('requested_at_ms', 'desc')
        .orderBy('id')
        .limit(MOST_OF_AN_ACCOUNT)
        .execute();
      const confirmed = rows.find(({ status }) => status === 'confirmed');
      const row = confirmed ?? rows[0];
      return row && toSubscriber(row);
    },

    async list({ status, offset, limit }) {
      const [rows, { total }] = await Promise.all([
        withStatus(tables, status)
          .select(SUBSCRIBER_COLUMNS)
          .select('suppressions.address_hash as suppressed')
          .orderBy('subscribers.requested_at_ms')
          .orderBy('subscribers.id')
          .offset(offset)
          .limit(limit)
          .execute(),
        withStatus(tables, status)
          .select(({ fn }) => fn.countAll<number>().as('total'))
          .executeTakeFirstOrThrow(),
      ]);
      return {
        subscribers: rows.map((row) => ({
          subscriber: toSubscriber(row),
          status: row.suppressed === null ? row.status : 'suppressed',
        })),
        total: Number(total),
      };
    },

    async counts() {
      const rows = await withStatus(tables, undefined)
        .select(({ fn }) => [
          'subscribers.status',
          fn.countAll<number>().as('count'),
          fn.count<number>('suppressions.address_hash').as('suppressed'),
        ])
        .groupBy('subscribers.status')
        .execute();
      const counts = { pending: 0, confirmed: 0, unsubscribed: 0, suppressed: 0 };
      for (const { status, count, suppressed } of rows) {
        counts[status] = Number(count) - Number(suppressed);
        counts.suppressed += Number(suppressed);
      }
      return counts;
    },
  };
}

/** Nobody changes their address so often. */
const MOST_OF_AN_ACCOUNT = 20;

/** The subscribers of a status, each beside the suppression of its address if there is one. */
function withStatus(tables: Kysely<SubscriptionTables>, status: SubscriberStatus | undefined) {
  const all = tables
    .selectFrom('subscribers')
    .leftJoin('suppressions', 'suppressions.address_hash', 'subscribers.address_hash');
  if (status === undefined) return all;
  if (status === 'suppressed') return all.where('suppressions.address_hash', 'is not', null);
  return all
    .where('suppressions.address_hash', 'is', null)
    .where('subscribers.status', '=', status);
}
