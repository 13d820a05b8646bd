import { describe, expect, it } from 'vitest';
import { unigramJson, wordPieceJson } from '../../../test/support/model-folder.js';
import { BroadsheetError } from '../../errors.js';
import { readTokeniser } from './tokenizer-json.js';

const PIECES = ['[UNK]', 'a'];

function read(json: string): ReturnType<typeof readTokeniser> {
  return readTokeniser(json, '"tokenizer.json"', 'model2vec');
}

function withModel(model: object): string {
  return wordPieceJson(PIECES, { model });
}

describe('tokenizer.json', () => {
  it('has as many tokens as the greatest number says, with those that were added', () => {
    expect(read(wordPieceJson(PIECES)).tokens).toBe(2);
    const added_tokens = [{ id: 7, content: '[X]' }];
    expect(read(wordPieceJson(PIECES, { added_tokens })).tokens).toBe(8);
    expect(read(unigramJson([['<unk>', 0]])).tokens).toBe(1);
  });

  it('is plain data, which another thread can be sent', () => {
    const normalizer = { type: 'Replace', pattern: { Regex: '\\s+' }, content: ' ' };
    const { tokeniser } = read(unigramJson([['<unk>', 0]], { normalizer }));
    expect(structuredClone(tokeniser)).toEqual(tokeniser);
  });

  it.each([
    ['another model', withModel({ type: 'BPE', vocab: {}, merges: [] }), 'a "BPE" model'],
    ['a model of whole words', withModel({ type: 'WordLevel', vocab: {} }), 'a "WordLevel" model'],
    ['a model without a name', withModel({ vocab: {} }), 'a "nameless" model'],
    [
      'another normalizer',
      wordPieceJson(PIECES, { normalizer: { type: 'Nmt' } }),
      'the normalizer "Nmt"',
    ],
    [
      'another pre-tokenizer',
      wordPieceJson(PIECES, {
        pre_tokenizer: { type: 'Sequence', pretokenizers: [{ type: 'ByteLevel' }] },
      }),
      'the pre-tokenizer "ByteLevel"',
    ],
    [
      'another pattern than blanks',
      wordPieceJson(PIECES, {
        normalizer: { type: 'Replace', pattern: { Regex: '(a+)+$' }, content: '' },
      }),
      'the pattern "(a+)+$"',
    ],
    [
      'punctuation that is lost',
      wordPieceJson(PIECES, { pre_tokenizer: { type: 'Punctuation', behavior: 'Removed' } }),
      'the manner "Removed"',
    ],
    [
      'added tokens that are whole words',
      wordPieceJson(PIECES, { added_tokens: [{ id: 1, content: 'a', single_word: true }] }),
      '"a" with single_word',
    ],
    ['endless pieces', wordPieceJson(['[UNK]', 'a'.repeat(1_025)]), 'a piece of 1025 characters'],
    [
      'sequences without end',
      wordPieceJson(PIECES, {
        normalizer: { type: 'Sequence', normalizers: Array(300).fill({ type: 'NFC' }) },
      }),
      'more than 200 normalizers',
    ],
    [
      'sequences within sequences without end',
      wordPieceJson(PIECES, {
        normalizer: Array(300)
          .fill(0)
          .reduce((inner) => ({ type: 'Sequence', normalizers: [inner] }), { type: 'NFC' }),
      }),
      'more than 200 normalizers',
    ],
    [
      'added tokens of the length of books',
      wordPieceJson(PIECES, { added_tokens: [{ id: 1, content: 'a'.repeat(200_001) }] }),
      'more than 200000 characters',
    ],
  ])('is refused by name for %s', (_, json, reason) => {
    expect(() => read(json)).toThrow(reason);
    expect(() => read(json)).toThrow(BroadsheetError);
  });

  it.each([
    ['no JSON', '{', 'is not JSON'],
    ['another JSON', '{"a": 1}', "is not a file of Hugging Face's tokenizers: model"],
    ['an empty vocabulary', wordPieceJson([]), 'is empty'],
    ['a number that is none', withModel({ type: 'WordPiece', vocab: { a: 0.5 } }), 'vocab.a'],
    [
      'a number far beyond',
      withModel({ type: 'WordPiece', vocab: { a: 4e9 } }),
      'number 4000000000',
    ],
    ['no such unknown piece', unigramJson([['a', 0]], {}, { unk_id: 1 }), 'number 1 of 1'],
    [
      'a replacement that would swell every text',
      wordPieceJson(PIECES, {
        normalizer: { type: 'Replace', pattern: { String: 'a' }, content: 'a'.repeat(33) },
      }),
      'content: Too big',
    ],
    [
      'a broken character map',
      wordPieceJson(PIECES, {
        normalizer: { type: 'Precompiled', precompiled_charsmap: 'AAAA' },
      }),
      'character map',
    ],
  ])('is refused if it is damaged: %s', (_, json, reason) => {
    expect(() => read(json)).toThrow(reason);
  });
});
