/** Asking for the daily mail, confirming that one wants it, changing how, and leaving. */

import type { Account } from '../../accounts/account.js';
import type { DigestPreferences, EndedBy, Subscriber } from './subscription.js';

export type Subscribing = {
  /**
   * Asks for an address. The answer is the same in words, work and time for an address that is
   * new, pending, confirmed, or suppressed; the letter that it causes (at most one an hour and
   * three a day to one address) goes after it.
   *
   * @throws BroadsheetError `not_acceptable` for what is no address
   */
  readonly ask: (
    address: string,
    asker: {
      /** The shortened network (`accounts/network.ts`); empty when nobody knows. */
      readonly from: string;
      /** What the browser says of its time zone; believed if it is one. */
      readonly timeZone?: string | undefined;
      /** The origin of the request, believed only as `linkOrigin` says. */
      readonly origin?: string | undefined;
    },
  ) => Promise<void>;
  /** Somebody signed in asks for their own address, which signing in has confirmed already. */
  readonly askSignedIn: (
    account: Account,
    asker: { readonly from: string; readonly timeZone?: string | undefined },
  ) => Promise<Subscriber>;
  /**
   * Whether a link of a confirmation letter can be used, changing nothing.
   *
   * @throws BroadsheetError `not_found`, `used_up`
   */
  readonly look: (token: string) => Promise<{ readonly address: string }>;
  /** @throws BroadsheetError `not_found`, `used_up` */
  readonly confirm: (token: string, from: string) => Promise<Subscriber>;
  /** The subscriber of a link in a letter; an address that was erased has none. */
  readonly byLinkKey: (linkKey: string) => Promise<Subscriber | undefined>;
  /** @throws BroadsheetError `not_acceptable`, naming what cannot be used */
  readonly setPreferences: (
    subscriber: Subscriber,
    preferences: DigestPreferences,
  ) => Promise<void>;
  /** Leaves at once, in the middle of an edition too. Leaving twice changes nothing. */
  readonly leave: (subscriber: Subscriber, by: EndedBy) => Promise<void>;
  /** Leaves, and has the address forgotten. */
  readonly forget: (subscriber: Subscriber) => Promise<void>;
  /** Resolves when every letter is sent or has failed. */
  readonly settled: () => Promise<void>;
};
