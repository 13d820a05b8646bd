/** A model that is a table of vectors: one to a word, or to a piece of a word. */

import { createHash } from 'node:crypto';
import { DIMENSIONS } from './embedder.js';
import type { PieceTokeniser } from './folder/piece-tokeniser.js';
import { allocateRows, type ModelRows } from './model-memory.js';
import { type StringTable, tableOf } from './string-table.js';

/** Plain data that threads share: its arrays lie in shared memory. */
export type StaticModel = ModelRows & {
  /** Tells models apart; see `Embedder`. */
  readonly id: string;
  readonly tokeniser: Tokeniser;
};

/** How a text becomes numbers of rows. */
export type Tokeniser = TermTokeniser | PieceTokeniser;

/** Our own: the terms of `src/text/analysis.ts` without stop words. */
export type TermTokeniser = {
  readonly kind: 'terms';
  /** The term of each row. */
  readonly words: StringTable;
  /** The length of the vector that a term without a row gets from its letters. */
  readonly unknownScale: number;
};

/** A model whose rows are terms: the kind that is trained here and kept in files. */
export type TermModel = StaticModel & { readonly tokeniser: TermTokeniser };

/** As many steps as a signed byte has on both sides of zero. */
const MOST_STEPS = 127;

/** Hexadecimal digits of the hash that an id ends with. */
const ID_DIGITS = 12;

/** Vectors longer than this, added up, could leave the range of 32-bit floats. */
export const LONGEST_SCALE = 1e9;

/** A model in 32-bit floats, as it comes from training. */
export type FloatModel = {
  /** What its id begins with, such as `broadsheet-1`. */
  readonly name: string;
  /** The term of each row; no term twice. */
  readonly words: readonly string[];
  /** 256 numbers a row. */
  readonly rows: Float32Array;
  readonly unknownScale: number;
};

/**
 * The model with 8 bits a number: each row in steps of a 127th of its greatest value.
 *
 * @throws RangeError if there is not a row to every word, a word is there twice, or a number is
 *   not finite
 */
export function quantisedModel({ name, words, rows, unknownScale }: FloatModel): TermModel {
  if (rows.length !== words.length * DIMENSIONS) {
    throw new RangeError(`${words.length} words do not have ${rows.length} numbers`);
  }
  if (new Set(words).size !== words.length) throw new RangeError('a model has no word twice');
  if (!isScale(unknownScale)) throw new RangeError(`not the length of a vector: ${unknownScale}`);
  const allocated = allocateRows(words.length);
  for (let row = 0; row < words.length; row += 1) quantiseRow(rows, row, allocated);
  const tokeniser: TermTokeniser = { kind: 'terms', words: tableOf(words), unknownScale };
  return { id: idOf(name, tokeniser, allocated), tokeniser, ...allocated };
}

/** Whether vectors may be so long, or have such steps. */
export function isScale(scale: number): boolean {
  return scale >= 0 && scale <= LONGEST_SCALE;
}

/** The vector of a row in 32-bit floats. */
export function rowOf({ rows, scales }: ModelRows, row: number): Float32Array {
  const scale = scales[row] as number;
  const from = row * DIMENSIONS;
  return Float32Array.from(rows.subarray(from, from + DIMENSIONS), (value) => scale * value);
}

/** Follows from everything that a vector depends on, and from the name. */
function idOf(
  name: string,
  { kind, words, unknownScale }: TermTokeniser,
  { rows, scales }: ModelRows,
): string {
  const hash = createHash('sha256').update(JSON.stringify([kind, unknownScale]));
  for (const { buffer, byteOffset, byteLength } of [words.bytes, words.starts, scales, rows]) {
    hash.update(new Uint8Array(buffer, byteOffset, byteLength));
  }
  return `${name}-${hash.digest('hex').slice(0, ID_DIGITS)}`;
}

function quantiseRow(from: Float32Array, row: number, { rows, scales }: ModelRows): void {
  const start = row * DIMENSIONS;
  let greatest = 0;
  for (let at = start; at < start + DIMENSIONS; at += 1) {
    const size = Math.abs(from[at] as number);
    if (!(size <= LONGEST_SCALE)) throw new RangeError(`not a number of a vector: ${from[at]}`);
    if (size > greatest) greatest = size;
  }
  // Rounded as it is stored, so that the values are in steps of the scale that is kept.
  const scale = Math.fround(greatest / MOST_STEPS);
  scales[row] = scale;
  for (let at = start; at < start + DIMENSIONS; at += 1) {
    const steps = scale === 0 ? 0 : Math.round((from[at] as number) / scale);
    rows[at] = Math.max(-MOST_STEPS, Math.min(steps, MOST_STEPS));
  }
}
