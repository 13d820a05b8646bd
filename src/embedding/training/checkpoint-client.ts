/** Checkpoints on disk, beside the model that is to be: written so that they stay. */

import { access, constants, readFile, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { asWriteError, writeDurably } from '../../durable-files-client.js';
import { BroadsheetError } from '../../errors.js';
import { type Checkpoint, checkpointPieces, readCheckpoint } from './checkpoint.js';
import type { TrainingState } from './train-model.js';

/** Where the checkpoint of a model's training lies. */
export function checkpointPath(modelPath: string): string {
  return `${modelPath}.checkpoint`;
}

/**
 * Makes sure, before hours of work, that something can be written there, and that there is a
 * checkpoint if one is to be gone on from.
 *
 * @throws BroadsheetError if not
 */
export async function requirePlace(modelPath: string, isResumed: boolean): Promise<void> {
  await access(dirname(modelPath), constants.W_OK).catch((error) => {
    throw asWriteError(error, `The model ${modelPath}`);
  });
  const path = checkpointPath(modelPath);
  if (isResumed) {
    await access(path, constants.R_OK).catch((error) => {
      throw asReadError(error, path);
    });
  }
}

/**
 * Writes a checkpoint in place of any that is there; who is stopped meanwhile finds the old one.
 *
 * @throws BroadsheetError if it cannot be written
 */
export async function writeCheckpoint(path: string, checkpoint: Checkpoint): Promise<void> {
  await writeDurably(path, checkpointPieces(checkpoint), `The checkpoint ${path}`);
}

/**
 * Reads a checkpoint into the rows and moments of its training.
 *
 * @throws BroadsheetError if there is none, or it is damaged or of another training
 */
export async function resumeFrom(
  path: string,
  into: Omit<Checkpoint, 'state'>,
): Promise<TrainingState> {
  const bytes = await readFile(path).catch((error) => {
    throw asReadError(error, path);
  });
  const read = readCheckpoint(bytes, into);
  if (!('flaw' in read)) return read;
  throw new BroadsheetError('unreadable_input', `The file ${path} ${read.flaw}.`, {
    fix: read.isOther
      ? 'Give the same files and settings as before, or leave --resume out to begin anew.'
      : 'Leave --resume out to train from the beginning.',
  });
}

export async function removeCheckpoint(path: string): Promise<void> {
  await rm(path, { force: true });
}

function asReadError(error: NodeJS.ErrnoException, path: string): BroadsheetError {
  const message =
    error.code === 'ENOENT'
      ? `There is no checkpoint ${path}.`
      : `The checkpoint ${path} cannot be read (${error.code}).`;
  return new BroadsheetError('unreadable_input', message, {
    fix: 'Leave --resume out to train from the beginning.',
    cause: error,
  });
}
