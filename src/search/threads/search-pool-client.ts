/**
 * The threads that search, as the rest of the program sees them: searches go to whichever is
 * free, wait in a bounded queue while none is, and are dropped when nobody waits for them any
 * more. A thread that ends is replaced.
 */

import { MessageChannel, type MessagePort, type Worker } from 'node:worker_threads';
import { BroadsheetError } from '../../errors.js';
import type { CompiledModule } from '../../web-assembly.js';
import type { Query } from '../query.js';
import type { SearchAnswer, SearchOptions } from '../search-engine.js';
import type {
  FromSearchThread,
  PostedOptions,
  SearchThreadStart,
  ToSearchThread,
} from './messages.js';
import { fromPostedError } from './posted-error.js';
import { startThread, type ThreadFiles } from './start-thread.js';

/** Searches that wait; with threads that answer in milliseconds, the last waits for a blink. */
const MOST_WAITING = 64;

/** Nobody watches an empty page for longer; so much only while threads start or are replaced. */
const LONGEST_WAIT_MS = 10_000;

/** How soon a thread is started again that ended before it answered anything, at the most. */
const LONGEST_REST_MS = 10_000;
const SHORTEST_REST_MS = 50;

/** A thread that ends so often before it has an index will not have one. */
const MOST_FAILED_STARTS = 3;

/** Searches are told apart by a number of 31 bits; 0 is none of them. */
const LAST_NUMBER = 0x7fff_ffff;

export type SearchPoolSettings = {
  /** How many threads, from 1. */
  readonly threads: number;
  readonly kernels: CompiledModule | undefined;
  /** Told when a thread has ended that should not have. */
  readonly onEnd: (error: Error) => void;
  readonly files?: ThreadFiles | undefined;
};

export type SearchPool = AsyncDisposable & {
  /** Rejects as `SearchEngine.search` does, and when its thread ends. */
  readonly search: (query: Query, options: SearchOptions) => Promise<SearchAnswer>;
  /**
   * Has all threads, and those that replace them, take the index from the other end of the ports
   * that `attach` gets. They go on with what they have until they have it; when this resolves, no
   * search is answered from what was followed before.
   */
  readonly follow: (attach: (port: MessagePort) => void) => Promise<void>;
  /** When there is a thread that has an index; rejects when none comes to have one. */
  readonly ready: () => Promise<void>;
};

/** A search that somebody waits for. */
type Asked = {
  readonly query: Query;
  readonly options: PostedOptions;
  readonly resolve: (answer: SearchAnswer) => void;
  readonly reject: (reason: unknown) => void;
};

type Searcher = {
  readonly worker: Worker;
  readonly cancelled: Int32Array;
  /** Which of the indexes that were followed it has; 0 for none. */
  index: number;
  running: { readonly number: number; readonly asked: Asked } | undefined;
};

export function createSearchPool({
  threads,
  kernels,
  onEnd,
  files,
}: SearchPoolSettings): SearchPool {
  const searchers = new Map<number, Searcher>();
  const waiting = new Set<Asked>();
  const failedStarts = Array.from({ length: threads }, () => 0);
  const restarts = new Set<NodeJS.Timeout>();
  let attach: ((port: MessagePort) => void) | undefined;
  let ready = Promise.withResolvers<void>();
  let followed = Promise.withResolvers<void>();
  let lastIndex = 0;
  let lastNumber = 0;
  let isClosed = false;

  const start = (thread: number): void => {
    const cancelled = new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT));
    const begin: SearchThreadStart = { thread, cancelled, kernels };
    const worker = startThread('search-worker', begin, files);
    const searcher: Searcher = { worker, cancelled, index: 0, running: undefined };
    searchers.set(thread, searcher);
    let reason = new Error('A search thread has ended.');
    worker.on('error', (error) => {
      reason = error instanceof Error ? error : new Error(String(error));
    });
    worker.on('exit', () => replace(thread, searcher, reason));
    worker.on('message', (message: FromSearchThread) => {
      if (message.kind === 'following') {
        searcher.index = message.index;
        failedStarts[thread] = 0;
        ready.resolve();
        checkFollowed();
      } else {
        settle(searcher, message);
      }
      dispatch();
    });
    connect(searcher);
  };

  const connect = ({ worker }: Searcher): void => {
    if (!attach) return;
    const { port1, port2 } = new MessageChannel();
    const message: ToSearchThread = { kind: 'follow', index: lastIndex, port: port1 };
    worker.postMessage(message, [port1]);
    attach(port2);
  };

  const replace = (thread: number, ended: Searcher, reason: Error): void => {
    if (isClosed || searchers.get(thread) !== ended) return;
    searchers.delete(thread);
    onEnd(reason);
    ended.running?.asked.reject(
      new BroadsheetError('internal', 'The thread ended that worked on this search.', {
        cause: reason,
      }),
    );
    checkFollowed();
    const failures = ended.index > 0 ? 0 : (failedStarts[thread] ?? 0) + 1;
    failedStarts[thread] = failures;
    if (failedStarts.every((count) => count >= MOST_FAILED_STARTS)) {
      ready.reject(reason);
      // They are started again all the same.
      ready = Promise.withResolvers();
      ready.promise.catch(() => {});
    }
    const rest = Math.min(LONGEST_REST_MS, failures && SHORTEST_REST_MS * 2 ** failures);
    const restart = setTimeout(() => {
      restarts.delete(restart);
      start(thread);
    }, rest);
    restarts.add(restart);
  };

  /** Tells who waits for it once no thread has an older index. */
  const checkFollowed = (): void => {
    const isBehind = ({ index }: Searcher): boolean => index > 0 && index < lastIndex;
    if (![...searchers.values()].some(isBehind)) followed.resolve();
  };

  const settle = (searcher: Searcher, message: FromSearchThread): void => {
    const { running, worker } = searcher;
    searcher.running = undefined;
    worker.unref();
    if (message.kind === 'answer') running?.asked.resolve(message.answer);
    if (message.kind === 'failure') running?.asked.reject(fromPostedError(message.error));
  };

  /** Hands waiting searches to free threads. */
  const dispatch = (): void => {
    for (const searcher of searchers.values()) {
      if (searcher.running || searcher.index === 0) continue;
      const [next] = waiting;
      if (!next) return;
      waiting.delete(next);
      run(searcher, next);
    }
  };

  const run = (searcher: Searcher, asked: Asked): void => {
    lastNumber = lastNumber === LAST_NUMBER ? 1 : lastNumber + 1;
    const { query, options } = asked;
    searcher.running = { number: lastNumber, asked };
    searcher.worker.ref();
    searcher.worker.postMessage({
      kind: 'search',
      search: lastNumber,
      query,
      options,
    } satisfies ToSearchThread);
  };

  /** Lets go of a search that nobody waits for any more. */
  const drop = (asked: Asked): void => {
    waiting.delete(asked);
    for (const { running, cancelled } of searchers.values()) {
      if (running?.asked === asked) Atomics.store(cancelled, 0, running.number);
    }
  };

  const search = (query: Query, { signal, ...options }: SearchOptions): Promise<SearchAnswer> =>
    new Promise((resolve, reject) => {
      if (isClosed) throw closed();
      signal?.throwIfAborted();
      if (waiting.size >= MOST_WAITING) throw busy('More searches wait than can be served soon.');

      const finish = (): void => {
        clearTimeout(patience);
        signal?.removeEventListener('abort', abort);
      };
      const asked: Asked = {
        query,
        options,
        resolve: (answer) => {
          finish();
          resolve(answer);
        },
        reject: (reason) => {
          finish();
          reject(reason);
        },
      };
      const abort = (): void => {
        drop(asked);
        asked.reject(signal?.reason);
      };
      const patience = setTimeout(() => {
        if (!waiting.delete(asked)) return;
        asked.reject(busy('The search index does not answer at the moment.'));
      }, LONGEST_WAIT_MS);
      signal?.addEventListener('abort', abort);
      waiting.add(asked);
      dispatch();
    });

  ready.promise.catch(() => {});
  for (let thread = 0; thread < threads; thread += 1) start(thread);

  return {
    search,
    follow(attachTo) {
      attach = attachTo;
      lastIndex += 1;
      // Whoever still waits for the one before waits for this one.
      const before = followed;
      followed = Promise.withResolvers();
      followed.promise.then(before.resolve);
      for (const searcher of searchers.values()) connect(searcher);
      checkFollowed();
      return followed.promise;
    },
    ready: () => ready.promise,
    async [Symbol.asyncDispose]() {
      isClosed = true;
      for (const restart of restarts) clearTimeout(restart);
      const running = [...searchers.values()].flatMap(({ running }) => running?.asked ?? []);
      for (const asked of [...waiting, ...running]) asked.reject(closed());
      waiting.clear();
      followed.resolve();
      ready.reject(closed());
      await Promise.all(Array.from(searchers.values(), ({ worker }) => worker.terminate()));
    },
  };
}

function busy(message: string): BroadsheetError {
  return new BroadsheetError('search_busy', message);
}

function closed(): BroadsheetError {
  return new BroadsheetError('not_available', 'The search has been closed.');
}
