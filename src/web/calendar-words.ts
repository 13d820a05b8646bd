/** Days, periods and moments in words, as the pages print them. */

import { addDays, type Day, dateInWords, isDay, type PartialDate } from '../papers/dates.js';
import type { Period } from '../papers/edition.js';

const WEEKDAYS = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday'];

/** `Friday, 20 November 2026`. */
function longDay(day: Day): string {
  return `${WEEKDAYS[weekdayOf(day)]}, ${dateInWords(day)}`;
}

/** `Friday, 20 November 2026`, `Week 47, 16–22 November 2026` or `November 2026`. */
export function periodInWords(period: Period): string {
  if (period.kind === 'day') return longDay(period.from);
  if (period.kind === 'month') return dateInWords(period.key as PartialDate);
  const last = addDays(period.until, -1);
  return `Week ${Number(period.key.slice(-2))}, ${daysInWords(period.from, last)}`;
}

/** `19 Nov`, `Week 46` or `October`; with the year where it is not that of the period around. */
export function shortPeriod(period: Period, around: Period): string {
  const [month = ''] = dateInWords(period.from.slice(0, 7) as PartialDate).split(' ');
  const name = {
    day: `${Number(period.from.slice(8))} ${month.slice(0, 3)}`,
    week: `Week ${Number(period.key.slice(-2))}`,
    month,
  }[period.kind];
  const year = period.key.slice(0, 4);
  return year === around.key.slice(0, 4) ? name : `${name} ${year}`;
}

/** `20 November 2026, 12:05` in the time zone, with its short name. */
export function momentInWords(epochMs: number, timeZone: string): string {
  const parts = new Intl.DateTimeFormat('en-GB', {
    timeZone,
    day: 'numeric',
    month: 'long',
    year: 'numeric',
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
    timeZoneName: 'short',
  }).formatToParts(epochMs);
  const part = (type: string) => parts.find((each) => each.type === type)?.value ?? '';
  const date = `${part('day')} ${part('month')} ${part('year')}`;
  return `${date}, ${part('hour')}:${part('minute')} ${part('timeZoneName')}`;
}

export function isWeekend(day: Day): boolean {
  return weekdayOf(day) === 0 || weekdayOf(day) === 6;
}

/** What `datetime` attributes take: whole days only are sure to be read alike everywhere. */
export function machineDate(date: PartialDate): string {
  return isDay(date) ? date : date.slice(0, 7);
}

/** 0 is Sunday. */
function weekdayOf(day: Day): number {
  return new Date(`${day}T00:00:00Z`).getUTCDay();
}

/** `16–22 November 2026`, `28 September – 4 October 2026`. */
function daysInWords(from: Day, last: Day): string {
  if (from.slice(0, 7) === last.slice(0, 7)) return `${Number(from.slice(8))}–${dateInWords(last)}`;
  const first = dateInWords(from);
  const sameYear = from.slice(0, 4) === last.slice(0, 4);
  return `${sameYear ? first.slice(0, -' 2026'.length) : first} – ${dateInWords(last)}`;
}
