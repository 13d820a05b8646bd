import { describe, expect, it } from 'vitest';
import { termOf } from '../text/analysis.js';
import { parseQuery } from './parse-query.js';
import { type KnownWords, mendedText } from './spelling.js';
import { type Unit, unitsOf } from './units.js';

const BETTER: Readonly<Record<string, string>> = {
  langauge: 'language',
  modles: 'models',
  mo: 'model',
};

/** An index that has these words in so many papers each, and knows what is better. */
function knowing(papers: Readonly<Record<string, number>> = {}): KnownWords {
  const byTerm = new Map(Object.entries(papers).map(([word, count]) => [termOf(word), count]));
  return {
    papersWith: (term) => byTerm.get(term) ?? 0,
    mended: (word) => BETTER[word],
  };
}

function mended(typed: string, known = knowing(), papersOf: (unit: Unit) => number = () => 0) {
  const { text, terms } = parseQuery(typed);
  return mendedText(text, unitsOf(terms), papersOf, known);
}

describe('a query with its words mended', () => {
  it('is the text as typed, but for the misspelt words', () =>
    expect(mended('Title:Langauge "of modles" -speech')).toBe(
      'Title:language "of models" -speech',
    ));

  it('is the text itself where every word is right', () =>
    expect(mended('language models')).toBe('language models'));

  it('keeps words that enough papers have, and words too short to be misspelt', () => {
    expect(mended('langauge', knowing({ langauge: 6 }))).toBe('langauge');
    expect(mended('langauge', knowing({ langauge: 5 }))).toBe('language');
    expect(mended('mo')).toBe('mo');
  });

  it('keeps a word that is found written in another way', () =>
    expect(mended('langauge', knowing(), () => 6)).toBe('langauge'));

  it('mends a word of a phrase though no paper has the phrase', () =>
    expect(mended('"langauge models"', knowing({ models: 9 }))).toBe('"language models"'));

  it('mends a word wherever it was typed', () =>
    expect(mended('langauge graph Langauge')).toBe('language graph language'));

  it('keeps a word that was typed twice where once would be enough to keep it', () =>
    expect(mended('langauge graph langauge', knowing(), () => 6)).toBe('langauge graph langauge'));

  it('asks for a better word in the field of the misspelt one', () => {
    const fields: (string | undefined)[] = [];
    const known: KnownWords = {
      ...knowing(),
      mended(word, _papers, field) {
        fields.push(field);
        return BETTER[word];
      },
    };
    mended('langauge title:modles', known);
    expect(fields).toEqual([undefined, 'title']);
  });
});
