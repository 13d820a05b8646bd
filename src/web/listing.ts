/**
 * From ids to what a list shows: the papers and all that belongs to them in bulk, without what
 * this reader does not want to see.
 */

import type { PublicAccount } from '../accounts/account.js';
import type { PaperReader } from '../papers/catalogue.js';
import type { PaperId } from '../papers/identifiers.js';
import type { Paper } from '../papers/paper.js';
import { NO_STANDING, type Standing, type StandingReader } from '../trending/evidence.js';
import type { Visitor } from './visitor.js';

/** A paper of a list, with what the community has to say of it. */
export type ListedPaper = {
  readonly paper: Paper;
  readonly standing: Standing;
  /** Whether the reader votes for it. */
  readonly isVoted: boolean;
};

export type Listing = {
  /** In the order asked for; what has gone meanwhile is left out. */
  readonly papers: readonly ListedPaper[];
  /** How many are left out because the reader is not interested. */
  readonly dismissed: number;
};

/** Where lists are loaded from. */
export type ListingSources = {
  readonly papers: Pick<PaperReader, 'byIds'>;
  readonly standings: StandingReader;
  readonly votes: {
    readonly votedFor: (
      account: PublicAccount['id'],
      ids: readonly PaperId[],
    ) => Promise<ReadonlySet<PaperId>>;
  };
  readonly dismissals: {
    readonly dismissedAmong: (
      account: PublicAccount['id'],
      ids: readonly PaperId[],
    ) => Promise<ReadonlySet<PaperId>>;
  };
};

const NONE: ReadonlySet<PaperId> = new Set();

/** The papers of these ids, without those that the reader is not interested in. */
export async function loadListing(
  sources: ListingSources,
  visitor: Pick<Visitor, 'account'>,
  ids: readonly PaperId[],
): Promise<Listing> {
  const { account } = visitor;
  const [byId, dismissed] = await Promise.all([
    sources.papers.byIds(ids),
    account ? sources.dismissals.dismissedAmong(account.id, ids) : NONE,
  ]);
  const papers = ids.flatMap((id) => (dismissed.has(id) ? [] : (byId.get(id) ?? [])));
  return {
    papers: await withCommunity(
      sources,
      visitor,
      papers.map((paper) => ({ paper })),
    ),
    dismissed: dismissed.size,
  };
}

/** The same items of a list, each with what the community has to say of it. */
export async function withCommunity<Item extends { readonly paper: Paper }>(
  { standings, votes }: Pick<ListingSources, 'standings' | 'votes'>,
  { account }: Pick<Visitor, 'account'>,
  items: readonly Item[],
): Promise<readonly (Item & ListedPaper)[]> {
  const ids = items.map(({ paper }) => paper.id);
  const [standingOf, voted] = await Promise.all([
    standings.standings(ids),
    account ? votes.votedFor(account.id, ids) : NONE,
  ]);
  return items.map((item) => ({
    ...item,
    standing: standingOf.get(item.paper.id) ?? NO_STANDING,
    isVoted: voted.has(item.paper.id),
  }));
}
