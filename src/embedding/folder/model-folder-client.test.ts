import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import {
  type MadeTensor,
  madeFolder,
  safetensors,
  tensor,
  unigramJson,
  wordPieceJson,
} from '../../../test/support/model-folder.js';
import { BroadsheetError } from '../../errors.js';
import { MODEL_CARD } from '../model-card.js';
import { openModel } from '../model-client.js';
import { createStaticEmbedder } from '../static-embedder.js';

const PIECES = ['[PAD]', '[UNK]', 'speech', 'translation', '##s', 'graph', '.'];
const LONG = 300;

/** Some vectors with something of their own in every dimension. */
const VECTORS: readonly (readonly number[])[] = PIECES.map((_, piece) =>
  Array.from({ length: LONG }, (_, at) => Math.sin((piece + 1) * (at + 1) * 0.7) / (1 + at / 50)),
);

const TEXT = 'Speech translations, xyz graph.';

/** The pieces of the text; the comma and `xyz` are unknown. */
const IN_TEXT = [2, 3, 4, 5, 6];
const UNKNOWN = 1;

type Files = Readonly<Record<string, string | Uint8Array>>;

function model2vec(changes: Files = {}): Files {
  return {
    'model.safetensors': safetensors({ embeddings: tensor(VECTORS) }),
    'tokenizer.json': wordPieceJson(PIECES),
    'config.json': '{"normalize": true}',
    ...changes,
  };
}

function sentenceTransformers(changes: Files = {}): Files {
  return {
    'modules.json': modulesJson('StaticEmbedding'),
    '0_StaticEmbedding/model.safetensors': safetensors({ 'embedding.weight': tensor(VECTORS) }),
    '0_StaticEmbedding/tokenizer.json': wordPieceJson(PIECES),
    ...changes,
  };
}

function modulesJson(type: string, path: string = '0_StaticEmbedding'): string {
  return JSON.stringify([
    { idx: 0, name: '0', path, type: `sentence_transformers.models.${type}` },
    { idx: 1, name: '1', path: '1_Normalize', type: 'sentence_transformers.models.Normalize' },
  ]);
}

async function embedderOf(files: Files): Promise<(text: string) => Float32Array> {
  const { model } = await openModel(await madeFolder(files));
  return createStaticEmbedder(model).embed;
}

/** The sum of vectors, cut to our dimensions. */
function sumOf(pieces: readonly number[], weights: readonly number[] = []): number[] {
  return Array.from({ length: 256 }, (_, at) =>
    pieces.reduce((sum, piece) => sum + (weights[piece] ?? 1) * (VECTORS[piece]?.[at] ?? 0), 0),
  );
}

function cosine(one: ArrayLike<number>, other: ArrayLike<number>): number {
  const product = (a: ArrayLike<number>, b: ArrayLike<number>): number =>
    Array.from(a).reduce((sum, value, at) => sum + value * (b[at] ?? 0), 0);
  return product(one, other) / Math.sqrt(product(one, one) * product(other, other));
}

/** Angles are kept, so texts are compared with a text whose vector is known: that of one piece. */
async function expectSum(files: Files, pieces: readonly number[], weights?: readonly number[]) {
  const embed = await embedderOf(files);
  for (const [piece, name] of [
    [2, 'speech'],
    [3, 'translation'],
    [5, 'graph'],
  ] as const) {
    const known = sumOf([piece]);
    expect(cosine(embed(TEXT), embed(name))).toBeCloseTo(cosine(sumOf(pieces, weights), known), 2);
  }
}

function half(numbers: readonly number[], toBits: (number: number) => number): Uint8Array {
  return new Uint8Array(Uint16Array.from(numbers, toBits).buffer);
}

const floatBits = new DataView(new ArrayBuffer(4));

function brainBits(number: number): number {
  floatBits.setFloat32(0, number);
  return floatBits.getUint16(0);
}

/** Without rounding, and for numbers between 2 to the −14 and 2 to the 15 only. */
function halfBits(number: number): number {
  floatBits.setFloat32(0, number);
  const bits = floatBits.getUint32(0);
  const exponent = ((bits >>> 23) & 0xff) - 127 + 15;
  return exponent <= 0 ? 0 : ((bits >>> 31) << 15) | (exponent << 10) | ((bits >>> 13) & 0x3ff);
}

function typed(dtype: string, bytes: Uint8Array): MadeTensor {
  return { dtype, shape: [PIECES.length, LONG], bytes };
}

describe('a folder of Model2Vec', () => {
  it('embeds a text as the sum of what its pieces mean, without those unknown', () =>
    expectSum(model2vec(), IN_TEXT));

  const numbers = VECTORS.flat();
  it.each([
    ['F64', new Uint8Array(Float64Array.from(numbers).buffer)],
    ['F16', half(numbers, halfBits)],
    ['BF16', half(numbers, brainBits)],
    ['I8', new Uint8Array(Int8Array.from(numbers, (number) => Math.round(number * 127)).buffer)],
  ])('may keep its numbers as %s', (dtype, bytes) =>
    expectSum(
      model2vec({ 'model.safetensors': safetensors({ embeddings: typed(dtype, bytes) }) }),
      IN_TEXT,
    ),
  );

  it('may weigh pieces, and have one vector for several', async () => {
    const weights = [1, 1, 0.5, 2, 1, -1, 1];
    const turned = [...VECTORS.keys()].reverse();
    const tensors = {
      embeddings: tensor(VECTORS.toReversed()),
      mapping: { dtype: 'I32', shape: [7], bytes: new Uint8Array(Int32Array.from(turned).buffer) },
      weights: {
        dtype: 'F64',
        shape: [7],
        bytes: new Uint8Array(Float64Array.from(weights).buffer),
      },
    };
    const embed = await embedderOf(model2vec({ 'model.safetensors': safetensors(tensors) }));
    const sum = sumOf(IN_TEXT, weights);
    expect(cosine(embed(TEXT), embed('speech'))).toBeCloseTo(cosine(sum, sumOf([2])), 2);
    expect(cosine(embed(TEXT), embed('graph'))).toBeCloseTo(-cosine(sum, sumOf([5])), 2);
  });

  it('may cut texts by Unigram, where what is unknown counts', () => {
    const pieces = ['[PAD]', '[UNK]', '▁speech', '▁translation', 's', '▁graph', '.'];
    const json = unigramJson(
      pieces.map((piece) => [piece, -1]),
      { normalizer: { type: 'Lowercase' } },
      { unk_id: 1 },
    );
    const unknown = [UNKNOWN, UNKNOWN];
    // The mark before `xyz` is no piece either, and one with it.
    return expectSum(model2vec({ 'tokenizer.json': json }), [...IN_TEXT, ...unknown]);
  });

  it('may be larger than what is read at a time', async () => {
    const pieces = ['[UNK]', ...Array.from({ length: 4_400 }, (_, piece) => `p${piece}`)];
    const vectors = pieces.map((_, piece) =>
      Array.from({ length: 256 }, (_, at) => Number(at === piece % 256)),
    );
    const embed = await embedderOf({
      'model.safetensors': safetensors({ embeddings: tensor(vectors) }),
      'tokenizer.json': wordPieceJson(pieces),
    });
    expect(cosine(embed('p4397'), embed(`p${4_397 % 256}`))).toBeCloseTo(1);
    expect(cosine(embed('p4397'), embed('p0'))).toBeCloseTo(0, 1);
  });

  it('has an id of its name and of what its vectors depend on', async () => {
    const folder = await madeFolder(model2vec());
    const { model } = await openModel(folder);
    expect(model.id).toMatch(/^made-model-[0-9a-f]{12}$/);
    expect((await openModel(folder)).model.id).toBe(model.id);
    const file = await readFile(join(folder, 'model.safetensors'));
    file[file.length - 1] = 0x3e;
    await writeFile(join(folder, 'model.safetensors'), file);
    expect((await openModel(folder)).model.id).not.toBe(model.id);
  });

  it('has a card that says what is known', async () => {
    const readme = '---\nlanguage: en\nlicense: mit\ntags:\n- embeddings\n---\n# A model\n';
    const { card } = await openModel(await madeFolder(model2vec({ 'README.md': readme })));
    expect(card).toMatchObject({ name: 'made-model', licence: 'mit', rows: 7 });
    expect(MODEL_CARD.safeParse(card).success).toBe(true);
  });

  it('lies in memory that threads share', async () => {
    const { model } = await openModel(await madeFolder(model2vec()));
    expect(model.rows.buffer).toBeInstanceOf(SharedArrayBuffer);
    const plain = { ...model, memory: { buffer: model.memory.buffer } };
    const sent = createStaticEmbedder(structuredClone(plain));
    expect(sent.embed(TEXT)).toEqual(createStaticEmbedder(model).embed(TEXT));
  });
});

describe('a folder of sentence-transformers', () => {
  it('embeds a text as the sum of what its pieces mean, also of those unknown', () =>
    expectSum(sentenceTransformers(), [...IN_TEXT, UNKNOWN, UNKNOWN]));

  it('may have its files beside the list of modules', async () => {
    const modules = modulesJson('StaticEmbedding', '.');
    await expectSum(model2vec({ 'modules.json': modules }), IN_TEXT);
  });
});

describe('a folder is refused that', () => {
  const vectors = (tensors: Readonly<Record<string, MadeTensor>>): Files =>
    model2vec({ 'model.safetensors': safetensors(tensors) });
  const spoilt = VECTORS.map((vector) =>
    vector.map((number, at) => (at === 9 ? Number.NaN : number)),
  );

  it.each<[string, Files, string]>([
    ['is empty', {}, 'There is no file'],
    [
      'has no tokenizer',
      { 'model.safetensors': safetensors({ embeddings: tensor(VECTORS) }) },
      'tokenizer.json',
    ],
    [
      'has a network',
      sentenceTransformers({ 'modules.json': modulesJson('Transformer') }),
      'models.Transformer"',
    ],
    [
      'leads out of itself',
      model2vec({ 'modules.json': modulesJson('StaticEmbedding', '../x') }),
      '"../x"',
    ],
    ['is in another', model2vec({ 'modules.json': modulesJson('StaticEmbedding', '..') }), '".."'],
    ['has no list of modules', model2vec({ 'modules.json': '{}' }), 'not the list of modules'],
    ['has no vectors', vectors({ classifier: tensor(VECTORS) }), 'no tensor "embeddings"'],
    [
      'has a row for all',
      vectors({ embeddings: { ...tensor(VECTORS), shape: [7 * LONG] } }),
      'is not a table',
    ],
    ['has too few vectors', vectors({ embeddings: tensor(VECTORS.slice(1)) }), '7 pieces, but'],
    ['has what is no number', vectors({ embeddings: tensor(spoilt) }), 'Vector 0 of'],
    [
      'maps pieces to nowhere',
      vectors({
        embeddings: tensor(VECTORS),
        mapping: { dtype: 'I8', shape: [7], bytes: Uint8Array.of(0, 1, 2, 3, 4, 5, 7) },
      }),
      'maps piece 6 to vector 7 of 7',
    ],
    [
      'weighs some of its pieces',
      vectors({ embeddings: tensor(VECTORS), weights: tensor([[1, 1]]) }),
      'weights for 2 of 7',
    ],
    [
      'weighs by what is no number',
      vectors({ embeddings: tensor(VECTORS), weights: tensor([[1, 1, 1, 1, 1, 1, Number.NaN]]) }),
      'the weight NaN',
    ],
    [
      'breaks off',
      model2vec({
        'model.safetensors': safetensors({ embeddings: tensor(VECTORS) }).subarray(0, -5),
      }),
      '5 bytes are missing',
    ],
  ])('%s', async (_, files, reason) => {
    const error: unknown = await openModel(await madeFolder(files)).catch((thrown) => thrown);
    expect(error).toBeInstanceOf(BroadsheetError);
    expect((error as BroadsheetError).message).toContain(reason);
    expect((error as BroadsheetError).code).toBe('unreadable_input');
  });
});
