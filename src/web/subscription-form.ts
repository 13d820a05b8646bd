/** The preferences of the daily mail as a form holds them, and back. */

import { z } from 'zod';
import {
  type DigestPreferences,
  FEWEST_PAPERS,
  LONGEST_SEARCH,
  MOST_PAPERS,
  MOST_SEARCHES,
  PREFERENCES,
} from '../digest/subscriptions/subscription.js';
import { cleanLine, shown } from '../papers/record.js';
import { box } from './form-fields.js';

/** What stands in the fields, right or wrong. */
export type TypedPreferences = {
  readonly cadence: string;
  readonly weekday: string;
  readonly hour: string;
  readonly timeZone: string;
  readonly channel: string;
  readonly searches: string;
  readonly papers: string;
  readonly dateLanguage: string;
  readonly trending: boolean;
  readonly interests: boolean;
  readonly follows: boolean;
  readonly evenIfEmpty: boolean;
};

export type PreferenceField = keyof TypedPreferences;

/** What is wrong with a field, in words, by its name. */
export type PreferenceProblems = ReadonlyMap<PreferenceField, string>;

/** As long as a request may be. */
const text = z.string().optional().catch(undefined);

/** The fields of a form as they come: what was not sent is absent. */
type SentPreferences = {
  readonly [Field in Exclude<PreferenceField, PreferenceBox>]: string | undefined;
} & { readonly [Field in PreferenceBox | 'boxes']: boolean };

type PreferenceBox = 'trending' | 'interests' | 'follows' | 'evenIfEmpty';

/** What `readForm` is told to look for. */
export const PREFERENCE_FORM: {
  readonly [Field in keyof SentPreferences]: z.ZodType<SentPreferences[Field]>;
} = {
  cadence: text,
  weekday: text,
  hour: text,
  timeZone: text,
  channel: text,
  searches: text,
  papers: text,
  dateLanguage: text,
  // Browsers send nothing for an empty box; this tells a form with boxes from a program's.
  boxes: box,
  trending: box,
  interests: box,
  follows: box,
  evenIfEmpty: box,
};

/** The fields as they are filled in before anybody types. */
export function toTyped(preferences: DigestPreferences): TypedPreferences {
  const { cadence, weekday, minute, timeZone, channel, searches, papers } = preferences;
  const { dateLanguage, trending, interests, follows, evenIfEmpty } = preferences;
  return {
    cadence,
    weekday: String(weekday),
    hour: String(Math.floor(minute / 60)),
    timeZone,
    channel,
    searches: searches.join('\n'),
    papers: String(papers),
    dateLanguage,
    trending,
    interests,
    follows,
    evenIfEmpty,
  };
}

/** What was typed; a field that was not sent is as it was before. */
export function typedOf(sent: SentPreferences, before: DigestPreferences): TypedPreferences {
  const kept = toTyped(before);
  const boxes = sent.boxes ? sent : kept;
  return {
    cadence: sent.cadence ?? kept.cadence,
    weekday: sent.weekday ?? kept.weekday,
    hour: sent.hour ?? kept.hour,
    timeZone: sent.timeZone?.trim() ?? kept.timeZone,
    channel: sent.channel ?? kept.channel,
    searches: sent.searches ?? kept.searches,
    papers: sent.papers ?? kept.papers,
    dateLanguage: sent.dateLanguage ?? kept.dateLanguage,
    trending: boxes.trending,
    interests: boxes.interests,
    follows: boxes.follows,
    evenIfEmpty: boxes.evenIfEmpty,
  };
}

export type ReadPreferences =
  | { readonly preferences: DigestPreferences }
  | { readonly problems: PreferenceProblems };

/**
 * The preferences that were typed, or what is wrong with them.
 *
 * @param options.hasAccount - without one, what needs an account stays as it was
 */
export function readPreferences(
  typed: TypedPreferences,
  before: DigestPreferences,
  { hasAccount }: { readonly hasAccount: boolean },
): ReadPreferences {
  const searches = linesOf(typed.searches);
  const problems = problemsOf(searches);
  const wantsOwn = hasAccount && (typed.interests || typed.follows);
  if (!typed.trending && !wantsOwn && searches.length === 0) {
    problems.set('trending', 'Choose something that the mail is about.');
  }
  const read = PREFERENCES.safeParse({
    cadence: typed.cadence,
    weekday: numberIn(typed.weekday),
    minute: minuteOf(typed.hour, before),
    timeZone: typed.timeZone,
    channel: typed.channel,
    trending: typed.trending,
    interests: hasAccount ? typed.interests : before.interests,
    follows: hasAccount ? typed.follows : before.follows,
    searches,
    papers: numberIn(typed.papers),
    dateLanguage: typed.dateLanguage,
    evenIfEmpty: typed.evenIfEmpty,
  });
  if (read.success && problems.size === 0) return { preferences: read.data };
  for (const { path } of read.error?.issues ?? []) {
    const field = path[0] === 'minute' ? 'hour' : (path[0] as PreferenceField);
    if (!problems.has(field)) problems.set(field, PROBLEMS[field]);
  }
  return { problems };
}

const PROBLEMS: Readonly<Record<PreferenceField, string>> = {
  cadence: 'Choose every day, weekdays or once a week.',
  weekday: 'Choose a day of the week.',
  hour: 'Choose an hour of the day, 0 to 23.',
  timeZone: 'Choose a time zone of the list, such as Europe/Berlin.',
  channel: 'Choose the mail or the feed.',
  searches: `Write one search to a line, ${MOST_SEARCHES} at most.`,
  papers: `Choose a number of papers from ${FEWEST_PAPERS} to ${MOST_PAPERS}.`,
  dateLanguage: 'Choose a language of the list.',
  trending: 'Check the box or leave it empty.',
  interests: 'Check the box or leave it empty.',
  follows: 'Check the box or leave it empty.',
  evenIfEmpty: 'Check the box or leave it empty.',
};

function problemsOf(searches: readonly string[]): Map<PreferenceField, string> {
  const problems = new Map<PreferenceField, string>();
  if (searches.length > MOST_SEARCHES) {
    problems.set('searches', `These are ${searches.length} searches; keep ${MOST_SEARCHES}.`);
  }
  const long = searches.find((search) => search.length > LONGEST_SEARCH);
  if (long) {
    const length = long.length.toLocaleString('en-GB');
    problems.set(
      'searches',
      `${shown(long)} has ${length} characters; a search has ${LONGEST_SEARCH} at most.`,
    );
  }
  return problems;
}

/** One search to a line, each once, without empty lines. */
function linesOf(searches: string): readonly string[] {
  const lines = searches.split(/\r\n|\r|\n/).map(cleanLine);
  return [...new Set(lines.filter(Boolean))];
}

function numberIn(typed: string): number {
  return /^\d{1,4}$/.test(typed.trim()) ? Number(typed) : Number.NaN;
}

/** Whoever has half past eight keeps it until they choose another hour. */
function minuteOf(hour: string, { minute }: DigestPreferences): number {
  const chosen = numberIn(hour);
  return chosen === Math.floor(minute / 60) ? minute : chosen * 60;
}
