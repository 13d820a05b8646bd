import fc from 'fast-check';
import { Temporal } from 'temporal-polyfill';
import { describe, expect, it } from 'vitest';
import { addDays, type Day, dayAt } from '../../papers/dates.js';
import { localDay } from './local-time.js';
import {
  type Due,
  dueAtMs,
  editionAfterChange,
  firstEdition,
  isEditionDay,
  LATE_MS,
  MOST_MISSED,
  nextEdition,
  turnOf,
  type When,
} from './schedule.js';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

const ZONES = [...Intl.supportedValuesOf('timeZone'), 'UTC'];

/** 08:00, and an hour at which clocks are changed. */
const EIGHT = 8 * 60;
const HALF_PAST_TWO = 2 * 60 + 30;

const DAILY_IN_BERLIN: When = {
  cadence: 'daily',
  weekday: 1,
  minute: EIGHT,
  timeZone: 'Europe/Berlin',
};

const day = (text: string) => text as Day;
const at = (text: string) => Date.parse(text);

/** When somebody's edition of a day is due, as UTC. */
function due(text: string, time: string, timeZone: string): string | undefined {
  const [hour = 0, minute = 0] = time.split(':').map(Number);
  const ms = dueAtMs(day(text), hour * 60 + minute, timeZone);
  return ms === undefined ? undefined : new Date(ms).toISOString().slice(0, 16);
}

describe('an edition is due', () => {
  it.each([
    ['in summer', '2026-07-01', '08:00', 'Europe/Berlin', '2026-07-01T06:00'],
    ['in winter', '2026-11-20', '08:00', 'Europe/Berlin', '2026-11-20T07:00'],
    ['half an hour beside others', '2026-11-20', '08:00', 'Asia/Kolkata', '2026-11-20T02:30'],
    ['three quarters beside others', '2026-11-20', '08:00', 'Asia/Kathmandu', '2026-11-20T02:15'],
    ['on islands of 12:45', '2026-07-01', '08:00', 'Pacific/Chatham', '2026-06-30T19:15'],
    ['a day before us', '2026-11-20', '08:00', 'Pacific/Kiritimati', '2026-11-19T18:00'],
    ['a day after us', '2026-11-20', '23:59', 'Pacific/Pago_Pago', '2026-11-21T10:59'],
    ['after a time that is skipped', '2026-03-29', '02:30', 'Europe/Berlin', '2026-03-29T01:00'],
    ['at the end of what is skipped', '2026-03-29', '03:00', 'Europe/Berlin', '2026-03-29T01:00'],
    ['before what is skipped', '2026-03-29', '01:59', 'Europe/Berlin', '2026-03-29T00:59'],
    ['at the first of two', '2026-10-25', '02:30', 'Europe/Berlin', '2026-10-25T00:30'],
    ['after the two', '2026-10-25', '03:00', 'Europe/Berlin', '2026-10-25T02:00'],
    [
      'after half an hour is skipped',
      '2026-10-04',
      '02:15',
      'Australia/Lord_Howe',
      '2026-10-03T15:30',
    ],
    [
      'at the first of two half hours',
      '2026-04-05',
      '01:45',
      'Australia/Lord_Howe',
      '2026-04-04T14:45',
    ],
    ['after a midnight that is skipped', '2026-04-24', '00:00', 'Africa/Cairo', '2026-04-23T22:00'],
    ['before the skipped end of a day', '2026-03-28', '23:30', 'America/Nuuk', '2026-03-29T00:30'],
    ['before a skipped day', '2011-12-29', '08:00', 'Pacific/Apia', '2011-12-29T18:00'],
    ['after a skipped day', '2011-12-31', '08:00', 'Pacific/Apia', '2011-12-30T18:00'],
  ])('%s', (_, date, time, zone, moment) => {
    expect(due(date, time, zone)).toBe(moment);
  });

  it.each([
    ['2011-12-30', 'Pacific/Apia'],
    ['1993-08-21', 'Pacific/Kwajalein'],
  ])('never on %s in %s, a date that nobody had', (date, zone) => {
    for (const time of ['00:00', '08:00', '23:59']) {
      expect(due(date, time, zone)).toBeUndefined();
    }
    const eve = addDays(day(date), -1);
    const when: When = { ...DAILY_IN_BERLIN, timeZone: zone };
    expect(nextEdition(when, eve).editionOn).toBe(addDays(day(date), 1));
    const missed = turnOf(when, eve, at(`${addDays(day(date), 2)}T23:00Z`)).missed;
    expect(missed).not.toContain(date);
  });

  it('once on every date of every zone from 2024 to 2030, one after the other', () => {
    const faults: string[] = [];
    const dates: Day[] = [];
    for (let date = day('2024-01-01'); date < '2031-01-01'; date = addDays(date, 1)) {
      dates.push(date);
    }
    for (const zone of ZONES) {
      for (const minute of [EIGHT, HALF_PAST_TWO]) {
        let before = 0;
        for (const date of dates) {
          const ms = dueAtMs(date, minute, zone);
          if (ms === undefined || ms <= before || localDay(ms, zone) !== date) {
            faults.push(`${zone} ${date} ${minute}: ${ms}`);
          }
          before = ms ?? before;
        }
      }
    }
    expect(faults).toEqual([]);
  });

  it('when the plainest reckoning says', () => {
    const days = fc.integer({ min: at('1980-01-01') / DAY, max: at('2060-01-01') / DAY });
    fc.assert(
      fc.property(
        fc.constantFrom(...ZONES),
        days,
        fc.integer({ min: 0, max: 1_439 }),
        (zone, number, minute) => {
          const date = day(new Date(number * DAY).toISOString().slice(0, 10));
          expect(dueAtMs(date, minute, zone)).toBe(plainDueAtMs(date, minute, zone));
        },
      ),
      { numRuns: 500 },
    );
  });

  it('when the plainest reckoning says, at every change of clocks of this decade', () => {
    for (const zone of ZONES) {
      let change: Temporal.ZonedDateTime =
        Temporal.Instant.from('2024-01-01T00:00Z').toZonedDateTimeISO(zone);
      for (;;) {
        const next = change.getTimeZoneTransition('next');
        if (!next || next.year > 2026) break;
        change = next;
        for (const minutes of [-90, -60, -30, -1, 0, 1, 29, 30, 59, 60, 90]) {
          const local: Temporal.PlainDateTime = next.toPlainDateTime().add({ minutes });
          const [date, minute] = [
            day(local.toPlainDate().toString()),
            local.hour * 60 + local.minute,
          ];
          const moment = dueAtMs(date, minute, zone);
          if (moment !== plainDueAtMs(date, minute, zone)) {
            expect.fail(`${zone}, ${date} at minute ${minute}: ${moment}`);
          }
        }
      }
    }
  });
});

/** One local time at a time, asked of the calendar each time. */
function plainDueAtMs(date: Day, minute: number, zone: string): number | undefined {
  const wall = Temporal.PlainDate.from(date).toPlainDateTime().add({ minutes: minute });
  const first = wall.toZonedDateTime(zone, { disambiguation: 'earlier' });
  if (first.toPlainDateTime().equals(wall)) return first.epochMilliseconds;
  const after = first.getTimeZoneTransition('next');
  const found = [after, first].find((each) => each?.toPlainDate().toString() === date);
  return found?.epochMilliseconds;
}

describe('the date on a calendar', () => {
  it('is that of the plainest reckoning', () => {
    const moments = fc.integer({ min: at('1980-01-01'), max: at('2060-01-01') });
    fc.assert(
      fc.property(fc.constantFrom(...ZONES), moments, (zone, ms) => {
        expect(localDay(ms, zone)).toBe(dayAt(new Date(ms), zone));
      }),
      { numRuns: 500 },
    );
  });
});

describe('the rhythm of editions', () => {
  it.each([
    ['daily', '2026-11-20', '2026-11-21'],
    ['weekdays', '2026-11-20', '2026-11-23'],
    ['weekdays', '2026-11-23', '2026-11-24'],
    ['weekly', '2026-11-20', '2026-11-25'],
    ['weekly', '2026-11-25', '2026-12-02'],
  ] as const)('%s: after %s comes %s', (cadence, after, next) => {
    const when: When = { ...DAILY_IN_BERLIN, cadence, weekday: 3 };
    expect(nextEdition(when, day(after))).toEqual({
      editionOn: next,
      atMs: at(`${next}T07:00Z`),
    });
  });

  it('knows the days of the week', () => {
    const fits = (cadence: When['cadence']) =>
      [23, 24, 25, 26, 27, 28, 29].map((date) =>
        isEditionDay({ cadence, weekday: 7 }, day(`2026-11-${date}`)) ? 1 : 0,
      );
    expect(fits('daily')).toEqual([1, 1, 1, 1, 1, 1, 1]);
    expect(fits('weekdays')).toEqual([1, 1, 1, 1, 1, 0, 0]);
    expect(fits('weekly')).toEqual([0, 0, 0, 0, 0, 0, 1]);
  });
});

describe('the first edition', () => {
  it.each([
    ['is the one of today before its hour', '2026-11-20T06:59Z', undefined, '2026-11-20'],
    ['is the next at its hour', '2026-11-20T07:00Z', undefined, '2026-11-21'],
    ['is the next after its hour', '2026-11-20T12:00Z', undefined, '2026-11-21'],
    ['is not one that came already', '2026-11-20T06:59Z', '2026-11-20', '2026-11-21'],
    ['is not before one that came', '2026-11-20T06:59Z', '2026-11-22', '2026-11-23'],
    ['is reckoned on the own calendar', '2026-11-20T23:30Z', undefined, '2026-11-21'],
  ])('%s', (_, now, lastOn, expected) => {
    const first = firstEdition(
      DAILY_IN_BERLIN,
      at(now),
      lastOn === undefined ? undefined : day(lastOn),
    );
    expect(first).toEqual({ editionOn: expected, atMs: at(`${expected}T07:00Z`) });
  });

  it('after a change is not lost when its hour is made earlier than now', () => {
    const before = { nextOn: day('2026-11-20'), lastOn: day('2026-11-19') };
    const earlier = { ...DAILY_IN_BERLIN, minute: 6 * 60 };
    expect(editionAfterChange(earlier, before, at('2026-11-20T06:30Z'))).toEqual({
      editionOn: '2026-11-20',
      atMs: at('2026-11-20T05:00Z'),
    });
  });

  it('after a change is not one that was sent by hand before its hour', () => {
    const before = { nextOn: day('2026-11-20'), lastOn: day('2026-11-20') };
    const earlier = { ...DAILY_IN_BERLIN, minute: 6 * 60 };
    expect(editionAfterChange(earlier, before, at('2026-11-20T06:30Z')).editionOn).toBe(
      '2026-11-21',
    );
  });

  it('after a change can be the one of today, if none of today came', () => {
    const evening = { ...DAILY_IN_BERLIN, minute: 20 * 60 };
    const now = at('2026-11-20T12:00Z');
    const of = (lastOn: string | undefined) =>
      editionAfterChange(
        evening,
        { nextOn: day('2026-11-21'), lastOn: lastOn === undefined ? undefined : day(lastOn) },
        now,
      ).editionOn;
    expect(of(undefined)).toBe('2026-11-20');
    expect(of('2026-11-20')).toBe('2026-11-21');
  });
});

describe('a turn', () => {
  const turn = (nextOn: string, now: string, when: Partial<When> = {}) =>
    turnOf({ ...DAILY_IN_BERLIN, ...when }, day(nextOn), at(now));

  it('sends the edition of today at its hour, and moves on', () => {
    expect(turn('2026-11-20', '2026-11-20T07:00Z')).toEqual({
      missed: [],
      due: { editionOn: '2026-11-20', atMs: at('2026-11-20T07:00Z') },
      next: { editionOn: '2026-11-21', atMs: at('2026-11-21T07:00Z') },
    });
  });

  it('sends nothing before its hour', () => {
    expect(turn('2026-11-20', '2026-11-20T06:59Z')).toEqual({
      missed: [],
      due: undefined,
      next: { editionOn: '2026-11-20', atMs: at('2026-11-20T07:00Z') },
    });
  });

  it('sends one when the machine has slept for thirty hours, and names the other', () => {
    expect(turn('2026-11-20', '2026-11-21T13:00Z')).toMatchObject({
      missed: ['2026-11-20'],
      due: { editionOn: '2026-11-21' },
      next: { editionOn: '2026-11-22' },
    });
  });

  it('sends none when the machine has slept through a weekly edition', () => {
    expect(
      turn('2026-11-20', '2026-11-22T07:00Z', { cadence: 'weekly', weekday: 5 }),
    ).toMatchObject({
      missed: ['2026-11-20'],
      due: undefined,
      next: { editionOn: '2026-11-27' },
    });
  });

  it('still sends the edition of a late hour when midnight has passed', () => {
    const late = { minute: 23 * 60 + 59 };
    const end = at('2026-11-20T22:59Z') + LATE_MS;
    expect(turnOf({ ...DAILY_IN_BERLIN, ...late }, day('2026-11-19'), end - 1)).toMatchObject({
      missed: ['2026-11-19'],
      due: { editionOn: '2026-11-20' },
      next: { editionOn: '2026-11-21', atMs: at('2026-11-21T22:59Z') },
    });
    expect(turnOf({ ...DAILY_IN_BERLIN, ...late }, day('2026-11-19'), end)).toMatchObject({
      missed: ['2026-11-19', '2026-11-20'],
      due: undefined,
      next: { editionOn: '2026-11-21' },
    });
  });

  it('does nothing when the clock went back', () => {
    expect(turn('2026-11-20', '2026-11-18T12:00Z')).toEqual({
      missed: [],
      due: undefined,
      next: { editionOn: '2026-11-20', atMs: at('2026-11-20T07:00Z') },
    });
  });

  it('names no more than the last of a long absence', () => {
    const { missed, due: sent } = turn('1995-01-01', '2026-11-20T12:00Z');
    expect(missed).toHaveLength(MOST_MISSED);
    expect([missed[0], missed.at(-1)]).toEqual(['2026-10-20', '2026-11-19']);
    expect(sent).toMatchObject({ editionOn: '2026-11-20' });
  });
});

/** What may happen in the life of a subscriber. */
const EVENT = fc.oneof(
  { weight: 6, arbitrary: fc.constant({ sleepMs: 10 * MINUTE }) },
  { weight: 2, arbitrary: fc.record({ sleepMs: fc.integer({ min: 0, max: 60 * HOUR }) }) },
  { weight: 2, arbitrary: fc.record({ sleepMs: fc.constantFrom(-2 * HOUR, -DAY, DAY) }) },
  { weight: 2, arbitrary: fc.record({ timeZone: fc.constantFrom(...ZONES) }) },
  { weight: 2, arbitrary: fc.record({ minute: fc.integer({ min: 0, max: 1_439 }) }) },
);

describe('the life of a subscriber', () => {
  it.each(['daily', 'weekdays', 'weekly'] as const)(
    'has every edition once, sent or named, however the clock and the wishes change: %s',
    (cadence) => {
      fc.assert(
        fc.property(
          fc.integer({ min: at('2025-12-01'), max: at('2026-12-01') }),
          fc.constantFrom(...ZONES),
          fc.array(EVENT, { minLength: 20, maxLength: 120 }),
          (beginMs, timeZone, events) => {
            const seen = live(
              { ...DAILY_IN_BERLIN, cadence, weekday: 3, timeZone },
              beginMs,
              events,
            );
            const [first, last] = [seen[0], seen.at(-1)];
            if (first === undefined || last === undefined) return;
            const wanted: Day[] = [];
            for (let date = first; date <= last; date = addDays(date, 1)) {
              if (isEditionDay({ cadence, weekday: 3 }, date)) wanted.push(date);
            }
            expect(seen).toEqual(wanted);
          },
        ),
        { numRuns: 200 },
      );
    },
  );
});

/** The dates of all editions that were sent or named as missed, in the order in which they were. */
function live(
  begins: When,
  beginMs: number,
  events: readonly (Partial<When> & { readonly sleepMs?: number })[],
): readonly Day[] {
  let when = begins;
  let nowMs = beginMs;
  let next: Due = firstEdition(when, nowMs);
  const seen: Day[] = [];
  for (const { sleepMs = 0, ...wishes } of events) {
    nowMs += sleepMs;
    when = { ...when, ...wishes };
    if (sleepMs === 0) {
      next = editionAfterChange(when, { nextOn: next.editionOn, lastOn: seen.at(-1) }, nowMs);
    }
    if (next.atMs > nowMs) continue;
    const turn = turnOf(when, next.editionOn, nowMs);
    seen.push(...turn.missed);
    if (turn.due) {
      expect(turn.due.atMs).toBeLessThanOrEqual(nowMs);
      seen.push(turn.due.editionOn);
    }
    next = turn.next;
  }
  return seen;
}
