import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { modelOf } from '../../test/support/static-models.js';
import { DIMENSIONS } from './embedder.js';
import { quantisedModel } from './static-model.js';
import { stringAt } from './string-table.js';

const rowsOf = (...values: readonly number[]) =>
  Float32Array.from({ length: values.length * DIMENSIONS }, (_, at) => {
    return at % DIMENSIONS === 0 ? (values[Math.floor(at / DIMENSIONS)] as number) : 0;
  });

describe('a model with 8 bits a number', () => {
  it('is off by half a step at most', () => {
    const value = fc.float({ min: -1e6, max: 1e6, noNaN: true });
    fc.assert(
      fc.property(fc.array(value, { minLength: DIMENSIONS, maxLength: DIMENSIONS }), (values) => {
        const row = Float32Array.from(values);
        const { rows, scales } = quantisedModel({
          name: 'model',
          words: ['word'],
          rows: row,
          unknownScale: 1,
        });
        const [scale = 0] = scales;
        const halfStep = (scale / 2) * 1.001 + 1e-40;
        for (const [dimension, number] of row.entries()) {
          const kept = scale * (rows[dimension] as number);
          expect(Math.abs(kept - number)).toBeLessThanOrEqual(halfStep);
        }
      }),
      { numRuns: 30 },
    );
  });

  it('has its words in their order, and zeros for a row of zeros', () => {
    const words = ['second', 'first', '学习'];
    const { tokeniser, rows, scales } = quantisedModel({
      name: 'model',
      words,
      rows: rowsOf(2, 0, -4),
      unknownScale: 1,
    });
    expect(words.map((_, row) => stringAt(tokeniser.words, row))).toEqual(words);
    expect([...scales]).toEqual([Math.fround(2 / 127), 0, Math.fround(4 / 127)]);
    expect([rows[0], rows[DIMENSIONS], rows[2 * DIMENSIONS]]).toEqual([127, 0, -127]);
  });

  it('lies in memory that threads share', () => {
    const { memory, rows, scales, tokeniser } = modelOf(['a', 'b']);
    expect(memory.buffer).toBeInstanceOf(SharedArrayBuffer);
    expect([rows.buffer, scales.buffer]).toEqual([memory.buffer, memory.buffer]);
    expect(tokeniser.words.bytes.buffer).toBeInstanceOf(SharedArrayBuffer);
  });
});

describe('the id of a model', () => {
  it('follows from its name and everything that vectors depend on', () => {
    const words = ['speech', 'translation'];
    const { id } = modelOf(words);
    expect(id).toMatch(/^made-up-[0-9a-f]{12}$/);
    expect(modelOf(words).id).toBe(id);
    const others = [
      modelOf(['speech', 'translations']),
      modelOf(['speec', 'htranslation']),
      modelOf(words, { seed: 2 }),
      modelOf(words, { unknownScale: 0.25 }),
      modelOf(words, { name: 'another' }),
    ];
    expect(new Set([id, ...others.map((other) => other.id)]).size).toBe(6);
  });
});

describe('what is no model', () => {
  const made = (words: readonly string[], rows: Float32Array, unknownScale = 1) =>
    quantisedModel({ name: 'model', words, rows, unknownScale });

  it('has not a row to every word', () => {
    expect(() => made(['a', 'b'], rowsOf(1))).toThrow('2 words do not have 256 numbers');
  });
  it('has a word twice', () => expect(() => made(['a', 'a'], rowsOf(1, 2))).toThrow('twice'));
  it.each([Number.NaN, Number.POSITIVE_INFINITY, -1e10])('has %s for a value', (value) => {
    expect(() => made(['a'], rowsOf(value))).toThrow(RangeError);
  });
  it.each([Number.NaN, -1, 1e10])('has unknown words of length %s', (length) => {
    expect(() => made(['a'], rowsOf(1), length)).toThrow(RangeError);
  });
});
