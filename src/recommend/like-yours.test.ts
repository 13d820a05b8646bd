import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { atOnce } from '../community/moderation/slices.js';
import { DIMENSIONS } from '../embedding/embedder.js';
import type { PaperId } from '../papers/identifiers.js';
import { type Embedded, likeYours, newFieldOf } from './like-yours.js';

/** Vectors of length 1 around one of some topics; the nearer, the less `spread`. */
function papers(prefix: string, count: number, topics: number, spread: number, seed = 1) {
  const draw = normal(seed);
  return Array.from({ length: count }, (_, at): Embedded => {
    const centre = normal(1_000 + (at % topics));
    const vector = Float32Array.from({ length: DIMENSIONS }, () => centre() + spread * draw());
    return { id: `${prefix}${at}` as PaperId, vector: unit(vector) };
  });
}

function unit(vector: Float32Array): Float32Array {
  const length = Math.hypot(...vector);
  return vector.map((value) => value / length);
}

/** Numbers of a bell curve, nearly. */
function normal(seed: number): () => number {
  let state = seed;
  const even = () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32 - 0.5;
  };
  return () => even() + even() + even() + even();
}

function cosine(one: Embedded, other: Embedded): number {
  return one.vector.reduce((sum, value, at) => sum + value * (other.vector[at] ?? 0), 0);
}

const like = (news: readonly Embedded[], liked: readonly Embedded[]) =>
  atOnce(likeYours(atOnce(newFieldOf(news)), liked));

describe('papers like yours', () => {
  it('are those of your topics, however many others are new', () => {
    const news = papers('n', 300, 30, 2);
    // Of the topics 0, 1 and 2.
    const liked = papers('l', 12, 3, 2, 7);
    const found = like(news, liked);
    expect(found.length).toBeGreaterThan(20);
    for (const { id } of found) expect(Number(id.slice(1)) % 30).toBeLessThan(3);
    expect(found.every((each) => each.papers >= 1 && each.papers <= 12)).toBe(true);
  });

  it('are none for whoever cares for something else, or has shown too little', () => {
    const news = papers('n', 300, 20, 1);
    const elsewhere = papers('l', 40, 35, 1, 7).filter((_, at) => at % 35 >= 20);
    expect(like(news, elsewhere)).toEqual([]);
    expect(like(news, papers('l', 2, 1, 1, 7))).toEqual([]);
    expect(like([], papers('l', 9, 1, 1, 7))).toEqual([]);
  });

  it('are not your own', () => {
    const news = papers('n', 300, 30, 2);
    const liked = [0, 30, 60, 90].map((at) => news[at] as Embedded);
    const found = like(news, liked).map(({ id }) => id);
    expect(found).toContain('n120');
    for (const { id } of liked) expect(found).not.toContain(id);
  });

  it('stand apart by what is usual where everything is about one thing', () => {
    const { usual } = atOnce(newFieldOf(papers('n', 80, 1, 1)));
    const { usual: wide } = atOnce(newFieldOf(papers('n', 80, 40, 1)));
    expect(usual.mean).toBeGreaterThan(wide.mean + 0.3);
  });

  it('are measured as all pairs would be, but for chance', () => {
    const news = papers('n', 120, 11, 1.5);
    const all = news.flatMap((one, at) => news.slice(at + 1).map((other) => cosine(one, other)));
    const mean = all.reduce((sum, value) => sum + value, 0) / all.length;
    const { usual } = atOnce(newFieldOf(news));
    expect(Math.abs(usual.mean - mean)).toBeLessThan(0.02);
  });

  it('can be told where all new papers have the same words, and where they have none', () => {
    const copies = (prefix: string, vector: Float32Array) =>
      Array.from({ length: 60 }, (_, at) => ({ id: `${prefix}${at}` as PaperId, vector }));
    const same = papers('n', 1, 1, 1)[0]?.vector ?? new Float32Array(DIMENSIONS);
    expect(like(copies('n', same), copies('l', same))).toHaveLength(60);
    expect(like(copies('n', new Float32Array(DIMENSIONS)), copies('l', same))).toEqual([]);
  });

  it('are as close as comparing all with all says', () => {
    const some = fc.record({
      news: fc.integer({ min: 1, max: 90 }),
      liked: fc.integer({ min: 3, max: 20 }),
      topics: fc.integer({ min: 1, max: 12 }),
      seed: fc.nat(1_000),
    });
    fc.assert(
      fc.property(some, ({ news: count, liked: own, topics, seed }) => {
        const news = papers('n', count, topics, 2, seed);
        const liked = papers('l', own, topics, 2, seed + 1);
        const field = atOnce(newFieldOf(news));
        const { mean, deviation } = field.usual;
        const all = news.map((one) => {
          const near = liked
            .map((other) => ({ id: other.id, by: (cosine(one, other) - mean) / deviation }))
            .sort((a, b) => b.by - a.by);
          const closeness = near.slice(0, 3).reduce((sum, { by }) => sum + by, 0) / 3;
          const counted = near.filter(({ by }) => by >= 2).length;
          return { id: one.id, closeness, nearest: near[0]?.id, counted };
        });
        const found = atOnce(likeYours(field, liked));
        const ranked = all.toSorted((a, b) => b.closeness - a.closeness).slice(0, found.length);
        expect(found.map(({ id }) => id)).toEqual(ranked.map(({ id }) => id));
        for (const [at, { closeness, nearest, papers: counted }] of found.entries()) {
          expect(closeness).toBeCloseTo(ranked[at]?.closeness ?? Number.NaN, 3);
          expect(nearest).toBe(ranked[at]?.nearest);
          expect(counted).toBe(Math.max(1, ranked[at]?.counted ?? 0));
        }
        // What is left out is not clearly above the usual.
        const least = found.at(-1)?.closeness ?? Number.POSITIVE_INFINITY;
        const left = all.filter(({ id }) => !found.some((each) => each.id === id));
        for (const { closeness } of left) expect(closeness).toBeLessThan(Math.min(least, 3.3));
      }),
      { numRuns: 40 },
    );
  });
});
