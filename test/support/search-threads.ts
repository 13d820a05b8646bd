/** Search threads for a test: the real ones, over a catalogue that is only spoken of. */

import { onTestFinished } from 'vitest';
import { HASHED } from '../../src/embedding/model-source.js';
import type { Paper } from '../../src/papers/paper.js';
import { parseQuery } from '../../src/search/parse-query.js';
import type { SearchAnswer, SearchEngine } from '../../src/search/search-engine.js';
import {
  createSearchThreads,
  type SearchThreads,
  type SearchThreadsSettings,
} from '../../src/search/threads/search-threads-client.js';
import { paper } from './papers.js';

/** Threads that misbehave when they are told to. */
export const UNRULY = {
  'search-worker': new URL('unruly-search-worker.ts', import.meta.url),
  'index-worker': new URL('unruly-index-worker.ts', import.meta.url),
};

export type TestThreads = SearchThreads & {
  /** What the operator was told. */
  readonly notes: readonly string[];
};

/** @param atEnd - what ends it at the latest: the test, if nothing else is named */
export function openThreads(
  settings: Partial<SearchThreadsSettings> = {},
  atEnd: (end: () => Promise<void>) => void = onTestFinished,
): TestThreads {
  const notes: string[] = [];
  const threads = createSearchThreads({
    threads: 1,
    catalogue: catalogueAt(0),
    model: async () => HASHED,
    onNote: ({ text }) => notes.push(text),
    ...settings,
  });
  atEnd(async () => threads[Symbol.asyncDispose]());
  return { ...threads, notes };
}

/** A catalogue of which no more is known than that it has come to this revision. */
export function catalogueAt(
  revision: number,
  identity = 'a catalogue',
): SearchThreadsSettings['catalogue'] {
  return {
    identity: async () => identity,
    revision: async () => revision,
    commitAt: async () => undefined,
    byIds: async () => new Map(),
  };
}

export function find(
  engine: Pick<SearchEngine, 'search'>,
  text: string,
  signal?: AbortSignal,
): Promise<SearchAnswer> {
  const options = { mode: 'lexical', offset: 0, limit: 10, ...(signal && { signal }) } as const;
  return engine.search(parseQuery(text), options);
}

/** The ids of what is found, the best first. */
export async function idsOf(
  engine: Pick<SearchEngine, 'search'>,
  text: string,
): Promise<readonly string[]> {
  return (await find(engine, text)).hits.map(({ id }) => id);
}

/** So many papers, each found by its number, as if changed one after the other. */
export function papersFrom(first: number, last: number, facts: Partial<Paper> = {}): Paper[] {
  return Array.from({ length: last - first + 1 }, (_, at) =>
    paper(`p${first + at}`, { title: `Paper number${first + at}`, revision: first + at, ...facts }),
  );
}
