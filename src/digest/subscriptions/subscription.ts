/**
 * Who gets the daily mail, and how they want it. No account is needed: an address that was
 * confirmed, and the key in its letters, are all that a subscription is.
 */

import { z } from 'zod';
import type { AccountId } from '../../accounts/account.js';
import { type Day, isTimeZone } from '../../papers/dates.js';

/** A random name of a subscriber, never shown to others. */
export type SubscriberId = string & { readonly brand: 'SubscriberId' };

/** On which days: every day, Monday to Friday, or one day of the week. */
export const CADENCES = ['daily', 'weekdays', 'weekly'] as const;

export type Cadence = (typeof CADENCES)[number];

/** In the order of ISO 8601, which counts them from 1. */
export const WEEKDAYS = [
  'Monday',
  'Tuesday',
  'Wednesday',
  'Thursday',
  'Friday',
  'Saturday',
  'Sunday',
] as const;

/** A letter, or only the private feed. */
export const CHANNELS = ['mail', 'feed'] as const;

/** Languages in which dates can be written, as `Intl` names them. */
export const DATE_LANGUAGES = [
  'en-GB',
  'en-US',
  'de',
  'es',
  'fr',
  'it',
  'ja',
  'ko',
  'pt',
  'zh',
] as const;

export const FEWEST_PAPERS = 3;
export const MOST_PAPERS = 30;
export const MOST_SEARCHES = 20;
export const LONGEST_SEARCH = 300;

/** Minutes of a day. */
const LAST_MINUTE = 24 * 60 - 1;

export type DigestPreferences = {
  readonly cadence: Cadence;
  /** For `weekly`: 1 is Monday, 7 Sunday (ISO 8601). */
  readonly weekday: number;
  /** When, in minutes since local midnight: 480 is 08:00. */
  readonly minute: number;
  /** An IANA name. */
  readonly timeZone: string;
  readonly channel: (typeof CHANNELS)[number];
  /** Whether the best of the edition is in it. */
  readonly trending: boolean;
  /** Whether papers like those that the account has saved and voted for are in it. */
  readonly interests: boolean;
  /** Whether what the account follows is in it. */
  readonly follows: boolean;
  /** Searches of their own, in the language of the search box. */
  readonly searches: readonly string[];
  /** How many papers at most. */
  readonly papers: number;
  readonly dateLanguage: (typeof DATE_LANGUAGES)[number];
  /** Whether a letter comes even when there is nothing new. */
  readonly evenIfEmpty: boolean;
};

export const PREFERENCES: z.ZodType<DigestPreferences> = z.strictObject({
  cadence: z.enum(CADENCES),
  weekday: z.number().int().min(1).max(7),
  minute: z.number().int().min(0).max(LAST_MINUTE),
  timeZone: z.string().refine(isTimeZone, 'must be the name of a time zone'),
  channel: z.enum(CHANNELS),
  trending: z.boolean(),
  interests: z.boolean(),
  follows: z.boolean(),
  searches: z.array(z.string().min(1).max(LONGEST_SEARCH)).max(MOST_SEARCHES),
  papers: z.number().int().min(FEWEST_PAPERS).max(MOST_PAPERS),
  dateLanguage: z.enum(DATE_LANGUAGES),
  evenIfEmpty: z.boolean(),
});

/** What a new subscriber gets who chose nothing. */
export function usualPreferences(given: {
  readonly hour: number;
  readonly timeZone: string;
}): DigestPreferences {
  return {
    cadence: 'daily',
    weekday: 1,
    minute: given.hour * 60,
    timeZone: given.timeZone,
    channel: 'mail',
    trending: true,
    interests: true,
    follows: true,
    searches: [],
    papers: 10,
    dateLanguage: 'en-GB',
    evenIfEmpty: false,
  };
}

/** What the row of a subscriber says. */
export type SubscriptionState = 'pending' | 'confirmed' | 'unsubscribed';

/** The same, and that nothing may be sent to the address. */
export type SubscriberStatus = SubscriptionState | 'suppressed';

export type EndedBy =
  | 'reader'
  | 'one-click'
  | 'mail'
  | 'complaint'
  | 'operator'
  | 'account-deleted';

export type Subscriber = {
  readonly id: SubscriberId;
  /** Absent when it was erased. */
  readonly address: string | undefined;
  /** A keyed hash of the address; what suppressions know it by. */
  readonly addressHash: string;
  /** Behind the @; empty when the address was erased. */
  readonly domain: string;
  readonly accountId: AccountId | undefined;
  readonly state: SubscriptionState;
  /** In the links of its letters. A secret of the subscriber. */
  readonly linkKey: string;
  /** In the address of its private feed. */
  readonly feedKey: string;
  readonly preferences: DigestPreferences;
  /** The next edition, a local date, and when it is due; absent unless confirmed. */
  readonly nextOn: Day | undefined;
  readonly nextAtMs: number | undefined;
  readonly requestedAtMs: number;
  readonly confirmedAtMs: number | undefined;
  readonly endedAtMs: number | undefined;
  readonly endedBy: EndedBy | undefined;
};

/** Why nothing may be sent to an address. */
export type SuppressionReason = 'no-such-address' | 'bounces' | 'complaint' | 'operator';

export type Suppression = {
  readonly addressHash: string;
  readonly reason: SuppressionReason;
  readonly detail: string;
  readonly sinceMs: number;
};

/** The purpose of the keyed hash by which addresses are known. */
export const ADDRESS_HASH = 'mail-address';

/** Where the links of letters lead, without the origin. */
export const digestPaths = {
  confirm: (token: string): string => `/subscribe/confirm/${token}`,
  preferences: (linkKey: string): string => `/subscription/${linkKey}`,
  unsubscribe: (linkKey: string): string => `/unsubscribe/${linkKey}`,
  feed: (feedKey: string): string => `/subscription/feed/${feedKey}.xml`,
};
