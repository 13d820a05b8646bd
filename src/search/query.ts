/** What a reader asks for: the parts of a query after it has been understood. */

import type { PartialDate } from '../papers/dates.js';

export type SearchField = 'title' | 'author' | 'abstract';

/** A word, or several words that must follow each other or, of an author, stand in one name. */
export type QueryTerm = {
  /** As typed, without quotes and field. */
  readonly text: string;
  /** Where `text` begins in the text of the query, in UTF-16 units. */
  readonly start: number;
  readonly isPhrase: boolean;
  /** Where it must stand; anywhere when absent. */
  readonly field?: SearchField;
  /** Whether it is the name of a paper or an address, whose words mean nothing one by one. */
  readonly isVerbatim?: boolean;
};

export type QueryFilters = {
  /** arXiv categories or keywords, any of which will do. `cs` stands for all of `cs.*`. */
  readonly categories: readonly string[];
  /** Who knows the paper, any of which will do: `arxiv`, `acl`, `doi`, `openreview`. */
  readonly sources: readonly string[];
  /** Published or announced on or after this date, to its precision. */
  readonly after?: PartialDate;
  /** Published or announced before this date. */
  readonly before?: PartialDate;
  /** Only withdrawn papers, which are left out otherwise. */
  readonly isWithdrawn?: boolean;
  readonly hasCode?: boolean;
};

export type Query = {
  /** As the reader typed it, on one line, without control characters and not over-long. */
  readonly text: string;
  /** Whether it is a text that somebody pasted, in which nothing is the query language. */
  readonly isText?: boolean;
  /** What raises a paper; a phrase or a fielded term must also match. */
  readonly terms: readonly QueryTerm[];
  /** What rules a paper out. */
  readonly excluded: readonly QueryTerm[];
  readonly filters: QueryFilters;
  /** Set when the query names one paper: its id, an arXiv number or any address. */
  readonly paperName?: string;
  /** What was not understood or cannot be met, in sentences for people. */
  readonly notes: readonly string[];
};
