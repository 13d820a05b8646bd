/**
 * Asks an engine the queries of a judged set and measures what it answers. The engine is the one
 * that readers have; only the queries are taken as plain text, since a claim with a colon in it
 * was never meant as our query language.
 */

import { plainQuery } from '../plain-query.js';
import type { SearchAnswer, SearchEngine, SearchMode } from '../search-engine.js';
import { type JudgedDocument, type JudgedQuery, toPaper } from './judged-set.js';
import {
  bootstrapInterval,
  type Interval,
  meanOf,
  ndcgAt,
  recallAt,
  reciprocalRankAt,
} from './measures.js';

/** Means over the queries, from 0 to 1. */
export type Figures = {
  readonly ndcgAt10: number;
  readonly recallAt100: number;
  readonly mrrAt10: number;
  /** Of `ndcgAt10`, with 95 % confidence. */
  readonly interval: Interval;
};

export type EvaluationOptions = {
  readonly engine: Pick<SearchEngine, 'search'>;
  readonly queries: readonly JudgedQuery[];
  readonly modes: readonly SearchMode[];
  /** What is ranked for a query: all documents, or those alone that were judged for it. */
  readonly among: 'all' | 'judged';
  /** Told after each query, over all modes. */
  readonly onProgress?: (done: number, total: number) => void;
};

/** The deepest of the measures looks no further. */
const DEPTH = 100;

const FIRST_PAGE = 10;

/** Documents handed to the engine at once; each time is a sign of life for who waits. */
const DOCUMENTS_AT_ONCE = 500;

/** Fills an empty engine with the documents of a set. */
export async function takeInDocuments(
  engine: Pick<SearchEngine, 'update'>,
  documents: readonly JudgedDocument[],
  onProgress: (done: number, total: number) => void = () => {},
): Promise<void> {
  for (let from = 0; from < documents.length; from += DOCUMENTS_AT_ONCE) {
    const papers = documents
      .slice(from, from + DOCUMENTS_AT_ONCE)
      .map((document, at) => toPaper(document, from + at + 1));
    const revision = from + papers.length;
    await engine.update({ papers, removed: [], revision });
    onProgress(revision, documents.length);
  }
}

/**
 * The figures of each mode; one that the engine lacks is absent. They depend on the engine and the
 * queries alone and are the same in every run.
 *
 * @throws RangeError if there are no queries
 */
export async function evaluate(
  options: EvaluationOptions,
): Promise<ReadonlyMap<SearchMode, Figures>> {
  const { queries, modes, onProgress } = options;
  const figures = new Map<SearchMode, Figures>();
  for (const [modeAt, mode] of modes.entries()) {
    const rankings: (readonly string[])[] = [];
    let isKnown = false;
    for (const query of queries) {
      const answer = await ask(options, query, mode);
      rankings.push(answer.hits.map(({ id }) => id));
      // One query without a known word may be answered otherwise; that is what readers get, too.
      isKnown ||= answer.mode === mode;
      onProgress?.(modeAt * queries.length + rankings.length, modes.length * queries.length);
    }
    if (isKnown) figures.set(mode, figuresOf(queries, rankings));
  }
  return figures;
}

function ask(
  { engine, among }: EvaluationOptions,
  { text, ownDocument, grades }: JudgedQuery,
  mode: SearchMode,
): Promise<SearchAnswer> {
  return engine.search(plainQuery(text), {
    mode,
    offset: 0,
    limit: DEPTH,
    ...(ownDocument !== undefined && { without: ownDocument }),
    ...(among === 'judged' && { among: new Set(grades.keys()) }),
  });
}

function figuresOf(
  queries: readonly JudgedQuery[],
  rankings: readonly (readonly string[])[],
): Figures {
  const each = (measure: typeof ndcgAt, depth: number) =>
    queries.map(({ grades }, at) => measure(depth, rankings[at] ?? [], grades));
  const ndcgs = each(ndcgAt, FIRST_PAGE);
  return {
    ndcgAt10: meanOf(ndcgs),
    recallAt100: meanOf(each(recallAt, DEPTH)),
    mrrAt10: meanOf(each(reciprocalRankAt, FIRST_PAGE)),
    interval: bootstrapInterval(ndcgs),
  };
}
