import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { atOnce, grouped, inSlices, type Sliced, sorted } from './slices.js';

type Card = { readonly rank: number; readonly at: number };

const cards = fc
  .array(fc.integer({ min: 0, max: 20 }), { maxLength: 3_000, size: 'max' })
  .map((ranks): Card[] => ranks.map((rank, at) => ({ rank, at })));

describe('work in slices', () => {
  it('sorts as at once, and leaves what is equal in its order', () => {
    fc.assert(
      fc.property(cards, (some) => {
        const byRank = (a: Card, b: Card) => a.rank - b.rank;
        expect(atOnce(sorted(some, byRank))).toEqual(some.toSorted(byRank));
      }),
      { numRuns: 30 },
    );
  });

  it('groups as at once', () => {
    fc.assert(
      fc.property(cards, (some) => {
        const rankOf = ({ rank }: Card) => rank;
        expect([...atOnce(grouped(some, rankOf))]).toEqual([...Map.groupBy(some, rankOf)]);
      }),
      { numRuns: 30 },
    );
  });

  it('lets others have their turns', async () => {
    let turnsOfOthers = 0;
    const look = () => {
      turnsOfOthers += 1;
      if (turnsOfOthers < 5) setImmediate(look);
    };
    setImmediate(look);
    expect(await inSlices(untilOthersHadTheirTurns(() => turnsOfOthers === 5))).toBe('done');
  });
});

/** Never ends, unless somebody else gets on meanwhile. */
function* untilOthersHadTheirTurns(haveHad: () => boolean): Sliced<string> {
  while (!haveHad()) yield;
  return 'done';
}
