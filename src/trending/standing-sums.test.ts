import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { EVIDENCE_KINDS } from './evidence.js';
import { heatAt } from './hotness.js';
import {
  isShownVote,
  sumsOf,
  TRENDING,
  type WeighedEvidence,
  withEvidence,
  withPrior,
} from './standing-sums.js';

const HOUR = 3_600_000;
const NOON = Date.UTC(2026, 10, 20, 12);
const { halfLifeHours } = TRENDING;

const VOTE: WeighedEvidence = {
  kind: 'vote',
  atMs: NOON,
  amount: 1,
  weight: 1,
  remark: undefined,
  fieldFactor: 1,
};

const anyPiece: fc.Arbitrary<WeighedEvidence> = fc.record({
  kind: fc.constantFrom(...EVIDENCE_KINDS),
  atMs: fc.integer({ min: -36, max: 500 }).map((hours) => NOON + hours * HOUR),
  amount: fc.integer({ min: 0, max: 50 }),
  weight: fc.double({ min: 0, max: 1, noNaN: true }),
  remark: fc.constant(undefined),
  fieldFactor: fc.double({ min: 1, max: 12, noNaN: true }),
});

const anyPrior = fc.double({ min: 0, max: TRENDING.prior.most, noNaN: true });

/** Heat at noon, and merit. */
function sums(pieces: readonly WeighedEvidence[], prior?: number) {
  const own = prior === undefined ? undefined : { votes: prior, atMs: NOON };
  const { hotness, merit } = withPrior(sumsOf(pieces, halfLifeHours), own, TRENDING);
  return { heat: heatAt(NOON, hotness, halfLifeHours), merit };
}

describe('the sums of a paper', () => {
  it('are those of its evidence, and of what is left of its prior', () => {
    const day = { ...VOTE, atMs: NOON - halfLifeHours * HOUR };
    expect(sums([VOTE, day])).toEqual({ heat: expect.closeTo(1.5, 9), merit: 2 });
    expect(sums([], 2).merit).toBe(2);
    expect(sums([VOTE, VOTE, VOTE], 2).merit).toBeCloseTo(3 + (2 * 6) / 9, 12);
  });

  it('raise with the field what evidence is worth, but not how fast the prior yields', () => {
    const raised = { ...VOTE, fieldFactor: 4 };
    expect(sums([raised]).merit).toBe(4);
    expect(sums([raised], 3).merit).toBeCloseTo(4 + (3 * 6) / 7, 12);
  });

  it('never fall by a piece that is not older than a half-life before the prior', () => {
    fc.assert(
      fc.property(fc.array(anyPiece, { maxLength: 20 }), anyPiece, anyPrior, (some, one, prior) => {
        const before = sums(some, prior);
        const after = sums([...some, one], prior);
        expect(after.heat).toBeGreaterThanOrEqual(before.heat * (1 - 1e-9));
        expect(after.merit).toBeGreaterThanOrEqual(before.merit * (1 - 1e-9));
      }),
    );
  });

  it('do not depend on the order in which pieces came', () => {
    fc.assert(
      fc.property(fc.array(anyPiece, { maxLength: 20 }), anyPrior, (some, prior) => {
        const [one, other] = [sums(some, prior), sums(some.toReversed(), prior)];
        expect(one.heat).toBeCloseTo(other.heat, 6);
        expect(one.merit).toBeCloseTo(other.merit, 6);
      }),
    );
  });
});

it('has no prior that a vote could not outweigh', () => {
  expect(TRENDING.prior.most).toBeLessThanOrEqual(TRENDING.prior.halfAt / 2);
  expect(TRENDING.prior.usual).toBeLessThanOrEqual(TRENDING.prior.most);
});

it('shows votes that only count less, and no others', () => {
  const shown = (['new-account', 'same-network', 'own', 'neutralised'] as const).map((remark) =>
    isShownVote({ ...VOTE, remark }),
  );
  expect(shown).toEqual([true, true, false, false]);
  expect(isShownVote({ ...VOTE, amount: 0 })).toBe(false);
  expect(isShownVote({ ...VOTE, kind: 'save' })).toBe(false);
  expect(withEvidence(sumsOf([], halfLifeHours), VOTE, halfLifeHours).votes).toBe(1);
});
