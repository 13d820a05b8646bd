import fc from 'fast-check';
import { expect, it } from 'vitest';
import { FOLLOW_KINDS, LONGEST_FOLLOWED, queryOf, toFollow } from './follows.js';

it('takes two spellings of one author for one', () => {
  const one = toFollow('author', '  Ana  Ruiz ');
  expect(one).toEqual({ kind: 'author', value: 'ana ruiz', label: 'Ana Ruiz' });
  expect(toFollow('author', '"ANA ruiz"').value).toBe(one.value);
});

it('keeps a search as it was typed', () => {
  const search = toFollow('search', 'title:"Few Shot" -vision');
  expect(search.value).toBe('title:"Few Shot" -vision');
  expect(queryOf(search)).toBe('title:"Few Shot" -vision');
});

it.each([
  ['author', 'Ana Ruiz', 'author:"Ana Ruiz"'],
  ['category', 'cs.CL', 'cat:cs.CL'],
  ['category', 'Number Theory', 'cat:"Number Theory"'],
  ['topic', 'few-shot learning', '"few-shot learning"'],
] as const)('searches for the %s %s', (kind, text, query) => {
  expect(queryOf(toFollow(kind, text))).toBe(query);
});

it.each(['', ' \u200b\n', '""', 'x'.repeat(LONGEST_FOLLOWED + 1)])(
  'refuses what is nothing or too much, case %#',
  (text) => {
    expect(() => toFollow('author', text)).toThrow(
      expect.objectContaining({ code: 'not_acceptable' }),
    );
  },
);

it('never lets a name end its quotes', () => {
  fc.assert(
    fc.property(
      fc.constantFrom(...FOLLOW_KINDS.filter((kind) => kind !== 'search')),
      fc.string({ maxLength: 60, unit: fc.constantFrom('"', '“', '»', ' ', 'a', 'cat:', '-') }),
      (kind, text) => {
        let query: string;
        try {
          query = queryOf(toFollow(kind, text));
        } catch {
          return;
        }
        expect(query.replace(/^(?:author|cat):/, '')).toMatch(/^(?:"[^"“”„«»]+"|[\w.-]+)$/);
      },
    ),
  );
});
