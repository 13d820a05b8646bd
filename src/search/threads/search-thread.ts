/**
 * What a search thread does: it keeps the state of the index as it is told, and answers one
 * search after the other. Changes are messages like searches are, so that each search sees one
 * state from its beginning to its end.
 */

import { type MessagePort, parentPort, workerData } from 'node:worker_threads';
import type { Embedder } from '../../embedding/embedder.js';
import type { ModelSource } from '../../embedding/model-source.js';
import { createIndexState, type IndexState } from '../segments/index-state.js';
import type { SearcherSettings, SegmentSearcher } from '../segments/segment-searcher.js';
import type {
  FromSearchThread,
  IndexMessage,
  IndexReceipt,
  SearchThreadStart,
  ToSearchThread,
} from './messages.js';
import { toPostedError } from './posted-error.js';
import { fromPostedChange, papersIn } from './posted-index.js';
import { createMemoryRelease } from './released-memory.js';

/** Makes what searches an index, which changes between two searches. */
export type StartSearching = (
  state: IndexState,
  settings: SearcherSettings,
) => Pick<SegmentSearcher, 'search'>;

/** Makes the thread that calls it a search thread. */
export function serveSearches(
  embedderOf: (model: ModelSource) => Embedder,
  startSearching: StartSearching,
): void {
  const parent = parentPort;
  if (!parent) throw new RangeError('A search thread is a worker thread.');
  const start = workerData as SearchThreadStart;
  let state = createIndexState();
  /** There is none before the first index has come. */
  let searcher: ReturnType<StartSearching> | undefined;
  const release = createMemoryRelease();
  let followed: MessagePort | undefined;

  const answer = (message: FromSearchThread): void => parent.postMessage(message);

  /** A thread that missed a message would answer wrongly; the one in its place will not. */
  const end = (error: Error): never => {
    throw error;
  };

  const follow = (index: number, port: MessagePort): void => {
    followed?.close();
    followed = port;
    port.on('messageerror', end);
    port.on('message', ({ number, isWhole, change, model }: IndexMessage) => {
      if (isWhole) state = createIndexState();
      if (model) {
        // The model before is no longer needed; it is about as large as a segment.
        if (searcher && !isWhole) release(1, 0);
        const { source, alignments } = model;
        searcher = startSearching(state, { ...start, embedder: embedderOf(source), alignments });
      }
      const released = papersIn(state, change.dropped);
      state.apply(fromPostedChange(change));
      release(change.dropped.length, released);
      port.postMessage({ number } satisfies IndexReceipt);
      if (isWhole) answer({ kind: 'following', index });
    });
  };

  parent.on('messageerror', end);
  parent.on('message', (message: ToSearchThread) => {
    if (message.kind === 'follow') {
      follow(message.index, message.port);
      return;
    }
    const { search, query, options } = message;
    const checkIsWanted = (): void => {
      if (Atomics.load(start.cancelled, 0) === search) {
        throw new RangeError('Nobody waits for this search any more.');
      }
    };
    try {
      checkIsWanted();
      if (!searcher) throw new RangeError('There is no index to search yet.');
      const found = searcher.search(query, options, checkIsWanted);
      answer({ kind: 'answer', search, answer: found });
    } catch (thrown) {
      answer({ kind: 'failure', search, error: toPostedError(thrown) });
    }
  });
}
