import { describe, expect, it } from 'vitest';
import { paper } from '../../test/support/papers.js';
import type { Paper } from '../papers/paper.js';
import { findPapers } from './find-papers.js';
import { parseQuery } from './parse-query.js';
import type { SearchAnswer } from './search-engine.js';

const A = paper('2611.00001');
const B = paper('2611.00002');
const OPTIONS = { mode: 'lexical', offset: 0, limit: 10 } as const;

/** What is found when the engine answers this and the catalogue holds these. */
function find(query: ReturnType<typeof parseQuery>, answer: SearchAnswer, held: readonly Paper[]) {
  const papers = { byIds: () => Promise.resolve(new Map(held.map((each) => [each.id, each]))) };
  return findPapers({ search: () => Promise.resolve(answer) }, papers, query, OPTIONS);
}

const ANSWER: SearchAnswer = {
  mode: 'lexical',
  total: 2,
  hits: [
    { id: B.id, score: 2 },
    { id: A.id, score: 1 },
  ],
  notes: [],
};

describe('papers that were found', () => {
  it('stand in the order of the engine, not of the catalogue', async () => {
    const { results } = await find(parseQuery('x'), ANSWER, [A, B]);
    expect(results.map((result) => result.paper)).toEqual([B, A]);
  });

  it('are left out when the catalogue lost them meanwhile', async () => {
    const { results } = await find(parseQuery('x'), ANSWER, [A]);
    expect(results).toEqual([{ hit: { id: A.id, score: 1 }, paper: A }]);
  });
});
