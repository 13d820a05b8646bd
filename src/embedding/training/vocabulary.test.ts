import { describe, expect, it } from 'vitest';
import { hashedSigns } from '../hashed-signs.js';
import { quantisedModel } from '../static-model.js';
import { DEFAULT_SETTINGS } from './training-settings.js';
import { chooseWords, writeInitialRows, writeSigns } from './vocabulary.js';

const COUNTED = {
  terms: ['rare', 'rye', 'bread', 'oven', 'mill'],
  paperCounts: Uint32Array.of(1, 5, 9, 5, 2),
};

const BASE = quantisedModel({
  name: 'base',
  words: ['oven', 'pie'],
  rows: Float32Array.from({ length: 512 }, (_, at) => Math.sin(at)),
  unknownScale: 0.5,
});

describe('the words that get vectors', () => {
  it('are those of most papers, the earlier met first among equals', () => {
    const { words, unknownWords, numbers } = chooseWords(COUNTED, {
      words: 3,
      fewestPapers: 1,
    });
    expect(words).toEqual(['bread', 'rye', 'oven']);
    expect(unknownWords).toEqual(['rare', 'mill']);
    expect([...numbers]).toEqual([3, 1, 0, 2, 4]);
  });

  it('are in as many papers as asked for', () => {
    const { words } = chooseWords(COUNTED, { words: 100, fewestPapers: 3 });
    expect(words).toEqual(['bread', 'rye', 'oven']);
  });

  it('begin with those of the model that it goes on from', () => {
    const { words } = chooseWords(COUNTED, { words: 4, fewestPapers: 1 }, BASE);
    expect(words).toEqual(['oven', 'pie', 'bread', 'rye']);
  });
});

describe('the vectors that words begin with', () => {
  const lengthOf = (row: Float32Array) => Math.hypot(...row);

  it('are small and random', () => {
    const rows = new Float32Array(2 * 256);
    writeInitialRows(rows, ['rye', 'oven'], { ...DEFAULT_SETTINGS, initialNoise: 0.01 });
    expect(Math.max(...rows)).toBeLessThanOrEqual(0.01);
    expect(Math.min(...rows)).toBeLessThan(-0.009);
    expect(rows.subarray(0, 256)).not.toEqual(rows.subarray(256));
  });

  it('are those of the base where it has some', () => {
    const { words } = chooseWords(COUNTED, { words: 4, fewestPapers: 1 }, BASE);
    const rows = new Float32Array(4 * 256);
    writeInitialRows(rows, words, { ...DEFAULT_SETTINGS, unknownScale: 0.5 }, BASE);
    expect(rows[1]).toBeCloseTo(Math.sin(1), 2);
    // What the base does not know, it would have given the same vector.
    const bread = rows.subarray(2 * 256, 3 * 256);
    expect(lengthOf(bread)).toBeCloseTo(0.5);
    expect(Array.from(bread, Math.sign)).toEqual([...hashedSigns('bread')]);
  });
});

it('writes a sign of an unknown word as a bit', () => {
  const bytes = new Uint8Array(64);
  writeSigns(bytes, ['rye', 'oven']);
  const signs = Array.from({ length: 256 }, (_, at) =>
    (((bytes[32 + (at >>> 3)] as number) >>> (at & 7)) & 1) === 1 ? 1 : -1,
  );
  expect(signs).toEqual([...hashedSigns('oven')]);
});
