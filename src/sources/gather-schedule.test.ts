import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { nextGatherDelayMs } from './gather-schedule.js';

const MINUTE_MS = 60_000;
const NOW = new Date('2026-11-20T12:00:00Z');

const afterFailures = (failuresInARow: number, random = 0): number =>
  nextGatherDelayMs({ outcome: 'failed', failuresInARow, now: NOW, random }) / MINUTE_MS;

describe('the next gathering', () => {
  it('comes after about four hours when all is stored', () => {
    const hours = [0, 0.5, 0.999].map(
      (random) =>
        nextGatherDelayMs({ outcome: 'complete', failuresInARow: 0, now: NOW, random }) /
        (60 * MINUTE_MS),
    );
    expect(hours[0]).toBeCloseTo(3.6);
    expect(hours[1]).toBeCloseTo(4);
    expect(hours[2]).toBeCloseTo(4.4, 1);
  });

  it('comes soon after a failure, and later after each one more, up to an hour', () => {
    expect([1, 2, 3, 4, 7, 50].map((failures) => afterFailures(failures))).toEqual([
      1, 2, 4, 8, 60, 60,
    ]);
  });

  it('comes as soon when papers are missing', () => {
    const delay = nextGatherDelayMs({ outcome: 'partial', failuresInARow: 2, now: NOW, random: 0 });
    expect(delay).toBe(2 * MINUTE_MS);
  });

  it('does not come before the source may be asked', () => {
    const notBefore = new Date(NOW.getTime() + 10 * MINUTE_MS);
    const delay = nextGatherDelayMs({
      outcome: 'failed',
      failuresInARow: 1,
      now: NOW,
      random: 1,
      notBefore,
    });
    expect(delay).toBe(10 * MINUTE_MS);
  });

  it('is never sooner after more failures, nor later than an hour', () => {
    const failures = fc.integer({ min: 0, max: 2_000 });
    const random = fc.double({ min: 0, max: 1, noNaN: true });
    fc.assert(
      fc.property(failures, random, (failuresInARow, chance) => {
        const delay = afterFailures(failuresInARow, chance);
        expect(delay).toBeLessThanOrEqual(60);
        expect(delay).toBeGreaterThanOrEqual(0.8);
        expect(afterFailures(failuresInARow + 1, chance)).toBeGreaterThanOrEqual(delay);
      }),
    );
  });
});
