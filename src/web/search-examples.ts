/** Queries that show what can be asked, and which of them find something in this catalogue. */

import { parseQuery } from '../search/parse-query.js';
import type { SearchEngine } from '../search/search-engine.js';

export type SearchExample = {
  readonly query: string;
  /** In words. */
  readonly finds: string;
  /** Whether it finds anything here: what does not is worth knowing, but no place to go. */
  readonly isFruitful: boolean;
};

/** Answered by the bundled sample, but for the code: no summary of ours links to any. */
const EXAMPLES: readonly Omit<SearchExample, 'isFruitful'>[] = [
  { query: 'topic modeling of documents', finds: 'papers about it; the best come first' },
  { query: '"representation learning"', finds: 'these words in this order' },
  { query: 'embeddings -word', finds: 'embeddings, but nothing that names words' },
  { query: 'title:survey recommender', finds: '“survey” in the title' },
  { query: 'author:gurevych', finds: 'papers of an author' },
  { query: 'cat:cs.CL after:2018', finds: 'a category, from a date on' },
  { query: 'source:arxiv diffusion', finds: 'papers that arXiv has; also acl, doi, openreview' },
  { query: 'has:code retrieval', finds: 'papers that link to code' },
  { query: '2404.19756', finds: 'the paper of this arXiv number' },
];

/**
 * Gives the examples as this catalogue answers them. All are asked together, and not again until
 * the number of papers changes: over 50,000 papers they take some 100 ms.
 */
export function createSearchExamples(
  engine: Pick<SearchEngine, 'search' | 'size'>,
): () => Promise<readonly SearchExample[]> {
  let known: { readonly size: number; readonly examples: readonly SearchExample[] } | undefined;

  return async () => {
    const size = engine.size();
    if (known?.size !== size) known = { size, examples: await askedFor(engine) };
    return known.examples;
  };
}

function askedFor(engine: Pick<SearchEngine, 'search'>): Promise<SearchExample[]> {
  return Promise.all(
    EXAMPLES.map(async (example) => {
      // By meaning, everything is like something.
      const options = { mode: 'lexical', offset: 0, limit: 1 } as const;
      const { total } = await engine.search(parseQuery(example.query), options);
      return { ...example, isFruitful: total > 0 };
    }),
  );
}
