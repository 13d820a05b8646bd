import { describe, expect, it } from 'vitest';
import { analyse } from '../text/analysis.js';
import { parseQuery } from './parse-query.js';
import { excludedUnitsOf, placesIn, unitsOf } from './units.js';

/** The units of a query with their ways: `few: few | fewshot`. */
function ways(query: string): string[] {
  return unitsOf(parseQuery(query).terms).map(
    ({ label, ways: all }) =>
      `${label}: ${all.map(({ terms, shift }) => `${terms.join(' ')}${'<'.repeat(shift)}`).join(' | ')}`,
  );
}

describe('the units of a query', () => {
  it('are its words, each once', () => {
    expect(ways('topic lists topic')).toEqual([
      'topic: topic | topiclist',
      'lists: list | liststop | topiclist<',
    ]);
  });

  it('leave out stop words, unless there is nothing else', () => {
    expect(ways('the art of a')).toEqual(['art: art']);
    expect(ways('the of')).toEqual(['the: the', 'of: of']);
  });

  it('take two words for one that is written together', () => {
    expect(ways('few shot')).toEqual(['few: few | fewshot', 'shot: shot | fewshot<']);
  });

  it('take a word for two that are written apart', () => {
    expect(ways('datasets')).toEqual(['datasets: dataset | dat aset | data set | data et']);
  });

  it('take a joined word for its parts and its whole', () => {
    expect(ways('few-shot')).toEqual([
      'few: few | fewshot',
      'few-shot: fewshot | few shot',
      'shot: shot | fewshot<',
    ]);
  });

  it('take phrases and fields whole', () => {
    expect(ways('"the art" title:few-shot')).toEqual([
      'the art: the art',
      'few-shot: few shot | fewshot',
    ]);
  });

  it('take an address and the name of a paper by the letter', () => {
    expect(ways('graph http://example.com')).toEqual([
      'graph: graph',
      'http://example.com: http exampl com',
    ]);
    const units = unitsOf(parseQuery('https://arxiv.org/abs/2303.01234').terms);
    expect(units).toMatchObject([{ label: '2303.01234', isRequired: true, words: [] }]);
  });

  it('take what is excluded by the letter', () => {
    expect(excludedUnitsOf(parseQuery('-dataset').excluded)).toMatchObject([
      { ways: [{ terms: ['dataset'] }] },
    ]);
  });

  it('may go on at the last word only', () => {
    const prefixes = unitsOf(parseQuery('deep model').terms).map(({ prefix }) => prefix);
    expect(prefixes).toEqual([undefined, 'model']);
  });
});

describe('the places of a unit in a text', () => {
  it('are those of each of its ways', () => {
    const text = 'Few-shot, few shot, fewshot, few long shots';
    const [unit] = unitsOf(parseQuery('"few-shot"').terms);
    const places = unit ? placesIn(analyse(text), [unit]) : [];
    const found = places.map(({ first, last }) => text.slice(first.start, last.end));
    expect(found.toSorted()).toEqual(['Few-shot', 'Few-shot', 'few shot', 'fewshot']);
  });

  it('are, of an author, the parts of the name where all of them stand', () => {
    const units = unitsOf(parseQuery('author:"Manning, Christopher"').terms);
    const found = (text: string) =>
      placesIn(analyse(text), units).map(({ first, last }) => text.slice(first.start, last.end));
    expect(found('Christopher D. Manning').toSorted()).toEqual(['Christopher', 'Manning']);
    expect(found('Christopher Potts')).toEqual([]);
  });
});
