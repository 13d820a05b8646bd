import { describe, expect, it } from 'vitest';
import {
  addDays,
  type Day,
  dateInWords,
  dayAt,
  firstDayOf,
  isTimeZone,
  type PartialDate,
  parseDay,
  parsePartialDate,
} from './dates.js';
import { monthPeriod, parsePeriod, periodPath, weekPeriod } from './edition.js';

describe('a date from a source', () => {
  it.each([
    ['2026', '2026'],
    ['2026-11', '2026-11'],
    ['2026-11-20', '2026-11-20'],
    ['2026-1-5', '2026-01-05'],
    ['2024-02-29', '2024-02-29'],
    ['2026-11-20T23:59:59Z', '2026-11-20'],
    [' 2026-11-20 ', '2026-11-20'],
  ])('%j is read as %s', (text, date) => expect(parsePartialDate(text)).toBe(date));

  it.each([
    '2026-02-30',
    '2023-02-29',
    '2026-13',
    '2026-00',
    '2026-11-00',
    '26-11-20',
    '0000',
    'soon',
    '',
  ])('%j does not exist', (text) => expect(parsePartialDate(text)).toBeUndefined());
});

describe('a date that is known in part', () => {
  it.each([
    ['2026-11-20', '20 November 2026', '2026-11-20'],
    ['2026-01-05', '5 January 2026', '2026-01-05'],
    ['2026-11', 'November 2026', '2026-11-01'],
    ['2026', '2026', '2026-01-01'],
  ])('%s is %s in words, and begins on %s', (date, words, firstDay) => {
    expect(dateInWords(date as PartialDate)).toBe(words);
    expect(firstDayOf(date as PartialDate)).toBe(firstDay);
  });
});

describe('a day', () => {
  it('is that of the time zone, also when a clock changes', () => {
    const lateEvening = new Date('2026-11-20T23:30:00Z');
    expect(dayAt(lateEvening, 'UTC')).toBe('2026-11-20');
    expect(dayAt(lateEvening, 'Europe/Berlin')).toBe('2026-11-21');
    expect(dayAt(new Date('2026-03-29T00:59:00Z'), 'Europe/Berlin')).toBe('2026-03-29');
    expect(addDays('2026-10-25' as Day, 1)).toBe('2026-10-26');
    expect(addDays('2024-03-01' as Day, -1)).toBe('2024-02-29');
  });

  it('stands in an address in one form only', () => {
    expect(parseDay('2026-11-20')).toBe('2026-11-20');
    for (const text of ['2026-11-2', '2026-11', '2026-11-31', '2026-11-20T00:00']) {
      expect(parseDay(text), text).toBeUndefined();
    }
  });
});

describe('a week', () => {
  it('runs from Monday to Sunday and belongs to the year of its Thursday', () => {
    expect(weekPeriod('2026-11-20' as Day)).toEqual({
      kind: 'week',
      key: '2026-W47',
      from: '2026-11-16',
      until: '2026-11-23',
    });
    expect(weekPeriod('2027-01-03' as Day).key).toBe('2026-W53');
    expect(weekPeriod('2024-12-30' as Day).key).toBe('2025-W01');
  });

  it('is read back from its key, if the year has it', () => {
    expect(parsePeriod('week', '2026-W53')?.from).toBe('2026-12-28');
    for (const key of ['2025-W53', '2026-W00', '2026-W54', '2026-47', 'x']) {
      expect(parsePeriod('week', key), key).toBeUndefined();
    }
  });
});

describe('a month', () => {
  it('ends where the next begins', () => {
    expect(monthPeriod('2026-12-31' as Day)).toMatchObject({ key: '2026-12', until: '2027-01-01' });
    expect(parsePeriod('month', '2026-13')).toBeUndefined();
    expect(parsePeriod('month', '2026')).toBeUndefined();
  });
});

it('periods and their addresses correspond', () => {
  for (const [kind, key] of [
    ['day', '2026-11-20'],
    ['week', '2026-W47'],
    ['month', '2026-11'],
  ] as const) {
    const period = parsePeriod(kind, key);
    expect(period?.key).toBe(key);
    expect(period && periodPath(period)).toBe(`/${kind === 'day' ? 'date' : kind}/${key}`);
  }
});

it('time zones are known by their IANA names', () => {
  expect(isTimeZone('Europe/Berlin')).toBe(true);
  expect(isTimeZone('Europe/Atlantis')).toBe(false);
  expect(isTimeZone('PST')).toBe(false);
});
