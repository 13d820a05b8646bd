/**
 * What speaks for a paper. Each piece is dated, has a published weight, and says whose it is, so
 * that the sum of a paper can be shown and reckoned again. Whoever records what people do hands
 * it over in the same transaction; nothing else changes a paper's hotness.
 */

import type { AnyTransaction } from '../database/connection.js';
import type { PaperId } from '../papers/identifiers.js';

/**
 * `vote`, `comment` (its first by an account; more add nothing) and `save` (into a collection)
 * are what people do here; the others come from elsewhere, with a day.
 */
export const EVIDENCE_KINDS = ['vote', 'comment', 'save', 'upvotes', 'stars'] as const;

export type EvidenceKind = (typeof EVIDENCE_KINDS)[number];

/** Why a piece counts less than others of its kind. */
export type EvidenceRemark = 'own' | 'new-account' | 'same-network' | 'neutralised';

/** Who did something, as far as its weight depends on it. */
export type EvidenceActor = {
  /** An account's id; of a signal from elsewhere its origin and day, `huggingface:2026-11-20`. */
  readonly actor: string;
  /** Whether the paper is their own: recorded, and counted nothing. */
  readonly isOwn?: boolean;
  /** Whether the account is new (`isNewAccount`). */
  readonly isNew?: boolean;
  /** A keyed hash of the network (/24 or /48) it came from. */
  readonly network?: string | undefined;
};

export type Evidence = EvidenceActor & {
  readonly paperId: PaperId;
  readonly kind: EvidenceKind;
  readonly atMs: number;
  /** How many of its kind, as stars gained that day; 1 if absent. Not negative. */
  readonly amount?: number;
};

/** Records what speaks for papers. Each keeps the paper's standing exact when many write at once. */
export type EvidenceWriter = {
  /**
   * Records one piece. A vote, comment or save of an actor who has one already changes nothing,
   * unless it turns out to be about a paper of their own; of the kinds from elsewhere, the last
   * that was told of an actor holds. Who records of several papers in one transaction takes them
   * in the order of their ids, or two such transactions could wait for each other.
   *
   * @throws BroadsheetError `not_found` if there is no such paper
   */
  readonly put: (transaction: AnyTransaction, evidence: Evidence) => Promise<void>;
  /** Takes one back, as if it had never been. What is not there is passed over. */
  readonly withdraw: (
    transaction: AnyTransaction,
    evidence: Pick<Evidence, 'paperId' | 'kind' | 'actor'>,
  ) => Promise<void>;
  /**
   * Lets all that an actor has said for a paper (or, without one, for any) count nothing, and
   * keeps it recorded. Votes are no longer shown among those of the paper, either. What was set
   * aside stays so when its actor takes it back and says it again.
   */
  readonly neutralise: (
    transaction: AnyTransaction,
    which: {
      readonly actor: string;
      readonly paperId?: PaperId;
      readonly remark: EvidenceRemark;
    },
  ) => Promise<void>;
  /** Sets how many comments of a paper all may read. */
  readonly setComments: (
    transaction: AnyTransaction,
    paperId: PaperId,
    comments: number,
  ) => Promise<void>;
};

/** What a list shows of a paper besides the paper. */
export type Standing = {
  /** Accounts that vote for it, its own authors left out. */
  readonly votes: number;
  readonly comments: number;
  /** log2 of the decayed sum; `undefined` without anything that speaks for it. */
  readonly hotness: number | undefined;
};

export const NO_STANDING: Standing = { votes: 0, comments: 0, hotness: undefined };

export type StandingReader = {
  /** Of the papers that have one. */
  readonly standings: (ids: readonly PaperId[]) => Promise<ReadonlyMap<PaperId, Standing>>;
};
