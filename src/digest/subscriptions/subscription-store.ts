/** Who gets the daily mail, as the database has it. */

import { randomUUID } from 'node:crypto';
import type { AccountId } from '../../accounts/account.js';
import type { EmailAddress } from '../../accounts/email-address.js';
import type { KeyedHash } from '../../accounts/keyed-hash.js';
import { newToken } from '../../accounts/secret-tokens.js';
import type { AnyTransaction } from '../../database/connection.js';
import type { Database } from '../../database/database.js';
import { BroadsheetError } from '../../errors.js';
import { domainOf } from '../../mail/one-address.js';
import { editionAfterChange, firstEdition } from '../schedule/schedule.js';
import { createEditionTurns, type EditionTurns, lastEditionOf } from './edition-turn-store.js';
import {
  ADDRESS_HASH,
  type DigestPreferences,
  type EndedBy,
  type Subscriber,
  type SubscriberId,
} from './subscription.js';
import {
  eraseSubscribers,
  forgetLeavers,
  forgetUnconfirmed,
} from './subscription-erasure-store.js';
import { createSubscriptionReader, type SubscriptionReader } from './subscription-reader-store.js';
import {
  FORM_VERSION,
  lockSubscriber,
  SUBSCRIBER_COLUMNS,
  type SubscriberRow,
  type SubscriptionTables,
  toSubscriber,
} from './subscription-rows-store.js';

export type { ListedSubscriber, SubscriptionReader } from './subscription-reader-store.js';

export type Origin = 'form' | 'account' | 'operator' | 'import';

/** What is kept of how somebody asked. */
export type Request = {
  readonly origin: Origin;
  /** The network, shortened (`192.0.2.0/24`); empty for an operator's command. */
  readonly from: string;
  readonly preferences: DigestPreferences;
  readonly accountId?: AccountId | undefined;
};

export type SubscriptionStore = SubscriptionReader &
  EditionTurns & {
    /**
     * Puts down that an address wants the mail, without sending anything to it. One that is
     * confirmed stays as it is; one that had left waits for confirmation anew, with a new feed.
     * The key of its links stays, so that the letters of earlier times still end the mail.
     */
    readonly request: (address: EmailAddress, request: Request) => Promise<Subscriber>;
    /**
     * Begins the subscription, and works out its first edition. Confirming twice changes nothing,
     * and who left has to ask before it can be confirmed again.
     *
     * @param from - the shortened network of whoever confirmed
     */
    readonly confirm: (id: SubscriberId, from: string) => Promise<Subscriber | undefined>;
    /** Ends it; what is queued is not sent any more. Ending twice changes nothing. */
    readonly end: (
      id: SubscriberId,
      by: EndedBy,
      transaction?: AnyTransaction,
    ) => Promise<{ readonly changed: boolean }>;
    /** Sets how somebody wants it, and works out anew what is due when. */
    readonly setPreferences: (id: SubscriberId, preferences: DigestPreferences) => Promise<void>;
    /** @throws BroadsheetError `not_found` */
    readonly renewFeedKey: (id: SubscriberId) => Promise<string>;
    /** Joins a subscription to the account of the same person. */
    readonly linkAccount: (id: SubscriberId, accountId: AccountId) => Promise<void>;
    /**
     * Ends the subscription and empties its address; the hash stays for suppressions. What the
     * person was sent, and the links that they have, are gone, too.
     */
    readonly erase: (
      transaction: AnyTransaction,
      who: { readonly id: SubscriberId } | { readonly accountId: AccountId },
      by: EndedBy,
    ) => Promise<void>;
    /** The same in a transaction of its own. */
    readonly forget: (id: SubscriberId, by: EndedBy) => Promise<void>;
    /** Removes who did not confirm within a week; gives how many. */
    readonly removeUnconfirmed: () => Promise<number>;
    /** Forgets, as `forget` does, who left before a moment; gives how many. */
    readonly forgetLeavers: (beforeMs: number) => Promise<number>;
  };

/** For so long a request waits to be confirmed, and so does its link. */
export const CONFIRMATION_MS: number = 7 * 24 * 3_600_000;

/** A request that nobody confirmed may be removed between two statements, hardly twice. */
const MOST_TRIES = 3;

export function createSubscriptionStore(
  { connection }: Database,
  { now, keyedHash }: { readonly now: () => Date; readonly keyedHash: KeyedHash },
): SubscriptionStore {
  const tables = connection.$extendTables<SubscriptionTables>();
  const reader = createSubscriptionReader(tables, keyedHash);

  /** Changes one subscriber, whom until the end only we change. */
  const change = (
    column: 'id' | 'address_hash',
    value: string,
    set: (
      before: Subscriber,
      transaction: AnyTransaction,
    ) => Partial<SubscriberRow> | undefined | Promise<Partial<SubscriberRow> | undefined>,
  ): Promise<Subscriber | undefined> =>
    connection.transaction().execute(async (transaction) => {
      const before = await lockSubscriber(transaction, column, value);
      const changes = before && (await set(before, transaction));
      if (!changes) return before;
      const row = await transaction
        .$extendTables<SubscriptionTables>()
        .updateTable('subscribers')
        .set(changes)
        .where('id', '=', before.id)
        .returning(SUBSCRIBER_COLUMNS)
        .executeTakeFirstOrThrow();
      return toSubscriber(row);
    });

  /** Adds a request, or changes the one that there is; nothing if it was removed in between. */
  const ask = async (
    email: EmailAddress,
    addressHash: string,
    request: Request,
  ): Promise<Subscriber | undefined> => {
    const asked = askedBy(email, request, now());
    const row = await tables
      .insertInto('subscribers')
      .values({
        id: randomUUID(),
        address_hash: addressHash,
        account_id: request.accountId ?? null,
        ...newKeys(),
        ...NOT_BEGUN,
        ...asked,
      })
      .onConflict((conflict) => conflict.column('address_hash').doNothing())
      .returning(SUBSCRIBER_COLUMNS)
      .executeTakeFirst();
    if (row) return toSubscriber(row);
    return change('address_hash', addressHash, ({ state, accountId }) => {
      if (state === 'confirmed') return undefined;
      const feed = state === 'unsubscribed' ? { feed_key: newToken() } : {};
      return { account_id: request.accountId ?? accountId ?? null, ...feed, ...asked };
    });
  };

  return {
    ...reader,
    ...createEditionTurns(tables, now),

    async request(email, request) {
      const addressHash = keyedHash(ADDRESS_HASH, email.key);
      for (let tries = 0; tries < MOST_TRIES; tries += 1) {
        const known = await ask(email, addressHash, request);
        if (known) return known;
      }
      throw new BroadsheetError('conflict', 'The subscription is being removed at this moment.');
    },

    confirm: (id, from) =>
      change('id', id, async ({ state, preferences }, transaction) => {
        if (state !== 'pending') return undefined;
        const moment = now().getTime();
        const lastOn = await lastEditionOf(transaction, id);
        const next = firstEdition(preferences, moment, lastOn);
        return {
          status: 'confirmed',
          confirmed_at_ms: moment,
          confirmed_from: from,
          ended_at_ms: null,
          ended_by: null,
          next_on: next.editionOn,
          next_at_ms: next.atMs,
        };
      }),

    async end(id, by, transaction) {
      const { numUpdatedRows } = await (transaction ?? connection)
        .$extendTables<SubscriptionTables>()
        .updateTable('subscribers')
        .set({
          status: 'unsubscribed',
          ended_at_ms: now().getTime(),
          ended_by: by,
          next_on: null,
          next_at_ms: null,
        })
        .where('id', '=', id)
        .where('status', '!=', 'unsubscribed')
        .executeTakeFirstOrThrow();
      return { changed: numUpdatedRows > 0n };
    },

    async setPreferences(id, preferences) {
      await change('id', id, async ({ state, nextOn }, transaction) => {
        const stored = { preferences: JSON.stringify(preferences) };
        if (state !== 'confirmed') return stored;
        const lastOn = await lastEditionOf(transaction, id);
        const next = editionAfterChange(preferences, { nextOn, lastOn }, now().getTime());
        return { ...stored, next_on: next.editionOn, next_at_ms: next.atMs };
      });
    },

    async renewFeedKey(id) {
      const renewed = await change('id', id, () => ({ feed_key: newToken() }));
      if (renewed) return renewed.feedKey;
      throw new BroadsheetError('not_found', 'There is no such subscription.');
    },

    async linkAccount(id, accountId) {
      await change('id', id, () => ({ account_id: accountId }));
    },

    erase: (transaction, who, by) => eraseSubscribers(transaction, who, by, now()),

    forget: (id, by) =>
      connection
        .transaction()
        .execute((transaction) => eraseSubscribers(transaction, { id }, by, now())),

    removeUnconfirmed: () => forgetUnconfirmed(tables, now().getTime() - CONFIRMATION_MS, now()),

    forgetLeavers: (beforeMs) => forgetLeavers(tables, beforeMs, now()),
  };
}

const NOT_BEGUN = {
  next_on: null,
  next_at_ms: null,
  confirmed_at_ms: null,
  confirmed_from: null,
  ended_at_ms: null,
  ended_by: null,
} as const;

/** What a request puts down, whoever asked before. */
function askedBy({ address }: EmailAddress, { origin, from, preferences }: Request, at: Date) {
  return {
    address,
    domain: domainOf(address),
    status: 'pending',
    preferences: JSON.stringify(preferences),
    requested_at_ms: at.getTime(),
    requested_from: from,
    origin,
    form_version: FORM_VERSION,
  } as const;
}

function newKeys() {
  return { link_key: newToken(), feed_key: newToken() };
}
