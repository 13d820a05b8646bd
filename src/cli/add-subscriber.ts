/** Puts an address down for the daily mail, unless its owner or what came back speaks against it. */

import type { EmailAddress } from '../accounts/email-address.js';
import type { KeyedHash } from '../accounts/keyed-hash.js';
import type { Digest } from '../app-digest.js';
import {
  ADDRESS_HASH,
  type DigestPreferences,
  type Subscriber,
  usualPreferences,
} from '../digest/subscriptions/subscription.js';
import type { Origin } from '../digest/subscriptions/subscription-store.js';

export type Wishes = {
  readonly timeZone?: string | undefined;
  readonly hour?: number | undefined;
  readonly cadence?: DigestPreferences['cadence'] | undefined;
};

export type Addition =
  /** New, or confirmed now. */
  | { readonly outcome: 'added'; readonly subscriber: Subscriber }
  | { readonly outcome: 'known'; readonly subscriber: Subscriber }
  /** Nothing was changed, for this reason. */
  | { readonly outcome: 'refused'; readonly reason: string; readonly fix: string };

export type Adding = {
  readonly origin: Origin;
  /** Whether the operator vouches that the owner of the address wants it. */
  readonly isConfirmed: boolean;
  readonly usual: { readonly hour: number; readonly timeZone: string };
  readonly keyedHash: KeyedHash;
};

export async function addSubscriber(
  { subscriptions, suppressions }: Pick<Digest, 'subscriptions' | 'suppressions'>,
  email: EmailAddress,
  wishes: Wishes,
  { origin, isConfirmed, usual, keyedHash }: Adding,
): Promise<Addition> {
  const suppression = await suppressions.find(keyedHash(ADDRESS_HASH, email.key));
  if (suppression) {
    return refused(
      `nothing may be sent to ${email.address} (${suppression.reason})`,
      `If that is mended: broadsheet subscribers release ${email.address}`,
    );
  }
  const known = await subscriptions.byAddress(email);
  const mayChange = isConfirmed || origin !== 'import';
  if (known?.state === 'confirmed' || (known?.state === 'pending' && !mayChange)) {
    return { outcome: 'known', subscriber: known };
  }
  if (known?.state === 'unsubscribed' && isConfirmed) {
    return refused(
      `${email.address} has left, and only its owner can come back`,
      'Add it without --confirmed, so that its owner is asked.',
    );
  }
  const preferences = withWishes(known?.preferences ?? usualPreferences(usual), wishes);
  const asked = await subscriptions.request(email, { origin, from: '', preferences });
  if (!isConfirmed) {
    return { outcome: known?.state === 'pending' ? 'known' : 'added', subscriber: asked };
  }
  const confirmed = await subscriptions.confirm(asked.id, '');
  return { outcome: 'added', subscriber: confirmed ?? asked };
}

function refused(reason: string, fix: string): Addition {
  return { outcome: 'refused', reason, fix };
}

function withWishes(usual: DigestPreferences, wishes: Wishes): DigestPreferences {
  const { timeZone = usual.timeZone, cadence = usual.cadence, hour } = wishes;
  return { ...usual, timeZone, cadence, minute: hour === undefined ? usual.minute : hour * 60 };
}
