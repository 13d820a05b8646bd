/**
 * The sums of a paper, from all that speaks for it: its *hotness*, by which trending papers are
 * ordered, and its *merit*, the same without decay, by which the papers of one day are. Both are
 * evidence and prior added up.
 *
 * The prior, what the paper's content lets expect, stands in while little is known, and yields to
 * what people do: with n votes' worth of evidence, κ / (κ + n) of it is left. As no prior is above
 * half of κ, a vote cast less than a half-life before the prior's time always adds more than it
 * takes from the prior.
 */

import type { EvidenceKind, EvidenceRemark } from './evidence.js';
import { FIELD_SETTINGS, type FieldSettings } from './field-activity.js';
import { COLD, type DatedWorth, type Hotness, withPiece } from './hotness.js';
import { WEIGHTS, type Weights } from './weights.js';

export type PriorSettings = {
  /** κ, in votes: with so much evidence, half of the prior is left. */
  readonly halfAt: number;
  /** The prior of the usual paper, in votes. */
  readonly usual: number;
  /** No prior is higher; at most half of κ. */
  readonly most: number;
};

export type TrendingSettings = {
  /** After so long, evidence counts half. */
  readonly halfLifeHours: number;
  readonly weights: Weights;
  readonly fields: FieldSettings;
  readonly prior: PriorSettings;
};

export const TRENDING: TrendingSettings = {
  // The paper of a day leads it; a day later 63 % are left and two days later 40 %, so that new
  // papers pass it unless people keep voting; after a week it is 4 %.
  halfLifeHours: 36,
  weights: WEIGHTS,
  fields: FIELD_SETTINGS,
  prior: { halfAt: 6, usual: 1, most: 3 },
};

/** A piece of evidence as it is kept. */
export type WeighedEvidence = {
  readonly kind: EvidenceKind;
  readonly atMs: number;
  /** 0 for what was taken back. */
  readonly amount: number;
  readonly weight: number;
  readonly remark: EvidenceRemark | undefined;
  readonly fieldFactor: number;
};

/** What comes from evidence alone. */
export type EvidenceSums = {
  /** Accounts that vote for it. */
  readonly votes: number;
  readonly hotness: Hotness;
  readonly merit: number;
  /** How much has counted, in votes before their field is looked at. */
  readonly evidenceVotes: number;
};

export type Prior = {
  /** In votes. */
  readonly votes: number;
  /** When it speaks: at noon of the paper's edition. */
  readonly atMs: number;
};

export const NO_EVIDENCE: EvidenceSums = { votes: 0, hotness: COLD, merit: 0, evidenceVotes: 0 };

/** What a piece is worth when it comes, in votes. */
export function worthOf(piece: WeighedEvidence): number {
  return piece.amount * piece.weight * piece.fieldFactor;
}

/** The sums after one more piece. */
export function withEvidence(
  sums: EvidenceSums,
  piece: WeighedEvidence,
  halfLifeHours: number,
): EvidenceSums {
  const worth = worthOf(piece);
  return {
    votes: sums.votes + (isShownVote(piece) ? 1 : 0),
    hotness: withPiece(sums.hotness, { worth, atMs: piece.atMs }, halfLifeHours),
    merit: sums.merit + worth,
    evidenceVotes: sums.evidenceVotes + piece.amount * piece.weight,
  };
}

/** The sums of all evidence of a paper. */
export function sumsOf(pieces: Iterable<WeighedEvidence>, halfLifeHours: number): EvidenceSums {
  let sums = NO_EVIDENCE;
  for (const piece of pieces) sums = withEvidence(sums, piece, halfLifeHours);
  return sums;
}

/** What is left of a prior beside so much evidence. */
export function priorLeft(
  prior: Prior,
  evidenceVotes: number,
  { halfAt }: PriorSettings,
): DatedWorth {
  return { worth: (prior.votes * halfAt) / (halfAt + evidenceVotes), atMs: prior.atMs };
}

/** Evidence and prior together. */
export function withPrior(
  sums: EvidenceSums,
  prior: Prior | undefined,
  settings: Pick<TrendingSettings, 'halfLifeHours' | 'prior'>,
): { readonly hotness: Hotness; readonly merit: number } {
  if (!prior) return { hotness: sums.hotness, merit: sums.merit };
  const left = priorLeft(prior, sums.evidenceVotes, settings.prior);
  return {
    hotness: withPiece(sums.hotness, left, settings.halfLifeHours),
    merit: sums.merit + left.worth,
  };
}

/**
 * Whether a piece is among the votes that are shown: those that its actor took back, of the paper's
 * own authors, or that a moderator set aside are not; what only counts less is.
 */
export function isShownVote({
  kind,
  amount,
  remark,
}: Pick<WeighedEvidence, 'kind' | 'amount' | 'remark'>): boolean {
  return kind === 'vote' && amount > 0 && remark !== 'own' && remark !== 'neutralised';
}
