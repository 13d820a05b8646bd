/**
 * A segment: some papers by their words, categories, dates and vectors, in arrays that never
 * change once they are made. All of its arrays lie in shared memory, so that every thread reads
 * the same bytes, and all of them can be written to disk as they are.
 *
 * The papers of a segment are numbered from 0 in the order of {@link comparePapers}: oldest
 * first. A list of "newest first" is a walk from the end, and a span of dates is a slice.
 *
 * Strings are stored as UTF-8, one behind the other, with the offset at which each ends; sorted
 * ones are in the order of their bytes.
 */

import type { SearchVectors } from '../vectors/search-vectors.js';

/** Strings, one behind the other. */
export type StringTable = {
  readonly bytes: Uint8Array;
  /** Where each string ends; it begins where the one before it ends. */
  readonly ends: Uint32Array;
};

/** Rows of numbers of unequal length, one behind the other. */
export type NumberTable = {
  readonly values: Uint32Array;
  /** Where each row ends. */
  readonly ends: Uint32Array;
};

/** What is known of each paper besides its words; everything by the paper's number. */
export type SegmentPapers = {
  /** Each paper's id and, behind a line feed each, its other names. */
  readonly names: StringTable;
  /** Pairs of a name's hash ({@link hashOfName}) and its paper, sorted by hash. */
  readonly nameHashes: Uint32Array;
  /** `20260305` for 2026-03-05, `20260300` for 2026-03, `20260000` for 2026, 0 for none. */
  readonly dates: Uint32Array;
  /** The same of the edition that the paper belongs to. */
  readonly editions: Uint32Array;
  /** {@link WITHDRAWN} and {@link HAS_CODE}. */
  readonly flags: Uint8Array;
  /** Words in title and abstract, as `lengthOf` of `bm25f.ts` counts them; two for each paper. */
  readonly lengths: Uint16Array;
  /**
   * The catalogue's revision at which the paper was last changed. There is one for each change,
   * and four thousand million of them fit.
   */
  readonly revisions: Uint32Array;
};

/** Sorted terms, and where each stands. Encoded by `posting-blocks.ts`. */
export type SegmentTerms = {
  readonly names: StringTable;
  /** How many papers have each term. */
  readonly papers: Uint32Array;
  /** Which block is each term's first; one more entry than there are terms. */
  readonly firstBlocks: Uint32Array;
  /** The last paper of each block. */
  readonly blockLastPapers: Uint32Array;
  /** Where each block begins in `postings`; one more entry than there are blocks. */
  readonly blockOffsets: Uint32Array;
  /** Where the places of each block begin in `places`; one more entry than there are blocks. */
  readonly blockPlaceOffsets: Uint32Array;
  /**
   * The greatest weighted sum of places (`bm25f.ts`) of any paper of each block, at the average
   * lengths that stand in `averageLengths`.
   */
  readonly blockBounds: Float32Array;
  readonly postings: Uint8Array;
  readonly places: Uint8Array;
};

/** Sorted words as written, for completing and mending what a reader types. */
export type SegmentWords = {
  readonly names: StringTable;
  /** How many papers have each word. */
  readonly papers: Uint32Array;
  /** The term that each word is stemmed to, by its place among the terms. */
  readonly terms: Uint32Array;
};

/** The words of each paper, one paper behind the other. Encoded by `forward-rows.ts`. */
export type ForwardRows = {
  readonly bytes: Uint8Array;
  /** Where each paper's row ends. */
  readonly ends: Uint32Array;
};

/** The same left on disk, in a file that is open; every thread of the process may read it. */
export type ForwardFile = {
  readonly fd: number;
  readonly ends: Uint32Array;
};

export type Segment = {
  readonly papers: SegmentPapers;
  readonly terms: SegmentTerms;
  readonly words: SegmentWords;
  /** Sorted keys of categories and sources (`filters.ts`), and the papers that have each. */
  readonly labels: { readonly names: StringTable; readonly papers: NumberTable };
  /** Of title and abstract, of all papers of the segment: what `blockBounds` was made with. */
  readonly averageLengths: Float64Array;
  readonly vectors: SearchVectors;
  /** The model that made the vectors (`Embedder`). */
  readonly modelId: string;
  /**
   * The distinct words of each paper, ascending: what to take back when the paper goes, and what
   * the first results of a search share.
   */
  readonly wordsOf: (paper: number) => Uint32Array;
  /** What `wordsOf` reads; absent where it is read from disk. */
  readonly forward?: ForwardRows;
  /** What it reads there. */
  readonly forwardFile?: ForwardFile;
};

export const WITHDRAWN = 1;
export const HAS_CODE = 2;

export function paperCount({ papers }: Segment): number {
  return papers.dates.length;
}

export function termCount({ terms }: Segment): number {
  return terms.papers.length;
}
