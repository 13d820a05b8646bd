/** Where a comment stands on the page that shows it. */

import type { CommentId } from '../community/comment.js';
import { type PaperId, paperPath } from '../papers/identifiers.js';

/** The address of a page of a discussion: the first is on the page of the paper. */
export function discussionPath(paperId: PaperId, page: number): string {
  const path = paperPath(paperId);
  return page === 1 ? path : `${path.replace('/papers/', '/discussions/')}?page=${page}`;
}

/** The address that leads straight to a comment. */
export function placeOf(paperId: PaperId, page: number, id: CommentId): string {
  return `${discussionPath(paperId, page)}#${anchorOf(id)}`;
}

export function anchorOf(id: CommentId): string {
  return `comment-${id}`;
}
