/**
 * Opens a folder with a static model of other makers: of Model2Vec, with `model.safetensors` and
 * `tokenizer.json` in it, or of sentence-transformers, where `modules.json` says in which folder
 * they are. The vectors are read a stretch at a time, so that a file of gigabytes needs no more
 * memory than its rows will.
 */

import { createHash, type Hash } from 'node:crypto';
import { type FileHandle, open, stat } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import { z } from 'zod';
import { shown } from '../../papers/record.js';
import { DIMENSIONS } from '../embedder.js';
import type { ModelCard } from '../model-card.js';
import { allocateRows, MOST_ROWS, type ModelRows } from '../model-memory.js';
import { isScale, type StaticModel } from '../static-model.js';
import { damaged, unreadable, unsupported } from './folder-errors.js';
import {
  bytesPerNumber,
  headerLength,
  LENGTH_BYTES,
  numbersOf,
  readTensors,
  type Tensor,
  type Tensors,
} from './safetensors.js';
import { storeSpread } from './spread-rows.js';
import { type Reader, readTokeniser } from './tokenizer-json.js';

/** Of a vocabulary of half a million pieces in many languages: 40 MB. */
const MOST_TOKENIZER_BYTES = 128 * 1_048_576;

const MOST_MODULES_BYTES = 65_536;

/** Vectors of static models have 32 to 1,024 numbers. */
const MOST_NUMBERS_PER_ROW = 8_192;

/** How much of the vectors is read at a time. */
const STRETCH_BYTES = 4 * 1_048_576;

/** Hexadecimal digits of the hash that an id ends with. */
const ID_DIGITS = 12;

/** As `model-card.ts` allows. */
const LONGEST_NAME = 64;

const MOST_README_BYTES = 65_536;
const UNKNOWN_LICENCE = 'unknown';

/** What the head of a model's README says, in YAML. */
const LICENCE = /^---\r?\n(?:(?!---).*\n)*?license: *["']?([\w.+-]{1,80})/;

const NOTES: readonly string[] = [
  'Made by others; what it was trained on, and how, its own README says.',
  `Of each vector the first ${DIMENSIONS} numbers are kept, in 8 bits each, turned so that search can compare signs.`,
];

/** Whenever the same folder becomes other vectors than before: one more. */
const CONVERSION = 1;

const module = z.looseObject({ path: z.string(), type: z.string() });
const modules = z.tuple([module], module);

/** The names of the vectors, and who wrote them. */
const TENSOR_NAMES: readonly (readonly [name: string, reader: Reader])[] = [
  ['embeddings', 'model2vec'],
  ['embedding.weight', 'sentence-transformers'],
];

/** An open file, its size, and how messages name it. */
type OpenFile = {
  readonly handle: FileHandle;
  readonly bytes: number;
  readonly where: string;
  /** An instant, as in `2026-11-21T12:00:00Z`. */
  readonly changedAt: string;
};

export type OpenedFolder = { readonly model: StaticModel; readonly card: ModelCard };

/**
 * @throws BroadsheetError `unreadable_input` if a file is missing, breaks off, is not what its name
 *   says or has what cannot be read here
 */
export async function openModelFolder(folder: string): Promise<OpenedFolder> {
  const place = join(folder, await modulePath(folder));
  await using file = await openFile(join(place, 'model.safetensors'));
  const tensors = await tensorsOf(file);
  const { vectors, reader } = vectorsOf(tensors, file.where);
  const [count, numbersPerRow] = vectors.shape as [number, number];

  const tokenizerPath = join(place, 'tokenizer.json');
  const text = await readText(tokenizerPath, MOST_TOKENIZER_BYTES);
  const { tokeniser, tokens } = readTokeniser(text, shown(tokenizerPath), reader);

  const hash = createHash('sha256').update(`${CONVERSION} ${reader}\n${text}`);
  const read = await readRows(file, vectors, hash);
  const mapping = await readNumbers(file, tensors.get('mapping'), hash);
  const weights = await readNumbers(file, tensors.get('weights'), hash);
  const rowsThere = mapping ? mapping.length : count;
  if (tokens > rowsThere) {
    throw damaged(
      `${shown(tokenizerPath)} has ${tokens} pieces, but ${file.where} vectors for ${rowsThere}.`,
    );
  }
  const rows = mapping || weights ? weighted(read, mapping, weights, file.where) : read;
  const name = nameOf(folder);
  const id = `${name}-${hash.digest('hex').slice(0, ID_DIGITS)}`;
  const card: ModelCard = {
    name,
    version: '',
    madeAt: file.changedAt,
    licence: await licenceOf(folder),
    dimensions: DIMENSIONS,
    rows: rows.scales.length,
    data: [],
    settings: { reader, tokeniser: tokeniser.kind, numbersPerRow },
    scores: [],
    notes: NOTES,
  };
  return { model: { id, tokeniser, ...rows }, card };
}

/** Where in the folder the model is: only one that is its vectors, perhaps made length 1, is one. */
async function modulePath(folder: string): Promise<string> {
  const path = join(folder, 'modules.json');
  if (!(await isThere(folder, 'isDirectory')))
    throw unreadable(`There is no folder ${shown(folder)}.`);
  if (!(await isThere(path, 'isFile'))) return '';
  const { success, data } = modules.safeParse(parsed(await readText(path, MOST_MODULES_BYTES)));
  if (!success) throw damaged(`${shown(path)} is not the list of modules of a model.`);
  const [first, ...others] = data;
  const strange = [
    ...(first.type.endsWith('.StaticEmbedding') ? [] : [first]),
    ...others.filter(({ type }) => !type.endsWith('.Normalize')),
  ];
  if (strange[0]) {
    throw unsupported(
      `${shown(path)} has the module ${shown(strange[0].type)}, which is not of a static model.`,
    );
  }
  if (!/^[\w.-]*$/.test(first.path) || first.path === '..') {
    throw damaged(`${shown(path)} names the folder ${shown(first.path)}, which is not in it.`);
  }
  return first.path;
}

/** What the README says, or that it says nothing. */
async function licenceOf(folder: string): Promise<string> {
  const path = join(folder, 'README.md');
  if (!(await isThere(path, 'isFile'))) return UNKNOWN_LICENCE;
  await using file = await openFile(path);
  const head = await bytesAt(file, 0, Math.min(file.bytes, MOST_README_BYTES));
  return LICENCE.exec(head.toString())?.[1] ?? UNKNOWN_LICENCE;
}

async function tensorsOf(file: OpenFile): Promise<Tensors> {
  const start = await bytesAt(file, 0, Math.min(LENGTH_BYTES, file.bytes));
  const length = headerLength(start, file.bytes, file.where);
  return readTensors(await bytesAt(file, LENGTH_BYTES, length), file.bytes, file.where);
}

function vectorsOf(tensors: Tensors, where: string): { vectors: Tensor; reader: Reader } {
  const [name, reader] = TENSOR_NAMES.find(([name]) => tensors.has(name)) ?? [];
  const vectors = name === undefined ? undefined : tensors.get(name);
  if (name === undefined || !vectors || !reader) {
    const names = [...tensors.keys()].slice(0, 3).map(shown).join(', ');
    throw unsupported(
      `${where} has no tensor "embeddings" or "embedding.weight", but ${names || 'none at all'}.`,
    );
  }
  const [rows = 0, numbers = 0] = vectors.shape;
  if (vectors.shape.length !== 2 || rows === 0 || numbers === 0) {
    throw damaged(
      `The tensor "${name}" of ${where} is not a table, but ${vectors.shape.join(' × ')}.`,
    );
  }
  if (rows > MOST_ROWS || numbers > MOST_NUMBERS_PER_ROW) {
    throw unsupported(
      `The tensor "${name}" of ${where} has ${rows} × ${numbers} numbers; ` +
        `${MOST_ROWS} × ${MOST_NUMBERS_PER_ROW} is the most.`,
    );
  }
  return { vectors, reader };
}

async function readRows(file: OpenFile, vectors: Tensor, hash: Hash): Promise<ModelRows> {
  const [count, numbersPerRow] = vectors.shape as [number, number];
  const rows = allocateRows(count);
  const bytesPerRow = numbersPerRow * bytesPerNumber(vectors);
  const rowsAtATime = Math.max(1, Math.floor(STRETCH_BYTES / bytesPerRow));
  for (let first = 0; first < count; first += rowsAtATime) {
    const rowsRead = Math.min(rowsAtATime, count - first);
    const bytes = await bytesAt(file, vectors.start + first * bytesPerRow, rowsRead * bytesPerRow);
    hash.update(bytes);
    const numbers = numbersOf(vectors.type, bytes);
    for (let row = 0; row < rowsRead; row += 1) {
      if (!storeSpread(numbers, row * numbersPerRow, numbersPerRow, rows, first + row)) {
        throw damaged(
          `Vector ${first + row} of ${file.where} has a number that is not finite, or too great.`,
        );
      }
    }
  }
  return rows;
}

/** A tensor with one number for each piece; `undefined` where there is no such tensor. */
async function readNumbers(
  file: OpenFile,
  tensor: Tensor | undefined,
  hash: Hash,
): Promise<Float64Array | undefined> {
  if (!tensor) return undefined;
  const count = tensor.shape.reduce((product, size) => product * size, 1);
  if (count > MOST_ROWS) throw unsupported(`${file.where} has numbers for ${count} pieces.`);
  const bytes = await bytesAt(file, tensor.start, tensor.end - tensor.start);
  hash.update(bytes);
  return numbersOf(tensor.type, bytes);
}

/**
 * A row for each piece, of models where pieces share rows (`mapping`, of a vocabulary that was
 * quantised) or weigh unequally (`weights`). Both are of pieces, not of rows.
 */
function weighted(
  from: ModelRows,
  mapping: Float64Array | undefined,
  weights: Float64Array | undefined,
  where: string,
): ModelRows {
  const pieces = mapping?.length ?? from.scales.length;
  if (weights && weights.length < pieces) {
    throw damaged(`${where} has weights for ${weights.length} of ${pieces} pieces.`);
  }
  const into = allocateRows(pieces);
  for (let piece = 0; piece < pieces; piece += 1) {
    const row = mapping ? (mapping[piece] as number) : piece;
    const weight = weights ? (weights[piece] as number) : 1;
    const scale = from.scales[row];
    if (scale === undefined) {
      throw damaged(`${where} maps piece ${piece} to vector ${row} of ${from.scales.length}.`);
    }
    const itsScale = scale * Math.abs(weight);
    if (!isScale(itsScale)) throw damaged(`${where} gives piece ${piece} the weight ${weight}.`);
    into.scales[piece] = itsScale;
    const sign = Math.sign(weight);
    for (let at = 0; at < DIMENSIONS; at += 1) {
      into.rows[piece * DIMENSIONS + at] = sign * (from.rows[row * DIMENSIONS + at] as number);
    }
  }
  return into;
}

/** The folder's own name, as far as it can stand in an id. */
function nameOf(folder: string): string {
  const name = basename(resolve(folder)).replace(/[^A-Za-z0-9._-]+/g, '-');
  return name.replace(/^[^A-Za-z0-9]+/, '').slice(0, LONGEST_NAME) || 'model';
}

async function isThere(path: string, kind: 'isFile' | 'isDirectory'): Promise<boolean> {
  try {
    return (await stat(path))[kind]();
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR') return false;
    throw unreadable(`${shown(path)} cannot be read (${code}).`, cause);
  }
}

async function openFile(path: string): Promise<OpenFile & AsyncDisposable> {
  if (!(await isThere(path, 'isFile'))) throw unreadable(`There is no file ${shown(path)}.`);
  try {
    const handle = await open(path);
    const { size, mtime } = await handle.stat();
    return {
      handle,
      bytes: size,
      where: shown(path),
      changedAt: mtime.toISOString(),
      [Symbol.asyncDispose]: () => handle.close(),
    };
  } catch (cause) {
    throw unreadable(
      `${shown(path)} cannot be read (${(cause as NodeJS.ErrnoException).code}).`,
      cause,
    );
  }
}

async function bytesAt(
  { handle, where }: OpenFile,
  start: number,
  length: number,
): Promise<Buffer> {
  const bytes = Buffer.allocUnsafe(length);
  for (let read = 0; read < length; ) {
    const { bytesRead } = await handle.read(bytes, read, length - read, start + read);
    if (bytesRead === 0) throw damaged(`${where} breaks off: it became shorter while it was read.`);
    read += bytesRead;
  }
  return bytes;
}

async function readText(path: string, mostBytes: number): Promise<string> {
  await using file = await openFile(path);
  if (file.bytes > mostBytes) {
    throw unsupported(`${file.where} has ${file.bytes} bytes; ${mostBytes} is the most.`);
  }
  return (await bytesAt(file, 0, file.bytes)).toString();
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
