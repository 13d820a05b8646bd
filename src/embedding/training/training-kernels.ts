/**
 * The inner loops of training as the addresses of one memory see them: WebAssembly, from
 * AssemblyScript (`kernels/kernels.ts`). There is no twin in plain TypeScript to train with: it
 * would take days.
 */

import { BroadsheetError } from '../../errors.js';
import { type CompiledModule, type SharedMemory, webAssembly } from '../../web-assembly.js';

export type TrainingKernels = {
  /**
   * Writes the sum of a text's vectors.
   *
   * @param terms - numbers of rows; from `rowCount` up, of unknown words
   */
  readonly sumTerms: (
    terms: number,
    weights: number,
    count: number,
    rows: number,
    rowCount: number,
    signs: number,
    unknownScale: number,
    sum: number,
  ) => void;
  /** Copies a tile of sums into the orders of `training-layout.ts`, and measures their lengths. */
  readonly arrange: (
    sums: number,
    texts: number,
    first: number,
    quads: number,
    octets: number,
    slabs: number,
    inverseLengths: number,
  ) => void;
  /**
   * Writes for a tile of queries their logits with all passages, the sums of the powers of e of
   * each query's, and what the tile adds to the sums of each passage's: at each level.
   */
  readonly compareTile: (
    quads: number,
    octets: number,
    batch: number,
    first: number,
    queryInverses: number,
    passageInverses: number,
    inverseTemperature: number,
    products: number,
    logits: number,
    rowSums: number,
    columnParts: number,
  ) => void;
  /** Writes the sums over all parts of the numbers from `first` to before `until`. */
  readonly addParts: (
    parts: number,
    partCount: number,
    count: number,
    first: number,
    until: number,
    sums: number,
  ) => void;
  /**
   * Turns the logits of a tile of queries into how much the gradient of each query has of each
   * passage's vector, and the gradient of each passage of each query's (`transposed`).
   */
  readonly weighTile: (
    logits: number,
    transposed: number,
    batch: number,
    first: number,
    queryInverses: number,
    passageInverses: number,
    inverseTemperature: number,
    levelShares: number,
    rowSums: number,
    columnSums: number,
    rowPulls: number,
    columnPullParts: number,
  ) => void;
  /** Writes the gradients of a tile of texts: of the others', less what is along their own. */
  readonly pullTile: (
    weights: number,
    slabs: number,
    batch: number,
    first: number,
    sums: number,
    inverseLengths: number,
    pulls: number,
    gradients: number,
  ) => void;
  /**
   * Gathers the gradients of the rows whose number leaves the remainder `part`, and moves each
   * that a text has by one step of Adam.
   *
   * @param step - where seven numbers stand: kept and new share of the first moment and of the
   *   second, the rate, what the second moment is multiplied by, the least divisor
   */
  readonly updateRows: (
    queryTerms: number,
    queryWeights: number,
    queryCounts: number,
    queryGradients: number,
    passageTerms: number,
    passageWeights: number,
    passageCounts: number,
    passageGradients: number,
    batch: number,
    mostTerms: number,
    rowCount: number,
    part: number,
    partCount: number,
    scratch: number,
    rows: number,
    firstMoments: number,
    secondMoments: number,
    step: number,
  ) => void;
  /** Writes for a tile of queries where among all passages their own stands, from 1. */
  readonly rankTile: (
    quads: number,
    octets: number,
    count: number,
    padded: number,
    first: number,
    passageInverses: number,
    products: number,
    level: number,
    ranks: number,
  ) => void;
};

/** @throws BroadsheetError `not_available` where WebAssembly is refused */
export function createTrainingKernels(
  module: CompiledModule,
  memory: SharedMemory,
): TrainingKernels {
  const engine = webAssembly();
  if (!engine) throw new BroadsheetError('not_available', 'Training needs WebAssembly.');
  return new engine.Instance(module, { env: { memory } }).exports as TrainingKernels;
}
