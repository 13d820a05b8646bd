/** What somebody wants to be told of: their own searches, and what their account follows. */

import type { KeptFollow } from '../../community/follows.js';
import { followedQuery, MOST_SEARCHED } from '../../recommend/followed-papers.js';
import type { Query } from '../../search/query.js';
import type { Candidate, Offer, Span } from './candidate.js';
import type { Reason } from './contents.js';

export type Wish = {
  /** Two people's wishes of one key find the same. */
  readonly key: string;
  readonly follow: KeptFollow;
  readonly reason: Reason;
};

/** What a wish finds among the new papers. */
export type Found = {
  readonly wish: Wish;
  /** How many there are. */
  readonly total: number;
  /** The best of them first; perhaps not all. */
  readonly candidates: readonly Candidate[];
};

/** Papers that are offered to one person; who is sent thirty a day needs no more over a weekend. */
const MOST_OFFERED = 200;

/**
 * All that is searched for somebody: their own searches first, then what was followed last.
 *
 * @param searches - in the language of the search box
 * @param follows - what was followed last first
 */
export function wishesOf(searches: readonly string[], follows: readonly KeptFollow[]): Wish[] {
  const own = searches.map((text): KeptFollow => {
    return { kind: 'search', value: text, label: text, followedAtMs: 0 };
  });
  const wishes = new Map<string, Wish>();
  for (const follow of [...own, ...follows]) {
    const key = `${follow.kind}:${follow.value}`;
    if (!wishes.has(key)) wishes.set(key, { key, follow, reason: reasonOf(follow) });
  }
  return [...wishes.values()].slice(0, MOST_SEARCHED);
}

function reasonOf({ kind, label }: KeptFollow): Reason {
  return kind === 'search'
    ? { kind: 'search', query: label }
    : { kind: 'follow', what: kind, label };
}

/** The search for a wish among papers of these days; `undefined` for what would find everything. */
export function queryFor({ follow }: Wish, { from, until }: Span): Query | undefined {
  const query = followedQuery(follow, from);
  if (!query) return undefined;
  const { before } = query.filters;
  return {
    ...query,
    filters: { ...query.filters, before: before && before < until ? before : until },
  };
}

/**
 * The papers that wishes found, in an order in which each wish has its turn: first the best paper
 * of each, then the second best, and so on. Of a busy category and an author who writes twice a
 * year, the author is not lost. Wishes that find little go first, and so do their reasons.
 */
export function offersFor(found: readonly Found[], most: number = MOST_OFFERED): Offer[] {
  const narrowFirst = found.toSorted((one, other) => one.total - other.total);
  const reasons = new Map<Candidate, Reason[]>();
  for (const { wish, candidates } of narrowFirst) {
    for (const candidate of candidates) {
      const known = reasons.get(candidate);
      if (known) known.push(wish.reason);
      else reasons.set(candidate, [wish.reason]);
    }
  }
  const offers = new Map<Candidate, Offer>();
  const turns = narrowFirst.map(({ candidates }) => candidates.values());
  let isOver = false;
  while (!isOver && offers.size < most) {
    isOver = true;
    for (const turn of turns) {
      const candidate = nextNot(turn, offers);
      if (!candidate) continue;
      isOver = false;
      if (offers.size < most) {
        offers.set(candidate, { candidate, reasons: reasons.get(candidate) ?? [] });
      }
    }
  }
  return [...offers.values()];
}

function nextNot<Item>(
  items: Iterator<Item>,
  taken: { readonly has: (item: Item) => boolean },
): Item | undefined {
  for (let next = items.next(); !next.done; next = items.next()) {
    if (!taken.has(next.value)) return next.value;
  }
  return undefined;
}
