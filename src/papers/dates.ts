/**
 * Dates as sources know them and as readers see them. A source may know only the year or the
 * month of a paper, so a date is ISO text with the precision that is known; such texts sort in
 * time. A *day* is a date on a calendar, not a moment: `2026-11-20` in the instance's time zone.
 */

import { Temporal } from 'temporal-polyfill';

/** `2026`, `2026-11` or `2026-11-20`, of a date that exists. */
export type PartialDate = string & { readonly brand: 'PartialDate' };

/** `2026-11-20`, a day that exists. Every day is a partial date. */
export type Day = PartialDate & { readonly precision: 'day' };

/** Research papers are older than this only by mistake. */
const EARLIEST_YEAR = 1600;
const LATEST_YEAR = 2200;

const MONTHS = [
  'January',
  'February',
  'March',
  'April',
  'May',
  'June',
  'July',
  'August',
  'September',
  'October',
  'November',
  'December',
];

const DATE = /^(\d{4})(?:-(\d{1,2})(?:-(\d{1,2})(?:[T ].*)?)?)?$/;

/**
 * A date from a source. Months and days may lack their zero (`2026-1-5`); a time behind the day
 * is dropped. `undefined` when the text is no date or the date does not exist (`2026-02-30`).
 */
export function parsePartialDate(text: string): PartialDate | undefined {
  const [, year, month, day] = DATE.exec(text.trim()) ?? [];
  if (!year || Number(year) < EARLIEST_YEAR || Number(year) > LATEST_YEAR) return undefined;
  if (!month) return year as PartialDate;
  if (Number(month) < 1 || Number(month) > 12) return undefined;
  const yearMonth = `${year}-${month.padStart(2, '0')}`;
  if (!day) return yearMonth as PartialDate;
  const daysInMonth = Temporal.PlainYearMonth.from(yearMonth).daysInMonth;
  if (Number(day) < 1 || Number(day) > daysInMonth) return undefined;
  return `${yearMonth}-${day.padStart(2, '0')}` as PartialDate;
}

/** A whole day in the form `YYYY-MM-DD`, nothing else; `undefined` if it does not exist. */
export function parseDay(text: string): Day | undefined {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text)) return undefined;
  return parsePartialDate(text) as Day | undefined;
}

export function isDay(date: PartialDate): date is Day {
  return date.length === 'YYYY-MM-DD'.length;
}

/** `20 November 2026`, `November 2026` or `2026`, as far as the date is known. */
export function dateInWords(date: PartialDate): string {
  const [year, month, day] = date.split('-');
  const name = month && MONTHS[Number(month) - 1];
  return [day && String(Number(day)), name, year].filter(Boolean).join(' ');
}

/** The first day that a date may mean: `2026-11-01` of `2026-11`. */
export function firstDayOf(date: PartialDate): Day {
  return `${date}-01-01`.slice(0, 'YYYY-MM-DD'.length) as Day;
}

/** The calendar day at a moment in a time zone (an IANA name). */
export function dayAt(moment: Date, timeZone: string): Day {
  return Temporal.Instant.fromEpochMilliseconds(moment.getTime())
    .toZonedDateTimeISO(timeZone)
    .toPlainDate()
    .toString() as Day;
}

/** The day so many days later; earlier with a negative number. */
export function addDays(day: Day, days: number): Day {
  return Temporal.PlainDate.from(day).add({ days }).toString() as Day;
}

/**
 * Whether an IANA name (`Europe/Berlin`, `UTC`) is a time zone that this machine can reckon with.
 * `Intl` takes some old names, such as `JST`, that Temporal does not.
 */
export function isTimeZone(name: string): boolean {
  try {
    return Boolean(Temporal.Instant.fromEpochMilliseconds(0).toZonedDateTimeISO(name));
  } catch {
    return false;
  }
}
