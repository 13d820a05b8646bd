/**
 * The words of a segment that are a slip or two away from one that was typed.
 *
 * They are looked for among all words of about its length, the most common first. Of each word,
 * 32 bits say which letters it has. A slip changes two of them at most, so nearly all words are
 * ruled out by one number each, and few are compared letter by letter. Who looks may stop as soon
 * as the words that are left are too rare to matter.
 *
 * It takes eight bytes for each word of the segment, made on first use by every thread that
 * mends. Refused: lists of the words with some letters left out, which take a hundred bytes for
 * each word, and walking the sorted words as a tree, which at two slips meets as many branches as
 * there are words of the length.
 */

import { slipsBetween } from '../dictionary.js';
import type { SegmentWords } from './segment.js';
import { startOf, stringAt } from './string-table.js';

/** The words of a segment by length and, within a length, by how common they are. */
export type WordsByLength = {
  readonly words: SegmentWords;
  /** Where the words of each length begin; lengths are in UTF-16 units. */
  readonly firsts: Uint32Array;
  /** The place of each in the table of words. */
  readonly places: Uint32Array;
  /** The letters of each, as {@link lettersOf} gives them. */
  readonly letters: Int32Array;
};

/** A word that was typed. */
export type Typed = {
  readonly word: string;
  readonly codes: Uint16Array;
  readonly letters: number;
};

/** Longer ones are not kept: no word is (`analysis.ts`). */
const LONGEST = 64;

/** Numbers of papers below this are classes of their own. */
const LEAST_IN_STEPS = 16;
const LEAST_STEP_BITS = 4;
/** Beyond, each power of two is parted into four classes. */
const PARTS_BITS = 2;
const PARTS = 1 << PARTS_BITS;
/** How many classes of numbers of papers there are. */
export const CLASSES = 128;

/** The letters that stand twice in a word most often; for each, a bit says whether they do. */
const DOUBLED = 'eiaton';
const LETTER_BITS = 26;

const FIRST_BEHIND_ASCII = 0x80;

/** Which letter each bit of {@link DOUBLED} is about, as a bit. */
const DOUBLED_BITS: readonly number[] = Array.from(DOUBLED, (letter) =>
  bitOf(letter.charCodeAt(0)),
);

export function typedWord(word: string): Typed {
  const codes = Uint16Array.from({ length: word.length }, (_, at) => word.charCodeAt(at));
  return { word, codes, letters: lettersOf(codes, 0, codes.length) };
}

/** Sorts the words of a segment: a tenth of a second for a million. */
export function wordsByLength(words: SegmentWords): WordsByLength {
  const { bytes, ends } = words.names;
  const count = ends.length;
  const allLetters = new Int32Array(count);
  /** By place, the length and the class: commoner ones have a lower key. */
  const keys = new Uint16Array(count);
  const firstOfKey = new Uint32Array((LONGEST + 2) * CLASSES + 1);
  for (let place = 0; place < count; place += 1) {
    const from = startOf(ends, place);
    const until = ends[place] as number;
    let length = until - from;
    if (isAscii(bytes, from, until)) {
      allLetters[place] = lettersOf(bytes, from, until);
    } else {
      const { codes, letters } = typedWord(stringAt(words.names, place));
      length = codes.length;
      allLetters[place] = letters;
    }
    const rareness = CLASSES - 1 - classOf(words.papers[place] as number);
    const key = Math.min(length, LONGEST + 1) * CLASSES + rareness;
    keys[place] = key;
    firstOfKey[key + 1] = (firstOfKey[key + 1] as number) + 1;
  }
  for (let key = 1; key < firstOfKey.length; key += 1) {
    firstOfKey[key] = (firstOfKey[key] as number) + (firstOfKey[key - 1] as number);
  }
  const firsts = Uint32Array.from(
    { length: LONGEST + 2 },
    (_, length) => firstOfKey[length * CLASSES] as number,
  );
  const places = new Uint32Array(count);
  const letters = new Int32Array(count);
  for (let place = 0; place < count; place += 1) {
    const key = keys[place] as number;
    const at = firstOfKey[key] as number;
    firstOfKey[key] = at + 1;
    places[at] = place;
    letters[at] = allLetters[place] as number;
  }
  return { words, firsts, places, letters };
}

/** Where the words of a length stand in `places`. */
export function rangeOfLength({ firsts }: WordsByLength, length: number): [number, number] {
  return length > LONGEST ? [0, 0] : [firsts[length] as number, firsts[length + 1] as number];
}

/** A number of papers that neither the word at an index nor those behind it exceed. */
export function mostPapersFrom({ words, places }: WordsByLength, at: number): number {
  return mostOfClass(classOf(words.papers[places[at] as number] as number));
}

/**
 * Shows the words that are near, by their place in the table of words; the word itself is none.
 *
 * @param from - the span of `places` that is searched, of words of one length
 * @param mostSlips - one or two
 */
export function visitNear(
  { words, places, letters }: WordsByLength,
  [from, until]: readonly [number, number],
  typed: Typed,
  mostSlips: number,
  visit: (place: number, slips: number) => void,
): void {
  for (let at = from; at < until; at += 1) {
    let different = (letters[at] as number) ^ typed.letters;
    different &= different - 1;
    different &= different - 1;
    if (mostSlips > 1) {
      different &= different - 1;
      different &= different - 1;
    }
    if (different !== 0) continue;
    const place = places[at] as number;
    const slips = slipsTo(words, place, typed, mostSlips);
    if (slips > 0 && slips <= mostSlips) visit(place, slips);
  }
}

/** As `slipsBetween` counts them; any greater number if there are more than so many. */
function slipsTo(words: SegmentWords, place: number, typed: Typed, mostSlips: number): number {
  const { bytes, ends } = words.names;
  const from = startOf(ends, place);
  const until = ends[place] as number;
  if (!isAscii(bytes, from, until)) {
    const word = stringAt(words.names, place);
    return word === typed.word ? 0 : slipsBetween(typed.word, word);
  }
  const { codes } = typed;
  if (areNeighboursSwapped(codes, bytes, from, until)) return 1;
  if (!isWithin(codes, 0, bytes, from, until, mostSlips)) return mostSlips + 1;
  let slips = mostSlips;
  while (slips > 0 && isWithin(codes, 0, bytes, from, until, slips - 1)) slips -= 1;
  return slips;
}

/**
 * Whether letters differ by so many slips at most: letters that are the same are none of them,
 * and the first that is not was mistaken, added or left out.
 */
function isWithin(
  codes: Uint16Array,
  first: number,
  bytes: Uint8Array,
  from: number,
  until: number,
  slips: number,
): boolean {
  let code = first;
  let byte = from;
  while (code < codes.length && byte < until && codes[code] === bytes[byte]) {
    code += 1;
    byte += 1;
  }
  const codesLeft = codes.length - code;
  const bytesLeft = until - byte;
  if (codesLeft === 0 || bytesLeft === 0) return codesLeft + bytesLeft <= slips;
  if (slips === 0 || Math.abs(codesLeft - bytesLeft) > slips) return false;
  return (
    isWithin(codes, code + 1, bytes, byte + 1, until, slips - 1) ||
    isWithin(codes, code + 1, bytes, byte, until, slips - 1) ||
    isWithin(codes, code, bytes, byte + 1, until, slips - 1)
  );
}

function areNeighboursSwapped(
  codes: Uint16Array,
  bytes: Uint8Array,
  from: number,
  until: number,
): boolean {
  const length = codes.length;
  if (until - from !== length) return false;
  let at = 0;
  while (at < length && codes[at] === bytes[from + at]) at += 1;
  if (at + 1 >= length) return false;
  if (codes[at] !== bytes[from + at + 1] || codes[at + 1] !== bytes[from + at]) return false;
  at += 2;
  while (at < length && codes[at] === bytes[from + at]) at += 1;
  return at === length;
}

/**
 * The letters of a word as bits: which there are, and which of {@link DOUBLED} there are twice. A
 * letter more or less changes one bit at most.
 */
function lettersOf(codes: Uint8Array | Uint16Array, from: number, until: number): number {
  let once = 0;
  let twice = 0;
  for (let at = from; at < until; at += 1) {
    const bit = bitOf(codes[at] as number);
    twice |= once & bit;
    once |= bit;
  }
  for (let at = 0; at < DOUBLED_BITS.length; at += 1) {
    if ((twice & (DOUBLED_BITS[at] as number)) !== 0) once |= 1 << (LETTER_BITS + at);
  }
  return once;
}

/** The bit of a letter: one each for `a` to `z`; other letters and digits share them. */
function bitOf(code: number): number {
  return 1 << ((code + 7) % LETTER_BITS);
}

function isAscii(bytes: Uint8Array, from: number, until: number): boolean {
  for (let at = from; at < until; at += 1) {
    if ((bytes[at] as number) >= FIRST_BEHIND_ASCII) return false;
  }
  return true;
}

/** Numbers of papers as some classes, in their order. */
export function classOf(papers: number): number {
  if (papers < LEAST_IN_STEPS) return papers;
  const bits = 31 - Math.clz32(papers);
  const part = (papers >>> (bits - PARTS_BITS)) & (PARTS - 1);
  return LEAST_IN_STEPS + (bits - LEAST_STEP_BITS) * PARTS + part;
}

export function leastOfClass(at: number): number {
  if (at < LEAST_IN_STEPS) return at;
  const steps = at - LEAST_IN_STEPS;
  const bits = LEAST_STEP_BITS + (steps >>> PARTS_BITS);
  return 2 ** bits + (steps & (PARTS - 1)) * 2 ** (bits - PARTS_BITS);
}

function mostOfClass(at: number): number {
  return leastOfClass(at + 1) - 1;
}
