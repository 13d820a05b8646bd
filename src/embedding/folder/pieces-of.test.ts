import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { unigramJson, wordPieceJson } from '../../../test/support/model-folder.js';
import { piecesOf } from './pieces-of.js';
import { type Reader, readTokeniser } from './tokenizer-json.js';

/** What a text is cut into, by a tokenizer whose pieces are so numbered. */
function cut(
  json: string,
  pieces: readonly string[],
  text: string,
  reader: Reader = 'sentence-transformers',
): string {
  const found: string[] = [];
  piecesOf(readTokeniser(json, 'tokenizer.json', reader).tokeniser)(text, (row, times) => {
    expect(times).toBe(1);
    found.push(pieces[row] as string);
  });
  return found.join(' ');
}

const WORD_PIECES: readonly string[] = [
  ...['[PAD]', '[UNK]', '[MASK]', 'un', '##aff', '##able', '##a', '##b', 'aff', 'cafe', 'nlp'],
  ...[
    '.',
    '-',
    '$',
    '数',
    '据',
    'α',
    '##σ',
    '“',
    'it',
    "'",
    's',
    '##s',
    '😀',
    '##😀',
    '[',
    'mask',
    ']',
  ],
];

function cutWordPieces(text: string, changes: object = {}, reader?: Reader): string {
  return cut(wordPieceJson(WORD_PIECES, changes), WORD_PIECES, text, reader);
}

describe('the pieces of a text by WordPiece', () => {
  it.each([
    ['are the longest that fit', 'unaffable', 'un ##aff ##able'],
    ['are unknown for the whole of a word of which a part is', 'unaffablex it', '[UNK] it'],
    ['begin words otherwise than they continue them', 'affun aff', '[UNK] aff'],
    ['heed neither case nor accents', 'Café CAFE\u0301', 'cafe cafe'],
    ['are parted at blanks and punctuation', "it's “nlp”.", "it ' s “ nlp [UNK] ."],
    ['are parted at signs that are no punctuation to Unicode', 'nlp$it', 'nlp $ it'],
    ['are single characters of Chinese', '数据nlp', '数 据 nlp'],
    ['leave out what cannot be printed', 'un\u00adaff\u200babl\0e', 'un ##aff ##able'],
    ['take any blank for one', 'nlp\u3000it\r\nit\tit', 'nlp it it it'],
    ['know no last letter of a Greek word', 'ΑΣ', 'α ##σ'],
    ['may be beyond the first plane', '😀', '😀'],
    ['are none of nothing', ' \n', ''],
  ])('%s', (_, text, pieces) => expect(cutWordPieces(text)).toBe(pieces));

  it('leave out what is unknown where Model2Vec does', () => {
    expect(cutWordPieces('it zzz nlp', {}, 'model2vec')).toBe('it nlp');
  });

  it('are unknown for words of more characters than the model says', () => {
    expect(cutWordPieces(`un${'a'.repeat(98)}`)).toBe(`un${' ##a'.repeat(98)}`);
    expect(cutWordPieces(`un${'a'.repeat(99)}`)).toBe('[UNK]');
    expect(cutWordPieces('😀'.repeat(100))).toBe(`😀${' ##😀'.repeat(99)}`);
  });

  it('are at most 2,048', () => {
    expect(cutWordPieces('it '.repeat(3_000)).split(' ')).toHaveLength(2_048);
  });

  it('are as many at most where the model would swell a text without end', () => {
    const twice = { type: 'Replace', pattern: { String: 'n' }, content: 'n n' };
    const normalizer = { type: 'Sequence', normalizers: Array(60).fill(twice) };
    expect(cutWordPieces('n', { normalizer }).split(' ')).toHaveLength(2_048);
  });

  it('are the same as by trying all lengths, for any words', () => {
    const pieces = ['[UNK]', 'a', 'ab', 'abc', 'b', '##a', '##b', '##bca', '##ca', '##😀', '😀'];
    const { tokeniser } = readTokeniser(wordPieceJson(pieces), '', 'sentence-transformers');
    const read = piecesOf(tokeniser);
    const word = fc.string({ unit: fc.constantFrom('a', 'b', 'c', '😀'), maxLength: 12 });
    fc.assert(
      fc.property(fc.array(word), (words) => {
        const rows: number[] = [];
        read(words.join(' '), (row) => rows.push(row));
        expect(rows).toEqual(words.flatMap((each) => longestPieces(each, pieces)));
      }),
    );
  });
});

/** The definition of WordPiece, word for word. */
function longestPieces(word: string, pieces: readonly string[]): readonly number[] {
  const rows: number[] = [];
  for (let rest = word; rest !== ''; ) {
    const prefix = rest === word ? '' : '##';
    const lengths = Array.from({ length: rest.length }, (_, shorter) => rest.length - shorter);
    const fits = lengths.find((length) => pieces.includes(prefix + rest.slice(0, length)));
    if (fits === undefined) return [pieces.indexOf('[UNK]')];
    rows.push(pieces.indexOf(prefix + rest.slice(0, fits)));
    rest = rest.slice(fits);
  }
  return rows;
}

/** The example that the tokenizers' own documentation gives. */
const LETTERS: readonly (readonly [string, number])[] = [
  ...([
    ['<unk>', 0],
    ['a', 0],
    ['b', 0],
    ['c', 0],
    ['d', 0],
  ] as const),
  ...([
    ['cd', 1],
    ['ab', 2],
    ['abc', 5],
    ['abcd', 10],
    ['▁', -1],
    ['▁ab', 3],
  ] as const),
];

const WHOLE = { pre_tokenizer: null };

function cutUnigram(text: string, changes: object = {}, model: object = {}): string {
  const json = unigramJson(LETTERS, changes, model);
  return cut(
    json,
    LETTERS.map(([piece]) => piece),
    text,
  );
}

describe('the pieces of a text by Unigram', () => {
  it.each([
    ['are those whose scores add up to the most', 'abcdacdxx', 'abcd a cd <unk>'],
    ['are unknown once for neighbours', 'axyz🦊b', 'a <unk> b'],
    ['are none of nothing', '', ''],
  ])('%s', (_, text, pieces) => expect(cutUnigram(text, WHOLE)).toBe(pieces));

  it('begin words with a mark', () => {
    expect(cutUnigram('ab  cd')).toBe('▁ab ▁ ▁ cd');
    expect(cutUnigram('ab  cd', { normalizer: blanks('\\s+') })).toBe('▁ab ▁ cd');
    expect(cutUnigram('ab  cd', { normalizer: blanks(' {2,}') })).toBe('▁ab ▁ cd');
  });

  it.each([
    ['always', '▁ab <unk> ▁ab'],
    ['first', '▁ab <unk> ab'],
    ['never', 'ab <unk> ab'],
  ])('begin sections with a mark %s', (scheme, pieces) => {
    const changes = {
      pre_tokenizer: { type: 'Metaspace', replacement: '▁', prepend_scheme: scheme },
      added_tokens: [{ id: 0, content: '<mask>', lstrip: true, rstrip: true }],
    };
    expect(cutUnigram('ab <mask> ab', changes)).toBe(pieces);
  });

  it('may go over blanks where words are not split', () => {
    const pieces = [
      ['<unk>', 0],
      ['▁a', -1],
      ['▁b', -1],
      ['▁a▁b', -1],
    ] as const;
    const whole = { type: 'Metaspace', replacement: '▁', prepend_scheme: 'always', split: false };
    const json = unigramJson(pieces, { pre_tokenizer: whole });
    expect(
      cut(
        json,
        pieces.map(([piece]) => piece),
        'a b',
      ),
    ).toBe('▁a▁b');
  });

  it('are bytes of what is unknown, where the model has them all', () => {
    const bytes = [...new TextEncoder().encode('é')].map(
      (byte) => [`<0x${byte.toString(16).toUpperCase()}>`, -9] as const,
    );
    const pieces = [...LETTERS, ...bytes];
    const json = unigramJson(pieces, WHOLE, { byte_fallback: true });
    const names = pieces.map(([piece]) => piece);
    expect(cut(json, names, 'aéb')).toBe('a <0xC3> <0xA9> b');
    expect(cut(json, names, 'aèb')).toBe('a <unk> b');
  });

  it('are the best of all ways to cut, for any words', () => {
    const score = fc.integer({ min: -60, max: -1 });
    const part = fc.string({ unit: fc.constantFrom('a', 'b', '😀'), minLength: 1, maxLength: 3 });
    const vocabulary = fc.uniqueArray(fc.tuple(part, score), { selector: ([piece]) => piece });
    const word = fc.string({ unit: fc.constantFrom('a', 'b', '😀'), minLength: 1, maxLength: 8 });
    fc.assert(
      fc.property(vocabulary, word, (parts, text) => {
        const pieces = [['<unk>', -1] as const, ...parts];
        const { tokeniser } = readTokeniser(unigramJson(pieces, WHOLE), '', 'model2vec');
        const rows: number[] = [];
        piecesOf(tokeniser)(text, (row) => rows.push(row));
        const scores = new Map<string, number>(parts);
        const unknown = Math.min(...pieces.map(([, each]) => each)) - 10;
        const found = rows
          .filter((row) => row !== 0)
          .map((row) => pieces[row] as readonly [string, number]);
        const known = found.map(([piece]) => piece).join('');
        const unknownCharacters = [...text].length - [...known].length;
        const total = found.reduce((sum, [, each]) => sum + each, unknown * unknownCharacters);
        expect(total).toBe(bestTotal([...text], scores, unknown));
        expect(rows.includes(0)).toBe(unknownCharacters > 0);
      }),
    );
  });
});

function blanks(pattern: string): object {
  return { type: 'Replace', pattern: { Regex: pattern }, content: ' ' };
}

/** Tries every way. A character that is no piece counts as the unknown. */
function bestTotal(
  characters: readonly string[],
  scores: ReadonlyMap<string, number>,
  unknown: number,
): number {
  if (characters.length === 0) return 0;
  const totals = characters.map((_, at) => {
    const score =
      scores.get(characters.slice(0, at + 1).join('')) ??
      (at === 0 ? unknown : Number.NEGATIVE_INFINITY);
    return score + bestTotal(characters.slice(at + 1), scores, unknown);
  });
  return Math.max(...totals);
}

describe('an added token', () => {
  const tokens = (changes: object): object => ({
    added_tokens: [{ id: 2, content: '[MASK]', normalized: false, special: true, ...changes }],
  });

  it('is found as it stands, before words are looked for', () => {
    expect(cutWordPieces('it [MASK]it [mask]', tokens({}))).toBe('it [MASK] it [ mask ]');
  });

  it('is found in the normalised text if it says so', () => {
    expect(cutWordPieces('it [mask]', tokens({ normalized: true }))).toBe('it [MASK]');
  });

  it('is the longer of two that begin at one place', () => {
    const two = [
      { id: 3, content: '<a' },
      { id: 2, content: '<a>' },
    ];
    expect(cutWordPieces('<a><a', { added_tokens: two })).toBe('[MASK] un');
  });
});

describe('a text', () => {
  it.each([
    ['Lowercase', {}, 'AB', 'ab'],
    ['StripAccents', {}, 'a\u0301b', 'ab'],
    ['NFD', {}, 'é', 'e \u0301'],
    ['Strip', { strip_left: true, strip_right: false }, ' ab ', 'ab ␠'],
    ['Strip', { strip_left: false, strip_right: true }, ' ab ', '␠ ab'],
    ['Prepend', { prepend: 'a' }, 'b', 'ab'],
    ['Replace', { pattern: { String: '$' }, content: '$&' }, '$', '$ &'],
    ['Sequence', { normalizers: [{ type: 'NFD' }, { type: 'StripAccents' }] }, 'é', 'e'],
  ])('is normalised by %s', (type, options, text, expected) => {
    const pieces = ['<unk>', 'ab', 'e', '\u0301', '$', '&', ' '];
    const json = unigramJson(
      pieces.map((piece) => [piece, -1]),
      { normalizer: { type, ...options }, pre_tokenizer: null },
    );
    const shown = pieces.map((piece) => piece.replace(' ', '␠'));
    expect(cut(json, shown, text)).toBe(expected);
  });

  it.each([
    ['Whitespace', {}, 'ab-ab c_1', 'ab|-|ab|c_1'],
    ['WhitespaceSplit', {}, 'ab-ab \u3000c', 'ab-ab|c'],
    ['Punctuation', {}, 'a b.«c»', 'a b|.|«|c|»'],
    ['Digits', { individual_digits: true }, 'a12b', 'a|1|2|b'],
    ['Digits', { individual_digits: false }, 'a12b', 'a|12|b'],
    [
      'Sequence',
      { pretokenizers: [{ type: 'WhitespaceSplit' }, { type: 'Punctuation' }, { type: 'Digits' }] },
      'a.1 b',
      'a|.|1|b',
    ],
  ])('is split by %s', (type, options, text, expected) => {
    const words = expected.split('|');
    const pieces = ['[UNK]', ...new Set(words)];
    const json = wordPieceJson(pieces, { pre_tokenizer: { type, ...options }, normalizer: null });
    expect(cut(json, pieces, text)).toBe(words.join(' '));
  });
});
