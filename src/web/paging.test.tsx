import fc from 'fast-check';
import { expect, it } from 'vitest';
import { BroadsheetError } from '../errors.js';
import { askedPage, assertPageExists, pageCount } from './paging.js';

it('counts pages from 1 and takes the first when none is asked for', () => {
  expect(askedPage(undefined, 50)).toEqual({ number: 1, offset: 0, limit: 50 });
  expect(askedPage('3', 50)).toEqual({ number: 3, offset: 100, limit: 50 });
});

it.each(['0', '-1', '1.5', 'NaN', '1e9', '', ' 1', '9999999', 'two'])('refuses page %j', (text) => {
  expect(() => askedPage(text, 50)).toThrow(BroadsheetError);
});

it('has as many pages as it takes to show everything, and at least one', () => {
  fc.assert(
    fc.property(fc.nat(5_000), fc.integer({ min: 1, max: 100 }), (total, limit) => {
      const pages = pageCount(total, limit);
      expect(pages).toBeGreaterThanOrEqual(1);
      expect(pages * limit).toBeGreaterThanOrEqual(total);
      if (pages > 1) expect((pages - 1) * limit).toBeLessThan(total);
    }),
  );
});

it('refuses a page behind the last, and says how many there are', () => {
  expect(() => assertPageExists(askedPage('2', 50), 100)).not.toThrow();
  expect(() => assertPageExists(askedPage('3', 50), 100)).toThrow('there are 2 pages');
  expect(() => assertPageExists(askedPage('2', 50), 3)).toThrow('there is one page');
});
