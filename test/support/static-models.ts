/** Small models with vectors that mean nothing, the same ones every time. */

import { DIMENSIONS } from '../../src/embedding/embedder.js';
import type { ModelCard } from '../../src/embedding/model-card.js';
import { quantisedModel, type TermModel } from '../../src/embedding/static-model.js';

/** @param seed - other vectors for another one */
export function modelOf(
  words: readonly string[],
  { name = 'made-up', seed = 1, unknownScale = 0.5 } = {},
): TermModel {
  let state = seed;
  const rows = Float32Array.from({ length: words.length * DIMENSIONS }, () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 31 - 1;
  });
  return quantisedModel({ name, words, rows, unknownScale });
}

export function cardOf(model: TermModel, { name = 'made-up' } = {}): ModelCard {
  return {
    name,
    version: '1.0.0',
    madeAt: '2026-11-21T12:00:00Z',
    licence: 'Apache-2.0',
    dimensions: DIMENSIONS,
    rows: model.scales.length,
    data: [{ name: 'sample', papers: 3, terms: 40 }],
    settings: { passes: 2, rate: 0.01, widths: [32, 64] },
    seed: 1,
    trainedSeconds: 2.5,
    scores: [{ set: 'small', mode: 'dense', ndcgAt10: 0.4, interval: [0.3, 0.5] }],
    notes: ['It knows nothing.'],
  };
}
