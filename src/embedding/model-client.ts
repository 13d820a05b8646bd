/** Opens a model, whoever made it: a file of ours, or a folder of others. */

import { stat } from 'node:fs/promises';
import { openModelFolder } from './folder/model-folder-client.js';
import type { ModelCard } from './model-card.js';
import { readModelFile } from './model-file-client.js';
import type { StaticModel } from './static-model.js';

/**
 * @param path - of a model file, or of a folder of Model2Vec or sentence-transformers
 * @throws BroadsheetError as `readModelFile` and `openModelFolder` do
 */
export async function openModel(
  path: string,
): Promise<{ readonly model: StaticModel; readonly card: ModelCard }> {
  return (await isFolder(path)) ? openModelFolder(path) : readModelFile(path);
}

/** What cannot be looked at is left to whoever opens it, and says why. */
async function isFolder(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isDirectory();
  } catch {
    return false;
  }
}
