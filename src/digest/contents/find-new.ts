/** Finding what people wish among the new papers. Many wish the same, and it is searched once. */

import { isDay } from '../../papers/dates.js';
import type { PaperId } from '../../papers/identifiers.js';
import type { SearchEngine } from '../../search/search-engine.js';
import { NO_STANDING, type StandingReader } from '../../trending/evidence.js';
import type { Candidate, Stock } from './candidate.js';
import type { CandidateFacts, CandidateReader } from './candidate-store.js';
import { type Found, queryFor, type Wish } from './wishes.js';

export type FindSources = {
  readonly search: Pick<SearchEngine, 'search'>;
  readonly candidates: CandidateReader;
  readonly standings: StandingReader;
};

/** Papers of one wish, the newest, from which the best are kept. */
const MOST_FOUND = 1_000;
const MOST_KEPT = 200;

/** Answers kept for one stock: what ten thousand readers may wish in all. */
const MOST_ANSWERS = 5_000;

/** Searches under way at once for all letters, so that readers of the site are served between. */
const AT_ONCE = 4;

/** Whoever asks waits until fewer than so many others are at work. */
export type FewAtOnce = <Result>(work: () => Promise<Result>) => Promise<Result>;

export function createFewAtOnce(most: number = AT_ONCE): FewAtOnce {
  const waiting: (() => void)[] = [];
  let atWork = 0;
  return async (work) => {
    if (atWork >= most) await new Promise<void>((resolve) => waiting.push(resolve));
    else atWork += 1;
    try {
      return await work();
    } finally {
      const next = waiting.shift();
      // The place goes to whoever waits longest.
      if (next) next();
      else atWork -= 1;
    }
  };
}

export type Finder = (wish: Wish) => Promise<Found>;

/**
 * Finds in one stock. A search that failed is not tried again here; the stock is soon another.
 *
 * @param fewAtOnce - shared by all stocks
 */
export function createFinder(sources: FindSources, stock: Stock, fewAtOnce: FewAtOnce): Finder {
  const known = new Map(stock.candidates.map((candidate) => [candidate.id, candidate]));
  const answers = new Map<string, Promise<Omit<Found, 'wish'>>>();

  const find = async (wish: Wish): Promise<Omit<Found, 'wish'>> => {
    const query = stock.day && queryFor(wish, stock.span);
    if (!query) return { total: 0, candidates: [] };
    const { hits, total } = await fewAtOnce(() =>
      sources.search.search(query, {
        mode: 'lexical',
        sort: 'newest',
        offset: 0,
        limit: MOST_FOUND,
      }),
    );
    const strangers = hits.map(({ id }) => id).filter((id) => !known.has(id));
    for (const stranger of await loadStrangers(sources, stock, strangers)) {
      // Another wish may have found it meanwhile.
      if (!known.has(stranger.id)) known.set(stranger.id, stranger);
    }
    const candidates = hits.flatMap(({ id }) => known.get(id) ?? []);
    return { total, candidates: candidates.sort(compareRanks).slice(0, MOST_KEPT) };
  };

  return async (wish) => {
    let answer = answers.get(wish.key);
    if (!answer) {
      answer = find(wish);
      if (answers.size < MOST_ANSWERS) answers.set(wish.key, answer);
    }
    return { wish, ...(await answer) };
  };
}

/** Papers that are new and stand below all that are ranked. */
async function loadStrangers(
  { candidates, standings }: FindSources,
  stock: Stock,
  ids: readonly PaperId[],
): Promise<Candidate[]> {
  if (ids.length === 0) return [];
  const [facts, standingOf] = await Promise.all([candidates.facts(ids), standings.standings(ids)]);
  return ids.flatMap((id) => {
    const paper = facts.get(id);
    if (!paper || !isNew(paper, stock)) return [];
    return [
      {
        id,
        titleKey: paper.titleKey,
        revision: paper.revision,
        votes: (standingOf.get(id) ?? NO_STANDING).votes,
        rank: Number.POSITIVE_INFINITY,
        reasons: [{ kind: 'new' as const, category: paper.category }],
        isOfDay: paper.editionOn === stock.day,
      },
    ];
  });
}

/**
 * A search for dates also finds papers of which only the month is known; these belong to the
 * edition of no day.
 */
function isNew(paper: CandidateFacts, { span }: Stock): boolean {
  const { editionOn, withdrawn, isSample } = paper;
  if (withdrawn || isSample || !isDay(editionOn)) return false;
  return editionOn >= span.from && editionOn < span.until;
}

/** By rank, and those that are not ranked as they were found, the newest first. */
function compareRanks(one: Candidate, other: Candidate): number {
  return one.rank === other.rank ? 0 : one.rank - other.rank;
}
