/**
 * Files and standard input as lines of text: opened, unpacked when they are compressed, and read
 * piece by piece, so that a file of any size takes the same memory. What a file is, its first
 * bytes say; its name counts for nothing.
 */

import { type FileHandle, open } from 'node:fs/promises';
import type { Transform } from 'node:stream';
import { constants, createGunzip, createZstdDecompress } from 'node:zlib';
import { BroadsheetError } from '../../errors.js';
import { cleanLine } from '../../papers/record.js';
import { type Line, splitLines } from './lines.js';
import { createZstdFrameCutter } from './zstd-frames.js';

export type FileInput =
  | { readonly path: string }
  /** Bytes that somebody else opened; `name` stands in problems and messages. */
  | { readonly name: string; readonly bytes: AsyncIterable<Uint8Array> };

/** Told after each piece: bytes read as they lie in the file, and how many it has, if known. */
export type OnProgress = (bytesRead: number, totalBytes: number | undefined) => void;

/** Larger pieces are no faster; smaller ones cost a turn of the event loop each. */
const CHUNK_BYTES = 128 * 1024;

/** Decoders stop after each piece until it is taken; `highWaterMark` is passed to the stream. */
const ONE_PIECE = { chunkSize: CHUNK_BYTES, highWaterMark: 1 };

/** What `zstd --long=27` needs, the most that its own decoder takes without being asked. */
const LARGEST_ZSTD_WINDOW_LOG = 27;

const LONGEST_MAGIC_BYTES = 6;

type Magic = { readonly bytes: readonly number[]; readonly name: string };

const GZIP: Magic = { bytes: [0x1f, 0x8b], name: 'gzip' };
const ZSTD: Magic = { bytes: [0x28, 0xb5, 0x2f, 0xfd], name: 'Zstandard' };

/** Kinds of packing that we name, to say more than that the text is strange. */
const OTHER_PACKINGS: readonly Magic[] = [
  { bytes: [0x50, 0x4b, 0x03, 0x04], name: 'zip' },
  { bytes: [0x42, 0x5a, 0x68], name: 'bzip2' },
  { bytes: [0xfd, 0x37, 0x7a, 0x58, 0x5a, 0x00], name: 'xz' },
];

const UTF_16_MARKS: readonly Magic[] = [
  { bytes: [0xff, 0xfe], name: 'UTF-16' },
  { bytes: [0xfe, 0xff], name: 'UTF-16' },
];

/** The input that an argument of a command means: `-` is standard input. */
export function toFileInput(argument: string, standardInput: AsyncIterable<Uint8Array>): FileInput {
  return argument === '-' ? { name: '-', bytes: standardInput } : { path: argument };
}

/** How the input is called in problems and messages. */
export function nameOf(input: FileInput): string {
  return 'path' in input ? input.path : input.name;
}

/**
 * The lines of an input, in batches as they come.
 *
 * @throws BroadsheetError `unreadable_input` if it cannot be opened or read, is empty, is packed
 *   or encoded in a way that we do not read, or breaks off; the lines before come first
 */
export async function* readLines(
  input: FileInput,
  onProgress: OnProgress = () => {},
): AsyncGenerator<readonly Line[]> {
  const name = nameOf(input);
  let linesRead = 0;
  try {
    const bytes = 'path' in input ? bytesOfFile(input.path, onProgress) : fed(input, onProgress);
    for await (const lines of splitLines(inUtf8(unpacked(bytes, name), name))) {
      linesRead = lines.at(-1)?.number ?? linesRead;
      yield lines;
    }
  } catch (thrown) {
    throw asRefusal(thrown, name, linesRead);
  }
  if (linesRead === 0) throw unreadable(`${quoted(name)} is empty.`);
}

async function* bytesOfFile(path: string, onProgress: OnProgress): AsyncGenerator<Uint8Array> {
  const file = await open(path);
  try {
    const totalBytes = await sizeOf(file);
    let bytesDone = 0;
    for (;;) {
      // A new buffer each time: lines that are not whole yet still point into the last one.
      const { bytesRead, buffer } = await file.read(Buffer.allocUnsafe(CHUNK_BYTES));
      if (bytesRead === 0) return;
      bytesDone += bytesRead;
      onProgress(bytesDone, totalBytes);
      yield buffer.subarray(0, bytesRead);
    }
  } finally {
    await file.close();
  }
}

/** Pipes and devices have no size. */
async function sizeOf(file: FileHandle): Promise<number | undefined> {
  const stats = await file.stat();
  return stats.isFile() ? stats.size : undefined;
}

async function* fed(
  { bytes }: Extract<FileInput, { readonly bytes: unknown }>,
  onProgress: OnProgress,
): AsyncGenerator<Uint8Array> {
  let bytesDone = 0;
  for await (const chunk of bytes) {
    bytesDone += chunk.length;
    onProgress(bytesDone, undefined);
    yield chunk;
  }
}

async function* unpacked(
  packed: AsyncIterable<Uint8Array>,
  name: string,
): AsyncGenerator<Uint8Array> {
  const chunks = withWholeStart(packed);
  const first = await chunks.next();
  if (first.done) return;

  const other = OTHER_PACKINGS.find((magic) => startsWith(first.value, magic));
  if (other) {
    await chunks.return(undefined);
    throw unreadable(`${quoted(name)} is packed with ${other.name}.`, {
      fix: 'Unpack it first, or pack it with gzip or Zstandard.',
    });
  }
  const all = chunksFrom(first.value, chunks);
  if (startsWith(first.value, GZIP)) {
    yield* decoded(all, createGunzip(ONE_PIECE));
  } else if (startsWith(first.value, ZSTD) || isSkippableFrame(first.value)) {
    const params = { [constants.ZSTD_d_windowLogMax]: LARGEST_ZSTD_WINDOW_LOG };
    yield* decoded(cutIntoFrames(all), createZstdDecompress({ ...ONE_PIECE, params }));
  } else {
    yield* all;
  }
}

/**
 * What a decoder makes of the chunks. It is fed by hand and keeps {@link ONE_PIECE}, so that each
 * write waits until its output has been taken: when the input breaks, a pipe of streams would
 * throw away what was already decoded.
 */
async function* decoded(
  chunks: AsyncIterable<Uint8Array>,
  decoder: Transform,
): AsyncGenerator<Uint8Array> {
  // Not awaited: whoever stops early would wait for a standard input that has gone quiet.
  void feed(chunks, decoder);
  for await (const chunk of decoder) yield chunk as Uint8Array;
}

/** Never throws: what goes wrong with the chunks destroys the decoder, whose reader learns it. */
async function feed(chunks: AsyncIterable<Uint8Array>, decoder: Transform): Promise<void> {
  let release = () => {};
  decoder.once('close', () => release());
  try {
    for await (const chunk of chunks) {
      await new Promise<void>((resolve) => {
        // A decoder that is closed in the middle of its work never calls back.
        release = resolve;
        decoder.write(chunk, () => resolve());
      });
      if (decoder.destroyed) return;
    }
    decoder.end();
  } catch (thrown) {
    decoder.destroy(thrown as Error);
  }
}

async function* cutIntoFrames(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  const cutter = createZstdFrameCutter();
  for await (const chunk of chunks) yield* cutter.cut(chunk);
  if (!cutter.isAtFrameEnd()) {
    // The code by which node:zlib says the same of gzip.
    throw Object.assign(new Error('The last frame breaks off.'), { code: 'Z_BUF_ERROR' });
  }
}

function isSkippableFrame(bytes: Uint8Array): boolean {
  const [first = 0, ...rest] = bytes.subarray(0, 4);
  return (first & 0xf0) === 0x50 && rest.join() === [0x2a, 0x4d, 0x18].join();
}

/** UTF-16 would be read as a single line of nonsense, so it is refused by its mark. */
async function* inUtf8(
  chunks: AsyncIterable<Uint8Array>,
  name: string,
): AsyncGenerator<Uint8Array> {
  let isStart = true;
  for await (const chunk of withWholeStart(chunks)) {
    if (isStart && UTF_16_MARKS.some((mark) => startsWith(chunk, mark))) {
      throw unreadable(`${quoted(name)} is written in UTF-16; only UTF-8 is read.`, {
        fix: 'Save it again as UTF-8.',
      });
    }
    isStart = false;
    yield chunk;
  }
}

/** The same bytes, the first chunk long enough to show what they are. */
async function* withWholeStart(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  let start: Uint8Array | undefined = new Uint8Array();
  for await (const chunk of chunks) {
    if (!start) {
      yield chunk;
      continue;
    }
    start = start.length > 0 ? Buffer.concat([start, chunk]) : chunk;
    if (start.length < LONGEST_MAGIC_BYTES) continue;
    yield start;
    start = undefined;
  }
  if (start?.length) yield start;
}

async function* chunksFrom(
  first: Uint8Array,
  rest: AsyncGenerator<Uint8Array>,
): AsyncGenerator<Uint8Array> {
  try {
    yield first;
    yield* rest;
  } finally {
    await rest.return(undefined);
  }
}

function startsWith(bytes: Uint8Array, { bytes: magic }: Magic): boolean {
  return magic.every((byte, at) => bytes[at] === byte);
}

function asRefusal(thrown: unknown, name: string, linesRead: number): unknown {
  if (!(thrown instanceof Error) || !('code' in thrown) || thrown instanceof BroadsheetError) {
    return thrown;
  }
  const code = String(thrown.code);
  const cause = thrown;
  if (code === 'ZSTD_error_frameParameter_windowTooLarge') {
    const most = 2 ** (LARGEST_ZSTD_WINDOW_LOG - 20);
    return unreadable(`${quoted(name)} needs more than ${most} MiB of memory to unpack.`, {
      fix: `Pack it again with zstd --long=${LARGEST_ZSTD_WINDOW_LOG} or less.`,
      cause,
    });
  }
  if (/^(?:Z|ZSTD)_/.test(code)) {
    const read = linesRead === 1 ? '1 line' : `${linesRead} lines`;
    return unreadable(`${quoted(name)} is cut short or damaged; ${read} could be read.`, { cause });
  }
  if (!('syscall' in thrown)) return thrown;
  if (code === 'ENOENT' || code === 'ENOTDIR') {
    return unreadable(`There is no file ${quoted(name)}.`, { cause });
  }
  if (code === 'EISDIR') return unreadable(`${quoted(name)} is a folder, not a file.`, { cause });
  if (code === 'EACCES' || code === 'EPERM') {
    return unreadable(`${quoted(name)} may not be read: the permission is missing.`, { cause });
  }
  return unreadable(`${quoted(name)} could not be read (${code}).`, { cause });
}

function unreadable(
  message: string,
  options: { readonly fix?: string; readonly cause?: unknown } = {},
): BroadsheetError {
  return new BroadsheetError('unreadable_input', message, options);
}

function quoted(name: string): string {
  return `"${cleanLine(name)}"`;
}
