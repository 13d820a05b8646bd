/**
 * The newest papers of what somebody follows: each once, with all that it is shown for. What is
 * followed is searched, so that a page shows what the search box would find.
 */

import { type KeptFollow, queryOf } from '../community/follows.js';
import type { PaperReader } from '../papers/catalogue.js';
import type { Day, PartialDate } from '../papers/dates.js';
import type { PaperId } from '../papers/identifiers.js';
import type { Paper } from '../papers/paper.js';
import { hasFilters } from '../search/filters.js';
import { parseQuery } from '../search/parse-query.js';
import type { Query, QueryTerm } from '../search/query.js';
import type { SearchEngine } from '../search/search-engine.js';
import { analyse, isStopWord } from '../text/analysis.js';

/** A page asks for no more searches; what was followed last goes first. */
export const MOST_SEARCHED = 40;

/** Searches of one page that are under way at once, so that other readers are served between. */
const AT_ONCE = 4;

export type FollowedPaper = {
  readonly paper: Paper;
  /** What it is shown for, what was followed last first; at least one. */
  readonly because: readonly KeptFollow[];
};

export type FollowedPapers = {
  readonly papers: readonly FollowedPaper[];
  /** Whether older ones follow. */
  readonly hasMore: boolean;
  /** How many of the follows were searched. */
  readonly searched: number;
};

export type FollowedOptions = {
  /** The first day whose papers are new. */
  readonly since: Day;
  readonly offset: number;
  readonly limit: number;
  /** Papers to leave out. */
  readonly without: ReadonlySet<PaperId>;
  readonly signal?: AbortSignal;
};

/**
 * A page of the papers that somebody follows, the newest first.
 *
 * @param follows - what was followed last first
 * @throws BroadsheetError as the engine does
 */
export async function followedPapers(
  {
    search,
    papers,
  }: {
    readonly search: Pick<SearchEngine, 'search'>;
    readonly papers: Pick<PaperReader, 'byIds'>;
  },
  follows: readonly KeptFollow[],
  { since, offset, limit, without, signal }: FollowedOptions,
): Promise<FollowedPapers> {
  const asked = follows.slice(0, MOST_SEARCHED);
  // The first so many of all are among the first so many of each.
  const count = offset + limit + 1 + without.size;
  const becauseOf = new Map<PaperId, Set<KeptFollow>>();

  const searchFor = async (follow: KeptFollow): Promise<void> => {
    const query = followedQuery(follow, since);
    if (!query) return;
    const { hits } = await search.search(query, {
      mode: 'lexical',
      sort: 'newest',
      offset: 0,
      limit: count,
      ...(signal && { signal }),
    });
    for (const { id } of hits) {
      const because = becauseOf.get(id) ?? new Set();
      becauseOf.set(id, because.add(follow));
    }
  };
  for (let at = 0; at < asked.length; at += AT_ONCE) {
    await Promise.all(asked.slice(at, at + AT_ONCE).map(searchFor));
  }

  const wanted = [...becauseOf.keys()].filter((id) => !without.has(id));
  const known = await papers.byIds(wanted);
  const newest = [...known.values()].sort(newestFirst).slice(offset, offset + limit + 1);
  return {
    papers: newest.slice(0, limit).map((paper) => {
      const because = becauseOf.get(paper.id);
      return { paper, because: asked.filter((follow) => because?.has(follow)) };
    }),
    hasMore: newest.length > limit,
    searched: asked.length,
  };
}

/**
 * The search for what is followed, among papers since a day. Unlike in the search box, where one
 * word is enough, a paper must have all words: nobody reads on to better ones every day.
 * `undefined` for what would find everything.
 */
export function followedQuery(follow: KeptFollow, since: Day): Query | undefined {
  const query = parseQuery(queryOf(follow));
  const telling = query.terms.filter(({ text }) => analyse(text).length > 0);
  if (telling.length === 0 && !hasFilters(query.filters)) return undefined;
  const { after } = query.filters;
  return {
    ...query,
    terms: requireAll(telling),
    filters: { ...query.filters, after: after && isLater(after, since) ? after : since },
  };
}

/** The terms, each one required, but for little words that nearly every paper has. */
function requireAll(terms: readonly QueryTerm[]): QueryTerm[] {
  const isLittle = ({ text, isPhrase, field }: QueryTerm) =>
    !isPhrase && !field && isStopWord(text.toLowerCase());
  const kept = terms.every(isLittle) ? terms : terms.filter((term) => !isLittle(term));
  return kept.map((term) => ({ ...term, isPhrase: true }));
}

function isLater(one: PartialDate, other: PartialDate): boolean {
  return one > other;
}

/** As the search does: by the date that papers carry, then by their ids. */
function newestFirst(one: Paper, other: Paper): number {
  const [a, b] = [dateOf(one), dateOf(other)];
  if (a !== b) return a > b ? -1 : 1;
  return one.id < other.id ? -1 : 1;
}

function dateOf({ announcedOn, publishedOn, editionOn }: Paper): PartialDate {
  return announcedOn ?? publishedOn ?? editionOn;
}
