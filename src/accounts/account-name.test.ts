import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  isAccountName,
  nameShape,
  parseAccountName,
  parseDisplayName,
  suggestNames,
} from './account-name.js';

describe('a name', () => {
  it.each([
    ['ana', 'ana'],
    ['@Ana', 'ana'],
    ['  jean-luc-2 ', 'jean-luc-2'],
    ['x9', 'x9'],
  ])('is %s written as %s', (text, name) => {
    expect(parseAccountName(text)).toEqual({ name });
  });

  it.each([
    'a',
    'a'.repeat(31),
    'jean--luc',
    '-ana',
    'ana-',
    'ana maria',
    'анна',
    'ana_b',
    'a\0b',
    'a\nb',
    '',
  ])('is never %j', (text) => {
    expect(parseAccountName(text)).toHaveProperty('reason');
  });

  it.each(['admin', 'ADM1N', 'api', 'm0derator', 'rnoderator', 'sign-in', 'signin', 'for-you'])(
    'is never %s, which the site speaks by',
    (text) => {
      expect(parseAccountName(text)).toHaveProperty('reason');
    },
  );

  it.each([
    ['paul', 'pau1'],
    ['paul', 'paui'],
    ['bob', 'b0b'],
    ['barney', 'bamey'],
    ['vvalter', 'walter'],
    ['jean-luc', 'jeanluc'],
    ['susi', 'su5i'],
    ['ar-ne', 'ame'],
  ])('looks alike as %s and %s', (one, other) => {
    expect(nameShape(one)).toBe(nameShape(other));
  });

  it.each([
    ['ana', 'anna'],
    ['ciao', 'dao'],
    ['max', 'may'],
    ['tim-2', 'tim-3'],
  ])('does not look alike as %s and %s', (one, other) => {
    expect(nameShape(one)).not.toBe(nameShape(other));
  });

  it('has a shape that is its own shape, whatever its case', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[a-zA-Z0-9-]{0,40}$/), (text) => {
        const shape = nameShape(text);
        expect(nameShape(shape)).toBe(shape);
        expect(nameShape(text.toUpperCase())).toBe(nameShape(text.toLowerCase()));
      }),
    );
  });

  it('is parsed to the same again, and has the form that it is looked for by', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.stringMatching(/^@?[a-zA-Z0-9-]{0,40}$/)), (text) => {
        const checked = parseAccountName(text);
        if (!('name' in checked)) return;
        expect(parseAccountName(checked.name)).toEqual(checked);
        expect(isAccountName(checked.name)).toBe(true);
      }),
    );
  });
});

describe('a name that is suggested', () => {
  const suggested = (from: string | undefined) => [...suggestNames(from, () => '7f3k')];

  it('is that of the address, then has a number, then something by chance', () => {
    const names = suggested('Ana.Souza+papers');
    expect(names.slice(0, 3)).toEqual(['ana-souza', 'ana-souza-2', 'ana-souza-3']);
    expect(names).toContain('ana-souza-7f3k');
    expect(names.at(-1)).toBe('reader-7f3k');
  });

  it.each([undefined, '', '李', 'a', 'admin', '+++', 'postmaster'])(
    'is that of a reader where %j gives none',
    (from) => {
      expect(suggested(from)[0]).toBe('reader-7f3k');
    },
  );

  it('leaves out accents', () => {
    expect(suggested('Émile.Zölá')[0]).toBe('emile-zola');
  });

  it('may be given, whatever it is made from', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.string({ unit: 'grapheme', maxLength: 60 })), (from) => {
        for (const name of suggested(from)) expect(parseAccountName(name)).toEqual({ name });
      }),
    );
  });
});

describe('a name that is shown', () => {
  it.each([
    ['Ana Souza', 'Ana Souza'],
    ['  Ana\n\tSouza ', 'Ana Souza'],
    ['李小明', '李小明'],
    ['Мария (Maria)', 'Мария (Maria)'],
    ["Seán O'Neill", "Seán O'Neill"],
    ['Ana\u202e\u200b Souza', 'Ana Souza'],
    ['ｆｕｌｌ', 'full'],
    ['a\u0000b', 'ab'],
  ])('is of %j %j', (text, name) => {
    expect(parseDisplayName(text)).toEqual({ name });
  });

  it.each([
    ['with a Cyrillic letter in a Latin word', 'Pаul'],
    ['with a Greek letter in a Latin word', 'Οlga'],
    ['without a letter', '42 !'],
    ['of nothing that can be seen', '\u200b\u202e'],
    ['of letters under a tower of accents', `Z${'\u0328\u0353\u0317\u0347'}algo`],
    ['as long as a page', 'ab '.repeat(60)],
    ['that would take long to read', 'a'.repeat(1_000_000)],
  ])('is refused %s', (_, text) => {
    expect(parseDisplayName(text)).toHaveProperty('reason');
  });

  it('is one line without signs that cannot be seen, and is parsed to the same again', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 70 }), (text) => {
        const checked = parseDisplayName(text);
        if (!('name' in checked)) return;
        expect(checked.name).not.toMatch(/\p{C}|^\s|\s$/u);
        expect(parseDisplayName(checked.name)).toEqual(checked);
      }),
    );
  });
});
