/**
 * The reference search engine: every word and vector of every paper in memory, and for each query
 * a walk over all that matches. It is exact and plain, so that faster engines can be proved
 * against it.
 *
 * A paper is a result if it has any of the words or, unless only words are asked for, is near
 * enough in meaning; it must have every phrase and every word asked for in a field, must have
 * nothing that is excluded, and must pass the filters. The score by words is BM25F (`bm25f.ts`),
 * in which a phrase counts as one word, with what words near each other add (`proximity.ts`);
 * `fusion.ts` says how meaning comes in. A query that names a paper finds it alone or, where it
 * is missing, what mentions a name that is known beyond one catalogue.
 *
 * Refused: skipping papers that cannot reach the first page. It is what makes an engine fast,
 * and what makes its mistakes hard to see.
 */

import { setImmediate as nextTurn } from 'node:timers/promises';
import { type Embedder, textToEmbed } from '../embedding/embedder.js';
import { createHashedEmbedder } from '../embedding/hashed-embedder.js';
import type { CatalogueChanges } from '../papers/catalogue.js';
import type { PaperId } from '../papers/identifiers.js';
import { termOf } from '../text/analysis.js';
import { emphasisOf, FIELDS, rarityOf, scoreOf, weightOfPlace } from './bm25f.js';
import {
  partByFeedback,
  partByMeaning,
  partByProximity,
  partsByWords,
  scaled,
} from './explanation.js';
import { FEEDBACK, feedbackTerms, takesFeedback, termsOfUnits } from './feedback.js';
import { filterBy, hasFilters } from './filters.js';
import { candidatesFor, fuse, LEAST_SIMILARITY, meaningOf, mostByWords } from './fusion.js';
import { noteOnMissing } from './missing-paper.js';
import { parseQuery } from './parse-query.js';
import { PROXIMITY_DEPTH, proximity } from './proximity.js';
import type { Query } from './query.js';
import type {
  ScorePart,
  SearchAnswer,
  SearchEngine,
  SearchHit,
  SearchOptions,
} from './search-engine.js';
import { mendedText } from './spelling.js';
import { excludedUnitsOf, mostTelling, papersOfUnit, type Unit, unitsOf } from './units.js';
import { type QuantisedVector, quantise } from './vectors/quantise.js';
import { candidatesWanted } from './vectors/vector-scan.js';
import { createWordIndex, type IndexedPaper, type Match, type WordIndex } from './word-index.js';

/** A paper that matches. */
type Ranked = {
  readonly number: number;
  readonly paper: IndexedPaper;
  readonly score: number;
  /** What of the score by words is for words that stand near each other. */
  readonly nearness?: number;
};

/** The text taken in before other work of the process has its turn: some 3 ms. */
const CHARACTERS_PER_TURN = 16_000;

/** The terms swept before other work has its turn; the most frequent take 1 ms each. */
const TERMS_PER_TURN = 50;

/** How much of the index may be stale before it is swept: walks grow longer by as much. */
const MOST_STALE_SHARE = 0.25;

/** To keep more than these in order while reading on costs more than to sort all. */
const MOST_KEPT_IN_ORDER = 1_000;

/** Every paper's vector, by id. */
type Vectors = Map<PaperId, QuantisedVector>;

type Plain = {
  readonly index: WordIndex;
  readonly vectors: Vectors;
  readonly embedder: Embedder;
  readonly hotness: ReadonlyMap<PaperId, number>;
};

export function createPlainEngine(embedder: Embedder = createHashedEmbedder()): SearchEngine {
  const index = createWordIndex();
  const vectors: Vectors = new Map();
  let hotness: ReadonlyMap<PaperId, number> = new Map();
  let lastUpdate: Promise<void> = Promise.resolve();

  return {
    search: async (query, options) => search({ index, vectors, embedder, hotness }, query, options),
    update(changes) {
      // One at a time, or an older revision of a paper could overtake a newer one.
      const takeIn = () => update(index, vectors, embedder, changes);
      lastUpdate = lastUpdate.then(takeIn, takeIn);
      return lastUpdate;
    },
    async setHotness(given) {
      hotness = given;
    },
    size: index.size,
  };
}

async function update(
  index: WordIndex,
  vectors: Vectors,
  embedder: Embedder,
  { papers, removed }: CatalogueChanges,
): Promise<void> {
  let characters = 0;
  for (const paper of papers) {
    index.put(paper);
    vectors.set(paper.id, quantise(embedder.embed(textToEmbed(paper))));
    characters += paper.title.length + paper.abstract.length;
    if (characters < CHARACTERS_PER_TURN) continue;
    characters = 0;
    await nextTurn();
  }
  for (const id of removed) {
    index.remove(id);
    vectors.delete(id);
  }
  if (index.staleShare() <= MOST_STALE_SHARE) return;
  let terms = 0;
  for (const _ of index.sweep()) {
    terms += 1;
    if (terms % TERMS_PER_TURN === 0) await nextTurn();
  }
}

function search(plain: Plain, query: Query, options: SearchOptions): SearchAnswer {
  const { index } = plain;
  const notes: string[] = [];

  const { paperName } = query;
  if (paperName !== undefined) {
    const id = index.named(paperName);
    const hits = id === undefined ? [] : [{ id, score: 0 }];
    const mayBeMentioned = query.terms.some(({ isVerbatim }) => isVerbatim);
    if (id !== undefined || !mayBeMentioned) {
      if (id === undefined) notes.push(noteOnMissing(paperName, false));
      return { mode: 'lexical', total: hits.length, hits: pageOf(hits, options), notes };
    }
  }

  const match = matcher(index);
  const matches = tellingUnits(query, index).map(match);
  const allowed = allowedBy(index, query, matches, options);
  const numbers = numbersOf(index, query, matches, allowed);
  if (paperName !== undefined) {
    notes.push(noteOnMissing(paperName, numbers.length > 0));
  }
  const didYouMean = betterSpelling(plain, query, match, matches, numbers.length, options);
  const found = {
    notes,
    ...(didYouMean !== undefined && { didYouMean }),
  };

  const { offset, limit, sort = 'relevance' } = options;
  const weights = placeWeights(index, [...index.numbers()]);
  const byWords = scored(index, matches, numbers, weights);
  const { byWords: wordCandidates, byMeaning } = candidatesFor(offset + limit);
  if (sort !== 'relevance' || matches.length === 0) {
    const order = sort === 'trending' ? byHotness(plain.hotness) : byDate;
    const hits = pageOf(byWords.toSorted(order), options).map(({ paper }) => ({
      id: paper.id,
      score: 0,
    }));
    return { ...found, mode: 'lexical', total: numbers.length, hits };
  }

  const asked = quantise(plain.embedder.embed(meaningOf(query)));
  const hasMeaning = asked.scale > 0;
  if (options.mode === 'lexical' || !hasMeaning) {
    const hits = withNearness(firstOf(byWords, wordCandidates, byScore), index, matches)
      .slice(offset, offset + limit)
      .map((ranked) => hitOf(ranked, options, () => explain(index, matches, ranked, weights)));
    return { ...found, mode: 'lexical', total: numbers.length, hits };
  }

  const similarityOf = ({ paper }: Ranked) => similarity(asked, plain.vectors.get(paper.id));
  const isNear = (it: Ranked) => options.mode === 'dense' || similarityOf(it) >= LEAST_SIMILARITY;
  const nearest = nearestTo(asked, plain, allowed, candidatesWanted(index.size()))
    .map((number) => rankedAt(index, number, 0))
    .map((it) => ({ ...it, score: similarityOf(it) }))
    .toSorted(byScore)
    .slice(0, byMeaning)
    .filter(isNear)
    .map(({ number }) => number);
  if (options.mode === 'dense') {
    const ranked = nearest
      .map((number) => rankedAt(index, number, 0))
      .map((it) => ({ ...it, score: similarityOf(it) }))
      .toSorted(byScore);
    const hits = pageOf(ranked, options).map((it) =>
      hitOf(it, options, () => [partByMeaning(it.score)]),
    );
    return { ...found, mode: 'dense', total: ranked.length, hits };
  }

  const best = withNearness(firstOf(byWords, wordCandidates, byScore), index, matches);
  const scoredByWords = new Map([...byWords, ...best].map((it) => [it.number, it]));
  const most = mostByWords(matches.map(({ unit, papers }) => weightOf(index, unit, papers)));
  const fused = [...new Set([...best.map(({ number }) => number), ...nearest])]
    .map((number) => scoredByWords.get(number) ?? rankedAt(index, number, 0))
    .map((it) => ({ ...it, words: it.score, score: fuse(it.score, most, similarityOf(it)).score }));
  const settled = new Set([
    ...best.slice(0, candidatesFor(FEEDBACK.firstResults).byWords).map(({ number }) => number),
    ...nearest,
  ]);
  const first = fused
    .filter(({ number }) => settled.has(number))
    .sort(byScore)
    .slice(0, FEEDBACK.firstResults);
  const shared = sharedByFirst(index, query, matches, first, most, weights);
  const ordered = fused
    .map((it) => {
      const byTerm = shared.map(({ scoreIn, word }) => ({ word, value: scoreIn(it.number) }));
      const feedback = byTerm.reduce((sum, { value }) => sum + value, 0);
      const fusion = fuse(it.words, most, similarityOf(it), feedback);
      return { ...it, byTerm, fusion, score: fusion.score };
    })
    .sort(byScore);
  const hits = pageOf(ordered, options).map((it) =>
    hitOf(it, options, () => [
      ...scaled(explain(index, matches, it, weights), it.fusion.perWordPoint),
      ...partByFeedback(it.fusion.byFeedback, it.byTerm),
      partByMeaning(it.fusion.byMeaning),
    ]),
  );
  const total = new Set([...numbers, ...nearest]).size;
  return { ...found, mode: 'hybrid', total, hits };
}

/** The best by words, the first of them raised by words that stand near each other. */
function withNearness(
  best: readonly Ranked[],
  index: WordIndex,
  matches: readonly Match[],
): readonly Ranked[] {
  const weights = matches.map(({ unit, papers }) => weightOf(index, unit, papers));
  return best
    .map((it, at) => {
      if (at >= PROXIMITY_DEPTH) return it;
      const nearness = proximity(weights, (unit) => {
        const { numbers = [], places = [] } = matches[unit]?.found ?? {};
        return places[numbers.indexOf(it.number)] ?? [];
      });
      return { ...it, nearness, score: it.score + nearness };
    })
    .toSorted(byScore);
}

/** A word that the first results share, and what it adds to the score of a paper that has it. */
type SharedWord = {
  readonly word: string;
  readonly scoreIn: (number: number) => number;
};

/** The words that the first results share (`feedback.ts`); none where the query says enough. */
function sharedByFirst(
  index: WordIndex,
  { excluded }: Query,
  matches: readonly Match[],
  first: readonly Ranked[],
  most: number,
  weights: Float64Array,
): readonly SharedWord[] {
  const units = matches.map(({ unit }) => unit);
  if (!takesFeedback(units)) return [];
  const placesByTerm = new Map<string, ReadonlyMap<number, number>>();
  const placesOf = (term: string): ReadonlyMap<number, number> => {
    const known = placesByTerm.get(term) ?? placesInTexts(index, term, weights);
    placesByTerm.set(term, known);
    return known;
  };
  const results = first.map(({ number, score }) => ({
    score,
    words: index.wordsOf(number).map((word) => ({ word, term: termOf(word) })),
  }));
  const terms = feedbackTerms(results, {
    asked: termsOfUnits([...units, ...excludedUnitsOf(excluded)]),
    most,
    papers: index.size(),
    papersWithTerm: (term) => index.papersWith(term, Number.POSITIVE_INFINITY),
    fewestPapersWith: () => 0,
    placesIn: (term, rank) => placesOf(term).get(first[rank]?.number ?? -1) ?? 0,
  });
  return terms.map(({ term, word, weight }) => ({
    word,
    scoreIn: (number) => scoreOf(weight, placesOf(term).get(number) ?? 0),
  }));
}

/** The weighted places of a term in the title and abstract of each paper that has it. */
function placesInTexts(
  index: WordIndex,
  term: string,
  weights: Float64Array,
): ReadonlyMap<number, number> {
  const ways = [{ terms: [term], shift: 0 }];
  const { found } = index.match({ label: term, ways, isRequired: false, words: [], times: 1 });
  return new Map(
    found.numbers.map((number, at) => {
      let places = 0;
      for (const [field, settings] of FIELDS.entries()) {
        if (settings.field === 'author') continue;
        const weight = weights[number * FIELDS.length + field] ?? 0;
        places += weight * (found.counts[at * FIELDS.length + field] ?? 0);
      }
      return [number, places];
    }),
  );
}

function hitOf(
  { paper, score }: Ranked,
  { explain: isExplained }: SearchOptions,
  parts: () => readonly ScorePart[],
): SearchHit {
  return { id: paper.id, score, ...(isExplained && { explanation: parts() }) };
}

function rankedAt(index: WordIndex, number: number, score: number): Ranked {
  const paper = index.at(number);
  if (!paper) throw new RangeError(`There is no paper ${number}.`);
  return { number, paper, score };
}

/** What of a query is looked for; of a long text, the words that tell most and that are known. */
function tellingUnits({ terms }: Query, index: WordIndex): readonly Unit[] {
  const papersWith = (term: string) => index.papersWith(term, Number.POSITIVE_INFINITY);
  return mostTelling(unitsOf(terms), (unit) => {
    return weightOf(index, unit, papersOfUnit(unit, papersWith));
  });
}

/** How much it says that a paper has a unit; nothing if no paper has it. */
function weightOf(index: WordIndex, { times }: Unit, papers: number): number {
  if (papers === 0) return 0;
  return rarityOf(papers, index.size()) * emphasisOf(times);
}

/** The papers no farther than the last of so many that are nearest, by the signs of vectors. */
function nearestTo(
  asked: QuantisedVector,
  { index, vectors }: Plain,
  allowed: readonly number[],
  count: number,
): number[] {
  const distances = new Map<number, number>();
  for (const number of allowed) {
    const code = vectors.get(rankedAt(index, number, 0).paper.id)?.code;
    if (code) distances.set(number, distanceBetween(asked.code, code));
  }
  const farthest =
    [...distances.values()]
      .sort((a, b) => a - b)
      .slice(0, count)
      .at(-1) ?? 0;
  return allowed.filter((number) => (distances.get(number) ?? Infinity) <= farthest);
}

/** How many signs differ, at most 255, as engines keep it in a byte. */
function distanceBetween(a: Uint8Array, b: Uint8Array): number {
  let distance = 0;
  for (const [at, byte] of a.entries()) {
    for (let rest = byte ^ (b[at] ?? 0); rest > 0; rest >>= 1) distance += rest & 1;
  }
  return Math.min(distance, 255);
}

function similarity(a: QuantisedVector, b: QuantisedVector | undefined): number {
  if (!b) return 0;
  let dot = 0;
  for (const [at, value] of a.values.entries()) dot += value * (b.values[at] ?? 0);
  return Math.fround(a.scale * b.scale * dot);
}

/** The numbers of the papers that pass all that is no word to rank by. */
function allowedBy(
  index: WordIndex,
  { excluded, filters }: Query,
  matches: readonly Match[],
  { among, without }: SearchOptions,
): number[] {
  const passes = filterBy(filters);
  const ruledOut = new Set<number>();
  for (const unit of excludedUnitsOf(excluded)) {
    for (const number of index.match(unit).found.numbers) ruledOut.add(number);
  }
  const required = matches
    .filter(({ unit }) => unit.isRequired)
    .map(({ found }) => new Set(found.numbers));
  return index.numbers().filter((number) => {
    const paper = index.at(number);
    return (
      paper !== undefined &&
      passes(paper.facts) &&
      paper.id !== without &&
      (!among || among.has(paper.id)) &&
      !ruledOut.has(number) &&
      required.every((numbers) => numbers.has(number))
    );
  });
}

/**
 * The papers that the words of a query find. Without words, a query that only restricts finds
 * all that pass, and one that asks nothing finds none.
 */
function numbersOf(
  index: WordIndex,
  { excluded, filters }: Query,
  matches: readonly Match[],
  allowed: readonly number[],
): readonly number[] {
  const isRestricted = excluded.length > 0 || hasFilters(filters);
  if (matches.length === 0) return isRestricted ? allowed : [];
  const unitsInPaper = new Uint16Array(index.numbersEnd());
  for (const { found } of matches) {
    for (const number of found.numbers) unitsInPaper[number] = (unitsInPaper[number] ?? 0) + 1;
  }
  return allowed.filter((number) => (unitsInPaper[number] ?? 0) > 0);
}

/** The papers with their scores: the sum of what each unit says for them. */
function scored(
  index: WordIndex,
  matches: readonly Match[],
  numbers: readonly number[],
  weights: Float64Array,
): readonly Ranked[] {
  const scores = new Float64Array(index.numbersEnd());
  for (const { found, papers, unit } of matches) {
    const weight = weightOf(index, unit, papers);
    for (let at = 0; at < found.numbers.length; at += 1) {
      const number = found.numbers[at] as number;
      let places = 0;
      for (let field = 0; field < FIELDS.length; field += 1) {
        const weight = weights[number * FIELDS.length + field] ?? 0;
        places += weight * (found.counts[at * FIELDS.length + field] ?? 0);
      }
      scores[number] = (scores[number] ?? 0) + scoreOf(weight, places);
    }
  }
  const ranked: Ranked[] = [];
  for (const number of numbers) {
    const paper = index.at(number);
    if (paper) ranked.push({ number, paper, score: scores[number] ?? 0 });
  }
  return ranked;
}

/**
 * What one place in each of the papers counts, by number and in the order of `FIELDS`; nothing in
 * other papers.
 */
function placeWeights(index: WordIndex, numbers: readonly number[]): Float64Array {
  const averages = index.averageLengths();
  const lengths = index.lengths();
  const weights = new Float64Array(lengths.length);
  for (const [at, settings] of FIELDS.entries()) {
    for (const number of numbers) {
      const slot = number * FIELDS.length + at;
      weights[slot] = weightOfPlace(settings, lengths[slot] ?? 0, averages[at] ?? 0);
    }
  }
  return weights;
}

/** The parts of a paper's score by words, for each unit and field; they add up to it. */
function explain(
  index: WordIndex,
  matches: readonly Match[],
  { number, nearness = 0 }: Ranked,
  weights: Float64Array,
): ScorePart[] {
  const byWords = matches.flatMap(({ unit, found, papers }) => {
    const at = found.numbers.indexOf(number);
    if (at < 0) return [];
    const places = FIELDS.map(
      (_, field) =>
        (weights[number * FIELDS.length + field] ?? 0) *
        (found.counts[at * FIELDS.length + field] ?? 0),
    );
    return partsByWords(unit, weightOf(index, unit, papers), places);
  });
  return [...byWords, ...partByProximity(nearness)];
}

/**
 * The query as typed with its misspelt words mended; `undefined` if it was pasted, if there is
 * nothing to mend, or if with the better words less is found, or nothing.
 *
 * @param total - what the query itself finds
 */
function betterSpelling(
  { index }: Plain,
  { text, isText }: Query,
  match: (unit: Unit) => Match,
  matches: readonly Match[],
  total: number,
  options: SearchOptions,
): string | undefined {
  if (isText) return undefined;
  const found = new Map(matches.map((it) => [it.unit, it.found.numbers.length]));
  const units = matches.map(({ unit }) => unit);
  const result = mendedText(text, units, (unit) => found.get(unit) ?? 0, index);
  if (result === text) return undefined;
  const better = parseQuery(result);
  const betterMatches = unitsOf(better.terms).map(match);
  const allowed = allowedBy(index, better, betterMatches, options);
  const betterTotal = numbersOf(index, better, betterMatches, allowed).length;
  return betterTotal > 0 && betterTotal >= total ? result : undefined;
}

/**
 * Matches a unit; one that is asked for again, in a better spelling of the query, only once.
 * The word `model` and the phrase `"models"` find the same and are two units all the same.
 */
function matcher(index: WordIndex): (unit: Unit) => Match {
  const known = new Map<string, Match>();
  return (unit) => {
    const { label, ways, field, isRequired, prefix } = unit;
    const key = JSON.stringify([label, ways, field, isRequired, prefix]);
    const match = known.get(key) ?? index.match(unit);
    known.set(key, match);
    return match;
  };
}

function pageOf<Item>(items: readonly Item[], { offset, limit }: SearchOptions): Item[] {
  return items.slice(offset, offset + limit);
}

type Order<Item> = (a: Item, b: Item) => number;

/** So many items that come first, in order; the rest of 50,000 need none. */
function firstOf<Item>(items: readonly Item[], count: number, order: Order<Item>): Item[] {
  if (count > MOST_KEPT_IN_ORDER) return items.toSorted(order).slice(0, count);
  const first: Item[] = [];
  for (const item of items) {
    const last = first[count - 1];
    if (last !== undefined && order(last, item) <= 0) continue;
    let [from, until] = [0, first.length];
    while (from < until) {
      const middle = (from + until) >> 1;
      if (order(first[middle] as Item, item) <= 0) from = middle + 1;
      else until = middle;
    }
    first.splice(from, 0, item);
    first.length = Math.min(first.length, count);
  }
  return first;
}

/** The best first. */
function byScore(a: Ranked, b: Ranked): number {
  return b.score - a.score || compare(a.paper.id, b.paper.id);
}

/** The hottest first, and last those of which nothing is known; the newest of equals first. */
function byHotness(hotness: ReadonlyMap<PaperId, number>): Order<Ranked> {
  const of = ({ paper }: Ranked) => hotness.get(paper.id) ?? Number.NEGATIVE_INFINITY;
  return (a, b) => (of(a) === of(b) ? byDate(a, b) : of(b) - of(a));
}

/** The newest first, and last those whose date nobody knows. */
function byDate({ paper: a }: Ranked, { paper: b }: Ranked): number {
  return (
    compare(b.facts.date ?? '', a.facts.date ?? '') ||
    compare(b.facts.editionOn, a.facts.editionOn) ||
    compare(a.id, b.id)
  );
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
