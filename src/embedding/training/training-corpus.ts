/**
 * The papers of a training as numbers: each term of each title and sentence has one. It is filled
 * paper by paper, so that the texts themselves are never held together.
 */

import { createHash } from 'node:crypto';
import { titleKey } from '../../papers/title-key.js';
import { isStopWord, visitTokens } from '../../text/analysis.js';
import { newClaim } from '../../text/word-cache.js';
import { sentencesOf } from './sentences.js';

/** What is learnt from a paper. */
export type TrainingPaper = {
  readonly title: string;
  readonly abstract: string;
  readonly categories: readonly string[];
};

/** Plain data; its arrays lie in memory that threads share. */
export type TrainingCorpus = {
  /** The numbers of all terms, text after text. */
  readonly tokens: Uint32Array;
  /** Where the tokens of each text begin, and where those of the last end. */
  readonly textStarts: Uint32Array;
  /** Where the texts of each paper begin: its title, then its sentences. */
  readonly paperStarts: Uint32Array;
  /** The number of each paper's first category; 0 without. */
  readonly categories: Uint32Array;
};

export type CountedTerms = {
  /** By number. */
  readonly terms: readonly string[];
  /** How many papers have each. */
  readonly paperCounts: Uint32Array;
};

export type CorpusBuilder = {
  /** Says whether something can be learnt from it: it has words in both, and its title is new. */
  readonly add: (paper: TrainingPaper) => boolean;
  /** How much there is so far: papers, and terms of all their texts together. */
  readonly size: () => { readonly papers: number; readonly terms: number };
  readonly build: () => TrainingCorpus & CountedTerms;
};

/** Terms beyond so many are left out, since a `Map` cannot have them; ten times our field's. */
const MOST_DIFFERENT_TERMS = 8_000_000;

/** In the place of the number of a word that does not count. */
const LEFT_OUT = -1;

export function createCorpusBuilder(): CorpusBuilder {
  const claim = newClaim();
  const numbers = new Map<string, number>();
  const terms: string[] = [];
  const paperCounts = createNumberList();
  const lastPapers = createNumberList();
  const tokens = createNumberList();
  const textStarts = createNumberList();
  const paperStarts = createNumberList();
  const categoryNumbers = new Map<string, number>();
  const categories = createNumberList();
  const titles = new Set<string>();

  const numberOf = (term: string): number => {
    const known = numbers.get(term);
    if (known !== undefined) return known;
    if (terms.length >= MOST_DIFFERENT_TERMS) return LEFT_OUT;
    const number = terms.length;
    numbers.set(term, number);
    terms.push(term);
    paperCounts.push(0);
    lastPapers.push(0);
    return number;
  };

  /** The numbers of a text's terms; most words were met lately, and carry theirs. */
  const numbersOf = (text: string): number[] => {
    const found: number[] = [];
    visitTokens(text, (entry) => {
      if (entry.rowClaim !== claim) {
        entry.row = isStopWord(entry.word) ? LEFT_OUT : numberOf(entry.term);
        entry.rowClaim = claim;
      }
      if (entry.row !== LEFT_OUT) found.push(entry.row);
    });
    return found;
  };

  const addText = (found: readonly number[]): void => {
    const paper = paperStarts.length();
    textStarts.push(tokens.length());
    for (const number of found) {
      tokens.push(number);
      if (lastPapers.at(number) === paper) continue;
      lastPapers.set(number, paper);
      paperCounts.set(number, paperCounts.at(number) + 1);
    }
  };

  return {
    add({ title, abstract, categories: [category] }) {
      const key = titleKey(title);
      if (titles.has(key)) return false;
      const heading = numbersOf(title);
      const sentences = sentencesOf(abstract)
        .map(numbersOf)
        .filter(({ length }) => length > 0);
      if (heading.length === 0 || sentences.length === 0) return false;
      titles.add(key);
      paperStarts.push(textStarts.length());
      addText(heading);
      for (const sentence of sentences) addText(sentence);
      categories.push(category === undefined ? 0 : numbered(categoryNumbers, category));
      return true;
    },

    size: () => ({ papers: categories.length(), terms: tokens.length() }),

    build() {
      textStarts.push(tokens.length());
      paperStarts.push(textStarts.length() - 1);
      return {
        tokens: tokens.toShared(),
        textStarts: textStarts.toShared(),
        paperStarts: paperStarts.toShared(),
        categories: categories.toShared(),
        terms,
        paperCounts: paperCounts.toShared(),
      };
    },
  };
}

/** How many papers there are. */
export function papersIn({ paperStarts }: TrainingCorpus): number {
  return paperStarts.length - 1;
}

/** Tells corpora apart: of all numbers, in their order. */
export function fingerprintOf({
  tokens,
  textStarts,
  paperStarts,
  categories,
}: TrainingCorpus): string {
  const hash = createHash('sha256');
  for (const { buffer, byteOffset, byteLength } of [tokens, textStarts, paperStarts, categories]) {
    hash.update(`${byteLength} `).update(new Uint8Array(buffer, byteOffset, byteLength));
  }
  return hash.digest('hex');
}

function numbered(numbers: Map<string, number>, name: string): number {
  const known = numbers.get(name);
  if (known !== undefined) return known;
  const number = numbers.size + 1;
  numbers.set(name, number);
  return number;
}

const PIECE_BITS = 18;
const PIECE = 1 << PIECE_BITS;

/** Numbers of 32 bits that become more, without ever being copied until all are there. */
function createNumberList() {
  const pieces: Uint32Array[] = [];
  let length = 0;
  const pieceOf = (at: number) => pieces[at >>> PIECE_BITS] as Uint32Array;
  return {
    length: () => length,
    at: (at: number) => pieceOf(at)[at & (PIECE - 1)] as number,
    set: (at: number, value: number) => {
      pieceOf(at)[at & (PIECE - 1)] = value;
    },
    push: (value: number) => {
      if (length === pieces.length * PIECE) pieces.push(new Uint32Array(PIECE));
      pieceOf(length)[length & (PIECE - 1)] = value;
      length += 1;
    },
    toShared: (): Uint32Array => {
      const all = new Uint32Array(new SharedArrayBuffer(length * Uint32Array.BYTES_PER_ELEMENT));
      for (const [number, piece] of pieces.entries()) {
        const start = number * PIECE;
        all.set(piece.subarray(0, length - start), start);
      }
      return all;
    },
  };
}
