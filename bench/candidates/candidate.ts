/**
 * What an engine must do to be measured: take papers in, leave an index in a folder, open it in
 * another process, and answer with ids. Every engine is asked in process, for ten ids and
 * nothing else, with the vectors of one and the same embedder.
 */

import type { Paper } from '../../src/papers/paper.js';

/** How many results a search is asked for: a page. */
export const PAGE = 10;

/** What is measured apart, in the order of the tables. */
export const QUERY_KINDS = [
  'lexical',
  'dense',
  'hybrid',
  'lexical-filtered',
  'hybrid-filtered',
  'as-you-type',
  'language',
] as const;

export type QueryKind = (typeof QUERY_KINDS)[number];

export type BenchQuery = {
  /** As a reader would type it. */
  readonly text: string;
  /** Its words in lower case, without those that say nothing. */
  readonly words: readonly string[];
  readonly filter?: BenchFilter;
};

export type BenchFilter = {
  /** Published on or after this month, as `YYYY-MM`. */
  readonly after: string;
  /** One arXiv category, as `cs.CL`. */
  readonly category?: string;
};

export type Batch = {
  readonly papers: readonly Paper[];
  /** Of length 1, in the order of the papers; empty for an engine that takes none. */
  readonly vectors: readonly Float32Array[];
};

export type OpenIndex = {
  /** The ids of at most {@link PAGE} papers, best first. */
  readonly search: (query: BenchQuery, kind: QueryKind) => Promise<readonly string[]>;
  readonly size: () => number | Promise<number>;
  readonly close: () => void | Promise<void>;
};

export type Candidate = {
  readonly name: string;
  /** How it was set up, in a sentence for the documentation. */
  readonly about: string;
  /** What it can do; the others stay empty in the tables. */
  readonly kinds: readonly QueryKind[];
  /** Whether its batches carry vectors; our own engine makes them itself, within its time. */
  readonly takesVectors: boolean;
  /** Loads its library and says which it is; throws where it is not installed. */
  readonly version: () => Promise<string>;
  /** Leaves in the folder, which is empty, what `open` needs. */
  readonly build: (batches: AsyncIterable<Batch>, folder: string) => Promise<void>;
  /**
   * Opens what `build` left.
   *
   * @param batches - the papers again, for an engine that keeps nothing on disk
   */
  readonly open: (folder: string, batches: AsyncIterable<Batch>) => Promise<OpenIndex>;
};

/** A date as one number, for engines without dates: 20240300 for March 2024; 0 if not known. */
export function dateNumber(date: string | undefined): number {
  return Number((date ?? '').replaceAll('-', '').padEnd(8, '0'));
}
