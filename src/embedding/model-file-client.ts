/** Models on disk: read once, into memory that all threads share, and written so that they stay. */

import { type FileHandle, open, stat } from 'node:fs/promises';
import { writeDurably } from '../durable-files-client.js';
import { BroadsheetError } from '../errors.js';
import type { ModelCard } from './model-card.js';
import { MOST_FILE_BYTES, modelFileOf, type OpenedModel, readModel } from './model-file.js';
import type { TermModel } from './static-model.js';

/**
 * The model of a file, with its card.
 *
 * @throws BroadsheetError if the file cannot be read, or is not a model that was written whole
 */
export async function readModelFile(path: string): Promise<OpenedModel> {
  const read = readModel(await readBounded(path));
  if (!('flaw' in read)) return read;
  throw new BroadsheetError('unreadable_input', `${path} is not a model: ${read.flaw}.`, {
    fix: read.isNewer
      ? 'Use the newer program, or a model that was made for this one.'
      : 'Copy the file anew, or make it again with broadsheet train.',
  });
}

/**
 * Writes a model to a file, in place of any that is there. Who reads the path meanwhile, or after
 * a loss of power, finds the old file or the new one, whole.
 *
 * @throws BroadsheetError if it cannot be written
 */
export async function writeModelFile(
  path: string,
  model: TermModel,
  card: ModelCard,
): Promise<void> {
  await writeDurably(path, [modelFileOf(model, card)], `The model ${path}`);
}

async function readBounded(path: string): Promise<Uint8Array> {
  let file: FileHandle | undefined;
  try {
    // Asked before it is opened: a pipe would wait for whoever writes to it.
    const status = await stat(path);
    if (!status.isFile()) throw unreadable(path, 'is not a file');
    file = await open(path, 'r');
    if (status.size > MOST_FILE_BYTES) {
      throw unreadable(path, `has ${status.size} bytes, and models at most ${MOST_FILE_BYTES}`);
    }
    return await file.readFile();
  } catch (error) {
    const { code, errno } = error as NodeJS.ErrnoException;
    if (errno === undefined) throw error;
    throw unreadable(path, code === 'ENOENT' ? 'does not exist' : `cannot be read (${code})`);
  } finally {
    await file?.close();
  }
}

function unreadable(path: string, what: string): BroadsheetError {
  return new BroadsheetError('unreadable_input', `The model ${path} ${what}.`);
}
