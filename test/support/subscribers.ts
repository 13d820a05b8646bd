/** Subscribers for tests that are about something else. */

import type { AccountId } from '../../src/accounts/account.js';
import { type EmailAddress, parseEmailAddress } from '../../src/accounts/email-address.js';
import { createKeyedHash, type KeyedHash } from '../../src/accounts/keyed-hash.js';
import type { Database } from '../../src/database/database.js';
import {
  ADDRESS_HASH,
  type DigestPreferences,
  type Subscriber,
  usualPreferences,
} from '../../src/digest/subscriptions/subscription.js';
import {
  createSubscriptionStore,
  type SubscriptionStore,
} from '../../src/digest/subscriptions/subscription-store.js';
import { NOON } from './catalogue.js';

/** The same in every test, so that what one store writes another finds. */
export const KEYED_HASH: KeyedHash = createKeyedHash('a secret of the test');

/** What an address is known by once it is forgotten. */
export function addressHashOf(address: string): string {
  return KEYED_HASH(ADDRESS_HASH, emailOf(address).key);
}

/** What somebody gets who chose nothing: at eight in UTC. */
export const USUAL_PREFERENCES: DigestPreferences = usualPreferences({
  hour: 8,
  timeZone: 'UTC',
});

export function subscriptionStoreFor(
  database: Database,
  now: () => Date = () => NOON,
): SubscriptionStore {
  return createSubscriptionStore(database, { now, keyedHash: KEYED_HASH });
}

/** A subscriber, stored and confirmed; only what the test is about need be said. */
export async function addSubscriber(
  database: Database,
  given: {
    readonly email?: string;
    readonly preferences?: Partial<DigestPreferences>;
    /** `true` if absent; otherwise it waits to be confirmed. */
    readonly confirmed?: boolean;
    readonly accountId?: AccountId | undefined;
    readonly now?: () => Date;
  } = {},
): Promise<Subscriber> {
  const store = subscriptionStoreFor(database, given.now);
  const asked = await store.request(emailOf(given.email ?? 'ana@example.org'), {
    origin: 'form',
    from: '192.0.2.0/24',
    preferences: { ...USUAL_PREFERENCES, ...given.preferences },
    accountId: given.accountId,
  });
  if (given.confirmed === false) return asked;
  return (await store.confirm(asked.id, '192.0.2.0/24')) ?? asked;
}

function emailOf(text: string): EmailAddress {
  const email = parseEmailAddress(text);
  if (!email) throw new RangeError(`no address: ${text}`);
  return email;
}
