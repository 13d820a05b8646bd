/**
 * Our own engine with its threads, compiled as it is shipped: what runs TypeScript during
 * development adds work to every inner function.
 */

import manifest from '../../package.json' with { type: 'json' };
import { BUILT_IN, openModelSource } from '../../src/embedding/model-source-client.js';
import type { SearchMode } from '../../src/search/search-engine.js';
import type { SearchThreads } from '../../src/search/threads/search-threads-client.js';
import {
  type Batch,
  type BenchQuery,
  type Candidate,
  PAGE,
  QUERY_KINDS,
  type QueryKind,
} from './candidate.js';

const MOST_UNDER_WAY = 8;

const DIST = new URL('../../dist/', import.meta.url);

export const BROADSHEET: Candidate = {
  name: 'Broadsheet',
  about: 'the engine of the site: an index thread, one search thread, a generation on disk',
  kinds: QUERY_KINDS,
  takesVectors: false,
  version: async () => manifest.version,
  async build(batches, folder) {
    await using engine = await openThreads(folder);
    // As the follower of the catalogue does: some batches are on their way at any time.
    const underWay: Promise<void>[] = [];
    for await (const { papers } of batches) {
      underWay.push(engine.update({ papers, removed: [], revision: revisionOf(papers) }));
      if (underWay.length >= MOST_UNDER_WAY) await underWay.shift();
    }
    await Promise.all(underWay);
    await engine.save();
  },
  async open(folder) {
    const { parseQuery } =
      await load<typeof import('../../src/search/parse-query.js')>('search/parse-query.js');
    const engine = await openThreads(folder);
    await engine.open();
    return {
      async search(query, kind) {
        const options = { mode: modeOf(kind), offset: 0, limit: PAGE };
        const { hits } = await engine.search(parseQuery(textOf(query)), options);
        return hits.map(({ id }) => id);
      },
      size: engine.size,
      async close() {
        await engine[Symbol.asyncDispose]();
      },
    };
  },
};

async function openThreads(folder: string): Promise<SearchThreads> {
  const { createSearchThreads } = await load<
    typeof import('../../src/search/threads/search-threads-client.js')
  >('search/threads/search-threads-client.js');
  return createSearchThreads({
    folder,
    model: () => openModelSource(BUILT_IN),
    threads: 1,
    catalogue: {
      identity: async () => 'benchmark',
      revision: async () => Number.MAX_SAFE_INTEGER,
      commitAt: async () => undefined,
      byIds: async () => new Map(),
    },
    onNote: ({ text, error }) => console.error(text, error ?? ''),
  });
}

function revisionOf(papers: Batch['papers']): number {
  return papers.at(-1)?.revision ?? 0;
}

function load<Module>(path: string): Promise<Module> {
  return import(new URL(path, DIST).href);
}

function modeOf(kind: QueryKind): SearchMode {
  if (kind === 'dense') return 'dense';
  return kind === 'hybrid' || kind === 'hybrid-filtered' ? 'hybrid' : 'lexical';
}

function textOf({ text, filter }: BenchQuery): string {
  if (!filter) return text;
  return `${text} after:${filter.after}${filter.category ? ` cat:${filter.category}` : ''}`;
}
