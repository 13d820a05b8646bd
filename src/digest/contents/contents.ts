/** What stands in one person's letter, and why each paper does. */

import type { Day } from '../../papers/dates.js';
import type { PaperId } from '../../papers/identifiers.js';

/** Why a paper is in somebody's letter. */
export type Reason =
  /** A curator or a reader picked it for the day; what they say of it may be empty. */
  | { readonly kind: 'picked'; readonly note: string }
  /** It is among the hottest of its category; absent where it has none. */
  | { readonly kind: 'trending'; readonly category: string | undefined }
  /** It was announced in the category. */
  | { readonly kind: 'new'; readonly category: string | undefined }
  /** It is like so many papers that the person saved or voted for, most of all the one named. */
  | { readonly kind: 'like'; readonly papers: number; readonly title: string }
  /** A search of theirs finds it. */
  | { readonly kind: 'search'; readonly query: string }
  /** They follow it. */
  | {
      readonly kind: 'follow';
      readonly what: 'author' | 'category' | 'topic';
      readonly label: string;
    };

/** Under which heading a paper stands. */
export const SECTIONS = ['follows', 'interests', 'edition'] as const;

export type Section = (typeof SECTIONS)[number];

export type ChosenPaper = {
  readonly paperId: PaperId;
  readonly section: Section;
  /** At least one, the most telling first. */
  readonly reasons: readonly Reason[];
  /** How many people voted for it when the letter was made. */
  readonly votes: number;
};

/** The papers of one letter: chosen once, kept, and the same however often it is tried. */
export type Contents = {
  /** The day whose list the edition part comes from; absent when there was none. */
  readonly day: Day | undefined;
  /** In the order in which they stand: section by section. */
  readonly papers: readonly ChosenPaper[];
  /** How many further papers that day has. */
  readonly more: number;
};
