/**
 * How to look for vectors of one model with a vector of another: turn it, as a whole, into the
 * other's space. Models that were trained on like texts place them alike but for such a turn, and
 * a turn keeps lengths and angles, so that nothing among the turned vectors changes. It is learned
 * from texts that both have embedded: the orthogonal matrix that brings their vectors nearest to
 * each other (the orthogonal Procrustes problem: Schönemann, 1966), as others do to replace a model
 * without embedding everything at once (Hu et al., "Learning Backward Compatible Embeddings",
 * 2022).
 */

import { Matrix, SingularValueDecomposition } from 'ml-matrix';

const DIMENSIONS = 256;

/** Fewer texts leave some directions to chance. */
export const FEWEST_PAIRS = 300;

/** The same text by two models. */
export type VectorPair = { readonly from: Float32Array; readonly to: Float32Array };

/** An orthogonal matrix, row after row, in memory that threads share. */
export type Alignment = Float32Array;

/** For each model whose vectors can be looked for, how to turn the vector of a query into it. */
export type Alignments = ReadonlyMap<string, Alignment>;

export const NO_ALIGNMENTS: Alignments = new Map();

/**
 * The turn that brings the first vectors of all pairs nearest to the second; pairs with a vector
 * of zeros say nothing. It takes about a second.
 *
 * @returns `undefined` if there are fewer than {@link FEWEST_PAIRS}
 */
export function alignmentOf(pairs: Iterable<VectorPair>): Alignment | undefined {
  const products = new Float64Array(DIMENSIONS * DIMENSIONS);
  let count = 0;
  for (const { from, to } of pairs) {
    if (isZero(from) || isZero(to)) continue;
    addProducts(products, to, from);
    count += 1;
  }
  return count < FEWEST_PAIRS ? undefined : nearestTurn(products);
}

/** The vector turned into the other model's space. */
export function aligned(vector: Float32Array, alignment: Alignment): Float32Array {
  const turned = new Float32Array(DIMENSIONS);
  for (let row = 0; row < DIMENSIONS; row += 1) {
    let sum = 0;
    for (let column = 0; column < DIMENSIONS; column += 1) {
      sum += (alignment[row * DIMENSIONS + column] as number) * (vector[column] as number);
    }
    turned[row] = sum;
  }
  return turned;
}

/** The way back. */
export function reversed(alignment: Alignment): Alignment {
  const back = roomForAlignment();
  for (let row = 0; row < DIMENSIONS; row += 1) {
    for (let column = 0; column < DIMENSIONS; column += 1) {
      back[column * DIMENSIONS + row] = alignment[row * DIMENSIONS + column] as number;
    }
  }
  return back;
}

function addProducts(products: Float64Array, rows: Float32Array, columns: Float32Array): void {
  for (let row = 0; row < DIMENSIONS; row += 1) {
    const factor = rows[row] as number;
    const from = row * DIMENSIONS;
    for (let column = 0; column < DIMENSIONS; column += 1) {
      products[from + column] =
        (products[from + column] as number) + factor * (columns[column] as number);
    }
  }
}

/** The products are U·S·Vᵀ, with which U·Vᵀ has the greatest sum of products of any turn. */
function nearestTurn(products: Float64Array): Alignment {
  const matrix = Matrix.from1DArray(DIMENSIONS, DIMENSIONS, products);
  const { leftSingularVectors, rightSingularVectors } = new SingularValueDecomposition(matrix);
  const turn = leftSingularVectors.mmul(rightSingularVectors.transpose());
  const alignment = roomForAlignment();
  alignment.set(turn.to1DArray());
  return alignment;
}

function roomForAlignment(): Alignment {
  return new Float32Array(
    new SharedArrayBuffer(DIMENSIONS * DIMENSIONS * Float32Array.BYTES_PER_ELEMENT),
  );
}

function isZero(vector: Float32Array): boolean {
  return vector.every((value) => value === 0);
}
