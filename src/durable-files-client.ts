/** Files that are whole or not there, and stay: also when the power fails while they are written. */

import { open, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { BroadsheetError } from './errors.js';

/**
 * Writes a file, in place of any that is there. Who reads the path meanwhile, or after a loss of
 * power, finds the old file or the new one, whole.
 *
 * @param what - with its path, for people: `The model field.model`
 * @throws BroadsheetError as {@link asWriteError} tells
 */
export async function writeDurably(
  path: string,
  pieces: Iterable<Uint8Array>,
  what: string,
): Promise<void> {
  const aside = `${path}.${process.pid}.part`;
  try {
    const file = await open(aside, 'w');
    try {
      for (const piece of pieces) await file.writeFile(piece);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(aside, path);
    await syncFolder(dirname(path));
  } catch (error) {
    await rm(aside, { force: true }).catch(() => {});
    throw asWriteError(error, what);
  }
}

/** Waits until the names in a folder are on the disk. */
export async function syncFolder(path: string): Promise<void> {
  // Windows cannot open a folder, and needs no such thing.
  if (process.platform === 'win32') return;
  const folder = await open(path, 'r');
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}

/** What the system says of writing something, in our words; other errors are given back. */
export function asWriteError(error: unknown, what: string): unknown {
  const { code, errno } = error as NodeJS.ErrnoException;
  if (errno === undefined) return error;
  switch (code) {
    case 'ENOSPC':
    case 'EDQUOT':
      return new BroadsheetError('disk_full', `There is no room to write (${code}): ${what}.`, {
        cause: error,
      });
    case 'EACCES':
    case 'EPERM':
    case 'EROFS':
    case 'ENOTDIR':
    case 'EEXIST':
    case 'EISDIR':
    case 'ENOENT':
      return new BroadsheetError('data_not_writable', `${what} cannot be written (${code}).`, {
        fix: 'Check that the folder is there and that you may write to it.',
        cause: error,
      });
    default:
      return new BroadsheetError('disk_failed', `${what} could not be written (${code}).`, {
        cause: error,
      });
  }
}
