/** The prior that comes with the program, and others in files. */

import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { BroadsheetError } from '../../errors.js';
import { type PriorModel, parsePriorModel } from './prior-model.js';

export const BUILT_IN_PRIOR: string = fileURLToPath(
  new URL('../../../models/broadsheet-1.prior.json', import.meta.url),
);

/** @throws BroadsheetError `unreadable_input` */
export async function readPrior(path: string = BUILT_IN_PRIOR): Promise<PriorModel> {
  try {
    return parsePriorModel(await readFile(path, 'utf8'));
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new BroadsheetError('unreadable_input', `The prior ${path} cannot be used: ${why}.`, {
      cause,
    });
  }
}
