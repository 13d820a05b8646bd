/**
 * Answers queries over all segments of an index, as one thread sees it: what the plain engine
 * (`plain-engine.ts`) defines, found without reading most of it.
 *
 * A search restricts each segment to the papers that may be found at all, as a set of bits; takes
 * the best by words range by range, leaving out what cannot be among them (`top-papers.ts`), and
 * the nearest in meaning with a scan of all codes; and fuses both. What depends on the whole index
 * (how rare a word is, how near is near enough, the last of the best) is settled over all segments
 * before any paper is chosen.
 */

import { type Alignments, NO_ALIGNMENTS } from '../../embedding/alignment.js';
import type { Embedder } from '../../embedding/embedder.js';
import { type PaperId, parseIdentifier } from '../../papers/identifiers.js';
import { termOf } from '../../text/analysis.js';
import type { CompiledModule } from '../../web-assembly.js';
import { emphasisOf, rarityOf } from '../bm25f.js';
import { partByMeaning, scaled } from '../explanation.js';
import { FEEDBACK, takesFeedback, termsOfUnits } from '../feedback.js';
import { hasFilters } from '../filters.js';
import { candidatesFor, LEAST_SIMILARITY, meaningOf, mostByWords } from '../fusion.js';
import { isMeaning } from '../given-meaning.js';
import { noteOnMissing } from '../missing-paper.js';
import { parseQuery } from '../parse-query.js';
import type { Query, SearchField } from '../query.js';
import type { ScorePart, SearchAnswer, SearchHit, SearchOptions } from '../search-engine.js';
import { mendedText } from '../spelling.js';
import {
  excludedUnitsOf,
  mostTelling,
  papersOfUnit,
  type Unit,
  unitsOf,
  type Way,
} from '../units.js';
import { askedVectors } from '../vectors/asked-vectors.js';
import {
  candidatesWanted,
  createVectorScanner,
  type VectorScanner,
} from '../vectors/vector-scan.js';
import type { IndexState, LiveSegment } from './index-state.js';
import { add, and, andNot, count, createPaperSet, has, or, type PaperSet } from './paper-set.js';
import { placeWeights } from './place-weights.js';
import { paperCount, type Segment } from './segment.js';
import { createSegmentDictionary } from './segment-dictionary.js';
import { explainFeedback, feedbackFrom, withFeedback } from './segment-feedback.js';
import { papersPassing } from './segment-filters.js';
import { listed } from './segment-listing.js';
import { idOf, papersNamed } from './segment-lookup.js';
import {
  bestByWords,
  byScore,
  explainWords,
  type FusedPaper,
  fused,
  nearestTo,
  type RankedPaper,
  type SegmentPart,
  type WeighedUnit,
} from './segment-ranking.js';
import { addPapersWith, matchUnit, type UnitMatch } from './unit-match.js';

/** To begin with WebAssembly takes longer than to compare so few vectors without it. */
const FEWEST_FOR_KERNELS = 2_048;

/** Said of an answer while the model has not read all papers. */
const ONLY_BY_WORDS = 'Some papers are found by their words only, until a new model has read them.';

export type SearcherSettings = {
  /** What embeds queries. */
  readonly embedder: Embedder;
  /**
   * How to search segments that another model embedded. Where it is not known, their papers are
   * found by their words only.
   */
  readonly alignments?: Alignments;
  /** Which of the threads that search this is: each has room of its own beside the vectors. */
  readonly thread: number;
  /** The kernels that compare vectors; where absent, plain code does the same, slower. */
  readonly kernels?: CompiledModule | undefined;
};

export type SegmentSearcher = {
  /**
   * @param checkIsWanted - called between steps; throws when the answer is no longer wanted
   */
  readonly search: (
    query: Query,
    options: SearchOptions,
    checkIsWanted?: () => void,
  ) => SearchAnswer;
};

/** @param state - that of the thread; the searcher reads it anew for every query */
export function createSegmentSearcher(
  state: IndexState,
  { embedder, alignments = NO_ALIGNMENTS, thread, kernels }: SearcherSettings,
): SegmentSearcher {
  const dictionary = createSegmentDictionary(state.segments);
  const scanners = new WeakMap<Segment, VectorScanner>();

  const scannerOf = (segment: Segment): VectorScanner => {
    const known = scanners.get(segment);
    if (known) return known;
    const module = paperCount(segment) < FEWEST_FOR_KERNELS ? undefined : kernels;
    const scanner = createVectorScanner({ vectors: segment.vectors, thread, module });
    scanners.set(segment, scanner);
    return scanner;
  };

  /** The paper of this id or of any other name it has. */
  const named = (name: string): PaperId | undefined => {
    const byName = (key: string) => {
      for (const { segment, dead } of state.segments()) {
        for (const paper of papersNamed(segment, key)) {
          if (!has(dead, paper)) return idOf(segment, paper);
        }
      }
      return undefined;
    };
    const identifier = parseIdentifier(name);
    return byName(name) ?? (identifier && byName(identifier));
  };

  const weightOf = (unit: Unit): number => {
    const papers = papersOfUnit(unit, dictionary.papersWithTerm);
    return papers === 0 ? 0 : rarityOf(papers, state.size()) * emphasisOf(unit.times);
  };

  /** How many living papers have a unit. */
  const papersWithUnit = (unit: Pick<Unit, 'ways' | 'field'>): number => {
    let papers = 0;
    for (const { segment, dead } of state.segments()) {
      const having = createPaperSet(paperCount(segment));
      addPapersWith(matchUnit(segment, unit), having);
      andNot(having, dead);
      papers += count(having);
    }
    return papers;
  };

  /** Whether any living paper has a unit. */
  const isKnown = (unit: Unit): boolean => {
    const isAnyWord = ({ terms }: Way) =>
      terms.length === 1 && dictionary.papersWithTerm(terms[0] ?? '') > 0;
    return (!unit.field && unit.ways.some(isAnyWord)) || papersWithUnit(unit) > 0;
  };

  /** The unit, its last word completed if no paper has it as it is. */
  const completed = (unit: Unit): Unit => {
    if (unit.prefix === undefined || isKnown(unit)) return unit;
    const terms = new Set(dictionary.completions(unit.prefix).map(termOf));
    const ways = Array.from(terms, (term) => ({ terms: [term], shift: 0 }));
    return { ...unit, label: `${unit.label}…`, ways };
  };

  const askedUnits = ({ terms }: Query): WeighedUnit[] =>
    mostTelling(unitsOf(terms), weightOf)
      .map(completed)
      .map((unit) => ({ unit, weight: weightOf(unit) }));

  const partOf = (
    live: LiveSegment,
    query: Query,
    units: readonly WeighedUnit[],
    { among, without }: SearchOptions,
  ): SegmentPart => {
    const { segment } = live;
    const papers = paperCount(segment);
    const allowed = papersPassing(live, query.filters);
    if (among) and(allowed, papersAmong(segment, among));
    if (without !== undefined) andNot(allowed, papersAmong(segment, [without]));
    for (const unit of excludedUnitsOf(query.excluded)) {
      const having = createPaperSet(papers);
      addPapersWith(matchUnit(segment, unit, { among: allowed }), having);
      andNot(allowed, having);
    }
    const matches: UnitMatch[] = [];
    for (const { unit } of units) {
      const match = matchUnit(segment, unit, { among: allowed });
      matches.push(match);
      if (!unit.isRequired) continue;
      const having = createPaperSet(papers);
      addPapersWith(match, having);
      and(allowed, having);
    }
    const isFoundByAll = units.some(({ unit }) => unit.isRequired) || asksNoWords(query, units);
    const matching = createPaperSet(papers);
    if (isFoundByAll) or(matching, allowed);
    else {
      for (const match of matches) addPapersWith(match, matching);
      and(matching, allowed);
    }
    return { live, allowed, matches, matching };
  };

  const partsFor = (
    query: Query,
    units: readonly WeighedUnit[],
    options: SearchOptions,
  ): SegmentPart[] => state.segments().map((live) => partOf(live, query, units, options));

  const didYouMean = (
    query: Query,
    units: readonly WeighedUnit[],
    total: number,
    options: SearchOptions,
  ): string | undefined => {
    if (query.isText) return undefined;
    const text = mendedText(
      query.text,
      units.map(({ unit }) => unit),
      papersWithUnit,
      {
        papersWith: (term) => dictionary.papersWithTerm(term),
        mended: (word, papers, field) =>
          dictionary.mended(word, papers, field && ((other) => isIn(field, other))),
      },
    );
    if (text === query.text) return undefined;
    const better = parseQuery(text);
    const parts = partsFor(better, askedUnits(better), options);
    const betterTotal = totalOf(parts);
    return betterTotal > 0 && betterTotal >= total ? text : undefined;
  };

  const isIn = (field: SearchField, word: string): boolean =>
    papersWithUnit({ field, ways: [{ terms: [termOf(word)], shift: 0 }] }) > 0;

  return {
    search(query, options, checkIsWanted = () => {}) {
      const notes: string[] = [];
      const { paperName } = query;
      if (paperName !== undefined) {
        const id = named(paperName);
        const hits = id === undefined ? [] : [{ id, score: 0 }];
        const mayBeMentioned = query.terms.some(({ isVerbatim }) => isVerbatim);
        if (id !== undefined || !mayBeMentioned) {
          if (id === undefined) notes.push(noteOnMissing(paperName, false));
          return { mode: 'lexical', total: hits.length, hits: pageOf(hits, options), notes };
        }
      }

      const units = askedUnits(query);
      const parts = partsFor(query, units, options);
      checkIsWanted();
      const total = totalOf(parts);
      if (paperName !== undefined) {
        notes.push(noteOnMissing(paperName, total > 0));
      }
      const better = didYouMean(query, units, total, options);
      const said = { notes, ...(better !== undefined && { didYouMean: better }) };
      checkIsWanted();

      const { offset, limit, mode, sort = 'relevance' } = options;
      const { byWords, byMeaning } = candidatesFor(offset + limit);
      if (sort !== 'relevance' || units.length === 0) {
        const hits = listed(parts, sort, options);
        return { ...said, mode: 'lexical', total, hits };
      }

      const weights = placeWeights(state.averageLengths());
      const ranking = { units, weights };
      const own = { modelId: embedder.modelId, vector: embedder.embed(meaningOf(query)) };
      const hasMeaning = [own, ...(options.meaning ? [options.meaning] : [])].some(isMeaning);
      if (mode === 'lexical' || !hasMeaning) {
        const found = bestByWords(parts, ranking, byWords);
        const hits = pageOf(found, options).map((it) =>
          hitOf(it, options, () => explainWords(it, ranking)),
        );
        return { ...said, mode: 'lexical', total, hits };
      }

      const askedOf = askedVectors(own, alignments, options.meaning);
      if (parts.some(({ live }) => !askedOf(live.segment.modelId))) notes.push(ONLY_BY_WORDS);
      const candidates = candidatesWanted(state.size());
      const nearest = nearestTo(askedOf, parts, { most: byMeaning, candidates }, scannerOf);
      checkIsWanted();
      if (mode === 'dense') {
        const hits = pageOf(nearest, options).map((it) =>
          hitOf(it, options, () => [partByMeaning(it.score)]),
        );
        return { ...said, mode, total: nearest.length, hits };
      }

      const near = nearest.filter(({ score }) => score >= LEAST_SIMILARITY);
      const best = bestByWords(parts, ranking, byWords);
      checkIsWanted();
      const found = fused(best, near, askedOf, ranking, scannerOf);
      checkIsWanted();
      const most = mostByWords(units.map(({ weight }) => weight));
      const feedback = feedbackFrom(firstResults(found, best, near, units), {
        asked: termsOfUnits([...units.map(({ unit }) => unit), ...excludedUnitsOf(query.excluded)]),
        most,
        papers: state.size(),
        papersWithTerm: dictionary.papersWithTerm,
        weights,
      });
      const ordered = withFeedback(found, feedback, most).sort(byScore);
      const hits = pageOf(ordered, options).map((it) =>
        hitOf(it, options, () => [
          ...scaled(explainWords(it, ranking), it.fusion.perWordPoint),
          ...explainFeedback(it, feedback, it.fusion.byFeedback),
          partByMeaning(it.fusion.byMeaning),
        ]),
      );
      const onlyNear = near.filter(({ part, paper }) => !has(part.matching, paper)).length;
      return { ...said, mode: 'hybrid', total: total + onlyNear, hits };
    },
  };
}

/** Whether a query that names no words finds all that passes, because it restricts at all. */
function asksNoWords({ excluded, filters }: Query, units: readonly WeighedUnit[]): boolean {
  return units.length === 0 && (excluded.length > 0 || hasFilters(filters));
}

/** What feedback is taken from: the same papers for every page; none where it cannot help. */
function firstResults(
  found: readonly FusedPaper[],
  best: readonly RankedPaper[],
  near: readonly RankedPaper[],
  units: readonly WeighedUnit[],
): readonly FusedPaper[] {
  if (!takesFeedback(units.map(({ unit }) => unit))) return [];
  const settled = [...best.slice(0, candidatesFor(FEEDBACK.firstResults).byWords), ...near];
  const ids = new Set(settled.map(({ id }) => id));
  return found
    .filter(({ id }) => ids.has(id))
    .sort(byScore)
    .slice(0, FEEDBACK.firstResults);
}

function papersAmong(segment: Segment, ids: Iterable<PaperId>): PaperSet {
  const among = createPaperSet(paperCount(segment));
  for (const id of ids) {
    for (const paper of papersNamed(segment, id)) {
      if (idOf(segment, paper) === id) add(among, paper);
    }
  }
  return among;
}

function totalOf(parts: readonly SegmentPart[]): number {
  return parts.reduce((sum, { matching }) => sum + count(matching), 0);
}

function hitOf(
  { id, score }: RankedPaper,
  { explain }: SearchOptions,
  parts: () => readonly ScorePart[],
): SearchHit {
  return { id, score, ...(explain && { explanation: parts() }) };
}

function pageOf<Item>(items: readonly Item[], { offset, limit }: SearchOptions): Item[] {
  return items.slice(offset, offset + limit);
}
