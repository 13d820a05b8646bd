import { setImmediate as nextTurn } from 'node:timers/promises';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { changes } from '../../test/support/catalogue-changes.js';
import { paper } from '../../test/support/papers.js';
import { anyQuery, anyUpdates } from '../../test/support/searches.js';
import { createHashedEmbedder } from '../embedding/hashed-embedder.js';
import type { Paper } from '../papers/paper.js';
import { analyse, type Token, termOf } from '../text/analysis.js';
import { FIELDS, K1 } from './bm25f.js';
import { MOST_COMPLETIONS } from './dictionary.js';
import { filterBy, filterFactsOf } from './filters.js';
import { parseQuery } from './parse-query.js';
import { placeOf } from './places.js';
import { createPlainEngine } from './plain-engine.js';
import type { SearchAnswer } from './search-engine.js';
import { excludedUnitsOf, type Unit, unitsOf } from './units.js';

const ALL = { mode: 'lexical', offset: 0, limit: 1_000 } as const;

const embedder = createHashedEmbedder();

describe('an update', () => {
  it('gives way to other work', async () => {
    const engine = createPlainEngine(embedder);
    const abstract = 'word '.repeat(2_000);
    let isOver = false;
    const update = engine
      .update(changes(...Array.from({ length: 40 }, (_, at) => paper(`${at}`, { abstract }))))
      .then(() => {
        isOver = true;
      });
    let turns = 0;
    for (; !isOver; turns += 1) await nextTurn();
    await update;
    expect(turns).toBeGreaterThan(15);
  });

  it('is not overtaken by the next', async () => {
    const engine = createPlainEngine(embedder);
    const long = Array.from({ length: 10 }, () => paper('x', { abstract: 'old '.repeat(5_000) }));
    await Promise.all([
      engine.update(changes(...long)),
      engine.update(changes(paper('x', { title: 'new' }))),
    ]);
    expect((await engine.search(parseQuery('old'), ALL)).total).toBe(0);
    expect((await engine.search(parseQuery('new'), ALL)).total).toBe(1);
  });
});

/** Whether each term stands there as often as it is asked for. */
function hasAllOf(tokens: readonly Token[], terms: readonly string[]): boolean {
  const places = (term: string) =>
    new Set(tokens.filter((token) => token.term === term).map(({ position }) => position));
  return terms.every((term) => places(term).size >= terms.filter((it) => it === term).length);
}

/**
 * The engine as it is defined and no faster: reads all papers again for every query.
 */
function searchByDefinition(papers: readonly Paper[], text: string): Map<string, number> {
  const query = parseQuery(text);
  const tokensOf = ({ title, abstract, authors }: Paper) => ({
    title: [analyse(title)],
    abstract: [analyse(abstract)],
    author: authors.map(analyse),
  });
  const read = papers.map((it) => ({ paper: it, tokens: tokensOf(it) }));
  type Read = (typeof read)[number];

  const placesOf = (unit: Unit, { tokens }: Read): readonly (readonly number[])[] =>
    FIELDS.map(({ field }, fieldAt) => {
      if (unit.field && unit.field !== field) return [];
      return tokens[field].flatMap((itsTokens, nameAt) => {
        const has = (term: string | undefined, position: number) =>
          itsTokens.some((token) => token.term === term && token.position === position);
        const starts = unit.ways.flatMap(({ terms, shift, isOneName }) => {
          if (isOneName) return hasAllOf(itsTokens, terms) ? [0] : [];
          return itsTokens
            .filter(({ position }) => terms.every((term, at) => has(term, position + at)))
            .map(({ position }) => position + shift);
        });
        return Array.from(new Set(starts), (start) => placeOf(fieldAt, nameAt, start));
      });
    });
  const countsOf = (unit: Unit, it: Read) => placesOf(unit, it).map(({ length }) => length);
  const hasAny = (unit: Unit, it: Read) => countsOf(unit, it).some((count) => count > 0);
  const lengthOf = ({ tokens }: Read, at: number) => {
    const field = FIELDS[at]?.field ?? 'title';
    return tokens[field].flat().filter(({ isJoined }) => !isJoined).length;
  };

  const completed = (unit: Unit): Unit => {
    const { prefix } = unit;
    if (prefix === undefined || read.some((it) => hasAny(unit, it))) return unit;
    const papersByWord = new Map<string, number>();
    for (const { tokens } of read) {
      const all = [...tokens.title, ...tokens.abstract, ...tokens.author].flat();
      for (const word of new Set(all.map((token) => token.word))) {
        if (word.startsWith(prefix)) papersByWord.set(word, (papersByWord.get(word) ?? 0) + 1);
      }
    }
    expect(papersByWord.size).toBeLessThan(MOST_COMPLETIONS);
    return {
      ...unit,
      ways: [...papersByWord.keys()].map((w) => ({ terms: [termOf(w)], shift: 0 })),
    };
  };

  const papersWith = (term: string) =>
    read.filter(({ tokens }) =>
      [tokens.title, tokens.abstract, tokens.author].flat(2).some((token) => token.term === term),
    ).length;
  const mostPapersOf = ({ ways }: Unit) =>
    Math.max(0, ...ways.map(({ terms }) => Math.min(...terms.map(papersWith))));

  const units = unitsOf(query.terms).map(completed);
  const excluded = excludedUnitsOf(query.excluded);
  const weightOf = (unit: Unit) => {
    const withUnit = mostPapersOf(unit);
    const rarity = Math.log(1 + (read.length - withUnit + 0.5) / (withUnit + 0.5));
    return (rarity * 9 * unit.times) / (8 + unit.times);
  };
  const nearnessOf = (it: Read) =>
    units.slice(1).reduce((sum, unit, at) => {
      const before = units[at] ?? unit;
      const distances = placesOf(before, it)
        .flat()
        .flatMap((one) =>
          placesOf(unit, it)
            .flat()
            .map((other) => Math.abs(one - other)),
        );
      const distance = Math.max(1, Math.min(...distances));
      const weight = Math.min(weightOf(before), weightOf(unit));
      return distance > 8 ? sum : sum + (0.25 * weight * (K1 + 1)) / distance;
    }, 0);
  const scoreOf = (it: Read) =>
    nearnessOf(it) +
    units.reduce((sum, unit) => {
      const places = countsOf(unit, it).reduce((worth, count, at) => {
        if (count === 0) return worth;
        const { weight, b } = FIELDS[at] ?? { weight: 0, b: 0 };
        const average = read.reduce((total, other) => total + lengthOf(other, at), 0) / read.length;
        return worth + (weight * count) / (1 - b + (b * lengthOf(it, at)) / average);
      }, 0);
      return sum + (weightOf(unit) * places * (K1 + 1)) / (K1 + places);
    }, 0);

  const { categories, sources, after, before, isWithdrawn, hasCode } = query.filters;
  const asksSomething =
    units.length + excluded.length + categories.length + sources.length > 0 ||
    Boolean(after || before || isWithdrawn || hasCode);
  return new Map(
    read
      .filter(() => asksSomething)
      .filter((it) => units.length === 0 || units.some((unit) => hasAny(unit, it)))
      .filter((it) => units.every((unit) => !unit.isRequired || hasAny(unit, it)))
      .filter((it) => !excluded.some((unit) => hasAny(unit, it)))
      .filter((it) => filterBy(query.filters)(filterFactsOf(it.paper)))
      .map((it) => [it.paper.id, scoreOf(it)]),
  );
}

describe('after any updates, any query', () => {
  it('finds what is to be found by definition, with the same scores, in order', async () => {
    await fc.assert(
      fc.asyncProperty(
        anyUpdates,
        fc.array(anyQuery, { maxLength: 4 }),
        async (updates, queries) => {
          const engine = createPlainEngine(embedder);
          const papers = new Map<string, Paper>();
          for (const batch of updates) {
            await engine.update(changes(...batch));
            for (const it of batch) papers.set(it.id, it);
          }
          expect(engine.size()).toBe(papers.size);
          for (const query of queries) {
            const answer = await engine.search(parseQuery(query), ALL);
            const expected = searchByDefinition([...papers.values()], query);
            expect(answer.total).toBe(expected.size);
            expect(new Set(answer.hits.map(({ id }) => id))).toEqual(new Set(expected.keys()));
            for (const { id, score } of answer.hits)
              expect(score).toBeCloseTo(expected.get(id) ?? -1);
            expectInOrder(answer, papers);
          }
        },
      ),
      { numRuns: 300 },
    );
  });

  function expectInOrder({ hits }: SearchAnswer, papers: ReadonlyMap<string, Paper>): void {
    for (const [at, hit] of hits.entries()) {
      const next = hits[at + 1];
      if (!next) continue;
      expect(next.score).toBeLessThanOrEqual(hit.score);
      if (next.score < hit.score) continue;
      const date = papers.get(hit.id)?.publishedOn ?? '';
      const nextDate = papers.get(next.id)?.publishedOn ?? '';
      const isList = hit.score === 0;
      if (isList && date !== nextDate) expect(date > nextDate).toBe(true);
      else expect(hit.id < next.id).toBe(true);
    }
  }
});
