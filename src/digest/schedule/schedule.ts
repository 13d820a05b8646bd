/** When an edition is due: dates of the reader's own calendar, and moments of the world's. */

import type { Day } from '../../papers/dates.js';
import type { DigestPreferences } from '../subscriptions/subscription.js';
import { daysLater, localDay, momentOf, weekdayOf } from './local-time.js';

/** What of the preferences decides when. */
export type When = Pick<DigestPreferences, 'cadence' | 'weekday' | 'minute' | 'timeZone'>;

/** An edition of somebody, and when it is due, in milliseconds since 1970 UTC. */
export type Due = { readonly editionOn: Day; readonly atMs: number };

/** What there is to do for somebody at a moment. */
export type Turn = {
  /** Editions whose day is over, in order; of a longer absence the last {@link MOST_MISSED}. */
  readonly missed: readonly Day[];
  /** The one edition to send now. */
  readonly due: Due | undefined;
  /** What comes after all of these. */
  readonly next: Due;
};

/** So many missed editions are named. */
export const MOST_MISSED = 31;

/**
 * An edition is still sent for so long when its day is over: somebody's hour may be the last
 * before midnight, and ten thousand letters take a while.
 */
export const LATE_MS: number = 2 * 3_600_000;

/** No two editions are further apart: a week, and one whose day does not exist. */
const LONGEST_WAIT_DAYS = 14;

/**
 * When the edition of a local date is due. A local time that does not exist is the first moment
 * after it (or, where that is on the next date, as long before); of one that comes twice it is the
 * first. `undefined` for a date that does not exist there: Samoa had no 30 December 2011.
 *
 * @param minute - since local midnight
 * @returns milliseconds since 1970 UTC
 */
export function dueAtMs(day: Day, minute: number, timeZone: string): number | undefined {
  return momentOf(day, minute, timeZone);
}

/** Whether somebody wants an edition on such a day of the week. */
export function isEditionDay(when: Pick<When, 'cadence' | 'weekday'>, day: Day): boolean {
  switch (when.cadence) {
    case 'daily':
      return true;
    case 'weekdays':
      return weekdayOf(day) <= 5;
    case 'weekly':
      return weekdayOf(day) === when.weekday;
  }
}

/** The first edition of a date after another. */
export function nextEdition(when: When, afterDay: Day): Due {
  for (let days = 1; days <= LONGEST_WAIT_DAYS; days += 1) {
    const due = editionOf(when, daysLater(afterDay, days));
    if (due) return due;
  }
  throw new RangeError(`no edition within ${LONGEST_WAIT_DAYS} days of ${afterDay}`);
}

/**
 * The first edition of somebody who begins: today's, if its hour is still to come.
 *
 * @param lastOn - the last edition that they were ever sent or refused: none comes twice
 */
export function firstEdition(when: When, nowMs: number, lastOn?: Day): Due {
  const today = localDay(nowMs, when.timeZone);
  if (lastOn !== undefined && lastOn >= today) return nextEdition(when, lastOn);
  const due = editionOf(when, today);
  return due && due.atMs > nowMs ? due : nextEdition(when, today);
}

/**
 * The next edition of somebody who now wants it otherwise. One that was due, or is due today, is
 * not lost by it, and none comes twice, wherever on earth they have moved.
 *
 * @param before - what was next until now, and the last edition that was sent or refused
 */
export function editionAfterChange(
  when: When,
  before: { readonly nextOn: Day | undefined; readonly lastOn: Day | undefined },
  nowMs: number,
): Due {
  const { nextOn, lastOn } = before;
  if (nextOn === undefined || nextOn > localDay(nowMs, when.timeZone)) {
    return firstEdition(when, nowMs, lastOn);
  }
  const dayBefore = daysLater(nextOn, -1);
  return nextEdition(when, lastOn !== undefined && lastOn > dayBefore ? lastOn : dayBefore);
}

/**
 * What there is to do for somebody whose next edition is that of `nextOn`. However long nobody
 * looked, at most one edition is sent; when the clock went back, none is.
 */
export function turnOf(when: When, nextOn: Day, nowMs: number): Turn {
  const today = localDay(nowMs, when.timeZone);
  if (nextOn > today) {
    return { missed: [], due: undefined, next: nextEdition(when, daysLater(nextOn, -1)) };
  }
  const over = editionsBetween(when, nextOn, today);
  const todays = editionOf(when, today);
  if (todays && todays.atMs <= nowMs) {
    return { missed: days(over), due: todays, next: nextEdition(when, today) };
  }
  const next = todays ?? nextEdition(when, today);
  const last = over.at(-1);
  if (last && nowMs - last.atMs < LATE_MS) {
    return { missed: days(over.slice(0, -1)), due: last, next };
  }
  return { missed: days(over), due: undefined, next };
}

/** The edition of a date, if there is one. */
function editionOf(when: When, day: Day): Due | undefined {
  if (!isEditionDay(when, day)) return undefined;
  const atMs = dueAtMs(day, when.minute, when.timeZone);
  return atMs === undefined ? undefined : { editionOn: day, atMs };
}

/** The editions from a date until before another, in order; no more than can be told. */
function editionsBetween(when: When, from: Day, before: Day): readonly Due[] {
  const editions: Due[] = [];
  for (let day = daysLater(before, -1); day >= from; day = daysLater(day, -1)) {
    const due = editionOf(when, day);
    if (due) editions.unshift(due);
    // One more, since the last of them may still be sent.
    if (editions.length > MOST_MISSED) break;
  }
  return editions;
}

function days(editions: readonly Due[]): readonly Day[] {
  return editions.slice(-MOST_MISSED).map(({ editionOn }) => editionOn);
}
