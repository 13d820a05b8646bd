import { describe, expect, it } from 'vitest';
import { FIELDS, K1, rarityOf, scoreOf, weightOfPlace } from './bm25f.js';

const [TITLE, , AUTHOR] = FIELDS;

describe('a place in a field', () => {
  it('counts its weight where the field is of average length', () => {
    expect(weightOfPlace(TITLE, 10, 10)).toBeCloseTo(TITLE.weight);
  });

  it('counts less the longer the field is', () => {
    expect(weightOfPlace(TITLE, 20, 10)).toBeLessThan(weightOfPlace(TITLE, 10, 10));
  });

  it('counts for an author among many as for one among few', () => {
    expect(weightOfPlace(AUTHOR, 200, 10)).toBe(weightOfPlace(AUTHOR, 2, 10));
  });

  it('is a number even where no paper has the field', () => {
    expect(weightOfPlace(TITLE, 0, 0)).toBe(TITLE.weight);
  });
});

describe('the score of a term', () => {
  it('grows with its places and levels off', () => {
    const scores = [1, 2, 3, 1_000_000].map((places) => scoreOf(1, places));
    expect(scores).toEqual(scores.toSorted((a, b) => a - b));
    expect(scores.at(-1)).toBeCloseTo(K1 + 1);
  });

  it('is greater for a rarer term, and above nothing for one that all papers have', () => {
    expect(rarityOf(1, 1_000)).toBeGreaterThan(rarityOf(10, 1_000));
    expect(rarityOf(1_000, 1_000)).toBeGreaterThan(0);
  });
});
