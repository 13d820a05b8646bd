/** Comments as the database keeps them, and what their stores touch beside them. */

import type { Selectable } from 'kysely';
import type { AccountId, Role } from '../accounts/account.js';
import type { PaperId } from '../papers/identifiers.js';
import type { Comment, CommentId, CommentStatus } from './comment.js';

export type CommentTables = {
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
  authorship_claims: { account_id: string; paper_id: string; status: string };
  papers: { id: string; changed_at_ms: number };
  accounts: {
    id: string;
    name: string;
    display_name: string;
    role: Role;
    created_at_ms: number;
    banned_at_ms: number | null;
    trusted_at_ms: number | null;
    network: string | null;
  };
};

export function toComment(row: Selectable<CommentTables['comments']>): Comment {
  return {
    id: row.id as CommentId,
    paperId: row.paper_id as PaperId,
    parentId: (row.parent_id as CommentId | null) ?? undefined,
    accountId: (row.account_id as AccountId | null) ?? undefined,
    text: row.text,
    status: row.status,
    statusReason: row.status_reason,
    writtenAtMs: row.written_at_ms,
    editedAtMs: row.edited_at_ms ?? undefined,
  };
}
