import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { EVIDENCE_KINDS } from './evidence.js';
import { WEIGHTS, type Weighable, weigh, weightOfEach } from './weights.js';

const VOTE: Weighable = {
  kind: 'vote',
  amount: 1,
  isOwn: false,
  isNew: false,
  networkHasSpoken: false,
  networks: 0,
};

describe('what a piece counts', () => {
  it('is one vote for a vote', () => {
    expect(weigh(VOTE)).toEqual({ weight: 1, remark: undefined });
  });

  it('is nothing for what authors say for their own paper', () => {
    expect(weigh({ ...VOTE, isOwn: true, isNew: true })).toEqual({ weight: 0, remark: 'own' });
  });

  it('is half for a new account, and nothing for the next one of its network', () => {
    expect(weigh({ ...VOTE, isNew: true })).toEqual({ weight: 0.5, remark: 'new-account' });
    const next = weigh({ ...VOTE, isNew: true, networkHasSpoken: true, networks: 1 });
    expect(next).toEqual({ weight: 0, remark: 'same-network' });
  });

  it('grows with the networks of new accounts more and more slowly', () => {
    const worth = (networks: number) => weigh({ ...VOTE, isNew: true, networks }).weight;
    const first = Array.from({ length: 200 }, (_, networks) => worth(networks));
    expect(first.slice(0, 3)).toEqual([1 / 2, 1 / 4, 1 / 6]);
    expect(first.reduce((sum, each) => sum + each)).toBeLessThan(3);
  });

  it('is whole for accounts that are not new, though others of their network have spoken', () => {
    expect(weigh({ ...VOTE, networkHasSpoken: true }).weight).toBe(1);
  });

  it('grows slower than the number of its kind, and to a bound', () => {
    const worth = (amount: number) => weightOfEach('upvotes', amount) * amount;
    expect(worth(1)).toBeCloseTo(0.2);
    expect(worth(100)).toBeCloseTo(0.2 * 100 ** 0.8);
    expect(worth(1_000_000)).toBeCloseTo(WEIGHTS.mostOfOnePiece);
  });

  it('never falls with the number of its kind', () => {
    const kinds = fc.constantFrom(...EVIDENCE_KINDS);
    const amounts = fc.double({ min: 0, max: 1e9, noNaN: true });
    fc.assert(
      fc.property(kinds, amounts, amounts, (kind, one, other) => {
        const [less, more] = [Math.min(one, other), Math.max(one, other)];
        const worthOfMore = weightOfEach(kind, more) * more;
        expect(worthOfMore).toBeGreaterThanOrEqual(weightOfEach(kind, less) * less - 1e-9);
        expect(worthOfMore).toBeLessThanOrEqual(WEIGHTS.mostOfOnePiece + 1e-9);
      }),
    );
  });
});

it('refuses what is no amount', () => {
  expect(() => weigh({ ...VOTE, amount: -1 })).toThrow(RangeError);
  expect(() => weigh({ ...VOTE, amount: Number.NaN })).toThrow(RangeError);
});
