import fc from 'fast-check';
import { expect, it } from 'vitest';
import { BroadsheetError } from '../errors.js';
import { cleanLine } from '../papers/record.js';
import { LONGEST_ASKED } from '../search/read-query.js';
import { type AskedSearch, askedSearch, searchAddress } from './search-address.js';

const PLAIN: AskedSearch = { text: 'a b', sort: 'relevance', mode: 'hybrid', isExplained: false };

/** What the site reads from an address. */
function readFrom(address: string): { readonly asked: AskedSearch; readonly page: string | null } {
  const { searchParams } = new URL(address, 'http://a.example');
  const asked = askedSearch((name) => searchParams.get(name) ?? undefined);
  return { asked, page: searchParams.get('page') };
}

it('asks again for the very search that it was made from', () => {
  const asked = fc.record({
    text: fc.string({ unit: 'grapheme' }).map(cleanLine),
    sort: fc.constantFrom('relevance', 'newest', 'trending'),
    mode: fc.constantFrom('hybrid', 'lexical', 'dense'),
    isExplained: fc.boolean(),
  });
  fc.assert(
    fc.property(asked, fc.integer({ min: 2, max: 99 }), (search, page) => {
      expect(readFrom(searchAddress(search))).toEqual({ asked: search, page: null });
      expect(readFrom(searchAddress(search, page))).toEqual({ asked: search, page: `${page}` });
    }),
  );
});

it('says nothing that is meant without it', () => {
  expect(searchAddress(PLAIN)).toBe('/search?q=a%20b');
  expect(searchAddress({ ...PLAIN, sort: 'newest', isExplained: true }, 2)).toBe(
    '/search?q=a%20b&sort=newest&explain=1&page=2',
  );
});

it('may be without a text, and puts a text of many lines on one', () => {
  expect(readFrom('/search').asked.text).toBe('');
  expect(readFrom('/search?q=a%0Ab').asked).toEqual(PLAIN);
});

it.each(['sort=best', 'sort=', 'mode=Hybrid', 'explain=true', 'sort=constructor'])(
  'refuses %s',
  (parameter) => {
    expect(() => readFrom(`/search?q=a&${parameter}`)).toThrow(BroadsheetError);
  },
);

it('holds a text as long as can be searched, and none that is longer', () => {
  const longest = 'x'.repeat(LONGEST_ASKED);
  expect(readFrom(`/search?q=${longest}`).asked.text).toBe(longest);
  expect(() => readFrom(`/search?q=${longest}x`)).toThrow('20,001 characters');
});
