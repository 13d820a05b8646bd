import { describe, expect, it } from 'vitest';
import { factsOfChance, segmentOf } from '../../../test/support/segments.js';
import { scoredPlainly } from '../../../test/support/unit-scores.js';
import { placeWeights } from './place-weights.js';
import { countsOf, scorePapers } from './score-papers.js';
import { matchUnit } from './unit-match.js';

const way = (...terms: string[]) => ({ terms, shift: 0 });

const FACTS = factsOfChance({ seed: 1, papers: 300, terms: { data: 0.5, set: 0.4, topic: 0.1 } });
const SEGMENT = segmentOf(FACTS);
const AVERAGES = [20, 60, 0] as const;

describe('the scores of chosen papers', () => {
  const units = [
    { ways: [way('data'), way('data', 'set')], weight: 2 },
    { ways: [way('topic')], field: 'title' as const, weight: 3 },
    { ways: [way('unknown')], weight: 4 },
  ];
  const scored = units.map((unit) => ({ match: matchUnit(SEGMENT, unit), weight: unit.weight }));
  const expected = scoredPlainly(FACTS, units, AVERAGES);

  it('are those of the plainest way, and 0 where a paper has none of the words', () => {
    const papers = Array.from({ length: 300 }, (_, paper) => paper);
    const scores = scorePapers(scored, placeWeights(AVERAGES), papers);
    for (const paper of papers) expect(scores[paper]).toBeCloseTo(expected[paper] ?? 0, 9);
    expect(expected).toContain(0);
  });

  it('are the same in whatever order they are asked for', () => {
    const papers = [250, 3, 299, 4, 130];
    const scores = scorePapers(scored, placeWeights(AVERAGES), papers);
    for (const [at, paper] of papers.entries()) {
      expect(scores[at]).toBeCloseTo(expected[paper] ?? 0, 9);
    }
  });
});

it('counts nothing where a paper does not have the unit', () => {
  const match = matchUnit(SEGMENT, { ways: [way('unknown')] });
  expect(countsOf(match, 7)).toEqual([0, 0, 0]);
});
