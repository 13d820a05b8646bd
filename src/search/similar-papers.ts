/** Papers that speak of the same as a paper: its own title and abstract, asked as a query. */

import type { PaperReader } from '../papers/catalogue.js';
import type { Paper } from '../papers/paper.js';
import { type Findings, findPapers } from './find-papers.js';
import { plainQuery } from './plain-query.js';
import type { Query } from './query.js';
import type { SearchEngine, SearchOptions } from './search-engine.js';

/** Asks for papers like this one; the paper itself answers best, unless it is left out. */
export function queryLike({ title, abstract }: Pick<Paper, 'title' | 'abstract'>): Query {
  return plainQuery(`${title} ${abstract}`);
}

/**
 * The papers most like one, the likest first, without itself and without withdrawn ones.
 *
 * @throws BroadsheetError as the engine does; the reason of the signal once it has aborted
 */
export function papersLike(
  engine: Pick<SearchEngine, 'search'>,
  papers: Pick<PaperReader, 'byIds'>,
  paper: Pick<Paper, 'id' | 'title' | 'abstract'>,
  options: Pick<SearchOptions, 'limit' | 'signal'>,
): Promise<Findings> {
  return findPapers(engine, papers, queryLike(paper), {
    ...options,
    mode: 'hybrid',
    offset: 0,
    without: paper.id,
  });
}
