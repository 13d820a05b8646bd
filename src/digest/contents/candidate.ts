/** A paper that may stand in letters, with all that is the same for everybody. */

import type { Day } from '../../papers/dates.js';
import type { PaperId } from '../../papers/identifiers.js';
import type { Reason } from './contents.js';

export type Candidate = {
  readonly id: PaperId;
  /** The same work under another id has the same. */
  readonly titleKey: string;
  readonly revision: number;
  readonly votes: number;
  /** Where it stands among the new papers, from 0; infinite for one that is not ranked. */
  readonly rank: number;
  /** Why the edition has it; at least one, the most telling first. */
  readonly reasons: readonly Reason[];
  /** Whether it is in the list of the day that letters name. */
  readonly isOfDay: boolean;
};

/** The days whose papers are new to somebody. */
export type Span = {
  /** The first day. */
  readonly from: Day;
  /** The day after the last. */
  readonly until: Day;
  /** Whether its days are one list, ranked together; else the latest goes first. */
  readonly isOneList: boolean;
};

/** What all letters of a date are made from. */
export type Stock = {
  readonly span: Span;
  /** The latest day that has papers; absent when none of the span has. */
  readonly day: Day | undefined;
  /** How many papers that day has. */
  readonly dayTotal: number;
  /** The new papers, the best first. */
  readonly candidates: readonly Candidate[];
};

/** A paper that one part of a letter would have, and why. */
export type Offer = {
  readonly candidate: Candidate;
  /** What this part has to say; the reasons of the edition are not repeated. */
  readonly reasons: readonly Reason[];
};
