/**
 * The engine of segments in one thread: for tests, tools and whoever needs no more. The service
 * runs the same writer and searcher in threads of their own (`threads/`).
 */

import type { Embedder } from '../../embedding/embedder.js';
import type { CompiledModule } from '../../web-assembly.js';
import type { SearchEngine } from '../search-engine.js';
import { createIndexWriter, type IndexWriter, type MergePlan } from './index-writer.js';
import { mergeSegments } from './merge-segments.js';
import { createSegmentSearcher } from './segment-searcher.js';

export type SegmentEngine = SearchEngine & {
  readonly writer: IndexWriter;
  /** Makes one segment of all, as far as one can hold them. */
  readonly unite: () => void;
};

export function createSegmentEngine({
  embedder,
  kernels,
}: {
  readonly embedder: Embedder;
  readonly kernels?: CompiledModule | undefined;
}): SegmentEngine {
  const writer = createIndexWriter(embedder);
  const searcher = createSegmentSearcher(writer.state, { embedder, thread: 0, kernels });

  const merge = (plan: MergePlan): void => {
    writer.completeMerge(plan, mergeSegments(plan.parts));
  };

  return {
    writer,
    search: async (query, options) => searcher.search(query, options),
    async update(changes) {
      writer.takeIn(changes);
      for (let plan = writer.planMerge(); plan; plan = writer.planMerge()) merge(plan);
    },
    async setHotness(hotness) {
      writer.setHotness(hotness);
    },
    size: writer.state.size,
    unite() {
      for (const plan of writer.planUnions()) merge(plan);
    },
  };
}
