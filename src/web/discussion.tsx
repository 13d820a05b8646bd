/** The discussion of a paper: threads of comments, and the box to write one. */

import { hasRole } from '../accounts/account.js';
import type { CommentId } from '../community/comment.js';
import type {
  CommentReader,
  Discussion,
  DiscussionEntry,
} from '../community/comment-reader-store.js';
import { type PaperId, paperPath } from '../papers/identifiers.js';
import { discussionPath } from './comment-anchor.js';
import { CommentForm } from './comment-form.js';
import { CommentItem } from './comment-item.js';
import { type CommentTexts, type CommentTextsContext, readCommentTexts } from './comment-texts.js';
import type { View } from './context.js';
import { CsrfField } from './csrf-field.js';
import type { Markup } from './markup.js';
import { signInPath } from './sign-in-path.js';
import type { Visitor } from './visitor.js';

/** A discussion as it is shown on one page. */
export type DiscussionOnPage = {
  readonly discussion: Discussion;
  readonly texts: CommentTexts;
};

/** Deeper answers stand at this depth, and name what they answer. */
const DEEPEST_SHOWN = 6;

/** Longer reasons are cut where they are stored. */
const LONGEST_REASON = 300;

/** Reads a page of the discussion of a paper as a visitor sees it. */
export async function readDiscussion(
  web: CommentTextsContext & { readonly comments: Pick<CommentReader, 'discussionOf'> },
  paperId: PaperId,
  { account }: Pick<Visitor, 'account'>,
  page: number | CommentId = 1,
): Promise<DiscussionOnPage> {
  const discussion = await web.comments.discussionOf(paperId, account, page);
  const texts = discussion.entries.map(({ text }) => text).filter(Boolean);
  return { discussion, texts: await readCommentTexts(web, texts) };
}

export function DiscussionSection({
  view,
  talk,
}: {
  readonly view: View;
  readonly talk: DiscussionOnPage;
}): Markup {
  const { discussion } = talk;
  const { count, page, pages, paperId, lock } = discussion;
  const { visitor } = view;
  const mayWrite = visitor.account && (!lock || hasRole(visitor.account, 'moderator'));
  return (
    <section class="discussion reading" aria-labelledby="discussion">
      <h2 id="discussion">
        Discussion <span class="count">({countInWords(count)})</span>
      </h2>
      {lock && (
        <p class="note">
          A moderator has closed this discussion{lock.reason ? `: ${lock.reason}` : '.'}
        </p>
      )}
      <Threads view={view} talk={talk} />
      <DiscussionPages paperId={paperId} page={page} pages={pages} />
      {mayWrite && <CommentForm visitor={visitor} target={{ kind: 'new', paperId }} />}
      {hasRole(visitor.account, 'moderator') && (
        <LockForm visitor={visitor} paperId={paperId} isLocked={lock !== undefined} />
      )}
      {!visitor.account && !lock && (
        <p>
          <a href={signInPath(paperPath(paperId))}>Sign in</a> to comment.
        </p>
      )}
    </section>
  );
}

function LockForm({
  visitor,
  paperId,
  isLocked,
}: {
  readonly visitor: Visitor;
  readonly paperId: PaperId;
  readonly isLocked: boolean;
}) {
  const act = isLocked ? 'unlock' : 'lock';
  return (
    <details class="comment-actions">
      <summary>Moderate this discussion</summary>
      <form method="post" action={`/admin/discussions/${act}`}>
        <CsrfField visitor={visitor} />
        <input type="hidden" name="paper" value={paperId} />
        <input type="hidden" name="back" value={`${paperPath(paperId)}#discussion`} />
        {!isLocked && (
          <>
            <label for="lock-reason">Reason, told to everybody</label>
            <input id="lock-reason" type="text" name="reason" maxlength={LONGEST_REASON} />
          </>
        )}
        <button type="submit">{isLocked ? 'Open it again' : 'Close it to further comments'}</button>
      </form>
    </details>
  );
}

type Branch = { readonly entry: DiscussionEntry; readonly branches: Branch[] };

function Threads({ view, talk }: { readonly view: View; readonly talk: DiscussionOnPage }) {
  const { entries } = talk.discussion;
  if (entries.length === 0) {
    return <p class="empty">Nobody has said anything about this paper yet.</p>;
  }
  return <Branches view={view} talk={talk} branches={branchesOf(entries)} />;
}

function Branches({
  view,
  talk,
  branches,
}: {
  readonly view: View;
  readonly talk: DiscussionOnPage;
  readonly branches: readonly Branch[];
}): Markup | null {
  if (branches.length === 0) return null;
  return (
    <ol class="comments">
      {branches.map(({ entry, branches: answers }) => (
        <li>
          <CommentItem
            view={view}
            entry={entry}
            texts={talk.texts}
            isLocked={talk.discussion.lock !== undefined}
          />
          <Branches view={view} talk={talk} branches={answers} />
        </li>
      ))}
    </ol>
  );
}

/**
 * The entries of a page as a tree no deeper than is shown. What answers something on an earlier
 * page begins a branch of its own.
 */
function branchesOf(entries: readonly DiscussionEntry[]): Branch[] {
  const roots: Branch[] = [];
  const path: { readonly branch: Branch; readonly entry: DiscussionEntry }[] = [];
  for (const entry of entries) {
    const branch: Branch = { entry, branches: [] };
    while (path.length > 0 && (path.at(-1)?.entry.depth ?? 0) >= entry.depth) path.pop();
    const around = path.slice(0, DEEPEST_SHOWN).at(-1);
    (around?.branch.branches ?? roots).push(branch);
    path.push({ branch, entry });
  }
  return roots;
}

function DiscussionPages({
  paperId,
  page,
  pages,
}: {
  readonly paperId: PaperId;
  readonly page: number;
  readonly pages: number;
}) {
  if (pages === 1) return null;
  const to = (number: number): string => `${discussionPath(paperId, number)}#discussion`;
  return (
    <nav class="pages" aria-label="Pages of the discussion">
      {page > 1 ? (
        <a href={to(page - 1)} rel="prev">
          ← Later comments
        </a>
      ) : (
        <span />
      )}
      <span>
        Page {page} of {pages}
      </span>
      {page < pages ? (
        <a href={to(page + 1)} rel="next">
          Earlier comments →
        </a>
      ) : (
        <span />
      )}
    </nav>
  );
}

function countInWords(count: number): string {
  return `${count.toLocaleString('en-GB')} ${count === 1 ? 'comment' : 'comments'}`;
}
