/**
 * Two ways to learn weights from lists, both with a price on large weights so that chance is not
 * learned. Each is deterministic.
 *
 * *Ridge*: the weights whose sum is nearest to log(1 + upvotes), in squares (Hoerl and Kennard,
 * "Ridge Regression", 1970). *Pairwise*: the weights that put most pairs of a list in order, by
 * the logistic loss of their difference (Burges et al., "Learning to Rank using Gradient Descent",
 * 2005), found by accelerated gradients that begin again when they overshoot (O'Donoghue and
 * Candès, "Adaptive Restart for Accelerated Gradient Schemes", 2015).
 */

import { CholeskyDecomposition, Matrix } from 'ml-matrix';
import { type CentredList, dot } from './ranked-lists.js';

/** What is paid for the square of each weight, per row learned from. */
export type Prices = Float64Array;

/** Products of values that ridge needs, summed once for all prices that are tried. */
export type Moments = { readonly products: Matrix; readonly gains: Matrix; readonly rows: number };

export function momentsOf(lists: readonly CentredList[], width: number): Moments {
  const products = new Float64Array(width * width);
  const gains = new Float64Array(width);
  let rows = 0;
  for (const list of lists) {
    for (const [number, row] of list.values.entries()) {
      rows += 1;
      const gain = list.gains[number] as number;
      for (let a = 0; a < width; a += 1) {
        const value = row[a] as number;
        if (value === 0) continue;
        gains[a] = (gains[a] as number) + value * gain;
        const from = a * width;
        for (let b = 0; b <= a; b += 1) {
          products[from + b] = (products[from + b] as number) + value * (row[b] as number);
        }
      }
    }
  }
  const matrix = new Matrix(width, width);
  for (let a = 0; a < width; a += 1) {
    for (let b = 0; b <= a; b += 1) {
      const value = products[a * width + b] as number;
      matrix.set(a, b, value);
      matrix.set(b, a, value);
    }
  }
  return { products: matrix, gains: Matrix.columnVector(gains), rows };
}

export function ridge({ products, gains, rows }: Moments, prices: Prices): Float64Array {
  const priced = products.clone();
  for (const [at, price] of prices.entries()) priced.set(at, at, priced.get(at, at) + price * rows);
  const solved = new CholeskyDecomposition(priced).solve(gains);
  return Float64Array.from({ length: prices.length }, (_, at) => solved.get(at, 0));
}

/** By then, the order has long stopped changing. */
const STEPS = 100;

export function pairwise(lists: readonly CentredList[], prices: Prices): Float64Array {
  const rows = lists.reduce((sum, { values }) => sum + values.length, 0);
  let weights = new Float64Array(prices.length);
  let before = weights;
  let lossNow = pairwiseLoss(lists, weights, prices, rows).loss;
  let step = 4;
  let momentum = 0;
  for (let round = 0; round < STEPS; round += 1) {
    const pull = momentum / (momentum + 3);
    const ahead = weights.map((weight, at) => weight + pull * (weight - (before[at] as number)));
    const { gradient } = pairwiseLoss(lists, ahead, prices, rows);
    // Where a weight is dear, the slope turns sooner.
    const next = ahead.map(
      (weight, at) =>
        weight - (step * (gradient[at] as number)) / (1 + (prices[at] as number) * step),
    );
    const { loss } = pairwiseLoss(lists, next, prices, rows);
    if (loss <= lossNow) {
      before = weights;
      weights = next;
      lossNow = loss;
      momentum += 1;
    } else if (momentum > 0) {
      before = weights;
      momentum = 0;
    } else {
      step /= 2;
    }
  }
  return weights;
}

/** Per row; each pair counts 1 over the length of its list, as in a mean over what a paper meets. */
function pairwiseLoss(
  lists: readonly CentredList[],
  weights: Float64Array,
  prices: Prices,
  rows: number,
): { readonly loss: number; readonly gradient: Float64Array } {
  const gradient = weights.map((weight, at) => weight * (prices[at] as number));
  let loss = weights.reduce(
    (sum, weight, at) => sum + (weight ** 2 * (prices[at] as number)) / 2,
    0,
  );
  for (const { values, gains } of lists) {
    const scores = values.map((row) => dot(row, weights));
    const pulls = new Float64Array(values.length);
    const share = 1 / (values.length * rows);
    for (let a = 0; a < values.length; a += 1) {
      for (let b = 0; b < a; b += 1) {
        const order = Math.sign((gains[a] as number) - (gains[b] as number));
        if (order === 0) continue;
        const margin = order * ((scores[a] as number) - (scores[b] as number));
        loss += Math.log1p(Math.exp(-Math.abs(margin))) * share + Math.max(0, -margin) * share;
        const pull = (order * share) / (1 + Math.exp(margin));
        pulls[a] = (pulls[a] as number) - pull;
        pulls[b] = (pulls[b] as number) + pull;
      }
    }
    for (const [number, row] of values.entries()) {
      const pull = pulls[number] as number;
      for (let at = 0; at < row.length; at += 1) {
        gradient[at] = (gradient[at] as number) + pull * (row[at] as number);
      }
    }
  }
  return { loss, gradient };
}
