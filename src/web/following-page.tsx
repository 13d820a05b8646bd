/** The page of what somebody follows: its newest papers with the reasons, and the list itself. */

import { FOLLOW_KINDS, type FollowKind, type KeptFollow, queryOf } from '../community/follows.js';
import type { Paper } from '../papers/paper.js';
import type { View } from './context.js';
import { HiddenPaper } from './dismiss-button.js';
import { FollowButton } from './follow-button.js';
import { document } from './layout.js';
import { ListedCard } from './listed-card.js';
import type { ListedPaper } from './listing.js';
import type { Markup } from './markup.js';
import { searchPath } from './paper-links.js';

/** How long a paper is new here. */
export const NEW_DAYS = 30;

/** More reasons than these tell nothing more. */
const MOST_REASONS = 4;

export type FollowingPageProps = {
  /** What was followed last first. */
  readonly follows: readonly KeptFollow[];
  /** How many of them were searched. */
  readonly searched: number;
  readonly papers: readonly (ListedPaper & { readonly because: readonly KeptFollow[] })[];
  /** Of the page, from 1. */
  readonly number: number;
  readonly hasMore: boolean;
  /** What the reader has just hidden. */
  readonly hidden: Paper | undefined;
};

const KIND_HEADINGS: Readonly<Record<FollowKind, string>> = {
  author: 'Authors',
  category: 'Categories',
  topic: 'Topics',
  search: 'Searches',
};

export function followingPage(web: View, props: FollowingPageProps): Markup {
  const { follows, searched, papers, number, hasMore, hidden } = props;
  const address = addressOf(number);
  return document({
    web,
    title: 'Following',
    path: '/following',
    isIndexed: false,
    children: (
      <>
        <div class="dateline">
          <h1>Following</h1>
          <p>
            New papers of the last {NEW_DAYS} days, by what you follow.{' '}
            {follows.length > 0 && <a href="#follows">What you follow</a>}
          </p>
        </div>
        {hidden && <HiddenPaper view={web} paper={hidden} back={address} />}
        {searched < follows.length && (
          <p class="note">
            This page shows the {searched} that you followed last; {follows.length - searched} older
            ones are not searched.
          </p>
        )}
        {follows.length === 0 ? (
          <HowToFollow />
        ) : (
          papers.length === 0 && (
            <p class="note">
              {number > 1
                ? 'There are no older ones.'
                : `Nothing new in the last ${NEW_DAYS} days. The links below find what is older.`}
            </p>
          )
        )}
        <div class="columns">
          {papers.map(({ because, ...listed }) => (
            <ListedCard web={web} listed={listed} back={address} heading="h2">
              <Because because={because} />
            </ListedCard>
          ))}
        </div>
        <Turning number={number} hasMore={hasMore} />
        {follows.length > 0 && <Follows web={web} follows={follows} back={address} />}
      </>
    ),
  });
}

function addressOf(number: number): string {
  return number === 1 ? '/following' : `/following?page=${number}`;
}

/** Why a paper is shown, in the words of what is followed. */
function Because({ because }: { readonly because: readonly KeptFollow[] }) {
  return (
    <p class="because">
      Shown{' '}
      {because.slice(0, MOST_REASONS).map((follow, at) => (
        <>
          {at > 0 && ', '}
          {reasonWords(follow.kind)}{' '}
          <a href={searchPath(queryOf(follow))}>
            <bdi>{follow.label}</bdi>
          </a>
        </>
      ))}
      {because.length > MOST_REASONS && ` and ${because.length - MOST_REASONS} more`}
    </p>
  );
}

function reasonWords(kind: FollowKind): string {
  if (kind === 'author') return 'by';
  if (kind === 'category') return 'in';
  return kind === 'topic' ? 'about' : 'since it matches your search';
}

function HowToFollow() {
  return (
    <div class="note">
      <p>You follow nothing yet. Search for what you want to hear of, and choose “Follow”:</p>
      <ul>
        <li>
          an author: <code>author:"Ada Lovelace"</code>
        </li>
        <li>
          a category: <code>cat:cs.CL</code>
        </li>
        <li>
          any other search: <code>title:attention has:code</code>. A paper is shown if it has all
          its words.
        </li>
      </ul>
    </div>
  );
}

function Turning({ number, hasMore }: Pick<FollowingPageProps, 'number' | 'hasMore'>) {
  if (number === 1 && !hasMore) return null;
  return (
    <nav class="pages" aria-label="Pages">
      {number > 1 ? (
        <a href={addressOf(number - 1)} rel="prev">
          ← Newer papers
        </a>
      ) : (
        <span />
      )}
      <span>Page {number}</span>
      {hasMore ? (
        <a href={addressOf(number + 1)} rel="next">
          Older papers →
        </a>
      ) : (
        <span />
      )}
    </nav>
  );
}

function Follows({
  web,
  follows,
  back,
}: {
  readonly web: View;
  readonly follows: readonly KeptFollow[];
  readonly back: string;
}) {
  const kinds = FOLLOW_KINDS.filter((kind) => follows.some((follow) => follow.kind === kind));
  return (
    <section class="reading follows" id="follows" aria-labelledby="follows-heading">
      <h2 id="follows-heading">What you follow</h2>
      {kinds.map((kind) => (
        <>
          <h3>{KIND_HEADINGS[kind]}</h3>
          <ul class="managed">
            {follows
              .filter((follow) => follow.kind === kind)
              .map((follow) => (
                <li>
                  <a href={`${searchPath(queryOf(follow))}&sort=newest`}>
                    <bdi>{follow.label}</bdi>
                  </a>
                  <FollowButton view={web} follow={follow} isFollowed back={back} />
                </li>
              ))}
          </ul>
        </>
      ))}
    </section>
  );
}
