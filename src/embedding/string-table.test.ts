import fc from 'fast-check';
import { expect, it } from 'vitest';
import { countOf, findString, stringAt, stringTable, tableOf } from './string-table.js';

it('a table of strings finds those that it has, by the first of their numbers', () => {
  const string = fc.oneof(
    fc.string({ unit: 'grapheme', maxLength: 4 }),
    fc.constantFrom('', 'a', 'b', 'ab', 'ba', '\ufeff', '学习', '𝐱'),
  );
  fc.assert(
    fc.property(fc.array(string, { maxLength: 60 }), string, (strings, other) => {
      const table = tableOf(strings);
      expect(countOf(table)).toBe(strings.length);
      expect(strings.map((_, at) => stringAt(table, at))).toEqual(strings);
      for (const one of [...strings, other]) {
        expect(findString(table, one)).toBe(strings.indexOf(one));
      }
    }),
  );
});

it('a half of a surrogate pair is kept as the sign for what cannot be read', () => {
  const table = tableOf(['a\ud835', '\udc31b']);
  expect([stringAt(table, 0), stringAt(table, 1)]).toEqual(['a\ufffd', '\ufffdb']);
  expect(findString(table, 'a\ufffd')).toBe(0);
});

it('a string longer than any before is found', () => {
  const long = 'word'.repeat(1_000);
  expect(findString(tableOf(['word', long]), long)).toBe(1);
});

it('a table can be made of bytes that were a table', () => {
  const { bytes, starts } = tableOf(['one', 'two']);
  const copy = stringTable(bytes.slice(), starts.slice());
  expect(findString(copy, 'two')).toBe(1);
  for (const { buffer } of [copy.bytes, copy.starts, copy.places]) {
    expect(buffer).toBeInstanceOf(SharedArrayBuffer);
  }
});
