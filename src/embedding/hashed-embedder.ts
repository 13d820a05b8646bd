/**
 * A stand-in for a trained model: it knows no language. Every word has a vector of its own that
 * follows from its letters alone, and a text is the sum of its words', so that texts are near each
 * other as far as they share words. It needs no file and is fast, so that everything around a
 * model can be built and measured.
 *
 * A word's vector is a handful of signs at places that its hash chooses ("Very sparse random
 * projections": Li, Hastie and Church, 2006). The sums are spread over all dimensions at the end
 * ("The fast Johnson–Lindenstrauss transform": Ailon and Chazelle, 2009): that changes no angle,
 * but search compares signs, and most places of a short text would have none.
 *
 * It adds and subtracts whole numbers, then takes one square root and divides by it, which is the
 * same on every machine.
 */

import type { Embedder } from './embedder.js';
import { scrambled } from './scrambled.js';
import { spread } from './walsh-hadamard.js';

const DIMENSIONS = 256;

export const HASHED_MODEL_ID = 'hashed-1';

/** Words share their beginnings more than their endings: `translate`, `translation`, `translator`. */
const MOST_LETTERS = 6;

/** Shorter words are mostly `of`, `in` and the like. */
const FEWEST_LETTERS = 3;

/** Frequent in abstracts of any field. They stand for all words that begin so. */
const COMMON_WORDS: readonly string[] = (
  'all also and approaches are based been between both but can data demonstrate different ' +
  'during existing experiments for from has have however into its may method model more most ' +
  'new not novel one other our out over paper performance problem propose provide results ' +
  'several show shows study such task than that the their them then there these they this ' +
  'those through time two under use using various was well were what when where which while ' +
  'who will with within work'
).split(' ');

/** Unicode's dashes, quotation marks and wide blanks. */
const FIRST_PUNCTUATION = 0x2000;
const LAST_PUNCTUATION = 0x206f;

const FIRST_HASH = 0x811c9dc5;
const HASH_FACTOR = 0x01000193;

/** 9 bits of a random number choose a dimension and a sign: three times, in 32. */
const BITS_PER_SIGN = 9;
const SIGNS_PER_NUMBER = 3;
const NUMBERS_PER_WORD = 4;

/** What a character adds to the hash of its word; 0 ends the word. */
const LETTERS: Uint8Array = Uint8Array.from({ length: 128 }, (_, code) => {
  const character = String.fromCharCode(code).toLowerCase();
  return /[a-z0-9]/.test(character) ? character.charCodeAt(0) : 0;
});

const COMMON_HASHES: ReadonlySet<number> = new Set(COMMON_WORDS.map(hashOf));

export function createHashedEmbedder(): Embedder {
  const sums = new Float64Array(DIMENSIONS);
  return {
    modelId: HASHED_MODEL_ID,
    dimensions: DIMENSIONS,
    embed(text): Float32Array {
      sums.fill(0);
      addWords(text, sums);
      spread(sums);
      return normalised(sums);
    },
  };
}

function addWords(text: string, sums: Float64Array): void {
  let hash = FIRST_HASH;
  let letters = 0;
  for (let at = 0; at <= text.length; at += 1) {
    const letter = at < text.length ? letterOf(text.charCodeAt(at)) : 0;
    if (letter === 0) {
      if (letters >= FEWEST_LETTERS && !COMMON_HASHES.has(hash)) addWord(hash, sums);
      hash = FIRST_HASH;
      letters = 0;
    } else {
      if (letters < MOST_LETTERS) hash = Math.imul(hash ^ letter, HASH_FACTOR);
      letters += 1;
    }
  }
}

function addWord(hash: number, sums: Float64Array): void {
  let state = hash;
  for (let number = 0; number < NUMBERS_PER_WORD; number += 1) {
    state = (state + 0x9e3779b9) | 0;
    let bits = scrambled(state);
    for (let sign = 0; sign < SIGNS_PER_NUMBER; sign += 1) {
      const dimension = bits & (DIMENSIONS - 1);
      const step = ((bits >>> (BITS_PER_SIGN - 2)) & 2) - 1;
      sums[dimension] = (sums[dimension] as number) + step;
      bits >>>= BITS_PER_SIGN;
    }
  }
}

/** Letters beyond ASCII are told apart but not folded: that is left to a real model. */
function letterOf(code: number): number {
  if (code < 128) return LETTERS[code] as number;
  return code >= FIRST_PUNCTUATION && code <= LAST_PUNCTUATION ? 0 : code;
}

function hashOf(word: string): number {
  let hash = FIRST_HASH;
  for (let at = 0; at < Math.min(word.length, MOST_LETTERS); at += 1) {
    hash = Math.imul(hash ^ letterOf(word.charCodeAt(at)), HASH_FACTOR);
  }
  return hash;
}

function normalised(sums: Float64Array): Float32Array {
  let squares = 0;
  for (const sum of sums) squares += sum * sum;
  const vector = new Float32Array(DIMENSIONS);
  if (squares === 0) return vector;
  const length = Math.sqrt(squares);
  for (let dimension = 0; dimension < DIMENSIONS; dimension += 1) {
    vector[dimension] = (sums[dimension] as number) / length;
  }
  return vector;
}
