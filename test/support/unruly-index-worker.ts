/** The index thread, but that it ends when it is to take in a paper that says "break down". */

import { createHashedEmbedder } from '../../src/embedding/hashed-embedder.js';
import { keepIndex } from '../../src/search/threads/index-thread.js';

const embedder = createHashedEmbedder();

await keepIndex({
  ...embedder,
  embed(text) {
    if (text.includes('break down')) process.exit(1);
    return embedder.embed(text);
  },
});
