/** Who gets the daily mail, as the database has it. */

import type { AccountId } from '../../accounts/account.js';
import type { EmailAddress } from '../../accounts/email-address.js';
import type { AnyTransaction } from '../../database/connection.js';
import type { Day } from '../../papers/dates.js';
import type {
  DigestPreferences,
  EndedBy,
  Subscriber,
  SubscriberId,
  SubscriberStatus,
} from './subscription.js';

export type Origin = 'form' | 'account' | 'operator' | 'import';

/** What is kept of how somebody asked. */
export type Request = {
  readonly origin: Origin;
  /** The network, shortened (`192.0.2.0/24`); empty for an operator's command. */
  readonly from: string;
  readonly preferences: DigestPreferences;
  readonly accountId?: AccountId | undefined;
};

export type ListedSubscriber = {
  readonly subscriber: Subscriber;
  readonly status: SubscriberStatus;
};

export type SubscriptionReader = {
  readonly find: (id: SubscriberId) => Promise<Subscriber | undefined>;
  readonly byAddress: (address: EmailAddress) => Promise<Subscriber | undefined>;
  readonly byLinkKey: (linkKey: string) => Promise<Subscriber | undefined>;
  readonly byFeedKey: (feedKey: string) => Promise<Subscriber | undefined>;
  readonly byAccount: (accountId: AccountId) => Promise<Subscriber | undefined>;
  /** A page of all, in the order in which they asked. */
  readonly list: (page: {
    readonly status?: SubscriberStatus | undefined;
    readonly offset: number;
    readonly limit: number;
  }) => Promise<{ readonly subscribers: readonly ListedSubscriber[]; readonly total: number }>;
  readonly counts: () => Promise<Readonly<Record<SubscriberStatus, number>>>;
};

export type SubscriptionStore = SubscriptionReader & {
  /**
   * Puts down that an address wants the mail, without sending anything to it. One that is
   * confirmed stays as it is; one that had left waits for confirmation anew, with new keys.
   */
  readonly request: (address: EmailAddress, request: Request) => Promise<Subscriber>;
  /**
   * Begins the subscription, and works out its first edition. Confirming twice changes nothing.
   *
   * @param from - the shortened network of whoever confirmed
   */
  readonly confirm: (id: SubscriberId, from: string) => Promise<Subscriber | undefined>;
  /** Ends it; what is queued is not sent any more. Ending twice changes nothing. */
  readonly end: (id: SubscriberId, by: EndedBy) => Promise<{ readonly changed: boolean }>;
  /** Sets how somebody wants it, and works out anew what is due when. */
  readonly setPreferences: (id: SubscriberId, preferences: DigestPreferences) => Promise<void>;
  readonly renewFeedKey: (id: SubscriberId) => Promise<string>;
  /** Joins a subscription to the account of the same person. */
  readonly linkAccount: (id: SubscriberId, accountId: AccountId) => Promise<void>;
  /** Ends the subscription and empties its address; the hash stays for suppressions. */
  readonly erase: (
    transaction: AnyTransaction,
    who: { readonly id: SubscriberId } | { readonly accountId: AccountId },
    by: EndedBy,
  ) => Promise<void>;
  /** Removes who did not confirm within a week; gives how many. */
  readonly removeUnconfirmed: () => Promise<number>;
  /**
   * The confirmed whose edition is due, those who wait longest first.
   *
   * @param channels - whom anything can be sent to now
   */
  readonly due: (options: {
    readonly limit: number;
    readonly channels: readonly DigestPreferences['channel'][];
  }) => Promise<readonly Subscriber[]>;
  /** Moves somebody on to the edition after `editionOn`; part of queueing it. */
  readonly advance: (
    transaction: AnyTransaction,
    subscriber: Subscriber,
    editionOn: Day,
  ) => Promise<void>;
  /** All confirmed who are to be sent the edition of a day by their cadence, page by page by id. */
  readonly confirmedFor: (
    editionOn: Day,
    after: SubscriberId | undefined,
    limit: number,
  ) => Promise<readonly Subscriber[]>;
};
