/**
 * Reads `tokenizer.json` of Hugging Face's tokenizers, as far as static models use it: WordPiece
 * and Unigram, with the normalizers and pre-tokenizers that go with them. Anything else is refused
 * by its name, for a text cut a little differently would silently be another text to the model.
 *
 * Not heeded are `post_processor`, `truncation` and `padding`: static models read a text without
 * special tokens around it, and where we stop is the same for all models (`pieces-of.ts`). Nor is
 * `decoder`, which is for the way back.
 */

import { z } from 'zod';
import { shown } from '../../papers/record.js';
import { readCharsmap } from './charsmap.js';
import { damaged, unsupported } from './folder-errors.js';
import type { AddedToken, Normaliser, PieceTokeniser, Splitter } from './piece-tokeniser.js';
import { createPieceTrie, pieceNumber } from './piece-trie.js';

/** Real files say 100. */
const LONGEST_WORD = 100_000;

/** Longer pieces are a mistake. */
const LONGEST_PIECE = 1_024;

/** Of all pieces together, in UTF-16 units: ten times those of a vocabulary of many languages. */
const MOST_UNITS = 32 * 1_048_576;

/** What is put in the place of a character, or before a text. Longer, it could only swell texts. */
const LONGEST_INSERT = 32;

const MOST_ADDED_TOKENS = 10_000;

/** In UTF-16 units, together: they become one pattern. */
const MOST_ADDED_UNITS = 200_000;

/** Of nested sequences, and those sequences; real ones have at most some forty. */
const MOST_STEPS = 200;

/** A character that is no piece is so much less likely than the least likely piece. */
const UNKNOWN_PENALTY = 10;

/** The patterns in real files: a blank or a kind of it, so or so often. */
const BLANKS_PATTERN = /^(?: |\\[snrt])(?:\+|\{\d{1,2},\d{0,2}\})?$/;

const BYTES = 256;

const part = z.looseObject({ type: z.string() });
type Part = z.infer<typeof part>;

const row = z.int().nonnegative();
const flag = z.boolean().default(false);

const addedToken = z.looseObject({
  id: row,
  content: z.string(),
  single_word: flag,
  lstrip: flag,
  rstrip: flag,
  normalized: flag,
});

const file = z.looseObject({
  added_tokens: z.array(addedToken).max(MOST_ADDED_TOKENS).nullish(),
  normalizer: part.nullish(),
  pre_tokenizer: part.nullish(),
  model: z.looseObject({ type: z.string().nullish() }),
});

const wordPiece = z.looseObject({
  vocab: z.record(z.string(), row),
  unk_token: z.string().default('[UNK]'),
  continuing_subword_prefix: z.string().default('##'),
  max_input_chars_per_word: z.int().positive().max(LONGEST_WORD).default(100),
});

const unigram = z.looseObject({
  vocab: z.array(z.tuple([z.string(), z.number()])),
  unk_id: row.nullish(),
  byte_fallback: flag,
});

const insert = z.string().max(LONGEST_INSERT);

const replacement = z.looseObject({
  pattern: z.union([z.strictObject({ String: z.string() }), z.strictObject({ Regex: z.string() })]),
  content: insert,
});

const metaspace = z.looseObject({
  replacement: insert.min(1),
  add_prefix_space: z.boolean().nullish(),
  prepend_scheme: z.enum(['always', 'first', 'never']).default('always'),
  split: z.boolean().nullish(),
});

/** Who will sum up the vectors: Model2Vec leaves out what WordPiece does not know. */
export type Reader = 'model2vec' | 'sentence-transformers';

export type ReadTokeniser = {
  readonly tokeniser: PieceTokeniser;
  /** The greatest number of a piece or token, and one more. */
  readonly tokens: number;
};

/**
 * @param text - of the file
 * @param where - the file, as messages name it
 * @throws BroadsheetError `unreadable_input` if it is broken, or has what is not supported
 */
export function readTokeniser(text: string, where: string, reader: Reader): ReadTokeniser {
  const json = parseAs(file, parseJson(text, where), where);
  const normalisers = flattened(json.normalizer, 'normalizers', where).map((step) =>
    readNormaliser(step, where),
  );
  const splitters = flattened(json.pre_tokenizer, 'pretokenizers', where).map((step) =>
    readSplitter(step, where),
  );
  const addedTokens = (json.added_tokens ?? []).map((token) => readAddedToken(token, where));
  if (addedTokens.reduce((sum, { text }) => sum + text.length, 0) > MOST_ADDED_UNITS) {
    throw unsupported(
      `The added tokens of ${where} have more than ${MOST_ADDED_UNITS} characters.`,
    );
  }
  const before = { addedTokens, normalisers, splitters };
  const { tokeniser, pieces } =
    json.model.type === 'WordPiece'
      ? readWordPiece(json.model, before, reader, where)
      : readUnigram(json.model, before, where);
  const tokens = addedTokens.reduce((most, { row: added }) => Math.max(most, added + 1), pieces);
  return { tokeniser, tokens };
}

type BeforeModel = Pick<PieceTokeniser, 'addedTokens' | 'normalisers' | 'splitters'>;
type ReadModel = { readonly tokeniser: PieceTokeniser; readonly pieces: number };

function readWordPiece(
  json: unknown,
  before: BeforeModel,
  reader: Reader,
  where: string,
): ReadModel {
  const model = parseAs(wordPiece, json, where);
  const pieces: string[] = [];
  const numbers = Object.entries(model.vocab);
  // Numbers may have gaps, but not many: an array of all is made.
  const last = numbers.reduce((most, [, number]) => Math.max(most, number), -1);
  if (last >= 2 * numbers.length + MOST_ADDED_TOKENS) {
    throw damaged(`The vocabulary of ${where} has ${numbers.length} pieces, but number ${last}.`);
  }
  for (let number = 0; number <= last; number += 1) pieces.push('');
  for (const [piece, number] of numbers) pieces[number] = piece;
  checkPieces(pieces, where);
  const trie = createPieceTrie(pieces);
  const tokeniser = {
    kind: 'word-piece' as const,
    ...before,
    trie,
    unknownRow: pieceNumber(trie, model.unk_token),
    keepsUnknown: reader === 'sentence-transformers',
    continuingPrefix: model.continuing_subword_prefix,
    mostCharacters: model.max_input_chars_per_word,
  };
  return { tokeniser, pieces: pieces.length };
}

function readUnigram(
  json: Part | { type?: unknown },
  before: BeforeModel,
  where: string,
): ReadModel {
  if (json.type !== 'Unigram') {
    const kind = typeof json.type === 'string' ? json.type : 'nameless';
    throw unsupported(`${where} has a ${shown(kind)} model; WordPiece and Unigram can be read.`);
  }
  const model = parseAs(unigram, json, where);
  const pieces = model.vocab.map(([piece]) => piece);
  checkPieces(pieces, where);
  if (typeof model.unk_id === 'number' && model.unk_id >= pieces.length) {
    throw damaged(`The unknown piece of ${where} is number ${model.unk_id} of ${pieces.length}.`);
  }
  const trie = createPieceTrie(pieces);
  const scores = new Float64Array(
    new SharedArrayBuffer(pieces.length * Float64Array.BYTES_PER_ELEMENT),
  );
  scores.set(model.vocab.map(([, score]) => score));
  const least = scores.reduce((least, score) => Math.min(least, score), Number.POSITIVE_INFINITY);
  const byteRow = (_: unknown, byte: number): number =>
    pieceNumber(trie, `<0x${byte.toString(16).toUpperCase().padStart(2, '0')}>`);
  const tokeniser = {
    kind: 'unigram' as const,
    ...before,
    trie,
    unknownRow: model.unk_id ?? -1,
    keepsUnknown: true,
    scores,
    unknownScore: least - UNKNOWN_PENALTY,
    ...(model.byte_fallback ? { byteRows: Int32Array.from({ length: BYTES }, byteRow) } : {}),
  };
  return { tokeniser, pieces: pieces.length };
}

function checkPieces(pieces: readonly string[], where: string): void {
  if (pieces.length === 0) throw damaged(`The vocabulary of ${where} is empty.`);
  const long = pieces.find(({ length }) => length > LONGEST_PIECE);
  if (long !== undefined) {
    throw unsupported(`${where} has a piece of ${long.length} characters: ${shown(long)}.`);
  }
  const units = pieces.reduce((sum, { length }) => sum + length, 0);
  if (units > MOST_UNITS) {
    throw unsupported(
      `The pieces of ${where} have ${units} characters; ${MOST_UNITS} is the most.`,
    );
  }
}

function readAddedToken(token: z.infer<typeof addedToken>, where: string): AddedToken {
  if (token.single_word) {
    throw unsupported(
      `${where} has the added token ${shown(token.content)} with single_word, which cannot be read.`,
    );
  }
  return {
    text: token.content,
    row: token.id,
    isNormalised: token.normalized,
    takesBlanksBefore: token.lstrip,
    takesBlanksBehind: token.rstrip,
  };
}

function readNormaliser(step: Part, where: string): Normaliser {
  switch (step.type) {
    case 'BertNormalizer': {
      const bert = z.looseObject({
        clean_text: z.boolean().default(true),
        handle_chinese_chars: z.boolean().default(true),
        strip_accents: z.boolean().nullish(),
        lowercase: z.boolean().default(true),
      });
      const { clean_text, handle_chinese_chars, strip_accents, lowercase } = parseAs(
        bert,
        step,
        where,
      );
      return {
        kind: 'bert',
        cleans: clean_text,
        partsChinese: handle_chinese_chars,
        stripsAccents: strip_accents ?? lowercase,
        lowers: lowercase,
      };
    }
    case 'Lowercase':
      return { kind: 'lowercase' };
    case 'StripAccents':
      return { kind: 'strip-accents' };
    case 'NFC':
    case 'NFD':
    case 'NFKC':
    case 'NFKD':
      return { kind: 'unicode', form: step.type };
    case 'Strip': {
      const strip = z.looseObject({ strip_left: z.boolean(), strip_right: z.boolean() });
      const { strip_left, strip_right } = parseAs(strip, step, where);
      return { kind: 'strip', left: strip_left, right: strip_right };
    }
    case 'Replace': {
      const { pattern, content } = parseAs(replacement, step, where);
      return { kind: 'replace', pattern: readPattern(pattern, where), by: content };
    }
    case 'Prepend': {
      const { prepend } = parseAs(z.looseObject({ prepend: insert }), step, where);
      return { kind: 'prepend', text: prepend };
    }
    case 'Precompiled': {
      const precompiled = z.looseObject({ precompiled_charsmap: z.base64() });
      const { precompiled_charsmap } = parseAs(precompiled, step, where);
      const map = readCharsmap(Buffer.from(precompiled_charsmap, 'base64'));
      if (!map) throw damaged(`The character map of ${where} is broken.`);
      return { kind: 'charsmap', map };
    }
    default:
      throw unsupported(`${where} has the normalizer ${shown(step.type)}, which cannot be read.`);
  }
}

function readPattern(
  pattern: z.infer<typeof replacement>['pattern'],
  where: string,
): string | RegExp {
  if ('String' in pattern) return pattern.String;
  if (!BLANKS_PATTERN.test(pattern.Regex)) {
    throw unsupported(
      `${where} replaces by the pattern ${shown(pattern.Regex)}; only those of blanks can be read.`,
    );
  }
  return new RegExp(pattern.Regex.replace('\\s', '\\p{White_Space}'), 'gu');
}

function readSplitter(step: Part, where: string): Splitter {
  switch (step.type) {
    case 'BertPreTokenizer':
      return { kind: 'bert' };
    case 'Whitespace':
      return { kind: 'whitespace' };
    case 'WhitespaceSplit':
      return { kind: 'whitespace-split' };
    case 'Punctuation': {
      const { behavior } = parseAs(
        z.looseObject({ behavior: z.string().default('Isolated') }),
        step,
        where,
      );
      if (behavior !== 'Isolated') {
        throw unsupported(
          `${where} splits at punctuation in the manner ${shown(behavior)}; only Isolated can be read.`,
        );
      }
      return { kind: 'punctuation' };
    }
    case 'Digits': {
      const { individual_digits } = parseAs(
        z.looseObject({ individual_digits: flag }),
        step,
        where,
      );
      return { kind: 'digits', oneByOne: individual_digits };
    }
    case 'Metaspace': {
      const {
        replacement: mark,
        add_prefix_space,
        prepend_scheme,
        split,
      } = parseAs(metaspace, step, where);
      return {
        kind: 'metaspace',
        mark,
        prepends: add_prefix_space === false ? 'never' : prepend_scheme,
        splits: split ?? true,
      };
    }
    default:
      throw unsupported(
        `${where} has the pre-tokenizer ${shown(step.type)}, which cannot be read.`,
      );
  }
}

/** The steps of a sequence, and of sequences in it, in their order. */
function flattened(
  step: Part | null | undefined,
  key: 'normalizers' | 'pretokenizers',
  where: string,
): readonly Part[] {
  const steps: Part[] = [];
  const open: Part[] = step ? [step] : [];
  let sequences = 0;
  for (let next = open.pop(); next; next = open.pop()) {
    if (next.type !== 'Sequence') {
      steps.push(next);
    } else {
      const { [key]: parts } = parseAs(z.looseObject({ [key]: z.array(part) }), next, where);
      for (const inner of (parts as Part[]).toReversed()) open.push(inner);
      sequences += 1;
    }
    if (sequences + steps.length + open.length > MOST_STEPS) {
      throw unsupported(`${where} has more than ${MOST_STEPS} ${key}.`);
    }
  }
  return steps;
}

function parseJson(text: string, where: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw damaged(`${where} is not JSON.`, cause);
  }
}

function parseAs<Schema extends z.ZodType>(
  schema: Schema,
  json: unknown,
  where: string,
): z.infer<Schema> {
  const { success, data, error } = schema.safeParse(json);
  if (success) return data;
  const [issue] = error.issues;
  const place = issue?.path.join('.');
  throw damaged(
    `${where} is not a file of Hugging Face's tokenizers: ${place ? `${place}: ` : ''}${issue?.message}.`,
    error,
  );
}
