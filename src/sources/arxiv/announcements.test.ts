import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { announcementDay } from './announcements.js';

/** November 2026: the 16th is a Monday, and New York is five hours behind UTC. */
const announced = (newYorkTime: string): string =>
  announcementDay(new Date(`2026-11-${newYorkTime}:00-05:00`));

describe('the day of an announcement', () => {
  it('is the day after the mailing of the list that closed at 14:00 in New York', () => {
    expect(announced('16T14:00')).toBe('2026-11-18');
    expect(announced('17T13:59')).toBe('2026-11-18');
    expect(announced('17T14:00')).toBe('2026-11-19');
    expect(announced('18T14:00')).toBe('2026-11-20');
  });

  it('is Monday for what came from Thursday to Friday', () => {
    expect(announced('19T14:00')).toBe('2026-11-23');
    expect(announced('20T13:59')).toBe('2026-11-23');
  });

  it('is Tuesday for what came over the weekend', () => {
    expect(announced('20T14:00')).toBe('2026-11-24');
    expect(announced('21T03:00')).toBe('2026-11-24');
    expect(announced('22T23:59')).toBe('2026-11-24');
    expect(announced('23T13:59')).toBe('2026-11-24');
  });

  it('keeps to the clocks of New York when they change', () => {
    // Summer time: 14:00 in New York is 18:00 UTC, and not 19:00 as in winter.
    expect(announcementDay(new Date('2026-07-14T18:00:00Z'))).toBe('2026-07-16');
    expect(announcementDay(new Date('2026-11-17T18:00:00Z'))).toBe('2026-11-18');
  });
});

const HOUR_MS = 3_600_000;
const anyTime = fc.integer({ min: Date.UTC(1991, 7, 14), max: Date.UTC(2090, 0, 1) });

it('never announces on a Saturday or Sunday, and always within five days', () => {
  fc.assert(
    fc.property(anyTime, (submittedMs) => {
      const day = announcementDay(new Date(submittedMs));
      expect([1, 2, 3, 4, 5]).toContain(new Date(day).getUTCDay());
      const hours = (Date.parse(day) - submittedMs) / HOUR_MS;
      // From the last minute before closing to midnight, and from Thursday afternoon to Monday.
      expect(hours).toBeGreaterThan(5);
      expect(hours).toBeLessThan(5 * 24);
    }),
  );
});

it('announces nothing before what was submitted earlier', () => {
  fc.assert(
    fc.property(anyTime, fc.integer({ min: 0, max: 240 }), (submittedMs, hoursLater) => {
      const first = announcementDay(new Date(submittedMs));
      const second = announcementDay(new Date(submittedMs + hoursLater * HOUR_MS));
      expect(first <= second).toBe(true);
    }),
  );
});
