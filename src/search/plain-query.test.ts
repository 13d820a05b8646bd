import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { plainQuery } from './plain-query.js';

const wordsOf = (text: string) => plainQuery(text).terms.map((term) => term.text);

describe('a plain text as a query', () => {
  it('asks for its words, whatever signs they carry', () => {
    expect(wordsOf('Title: a "quoted word" -and id:7 (see before:2020)')).toEqual([
      'Title:',
      'a',
      '"quoted',
      'word"',
      '-and',
      'id:7',
      '(see',
      'before:2020)',
    ]);
  });

  it('rules nothing out, demands nothing and names no paper', () => {
    for (const text of ['-tumours are:rare "in mice"', '2303.00001', 'cat:cs.CL']) {
      const { terms, excluded, filters, paperName } = plainQuery(text);
      expect({ excluded, filters, paperName }).toEqual({
        excluded: [],
        filters: { categories: [], sources: [] },
        paperName: undefined,
      });
      expect(terms.every(({ isPhrase, field }) => !isPhrase && field === undefined)).toBe(true);
    }
  });

  it('reads past signs without a letter or digit', () =>
    expect(wordsOf('more – less & = nothing')).toEqual(['more', 'less', 'nothing']));

  it('takes an address as one thing', () => {
    const [, , address] = plainQuery('Code at https://example.org/nested/dolls today').terms;
    expect(address).toMatchObject({ text: 'https://example.org/nested/dolls', isVerbatim: true });
  });

  it('has no limit that an abstract could meet, and one for what is no abstract', () => {
    expect(wordsOf('word '.repeat(900))).toHaveLength(900);
    expect(wordsOf('a '.repeat(9_000))).toHaveLength(2_000);
  });

  it('knows where each word stands, in any text', () => {
    const words = fc.array(fc.string({ unit: 'grapheme', maxLength: 12 }), { maxLength: 20 });
    fc.assert(
      fc.property(words, (typed) => {
        const { text, terms } = plainQuery(typed.join(' '));
        for (const term of terms) {
          expect(text.slice(term.start, term.start + term.text.length)).toBe(term.text);
        }
      }),
    );
  });
});
