/** What happened that somebody wants to know of. */

import type { AccountId, Preferences } from '../accounts/account.js';
import type { PaperId } from '../papers/identifiers.js';
import type { CommentId } from './comment.js';

export const NOTIFICATION_KINDS = [
  /** Somebody answered one's comment. */
  'reply',
  /** Somebody named one in a comment. */
  'mention',
  /** Somebody commented on a paper of one's own. */
  'comment',
  /** One's claim to be an author was decided. */
  'claim',
  /** A moderator did something about what one wrote. */
  'moderation',
] as const;

export type NotificationKind = (typeof NOTIFICATION_KINDS)[number];

/** What is to be told, and to whom. */
export type Notice = {
  readonly accountId: AccountId;
  readonly kind: NotificationKind;
  readonly paperId?: PaperId | undefined;
  readonly commentId?: CommentId | undefined;
  /** Who did it; absent where that is nobody's business, as with moderators. */
  readonly actorId?: AccountId | undefined;
  /** What happened, as a sentence; empty where the kind says it. */
  readonly text: string;
};

export type Notification = Pick<Notice, 'kind' | 'commentId' | 'text'> & {
  readonly id: string;
  readonly paper: { readonly id: PaperId; readonly title: string } | undefined;
  readonly actor: { readonly name: string; readonly displayName: string } | undefined;
  /** The comment it is about, as it was written; empty without one. */
  readonly comment: string;
  readonly madeAtMs: number;
  readonly readAtMs: number | undefined;
};

const NOTIFICATION_ID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** `undefined` for what cannot be the id of a notification. */
export function parseNotificationId(value: unknown): string | undefined {
  return typeof value === 'string' && NOTIFICATION_ID.test(value) ? value : undefined;
}

/** The kinds that are about a comment, and go unseen while it is not shown. */
export const KINDS_OF_COMMENTS: readonly NotificationKind[] = ['reply', 'mention', 'comment'];

/** What somebody has chosen, from the text that is stored. */
export function wantsMails(preferences: string): boolean {
  return (JSON.parse(preferences) as Preferences).mailsNotifications === true;
}
