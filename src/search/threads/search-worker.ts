/** A search thread; see `search-thread.ts`. */

import { createHashedEmbedder } from '../../embedding/hashed-embedder.js';
import { createSegmentSearcher } from '../segments/segment-searcher.js';
import { serveSearches } from './search-thread.js';

const embedder = createHashedEmbedder();

serveSearches((state, { thread, kernels }) =>
  createSegmentSearcher(state, { embedder, thread, kernels }),
);
