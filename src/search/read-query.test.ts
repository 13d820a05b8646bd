import { describe, expect, it } from 'vitest';
import { parseQuery } from './parse-query.js';
import { readQuery } from './read-query.js';

const textOf = (text: string) =>
  readQuery(text)
    .terms.map((term) => term.text)
    .join(' ');

describe('what stands in the search box', () => {
  it('is a query as long as people type', () => {
    for (const text of ['topic -"language models" after:2024', 'word '.repeat(32).trim(), '']) {
      expect(readQuery(text)).toEqual(parseQuery(text));
    }
  });

  it('is a text when it is longer, and then nothing in it is the query language', () => {
    const text = `We study "words": -and signs. ${'More of it follows. '.repeat(10)}`;
    const query = readQuery(text);
    expect(query.excluded).toEqual([]);
    expect(query.terms.every(({ isPhrase }) => !isPhrase)).toBe(true);
    expect(query.notes).toEqual(['This is a text, so papers like it were searched.']);
  });

  it('is a query, however long, where it restricts by the language', () => {
    const text = `${'word '.repeat(40)} cat:cs.CL`;
    expect(readQuery(text)).toEqual(parseQuery(text));
  });

  it('is the title and the abstract of a BibTeX entry', () => {
    const entry = `
      @inproceedings{doe-2024-nested,
        title = "{N}ested {V}ectors",
        author = "Doe, Jane",
        booktitle = "Proceedings of a conference",
        Abstract={Vectors that {hold {shorter}} ones.},
        year = 2024 }`;
    expect(textOf(entry)).toBe('Nested Vectors Vectors that hold shorter ones.');
    expect(readQuery(entry).notes).toEqual([
      'This is a BibTeX entry, so papers like it were searched.',
    ]);
  });

  it('may be an entry that was cut short', () => {
    expect(textOf('@article{x, title={Nested vec')).toBe('Nested vec');
    expect(readQuery('@article{x, year=2024}')).toEqual(parseQuery('@article{x, year=2024}'));
  });
});
