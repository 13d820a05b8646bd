/**
 * What the links of confirmation letters hold. A link is good for a week and begins one time of
 * subscribing: it ends with leaving, since who comes back gets a new feed. Until then it may be
 * opened again and again, as people do, and does no more than it did.
 */

import type { OneTimeSecretStore } from '../../accounts/one-time-secret-store.js';
import { hashOf, isSameHash } from '../../accounts/secret-tokens.js';
import { BroadsheetError } from '../../errors.js';
import type { Subscriber } from './subscription.js';
import { CONFIRMATION_MS, type SubscriptionReader } from './subscription-store.js';

/** To one address, whoever asks. */
export const MOST_LETTERS_AN_HOUR = 1;
export const MOST_LETTERS_A_DAY = 3;

export type ConfirmationLinks = {
  /** Counts as a letter. */
  readonly make: (subscriber: Subscriber) => Promise<string>;
  /** Whether another letter may go to an address. */
  readonly mayWrite: (
    addressHash: string,
    options?: { readonly mostADay?: number },
  ) => Promise<boolean>;
  /** Whose a link is. Changes nothing. @throws BroadsheetError `not_found`, `used_up` */
  readonly subscriberOf: (token: string) => Promise<Subscriber & { readonly address: string }>;
};

const PURPOSE = 'digest-confirmation';

const MS_PER_HOUR = 3_600_000;

/** Tells one time of subscribing from the next. */
type LinkDetails = { readonly keyHash: string };

export function createConfirmationLinks({
  secrets,
  subscriptions,
  now,
}: {
  readonly secrets: Pick<OneTimeSecretStore, 'make' | 'look' | 'countSince'>;
  readonly subscriptions: Pick<SubscriptionReader, 'byAddressHash'>;
  readonly now: () => Date;
}): ConfirmationLinks {
  const madeWithin = async (addressHash: string, ms: number): Promise<number> => {
    const since = now().getTime() - ms;
    return (await secrets.countSince(PURPOSE, addressHash, since)).count;
  };

  return {
    async make({ addressHash, feedKey }) {
      const { token } = await secrets.make({
        purpose: PURPOSE,
        subject: addressHash,
        details: { keyHash: hashOf(feedKey) } satisfies LinkDetails,
        livesMs: CONFIRMATION_MS,
      });
      return token;
    },

    async mayWrite(addressHash, { mostADay = MOST_LETTERS_A_DAY } = {}) {
      const ofHour = await madeWithin(addressHash, MS_PER_HOUR);
      const ofDay = await madeWithin(addressHash, 24 * MS_PER_HOUR);
      return ofHour < MOST_LETTERS_AN_HOUR && ofDay < mostADay;
    },

    async subscriberOf(token) {
      const seen = await secrets.look(PURPOSE, token);
      if (seen.status === 'unknown') throw noSuchLink();
      if (seen.status !== 'usable') throw linkUsedUp();
      const subscriber = await subscriptions.byAddressHash(seen.subject);
      if (!subscriber || subscriber.state === 'unsubscribed') throw linkUsedUp();
      const { address, feedKey, state } = subscriber;
      const { keyHash } = seen.details as LinkDetails;
      // Who is confirmed may have had the address of their feed changed, and begins nothing.
      const isOfThisTime = state === 'confirmed' || isSameHash(hashOf(feedKey), keyHash);
      if (address === undefined || !isOfThisTime) throw linkUsedUp();
      return { ...subscriber, address };
    },
  };
}

function noSuchLink(): BroadsheetError {
  return new BroadsheetError('not_found', 'There is no such link.', {
    fix: 'Copy the whole link out of the letter, or ask for a new one at /subscribe.',
  });
}

export function linkUsedUp(): BroadsheetError {
  return new BroadsheetError(
    'used_up',
    'This link is too old, or what it was for has been ended.',
    { fix: 'If you want the daily mail, ask for it anew at /subscribe.' },
  );
}
