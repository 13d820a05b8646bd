/**
 * What each piece of evidence counts, in votes, and why some count less. The numbers stand here
 * once; `/about/trending` and docs/trending.md show them with their reasons.
 */

import type { EvidenceKind, EvidenceRemark } from './evidence.js';

export type Weights = {
  /** What the first of a kind counts, in votes. */
  readonly ofKind: Readonly<Record<EvidenceKind, number>>;
  /** Many of a kind in one piece count as this power of their number. */
  readonly manyPower: number;
  /** What one piece counts at the most, in votes. */
  readonly mostOfOnePiece: number;
  /**
   * Of what an account does while it is new, this share counts, for the first network; of what
   * comes from the second half as much, from the third a third, and so on.
   */
  readonly shareOfNewAccounts: number;
};

export const WEIGHTS: Weights = {
  ofKind: {
    vote: 1,
    // To comment is more work than to vote and says less: one may comment to object.
    comment: 0.5,
    // A save is meant for oneself.
    save: 0.5,
    // A vote by somebody who never came here, from a list that shows most of them first.
    upvotes: 0.2,
    // A star is for software and often for earlier papers too.
    stars: 0.05,
  },
  // Whoever comes after a hundred others is led by them in part (Hacker News takes the same power
  // of its points).
  manyPower: 0.8,
  // One day at one other site is never more than a busy day here.
  mostOfOnePiece: 20,
  shareOfNewAccounts: 0.5,
};

/** What is known of a piece when it is weighed. */
export type Weighable = {
  readonly kind: EvidenceKind;
  /** How many of its kind; not negative. */
  readonly amount: number;
  /** By one of the paper's own authors. */
  readonly isOwn: boolean;
  /** By an account that is new. */
  readonly isNew: boolean;
  /** Whether something of a new account of the same network counts for the paper already. */
  readonly networkHasSpoken: boolean;
  /** Of how many networks something of a new account does. */
  readonly networks: number;
};

/** What one of a piece counts, times its amount being what the piece counts. */
export type Weighed = { readonly weight: number; readonly remark: EvidenceRemark | undefined };

/**
 * Weighs a piece once, when it comes; it keeps that weight, whatever becomes of its actor.
 *
 * @throws RangeError if the amount is negative or not finite
 */
export function weigh(piece: Weighable, weights: Weights = WEIGHTS): Weighed {
  const each = weightOfEach(piece.kind, piece.amount, weights);
  if (piece.isOwn) return { weight: 0, remark: 'own' };
  if (!piece.isNew) return { weight: each, remark: undefined };
  if (piece.networkHasSpoken) return { weight: 0, remark: 'same-network' };
  const share = weights.shareOfNewAccounts / (piece.networks + 1);
  return { weight: each * share, remark: 'new-account' };
}

/** The weight of each where there are so many of a kind, from somebody whose word counts whole. */
export function weightOfEach(
  kind: EvidenceKind,
  amount: number,
  { ofKind, manyPower, mostOfOnePiece }: Weights = WEIGHTS,
): number {
  if (!(amount >= 0 && amount < Number.POSITIVE_INFINITY)) {
    throw new RangeError(`not an amount: ${amount}`);
  }
  if (amount <= 1) return ofKind[kind];
  return Math.min(ofKind[kind] * amount ** manyPower, mostOfOnePiece) / amount;
}
