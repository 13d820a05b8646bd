/** A search thread; see `search-thread.ts`. */

import { embedderOf } from '../../embedding/model-source.js';
import { createSegmentSearcher } from '../segments/segment-searcher.js';
import { serveSearches } from './search-thread.js';

serveSearches(embedderOf, createSegmentSearcher);
