/**
 * Which papers are worth comparing, without looking at all pairs of them (half a million papers
 * have 10¹¹): those that fall into one block by anything that two forms of one work are likely to
 * share.
 *
 * - *By meaning*: the signs of a vector are cut into 16 bands of 16. Vectors of which few signs
 *   differ agree in all signs of some band: of 40 that differ among 256, at random, in 75 of 100
 *   pairs. (Norouzi, Punjani and Fleet, "Fast search in Hamming space with multi-index hashing",
 *   2012.)
 * - *By title*: two of the three rarest words of a title, among words that another title has.
 *
 * A pair is one number, so that millions of them are sorted in an array of numbers.
 */

import { CODE_BYTES } from '../vectors/search-vectors.js';
import type { Fingerprint } from './fingerprint.js';

/** A pair is `first * MOST_PAPERS + second`, with the first less than the second. */
export const MOST_PAPERS: number = 2 ** 21;

export type CandidatePairs = {
  /** Ascending; no pair twice. */
  readonly pairs: Float64Array;
  /** Whether there were too many, and the rest was left out. */
  readonly isCut: boolean;
};

/** Signs that differ; beyond, two papers share a subject and rarely a text. */
const FARTHEST = 60;

const BAND_VALUES = 65_536;
const BANDS: number = (CODE_BYTES * 8) / 16;
const WORDS: number = CODE_BYTES / Uint32Array.BYTES_PER_ELEMENT;

/** More papers in one band look alike to the model for another reason: it knows none of their words. */
const MOST_IN_BAND = 500;

const RARE_TERMS = 3;

/** More titles with the same two rare words are of a series, or of a form. */
const MOST_WITH_TERMS = 20;

/** 64 MB while they are sorted, and half a minute to compare. 400,000 papers have 700,000 pairs. */
const MOST_PAIRS = 4_000_000;

type PairSink = {
  readonly add: (one: number, other: number) => void;
  readonly isFull: () => boolean;
  readonly sorted: () => Float64Array;
};

/**
 * @param papers - at most {@link MOST_PAPERS}
 * @param codes - their signs, {@link CODE_BYTES} each
 * @param hasVector - whether a paper has one; zeros are alike without saying anything
 */
export function candidatePairs(
  papers: readonly Fingerprint[],
  codes: Uint8Array,
  hasVector: (paper: number) => boolean,
): CandidatePairs {
  const sink = createPairSink(MOST_PAIRS);
  addByTitle(papers, sink);
  addByMeaning(papers.length, codes, hasVector, sink);
  return { pairs: sink.sorted(), isCut: sink.isFull() };
}

function addByTitle(papers: readonly Fingerprint[], sink: PairSink): void {
  const titles = new Map<number, number>();
  for (const { titleTerms } of papers) {
    for (const term of titleTerms) titles.set(term, (titles.get(term) ?? 0) + 1);
  }
  const keyed: number[] = [];
  for (const [paper, { titleTerms }] of papers.entries()) {
    const rare = titleTerms
      .filter((term) => (titles.get(term) ?? 0) > 1)
      .sort((a, b) => (titles.get(a) ?? 0) - (titles.get(b) ?? 0) || a - b)
      .slice(0, RARE_TERMS);
    for (const [at, one] of rare.entries()) {
      for (const other of rare.slice(at + 1)) {
        keyed.push(keyOf(Math.min(one, other), Math.max(one, other)) * MOST_PAPERS + paper);
      }
    }
  }
  const sorted = Float64Array.from(keyed).sort();
  for (let from = 0; from < sorted.length && !sink.isFull(); ) {
    const key = Math.floor((sorted[from] as number) / MOST_PAPERS);
    let until = from + 1;
    while (Math.floor((sorted[until] ?? Number.NaN) / MOST_PAPERS) === key) until += 1;
    if (until - from <= MOST_WITH_TERMS) addAll(sorted.subarray(from, until), sink);
    from = until;
  }
}

function addAll(keyed: Float64Array, sink: PairSink): void {
  for (const [at, one] of keyed.entries()) {
    for (const other of keyed.subarray(at + 1)) sink.add(one % MOST_PAPERS, other % MOST_PAPERS);
  }
}

/** Two hashes as one of 32 bits. */
function keyOf(one: number, other: number): number {
  const mixed = Math.imul(one ^ (one >>> 15), 0x85ebca6b) ^ Math.imul(other, 0xc2b2ae35);
  return (mixed ^ (mixed >>> 13)) >>> 0;
}

function addByMeaning(
  count: number,
  codes: Uint8Array,
  hasVector: (paper: number) => boolean,
  sink: PairSink,
): void {
  const bands = new Uint16Array(codes.buffer, codes.byteOffset, count * BANDS);
  const words = new Uint32Array(codes.buffer, codes.byteOffset, count * WORDS);
  const papers = Uint32Array.from({ length: count }, (_, paper) => paper).filter(hasVector);
  const inOrder = new Uint32Array(papers.length);
  for (let band = 0; band < BANDS && !sink.isFull(); band += 1) {
    const starts = sortByBand(papers, bands, band, inOrder);
    for (let value = 0; value < BAND_VALUES; value += 1) {
      const from = starts[value] as number;
      const until = starts[value + 1] as number;
      if (until - from < 2 || until - from > MOST_IN_BAND) continue;
      addNear(inOrder.subarray(from, until), words, sink);
    }
  }
}

/** Puts papers in the order of a band's value; the result tells where each value begins. */
function sortByBand(
  papers: Uint32Array,
  bands: Uint16Array,
  band: number,
  inOrder: Uint32Array,
): Uint32Array {
  const starts = new Uint32Array(BAND_VALUES + 2);
  const bandOf = (paper: number): number => bands[paper * BANDS + band] as number;
  // Counted two places further on, so that writing moves each start to where it belongs.
  for (const paper of papers) starts[bandOf(paper) + 2] = (starts[bandOf(paper) + 2] ?? 0) + 1;
  for (let value = 2; value < starts.length; value += 1) {
    starts[value] = (starts[value] as number) + (starts[value - 1] as number);
  }
  for (const paper of papers) {
    const at = starts[bandOf(paper) + 1] as number;
    inOrder[at] = paper;
    starts[bandOf(paper) + 1] = at + 1;
  }
  return starts;
}

function addNear(papers: Uint32Array, words: Uint32Array, sink: PairSink): void {
  for (let at = 0; at < papers.length; at += 1) {
    const one = papers[at] as number;
    for (let otherAt = at + 1; otherAt < papers.length; otherAt += 1) {
      const other = papers[otherAt] as number;
      if (isNear(words, one * WORDS, other * WORDS)) sink.add(one, other);
    }
  }
}

function isNear(words: Uint32Array, one: number, other: number): boolean {
  let differing = 0;
  for (let word = 0; word < WORDS; word += 1) {
    differing += bitCount((words[one + word] as number) ^ (words[other + word] as number));
    if (differing > FARTHEST) return false;
  }
  return true;
}

/** How many bits of a 32-bit number are set (Warren, "Hacker's Delight", chapter 5). */
function bitCount(number: number): number {
  const pairs = number - ((number >>> 1) & 0x55555555);
  const nibbles = (pairs & 0x33333333) + ((pairs >>> 2) & 0x33333333);
  return Math.imul((nibbles + (nibbles >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24;
}

function createPairSink(most: number): PairSink {
  let pairs = new Float64Array(4_096);
  let count = 0;
  let isFull = false;

  /** Pairs come again with every block that they share. */
  const unite = (): void => {
    const sorted = pairs.subarray(0, count).sort();
    count = 0;
    for (const pair of sorted) {
      if (count > 0 && pairs[count - 1] === pair) continue;
      pairs[count] = pair;
      count += 1;
    }
  };

  const makeRoom = (): void => {
    unite();
    if (count < pairs.length / 2) return;
    if (pairs.length >= 2 * most) {
      isFull = count >= most;
      return;
    }
    const larger = new Float64Array(Math.min(pairs.length * 2, 2 * most));
    larger.set(pairs.subarray(0, count));
    pairs = larger;
  };

  return {
    add(one, other) {
      if (count === pairs.length) makeRoom();
      if (isFull) return;
      pairs[count] = Math.min(one, other) * MOST_PAPERS + Math.max(one, other);
      count += 1;
    },
    isFull: () => isFull,
    sorted() {
      unite();
      return pairs.slice(0, Math.min(count, most));
    },
  };
}
