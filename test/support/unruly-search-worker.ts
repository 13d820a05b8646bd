/**
 * A search thread with the real search, but for two queries: `hold on` goes on until nobody waits
 * for it any more, and `break down` ends the thread.
 */

import { embedderOf } from '../../src/embedding/model-source.js';
import { createSegmentSearcher } from '../../src/search/segments/segment-searcher.js';
import { serveSearches } from '../../src/search/threads/search-thread.js';

const never = new Int32Array(new SharedArrayBuffer(4));

serveSearches(embedderOf, (state, settings) => {
  const searcher = createSegmentSearcher(state, settings);
  return {
    search(query, options, checkIsWanted) {
      if (query.text === 'break down') process.exit(1);
      while (query.text === 'hold on') {
        checkIsWanted?.();
        Atomics.wait(never, 0, 0, 1);
      }
      return searcher.search(query, options, checkIsWanted);
    },
  };
});
