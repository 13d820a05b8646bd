/**
 * What an edition is: the papers of a day, a week or a month, the best first. Papers that people
 * picked for it stand before those that were only announced; curators may fix the order of their
 * picks, and everything else is ranked by merit (`trending/`). A day that was mailed keeps its
 * list for ever, as it was mailed.
 */

import type { Day } from '../papers/dates.js';
import type { Period } from '../papers/edition.js';
import type { PaperId } from '../papers/identifiers.js';

/** One paper of an edition. */
export type Entry = {
  readonly id: PaperId;
  /** Whether somebody put it there; else its source announced it. */
  readonly isPicked: boolean;
  /** What a curator or its submitter says of it; empty where nobody did. */
  readonly note: string;
};

/** A part of an edition, and how much there is of it. */
export type EditionPage = {
  readonly entries: readonly Entry[];
  /** How many papers the whole edition has. */
  readonly total: number;
  /** How many of them were picked; these stand first. */
  readonly picked: number;
  /** When its list was fixed because it was mailed. */
  readonly frozenAtMs: number | undefined;
};

/** A list that does not change any more. */
export type FrozenEdition = {
  readonly day: Day;
  readonly frozenAtMs: number;
  readonly entries: readonly Entry[];
};

export type EditionReader = {
  /** A page of the papers of a period, the best first; withdrawn ones are left out. */
  readonly list: (
    period: Period,
    page: { readonly offset: number; readonly limit: number },
  ) => Promise<EditionPage>;
  /** The latest day with an edition, on or before `day`; the sample counts only while alone. */
  readonly latestDay: (day: Day) => Promise<Day | undefined>;
  /** The nearest days before and after a period that have an edition. */
  readonly neighbours: (
    period: Period,
  ) => Promise<{ readonly before: Day | undefined; readonly after: Day | undefined }>;
};

export type EditionStore = EditionReader & {
  /**
   * Fixes the list of a day: what was picked, else the best of what was announced, at most
   * `most` papers. Of several calls the first one counts; all answer with its list. An empty day
   * stays open, since papers may still come.
   */
  readonly freeze: (day: Day, most: number) => Promise<FrozenEdition | undefined>;
};
