/**
 * How good the search is on real questions, and that no change makes it worse unseen. The floors
 * are a little below the figures of docs/relevance.md: a change of tokenising moves a figure by
 * thousandths, a mistake by more.
 */

import { join } from 'node:path';
import { expect, it } from 'vitest';
import { createHashedEmbedder } from '../../src/embedding/hashed-embedder.js';
import { evaluate, type Figures, takeInDocuments } from '../../src/search/relevance/evaluate.js';
import { readJudgedSet } from '../../src/search/relevance/judged-set-client.js';
import type { SearchMode } from '../../src/search/search-engine.js';
import { createSegmentEngine } from '../../src/search/segments/segment-engine.js';
import { loadKernels } from '../../src/search/vectors/kernels-client.js';
import { describeWithSharedData } from '../support/shared-data.js';

/** By words and by both, nDCG@10; and recall@100 by words. */
type Floor = { readonly lexical: number; readonly hybrid: number; readonly recallAt100: number };

const FLOORS: readonly (readonly [set: string, among: 'all' | 'judged', Floor])[] = [
  ['scifact', 'all', { lexical: 0.7, hybrid: 0.7, recallAt100: 0.91 }],
  ['nfcorpus', 'all', { lexical: 0.325, hybrid: 0.325, recallAt100: 0.24 }],
  ['scitldr', 'all', { lexical: 0.815, hybrid: 0.825, recallAt100: 0.96 }],
  ['csfcube', 'judged', { lexical: 0.505, hybrid: 0.515, recallAt100: 0.92 }],
];

/** What meaning may cost where it does not help: less than judged queries can tell. */
const LEAST_OF_LEXICAL = 0.002;

describeWithSharedData('the search', 'ir', (folder) => {
  it.each(FLOORS)('is good enough on %s (%s documents)', async (name, among, floor) => {
    const figures = await figuresOf(join(folder, name), among);
    const [lexical, hybrid] = [figures.get('lexical'), figures.get('hybrid')];
    expect(lexical?.ndcgAt10).toBeGreaterThan(floor.lexical);
    expect(lexical?.recallAt100).toBeGreaterThan(floor.recallAt100);
    expect(hybrid?.ndcgAt10).toBeGreaterThan(floor.hybrid);
    expect(hybrid?.ndcgAt10).toBeGreaterThan((lexical?.ndcgAt10 ?? 1) - LEAST_OF_LEXICAL);
  });
});

async function figuresOf(
  folder: string,
  among: 'all' | 'judged',
): Promise<ReadonlyMap<SearchMode, Figures>> {
  const { documents, queries } = await readJudgedSet(folder);
  const { module: kernels } = await loadKernels();
  const engine = createSegmentEngine({ embedder: createHashedEmbedder(), kernels });
  await takeInDocuments(engine, documents);
  return evaluate({ engine, queries, modes: ['lexical', 'hybrid'], among });
}
