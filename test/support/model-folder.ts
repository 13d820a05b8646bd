/** Static models of other makers, made small: their files, written as their own programs do. */

import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { temporaryFolder } from './temporary-folder.js';

export type MadeTensor = {
  readonly dtype: string;
  readonly shape: readonly number[];
  readonly bytes: Uint8Array;
};

/** The numbers of a table as a tensor of 32-bit floats. */
export function tensor(rows: readonly (readonly number[])[]): MadeTensor {
  return {
    dtype: 'F32',
    shape: [rows.length, rows[0]?.length ?? 0],
    bytes: new Uint8Array(Float32Array.from(rows.flat()).buffer),
  };
}

export function safetensors(tensors: Readonly<Record<string, MadeTensor>>): Uint8Array {
  const header: Record<string, unknown> = { __metadata__: { format: 'pt' } };
  let end = 0;
  for (const [name, { dtype, shape, bytes }] of Object.entries(tensors)) {
    header[name] = { dtype, shape, data_offsets: [end, end + bytes.length] };
    end += bytes.length;
  }
  const json = Buffer.from(JSON.stringify(header));
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(json.length));
  return Buffer.concat([length, json, ...Object.values(tensors).map(({ bytes }) => bytes)]);
}

/** `tokenizer.json` of a model that was made from BERT. */
export function wordPieceJson(pieces: readonly string[], changes: object = {}): string {
  return JSON.stringify({
    version: '1.0',
    truncation: null,
    padding: null,
    added_tokens: [],
    normalizer: {
      type: 'BertNormalizer',
      clean_text: true,
      handle_chinese_chars: true,
      strip_accents: null,
      lowercase: true,
    },
    pre_tokenizer: { type: 'BertPreTokenizer' },
    model: {
      type: 'WordPiece',
      unk_token: '[UNK]',
      continuing_subword_prefix: '##',
      max_input_chars_per_word: 100,
      vocab: Object.fromEntries(pieces.map((piece, number) => [piece, number])),
    },
    ...changes,
  });
}

/** `tokenizer.json` of a model that was made from one of SentencePiece. */
export function unigramJson(
  pieces: readonly (readonly [piece: string, score: number])[],
  changes: object = {},
  model: object = {},
): string {
  return JSON.stringify({
    version: '1.0',
    added_tokens: [],
    normalizer: { type: 'NFKC' },
    pre_tokenizer: {
      type: 'Metaspace',
      replacement: '▁',
      prepend_scheme: 'always',
      split: true,
    },
    model: { type: 'Unigram', unk_id: 0, vocab: pieces, ...model },
    ...changes,
  });
}

/** A folder with these files, whose names may have folders in them. */
export async function madeFolder(
  files: Readonly<Record<string, string | Uint8Array>>,
): Promise<string> {
  const folder = join(await temporaryFolder(), 'made-model');
  await mkdir(folder);
  for (const [name, content] of Object.entries(files)) {
    await mkdir(join(folder, name, '..'), { recursive: true });
    await writeFile(join(folder, name), content);
  }
  return folder;
}
