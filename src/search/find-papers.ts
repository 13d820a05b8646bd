/** A search from a query to the papers themselves: what the site and commands share. */

import type { PaperReader } from '../papers/catalogue.js';
import type { Paper } from '../papers/paper.js';
import type { Query } from './query.js';
import type { SearchAnswer, SearchEngine, SearchHit, SearchOptions } from './search-engine.js';

export type Findings = {
  readonly answer: SearchAnswer;
  /** The page that was asked for, best first. */
  readonly results: readonly { readonly hit: SearchHit; readonly paper: Paper }[];
};

/**
 * Ranks, then loads the ranked papers in one statement.
 *
 * @throws BroadsheetError as the engine does; the reason of the signal once it has aborted
 */
export async function findPapers(
  engine: Pick<SearchEngine, 'search'>,
  papers: Pick<PaperReader, 'byIds'>,
  query: Query,
  options: SearchOptions,
): Promise<Findings> {
  const answer = await engine.search(query, options);
  const found = await papers.byIds(answer.hits.map(({ id }) => id));
  const results = answer.hits.flatMap((hit) => {
    const paper = found.get(hit.id);
    return paper ? [{ hit, paper }] : [];
  });
  return { answer, results };
}
