/** The words of a letter that are not those of papers: headings, counts, dates. */

import type { Day } from '../../papers/dates.js';
import type { Section } from '../contents/contents.js';
import { type DigestPreferences, WEEKDAYS } from '../subscriptions/subscription.js';

type Language = DigestPreferences['dateLanguage'];

/** Parsing a locale takes longer than writing a letter, so each formatter is made once. */
const formatters = new Map<string, Intl.DateTimeFormat>();

/** `1 vote`, `1,204 votes`; nothing for none. */
export function votesInWords(votes: number): string {
  if (votes < 1) return '';
  return votes === 1 ? '1 vote' : `${inNumbers(votes)} votes`;
}

export function inNumbers(count: number): string {
  return count.toLocaleString('en-GB');
}

export function headingOf(section: Section, cadence: DigestPreferences['cadence']): string {
  if (section === 'follows') return 'What you follow';
  if (section === 'interests') return 'For you';
  return cadence === 'weekly' ? 'In the week’s editions' : 'In the edition';
}

/** `Friday, 20 November 2026`, or what the language makes of it. */
export function longDay(day: Day, language: Language): string {
  return inLanguage(day, language, 'full');
}

/** The same without the weekday. */
export function shortDay(day: Day, language: Language): string {
  return inLanguage(day, language, 'long');
}

function inLanguage(day: Day, language: Language, dateStyle: 'full' | 'long'): string {
  const key = `${language} ${dateStyle}`;
  const known = formatters.get(key);
  const formatter = known ?? new Intl.DateTimeFormat(language, { dateStyle, timeZone: 'UTC' });
  if (!known) formatters.set(key, formatter);
  return formatter.format(new Date(`${day}T00:00:00Z`));
}

/** `every day at 08:00 (Europe/Berlin)`. */
export function rhythmInWords(preferences: DigestPreferences): string {
  const { cadence, weekday, minute, timeZone } = preferences;
  const days = {
    daily: 'every day',
    weekdays: 'from Monday to Friday',
    weekly: `every ${WEEKDAYS[weekday - 1]}`,
  }[cadence];
  const hour = String(Math.floor(minute / 60)).padStart(2, '0');
  return `${days} at ${hour}:${String(minute % 60).padStart(2, '0')} (${timeZone})`;
}
