import { describe, expect, it } from 'vitest';
import { DIMENSIONS } from './embedder.js';
import { healthInWords, healthOf } from './health.js';

/** Numbers that look random, the same every time (xorshift: Marsaglia, 2003). */
function createNormal(): () => number {
  let state = 88_675_123;
  const next = () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) / 2 ** 32;
  };
  return () => Math.sqrt(-2 * Math.log(next() + 1e-12)) * Math.cos(2 * Math.PI * next());
}

/** So many vectors of length 1, with the given spread along each dimension, about a middle. */
function vectors(count: number, spread: (at: number) => number, middle = 0): Float32Array[] {
  const normal = createNormal();
  return Array.from({ length: count }, () => {
    const vector = Float32Array.from({ length: DIMENSIONS }, (_, at) => normal() * spread(at));
    vector[0] = (vector[0] as number) + middle;
    const length = Math.hypot(...vector);
    return vector.map((value) => value / length);
  });
}

const EVEN = vectors(400, () => 1);
const NARROW = vectors(400, (at) => (at < 4 ? 1 : 0.01));
const CONE = vectors(400, () => 1, 40);

describe('the health of a space', () => {
  it('is good where all dimensions are used alike', () => {
    const health = healthOf(EVEN);
    expect(health?.isoScore).toBeGreaterThan(0.4);
    expect(Math.abs(health?.meanCosine ?? 1)).toBeLessThan(0.01);
    expect(health && healthInWords(health).every(({ isGood }) => isGood)).toBe(true);
  });

  it('is told by the IsoScore where few dimensions are used', () => {
    const health = healthOf(NARROW);
    expect(health?.isoScore).toBeLessThan(0.02);
    const poor = health && healthInWords(health).find(({ name }) => name === 'IsoScore');
    expect(poor?.isGood).toBe(false);
  });

  it('is told by the mean cosine where all vectors point one way', () =>
    expect(healthOf(CONE)?.meanCosine).toBeGreaterThan(0.5));

  it('is told by hubness where one paper is near to all', () => {
    const [hub] = vectors(1, () => 1);
    const drawn = EVEN.slice(0, 200).map((vector, paper) =>
      paper < 10 ? (hub as Float32Array) : vector.map((value, at) => value + (hub?.[at] ?? 0)),
    );
    const normalised = drawn.map((vector) => {
      const length = Math.hypot(...vector);
      return vector.map((value) => value / length);
    });
    expect(healthOf(normalised)?.hubness).toBeGreaterThan(3);
    expect(healthOf(normalised)?.orphans).toBeGreaterThan(0.5);
  });

  it('cannot be told from few papers, nor from texts without a vector', () => {
    expect(healthOf(EVEN.slice(0, 49))).toBeUndefined();
    const empty = Array.from({ length: 100 }, () => new Float32Array(DIMENSIONS));
    expect(healthOf([...empty, ...EVEN.slice(0, 10)])).toBeUndefined();
    expect(healthOf([...empty, ...EVEN.slice(0, 60)])?.papers).toBe(60);
  });

  it('has an IsoScore of nothing where all papers are the same', () => {
    const same = Array.from({ length: 60 }, () => EVEN[0] as Float32Array);
    expect(healthOf(same)).toMatchObject({ isoScore: 0 });
  });
});
