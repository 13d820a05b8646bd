/**
 * Local times of a zone and moments of the world, in both directions. The changes of a zone's
 * clocks are worked out once for each year and kept, so that a day's arithmetic is a subtraction.
 */

import { Temporal } from 'temporal-polyfill';
import type { Day } from '../../papers/dates.js';

const MS_PER_DAY = 86_400_000;
const MS_PER_MINUTE = 60_000;

/** No offset from UTC is longer than a day; a little more costs nothing. */
const MARGIN_MS = 3 * MS_PER_DAY;

/** Four years of every zone that there is. Names may be spelt in many ways, so it is bounded. */
const MOST_KEPT = 2_400;

/** A span of time in which a zone's clocks are apart from UTC by the same. */
type Stretch = {
  /** The first moment. */
  readonly fromMs: number;
  /** The first moment of the next. */
  readonly untilMs: number;
  /** What is added to UTC. */
  readonly offsetMs: number;
};

/** By zone and year. What is kept is what anybody would work out again. */
const kept = new Map<string, Map<number, readonly Stretch[]>>();
let keptYears = 0;

/**
 * The moment of a local time, in milliseconds since 1970 UTC. A time that the clocks skip is the
 * first moment after it, if that is on the same date, and otherwise as long before the skipped
 * hours as it stands within them. A time that comes twice is the first. `undefined` for a date
 * that the zone's calendar has not.
 *
 * @param minute - since local midnight, by the face of the clock: 480 is 08:00
 */
export function momentOf(day: Day, minute: number, timeZone: string): number | undefined {
  const dayMs = Date.parse(day);
  const wallMs = dayMs + minute * MS_PER_MINUTE;
  const stretches = stretchesOf(timeZone, wallMs);
  for (const { fromMs, untilMs, offsetMs } of stretches) {
    const momentMs = wallMs - offsetMs;
    if (momentMs >= fromMs && momentMs < untilMs) return momentMs;
  }
  const isOfTheDay = (localMs: number) => localMs >= dayMs && localMs < dayMs + MS_PER_DAY;
  for (const [at, { fromMs, offsetMs }] of stretches.entries()) {
    const before = stretches[at - 1];
    if (!before || wallMs < fromMs + before.offsetMs || wallMs >= fromMs + offsetMs) continue;
    if (isOfTheDay(fromMs + offsetMs)) return fromMs;
    const earlierMs = wallMs - offsetMs;
    return isOfTheDay(earlierMs + before.offsetMs) ? earlierMs : undefined;
  }
  return undefined;
}

/** The date on the calendars of a zone at a moment. */
export function localDay(momentMs: number, timeZone: string): Day {
  const stretch = stretchesOf(timeZone, momentMs).find(({ untilMs }) => momentMs < untilMs);
  return dayOfMs(momentMs + (stretch?.offsetMs ?? 0));
}

/** The day so many days later, on any calendar. */
export function daysLater(day: Day, days: number): Day {
  return dayOfMs(Date.parse(day) + days * MS_PER_DAY);
}

/** 1 is Monday, 7 Sunday (ISO 8601). */
export function weekdayOf(day: Day): number {
  return new Date(day).getUTCDay() || 7;
}

function dayOfMs(ms: number): Day {
  return new Date(ms).toISOString().slice(0, 'YYYY-MM-DD'.length) as Day;
}

/** How a zone's clocks run in the year of a moment, a little before it and a little after. */
function stretchesOf(timeZone: string, aroundMs: number): readonly Stretch[] {
  const year = new Date(aroundMs).getUTCFullYear();
  const known = kept.get(timeZone)?.get(year);
  if (known) return known;
  const stretches = readStretches(timeZone, year);
  if (keptYears >= MOST_KEPT) {
    kept.clear();
    keptYears = 0;
  }
  const years = kept.get(timeZone) ?? new Map<number, readonly Stretch[]>();
  kept.set(timeZone, years.set(year, stretches));
  keptYears += 1;
  return stretches;
}

function readStretches(timeZone: string, year: number): readonly Stretch[] {
  const beginsMs = Date.UTC(year, 0, 1) - MARGIN_MS;
  const endsMs = Date.UTC(year + 1, 0, 1) + MARGIN_MS;
  const stretches: Stretch[] = [];
  let at = Temporal.Instant.fromEpochMilliseconds(beginsMs).toZonedDateTimeISO(timeZone);
  for (;;) {
    const next = at.getTimeZoneTransition('next');
    const isLast = next === null || next.epochMilliseconds >= endsMs;
    stretches.push({
      fromMs: at.epochMilliseconds,
      untilMs: isLast ? endsMs : next.epochMilliseconds,
      offsetMs: at.offsetNanoseconds / 1_000_000,
    });
    if (isLast) return stretches;
    at = next;
  }
}
