import { expect, it } from 'vitest';
import { DIMENSIONS } from './embedder.js';
import { informationBy } from './information.js';
import { HASHED, type OwnModelSource } from './model-source.js';
import { quantisedModel } from './static-model.js';

/** A model in which the vectors of these words have these lengths. */
function sourceOf(lengths: Readonly<Record<string, number>>): OwnModelSource {
  const words = Object.keys(lengths);
  const rows = new Float32Array(words.length * DIMENSIONS);
  for (const [row, length] of Object.values(lengths).entries()) rows[row * DIMENSIONS] = length;
  const model = quantisedModel({ name: 'lengths', words, rows, unknownScale: 3 });
  return { kind: 'static', model };
}

it('a term tells as much as its vector is longer than those of others', () => {
  const information = informationBy(sourceOf({ result: 0.5, parser: 2, matryoshka: 4 }));
  expect(information('result')).toBeCloseTo(0.25);
  expect(information('parser')).toBeCloseTo(1);
  expect(information('matryoshka')).toBeCloseTo(2);
});

it('a term that the model lacks tells as much as it is taken to', () => {
  expect(informationBy(sourceOf({ parser: 2 }))('bert')).toBeCloseTo(1.5);
});

it('without a trained model all terms tell the same', () => {
  for (const source of [undefined, HASHED, sourceOf({ zero: 0 })]) {
    expect(informationBy(source)('parser')).toBe(1);
  }
});

it('in place of a service the model that runs here is asked', () => {
  const own = sourceOf({ result: 1, parser: 2, graph: 2 });
  expect(informationBy({ kind: 'service', modelId: 'theirs', own })('result')).toBeCloseTo(0.5);
});
