/** The index thread; see `index-thread.ts`. */

import { createHashedEmbedder } from '../../embedding/hashed-embedder.js';
import { keepIndex } from './index-thread.js';

await keepIndex(createHashedEmbedder());
