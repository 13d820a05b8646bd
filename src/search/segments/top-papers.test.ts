import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { factsOfChance, type SegmentFacts, segmentOf } from '../../../test/support/segments.js';
import { type PlainUnit, scoredPlainly } from '../../../test/support/unit-scores.js';
import { placeOf } from '../places.js';
import { createBestPapers, ranked } from './best-papers.js';
import { add, createPaperSet } from './paper-set.js';
import { placeWeights } from './place-weights.js';
import { idOf } from './segment-lookup.js';
import { topPapers } from './top-papers.js';
import { matchUnit } from './unit-match.js';

type AskedUnit = PlainUnit & { readonly weight: number };

type Asked = {
  readonly segments: readonly SegmentFacts[];
  readonly units: readonly AskedUnit[];
  readonly averageLengths: readonly [number, number, number];
  readonly most: number;
  /** The only papers to rank, by segment. */
  readonly among?: readonly (readonly number[])[] | undefined;
};

type Result = { readonly id: string; readonly score: number };

function ask({ segments, units, averageLengths, most, among }: Asked): readonly Result[] {
  const best = createBestPapers(most);
  for (const [at, facts] of segments.entries()) {
    const segment = segmentOf(facts);
    const papers = among?.[at] && createPaperSet(facts.ids.length);
    for (const paper of among?.[at] ?? []) if (papers) add(papers, paper);
    topPapers({
      segment,
      units: units.map((unit) => ({
        match: matchUnit(segment, unit, { among: papers }),
        weight: unit.weight,
      })),
      among: papers,
      weights: placeWeights(averageLengths),
      best,
    });
  }
  return ranked(best).map(({ segment, paper, score }) => ({ id: idOf(segment, paper), score }));
}

/** The same by scoring all papers and sorting them. */
function askPlainly({ segments, units, averageLengths, most, among }: Asked): readonly Result[] {
  return segments
    .flatMap((facts, at) => {
      const asked = among && new Set(among[at]);
      return scoredPlainly(facts, units, averageLengths).flatMap((score, paper) =>
        score > 0 && (asked?.has(paper) ?? true) ? [{ id: facts.ids[paper] ?? '', score }] : [],
      );
    })
    .sort((a, b) => b.score - a.score || (a.id < b.id ? -1 : 1))
    .slice(0, most);
}

const word = (term: string, weight: number): AskedUnit => ({
  ways: [{ terms: [term], shift: 0 }],
  weight,
});

describe('the best papers of a segment', () => {
  const facts: SegmentFacts = {
    ids: ['d', 'c', 'b', 'a'],
    lengths: [4, 100, 4, 100, 4, 100, 8, 100],
    places: new Map([
      [
        'topic',
        new Map([
          [0, [placeOf(0, 0, 1)]],
          [1, [placeOf(1, 0, 1)]],
          [2, [placeOf(0, 0, 1)]],
          [3, [placeOf(0, 0, 1)]],
        ]),
      ],
      ['model', new Map([[1, [placeOf(1, 0, 2)]]])],
    ]),
  };
  const asked: Asked = {
    segments: [facts],
    units: [word('topic', 1)],
    averageLengths: [5, 100, 0],
    most: 10,
  };
  const idsOf = (changes: Partial<Asked>) => ask({ ...asked, ...changes }).map(({ id }) => id);

  it('have the word where it counts most; those of one score come by their ids', () => {
    expect(idsOf({})).toEqual(['b', 'd', 'a', 'c']);
    expect(idsOf({ most: 1 })).toEqual(['b']);
  });

  it('have more of the words, the rarer ones before all', () => {
    expect(idsOf({ units: [word('topic', 1), word('model', 5)] })[0]).toBe('c');
  });

  it('are of those asked about, and have a word', () => {
    expect(idsOf({ among: [[0, 1]] })).toEqual(['d', 'c']);
    expect(idsOf({ among: [[]] })).toEqual([]);
    expect(idsOf({ among: [[0, 1]], units: [word('model', 1)] })).toEqual(['c']);
    expect(idsOf({ units: [word('unknown', 1)] })).toEqual([]);
  });

  it('are not lifted by a place that is taken in two ways', () => {
    const places = new Map([
      ['low', [placeOf(0, 0, 1)]],
      ['lowres', [placeOf(0, 0, 1)]],
    ]);
    const twoWays: SegmentFacts = {
      ids: ['b', 'a'],
      lengths: [4, 100, 4, 100],
      places: new Map([
        ...Array.from(places, ([term, row]) => [term, new Map([[0, row]])] as const),
        ['lower', new Map([[1, [placeOf(0, 0, 1)]]])],
      ]),
    };
    const ways = ['low', 'lowres', 'lower'].map((term) => ({ terms: [term], shift: 0 }));
    const units: AskedUnit[] = [{ ways, weight: 1 }];
    expect(idsOf({ segments: [twoWays], units })).toEqual(['a', 'b']);
  });

  it('are none if none are asked for', () => expect(idsOf({ most: 0 })).toEqual([]));

  it('are the first by their ids among equals, wherever those stand', () => {
    const count = 3_000;
    const terms = ['one', 'two', 'three', 'four'];
    const rows = new Map(Array.from({ length: count }, (_, paper) => [paper, [placeOf(1, 0, 3)]]));
    const equals: SegmentFacts = {
      ids: Array.from({ length: count }, (_, paper) => String((paper * 7_919) % 10_007)),
      lengths: Array.from({ length: count * 2 }, () => 20),
      places: new Map(terms.map((term) => [term, rows])),
    };
    const first = equals.ids.toSorted((a, b) => (a < b ? -1 : 1));
    const rarities = fc.array(fc.double({ min: 0.1, max: 5, noNaN: true }), {
      minLength: 1,
      maxLength: terms.length,
    });
    fc.assert(
      fc.property(rarities, fc.integer({ min: 1, max: 5 }), (weights, most) => {
        const units = weights.map((weight, at) => word(terms[at] ?? '', weight));
        expect(idsOf({ segments: [equals], units, most })).toEqual(first.slice(0, most));
      }),
      { numRuns: 30 },
    );
  });

  it('are the first by their ids among equals that have different words', () => {
    const count = 3_000;
    const rowsOf = (rest: 0 | 1) =>
      new Map(
        Array.from({ length: count / 2 }, (_, at) => [at * 2 + rest, [placeOf(1, 0, 3)]] as const),
      );
    const equals: SegmentFacts = {
      ids: Array.from({ length: count }, (_, paper) => String((paper * 7_919) % 10_007)),
      lengths: Array.from({ length: count * 2 }, () => 20),
      places: new Map([
        ['one', rowsOf(0)],
        ['two', rowsOf(1)],
      ]),
    };
    const first = equals.ids.toSorted((a, b) => (a < b ? -1 : 1));
    const units = [word('one', 1.1), word('two', 1.1)];
    expect(idsOf({ segments: [equals], units, most: 5 })).toEqual(first.slice(0, 5));
  });

  it('are those that the plainest way gives, over large segments', () => {
    const terms = { the: 0.95, of: 0.7, data: 0.3, set: 0.1, topic: 0.03, rare: 0.004 };
    const term = fc.constantFrom(...Object.keys(terms), 'unknown');
    const unit = fc.record(
      {
        ways: fc.oneof(
          { weight: 3, arbitrary: term.map((only) => [{ terms: [only], shift: 0 }]) },
          fc.array(
            fc.record({
              terms: fc.array(term, { minLength: 1, maxLength: 2 }),
              shift: fc.nat(1),
            }),
            { minLength: 1, maxLength: 3 },
          ),
        ),
        weight: fc.double({ min: 0.01, max: 8, noNaN: true }),
        field: fc.constantFrom('title', 'abstract', 'author'),
      },
      { requiredKeys: ['ways', 'weight'] },
    );
    const average = fc.integer({ min: 5, max: 150 });
    const query = fc.record({
      seed: fc.nat(),
      papers: fc.array(fc.integer({ min: 1, max: 6_000 }), { minLength: 1, maxLength: 2 }),
      units: fc.array(unit, { minLength: 1, maxLength: 6 }),
      averages: fc.tuple(average, average, fc.constant(0)),
      most: fc.oneof(fc.integer({ min: 1, max: 20 }), fc.integer({ min: 1, max: 5_000 })),
      // One paper of so many is asked about; all if absent.
      every: fc.option(fc.constantFrom(1, 3, 50, 700), { nil: undefined }),
    });
    fc.assert(
      fc.property(query, ({ seed, papers, units, averages, most, every }) => {
        const segments = papers.map((count, at) =>
          factsOfChance({ seed: seed + at, papers: count, terms, idPrefix: `${at}-` }),
        );
        const question: Asked = {
          segments,
          units: units as readonly AskedUnit[],
          averageLengths: averages,
          most,
          among: every
            ? papers.map((count) =>
                Array.from({ length: count }, (_, paper) => paper).filter(
                  (paper) => (paper * 31) % every === 0,
                ),
              )
            : undefined,
        };
        const [results, expected] = [ask(question), askPlainly(question)];
        expect(results.map(({ id }) => id)).toEqual(expected.map(({ id }) => id));
        for (const [at, { score }] of results.entries()) {
          expect(score).toBeCloseTo(expected[at]?.score ?? 0, 9);
        }
      }),
      { numRuns: 60 },
    );
  });
});
