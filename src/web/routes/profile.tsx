/** `/@name`: what somebody shows of themselves. */

import { Hono } from 'hono';
import type { Account, AccountId } from '../../accounts/account.js';
import type { CollectionReader } from '../../community/collection-reader-store.js';
import type { Comment } from '../../community/comment.js';
import type { VoteReader } from '../../community/vote-store.js';
import { BroadsheetError } from '../../errors.js';
import type { PaperId } from '../../papers/identifiers.js';
import type { Paper } from '../../papers/paper.js';
import { shown } from '../../papers/record.js';
import { viewFor, type Web } from '../context.js';
import { askedPage } from '../paging.js';
import { profilePage, profilePath } from '../profile-page.js';

export type ProfileWeb = Web & {
  readonly accounts: { readonly byName: (name: string) => Promise<Account | undefined> };
  readonly collections: Pick<CollectionReader, 'publicOf'>;
  readonly votes: Pick<VoteReader, 'votesBy'>;
  readonly comments: {
    /** Those that everybody may read, the latest first. */
    readonly recentBy: (
      accountId: AccountId,
      page: { readonly offset: number; readonly limit: number },
    ) => Promise<{ readonly comments: readonly Comment[] }>;
  };
  readonly claims: {
    readonly claimsOf: (
      accountId: AccountId,
    ) => Promise<readonly { readonly paperId: PaperId; readonly status: string }[]>;
  };
};

const LATEST_COMMENTS = 10;
const VOTES_PER_PAGE = 50;

/** A page of names is no bibliography; the search by author has all. */
const MOST_PAPERS = 100;

/** Nobody has a longer name. */
const LONGEST_NAME = 60;

export function profileRoute(web: ProfileWeb): Hono {
  return new Hono().get('/:handle{@[^/]+}', async (c) => {
    const name = c.req.param('handle').slice(1);
    const account = await accountNamed(web, name);
    if (account.name !== name) return c.redirect(profilePath(account), 301);
    const page = askedPage(c.req.query('page'), VOTES_PER_PAGE);
    const [collections, claims, { comments }, votes] = await Promise.all([
      web.collections.publicOf(account.id),
      web.claims.claimsOf(account.id),
      web.comments.recentBy(account.id, { offset: 0, limit: LATEST_COMMENTS }),
      account.preferences.showsVotes ? web.votes.votesBy(account.id, page) : undefined,
    ]);
    const written = claims
      .filter(({ status }) => status === 'accepted')
      .slice(0, MOST_PAPERS)
      .map(({ paperId }) => paperId);
    const voted = votes?.votes.map(({ paperId }) => paperId) ?? [];
    const known = await web.papers.byIds([
      ...new Set([...written, ...voted, ...comments.map(({ paperId }) => paperId)]),
    ]);
    const papersOf = (ids: readonly PaperId[]): Paper[] => ids.flatMap((id) => known.get(id) ?? []);
    return c.html(
      profilePage(viewFor(web, c), {
        account,
        collections,
        papers: papersOf(written),
        comments: comments.flatMap((comment) =>
          papersOf([comment.paperId]).map((paper) => ({ comment, paper })),
        ),
        votes: votes && { papers: papersOf(voted), page, total: votes.total },
      }),
    );
  });
}

/** Whoever is banned has no page, as if they had never been here. */
async function accountNamed({ accounts }: Pick<ProfileWeb, 'accounts'>, name: string) {
  const isName = name.length <= LONGEST_NAME && !/\p{Cc}/u.test(name);
  const account = isName ? await accounts.byName(name) : undefined;
  if (account && account.bannedAtMs === undefined) return account;
  throw new BroadsheetError('not_found', `There is nobody called ${shown(name)} here.`, {
    fix: 'Check the spelling of the name.',
  });
}
