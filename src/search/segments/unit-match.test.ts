import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { factsOfChance, type SegmentFacts, segmentOf } from '../../../test/support/segments.js';
import { foundPlainly, type PlainUnit } from '../../../test/support/unit-scores.js';
import { placeOf } from '../places.js';
import { add, addRange, and, createPaperSet, has, papersOf } from './paper-set.js';
import { countsOf } from './score-papers.js';
import { addPapersWith, matchUnit } from './unit-match.js';

const [TITLE, ABSTRACT, AUTHOR] = [0, 1, 2];

/** A paper of these places; the others of the segment have none of its words. */
function paperWith(places: Readonly<Record<string, readonly number[]>>): SegmentFacts {
  const rows = Object.entries(places).map(([term, row]) => [term, new Map([[1, row]])] as const);
  return { ids: ['a', 'b', 'c'], lengths: [5, 5, 5, 5, 5, 5], places: new Map(rows) };
}

/** How often a unit stands in title, abstract and authors of that paper. */
function countsIn(facts: SegmentFacts, unit: PlainUnit): readonly number[] {
  return countsOf(matchUnit(segmentOf(facts), unit), 1);
}

const way = (...terms: string[]) => ({ terms, shift: 0 });

describe('a unit in a segment', () => {
  it('stands where its word does', () => {
    const facts = paperWith({ topic: [placeOf(TITLE, 0, 3), placeOf(ABSTRACT, 0, 4)] });
    expect(countsIn(facts, { ways: [way('topic')] })).toEqual([1, 1, 0]);
    expect(countsIn(facts, { ways: [way('topic')], field: 'abstract' })).toEqual([0, 1, 0]);
    expect(countsIn(facts, { ways: [way('other')] })).toEqual([0, 0, 0]);
  });

  it('stands where its words follow each other', () => {
    const facts = paperWith({
      topic: [placeOf(TITLE, 0, 3), placeOf(ABSTRACT, 0, 4)],
      model: [placeOf(TITLE, 0, 2), placeOf(TITLE, 0, 4)],
    });
    expect(countsIn(facts, { ways: [way('topic', 'model')] })).toEqual([1, 0, 0]);
    expect(countsIn(facts, { ways: [way('model', 'model')] })).toEqual([0, 0, 0]);
  });

  it('counts a place once, however many ways it is taken', () => {
    const facts = paperWith({
      shot: [placeOf(TITLE, 0, 1)],
      fewshot: [placeOf(TITLE, 0, 0), placeOf(ABSTRACT, 0, 7)],
    });
    const fewshot = { terms: ['fewshot'], shift: 1 };
    expect(countsIn(facts, { ways: [way('shot'), fewshot] })).toEqual([1, 1, 0]);
  });

  it('is a phrase in the place of its first word, whichever of them is rarer', () => {
    const facts: SegmentFacts = {
      ids: ['a', 'b', 'c'],
      lengths: [5, 5, 5, 5, 5, 5],
      places: new Map([
        ['data', new Map([0, 1, 2].map((paper) => [paper, [placeOf(TITLE, 0, 1)]]))],
        ['set', new Map([[1, [placeOf(TITLE, 0, 2)]]])],
      ]),
    };
    expect(countsIn(facts, { ways: [way('data'), way('data', 'set')] })).toEqual([1, 0, 0]);
    expect(countsIn(facts, { ways: [way('set'), way('data', 'set')] })).toEqual([2, 0, 0]);
  });

  it('is a name if one author has all of it, in any order', () => {
    const facts = paperWith({
      ada: [placeOf(AUTHOR, 0, 0), placeOf(AUTHOR, 1, 1)],
      lovelace: [placeOf(AUTHOR, 1, 0), placeOf(AUTHOR, 2, 0)],
    });
    const name = (...terms: string[]) => ({ ways: [{ terms, shift: 0, isOneName: true }] });
    expect(countsIn(facts, name('ada', 'lovelace'))).toEqual([0, 0, 1]);
    expect(countsIn(facts, name('ada', 'ada'))).toEqual([0, 0, 0]);
  });

  it('is looked for only in the papers asked about where it takes several words', () => {
    const row = new Map([
      [0, [4]],
      [2, [4]],
    ]);
    const next = new Map([
      [0, [5]],
      [2, [5]],
    ]);
    const segment = segmentOf({
      ids: ['a', 'b', 'c'],
      lengths: [9, 9, 9, 9, 9, 9],
      places: new Map([
        ['topic', row],
        ['model', next],
      ]),
    });
    const among = createPaperSet(3);
    add(among, 2);
    const match = matchUnit(segment, { ways: [way('topic', 'model')] }, { among });
    const papers = createPaperSet(3);
    addPapersWith(match, papers);
    expect([...papersOf(papers)]).toEqual([2]);
  });

  it('is found again in a large segment as it was at first, whatever papers mattered then', () => {
    const papers = 9_000;
    const facts = factsOfChance({ seed: 7, papers, terms: { data: 0.2, set: 0.2, rest: 0.01 } });
    const segment = segmentOf(facts);
    const few = createPaperSet(papers);
    addRange(few, 0, 100);
    const most = createPaperSet(papers);
    addRange(most, 0, 5_000);
    for (const unit of [
      { ways: [way('data', 'set'), way('set')] },
      { ways: [way('set', 'data')] },
      { ways: [way('set'), way('data')] },
      { ways: [way('data', 'set')], field: 'abstract' as const },
      { ways: [way('rest', 'set'), way('data')], field: 'title' as const },
    ]) {
      const expected = new Set(foundPlainly(facts, unit).numbers);
      for (const among of [few, most, undefined, few, most]) {
        const found = createPaperSet(papers);
        addPapersWith(matchUnit(segment, unit, { among }), found);
        if (among) and(found, among);
        const asked = [...expected].filter((paper) => !among || has(among, paper));
        expect([...papersOf(found)]).toEqual(asked.sort((one, other) => one - other));
      }
    }
  });

  it('is found where the reference finds it, and as often', () => {
    const terms = { of: 0.9, data: 0.3, set: 0.3, dataset: 0.15, rare: 0.02 };
    const word = fc.constantFrom(...Object.keys(terms), 'unknown');
    const unit = fc.record(
      {
        ways: fc.array(
          fc.record(
            {
              terms: fc.array(word, { minLength: 1, maxLength: 3 }),
              shift: fc.nat(1),
              isOneName: fc.boolean(),
            },
            { requiredKeys: ['terms', 'shift'] },
          ),
          { minLength: 1, maxLength: 4 },
        ),
        field: fc.constantFrom('title', 'abstract', 'author'),
      },
      { requiredKeys: ['ways'] },
    );
    fc.assert(
      fc.property(fc.nat(), fc.integer({ min: 1, max: 400 }), unit, (seed, papers, asked) => {
        const facts = factsOfChance({ seed, papers, terms });
        const match = matchUnit(segmentOf(facts), asked as PlainUnit);
        const found = createPaperSet(papers);
        addPapersWith(match, found);
        const expected = foundPlainly(facts, asked as PlainUnit);
        const order = [...expected.numbers.keys()].sort(
          (a, b) => (expected.numbers[a] ?? 0) - (expected.numbers[b] ?? 0),
        );
        expect([...papersOf(found)]).toEqual(order.map((at) => expected.numbers[at]));
        for (const at of order) {
          const paper = expected.numbers[at] as number;
          expect(has(found, paper)).toBe(true);
          expect(countsOf(match, paper)).toEqual(expected.counts.slice(at * 3, at * 3 + 3));
        }
      }),
      { numRuns: 80 },
    );
  });
});
