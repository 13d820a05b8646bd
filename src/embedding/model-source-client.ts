/** Opens models as operators name them: by a path, or as the one that comes with the program. */

import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { loadEmbeddingKernels } from './kernels-client.js';
import { openModel } from './model-client.js';
import type { OwnModelSource } from './model-source.js';

/** Names the model that comes with the program. */
export const BUILT_IN = 'built-in';

const BUILT_IN_FILE = fileURLToPath(new URL('../../models/broadsheet-1.model', import.meta.url));

/**
 * Opens a model for all threads of the process, which share it.
 *
 * @param place - {@link BUILT_IN}, or the path of a model file or folder
 * @throws BroadsheetError as `openModel` does
 */
export async function openModelSource(place: string): Promise<OwnModelSource> {
  const [{ model, card }, { module: kernels }] = await Promise.all([
    openModel(place === BUILT_IN ? BUILT_IN_FILE : resolve(place)),
    loadEmbeddingKernels(),
  ]);
  return { kind: 'static', model, card, kernels };
}
