import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { COLD, type DatedWorth, heatAt, hotnessOf, leftAfter, withPiece } from './hotness.js';

const HOUR = 3_600_000;
const HALF_LIFE = 36;
const NOON = Date.UTC(2026, 10, 20, 12);

/** Pieces of so much worth, so many hours before noon. */
function pieces(...given: readonly (readonly [worth: number, hoursAgo: number])[]): DatedWorth[] {
  return given.map(([worth, hoursAgo]) => ({ worth, atMs: NOON - hoursAgo * HOUR }));
}

function heatAtNoon(given: readonly DatedWorth[]): number {
  return heatAt(NOON, hotnessOf(given, HALF_LIFE), HALF_LIFE);
}

const anyPieces = fc.array(
  fc.tuple(fc.double({ min: 0, max: 1_000, noNaN: true }), fc.integer({ min: -24, max: 2_000 })),
  { maxLength: 40 },
);

describe('the heat of a paper', () => {
  it('is nothing where nothing speaks for it', () => {
    expect(heatAtNoon([])).toBe(0);
    expect(heatAtNoon(pieces([0, 3]))).toBe(0);
  });

  it('is the worth of what speaks for it now', () => {
    expect(heatAtNoon(pieces([1, 0], [0.5, 0]))).toBeCloseTo(1.5, 9);
  });

  it('halves with every half-life', () => {
    expect(heatAtNoon(pieces([8, HALF_LIFE * 3]))).toBeCloseTo(1, 9);
    expect(leftAfter(HALF_LIFE * 2 * HOUR, HALF_LIFE)).toBe(0.25);
  });

  it('keeps the order of two papers at every later moment', () => {
    const [one, other] = [pieces([5, 40]), pieces([3, 2])].map((each) =>
      hotnessOf(each, HALF_LIFE),
    );
    const isHotter = [0, 1, 100, 10_000].map((hours) => {
      const at = NOON + hours * HOUR;
      return heatAt(at, one as number, HALF_LIFE) < heatAt(at, other as number, HALF_LIFE);
    });
    expect(isHotter).toEqual([true, true, true, true]);
  });

  it('is the decayed sum, whatever the pieces and their order', () => {
    fc.assert(
      fc.property(anyPieces, (given) => {
        const plain = given.reduce((sum, [worth, h]) => sum + worth * 2 ** (-h / HALF_LIFE), 0);
        const close = Math.max(1, plain) * 1e-8;
        expect(Math.abs(heatAtNoon(pieces(...given)) - plain)).toBeLessThan(close);
        expect(Math.abs(heatAtNoon(pieces(...given.toReversed())) - plain)).toBeLessThan(close);
      }),
    );
  });

  it('never falls by one more piece', () => {
    fc.assert(
      fc.property(anyPieces, fc.double({ min: 0, max: 10, noNaN: true }), (given, worth) => {
        const before = hotnessOf(pieces(...given), HALF_LIFE);
        const after = withPiece(before, { worth, atMs: NOON }, HALF_LIFE);
        expect(after).toBeGreaterThanOrEqual(before);
      }),
    );
  });
});

it('has a logarithm that no year takes out of range', () => {
  const atMs = Date.UTC(2199, 0, 1);
  const hotness = hotnessOf([{ worth: 1e9, atMs }], HALF_LIFE);
  expect(heatAt(atMs, hotness, HALF_LIFE) / 1e9).toBeCloseTo(1, 6);
  expect(heatAt(NOON, COLD, HALF_LIFE)).toBe(0);
});

it('refuses what is no worth, no time and no half-life', () => {
  expect(() => withPiece(COLD, { worth: -1, atMs: NOON }, HALF_LIFE)).toThrow(RangeError);
  expect(() => withPiece(COLD, { worth: Number.NaN, atMs: NOON }, HALF_LIFE)).toThrow(RangeError);
  expect(() => withPiece(COLD, { worth: 1, atMs: Number.NaN }, HALF_LIFE)).toThrow(RangeError);
  expect(() => withPiece(COLD, { worth: 1, atMs: NOON }, 0)).toThrow(RangeError);
});
