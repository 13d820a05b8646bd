import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cleanLine, cleanText, type RawRecord, toRecord } from './record.js';
import { texToText } from './tex.js';

const RAW: RawRecord = {
  source: 'jsonl',
  names: ['2303.01234'],
  title: 'A title',
  abstract: 'Words.',
};

/** Why a record with these fields is refused. */
function refusal(fields: Partial<RawRecord>): string {
  const result = toRecord({ ...RAW, ...fields });
  return 'reason' in result ? result.reason : 'accepted';
}

describe('a record is refused, with its reason,', () => {
  it.each<[string, Partial<RawRecord>, RegExp]>([
    ['without a title', { title: ' \u200b ' }, /title is missing/],
    ['with a date that does not exist', { published: '2026-02-30' }, /no such date: "2026-02-30"/],
    ['with a name that names nothing', { names: ['a b'] }, /Not an identifier.*"a b"/],
    ['with an abstract of 10 MB', { abstract: 'x'.repeat(10_000_000) }, /abstract has 10000000/],
    ['with a title of a page', { title: 'x'.repeat(3_000) }, /title has 3000/],
    ['with too many authors', { authors: Array(10_001).fill('A B') }, /10001 authors/],
  ])('%s', (_, fields, reason) => expect(refusal(fields)).toMatch(reason));
});

describe('a record is cleaned:', () => {
  it('signs that hide or reverse text go, and half characters are marked', () => {
    expect(cleanLine('a\u0000b\u202ec\u2066d \ud800 \r\n  e')).toBe('abcd \ufffd e');
  });

  it('paragraphs stay and blanks are single', () => {
    expect(cleanText('One  two\t three \n\n\n\n four\r\nfive ')).toBe(
      'One two three\n\nfour\nfive',
    );
  });

  it('an arXiv number tells the month when nothing tells more', () => {
    expect(toRecord(RAW)).toMatchObject({ record: { publishedOn: '2023-03' } });
    expect(toRecord({ ...RAW, published: '' })).toMatchObject({
      record: { publishedOn: '2023-03' },
    });
    expect(toRecord({ ...RAW, published: '2023-03-09' })).toMatchObject({
      record: { publishedOn: '2023-03-09' },
    });
  });

  it('only web addresses become links', () => {
    const links = ['javascript:alert(1)', 'https://example.org/a', 'ftp://x', 'http://'].map(
      (url) => ({ kind: 'page' as const, url }),
    );
    expect(toRecord({ ...RAW, links })).toMatchObject({
      record: { links: [{ kind: 'page', url: 'https://example.org/a' }] },
    });
  });

  it('to the same text, however often', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(cleanText(cleanText(text))).toBe(cleanText(text));
      }),
    );
  });
});

describe('TeX as text', () => {
  it.each([
    ['Andr\\\'e M\\"uller', 'André Müller'],
    ['{\\L}ukasz and Fran{\\c c}ois', 'Łukasz and François'],
    ['S\\o ren \\v{S}imek', 'Søren Šimek'],
    ['$\\alpha$-entmax', 'α-entmax'],
    ['\\emph{Very} \\textbf{bold}', 'Very bold'],
    ["``quoted''", '"quoted"'],
    ['100\\% of $O(n^2)$', '100% of O(n^2)'],
    ['plain words -- and a dash', 'plain words -- and a dash'],
    ['2010--2020', '2010–2020'],
    ['Martin-L\\"{o}f', 'Martin-Löf'],
    ['No TeX: {} gone', 'No TeX: gone'],
  ])('%s is %s', (tex, text) => expect(texToText(tex)).toBe(text));
});
