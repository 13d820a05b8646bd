import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { NOON } from '../test/support/catalogue.js';
import { parseRetryAfter } from './retry-after.js';

describe('a Retry-After', () => {
  it.each([
    ['120', 120_000],
    ['Fri, 20 Nov 2026 12:00:30 GMT', 30_000],
    ['Fri, 20 Nov 2026 11:00:00 GMT', 0],
    ['soon', undefined],
    ['-5', undefined],
    ['', undefined],
    [null, undefined],
  ])('of %j is %j', (value, expected) => expect(parseRetryAfter(value, NOON)).toBe(expected));

  it('is never negative and never NaN', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.date({ noInvalidDate: true }).map(String)), (value) => {
        expect(parseRetryAfter(value, NOON) ?? 0).toBeGreaterThanOrEqual(0);
      }),
    );
  });
});
