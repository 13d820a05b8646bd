/**
 * The vector of a word that no model knows: signs that follow from its letters alone. Those of
 * two words agree in about half of the dimensions, as if they had been drawn ("Multi hash
 * embeddings in spaCy" (2022) says what this is good for): a word that nobody has seen before
 * still brings the texts together that share it.
 *
 * The word's bytes in UTF-8 give the state of a generator (FNV-1a of 64 bits: Fowler, Noll and
 * Vo), and that gives four numbers of 64 bits (splitmix64: Steele, Lea and Flood, "Fast
 * splittable pseudorandom number generators", 2014). Bit i of number k is the sign of dimension
 * 64 k + i. Numbers of 64 bits are two halves here: with `BigInt` it takes fifty times as long.
 */

import { DIMENSIONS } from './embedder.js';

/** With so many signs for values, a vector has the length of this: what makes its length 1. */
export const LENGTH_OF_SIGNS: number = Math.sqrt(DIMENSIONS);

const BITS_PER_HALF = 32;
const HALVES = DIMENSIONS / BITS_PER_HALF;
const TWO_TO_32 = 2 ** 32;

/** Encoded, a UTF-16 unit takes so many bytes at most. */
const MOST_BYTES_PER_UNIT = 3;

/** The two halves of a number of 64 bits. */
type Wide = { high: number; low: number };

const FNV_START: Readonly<Wide> = { high: 0xcbf29ce4, low: 0x84222325 };

/** 2 to the power of 40, and this. */
const FNV_FACTOR_LOW = 0x1b3;
const FNV_FACTOR_SHIFT = 8;

const STEP: Readonly<Wide> = { high: 0x9e3779b9, low: 0x7f4a7c15 };
const FIRST_FACTOR: Readonly<Wide> = { high: 0xbf58476d, low: 0x1ce4e5b9 };
const SECOND_FACTOR: Readonly<Wide> = { high: 0x94d049bb, low: 0x133111eb };

const encoder = new TextEncoder();
let bytes: Uint8Array = new Uint8Array(1_024);

/** Of all words, one after the other: nothing of them is kept. */
const state: Wide = { high: 0, low: 0 };
const mixed: Wide = { high: 0, low: 0 };

/**
 * The signs of a word as 1 and −1, one for each dimension.
 *
 * @param into - where to write them; a new array if absent
 */
export function hashedSigns(term: string, into: Int8Array = new Int8Array(DIMENSIONS)): Int8Array {
  hash(term);
  for (let half = 0; half < HALVES; half += 2) {
    add(state, STEP);
    mixed.high = state.high;
    mixed.low = state.low;
    mixWith(mixed, 30);
    multiply(mixed, FIRST_FACTOR);
    mixWith(mixed, 27);
    multiply(mixed, SECOND_FACTOR);
    mixWith(mixed, 31);
    writeSigns(mixed.low, into, half * BITS_PER_HALF);
    writeSigns(mixed.high, into, (half + 1) * BITS_PER_HALF);
  }
  return into;
}

/** Makes the word's hash the state. */
function hash(term: string): void {
  const most = term.length * MOST_BYTES_PER_UNIT;
  if (most > bytes.length) bytes = new Uint8Array(most);
  const { written } = encoder.encodeInto(term, bytes);
  let { high, low } = FNV_START;
  for (let at = 0; at < written; at += 1) {
    low = (low ^ (bytes[at] as number)) >>> 0;
    const product = low * FNV_FACTOR_LOW;
    const carry = Math.floor(product / TWO_TO_32);
    high = (Math.imul(high, FNV_FACTOR_LOW) + carry + (low << FNV_FACTOR_SHIFT)) >>> 0;
    low = product >>> 0;
  }
  state.high = high;
  state.low = low;
}

function writeSigns(bits: number, into: Int8Array, from: number): void {
  for (let bit = 0; bit < BITS_PER_HALF; bit += 1) {
    into[from + bit] = ((bits >>> bit) & 1) * 2 - 1;
  }
}

function add(number: Wide, other: Readonly<Wide>): void {
  const low = number.low + other.low;
  number.high = (number.high + other.high + (low >= TWO_TO_32 ? 1 : 0)) >>> 0;
  number.low = low >>> 0;
}

/** `number ^= number >> places`, for up to 31 places. */
function mixWith(number: Wide, places: number): void {
  const { high, low } = number;
  number.low = (low ^ ((low >>> places) | (high << (BITS_PER_HALF - places)))) >>> 0;
  number.high = (high ^ (high >>> places)) >>> 0;
}

/** The last 64 bits of the product. */
function multiply(number: Wide, { high, low }: Readonly<Wide>): void {
  const crossed = Math.imul(number.high, low) + Math.imul(number.low, high);
  number.high = (highHalf(number.low, low) + crossed) >>> 0;
  number.low = Math.imul(number.low, low) >>> 0;
}

/** The first 32 bits of the product of two numbers of 32, from products of 16 bits. */
function highHalf(one: number, other: number): number {
  const oneLow = one & 0xffff;
  const oneHigh = one >>> 16;
  const otherLow = other & 0xffff;
  const otherHigh = other >>> 16;
  // None of these sums reaches 2 to the power of 32.
  const middle = oneHigh * otherLow + ((oneLow * otherLow) >>> 16);
  const carried = (middle & 0xffff) + oneLow * otherHigh;
  return oneHigh * otherHigh + (middle >>> 16) + (carried >>> 16);
}
