/**
 * What a search engine does for us, whichever it is. An engine ranks: it answers with ids and
 * scores (the skeleton of a listing), and the caller loads the papers from the catalogue.
 */

import type { CatalogueChanges } from '../papers/catalogue.js';
import type { PaperId } from '../papers/identifiers.js';
import type { GivenMeaning } from './given-meaning.js';
import type { Query } from './query.js';

/** By words, by meaning, or both. An engine that lacks one says which it used. */
export type SearchMode = 'hybrid' | 'lexical' | 'dense';

/**
 * What comes first: what answers best, what is newest, or what is hottest by the figures of
 * `setHotness`. Newest and trending list the papers that match by words.
 */
export type SearchSort = 'relevance' | 'newest' | 'trending';

export type SearchOptions = {
  readonly mode: SearchMode;
  /** By relevance if absent. A query without words is listed newest first all the same. */
  readonly sort?: SearchSort;
  /** How many results to skip, from 0. */
  readonly offset: number;
  /** How many results to give, from 1. */
  readonly limit: number;
  /** Whether each result carries the parts of its score. */
  readonly explain?: boolean;
  /** The only papers to rank; all if absent. */
  readonly among?: ReadonlySet<PaperId>;
  /** A paper to leave out, such as the one that others are to be like. */
  readonly without?: PaperId;
  /** The vector of the query by a model that the engine does not run, for papers with such vectors. */
  readonly meaning?: GivenMeaning;
  /** Aborts when the reader has gone; the search then rejects with its reason. */
  readonly signal?: AbortSignal;
};

/** One part of a score, in words: "topic in the title: 3.2". */
export type ScorePart = { readonly label: string; readonly value: number };

export type SearchHit = {
  readonly id: PaperId;
  /** Greater is better; comparable within one answer only. 0 where nothing ranks. */
  readonly score: number;
  readonly explanation?: readonly ScorePart[];
};

export type SearchAnswer = {
  /** The mode that was used. */
  readonly mode: SearchMode;
  /** How many papers match in all, the same on every page; by meaning alone, a hundred at most. */
  readonly total: number;
  /** Best first; papers of equal score in the order of their ids. */
  readonly hits: readonly SearchHit[];
  /**
   * The query with misspelt words mended, where the index knows better ones. Never that of a text
   * (`isText`): who pasted it has not mistyped it, and a mended one would not be read.
   */
  readonly didYouMean?: string;
  /** What the engine has to say about its answer, in sentences for people. */
  readonly notes: readonly string[];
};

export type SearchEngine = {
  /**
   * Never throws for anything a person can type.
   *
   * @throws BroadsheetError `search_busy` when more readers wait than can be served soon
   */
  readonly search: (query: Query, options: SearchOptions) => Promise<SearchAnswer>;
  /**
   * Takes in what changed in the catalogue, in order of revision; a paper replaces what was known
   * under its id. When it returns, every later search knows the changes. Gives way to other work
   * of the process while it does.
   */
  readonly update: (changes: CatalogueChanges) => Promise<void>;
  /**
   * How hot papers are (greater is hotter), in place of what was known; for those not named
   * nothing is known, and they come last. Numbers of papers that the index lacks are dropped.
   */
  readonly setHotness: (hotness: ReadonlyMap<PaperId, number>) => Promise<void>;
  /** How many papers can be found. */
  readonly size: () => number;
};
