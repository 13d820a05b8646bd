/**
 * Feedback from the first results. A query of a few words says little of what is meant, and what
 * it finds first says more: words that several of the first results share are taken as if the
 * query asked for them, too, for a part of what its own words can score.
 *
 *     weight(term) ∝ rarity · Σ_first results share · rarity · places · (k1 + 1) / (k1 + places)
 *     feedback(d)  = Σ_term weight · places(d) · (k1 + 1) / (k1 + places(d)),  at most β · most
 *
 * Nothing is found by it: what words and meaning found is put into a better order. The first
 * results are those of the first page, whatever page is asked for, so that a paper keeps its score
 * from page to page.
 *
 * The idea is Rocchio's ("Relevance feedback in information retrieval", 1971); to take the first
 * results for relevant, each as far as it answers the query, is from Lavrenko and Croft,
 * "Relevance-Based Language Models" (2001). The constants were chosen with `bench/feedback.ts`;
 * what it gave stands in docs/relevance.md.
 */

import { isStopWord } from '../text/analysis.js';
import { K1, rarityOf, scoreOf } from './bm25f.js';
import type { Unit } from './units.js';

export type FeedbackSettings = {
  /** A longer query says itself what it means, and its first results say it no better. */
  readonly mostUnits: number;
  /** How many results speak. Those behind the first page are mostly about something else. */
  readonly firstResults: number;
  /** How many of them must have a word: that of one alone tells of that paper, not of the query. */
  readonly fewestSharing: number;
  /** More change nothing, and each costs a look at every paper that was found. */
  readonly mostTerms: number;
  /** What all the words together can score, in shares of what the query's own can: β. */
  readonly weight: number;
  /**
   * How fast a result's say falls with its score, as a power of its share of the best score. Where
   * one paper answers far better than the others, it was likely meant, and they know no better.
   */
  readonly scorePower: number;
};

export const FEEDBACK: FeedbackSettings = {
  mostUnits: 4,
  firstResults: 10,
  fewestSharing: 2,
  mostTerms: 10,
  weight: 0.4,
  scorePower: 4,
};

/**
 * Of how many terms it is looked up where they stand, in multiples of those that are wanted: the
 * rest are too common, or only in results that have little to say.
 */
const CONSIDERED_PER_TERM = 2;

/** One of the first results. */
export type FirstResult = {
  /** How well it answers, by words and meaning. */
  readonly score: number;
  /** Its words, each once, its authors' among them. */
  readonly words: Iterable<WrittenTerm>;
};

/** A word as it is written, and the term that it is compared by. */
export type WrittenTerm = { readonly word: string; readonly term: string };

export type FeedbackTerm = {
  readonly term: string;
  /** As most of the first results write it. */
  readonly word: string;
  /** How much it says that a paper has it; as the weight of a unit is. */
  readonly weight: number;
};

/** What feedback asks of the query and the index. */
export type FeedbackContext = {
  /** The terms that the query asks for or rules out, which are no news. */
  readonly asked: ReadonlySet<string>;
  /** What the query's own units can score: `mostByWords` of `fusion.ts`. */
  readonly most: number;
  /** How many papers there are. */
  readonly papers: number;
  readonly papersWithTerm: (term: string) => number;
  /** A number of papers that have a term for certain, known sooner than all; 0 at least. */
  readonly fewestPapersWith: (term: string) => number;
  /** Weighted places (`bm25f.ts`) in the title and abstract of a first result, by its rank from 0. */
  readonly placesIn: (term: string, rank: number) => number;
};

/** Whether feedback can help: bare words, and few of them. A phrase or field is meant as it is. */
export function takesFeedback(
  units: readonly Unit[],
  { mostUnits }: FeedbackSettings = FEEDBACK,
): boolean {
  return (
    units.length <= mostUnits &&
    units.every(({ isRequired, words }) => !isRequired && words.length > 0)
  );
}

/** Every term of some units, in whatever way they are found. */
export function termsOfUnits(units: readonly Unit[]): ReadonlySet<string> {
  return new Set(units.flatMap(({ ways }) => ways.flatMap(({ terms }) => terms)));
}

/**
 * The terms that say most of what the first results share, those that say most first.
 *
 * @param first - the best first, as many as speak
 */
export function feedbackTerms(
  first: readonly FirstResult[],
  context: FeedbackContext,
  { fewestSharing, mostTerms, weight: share, scorePower }: FeedbackSettings = FEEDBACK,
): readonly FeedbackTerm[] {
  const { asked, most, placesIn } = context;
  const best = first[0]?.score ?? 0;
  if (best <= 0 || most <= 0) return [];
  const shares = first.map(({ score }, rank) => shareOf(score / best, scorePower, rank));
  const shared = sharedTerms(first, asked, fewestSharing, shares);
  const rare = mostRare(shared, mostTerms * CONSIDERED_PER_TERM, context);
  const telling = rare.flatMap(({ term, word, ranks, rarity }) => {
    let sharing = 0;
    let places = 0;
    for (const rank of ranks) {
      const here = placesIn(term, rank);
      if (here === 0) continue;
      sharing += 1;
      places += (shares[rank] ?? 0) * scoreOf(1, here);
    }
    if (sharing < fewestSharing) return [];
    return [{ term, word, worth: places * rarity, weight: places * rarity * rarity }];
  });
  const chosen = telling
    .sort((a, b) => b.worth - a.worth || compare(a.term, b.term))
    .slice(0, mostTerms);
  let sum = 0;
  for (const { weight } of chosen) sum += weight * (K1 + 1);
  const scale = sum === 0 ? 0 : (share * most) / sum;
  return chosen.map(({ term, word, weight }) => ({ term, word, weight: weight * scale }));
}

/** A term, how it is written, and which of the first results have it. */
type SharedTerm = {
  readonly term: string;
  readonly word: string;
  /** By their ranks, ascending. */
  readonly ranks: readonly number[];
  /** How much those have to say together. */
  readonly say: number;
};

type RareTerm = SharedTerm & { readonly rarity: number };

/** So many terms of the greatest rarity, times what the results that have them have to say. */
function mostRare(
  shared: readonly SharedTerm[],
  count: number,
  { papers, papersWithTerm, fewestPapersWith }: FeedbackContext,
): readonly RareTerm[] {
  const bounded = shared
    .map((it) => ({ it, bound: it.say * rarityOf(fewestPapersWith(it.term), papers) }))
    .sort((a, b) => b.bound - a.bound);
  const found: { readonly it: RareTerm; readonly worth: number }[] = [];
  for (const { it, bound } of bounded) {
    const last = found[count - 1];
    if (last && last.worth > bound) break;
    const rarity = rarityOf(papersWithTerm(it.term), papers);
    const worth = it.say * rarity;
    const at = found.findIndex(
      (other) => other.worth < worth || (other.worth === worth && other.it.term > it.term),
    );
    found.splice(at < 0 ? found.length : at, 0, { it: { ...it, rarity }, worth });
  }
  return found.slice(0, count).map(({ it }) => it);
}

function sharedTerms(
  first: readonly FirstResult[],
  asked: ReadonlySet<string>,
  fewestSharing: number,
  shares: readonly number[],
): SharedTerm[] {
  const wordsByTerm = new Map<string, Map<string, number>>();
  const ranksByTerm = new Map<string, number[]>();
  for (const [rank, { words }] of first.entries()) {
    for (const { word, term } of words) {
      if (isStopWord(word) || asked.has(term)) continue;
      const ranks = ranksByTerm.get(term) ?? [];
      if (ranks.length === 0) ranksByTerm.set(term, ranks);
      if (ranks.at(-1) !== rank) ranks.push(rank);
      const written = wordsByTerm.get(term) ?? new Map<string, number>();
      if (written.size === 0) wordsByTerm.set(term, written);
      written.set(word, (written.get(word) ?? 0) + 1);
    }
  }
  return Array.from(ranksByTerm, ([term, ranks]) => ({ term, ranks }))
    .filter(({ ranks }) => ranks.length >= fewestSharing)
    .map(({ term, ranks }) => ({
      term,
      ranks,
      word: commonest(wordsByTerm.get(term)),
      say: ranks.reduce((sum, rank) => sum + (shares[rank] ?? 0), 0),
    }));
}

/**
 * How much a first result has to say. Rounded, so that scores that differ by what an order of
 * summing leaves say the same, whichever engine gave them.
 */
function shareOf(shareOfBest: number, power: number, rank: number): number {
  return Math.fround(Math.max(shareOfBest, 0) ** power / Math.log2(rank + 2));
}

/** The word that most results write; of equals, the first in the order of their letters. */
function commonest(written: ReadonlyMap<string, number> = new Map()): string {
  let best = '';
  let most = 0;
  for (const [word, results] of written) {
    if (results < most || (results === most && word > best)) continue;
    best = word;
    most = results;
  }
  return best;
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
