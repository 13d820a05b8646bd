/** Which words get vectors, and what vectors they begin with. */

import { DIMENSIONS } from '../embedder.js';
import { hashedSigns, LENGTH_OF_SIGNS } from '../hashed-signs.js';
import { rowOf, type TermModel } from '../static-model.js';
import { countOf, type StringTable, stringAt } from '../string-table.js';
import { createRandomNumbers } from './random-numbers.js';
import type { CountedTerms } from './training-corpus.js';
import type { TrainingSettings } from './training-settings.js';

/** Where no step draws. */
const NOISE_STREAM = -5;

export type Vocabulary = {
  /** The term of each row. */
  readonly words: readonly string[];
  /** Terms without a row; the number of the first is that behind the last row. */
  readonly unknownWords: readonly string[];
  /** The number of each counted term: its row, or its place among all unknown words behind. */
  readonly numbers: Uint32Array;
};

/**
 * The words of the base, if there is one, in its order; then those that most papers have, the
 * earlier met first where as many have them.
 */
export function chooseWords(
  { terms, paperCounts }: CountedTerms,
  settings: Pick<TrainingSettings, 'words' | 'fewestPapers'>,
  base?: TermModel,
): Vocabulary {
  const words = base ? stringsIn(base.tokeniser.words) : [];
  const rows = new Map(words.map((word, row) => [word, row]));
  const papersWith = (term: number) => paperCounts[term] as number;
  const byCount = Uint32Array.from(terms.keys()).sort(
    (one, other) => papersWith(other) - papersWith(one) || one - other,
  );
  for (const term of byCount) {
    if (words.length >= settings.words || papersWith(term) < settings.fewestPapers) break;
    const word = terms[term] as string;
    if (rows.has(word)) continue;
    rows.set(word, words.length);
    words.push(word);
  }
  const unknownWords: string[] = [];
  const numbers = Uint32Array.from(
    terms,
    (word) => rows.get(word) ?? words.length + unknownWords.push(word) - 1,
  );
  return { words, unknownWords, numbers };
}

/**
 * Writes the vectors that words begin with: small random ones, since a word's letters say little
 * of what it means. Going on from a model they are its vectors; a word that it has none of begins
 * with what it was before, which is what its letters give.
 */
export function writeInitialRows(
  rows: Float32Array,
  words: readonly string[],
  { initialNoise, unknownScale, seed }: TrainingSettings,
  base?: TermModel,
): void {
  if (!base) {
    writeNoise(rows, initialNoise, seed);
    return;
  }
  const signs = new Int8Array(DIMENSIONS);
  const baseRows = base.scales.length;
  for (const [row, word] of words.entries()) {
    const start = row * DIMENSIONS;
    if (row < baseRows) {
      rows.set(rowOf(base, row), start);
      continue;
    }
    hashedSigns(word, signs);
    for (let dimension = 0; dimension < DIMENSIONS; dimension += 1) {
      rows[start + dimension] = ((signs[dimension] as number) * unknownScale) / LENGTH_OF_SIGNS;
    }
  }
}

/** Each row by itself, so that it does not depend on how many there are. */
function writeNoise(rows: Float32Array, most: number, seed: number): void {
  const random = createRandomNumbers();
  for (let start = 0; start < rows.length; start += DIMENSIONS) {
    random.beginWith(seed, NOISE_STREAM, start / DIMENSIONS);
    for (let at = start; at < start + DIMENSIONS; at += 1) {
      rows[at] = (2 * random.share() - 1) * most;
    }
  }
}

/** Writes the signs of words without a row, a bit for each dimension: 1 is plus. */
export function writeSigns(bytes: Uint8Array, unknownWords: readonly string[]): void {
  const signs = new Int8Array(DIMENSIONS);
  for (const [number, word] of unknownWords.entries()) {
    hashedSigns(word, signs);
    const start = (number * DIMENSIONS) / 8;
    for (let dimension = 0; dimension < DIMENSIONS; dimension += 8) {
      let bits = 0;
      for (let bit = 0; bit < 8; bit += 1) {
        if ((signs[dimension + bit] as number) > 0) bits |= 1 << bit;
      }
      bytes[start + dimension / 8] = bits;
    }
  }
}

function stringsIn(table: StringTable): string[] {
  return Array.from({ length: countOf(table) }, (_, at) => stringAt(table, at));
}
