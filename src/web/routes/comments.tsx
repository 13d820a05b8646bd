/** Comments: writing, answering, editing and taking them back, and the way to where they stand. */

import { type Context, Hono } from 'hono';
import { z } from 'zod';
import type { Account } from '../../accounts/account.js';
import {
  type Comment,
  type CommentId,
  commentPath,
  mayRead,
  parseCommentId,
} from '../../community/comment.js';
import type { CommentStore } from '../../community/comment-store.js';
import { quoted, readCommentText } from '../../community/comment-text.js';
import type { Commenting } from '../../community/commenting.js';
import type { NotificationStore } from '../../community/notification-store.js';
import { BroadsheetError } from '../../errors.js';
import { paperPath } from '../../papers/identifiers.js';
import type { Paper } from '../../papers/paper.js';
import { answerAct, name, paperNamed } from '../act-answer.js';
import { placeOf } from '../comment-anchor.js';
import type { CommentTarget } from '../comment-form.js';
import { discussionPage, writingPage } from '../comment-pages.js';
import { readCommentTexts } from '../comment-texts.js';
import { viewFor, type Web } from '../context.js';
import { readDiscussion } from '../discussion.js';
import { isForForm, readForm } from '../form-fields.js';
import { askedPage } from '../paging.js';
import type { FormProblem } from '../settings-frame.js';
import { requireAccount, visitorOf } from '../visitor.js';

export type CommentsWeb = Web & {
  readonly commenting: Commenting;
  readonly comments: CommentStore;
  readonly notifications: Pick<NotificationStore, 'markCommentRead'>;
};

/** What a form may hold at all; the refusal of a longer comment is in better words. */
const TYPED = z.string().max(200_000);

/** A hidden field that may be absent or empty. */
const OPTIONAL_ID = z.string().max(100).optional();

export function commentsRoute(web: CommentsWeb): Hono {
  return new Hono()
    .post('/comments', async (c) => {
      const account = requireAccount(c);
      const form = await readForm(c, { paper: name, parent: OPTIONAL_ID, text: TYPED });
      const paper = await paperNamed(web.papers, form.paper);
      const parentId = parentIn(form.parent);
      return attempt(
        c,
        { paper, account, text: form.text, target: { kind: 'new', paperId: paper.id, parentId } },
        () =>
          web.commenting.post(account, {
            paperId: paper.id,
            parentId,
            text: form.text,
            network: visitorOf(c).network,
          }),
      );
    })

    .post('/comments/preview', async (c) => {
      const account = requireAccount(c);
      const form = await readForm(c, {
        paper: OPTIONAL_NAME,
        parent: OPTIONAL_ID,
        comment: OPTIONAL_ID,
        text: TYPED,
      });
      const { paper, target } = await targetOf(account, form);
      try {
        const { text, markdown } = readCommentText(form.text);
        return await writing(c, { paper, target, text, markdown, status: 200 });
      } catch (error) {
        if (!isForForm(c, error)) throw error;
        return writing(c, { paper, target, text: form.text, problem: error, status: error.status });
      }
    })

    .get('/comments/:id', async (c) => {
      const comment = await readable(c);
      const { account } = visitorOf(c);
      const { page } = await web.comments.discussionOf(comment.paperId, account, comment.id);
      if (account && c.req.method === 'GET') {
        await web.notifications.markCommentRead(account.id, comment.id);
      }
      c.header('Cache-Control', 'no-store');
      return c.redirect(placeOf(comment.paperId, page, comment.id), 303);
    })

    .get('/comments/:id/reply', async (c) => {
      requireAccount(c);
      const parent = await readable(c);
      const paper = await paperOf(parent);
      return writing(c, {
        paper,
        target: { kind: 'new', paperId: paper.id, parentId: parent.id },
        text: c.req.query('quote') === '1' ? quoted(parent.text) : '',
        status: 200,
      });
    })

    .get('/comments/:id/edit', async (c) => {
      const comment = await own(c, requireAccount(c));
      return writing(c, {
        paper: await paperOf(comment),
        target: { kind: 'edit', id: comment.id },
        text: comment.text,
        status: 200,
      });
    })

    .post('/comments/:id/edit', async (c) => {
      const account = requireAccount(c);
      const form = await readForm(c, { text: TYPED });
      const comment = await own(c, account);
      const paper = await paperOf(comment);
      const target: CommentTarget = { kind: 'edit', id: comment.id };
      return attempt(c, { paper, account, text: form.text, target }, () =>
        web.commenting.edit(account, comment.id, form.text),
      );
    })

    .post('/comments/:id/delete', async (c) => {
      const account = requireAccount(c);
      const { paperId } = await web.comments.remove(account, idIn(c));
      return answerAct(c, {
        elsewhere: `${paperPath(paperId)}#discussion`,
        json: { paper: paperId, deleted: true },
      });
    })

    .get('/discussions/:paper{.+}', async (c) => {
      const paper = await paperNamed(web.papers, c.req.param('paper'));
      const { number } = askedPage(c.req.query('page'), 1);
      const talk = await readDiscussion(web, paper.id, visitorOf(c), number);
      if (number > talk.discussion.pages) {
        throw new BroadsheetError('not_found', `There is no page ${number} of this discussion.`, {
          fix: 'Go back to the page of the paper.',
        });
      }
      return c.html(discussionPage(viewFor(web, c), paper, talk));
    });

  /** Writes, and leads to what was written; a refusal is shown above the form, with the text. */
  async function attempt(
    c: Context,
    tried: {
      readonly paper: Paper;
      readonly account: Account;
      readonly text: string;
      readonly target: CommentTarget;
    },
    write: () => Promise<Comment>,
  ): Promise<Response> {
    try {
      const { id, paperId, status, statusReason } = await write();
      return answerAct(c, {
        elsewhere: commentPath(id),
        json: { comment: { id, paper: paperId, status, reason: statusReason } },
      });
    } catch (error) {
      if (!isForForm(c, error)) throw error;
      if (error.code === 'too_many') c.header('Retry-After', String(error.retryAfterSeconds));
      return writing(c, { ...tried, problem: error, status: error.status });
    }
  }

  async function writing(
    c: Context,
    {
      paper,
      target,
      text,
      markdown,
      problem,
      status,
    }: {
      readonly paper: Paper;
      readonly target: CommentTarget;
      readonly text: string;
      readonly markdown?: ReturnType<typeof readCommentText>['markdown'];
      readonly problem?: FormProblem;
      readonly status: 200 | BroadsheetError['status'];
    },
  ): Promise<Response> {
    const parentId = target.kind === 'new' ? target.parentId : undefined;
    const parent = parentId && (await web.comments.byId(parentId));
    const answered = parent && mayRead(parent, visitorOf(c).account) ? parent : undefined;
    const shown = [...(answered ? [answered.text] : []), ...(markdown ? [text] : [])];
    c.header('Cache-Control', 'no-store');
    return c.html(
      writingPage(viewFor(web, c), {
        paper,
        target,
        text,
        answered,
        preview: markdown,
        texts: await readCommentTexts(web, shown),
        problem,
        path: c.req.path,
      }),
      status,
    );
  }

  async function readable(c: Context): Promise<Comment> {
    const comment = await web.comments.byId(idIn(c));
    // That a comment was hidden is told where it stood, and nothing of one that waits.
    const { account } = visitorOf(c);
    const isPlace = comment?.status === 'hidden' || comment?.status === 'deleted';
    const isAsked = c.req.path === commentPath(idIn(c));
    if (comment && (mayRead(comment, account) || (isPlace && isAsked))) return comment;
    throw noSuchComment();
  }

  async function own(c: Context, account: Account): Promise<Comment> {
    return ownOf(account, idIn(c));
  }

  async function ownOf(account: Account, id: CommentId): Promise<Comment> {
    const comment = await web.comments.byId(id);
    if (!comment || !mayRead(comment, account)) throw noSuchComment();
    if (comment.accountId === account.id) return comment;
    throw new BroadsheetError('forbidden', 'Only its author can change a comment.', {
      fix: 'Report it if a moderator should look at it.',
    });
  }

  async function paperOf(comment: Comment): Promise<Paper> {
    return paperNamed(web.papers, comment.paperId);
  }

  async function targetOf(
    account: Account,
    form: {
      readonly paper?: string | undefined;
      readonly parent?: string | undefined;
      readonly comment?: string | undefined;
    },
  ): Promise<{ readonly paper: Paper; readonly target: CommentTarget }> {
    if (form.comment) {
      const id = parseCommentId(form.comment);
      if (!id) throw noSuchComment();
      const comment = await ownOf(account, id);
      return { paper: await paperOf(comment), target: { kind: 'edit', id } };
    }
    const paper = await paperNamed(web.papers, form.paper ?? '');
    const parentId = parentIn(form.parent);
    return { paper, target: { kind: 'new', paperId: paper.id, parentId } };
  }
}

const OPTIONAL_NAME = z.string().max(300).optional();

/** @throws BroadsheetError `not_found` for what cannot be one */
function idIn(c: Context): CommentId {
  const id = parseCommentId(c.req.param('id'));
  if (id) return id;
  throw noSuchComment();
}

function parentIn(value: string | undefined): CommentId | undefined {
  if (!value) return undefined;
  const id = parseCommentId(value);
  if (id) return id;
  throw noSuchComment();
}

function noSuchComment(): BroadsheetError {
  return new BroadsheetError('not_found', 'There is no such comment here.', {
    fix: 'It may have been deleted. Read the discussion again.',
  });
}
