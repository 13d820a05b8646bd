/**
 * The days, weeks and months by which the paper is bound. Each has a key that stands in its
 * permanent address: `/date/2026-11-20`, `/week/2026-W47`, `/month/2026-11`.
 */

import { Temporal } from 'temporal-polyfill';
import { addDays, type Day, parseDay, parsePartialDate } from './dates.js';

export type PeriodKind = 'day' | 'week' | 'month';

export type Period = {
  readonly kind: PeriodKind;
  /** `2026-11-20`, `2026-W47` or `2026-11`. */
  readonly key: string;
  /** The first day. */
  readonly from: Day;
  /** The day after the last. */
  readonly until: Day;
};

export function dayPeriod(day: Day): Period {
  return { kind: 'day', key: day, from: day, until: addDays(day, 1) };
}

/** The ISO 8601 week, Monday to Sunday, that holds the day. */
export function weekPeriod(day: Day): Period {
  const date = Temporal.PlainDate.from(day);
  const from = date.subtract({ days: date.dayOfWeek - 1 });
  const { yearOfWeek, weekOfYear } = from;
  return {
    kind: 'week',
    key: `${yearOfWeek}-W${String(weekOfYear).padStart(2, '0')}`,
    from: from.toString() as Day,
    until: from.add({ days: 7 }).toString() as Day,
  };
}

/** The month that holds the day. */
export function monthPeriod(day: Day): Period {
  const first = Temporal.PlainDate.from(day).with({ day: 1 });
  return {
    kind: 'month',
    key: day.slice(0, 7),
    from: first.toString() as Day,
    until: first.add({ months: 1 }).toString() as Day,
  };
}

export function periodOf(kind: PeriodKind, day: Day): Period {
  return { day: dayPeriod, week: weekPeriod, month: monthPeriod }[kind](day);
}

/** The period of a key as it stands in an address; `undefined` if there is no such period. */
export function parsePeriod(kind: PeriodKind, key: string): Period | undefined {
  if (kind === 'day') {
    const day = parseDay(key);
    return day && dayPeriod(day);
  }
  if (kind === 'month') {
    const month = /^\d{4}-\d{2}$/.test(key) ? parsePartialDate(key) : undefined;
    return month && monthPeriod(`${month}-01` as Day);
  }
  const [, year, week] = /^(\d{4})-W(\d{2})$/.exec(key) ?? [];
  // 4 January is always in week 1 (ISO 8601).
  const firstWeek = year && parseDay(`${year}-01-04`);
  if (!firstWeek) return undefined;
  const period = weekPeriod(addDays(firstWeek, (Number(week) - 1) * 7));
  return period.key === key ? period : undefined;
}

/** The path of a period's page. */
export function periodPath({ kind, key }: Period): string {
  return { day: `/date/${key}`, week: `/week/${key}`, month: `/month/${key}` }[kind];
}
