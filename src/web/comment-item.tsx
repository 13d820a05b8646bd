/** One comment in its discussion: who wrote it and when, its text, and what can be done with it. */

import { hasRole } from '../accounts/account.js';
import { type CommentAuthor, commentPath } from '../community/comment.js';
import type { DiscussionEntry } from '../community/comment-reader-store.js';
import { anchorOf } from './comment-anchor.js';
import type { CommentTexts } from './comment-texts.js';
import { TimeAgo } from './comment-time.js';
import type { View } from './context.js';
import { CsrfField } from './csrf-field.js';
import { MarkdownText } from './markdown.js';
import type { Markup } from './markup.js';
import { signInPath } from './sign-in-path.js';

export type CommentItemProps = {
  readonly view: View;
  readonly entry: DiscussionEntry;
  readonly texts: CommentTexts;
  /** Whether nobody may answer any more. */
  readonly isLocked: boolean;
};

const PLACE_WORDS = {
  hidden: 'A moderator has hidden this comment.',
  deleted: 'This comment has been deleted.',
  waiting: 'This comment waits for a moderator.',
} as const;

/** Longer reasons are cut where they are stored. */
const LONGEST_REASON = 300;

export function CommentItem(props: CommentItemProps): Markup {
  const { view, entry, texts } = props;
  if (entry.appearance !== 'whole') return <Place entry={entry} />;
  const { id, answered, depth } = entry;
  return (
    <article class="comment" id={anchorOf(id)}>
      <Heading view={view} entry={entry} />
      {answered && depth > 1 && (
        <p class="answered">
          in answer to <Person person={answered} />
        </p>
      )}
      <Status entry={entry} />
      <MarkdownText markdown={texts.markdownOf(entry.text)} known={texts.known} />
      <Actions {...props} />
    </article>
  );
}

function Place({ entry: { id, appearance, isOwn, statusReason } }: { entry: DiscussionEntry }) {
  if (appearance === 'whole') return null;
  return (
    <article class="comment place" id={anchorOf(id)}>
      <p>
        {PLACE_WORDS[appearance]}
        {isOwn && statusReason && ` The reason: ${statusReason}`}
      </p>
    </article>
  );
}

function Heading({ view, entry }: { readonly view: View; readonly entry: DiscussionEntry }) {
  const { id, author, isByPaperAuthor, writtenAtMs, editedAtMs } = entry;
  return (
    <p class="comment-head">
      {author ? <Person person={author} /> : <span class="person">somebody who has left</span>}
      {isByPaperAuthor && <span class="badge">Author of the paper</span>}
      {hasRole(author, 'moderator') && <span class="badge">Moderator</span>}
      <a class="when" href={commentPath(id)}>
        <TimeAgo web={view} atMs={writtenAtMs} />
      </a>
      {editedAtMs !== undefined && (
        <span class="when">
          edited <TimeAgo web={view} atMs={editedAtMs} />
        </span>
      )}
    </p>
  );
}

/** The display name never stands alone: anybody may call themselves what they like. */
export function Person({ person }: { readonly person: CommentAuthor }): Markup {
  const { name, displayName } = person;
  return (
    <a class="person" href={`/@${name}`}>
      {displayName !== name && <bdi>{displayName}</bdi>} <span class="name">@{name}</span>
    </a>
  );
}

function Status({ entry: { status, statusReason } }: { readonly entry: DiscussionEntry }) {
  if (status === 'shown') return null;
  return (
    <p class="note status">
      <strong>{status === 'held' ? 'Waits for a moderator.' : 'Hidden by a moderator.'}</strong>{' '}
      {statusReason}{' '}
      {status === 'held' && 'Only the one who wrote it and moderators see it until then.'}
    </p>
  );
}

function Actions({ view, entry, isLocked }: CommentItemProps) {
  const { account } = view.visitor;
  const { id, status, isOwn } = entry;
  const path = commentPath(id);
  const isModerator = hasRole(account, 'moderator');
  const mayAnswer = status === 'shown' && (!isLocked || isModerator);
  return (
    <div class="comment-actions">
      {mayAnswer && account && (
        <>
          <a href={`${path}/reply`} rel="nofollow">
            Reply
          </a>
          <a href={`${path}/reply?quote=1`} rel="nofollow">
            Quote
          </a>
        </>
      )}
      {mayAnswer && !account && (
        <a href={signInPath(`${path}/reply`)} rel="nofollow">
          Reply
        </a>
      )}
      {isOwn && status !== 'hidden' && (!isLocked || isModerator) && (
        <a href={`${path}/edit`} rel="nofollow">
          Edit
        </a>
      )}
      {isOwn && <DeleteForm view={view} entry={entry} />}
      {!isOwn && account && status === 'shown' && (
        <a href={`/report/comment/${id}`} rel="nofollow">
          Report
        </a>
      )}
      {isModerator && !isOwn && <ModerateForm view={view} entry={entry} />}
    </div>
  );
}

function DeleteForm({
  view,
  entry: { id },
}: {
  readonly view: View;
  readonly entry: DiscussionEntry;
}) {
  return (
    <details>
      <summary>Delete</summary>
      <form method="post" action={`${commentPath(id)}/delete`}>
        <CsrfField visitor={view.visitor} />
        <p>The text will be gone for good.</p>
        <button type="submit">Delete this comment</button>
      </form>
    </details>
  );
}

function ModerateForm({ view, entry }: { readonly view: View; readonly entry: DiscussionEntry }) {
  const { id, status } = entry;
  const field = `reason-${id}`;
  return (
    <details>
      <summary>Moderate</summary>
      <form method="post" action={`/admin/comments/${id}/status`}>
        <CsrfField visitor={view.visitor} />
        <input type="hidden" name="back" value={commentPath(id)} />
        <label for={field}>Reason, told to the author</label>
        <input id={field} type="text" name="reason" maxlength={LONGEST_REASON} />
        {status !== 'shown' && (
          <button type="submit" name="status" value="shown">
            Let it be shown
          </button>
        )}
        {status !== 'hidden' && (
          <button type="submit" name="status" value="hidden">
            Hide it
          </button>
        )}
      </form>
    </details>
  );
}
