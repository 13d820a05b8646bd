/**
 * What one thread of a training does. All do the same, meet between the parts of a step, and take
 * pieces of each part as they come; every sum has one order, so that the model does not depend on
 * how many threads there are or which is faster.
 *
 * A step (van den Oord, Li and Vinyals, "Representation Learning with Contrastive Predictive
 * Coding", 2018; Kusupati et al., "Matryoshka Representation Learning", 2022):
 *
 *     pairs of texts ─▶ sums of vectors ─▶ logits ─▶ softmax over rows and over columns
 *     ─▶ gradients of the sums ─▶ gradients of the vectors ─▶ Adam, for those that were met
 */

import type { CompiledModule, SharedMemory } from '../../web-assembly.js';
import { createMeeting } from './meeting.js';
import { createRandomNumbers } from './random-numbers.js';
import { createPairMaker, type PairKind } from './text-pairs.js';
import type { TrainingCorpus } from './training-corpus.js';
import { createTrainingKernels } from './training-kernels.js';
import {
  LEVEL_ENDS,
  layoutOf,
  MOST_TERMS,
  paddedToTiles,
  roomFor,
  type SideLayout,
  TILE,
  type TrainingSize,
} from './training-layout.js';
import { rateAt, type TrainingSettings } from './training-settings.js';

/** What all threads share; plain data. */
export type SharedTraining = {
  readonly kernels: CompiledModule;
  readonly memory: SharedMemory;
  readonly size: TrainingSize;
  readonly settings: TrainingSettings;
  readonly corpus: TrainingCorpus;
  /** Papers that are learnt from, in the order of this pass. */
  readonly order: Uint32Array;
  /** Papers that are kept aside. */
  readonly heldOut: Uint32Array;
  /** Steps of all passes. */
  readonly steps: number;
  readonly stepsPerPass: number;
  readonly meetingPlace: Int32Array;
  readonly signals: Int32Array;
  /** The loss of the latest step, and the sum over all since somebody made it 0. */
  readonly loss: Float64Array;
};

/** Places in `signals`. */
export const STOP_ASKED = 0;
export const STEPS_DONE = 1;
const IS_STOPPING = 2;
export const SIGNALS = 16;

export type TrainingThread = {
  /** Goes on from a step until before another, or until it is asked to stop. */
  readonly train: (from: number, until: number) => void;
  /** Ranks the passage of each held-out pair of a kind by so many dimensions. */
  readonly rank: (kind: PairKind, level: number) => void;
};

const TOP = LEVEL_ENDS.length - 1;

/** Parts of the rows for each thread: some have more of the frequent words than others. */
const PARTS_PER_THREAD = 4;

/** Draws for held-out pairs have streams of their own, where no step has its. */
const HELD_OUT_STREAMS: Readonly<Record<PairKind, number>> = {
  title: -1,
  sentence: -2,
  halves: -3,
};

/** @param thread - from 0 */
export function createTrainingThread(shared: SharedTraining, thread: number): TrainingThread {
  const { memory, size, settings, corpus, order, heldOut, steps, stepsPerPass, signals } = shared;
  const { batch, rows: rowCount, threads } = size;
  const layout = layoutOf(size);
  const own = layout.threadOf(thread);
  const { queries, passages } = layout;
  const kernels = createTrainingKernels(shared.kernels, memory);
  const { share, meet } = createMeeting(shared.meetingPlace, threads);
  const random = createRandomNumbers();
  const pairs = createPairMaker(corpus, rowCount + size.unknownWords, settings);
  const floats = (address: number, length: number) =>
    new Float32Array(memory.buffer, address, length);
  const inverseTemperature = 1 / settings.temperature;
  const queryPowers = floats(queries.powerSums, batch * LEVEL_ENDS.length);
  const passagePowers = floats(passages.powerSums, batch * LEVEL_ENDS.length);
  const topLogits = floats(layout.logits + TOP * batch * batch * 4, batch * batch);
  const tiles = batch / TILE;
  const parts = threads * PARTS_PER_THREAD;

  const placesOf = (side: SideLayout) => {
    const count = roomFor(size);
    const terms = new Uint32Array(memory.buffer, side.terms, count * MOST_TERMS);
    const weights = floats(side.weights, count * MOST_TERMS);
    const counts = new Uint32Array(memory.buffer, side.termCounts, count);
    const at = (text: number) => {
      const [start, end] = [text * MOST_TERMS, (text + 1) * MOST_TERMS];
      return { terms: terms.subarray(start, end), weights: weights.subarray(start, end) };
    };
    return { counts, places: Array.from({ length: count }, (_, text) => at(text)) };
  };
  const querySide = placesOf(queries);
  const passageSide = placesOf(passages);

  const writePair = (place: number, paper: number, kind: PairKind): void => {
    const { queryTerms, passageTerms } = pairs.make(
      paper,
      kind,
      random,
      querySide.places[place] as (typeof querySide.places)[number],
      passageSide.places[place] as (typeof passageSide.places)[number],
    );
    querySide.counts[place] = queryTerms;
    passageSide.counts[place] = passageTerms;
  };

  /** @param count - on a side, as the orders of `training-layout.ts` have them */
  const embedTile = (side: SideLayout, counts: Uint32Array, first: number, count: number): void => {
    for (let text = first; text < first + TILE; text += 1) {
      kernels.sumTerms(
        side.terms + text * MOST_TERMS * 4,
        side.weights + text * MOST_TERMS * 4,
        counts[text] as number,
        layout.rows,
        rowCount,
        layout.signs,
        settings.unknownScale,
        side.sums + text * 1_024,
      );
    }
    const { sums, quads, octets, slabs, inverseLengths } = side;
    kernels.arrange(sums, count, first, quads, octets, slabs, inverseLengths);
  };

  const embedPairs = (step: number, tile: number): void => {
    const first = tile * TILE;
    const firstInOrder = (step % stepsPerPass) * batch;
    for (let place = first; place < first + TILE; place += 1) {
      const paper = order[firstInOrder + place] as number;
      random.beginWith(settings.seed, step, place);
      writePair(place, paper, pairs.kindOf(paper, random));
    }
    embedTile(queries, querySide.counts, first, batch);
    embedTile(passages, passageSide.counts, first, batch);
  };

  const partOf = (parts: number, tile: number) =>
    parts + tile * batch * LEVEL_ENDS.length * Float32Array.BYTES_PER_ELEMENT;

  const compare = (tile: number): void =>
    kernels.compareTile(
      queries.quads,
      passages.octets,
      batch,
      tile * TILE,
      queries.inverseLengths,
      passages.inverseLengths,
      inverseTemperature,
      own.products,
      layout.logits,
      queries.powerSums,
      partOf(layout.powerParts, tile),
    );

  const addParts = (from: number, to: number): void => {
    const count = batch * LEVEL_ENDS.length;
    kernels.addParts(from, tiles, count, 0, count, to);
  };

  const pullQueries = (tile: number): void => {
    kernels.weighTile(
      layout.logits,
      layout.transposed,
      batch,
      tile * TILE,
      queries.inverseLengths,
      passages.inverseLengths,
      inverseTemperature,
      layout.levelShares,
      queries.powerSums,
      passages.powerSums,
      queries.pulls,
      partOf(layout.pullParts, tile),
    );
    pull(queries, layout.logits, passages.slabs, tile);
  };

  const pull = (side: SideLayout, weights: number, slabs: number, tile: number): void => {
    const { sums, inverseLengths, pulls, gradients } = side;
    kernels.pullTile(weights, slabs, batch, tile * TILE, sums, inverseLengths, pulls, gradients);
  };

  const update = (part: number): void =>
    kernels.updateRows(
      queries.terms,
      queries.weights,
      queries.termCounts,
      queries.gradients,
      passages.terms,
      passages.weights,
      passages.termCounts,
      passages.gradients,
      batch,
      MOST_TERMS,
      rowCount,
      part,
      parts,
      own.entries,
      layout.rows,
      layout.firstMoments,
      layout.secondMoments,
      own.step,
    );

  const writeStep = (step: number): void => {
    const { firstMomentKept, secondMomentKept, leastDivisor } = settings;
    floats(own.step, 7).set([
      firstMomentKept,
      1 - firstMomentKept,
      secondMomentKept,
      1 - secondMomentKept,
      rateAt(step, steps, settings) / (1 - firstMomentKept ** (step + 1)),
      1 / (1 - secondMomentKept ** (step + 1)),
      leastDivisor,
    ]);
  };

  /** Of the longest vectors: how far from certain it is which texts belong together. */
  const meanLoss = (): number => {
    let sum = 0;
    for (let pair = 0; pair < batch; pair += 1) {
      const inSquare = (pair % 4) * 5;
      const ownLogit = topLogits[(pair - (pair % 4)) * batch + (pair >> 2) * 16 + inSquare];
      const rowSum = queryPowers[TOP * batch + pair] as number;
      const columnSum = passagePowers[TOP * batch + pair] as number;
      const own = (ownLogit as number) - inverseTemperature;
      sum += (Math.log(rowSum) + Math.log(columnSum)) / 2 - own;
    }
    return sum / batch;
  };

  const trainStep = (step: number): void => {
    share(tiles, (tile) => embedPairs(step, tile));
    meet();
    share(tiles, compare);
    meet(() => {
      addParts(layout.powerParts, passages.powerSums);
      const loss = meanLoss();
      shared.loss[0] = loss;
      shared.loss[1] = (shared.loss[1] as number) + loss;
    });
    share(tiles, pullQueries);
    meet(() => addParts(layout.pullParts, passages.pulls));
    share(tiles, (tile) => pull(passages, layout.transposed, queries.slabs, tile));
    writeStep(step);
    meet();
    share(parts, update);
    // Asked once for all: else some threads would stop, and the others wait for them.
    meet(() => {
      Atomics.store(signals, STEPS_DONE, step + 1);
      Atomics.store(signals, IS_STOPPING, Atomics.load(signals, STOP_ASKED));
    });
  };

  const rankTiles = (kind: PairKind, level: number): void => {
    const padded = paddedToTiles(heldOut.length);
    const embed = (tile: number): void => {
      const first = tile * TILE;
      for (let place = first; place < first + TILE; place += 1) {
        // Behind the last paper are texts without terms.
        querySide.counts[place] = 0;
        passageSide.counts[place] = 0;
        const paper = heldOut[place];
        if (paper === undefined) continue;
        random.beginWith(settings.seed, HELD_OUT_STREAMS[kind], place);
        writePair(place, paper, kind);
      }
      embedTile(queries, querySide.counts, first, padded);
      embedTile(passages, passageSide.counts, first, padded);
    };
    const rank = (tile: number): void =>
      kernels.rankTile(
        queries.quads,
        passages.octets,
        heldOut.length,
        padded,
        tile * TILE,
        passages.inverseLengths,
        own.products,
        level,
        layout.ranks,
      );
    share(padded / TILE, embed);
    meet();
    share(padded / TILE, rank);
    meet();
  };

  return {
    train(from, until) {
      for (let step = from; step < until; step += 1) {
        trainStep(step);
        if (Atomics.load(signals, IS_STOPPING) !== 0) return;
      }
    },
    rank: rankTiles,
  };
}
