/**
 * The search engine of a site: one thread keeps the index and several search it, so that neither
 * an index that grows nor a query that is hard holds up anything else. All share the same arrays
 * (`segments/`), and changes are taken in between two searches, never during one.
 *
 *     update ──▶ index thread ══ changes of the index ══▶ search threads ◀── search
 *                     │
 *                     └──▶ merge thread: merges large segments, writes generations to disk
 *
 * A thread that ends is started again, and nobody gets a wrong answer meanwhile. Search threads
 * take the index from the index thread. A new index thread begins with what is on disk, or
 * anew; until it knows as much as the one before, searches go on with what that one left.
 */

import { setTimeout as rest } from 'node:timers/promises';
import { BroadsheetError } from '../../errors.js';
import type { PaperReader } from '../../papers/catalogue.js';
import type { SearchEngine } from '../search-engine.js';
import { loadKernels } from '../vectors/kernels-client.js';
import { type IndexThread, startIndexThread } from './index-thread-client.js';
import type { IndexFigures, SavingLimits } from './messages.js';
import { fromPostedError } from './posted-error.js';
import { createSearchPool, type SearchPool } from './search-pool-client.js';
import type { ThreadFiles } from './start-thread.js';

export type SearchThreadsSettings = {
  /** Where the index is kept from one start to the next; nowhere if absent. */
  readonly folder?: string | undefined;
  /** What the index is made from. */
  readonly catalogue: Pick<PaperReader, 'identity' | 'revision' | 'commitAt'>;
  /** How many threads search, from 1. */
  readonly threads: number;
  /** Told what the operator should know. */
  readonly onNote: (note: SearchNote) => void;
  readonly limits?: SavingLimits;
  readonly files?: ThreadFiles;
};

export type SearchNote = {
  readonly level: 'info' | 'warn';
  readonly text: string;
  readonly error?: Error;
};

/** What can be told apart of an index and a catalogue without comparing all papers. */
export type IndexCensus = {
  readonly revision: number;
  readonly papers: number;
  readonly revisionSum: number;
};

/**
 * Threads start with the first call that needs them. Dispose of it to end them; what is worth
 * it is written to disk before, for five seconds at the most.
 */
export type SearchThreads = SearchEngine &
  AsyncDisposable & {
    /** Starts the threads; when it returns, searches are answered from what is on disk. */
    readonly open: () => Promise<void>;
    /**
     * From which revision on the index must be told of changes. It goes back when the index
     * thread had to be started again, and updates are refused until it has been asked for.
     */
    readonly revision: () => Promise<number>;
    readonly census: () => Promise<IndexCensus>;
    /** Says that the index has been told of everything. */
    readonly caughtUp: () => void;
    /** Begins a new index; searches go on with the old one until the new one knows as much. */
    readonly rebuild: () => Promise<void>;
    /** Writes all to disk that is not there yet. */
    readonly save: () => Promise<void>;
  };

/** What is not on disk is read again at every start, at 15,000 papers a second. */
const LIMITS: SavingLimits = { leastPapers: 1_000, leastShare: 0.05 };

/** How long an end may take. */
const LONGEST_CLOSE_MS = 5_000;

/** How soon an index thread is started again, the first time and at the most. */
const SHORTEST_REST_MS = 100;
const LONGEST_REST_MS = 30_000;

/** A thread that lived for so long did not end for the reason for which the one before did. */
const UNRELATED_AFTER_MS = 60_000;

/** After so many failures in a row to read what is on disk, it is not trusted any more. */
const MOST_FAILED_LOADS = 2;

/** An index thread, and what is known of it. */
type Index = {
  readonly thread: IndexThread;
  readonly startedAtMs: number;
  figures: IndexFigures;
  /** Whether it has what it begins with. */
  isOpen: boolean;
  /** When the search threads have it, if they are to have it. */
  serving: Promise<void> | undefined;
};

const NOTHING: IndexFigures = { papers: 0, revision: 0, commit: undefined };

export function createSearchThreads({
  folder,
  catalogue,
  threads,
  onNote,
  limits = LIMITS,
  files,
}: SearchThreadsSettings): SearchThreads {
  let pool: SearchPool | undefined;
  let index: Index | undefined;
  /** The latest opening, under way or done; the next call tries again when it failed. */
  let opening: Promise<void> | undefined;
  let served = NOTHING;
  let isBehind = false;
  /** The revision up to which changes were handed over since the index was asked for its own. */
  let handedOver: number | undefined;
  /** Threads lost in a row, and how many of them before they had what is on disk. */
  let failures = 0;
  let failedLoads = 0;
  let hotness: Parameters<SearchEngine['setHotness']>[0] | undefined;
  const closing = new AbortController();

  const open = (): Promise<void> => {
    if (closing.signal.aborted) return Promise.reject(closed());
    return opening ?? beginWith(true);
  };

  const beginWith = (isLoaded: boolean): Promise<void> => {
    const begun = begin(isLoaded && failedLoads < MOST_FAILED_LOADS);
    opening = begun;
    begun.catch(() => {
      if (opening === begun) opening = undefined;
    });
    return begun;
  };

  const begin = async (isLoaded: boolean): Promise<void> => {
    if (failures > 0) {
      const restMs = Math.min(LONGEST_REST_MS, SHORTEST_REST_MS * 2 ** failures);
      await rest(restMs, undefined, { signal: closing.signal }).catch(() => {});
      if (closing.signal.aborted) throw closed();
    }
    pool ??= await openPool();
    const begun = index?.isOpen ? index : await startIndex(isLoaded);
    if (hotness) await begun.thread.setHotness(hotness);
    serve(begun);
    await pool.ready();
  };

  const openPool = async (): Promise<SearchPool> => {
    const { module, problem } = await loadKernels();
    if (problem) onNote({ level: 'warn', text: `Search by meaning is slow: ${problem}.` });
    if (closing.signal.aborted) throw closed();
    return createSearchPool({
      threads,
      kernels: module,
      files,
      onEnd: (error) => onNote({ level: 'warn', text: 'A search thread was lost.', error }),
    });
  };

  const startIndex = async (isLoaded: boolean): Promise<Index> => {
    const [identity, revision] = await Promise.all([catalogue.identity(), catalogue.revision()]);
    if (closing.signal.aborted) throw closed();
    const thread = startIndexThread({
      start: { folder, catalogue: { identity, revision }, isLoaded, limits },
      onNote: ({ level, text, error }) =>
        onNote({ level, text, ...(error && { error: fromPostedError(error) }) }),
      onFigures: (figures) => heed(started, figures),
      onEnd: (error) => restart(started, error),
      files,
    });
    const started: Index = {
      thread,
      startedAtMs: Date.now(),
      figures: NOTHING,
      isOpen: false,
      serving: undefined,
    };
    index = started;
    const opened = await thread.opened;
    if (opened.commit !== (await catalogue.commitAt(opened.revision)) && opened.revision > 0) {
      onNote({ level: 'warn', text: 'The stored index is of other papers; it is made anew.' });
      await thread.terminate();
      return startIndex(false);
    }
    started.isOpen = true;
    failedLoads = 0;
    return started;
  };

  const heed = (from: Index, figures: IndexFigures): void => {
    from.figures = figures;
    if (!from.isOpen) return;
    if (from.serving) served = figures;
    else if (from === index && figures.revision >= served.revision) serve(from);
  };

  /** Has the search threads follow this index, unless they know more without it. */
  const serve = (from: Index): void => {
    if (from.serving || from.figures.revision < served.revision) return;
    from.serving = pool?.follow(from.thread.attach);
    served = from.figures;
  };

  const restart = (ended: Index, error: Error): void => {
    if (ended !== index || closing.signal.aborted) return;
    const isUnrelated = Date.now() - ended.startedAtMs > UNRELATED_AFTER_MS;
    failures = isUnrelated ? 1 : failures + 1;
    if (!ended.isOpen) failedLoads += 1;
    index = undefined;
    isBehind = true;
    onNote({ level: 'warn', text: 'The index thread was lost; it is started again.', error });
    // An opening that has failed is tried again by whoever asks next.
    if (ended.isOpen) beginWith(true).catch(() => {});
  };

  const opened = async (): Promise<Index> => {
    await open();
    if (!index) throw closed();
    return index;
  };

  return {
    open,
    size: () => served.papers,

    async search(query, options) {
      // Searches go on while an index thread is started again.
      if (!pool) await open();
      if (!pool) throw closed();
      return pool.search(query, options);
    },

    async update(changes) {
      const updated = await opened();
      if (isBehind) {
        throw new BroadsheetError('not_available', 'The search index has been started again.');
      }
      const after = handedOver;
      handedOver = changes.revision;
      await updated.thread.update(changes, after);
      await updated.serving;
    },

    async setHotness(latest) {
      hotness = latest;
      const { thread } = await opened();
      await thread.setHotness(latest);
    },

    async revision() {
      const { figures } = await opened();
      isBehind = false;
      handedOver = figures.revision;
      return figures.revision;
    },

    async census() {
      const { thread } = await opened();
      const { revision, papers, revisionSum } = await thread.census();
      return { revision, papers, revisionSum };
    },

    caughtUp() {
      if (!index?.isOpen || isBehind) return;
      // There is no more to be known, so that whoever knows more knows of papers that are gone.
      served = { ...served, revision: Math.min(served.revision, index.figures.revision) };
      serve(index);
      index.thread.caughtUp();
    },

    async rebuild() {
      await opening?.catch(() => {});
      if (closing.signal.aborted) throw closed();
      const before = index;
      index = undefined;
      isBehind = true;
      await before?.thread.terminate();
      await beginWith(false);
    },

    async save() {
      const { thread } = await opened();
      await thread.save();
    },

    async [Symbol.asyncDispose]() {
      closing.abort(closed());
      await pool?.[Symbol.asyncDispose]();
      if (index?.isOpen) await within(LONGEST_CLOSE_MS, index.thread.close());
      await index?.thread.terminate();
      await opening?.catch(() => {});
    },
  };
}

/** Waits for something, but no longer than this; how it ends is no matter. */
async function within(timeMs: number, something: Promise<unknown>): Promise<void> {
  const over = new AbortController();
  await Promise.race([
    something.catch(() => {}),
    rest(timeMs, undefined, { signal: over.signal }).catch(() => {}),
  ]);
  over.abort();
}

function closed(): BroadsheetError {
  return new BroadsheetError('not_available', 'The search has been closed.');
}
