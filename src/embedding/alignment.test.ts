import { describe, expect, it } from 'vitest';
import { type Alignment, aligned, alignmentOf, FEWEST_PAIRS, reversed } from './alignment.js';

const DIMENSIONS = 256;

/** Numbers from −0.5 up to 0.5, the same in every run. */
function numbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32 - 0.5;
  };
}

function unit(draw: () => number): Float32Array {
  const vector = Float32Array.from({ length: DIMENSIONS }, draw);
  const length = Math.sqrt(product(vector, vector));
  return vector.map((value) => value / length);
}

function product(one: Float32Array, other: Float32Array): number {
  return one.reduce((sum, value, at) => sum + value * (other[at] as number), 0);
}

/** What the model that is gone made of the same text: another order of numbers, and other signs. */
function former(vector: Float32Array, noise: () => number = () => 0): Float32Array {
  return vector.map((_, at) => {
    const value = vector[(at * 77 + 13) % DIMENSIONS] as number;
    return (at % 3 === 0 ? -value : value) + 0.02 * noise();
  });
}

function pairs(count: number, draw: () => number, noise?: () => number) {
  return Array.from({ length: count }, () => {
    const from = unit(draw);
    return { from, to: former(from, noise) };
  });
}

function learned(...made: Parameters<typeof pairs>): Alignment {
  const alignment = alignmentOf(pairs(...made));
  if (!alignment) throw new Error('There were enough pairs.');
  return alignment;
}

describe('how to look for vectors of another model', () => {
  it('is found exactly where one is the other, turned', () => {
    const draw = numbers(1);
    const alignment = learned(FEWEST_PAIRS, draw);
    const vector = unit(draw);
    expect(product(aligned(vector, alignment), former(vector))).toBeCloseTo(1, 5);
    expect(product(aligned(former(vector), reversed(alignment)), vector)).toBeCloseTo(1, 5);
  });

  it('is found nearly where they differ in more, and changes no angle', () => {
    const draw = numbers(2);
    const alignment = learned(2_000, draw, numbers(3));
    const [one, other] = [unit(draw), unit(draw)];
    expect(product(aligned(one, alignment), former(one))).toBeGreaterThan(0.99);
    const [turned, otherTurned] = [aligned(one, alignment), aligned(other, alignment)];
    expect(product(turned, otherTurned)).toBeCloseTo(product(one, other), 5);
    expect(product(turned, turned)).toBeCloseTo(1, 5);
  });

  it('is not learned from too few texts, nor from those without meaning', () => {
    const draw = numbers(4);
    expect(alignmentOf(pairs(FEWEST_PAIRS - 1, draw))).toBeUndefined();
    const zeros = { from: new Float32Array(DIMENSIONS), to: unit(draw) };
    expect(alignmentOf([...pairs(FEWEST_PAIRS - 1, draw), zeros])).toBeUndefined();
  });

  it('lies in memory that threads share', () => {
    expect(learned(FEWEST_PAIRS, numbers(5)).buffer).toBeInstanceOf(SharedArrayBuffer);
  });
});
