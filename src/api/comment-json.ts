/** A comment as programs read it: no more of it than whoever asks may see. */

import { type CommentId, commentPath } from '../community/comment.js';
import type { DiscussionEntry } from '../community/comment-reader-store.js';
import type { PaperId } from '../papers/identifiers.js';
import { momentJson } from './moments.js';

export type CommentJson = {
  readonly id: CommentId;
  readonly paper: PaperId;
  /** What it answers, if that is still there. */
  readonly parent: CommentId | null;
  /** `shown`, or why only its place in the thread is left. */
  readonly status: DiscussionEntry['status'];
  /** Why it has this status; told to its author and to moderators. */
  readonly reason: string | null;
  /** Markdown as it was written; null where it may not be read. */
  readonly text: string | null;
  /** null where the account is gone, or the text may not be read. */
  readonly author: { readonly name: string; readonly displayName: string } | null;
  /** Whether its author is known to have written the paper. */
  readonly byPaperAuthor: boolean;
  readonly writtenAt: string | null;
  readonly editedAt: string | null;
  readonly path: string;
};

export function commentJson(paper: PaperId, entry: DiscussionEntry): CommentJson {
  const { id, author } = entry;
  const isWhole = entry.appearance === 'whole';
  return {
    id,
    paper,
    parent: entry.parentId ?? null,
    status: entry.status,
    reason: entry.statusReason || null,
    text: isWhole ? entry.text : null,
    author: author ? { name: author.name, displayName: author.displayName } : null,
    byPaperAuthor: entry.isByPaperAuthor,
    writtenAt: isWhole ? momentJson(entry.writtenAtMs) : null,
    editedAt: isWhole ? momentJson(entry.editedAtMs) : null,
    path: commentPath(id),
  };
}
