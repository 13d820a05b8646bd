import { describe, expect, it } from 'vitest';
import { scoreOf } from './bm25f.js';
import {
  partByFeedback,
  partByMeaning,
  partByProximity,
  partsByWords,
  scaled,
} from './explanation.js';
import { parseQuery } from './parse-query.js';
import { unitsOf } from './units.js';

const [TOPIC] = unitsOf(parseQuery('topic').terms);

/** The parts of a score for `topic`, from its weighted places in title, abstract and authors. */
function partsOf(...places: readonly number[]) {
  if (!TOPIC) throw new RangeError('A word is a unit.');
  return partsByWords(TOPIC, 3, places);
}

describe('the parts of a score by words', () => {
  it('name the word and the fields in which it stands', () => {
    expect(partsOf(2, 1, 0).map(({ label }) => label)).toEqual([
      'topic in the title',
      'topic in the abstract',
    ]);
    expect(partsOf(0, 0, 2).map(({ label }) => label)).toEqual(['topic as an author']);
  });

  it('share the score of all fields as the fields have places', () => {
    const [title, abstract] = partsOf(3, 1, 0).map(({ value }) => value);
    expect(title).toBeCloseTo((3 / 4) * scoreOf(3, 4));
    expect(abstract).toBeCloseTo((1 / 4) * scoreOf(3, 4));
  });

  it('are none where the word does not stand', () => expect(partsOf(0, 0, 0)).toEqual([]));
});

it('words far from each other have no part', () => {
  expect(partByProximity(0)).toEqual([]);
  expect(partByProximity(0.5)).toEqual([{ label: 'words close together', value: 0.5 }]);
});

it('what is shared with the first results names the words that add most', () => {
  const shared = ['graph', 'tumour', 'cell', 'growth', 'dose'].map((word, value) => ({
    word,
    value,
  }));
  expect(partByFeedback(0.5, shared)).toEqual([
    { label: 'words that the first results share: dose, growth, cell', value: 0.5 },
  ]);
  expect(partByFeedback(0.1, shared.slice(0, 2))[0]?.label).toMatch(/: tumour$/);
  expect(partByFeedback(0, [])).toEqual([]);
});

it('meaning may speak for a paper or against it', () => {
  expect(partByMeaning(0.1).label).toBe('like the query in meaning');
  expect(partByMeaning(-0.1).label).toBe('unlike the query in meaning');
});

it('parts keep their shares when they are scaled', () =>
  expect(scaled([...partByProximity(2), partByMeaning(1)], 0.5)).toEqual([
    { label: 'words close together', value: 1 },
    { label: 'like the query in meaning', value: 0.5 },
  ]));
