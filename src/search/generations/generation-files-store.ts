/**
 * Files of a generation: written so that they survive a loss of power, and read with their
 * checksums. Reading, writing and checking take turns in pieces, so that the disk works while
 * the thread computes, and the thread has time for others.
 */

import { type FileHandle, open } from 'node:fs/promises';
import { join } from 'node:path';
import { crc32 } from 'node:zlib';
import type { Refusal, StoredSection } from './manifest.js';

/** One piece: a millisecond or two of checking. */
const PIECE_BYTES = 4 * 1_048_576;

/** Writes a file and waits until it is on the disk. */
export async function writeFileSynced(
  path: string,
  pieces: Iterable<Uint8Array>,
): Promise<{ readonly bytes: number; readonly checksum: string }> {
  const file = await open(path, 'wx');
  try {
    let bytes = 0;
    let checksum = 0;
    for (const piece of pieces) {
      checksum = crc32(piece, checksum);
      await writeAll(file, piece);
      bytes += piece.length;
    }
    await file.sync();
    return { bytes, checksum: inHexadecimal(checksum) };
  } finally {
    await file.close();
  }
}

/** The bytes of an array, piece by piece. */
export function* piecesOf({
  buffer,
  byteOffset,
  byteLength,
}: ArrayBufferView): Iterable<Uint8Array> {
  for (let from = 0; from < byteLength; from += PIECE_BYTES) {
    yield new Uint8Array(buffer, byteOffset + from, Math.min(PIECE_BYTES, byteLength - from));
  }
}

/**
 * Reads a file and compares it with what the manifest says of it.
 *
 * @param into - where to put what is read; it is only checked if this is absent
 * @returns why it is not what was written, if it is not
 */
export async function readChecked(
  folder: string,
  { file: name, bytes, checksum }: StoredSection,
  into?: ArrayBufferView,
): Promise<Refusal | undefined> {
  try {
    const file = await open(join(folder, name), 'r');
    try {
      const { size } = await file.stat();
      if (size !== bytes) {
        return { code: 'size', reason: `${name} has ${size} bytes instead of ${bytes}.` };
      }
      if (inHexadecimal(await readAndSum(file, bytes, into)) === checksum) return undefined;
      return { code: 'checksum', reason: `${name} is damaged.` };
    } finally {
      await file.close();
    }
  } catch (error) {
    return refusalFrom(error, name);
  }
}

/** Why a file could not be read; errors that do not come from the system are thrown again. */
export function refusalFrom(error: unknown, name: string): Refusal {
  const { code, errno } = error as NodeJS.ErrnoException;
  if (errno === undefined) throw error;
  if (code === 'ENOENT' || code === 'ENOTDIR') {
    return { code: 'missing', reason: `${name} is missing.` };
  }
  return { code: 'unreadable', reason: `${name} cannot be read (${code}).` };
}

/** While one piece is summed up, the next is on its way. */
async function readAndSum(
  file: FileHandle,
  bytes: number,
  into: ArrayBufferView | undefined,
): Promise<number> {
  const spare = into ? [] : [0, 1].map(() => new Uint8Array(Math.min(PIECE_BYTES, bytes)));
  const readPiece = async (from: number): Promise<Uint8Array | undefined> => {
    const length = Math.min(PIECE_BYTES, bytes - from);
    if (length <= 0) return undefined;
    const piece = into
      ? new Uint8Array(into.buffer, into.byteOffset + from, length)
      : (spare[(from / PIECE_BYTES) % 2] as Uint8Array).subarray(0, length);
    return (await readAll(file, piece, from)) ? piece : undefined;
  };

  let checksum = 0;
  let next = readPiece(0);
  for (let from = 0; from < bytes; from += PIECE_BYTES) {
    const piece = await next;
    // A file that became shorter meanwhile fails the comparison.
    if (!piece) break;
    next = readPiece(from + PIECE_BYTES);
    checksum = crc32(piece, checksum);
  }
  return checksum;
}

async function readAll(file: FileHandle, into: Uint8Array, position: number): Promise<boolean> {
  for (let offset = 0; offset < into.length; ) {
    const length = into.length - offset;
    const { bytesRead } = await file.read(into, offset, length, position + offset);
    if (bytesRead === 0) return false;
    offset += bytesRead;
  }
  return true;
}

async function writeAll(file: FileHandle, piece: Uint8Array): Promise<void> {
  for (let offset = 0; offset < piece.length; ) {
    const { bytesWritten } = await file.write(piece, offset);
    offset += bytesWritten;
  }
}

function inHexadecimal(checksum: number): string {
  return checksum.toString(16).padStart(8, '0');
}
