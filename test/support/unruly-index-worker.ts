/** The index thread, but that it ends when it is to take in a paper that says "break down". */

import { embedderOf } from '../../src/embedding/model-source.js';
import { keepIndex } from '../../src/search/threads/index-thread.js';

await keepIndex((model) => {
  const embedder = embedderOf(model);
  return {
    ...embedder,
    embed(text) {
      if (text.includes('break down')) process.exit(1);
      return embedder.embed(text);
    },
  };
});
