/** Comments in the database. */

import type { Database } from '../database/database.js';
import type { CommentEvidence } from './comment-evidence-store.js';
import { type CommentModeration, createCommentModeration } from './comment-moderation-store.js';
import { type CommentReader, createCommentReader } from './comment-reader-store.js';
import { type CommentWriter, createCommentWriter } from './comment-writer-store.js';

export type CommentStore = CommentReader & CommentWriter & CommentModeration;

export function createCommentStore(
  database: Database,
  settings: { readonly now: () => Date; readonly evidence: CommentEvidence },
): CommentStore {
  return {
    ...createCommentReader(database),
    ...createCommentWriter(database, settings),
    ...createCommentModeration(settings),
  };
}
