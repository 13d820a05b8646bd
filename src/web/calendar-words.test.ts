import { expect, it } from 'vitest';
import type { Day } from '../papers/dates.js';
import { dayPeriod, monthPeriod, weekPeriod } from '../papers/edition.js';
import { isWeekend, momentInWords, periodInWords, shortPeriod } from './calendar-words.js';

const FRIDAY = '2026-11-20' as Day;

it('names a day, a week and a month as a newspaper does', () => {
  expect(periodInWords(dayPeriod(FRIDAY))).toBe('Friday, 20 November 2026');
  expect(periodInWords(weekPeriod(FRIDAY))).toBe('Week 47, 16–22 November 2026');
  expect(periodInWords(monthPeriod(FRIDAY))).toBe('November 2026');
});

it('names both months and both years of a week where they differ', () => {
  expect(periodInWords(weekPeriod('2026-10-01' as Day))).toBe(
    'Week 40, 28 September – 4 October 2026',
  );
  expect(periodInWords(weekPeriod('2026-12-31' as Day))).toBe(
    'Week 53, 28 December 2026 – 3 January 2027',
  );
});

it('names a neighbour shortly, with its year where that is another', () => {
  const january = dayPeriod('2026-01-02' as Day);
  expect(shortPeriod(dayPeriod('2026-01-05' as Day), january)).toBe('5 Jan');
  expect(shortPeriod(dayPeriod('2025-12-31' as Day), january)).toBe('31 Dec 2025');
  expect(shortPeriod(weekPeriod(FRIDAY), weekPeriod(FRIDAY))).toBe('Week 47');
});

it('tells a moment in the time of the instance', () => {
  const midnight = Date.UTC(2026, 10, 20, 0, 5);
  expect(momentInWords(midnight, 'UTC')).toBe('20 November 2026, 00:05 UTC');
  expect(momentInWords(midnight, 'America/New_York')).toMatch(/^19 November 2026, 19:05 /);
});

it('knows the weekend', () => {
  expect(
    ['2026-11-20', '2026-11-21', '2026-11-22', '2026-11-23'].map((day) => isWeekend(day as Day)),
  ).toEqual([false, true, true, false]);
});
