/** The rows that moderators, claims and the rights of a person to their data are about. */

import type { AccountRow, IdentityRow } from '../../accounts/account-rows.js';
import type { CollectionTables } from '../collection-reader-store.js';
import type { CommentTables } from '../comment-rows.js';

export type ClaimStatus = 'pending' | 'accepted' | 'refused';

export type ModerationTables = {
  accounts: AccountRow;
  account_identities: IdentityRow;
  papers: { id: string; title: string; authors: string };
  votes: { paper_id: string; account_id: string; voted_at_ms: number; is_own: number };
  evidence: {
    paper_id: string;
    kind: string;
    actor: string;
    at_ms: number;
    amount: number;
    weight: number;
    remark: string | null;
    field_factor: number;
    network: string | null;
  };
  picks: {
    day: string;
    paper_id: string;
    kind: string;
    account_id: string | null;
    picked_at_ms: number;
    note: string;
    removed_at_ms: number | null;
  };
  comments: CommentTables['comments'];
  locked_discussions: { paper_id: string; locked_at_ms: number; reason: string };
  collections: CollectionTables['collections'];
  authorship_claims: {
    id: string;
    account_id: string;
    paper_id: string;
    author_name: string;
    statement: string;
    status: ClaimStatus;
    verified_by: string | null;
    claimed_at_ms: number;
    decided_at_ms: number | null;
  };
  paper_authors: { paper_id: string; kind: string; value: string; author_name: string };
  reports: {
    id: string;
    target_kind: string;
    target_id: string;
    reporter_id: string | null;
    reason: string;
    reported_at_ms: number;
    resolved_at_ms: number | null;
    outcome: string | null;
  };
  audit_log: {
    number: number;
    at_ms: number;
    actor: string;
    action: string;
    target_kind: string;
    target_id: string;
    details: string;
    hash_before: string;
    hash: string;
  };
  blocklist: { kind: string; pattern: string; note: string; added_at_ms: number };
};
