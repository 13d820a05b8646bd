/**
 * The queries of a judged set with both scores of every paper, so that ways to fuse them can be
 * tried without asking an engine again.
 */

import { type Embedder, textToEmbed } from '../../src/embedding/embedder.js';
import type { PaperId } from '../../src/papers/identifiers.js';
import { emphasisOf, rarityOf } from '../../src/search/bm25f.js';
import { meaningOf, mostByWords } from '../../src/search/fusion.js';
import { plainQuery } from '../../src/search/plain-query.js';
import type { Query } from '../../src/search/query.js';
import { evaluate, type Figures, takeInDocuments } from '../../src/search/relevance/evaluate.js';
import type { JudgedQuery, JudgedSet } from '../../src/search/relevance/judged-set.js';
import type { Grades } from '../../src/search/relevance/measures.js';
import { createSegmentDictionary } from '../../src/search/segments/segment-dictionary.js';
import {
  createSegmentEngine,
  type SegmentEngine,
} from '../../src/search/segments/segment-engine.js';
import { mostTelling, papersOfUnit, type Unit, unitsOf } from '../../src/search/units.js';
import { type QuantisedVector, quantise } from '../../src/search/vectors/quantise.js';

export type ScoredPaper = {
  readonly id: PaperId;
  /** The score by words; 0 without any. */
  readonly words: number;
  /** The cosine. */
  readonly meaning: number;
};

export type ScoredQuery = {
  readonly grades: Grades<PaperId>;
  /** All that may be found, by their ids. */
  readonly papers: readonly ScoredPaper[];
  /** As `mostByWords` has it. */
  readonly most: number;
  /** How many things the query asks for. */
  readonly units: number;
  /** Of the cosines of all papers of the set. */
  readonly spread: Spread;
};

/** Where values lie. */
export type Spread = { readonly mean: number; readonly deviation: number };

export type ScoredSet = {
  /** Every document may be found. */
  readonly all: readonly ScoredQuery[];
  /** Only those that were judged for the query. */
  readonly pooled: readonly ScoredQuery[];
  /** What the engine gives as it is built, for `all`. */
  readonly built: Figures | undefined;
  /** The greatest cosine of any document to each query of words that do not exist. */
  readonly nonsense: readonly number[];
};

/** @param nonsense - texts that no paper speaks of */
export async function scoredSet(
  { documents, queries }: JudgedSet,
  embedder: Embedder,
  nonsense: readonly string[],
): Promise<ScoredSet> {
  const engine = createSegmentEngine({ embedder });
  await takeInDocuments(engine, documents);
  engine.unite();
  const vectors = documents.map(({ id, title, text }) => ({
    id,
    vector: quantise(embedder.embed(textToEmbed({ title, abstract: text }))),
  }));
  const weightOf = weigher(engine);

  const all: ScoredQuery[] = [];
  for (const { text, grades, ownDocument } of queries) {
    const query = plainQuery(text);
    const byWords = await scoresByWords(engine, query);
    const asked = quantise(embedder.embed(meaningOf(query)));
    const papers = vectors.map(({ id, vector }) => ({
      id,
      words: byWords.get(id) ?? 0,
      meaning: cosine(asked, vector),
    }));
    const units = mostTelling(unitsOf(query.terms), weightOf);
    all.push({
      grades,
      papers: papers
        .filter(({ id }) => id !== ownDocument)
        .sort((a, b) => (a.id < b.id ? -1 : a.id > b.id ? 1 : 0)),
      most: mostByWords(units.map(weightOf)),
      units: units.length,
      spread: spreadOf(papers.map(({ meaning }) => meaning)),
    });
  }
  return {
    all,
    pooled: all.map((query) => ({
      ...query,
      papers: query.papers.filter(({ id }) => query.grades.has(id)),
    })),
    built: await builtFigures(engine, queries),
    nonsense: nonsense.map((text) => {
      const asked = quantise(embedder.embed(text));
      return Math.max(...vectors.map(({ vector }) => cosine(asked, vector)));
    }),
  };
}

export function spreadOf(values: readonly number[]): Spread {
  let [sum, squares] = [0, 0];
  for (const value of values) {
    sum += value;
    squares += value * value;
  }
  const mean = sum / values.length;
  return { mean, deviation: Math.sqrt(Math.max(squares / values.length - mean * mean, 0)) };
}

async function scoresByWords(
  engine: SegmentEngine,
  query: Query,
): Promise<ReadonlyMap<PaperId, number>> {
  const limit = engine.size();
  const { hits } = await engine.search(query, { mode: 'lexical', offset: 0, limit });
  return new Map(hits.map(({ id, score }) => [id, score]));
}

async function builtFigures(
  engine: SegmentEngine,
  queries: readonly JudgedQuery[],
): Promise<Figures | undefined> {
  return (await evaluate({ engine, queries, modes: ['hybrid'], among: 'all' })).get('hybrid');
}

/** How much a unit says. The engine goes on to complete a last word that nobody knows; not here. */
function weigher(engine: SegmentEngine): (unit: Unit) => number {
  const dictionary = createSegmentDictionary(engine.writer.state.segments);
  return (unit) => {
    const papers = papersOfUnit(unit, dictionary.papersWithTerm);
    return papers === 0 ? 0 : rarityOf(papers, engine.size()) * emphasisOf(unit.times);
  };
}

function cosine(one: QuantisedVector, other: QuantisedVector): number {
  let product = 0;
  for (let at = 0; at < one.values.length; at += 1) {
    product += (one.values[at] as number) * (other.values[at] as number);
  }
  return product * one.scale * other.scale;
}
