import fc from 'fast-check';
import { expect, it } from 'vitest';
import { kendallTau } from './rank-measures.js';

it('is 1 for the same order, −1 for the reverse, and between for others', () => {
  expect(kendallTau([1, 2, 3], [10, 20, 30])).toBe(1);
  expect(kendallTau([1, 2, 3], [3, 2, 1])).toBe(-1);
  // Five pairs agree and one does not.
  expect(kendallTau([1, 2, 3, 4], [1, 2, 4, 3])).toBeCloseTo(4 / 6, 12);
});

it('takes ties out of what is possible', () => {
  // One pair agrees; of three, two are untied in either.
  expect(kendallTau([1, 1, 2], [1, 2, 2])).toBeCloseTo(1 / 2, 12);
  expect(kendallTau([1, 1], [1, 2])).toBeUndefined();
});

it('is the same whichever order is compared with which, and minus that for the reverse', () => {
  const values = fc.array(fc.tuple(fc.nat({ max: 5 }), fc.nat({ max: 5 })), { maxLength: 12 });
  fc.assert(
    fc.property(values, (pairs) => {
      const [one, other] = [pairs.map(([a]) => a), pairs.map(([, b]) => b)];
      const tau = kendallTau(one, other);
      expect(kendallTau(other, one)).toBe(tau);
      const reversed = one.map((value) => -value);
      if (tau !== undefined) expect(kendallTau(reversed, other)).toBeCloseTo(-tau, 12);
    }),
  );
});
