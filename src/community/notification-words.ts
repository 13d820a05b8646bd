/** Notifications in words, for pages, letters and feeds alike. */

import { commentPath } from './comment.js';
import { excerpt } from './markdown-plain.js';
import type { Notification } from './notification.js';

/** Enough to know whether to read on. */
const LONGEST_EXCERPT = 240;

/** One sentence: `Ana (@ana) answered your comment.` */
export function whatHappened({ kind, actor, text }: Notification): string {
  if (text) return text;
  const who = actor ? personInWords(actor) : 'Somebody';
  switch (kind) {
    case 'reply':
      return `${who} answered your comment.`;
    case 'mention':
      return `${who} mentioned you in a comment.`;
    case 'comment':
      return `${who} commented on your paper.`;
    case 'claim':
      return 'Your claim to be an author was decided.';
    case 'moderation':
      return 'A moderator has looked at your comment.';
  }
}

/** The beginning of the comment that it is about; empty without one. */
export function whatWasSaid({ comment }: Notification): string {
  return comment ? excerpt(comment, LONGEST_EXCERPT) : '';
}

/** The path of this site where it leads; `undefined` if that is no more. */
export function whereItLeads(
  { commentId, comment, paper }: Notification,
  paperPathOf: (paper: NonNullable<Notification['paper']>) => string,
): string | undefined {
  if (commentId && comment) return commentPath(commentId);
  return paper && paperPathOf(paper);
}

/** `Ana Ruiz (@ana)`: never the display name alone, which anybody can make up. */
export function personInWords({
  name,
  displayName,
}: {
  readonly name: string;
  readonly displayName: string;
}): string {
  return displayName && displayName !== name ? `${displayName} (@${name})` : `@${name}`;
}
