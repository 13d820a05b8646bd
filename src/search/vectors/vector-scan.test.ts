import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { loadKernels } from './kernels-client.js';
import { type QuantisedVector, quantise, storeVector } from './quantise.js';
import { allocateVectors, DIMENSIONS, type SearchVectors } from './search-vectors.js';
import {
  candidatesWanted,
  createVectorScanner,
  thresholdFor,
  type VectorSpan,
} from './vector-scan.js';

const { module } = await loadKernels();

/** A vector of ones and minus ones, of which the first so many are ones. */
function vectorOfOnes(ones: number): Float32Array {
  return Float32Array.from({ length: DIMENSIONS }, (_, at) => (at < ones ? 1 : -1) / 16);
}

function vectorsOf(...vectors: readonly Float32Array[]): SearchVectors {
  const stored = allocateVectors(vectors.length);
  for (const [paper, vector] of vectors.entries()) storeVector(stored, paper, vector);
  return stored;
}

function bitmapOf(papers: readonly number[], count: number): Uint32Array {
  const bitmap = new Uint32Array(Math.ceil(count / 32));
  for (const paper of papers) {
    bitmap[paper >>> 5] = (bitmap[paper >>> 5] as number) | (1 << (paper & 31));
  }
  return bitmap;
}

describe.each([
  ['compiled', module],
  ['plain', undefined],
])('searching vectors with %s kernels', (_, kernels) => {
  const vectors = vectorsOf(...[0, 10, 100, 11, 256].map(vectorOfOnes));
  const scanner = createVectorScanner({ vectors, thread: 0, module: kernels });
  const query = quantise(vectorOfOnes(10));

  function foundWithin(threshold: number, span?: VectorSpan): number[] {
    scanner.scan(query, span);
    return [...scanner.collect(threshold)];
  }

  it('counts the papers at each distance', () => {
    const histogram = scanner.scan(query);
    const counted = [...histogram.entries()].filter(([, papers]) => papers > 0);
    expect(counted).toEqual([0, 1, 10, 90, 246].map((distance) => [distance, 1]));
  });

  it('finds the papers within a distance', () => {
    expect(foundWithin(0)).toEqual([1]);
    expect(foundWithin(10)).toEqual([0, 1, 3]);
    expect(foundWithin(255)).toEqual([0, 1, 2, 3, 4]);
  });

  it('heeds the span and the papers that are allowed', () => {
    expect(foundWithin(90, { from: 1, until: 4 })).toEqual([1, 2, 3]);
    expect(foundWithin(255, { allowed: bitmapOf([0, 2, 4], 5) })).toEqual([0, 2, 4]);
    expect(foundWithin(90, { from: 1, allowed: bitmapOf([0, 2, 4], 5) })).toEqual([2]);
  });

  it('compares the first dimensions only, if asked to', () => {
    expect(foundWithin(0, { dimensions: 32 })).toEqual([1]);
    expect(foundWithin(22, { dimensions: 32 })).toEqual([0, 1, 2, 3, 4]);
  });

  it('takes the opposite for as near as what differs in all signs but one', () => {
    const opposite = quantise(vectorOfOnes(0));
    expect(scanner.scan(opposite)[255]).toBe(1);
    expect(scanner.collect(254)).not.toContain(4);
    expect(scanner.collect(255)).toContain(4);
  });

  it('gives the cosine of the papers that it is asked for, in their order', () => {
    const cosines = scanner.similarities(query, Uint32Array.of(1, 4, 0));
    expect(cosines[0]).toBeCloseTo(1, 5);
    expect(cosines[1]).toBeCloseTo((10 - 246) / 256, 5);
    expect(cosines[2]).toBeCloseTo((256 - 20) / 256, 5);
  });

  it('knows no paper beyond the last', () => {
    expect(() => scanner.similarities(query, Uint32Array.of(5))).toThrow(RangeError);
    expect(() => scanner.scan(query, { until: 6 })).toThrow(RangeError);
    expect(() => scanner.scan(query, { allowed: new Uint32Array(0) })).toThrow(RangeError);
  });

  it('finds more papers than it has room for at a time', () => {
    const same = createVectorScanner({
      vectors: allocateVectors(10_000),
      thread: 31,
      module: kernels,
    });
    same.scan(query);
    const papers = same.collect(10);
    expect(papers).toEqual(Uint32Array.from({ length: 10_000 }, (_, paper) => paper));
    expect(same.similarities(query, papers)).toEqual(new Float32Array(10_000));
  });

  it('finds nothing among no papers', () => {
    const none = createVectorScanner({ vectors: allocateVectors(0), thread: 0, module: kernels });
    none.scan(query);
    expect(none.collect(255)).toHaveLength(0);
    expect(none.similarities(query, new Uint32Array(0))).toHaveLength(0);
  });
});

it('the threshold is the least that lets as many papers in as are wanted', () => {
  const near = new Uint32Array(256);
  const far = new Uint32Array(256);
  near[3] = 2;
  far[3] = 1;
  far[9] = 5;
  expect(thresholdFor([near, far], 1)).toBe(3);
  expect(thresholdFor([near, far], 3)).toBe(3);
  expect(thresholdFor([near, far], 4)).toBe(9);
  expect(thresholdFor([near, far], 9)).toBe(255);
});

it('more papers need more candidates', () => {
  expect(candidatesWanted(0)).toBe(1_600);
  expect(candidatesWanted(51_242)).toBe(1_600);
  expect(candidatesWanted(1_000_000)).toBe(10_000);
});

type Found = { readonly place: number; readonly similarity: number };

/** The papers of all segments up to the distance that lets `wanted` in, by their overall place. */
function candidatesOf(
  segments: readonly SearchVectors[],
  query: QuantisedVector,
  wanted: number,
  kernels: typeof module,
): Found[] {
  const scanners = segments.map((vectors) =>
    createVectorScanner({ vectors, thread: 2, module: kernels }),
  );
  const threshold = thresholdFor(
    scanners.map((scanner) => scanner.scan(query)),
    wanted,
  );
  let first = 0;
  return segments.flatMap((vectors, index) => {
    const scanner = scanners[index];
    if (!scanner) return [];
    const papers = scanner.collect(threshold);
    const similarities = scanner.similarities(query, papers);
    const found = Array.from(papers, (paper, at) => ({
      place: first + paper,
      similarity: similarities[at] as number,
    }));
    first += vectors.count;
    return found;
  });
}

it('the candidates do not depend on how papers are spread over segments, nor on the kernels', () => {
  const anyVector = fc
    .array(fc.constantFrom(-1, -0.5, 0, 0.25, 1), { minLength: 8, maxLength: 8 })
    .map((pattern) =>
      Float32Array.from({ length: DIMENSIONS }, (_, at) => pattern[at % 8] as number),
    );
  fc.assert(
    fc.property(
      fc.array(anyVector, { minLength: 1, maxLength: 60 }),
      anyVector,
      fc.nat(60),
      fc.nat(60),
      (papers, text, split, wanted) => {
        const whole = [vectorsOf(...papers)];
        const parts = [vectorsOf(...papers.slice(0, split)), vectorsOf(...papers.slice(split))];
        const query = quantise(text);
        const expected = plainestCandidates(papers, text, wanted);
        expect(candidatesOf(whole, query, wanted, undefined).map(({ place }) => place)).toEqual(
          expected,
        );
        const found = candidatesOf(whole, query, wanted, module);
        expect(found).toEqual(candidatesOf(parts, query, wanted, undefined));
        expect(found).toEqual(candidatesOf(parts, query, wanted, module));
        expect(found.map(({ place }) => place)).toEqual(expected);
      },
    ),
    { numRuns: 40 },
  );
});

/** Sorts all papers by distance and takes those that are as near as the last one wanted. */
function plainestCandidates(
  papers: readonly Float32Array[],
  text: Float32Array,
  wanted: number,
): number[] {
  const distances = papers.map((vector) => {
    const differing = vector.filter((value, at) => value > 0 !== (text[at] as number) > 0).length;
    return Math.min(differing, 255);
  });
  const farthest = distances.toSorted((a, b) => a - b)[wanted - 1] ?? (wanted === 0 ? 0 : 255);
  return distances.flatMap((distance, place) => (distance <= farthest ? [place] : []));
}
