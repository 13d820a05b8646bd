/** The rows that moderators, claims and the rights of a person to their data are about. */

import type { Transaction } from 'kysely';
import type { Role } from '../../accounts/account.js';
import type { CommentStatus } from '../comment.js';

/** A transaction of any store; what is done together is handed the same one. */
export type AnyTransaction = Transaction<Record<never, never>>;

export type ClaimStatus = 'pending' | 'accepted' | 'refused';

export type ModerationTables = {
  accounts: {
    id: string;
    name: string;
    name_shape: string;
    display_name: string;
    biography: string;
    email: string | null;
    email_key: string | null;
    role: Role;
    preferences: string;
    feed_key: string;
    created_at_ms: number;
    banned_at_ms: number | null;
    ban_reason: string | null;
    trusted_at_ms: number | null;
    network: string | null;
  };
  account_identities: {
    issuer: string;
    subject: string;
    account_id: string;
    label: string;
    linked_at_ms: number;
  };
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
  comments: {
    id: string;
    paper_id: string;
    parent_id: string | null;
    account_id: string | null;
    text: string;
    status: CommentStatus;
    status_reason: string;
    written_at_ms: number;
    edited_at_ms: number | null;
  };
  locked_discussions: { paper_id: string; locked_at_ms: number; reason: string };
  collections: {
    id: string;
    account_id: string;
    title: string;
    description: string;
    visibility: 'private' | 'link' | 'public';
    created_at_ms: number;
    changed_at_ms: number;
    hidden_at_ms: number | null;
  };
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
