/** The tables of evidence and standings, as far as they and the papers beside them are read here. */

import type { Kysely, Selectable, Transaction } from 'kysely';
import type { EvidenceKind, EvidenceRemark } from './evidence.js';
import { COLD } from './hotness.js';
import type { EvidenceSums, Prior, WeighedEvidence } from './standing-sums.js';

export type TrendingTables = {
  evidence: {
    paper_id: string;
    kind: EvidenceKind;
    actor: string;
    at_ms: number;
    amount: number;
    weight: number;
    remark: EvidenceRemark | null;
    field_factor: number;
    network: string | null;
  };
  standings: {
    paper_id: string;
    votes: number;
    comments: number;
    hotness: number | null;
    merit: number;
    evidence_hotness: number | null;
    evidence_merit: number;
    evidence_votes: number;
    prior: number | null;
    prior_at_ms: number | null;
    prior_model: string | null;
    prior_revision: number | null;
    hotness_change: number | null;
  };
  hotness_changes: { id: number; latest: number };
  field_activity: { field: string; activity: number };
  papers: {
    id: string;
    categories: string;
    withdrawn: number;
    is_sample: number;
    revision: number;
  };
};

export type Tables = Kysely<TrendingTables>;
export type Writing = Transaction<TrendingTables>;
export type StandingRow = Selectable<TrendingTables['standings']>;

/** The columns of evidence that sums are made of. */
export const SUMMED = ['kind', 'at_ms', 'amount', 'weight', 'remark', 'field_factor'] as const;

export function toWeighed(
  row: Pick<Selectable<TrendingTables['evidence']>, (typeof SUMMED)[number]>,
): WeighedEvidence {
  return {
    kind: row.kind,
    atMs: row.at_ms,
    amount: row.amount,
    weight: row.weight,
    remark: row.remark ?? undefined,
    fieldFactor: row.field_factor,
  };
}

export function evidenceSumsIn(row: StandingRow): EvidenceSums {
  return {
    votes: row.votes,
    hotness: row.evidence_hotness ?? COLD,
    merit: row.evidence_merit,
    evidenceVotes: row.evidence_votes,
  };
}

export function priorIn(row: Pick<StandingRow, 'prior' | 'prior_at_ms'>): Prior | undefined {
  if (row.prior === null || row.prior_at_ms === null) return undefined;
  return { votes: row.prior, atMs: row.prior_at_ms };
}

/** A logarithm of nothing is no number that a database keeps alike everywhere. */
export function stored(hotness: number): number | null {
  return hotness === COLD ? null : hotness;
}
