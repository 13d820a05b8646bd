import fc from 'fast-check';
import { expect, it } from 'vitest';
import { batchesOf } from './text-batches.js';

it('texts fill one request after the other', () => {
  expect(batchesOf(['a', 'bb', 'c', 'dddd', 'e'], { mostTexts: 2, mostCharacters: 3 })).toEqual([
    ['a', 'bb'],
    ['c'],
    ['dddd'],
    ['e'],
  ]);
  expect(batchesOf([], { mostTexts: 2, mostCharacters: 3 })).toEqual([]);
});

it('all texts are sent once, in order, and none in a request that is too large', () => {
  const limits = { mostTexts: 4, mostCharacters: 20 };
  fc.assert(
    fc.property(fc.array(fc.string({ maxLength: 30 })), (texts) => {
      const batches = batchesOf(texts, limits);
      expect(batches.flat()).toEqual(texts);
      for (const batch of batches) {
        expect(batch.length).toBeLessThanOrEqual(4);
        expect(batch.length === 1 || batch.join('').length <= 20).toBe(true);
      }
    }),
  );
});
