/**
 * Asking for the daily mail, confirming that one wants it, changing how, and leaving. Whoever can
 * read what is sent to an address decides; the answer to asking is the same for every address,
 * since whatever differs happens after it.
 */

import type { Account } from '../../accounts/account.js';
import type { AccountStore } from '../../accounts/account-store.js';
import type { EmailAddress } from '../../accounts/email-address.js';
import type { KeyedHash } from '../../accounts/keyed-hash.js';
import { createLaterWork } from '../../accounts/later-work.js';
import type { OneTimeSecretStore } from '../../accounts/one-time-secret-store.js';
import { acceptEmail } from '../../accounts/refusals.js';
import { BroadsheetError } from '../../errors.js';
import type { Mailer } from '../../mail/mailer.js';
import { isTimeZone } from '../../papers/dates.js';
import { createConfirmationLinks, linkUsedUp } from './confirmation-links.js';
import {
  ADDRESS_HASH,
  type DigestPreferences,
  digestPaths,
  type EndedBy,
  PREFERENCES,
  type Subscriber,
  usualPreferences,
} from './subscription.js';
import { createSubscriptionMails, isRefutable } from './subscription-mails.js';
import type { SubscriptionStore } from './subscription-store.js';
import type { SuppressionStore } from './suppression-store.js';

export type Subscribing = {
  /**
   * Asks for an address. The answer is the same in words, work and time for an address that is
   * new, pending, confirmed, or suppressed; the letter that it causes (at most one an hour and
   * three a day to one address) goes after it.
   *
   * @throws BroadsheetError `not_acceptable` for what is no address
   */
  readonly ask: (address: string, asker: FormAsker) => Promise<void>;
  /**
   * Somebody signed in asks for their own address, which signing in has confirmed already. Only
   * if letters to it came back lately is it asked by a letter, as that of anybody: then the
   * subscriber is `pending`, or as it was.
   *
   * @throws BroadsheetError `not_acceptable` without an address, `forbidden` after a complaint
   */
  readonly askSignedIn: (account: Account, asker: FormAsker) => Promise<Subscriber>;
  /**
   * Whether a link of a confirmation letter can be used, changing nothing.
   *
   * @throws BroadsheetError `not_found`, `used_up`
   */
  readonly look: (token: string) => Promise<{ readonly address: string }>;
  /**
   * Begins the subscription. Doing it again, before leaving, changes nothing and gives the same.
   *
   * @throws BroadsheetError `not_found`, `used_up`, `forbidden` after a complaint
   */
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
  /**
   * Sends the letter that asks somebody whom the operator has put down, unless it was sent lately
   * or nothing may be sent to the address.
   *
   * @throws BroadsheetError `mail_failed`
   */
  readonly sendConfirmation: (subscriber: Subscriber) => Promise<{ readonly sent: boolean }>;
  /** The link of such a letter, for the operator to hand on by other ways. */
  readonly confirmationLink: (subscriber: Subscriber) => Promise<string>;
  /** Resolves when every letter is sent or has failed. */
  readonly settled: () => Promise<void>;
};

export type FormAsker = {
  /** The shortened network (`accounts/network.ts`); empty when nobody knows. */
  readonly from: string;
  /** What the browser says of its time zone; believed if it is one. */
  readonly timeZone?: string | undefined;
  /** The origin of the request, believed only as `linkOrigin` says. */
  readonly origin?: string | undefined;
};

export type SubscribingParts = {
  readonly subscriptions: Pick<
    SubscriptionStore,
    | 'request'
    | 'confirm'
    | 'end'
    | 'forget'
    | 'setPreferences'
    | 'linkAccount'
    | 'byAddressHash'
    | 'byLinkKey'
  >;
  readonly suppressions: Pick<SuppressionStore, 'find' | 'releaseReached'>;
  readonly secrets: Pick<OneTimeSecretStore, 'make' | 'look' | 'countSince' | 'withdraw'>;
  readonly mailer: Mailer;
  readonly keyedHash: KeyedHash;
  readonly now: () => Date;
  /** What somebody gets who chose nothing. */
  readonly usual: { readonly hour: number; readonly timeZone: string };
  readonly site: {
    readonly title: string;
    readonly baseUrl: string | undefined;
    readonly listensAt?: () => string | undefined;
  };
  /** By it, who confirms an address is found to have an account with it. */
  readonly accounts?: Pick<AccountStore, 'byEmail'> | undefined;
  /** A letter could not be sent. The asker has had an answer already. */
  readonly onFailure: (error: unknown) => void;
};

/** The longest name of a time zone has 32 letters. */
const LONGEST_ZONE = 64;

export function createSubscribing(parts: SubscribingParts): Subscribing {
  const { subscriptions, suppressions } = parts;
  const links = createConfirmationLinks(parts);
  const mails = createSubscriptionMails({ ...parts, links });
  const later = createLaterWork(parts.onFailure);

  const hashOfAddress = (email: EmailAddress) => parts.keyedHash(ADDRESS_HASH, email.key);

  const preferencesOf = ({ timeZone = '' }: FormAsker): DigestPreferences => {
    const isBelieved = timeZone.length <= LONGEST_ZONE && isTimeZone(timeZone);
    return usualPreferences({
      hour: parts.usual.hour,
      timeZone: isBelieved ? timeZone : parts.usual.timeZone,
    });
  };

  const joinAccount = async (subscriber: Subscriber, account: Account | undefined) => {
    if (!account || subscriber.accountId === account.id) return subscriber;
    await subscriptions.linkAccount(subscriber.id, account.id);
    return { ...subscriber, accountId: account.id };
  };

  return {
    async ask(text, asker) {
      const email = acceptEmail(text);
      const addressHash = hashOfAddress(email);
      const preferences = preferencesOf(asker);
      // Nobody is told that a letter comes while the database is away.
      await links.mayWrite(addressHash);
      later.begin(async () => {
        await mails.write(addressHash, asker, () =>
          subscriptions.request(email, { origin: 'form', from: asker.from, preferences }),
        );
      });
    },

    async askSignedIn(account, asker) {
      if (account.email === undefined) throw noAddress();
      const email = acceptEmail(account.email);
      const addressHash = hashOfAddress(email);
      const suppression = await suppressions.find(addressHash);
      if (suppression && !isRefutable(suppression)) throw notToBeWrittenTo();
      const request = (): Promise<Subscriber> =>
        subscriptions.request(email, {
          origin: 'account',
          from: asker.from,
          preferences: preferencesOf(asker),
          accountId: account.id,
        });
      const asked = await request();
      if (suppression) {
        later.begin(async () => {
          await mails.write(addressHash, asker, request);
        });
        return asked;
      }
      const begun = await subscriptions.confirm(asked.id, asker.from);
      if (begun?.state !== 'confirmed') throw linkUsedUp();
      return joinAccount(begun, account);
    },

    async look(token) {
      const { address } = await links.subscriberOf(token);
      return { address };
    },

    async confirm(token, from) {
      const { id, address, addressHash } = await links.subscriberOf(token);
      const suppression = await suppressions.find(addressHash);
      if (suppression && !isRefutable(suppression)) throw notToBeWrittenTo();
      // Before anything else: who has read the letter can be reached.
      if (suppression) await suppressions.releaseReached(addressHash);
      const begun = await subscriptions.confirm(id, from);
      if (begun?.state !== 'confirmed') throw linkUsedUp();
      if (begun.accountId !== undefined) return begun;
      return joinAccount(begun, await parts.accounts?.byEmail(address));
    },

    byLinkKey: (linkKey) => subscriptions.byLinkKey(linkKey),

    async setPreferences({ id }, preferences) {
      await subscriptions.setPreferences(id, acceptPreferences(preferences));
    },

    async leave({ id }, by) {
      await subscriptions.end(id, by);
    },

    forget: ({ id }) => subscriptions.forget(id, 'reader'),

    async sendConfirmation(subscriber) {
      if (subscriber.state !== 'pending') return { sent: false };
      const sent = await mails.write(subscriber.addressHash, { from: '' }, async () => subscriber);
      return { sent };
    },

    async confirmationLink(subscriber) {
      return mails.linkOf(digestPaths.confirm(await links.make(subscriber)));
    },

    settled: later.settled,
  };
}

/** @throws BroadsheetError `not_acceptable` */
function acceptPreferences(given: DigestPreferences): DigestPreferences {
  const { success, data, error } = PREFERENCES.safeParse(given);
  if (success) return data;
  const problems = error.issues.map(({ path, message }) => [path.join('.'), message].join(': '));
  throw new BroadsheetError('not_acceptable', `This cannot be set: ${problems.join('; ')}.`);
}

function noAddress(): BroadsheetError {
  return new BroadsheetError('not_acceptable', 'Your account has no address to send mail to.', {
    fix: 'Give one in the settings, or type one into the form.',
  });
}

function notToBeWrittenTo(): BroadsheetError {
  return new BroadsheetError('forbidden', 'No daily mail may be sent to this address.', {
    fix: 'Ask an operator of this instance to release it.',
  });
}
