import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { madeUpCorpus } from '../../../test/support/made-up-field.js';
import { plainGradients } from '../../../test/support/plain-training.js';
import { DIMENSIONS } from '../embedder.js';
import { momentsIn, prepareTraining, writeOrder } from './prepare-training.js';
import { LEVEL_ENDS, MOST_TERMS, type SideLayout } from './training-layout.js';
import { DEFAULT_SETTINGS, rateAt, type TrainingSettings } from './training-settings.js';
import { createTrainingThread } from './training-thread.js';
import { readTrainingKernels } from './training-threads-client.js';

const kernels = await readTrainingKernels();

function prepared(settings: Partial<TrainingSettings>, papers = 80) {
  return prepareTraining({
    settings: { ...DEFAULT_SETTINGS, batch: 32, ...settings },
    corpus: madeUpCorpus(papers),
    kernels,
    threads: 1,
  });
}

type Prepared = ReturnType<typeof prepared>;

/** The terms of each text, and how much each counts. */
function textsOf(
  { shared: { memory, size } }: Prepared,
  side: SideLayout,
  texts: number = size.batch,
): [number, number][][] {
  const counts = new Uint32Array(memory.buffer, side.termCounts, texts);
  return Array.from(counts, (count, text) => {
    const offset = text * MOST_TERMS * 4;
    const terms = new Uint32Array(memory.buffer, side.terms + offset, count);
    const weights = new Float32Array(memory.buffer, side.weights + offset, count);
    return Array.from(terms, (term, at) => [term, weights[at] as number]);
  });
}

/** What an unknown word has for a vector. */
function signsOf({ shared, layout, settings }: Prepared, word: number): number[] {
  const bits = new Uint8Array(shared.memory.buffer, layout.signs + word * 32, 32);
  return Array.from({ length: DIMENSIONS }, (_, dimension) => {
    const isPlus = ((bits[dimension >>> 3] as number) >>> (dimension & 7)) & 1;
    return (isPlus ? settings.unknownScale : -settings.unknownScale) / 16;
  });
}

function sumOf(training: Prepared, rows: Float32Array, text: [number, number][]): number[] {
  const sum = new Array<number>(DIMENSIONS).fill(0);
  const known = training.words.length;
  for (const [term, weight] of text) {
    const vector =
      term < known
        ? rows.subarray(term * DIMENSIONS, (term + 1) * DIMENSIONS)
        : signsOf(training, term - known);
    for (let at = 0; at < DIMENSIONS; at += 1) {
      sum[at] = (sum[at] as number) + weight * (vector[at] as number);
    }
  }
  return sum;
}

/** The greatest difference, as a share of the greatest value. */
function differenceOf(actual: ArrayLike<number>, expected: ArrayLike<number>): number {
  let most = 0;
  let difference = 0;
  for (let at = 0; at < expected.length; at += 1) {
    most = Math.max(most, Math.abs(expected[at] as number));
    difference = Math.max(difference, Math.abs((actual[at] as number) - (expected[at] as number)));
  }
  return difference / most;
}

describe('a step of training', () => {
  it('does what its plain description says', () => {
    const share = fc.constantFrom(0, 0.3, 1);
    fc.assert(
      fc.property(
        fc.record({
          batch: fc.constantFrom(16, 32),
          temperature: fc.constantFrom(0.025, 0.05, 0.3, 1),
          seed: fc.nat(1_000),
          levelShares: fc.tuple(share, share, share, fc.constantFrom(0.5, 1)),
          words: fc.constantFrom(10, 100, 10_000),
        }),
        (settings) => {
          const training = prepared(settings);
          const { shared, layout } = training;
          const { rows, firstMoments, secondMoments } = momentsIn(training);
          const before = rows.slice();
          writeOrder(training, 0);
          createTrainingThread(shared, 0).train(0, 1);

          const queries = textsOf(training, layout.queries);
          const passages = textsOf(training, layout.passages);
          const expected = plainGradients(
            queries.map((text) => sumOf(training, before, text)),
            passages.map((text) => sumOf(training, before, text)),
            settings.temperature,
            settings.levelShares,
          );
          expect(shared.loss[0]).toBeCloseTo(expected.loss, 4);

          const gradient = new Float64Array(rows.length);
          const gather = (texts: [number, number][][], of: PlainSide) => {
            for (const [at, text] of texts.entries()) {
              for (const [term, weight] of text) {
                if (term >= training.words.length) continue;
                for (let dimension = 0; dimension < DIMENSIONS; dimension += 1) {
                  const place = term * DIMENSIONS + dimension;
                  gradient[place] =
                    (gradient[place] as number) +
                    weight * ((of[at] as number[])[dimension] as number);
                }
              }
            }
          };
          gather(queries, expected.queries);
          gather(passages, expected.passages);
          const { firstMomentKept: kept, secondMomentKept } = training.settings;
          expect(
            differenceOf(
              firstMoments,
              gradient.map((value) => (1 - kept) * value),
            ),
          ).toBeLessThan(2e-4);
          expect(
            differenceOf(
              secondMoments,
              gradient.map((value) => (1 - secondMomentKept) * value * value),
            ),
          ).toBeLessThan(4e-4);

          // Adam, from the moments as they came out: tiny ones have signs of their own.
          const rate = rateAt(0, shared.steps, training.settings);
          const after = before.map((value, at) => {
            const mean = (firstMoments[at] as number) / (1 - kept);
            const square = (secondMoments[at] as number) / (1 - secondMomentKept);
            return value - (rate * mean) / (Math.sqrt(square) + training.settings.leastDivisor);
          });
          expect(differenceOf(rows, after)).toBeLessThan(1e-5);
        },
      ),
      { numRuns: 8 },
    );
  });

  it('leaves words alone that no text has', () => {
    const training = prepared({ batch: 16 });
    const { rows } = momentsIn(training);
    const before = rows.slice();
    writeOrder(training, 0);
    createTrainingThread(training.shared, 0).train(0, 1);
    const met = new Set(
      [training.layout.queries, training.layout.passages]
        .flatMap((side) => textsOf(training, side).flat())
        .map(([term]) => term),
    );
    const moved = training.words.map((_, row) => {
      const span = [row * DIMENSIONS, (row + 1) * DIMENSIONS] as const;
      return before.subarray(...span).some((value, at) => value !== rows.subarray(...span)[at]);
    });
    expect(moved.some((isMoved) => !isMoved)).toBe(true);
    for (const [row, isMoved] of moved.entries()) expect(isMoved).toBe(met.has(row));
  });
});

describe('a measure on held-out papers', () => {
  it.each([32, 64, 128, 256])('ranks by the nearest in %i dimensions', (dimensions) => {
    // So small that ranks differ from level to level, and no multiple of what is ranked at a time.
    const training = prepared({ heldOut: 37 }, 400);
    const { shared, layout } = training;
    const { rows } = momentsIn(training);
    createTrainingThread(shared, 0).rank('sentence', LEVEL_ENDS.indexOf(dimensions));

    const cut = (side: SideLayout) =>
      textsOf(training, side, 37).map((text) => sumOf(training, rows, text).slice(0, dimensions));
    const passages = cut(layout.passages);
    const expected = cut(layout.queries).map((query, own) => {
      const cosines = passages.map(
        (passage) => dot(query, passage) / Math.sqrt(dot(passage, passage)),
      );
      return 1 + cosines.filter((cosine) => cosine > (cosines[own] as number)).length;
    });
    const ranks = new Uint32Array(shared.memory.buffer, layout.ranks, 37);
    expect([...ranks]).toEqual(expected);
    expect(new Set(ranks).size).toBeGreaterThan(3);
  });
});

function dot(one: readonly number[], other: readonly number[]): number {
  return one.reduce((sum, value, at) => sum + value * (other[at] as number), 0);
}

type PlainSide = readonly (readonly number[])[];
