import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bootstrapInterval, meanOf, ndcgAt, recallAt, reciprocalRankAt } from './measures.js';

/** Grades written as `a3 b1`: document `a` of grade 3, `b` of grade 1. */
const grades = (text: string) =>
  new Map(text.split(' ').map((pair) => [pair.charAt(0), Number(pair.slice(1))]));

/** Documents in the order of their letters. */
const ranked = (text: string) => [...text];

describe('nDCG', () => {
  it('is one when the best come first, and nothing else is asked', () => {
    expect(ndcgAt(10, ranked('abx'), grades('a3 b1 x0'))).toBe(1);
    expect(ndcgAt(2, ranked('ab'), grades('a1 b1 c1'))).toBe(1);
  });

  it('counts a grade as it is, and less with every rank', () => {
    // 1/log2(2) + 3/log2(4) = 2.5 of 3/log2(2) + 1/log2(3) = 3.6309…
    expect(ndcgAt(10, ranked('bxa'), grades('a3 b1'))).toBeCloseTo(2.5 / 3.63093, 5);
  });

  it('sees only as deep as it is told', () => {
    expect(ndcgAt(1, ranked('xa'), grades('a1'))).toBe(0);
    expect(ndcgAt(2, ranked('xa'), grades('a1'))).toBeCloseTo(1 / Math.log2(3));
  });

  it('is nothing where nothing is relevant, and takes a grade below zero for none', () => {
    expect(ndcgAt(10, ranked('ab'), grades('a0 b0'))).toBe(0);
    expect(ndcgAt(10, ranked('ba'), grades('a1 b-2'))).toBeCloseTo(1 / Math.log2(3));
  });

  it('is what its formula says, for any ranking of any grades', () => {
    const rows = fc.uniqueArray(fc.tuple(fc.nat(40), fc.integer({ min: 0, max: 3 })), {
      selector: ([id]) => id,
      minLength: 1,
    });
    fc.assert(
      fc.property(rows, fc.integer({ min: 1, max: 12 }), (pairs, depth) => {
        const known = new Map(pairs.map(([id, grade]) => [`d${id}`, grade]));
        const order = pairs.map(([id]) => `d${id}`);
        const dcg = (gains: number[]) =>
          gains
            .slice(0, depth)
            .reduce((sum, gain, at) => sum + (gain * Math.LN2) / Math.log(2 + at), 0);
        const best = dcg(pairs.map(([, grade]) => grade).sort((a, b) => b - a));
        const expected = best === 0 ? 0 : dcg(pairs.map(([, grade]) => grade)) / best;
        expect(ndcgAt(depth, order, known)).toBeCloseTo(expected, 9);
      }),
    );
  });
});

describe('recall', () => {
  it('is the share of the relevant that were found', () => {
    expect(recallAt(3, ranked('axbc'), grades('a1 b2 c1 d0'))).toBeCloseTo(2 / 3);
    expect(recallAt(100, ranked('axbc'), grades('a1 b2 c1 d0'))).toBe(1);
    expect(recallAt(100, ranked('ab'), grades('a0'))).toBe(0);
  });
});

describe('the reciprocal rank', () => {
  it('is that of the first relevant document, or nothing', () => {
    expect(reciprocalRankAt(10, ranked('xya'), grades('a1 y0'))).toBeCloseTo(1 / 3);
    expect(reciprocalRankAt(2, ranked('xya'), grades('a1'))).toBe(0);
  });
});

describe('the interval of a mean', () => {
  const values = Array.from({ length: 200 }, (_, at) => (at % 5) / 4);

  it('is the same on every machine', () => {
    const uneven = Array.from({ length: 50 }, (_, at) => ((at * at * 7) % 997) / 997);
    const [low, high] = bootstrapInterval(uneven);
    expect([low.toFixed(6), high.toFixed(6)]).toEqual(['0.337031', '0.498696']);
  });

  it('is nearly that of the normal distribution for many values', () => {
    const mean = meanOf(values);
    const deviation = Math.sqrt(meanOf(values.map((value) => (value - mean) ** 2)));
    const [low, high] = bootstrapInterval(values);
    expect(low).toBeCloseTo(mean - (1.96 * deviation) / Math.sqrt(values.length), 2);
    expect(high).toBeCloseTo(mean + (1.96 * deviation) / Math.sqrt(values.length), 2);
  });

  it('is no wider than the values, and a point where they agree', () => {
    expect(bootstrapInterval([0.5, 0.5, 0.5])).toEqual([0.5, 0.5]);
    const [low, high] = bootstrapInterval([0, 1]);
    expect([low, high]).toEqual([0, 1]);
  });

  it('does not exist without values', () => {
    expect(() => bootstrapInterval([])).toThrow(RangeError);
    expect(() => meanOf([])).toThrow(RangeError);
  });
});
