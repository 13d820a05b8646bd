/** `/comments/ID`: one comment, to be read, changed and taken back. */

import { type Context, Hono } from 'hono';
import { z } from 'zod';
import type { Account } from '../../accounts/account.js';
import {
  type Comment,
  type CommentId,
  type CommentViewer,
  mayRead,
  parseCommentId,
} from '../../community/comment.js';
import { BroadsheetError } from '../../errors.js';
import { askerOf, readerOf, requireScope } from '../bearer.js';
import { type CommentJson, commentJson } from '../comment-json.js';
import { bodyOf } from '../json-body.js';
import { answerMethod } from '../methods.js';
import type { ApiServices } from '../services.js';

export function commentsRoute(services: ApiServices): Hono {
  const { comments, commenting } = services;

  return new Hono().all('/comments/:id', (c) =>
    answerMethod(c, {
      GET: async () => {
        const comment = await comments.byId(idIn(c));
        if (!comment) throw noSuchComment();
        if (!mayRead(comment, readerOf(c))) {
          if (!mayRead(comment, askerOf(c)?.account)) throw noSuchComment();
          requireScope(c, 'read');
        }
        return c.json(await jsonFor(services, readerOf(c), comment));
      },
      PATCH: async () => {
        const account = requireScope(c, 'comment');
        const { text } = bodyOf(c, { text: z.string() });
        const edited = await commenting.edit(account, idIn(c), text);
        return answerWritten(services, c, account, edited, 200);
      },
      DELETE: async () => {
        const account = requireScope(c, 'comment');
        const id = idIn(c);
        const { paperId } = await comments.remove(account, id);
        return c.json({ comment: id, paper: paperId, deleted: true });
      },
    }),
  );
}

/** Tells whoever wrote a comment what became of it. */
export async function answerWritten(
  services: Pick<ApiServices, 'comments'>,
  c: Context,
  account: Account,
  written: Comment,
  status: 200 | 201,
): Promise<Response> {
  const json = await jsonFor(services, account, written);
  // Below whatever address this interface is mounted at.
  const [base = ''] = c.req.path.split(/\/(?:papers|comments)\//);
  if (status === 201) c.header('Location', `${base}/comments/${written.id}`);
  return c.json(json, status);
}

/** @throws BroadsheetError `not_found` for what cannot be one */
export function parentIn(value: string | null | undefined): CommentId | undefined {
  if (value === undefined || value === null) return undefined;
  const id = parseCommentId(value);
  if (id) return id;
  throw noSuchComment();
}

/** A comment with all that is shown of it, from the place where it stands. */
async function jsonFor(
  { comments }: Pick<ApiServices, 'comments'>,
  viewer: CommentViewer,
  { id, paperId }: Comment,
): Promise<CommentJson> {
  const { entries } = await comments.discussionOf(paperId, viewer, id);
  const entry = entries.find((each) => each.id === id);
  // Somebody has taken it away since it was found.
  if (!entry) throw noSuchComment();
  return commentJson(paperId, entry);
}

/** @throws BroadsheetError `not_found` for what cannot be one */
function idIn(c: Context): CommentId {
  const id = parseCommentId(c.req.param('id'));
  if (id) return id;
  throw noSuchComment();
}

function noSuchComment(): BroadsheetError {
  return new BroadsheetError('not_found', 'There is no such comment here.', {
    fix: 'It may have been deleted. Read the discussion again.',
  });
}
