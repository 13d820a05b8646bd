/** The vectors of the benchmarks: the same for every engine, whether it makes them or is given them. */

import type { Embedder } from '../src/embedding/embedder.js';
import { embedderOf } from '../src/embedding/model-source.js';
import { BUILT_IN, openModelSource } from '../src/embedding/model-source-client.js';

export const EMBEDDER: Embedder = embedderOf(await openModelSource(BUILT_IN));
