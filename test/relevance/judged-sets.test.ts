/**
 * How good the search is on real questions, and that no change makes it worse unseen. The floors
 * are a little below the figures of docs/relevance.md: a change of tokenising moves a figure by
 * thousandths, a mistake by more.
 */

import { join } from 'node:path';
import { expect, it } from 'vitest';
import { embedderOf } from '../../src/embedding/model-source.js';
import { BUILT_IN, openModelSource } from '../../src/embedding/model-source-client.js';
import { evaluate, type Figures, takeInDocuments } from '../../src/search/relevance/evaluate.js';
import { readJudgedSet } from '../../src/search/relevance/judged-set-client.js';
import type { SearchMode } from '../../src/search/search-engine.js';
import { createSegmentEngine } from '../../src/search/segments/segment-engine.js';
import { loadKernels } from '../../src/search/vectors/kernels-client.js';
import { describeWithSharedData } from '../support/shared-data.js';

/** nDCG@10 by words, by meaning and by both; and recall@100 by both. */
type Floor = {
  readonly lexical: number;
  readonly dense: number;
  readonly hybrid: number;
  readonly recallAt100: number;
};

const FLOORS: readonly (readonly [set: string, among: 'all' | 'judged', Floor])[] = [
  ['scifact', 'all', { lexical: 0.7, dense: 0.46, hybrid: 0.705, recallAt100: 0.91 }],
  ['nfcorpus', 'all', { lexical: 0.325, dense: 0.205, hybrid: 0.335, recallAt100: 0.245 }],
  ['scitldr', 'all', { lexical: 0.815, dense: 0.77, hybrid: 0.833, recallAt100: 0.965 }],
  ['csfcube', 'judged', { lexical: 0.505, dense: 0.545, hybrid: 0.535, recallAt100: 0.935 }],
];

const MODES = ['lexical', 'dense', 'hybrid'] as const satisfies readonly SearchMode[];

describeWithSharedData('the search', 'ir', (folder) => {
  it.each(FLOORS)('is good enough on %s (%s documents)', async (name, among, floor) => {
    const figures = await figuresOf(join(folder, name), among);
    for (const mode of MODES) expect(figures.get(mode)?.ndcgAt10).toBeGreaterThan(floor[mode]);
    const [lexical, hybrid] = [figures.get('lexical'), figures.get('hybrid')];
    expect(hybrid?.recallAt100).toBeGreaterThan(floor.recallAt100);
    expect(hybrid?.ndcgAt10).toBeGreaterThan(lexical?.ndcgAt10 ?? 1);
  });
});

async function figuresOf(
  folder: string,
  among: 'all' | 'judged',
): Promise<ReadonlyMap<SearchMode, Figures>> {
  const { documents, queries } = await readJudgedSet(folder);
  const { module: kernels } = await loadKernels();
  const embedder = embedderOf(await openModelSource(BUILT_IN));
  const engine = createSegmentEngine({ embedder, kernels });
  await takeInDocuments(engine, documents);
  return evaluate({ engine, queries, modes: MODES, among });
}
