/** The box in which a comment is written, with a word on Markdown. */

import type { CommentId } from '../community/comment.js';
import { LONGEST_COMMENT } from '../community/comment.js';
import type { PaperId } from '../papers/identifiers.js';
import { CsrfField } from './csrf-field.js';
import type { Markup } from './markup.js';
import type { Visitor } from './visitor.js';

/** What a form is for: a comment on a paper, an answer in its discussion, or another text. */
export type CommentTarget =
  | { readonly kind: 'new'; readonly paperId: PaperId; readonly parentId?: CommentId | undefined }
  | { readonly kind: 'edit'; readonly id: CommentId };

const ROWS = 6;

export function CommentForm({
  visitor,
  target,
  text = '',
  label = 'Your comment',
}: {
  readonly visitor: Visitor;
  readonly target: CommentTarget;
  readonly text?: string;
  readonly label?: string;
}): Markup {
  const action = target.kind === 'edit' ? `/comments/${target.id}/edit` : '/comments';
  return (
    <form class="comment-form" method="post" action={action}>
      <CsrfField visitor={visitor} />
      {target.kind === 'edit' ? (
        <input type="hidden" name="comment" value={target.id} />
      ) : (
        <>
          <input type="hidden" name="paper" value={target.paperId} />
          {target.parentId && <input type="hidden" name="parent" value={target.parentId} />}
        </>
      )}
      <label for="comment-text">{label}</label>
      <textarea
        id="comment-text"
        name="text"
        rows={ROWS}
        maxlength={LONGEST_COMMENT}
        required
        dir="auto"
        aria-describedby="comment-hint"
      >
        {/* A first line break after the tag is not part of the text. */}
        {`\n${text}`}
      </textarea>
      <p id="comment-hint" class="hint">
        Markdown: <code>**bold**</code>, <code>*italic*</code>, <code>`code`</code>,{' '}
        <code>&gt; quote</code>, <code>[words](https://…)</code>, mathematics as <code>$x^2$</code>,
        people as <code>@name</code>, papers as <code>arXiv:2303.01234</code>.
      </p>
      <p class="buttons">
        <button type="submit">{target.kind === 'edit' ? 'Save' : 'Comment'}</button>
        <button type="submit" formaction="/comments/preview">
          Preview
        </button>
      </p>
    </form>
  );
}
