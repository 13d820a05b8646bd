/**
 * Where everything lies in the memory of a training, which all its threads share. It follows from
 * a few numbers alone, so that every thread finds it by itself:
 *
 *     rows · first moments · second moments · signs · queries · passages · logits · … · rooms
 *
 * A batch is *queries* and as many *passages*: two texts of each of its papers. The products of
 * vectors are made from copies of them in the orders in which they are read:
 *
 *     sums     text after text, 256 numbers each
 *     quads    four texts after four texts: for each dimension, its four numbers
 *     octets   eight texts after eight texts: for each dimension, its eight numbers
 *     slabs    eight dimensions after eight dimensions: for each text, its eight numbers
 *
 * What is between all queries and all passages lies in squares of 4 × 4, and four times: once for
 * each of the levels 32, 64, 128 and 256 dimensions.
 */

import { BroadsheetError } from '../../errors.js';
import { DIMENSIONS } from '../embedder.js';

/** Lengths of vectors that are trained to be vectors of their own. */
export const LEVEL_ENDS: readonly number[] = [32, 64, 128, 256];

/** Pairs of texts that one thread works on at a time; batches are multiples of it. */
export const TILE = 16;

/** Different terms of a text that count: what is behind them is no abstract any more. */
export const MOST_TERMS = 512;

/** As far as 32-bit addresses go. */
const MOST_BYTES = 2 ** 32;

const FLOAT_BYTES = 4;
const VECTOR_BYTES = DIMENSIONS * FLOAT_BYTES;
const SIGNS_BYTES = DIMENSIONS / 8;
const ENTRY_BYTES = 8;
const ALIGNMENT = 64;

export type TrainingSize = {
  /** Words with a vector. */
  readonly rows: number;
  /** Words with only the signs of their letters. */
  readonly unknownWords: number;
  /** Pairs in a batch, a multiple of {@link TILE}. */
  readonly batch: number;
  /** Papers that are kept aside, and measured all together. */
  readonly heldOut: number;
  readonly threads: number;
};

/** The addresses of the queries, or of the passages, of a batch. */
export type SideLayout = {
  /** Numbers of rows, {@link MOST_TERMS} for each text, and how much each counts. */
  readonly terms: number;
  readonly weights: number;
  /** How many terms each text has. */
  readonly termCounts: number;
  readonly sums: number;
  readonly quads: number;
  readonly octets: number;
  readonly slabs: number;
  /** One over the length of each text's vector, level after level. */
  readonly inverseLengths: number;
  /** Of the loss, by each number of the sums. */
  readonly gradients: number;
  /** Of each text's powers of e, level after level. */
  readonly powerSums: number;
  /** How far each text is drawn along its own direction, level after level. */
  readonly pulls: number;
};

/** The addresses of what one thread writes for itself. */
export type ThreadLayout = {
  /** The products of a tile of queries and all passages. */
  readonly products: number;
  /** What a step of Adam is made with; see `TrainingKernels.updateRows`. */
  readonly step: number;
  readonly entries: number;
};

export type TrainingLayout = {
  /** Of everything. */
  readonly bytes: number;
  readonly rows: number;
  readonly firstMoments: number;
  readonly secondMoments: number;
  /** A bit for each dimension of each unknown word. */
  readonly signs: number;
  readonly queries: SideLayout;
  readonly passages: SideLayout;
  /** How alike, divided by the temperature; later how much each query's gradient has of each. */
  readonly logits: number;
  /** How much each passage's gradient has of each query. */
  readonly transposed: number;
  /** What each tile of queries adds to the sums of the passages, level after level. */
  readonly powerParts: number;
  readonly pullParts: number;
  /** How much each level counts. */
  readonly levelShares: number;
  /** Where the passage of each held-out query stands, from 1. */
  readonly ranks: number;
  /** @param thread - from 0 */
  readonly threadOf: (thread: number) => ThreadLayout;
};

/**
 * @throws BroadsheetError `bad_usage` if it would take more than 4 GiB
 */
export function layoutOf(size: TrainingSize): TrainingLayout {
  let end = 0;
  const take = (bytes: number): number => {
    const start = end;
    end = Math.ceil((start + bytes) / ALIGNMENT) * ALIGNMENT;
    return start;
  };
  const { rows: rowCount, batch } = size;
  const texts = roomFor(size);
  const levels = LEVEL_ENDS.length;

  const side = (): SideLayout => ({
    terms: take(texts * MOST_TERMS * FLOAT_BYTES),
    weights: take(texts * MOST_TERMS * FLOAT_BYTES),
    termCounts: take(texts * FLOAT_BYTES),
    sums: take(texts * VECTOR_BYTES),
    quads: take(texts * VECTOR_BYTES),
    octets: take(texts * VECTOR_BYTES),
    slabs: take(texts * VECTOR_BYTES),
    inverseLengths: take(texts * levels * FLOAT_BYTES),
    gradients: take(batch * VECTOR_BYTES),
    powerSums: take(batch * levels * FLOAT_BYTES),
    pulls: take(batch * levels * FLOAT_BYTES),
  });

  const partBytes = (batch / TILE) * batch * levels * FLOAT_BYTES;
  const layout = {
    rows: take(rowCount * VECTOR_BYTES),
    firstMoments: take(rowCount * VECTOR_BYTES),
    secondMoments: take(rowCount * VECTOR_BYTES),
    signs: take(size.unknownWords * SIGNS_BYTES),
    queries: side(),
    passages: side(),
    logits: take(batch * batch * levels * FLOAT_BYTES),
    transposed: take(batch * batch * levels * FLOAT_BYTES),
    powerParts: take(partBytes),
    pullParts: take(partBytes),
    levelShares: take(levels * FLOAT_BYTES),
    ranks: take(texts * FLOAT_BYTES),
  };
  const threads = Array.from({ length: size.threads }, () => ({
    products: take(TILE * texts * FLOAT_BYTES),
    step: take(ALIGNMENT),
    entries: take(rowCount * FLOAT_BYTES + 2 * batch * MOST_TERMS * ENTRY_BYTES),
  }));
  if (end > MOST_BYTES) throw tooLarge(end);

  return {
    ...layout,
    bytes: end,
    threadOf(thread) {
      const own = threads[thread];
      if (!own) throw new RangeError(`not the number of a thread: ${thread}`);
      return own;
    },
  };
}

/** For how many texts on a side there must be room. */
export function roomFor({ batch, heldOut }: Pick<TrainingSize, 'batch' | 'heldOut'>): number {
  return Math.max(batch, paddedToTiles(heldOut));
}

export function paddedToTiles(count: number): number {
  return Math.ceil(count / TILE) * TILE;
}

function tooLarge(bytes: number): BroadsheetError {
  const gibibytes = (bytes / 2 ** 30).toFixed(1);
  return new BroadsheetError(
    'bad_usage',
    `The training would take ${gibibytes} GiB of memory; it can have 4 GiB.`,
    { fix: 'Choose fewer --words, or a smaller --batch.' },
  );
}
