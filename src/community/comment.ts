/** A comment on a paper, or an answer to one, and who may see it. */

import { type AccountId, hasRole, type PublicAccount, type Role } from '../accounts/account.js';
import type { PaperId } from '../papers/identifiers.js';

/** A random name, never used twice; it stands in addresses. */
export type CommentId = string & { readonly brand: 'CommentId' };

/**
 * `shown` to everybody, `held` until a moderator has looked at it, `hidden` by a moderator, or
 * `deleted` by its author: then only its place in the thread is left.
 */
export const COMMENT_STATUSES = ['shown', 'held', 'hidden', 'deleted'] as const;

export type CommentStatus = (typeof COMMENT_STATUSES)[number];

export type Comment = {
  readonly id: CommentId;
  readonly paperId: PaperId;
  /** What it answers; absent for one that begins a thread. */
  readonly parentId: CommentId | undefined;
  /** Absent when its author's account is gone. */
  readonly accountId: AccountId | undefined;
  /** Markdown as it was written; empty when deleted. */
  readonly text: string;
  readonly status: CommentStatus;
  /** Why it has this status, in words for its author and moderators; may be empty. */
  readonly statusReason: string;
  readonly writtenAtMs: number;
  readonly editedAtMs: number | undefined;
};

/** What is shown of whoever wrote a comment. */
export type CommentAuthor = Pick<PublicAccount, 'id' | 'name' | 'displayName' | 'role'>;

/** Who looks at a discussion; `undefined` is a stranger. */
export type CommentViewer = { readonly id: AccountId; readonly role: Role } | undefined;

/** Some five pages of print. */
export const LONGEST_COMMENT = 10_000;

const COMMENT_ID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** `undefined` for what cannot be the id of a comment, whatever it is. */
export function parseCommentId(value: unknown): CommentId | undefined {
  return typeof value === 'string' && COMMENT_ID.test(value) ? (value as CommentId) : undefined;
}

/** Whether somebody may read its text. */
export function mayRead(
  comment: Pick<Comment, 'status' | 'accountId'>,
  viewer: CommentViewer,
): boolean {
  if (comment.status === 'shown') return true;
  if (comment.status === 'deleted' || !viewer) return false;
  if (hasRole(viewer, 'moderator')) return true;
  return comment.status === 'held' && comment.accountId === viewer.id;
}

/** Whether somebody may know that it is there. */
export function mayKnow(
  comment: Pick<Comment, 'status' | 'accountId'>,
  viewer: CommentViewer,
): boolean {
  if (comment.status === 'hidden') return true;
  return mayRead(comment, viewer);
}

/** The address of a comment: it leads to its place in the discussion. */
export function commentPath(id: CommentId): string {
  return `/comments/${id}`;
}
