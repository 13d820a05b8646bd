import { describe, expect, it } from 'vitest';
import { factsOfChance, type SegmentFacts, segmentOf } from '../../../test/support/segments.js';
import { foundPlainly, type PlainUnit } from '../../../test/support/unit-scores.js';
import { placeOf } from '../places.js';
import { matchUnit } from './unit-match.js';
import { openUnit, readCounts, readPlaces } from './unit-reader.js';

const [TITLE, ABSTRACT] = [0, 1];
const way = (...terms: string[]) => ({ terms, shift: 0 });

function readerOf(facts: SegmentFacts, unit: PlainUnit) {
  return openUnit(matchUnit(segmentOf(facts), unit));
}

describe('the places of a unit in a paper', () => {
  const facts: SegmentFacts = {
    ids: ['a', 'b'],
    lengths: [5, 5, 5, 5],
    places: new Map([
      ['data', new Map([[1, [placeOf(TITLE, 0, 1), placeOf(ABSTRACT, 0, 3)]]])],
      ['set', new Map([[1, [placeOf(ABSTRACT, 0, 4)]]])],
      ['dataset', new Map([[1, [placeOf(ABSTRACT, 0, 0), placeOf(ABSTRACT, 0, 3)]]])],
    ]),
  };
  const dataset = { ways: [way('dataset'), way('data', 'set')] };

  it('are those of all its ways, ascending, each once', () =>
    expect([...readPlaces(readerOf(facts, dataset), 1)]).toEqual([
      placeOf(ABSTRACT, 0, 0),
      placeOf(ABSTRACT, 0, 3),
    ]));

  it('are those in its field', () =>
    expect([...readPlaces(readerOf(facts, { ways: [way('data')], field: 'title' }), 1)]).toEqual([
      placeOf(TITLE, 0, 1),
    ]));

  it('are none where a paper does not have it', () => {
    expect(readPlaces(readerOf(facts, dataset), 0)).toHaveLength(0);
    expect(readPlaces(readerOf(facts, { ways: [way('unknown')] }), 1)).toHaveLength(0);
  });

  it('are as many as are counted, and those of the plainest way, in any order of papers', () => {
    const chance = factsOfChance({
      seed: 2,
      papers: 300,
      terms: { data: 0.5, set: 0.4, few: 0.1 },
    });
    const unit: PlainUnit = {
      ways: [way('data', 'set'), way('few'), { terms: ['set'], shift: 1 }],
    };
    const reader = readerOf(chance, unit);
    const { numbers, places } = foundPlainly(chance, unit);
    const expected = new Map(numbers.map((paper, at) => [paper, places[at]]));
    for (let at = 0; at < 300; at += 1) {
      const paper = (at * 7) % 300;
      expect([...readPlaces(reader, paper)]).toEqual(expected.get(paper) ?? []);
      const has = readCounts(reader, paper);
      expect(has).toBe(expected.has(paper));
      if (!has) continue;
      const counted = reader.counts.reduce((sum, count) => sum + count, 0);
      expect(counted).toBe(expected.get(paper)?.length);
    }
  });
});
