import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { activities, FIELD_SETTINGS, fieldFactor, fieldOf, votesPerDay } from './field-activity.js';
import { COLD } from './hotness.js';

const DAY = 24 * 3_600_000;
const NOON = Date.UTC(2026, 10, 20, 12);

/** The activity of a field with so many votes on each of the last hundred days. */
function activityOf(votesADay: number, days = 100): number {
  const votes = Array.from({ length: days }, (_, ago) => ({
    field: 'f',
    worth: votesADay,
    atMs: NOON - (ago + 0.5) * DAY,
  }));
  return activities(votes).get('f') ?? COLD;
}

const factorOf = (own: number, busiest: number): number => fieldFactor(own, busiest, NOON);

describe('what evidence counts in a field', () => {
  it('is one in the busiest, and where nothing has happened yet', () => {
    expect(factorOf(activityOf(3_000), activityOf(3_000))).toBe(1);
    expect(fieldFactor(undefined, activityOf(3_000), NOON)).toBe(1);
    expect(fieldFactor(undefined, undefined, NOON)).toBe(1);
  });

  it('lets five votes where five are cast a day stand beside sixty where three thousand are', () => {
    const quiet = 5 * factorOf(activityOf(5), activityOf(3_000));
    expect(quiet / 60).toBeGreaterThan(0.8);
    expect(quiet / 60).toBeLessThan(1.25);
  });

  it('is not more for fields made up, in which a few votes are all there is', () => {
    expect(factorOf(activityOf(1, 1), activityOf(3_000))).toBeLessThan(2);
  });

  it('falls as a field gets busier, once there is enough to go by', () => {
    const factors = [5, 10, 100, 1_000, 3_000].map((votesADay) =>
      factorOf(activityOf(votesADay), activityOf(3_000)),
    );
    expect(factors).toEqual(factors.toSorted((a, b) => b - a));
  });

  it('is never below one nor above the most, however fields compare', () => {
    const any = fc.double({ min: -2_000, max: 2_000, noNaN: true });
    fc.assert(
      fc.property(any, any, (own, busiest) => {
        const factor = fieldFactor(activityOf(1) + own, activityOf(1) + busiest, NOON);
        expect(factor).toBeGreaterThanOrEqual(1);
        expect(factor).toBeLessThanOrEqual(FIELD_SETTINGS.most);
      }),
    );
  });
});

it('tells activity as the votes a day that keep it up', () => {
  expect(votesPerDay(activityOf(5, 400), NOON)).toBeCloseTo(5, 1);
});

it('takes the first category for the field', () => {
  expect(fieldOf(['math.CO', 'cs.DM'])).toBe('math.CO');
  expect(fieldOf([])).toBe('');
});
