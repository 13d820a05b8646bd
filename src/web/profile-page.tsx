/** The page of a person: what they say of themselves, and what they have done in public. */

import type { PublicAccount } from '../accounts/account.js';
import type { Collection } from '../community/collections.js';
import type { Comment } from '../community/comment.js';
import { excerpt } from '../community/markdown-plain.js';
import { dateInWords, dayAt } from '../papers/dates.js';
import { paperPath } from '../papers/identifiers.js';
import type { Paper } from '../papers/paper.js';
import { CollectionList } from './collection-pages.js';
import type { View } from './context.js';
import { document } from './layout.js';
import type { Markup } from './markup.js';
import { assertPageExists, type Page, PageLinks } from './paging.js';
import { Byline } from './paper-card.js';
import { RichLine } from './rich-text.js';

/** As much of a comment as tells what it says. */
const LONGEST_EXCERPT = 240;

export type ProfilePageProps = {
  readonly account: PublicAccount;
  readonly collections: readonly Collection[];
  /** Papers that the person is known to have written. */
  readonly papers: readonly Paper[];
  /** The latest, each with its paper. */
  readonly comments: readonly { readonly comment: Comment; readonly paper: Paper }[];
  /** `undefined` for whoever does not show them. */
  readonly votes:
    | { readonly papers: readonly Paper[]; readonly page: Page; readonly total: number }
    | undefined;
};

export function profilePath({ name }: Pick<PublicAccount, 'name'>): string {
  return `/@${name}`;
}

/** @throws BroadsheetError if the list of votes ends before its page */
export function profilePage(web: View, props: ProfilePageProps): Markup {
  const { account, collections, papers, comments, votes } = props;
  const { name, displayName, biography, role, createdAtMs } = account;
  if (votes) assertPageExists(votes.page, votes.total);
  const since = dayAt(new Date(createdAtMs), web.site.timeZone);
  const isOwn = web.visitor.account?.id === account.id;
  const isEmpty =
    !biography && collections.length + papers.length + comments.length === 0 && !votes?.total;
  const path = profilePath(account);
  return document({
    web,
    title: `${displayName} (@${name})`,
    path,
    isIndexed: !isEmpty,
    children: (
      <div class="reading profile">
        <h1>
          <bdi>{displayName}</bdi>
        </h1>
        <p class="byline">
          @{name}, here since <time datetime={since}>{dateInWords(since)}</time>
          {role !== 'reader' && `, ${role}`}
        </p>
        {biography && (
          <p class="about" dir="auto">
            {biography}
          </p>
        )}
        <p class="links">
          {isOwn ? (
            <a href="/settings">Edit your profile</a>
          ) : (
            <a href={`/report/account/${account.id}`} rel="nofollow">
              Report
            </a>
          )}
        </p>
        {isEmpty && <p class="note">There is nothing here yet.</p>}
        {papers.length > 0 && (
          <section aria-labelledby="written">
            <h2 id="written">Papers by {displayName}</h2>
            <PaperTitles papers={papers} />
          </section>
        )}
        {collections.length > 0 && (
          <section aria-labelledby="collections">
            <h2 id="collections">Collections</h2>
            <CollectionList view={web} collections={collections} heading="h3" />
          </section>
        )}
        {comments.length > 0 && <Comments web={web} comments={comments} />}
        {votes && votes.total > 0 && (
          <section aria-labelledby="votes">
            <h2 id="votes">Votes for</h2>
            <PaperTitles papers={votes.papers} />
            <PageLinks
              page={votes.page}
              total={votes.total}
              addressOf={(number) => (number === 1 ? path : `${path}?page=${number}`)}
            />
          </section>
        )}
      </div>
    ),
  });
}

function PaperTitles({ papers }: { readonly papers: readonly Paper[] }) {
  return (
    <ul class="titles">
      {papers.map((paper) => (
        <li>
          <a href={paperPath(paper.id)} dir="auto">
            <RichLine text={paper.title} isLinkText />
          </a>
          <Byline paper={paper} />
        </li>
      ))}
    </ul>
  );
}

function Comments({ web, comments }: Pick<ProfilePageProps, 'comments'> & { readonly web: View }) {
  return (
    <section aria-labelledby="comments">
      <h2 id="comments">Latest comments</h2>
      <ul class="titles">
        {comments.map(({ comment, paper }) => {
          const day = dayAt(new Date(comment.writtenAtMs), web.site.timeZone);
          return (
            <li>
              <p class="byline">
                On{' '}
                <a href={paperPath(paper.id)}>
                  <RichLine text={paper.title} isLinkText />
                </a>
              </p>
              <p dir="auto">{excerpt(comment.text, LONGEST_EXCERPT)}</p>
              <p class="links">
                <a href={`/comments/${comment.id}`}>
                  <time datetime={day}>{dateInWords(day)}</time>
                  <span class="hidden">: read the comment</span>
                </a>
              </p>
            </li>
          );
        })}
      </ul>
    </section>
  );
}
