/** The vectors of the benchmarks: the same for every engine, whether it makes them or is given them. */

import type { Embedder } from '../src/embedding/embedder.js';
import { createHashedEmbedder } from '../src/embedding/hashed-embedder.js';

export const EMBEDDER: Embedder = createHashedEmbedder();
