import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FIELDS, LONGEST_LENGTH, weightOfPlace } from '../bm25f.js';
import { mostGrowth, placeWeights, weightsInField } from './place-weights.js';

const [TITLE, ABSTRACT, AUTHOR] = FIELDS;

describe('the weights of places', () => {
  const weights = placeWeights([8, 120]);

  it('are those of the formula, for any length', () => {
    for (const length of [0, 1, 8, 300, LONGEST_LENGTH]) {
      expect(weights.title[length]).toBe(weightOfPlace(TITLE, length, 8));
      expect(weights.abstract[length]).toBe(weightOfPlace(ABSTRACT, length, 120));
    }
    expect(weights.author).toBe(weightOfPlace(AUTHOR, 5, 3));
  });

  it('are made once for the same averages', () => {
    expect(placeWeights([8, 120])).toBe(placeWeights([8, 120]));
    expect(placeWeights([9, 120])).not.toBe(placeWeights([8, 120]));
  });

  it('are nothing outside of the only field that counts', () => {
    const inTitle = weightsInField(weights, 0);
    expect([inTitle.title[8], inTitle.abstract[8], inTitle.author]).toEqual([TITLE.weight, 0, 0]);
    const inAuthors = weightsInField(weights, 2);
    expect([inAuthors.title[8], inAuthors.author]).toEqual([0, AUTHOR.weight]);
    expect(weightsInField(weights, undefined)).toBe(weights);
  });
});

it('never grow by more than is said when averages change', () => {
  const average = fc.integer({ min: 1, max: 400 });
  const length = fc.nat(2_000);
  fc.assert(
    fc.property(average, average, average, average, length, (title, abstract, now, then, words) => {
      const before = placeWeights([title, abstract]);
      const after = placeWeights([now, then]);
      const growth = mostGrowth(after, [title, abstract]) * (1 + 1e-12);
      expect(after.title[words]).toBeLessThanOrEqual((before.title[words] ?? 0) * growth);
      expect(after.abstract[words]).toBeLessThanOrEqual((before.abstract[words] ?? 0) * growth);
    }),
    { numRuns: 30 },
  );
});
