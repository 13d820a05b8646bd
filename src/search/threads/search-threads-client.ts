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
import { FEWEST_PAIRS } from '../../embedding/alignment.js';
import {
  isSameModel,
  type ModelSource,
  modelIdOf,
  ownModelIdOf,
} from '../../embedding/model-source.js';
import { BroadsheetError } from '../../errors.js';
import type { PaperReader } from '../../papers/catalogue.js';
import type { PaperId } from '../../papers/identifiers.js';
import type { Paper } from '../../papers/paper.js';
import { openGenerations } from '../generations/generation-store.js';
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
  readonly catalogue: Pick<PaperReader, 'identity' | 'revision' | 'commitAt' | 'byIds'>;
  /** What embeds papers and queries, until another is to be used; asked for at the start. */
  readonly model: () => Promise<ModelSource>;
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

/** How far the papers have come to the model in use. */
export type ModelProgress = {
  /** `undefined` before the threads have started. */
  readonly modelId: string | undefined;
  readonly outdated: number;
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
    /**
     * Embeds queries by another model from now on, and papers as they come. Those that are there
     * already are found by what the model before made of them, or by their words only where that
     * cannot be; `renew` has them embedded anew. Where the index lies on disk as the model left
     * it, it is taken from there, and the model before goes on until that knows as much.
     */
    readonly useModel: (model: ModelSource) => Promise<void>;
    /** Papers that the model in use has not embedded, the newest first. */
    readonly newestOutdated: (most: number) => Promise<readonly PaperId[]>;
    /** Embeds them; a paper that has changed since is left as it is. */
    readonly renew: (papers: readonly Paper[]) => Promise<void>;
    /** How many papers the model in use has not embedded, and which model that is. */
    readonly modelProgress: () => ModelProgress;
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

/** From so many papers it is learned how to search what another model has embedded. */
const PAPERS_TO_LEARN_FROM = 4_000;

/** Papers read at once; more would hold up the event loop. */
const PAPERS_READ_AT_ONCE = 200;

/** An index thread, and what is known of it. */
type Index = {
  readonly thread: IndexThread;
  model: ModelSource;
  /** How many papers of other models than our own there were when it was last learned. */
  learnedFrom: number;
  readonly startedAtMs: number;
  figures: IndexFigures;
  /** Whether it has what it begins with. */
  isOpen: boolean;
  /** When the search threads have it, if they are to have it. */
  serving: Promise<void> | undefined;
};

const NOTHING: IndexFigures = { papers: 0, revision: 0, commit: undefined, byModel: new Map() };

export function createSearchThreads({
  folder,
  catalogue,
  model: firstModel,
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
  /** The model that is to be used, once it has been said or asked for. */
  let model: ModelSource | undefined;
  let hotness: Parameters<SearchEngine['setHotness']>[0] | undefined;
  /** Settles when the models that were to be taken so far have been: one after the other. */
  let taking: Promise<unknown> = Promise.resolve();
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
    const [source, identity, revision] = await Promise.all([
      model ?? firstModel(),
      catalogue.identity(),
      catalogue.revision(),
    ]);
    if (closing.signal.aborted) throw closed();
    model ??= source;
    const thread = startIndexThread({
      start: { folder, model: source, catalogue: { identity, revision }, isLoaded, limits },
      onNote: ({ level, text, error }) =>
        onNote({ level, text, ...(error && { error: fromPostedError(error) }) }),
      onFigures: (figures) => heed(started, figures),
      onEnd: (error) => restart(started, error),
      files,
    });
    const started: Index = {
      thread,
      model: source,
      learnedFrom: 0,
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
    if (othersIn(opened, source) > 0) await takeModel(started, source);
    started.isOpen = true;
    failedLoads = 0;
    return started;
  };

  /** Has an index use a model, and learn how to search what others have embedded. */
  const takeModel = async (taker: Index, source: ModelSource): Promise<void> => {
    const { thread } = taker;
    const ids = await thread.sampleOfOthers(ownModelIdOf(source), PAPERS_TO_LEARN_FROM);
    const sample: Paper[] = [];
    try {
      for (let from = 0; from < ids.length; from += PAPERS_READ_AT_ONCE) {
        const papers = await catalogue.byIds(ids.slice(from, from + PAPERS_READ_AT_ONCE));
        sample.push(...papers.values());
      }
    } catch (thrown) {
      const error = thrown instanceof Error ? thrown : new Error(String(thrown));
      onNote({ level: 'warn', text: 'Papers cannot be compared by two models.', error });
    }
    await thread.useModel(source, sample);
    taker.model = source;
    taker.learnedFrom = othersIn(taker.figures, source);
  };

  /** Whoever chooses a model while another is being taken gets the one that was chosen last. */
  const inTurn = (take: () => Promise<void>): Promise<void> => {
    const taken = taking.then(take);
    taking = taken.catch(() => {});
    return taken;
  };

  const useModel = async (next: ModelSource): Promise<void> => {
    const taker = await opened();
    const before = model;
    // Also for an index thread that is started meanwhile.
    model = next;
    if (isSameModel(taker.model, next)) return;
    try {
      if (await isBetterOnDisk(taker, next)) await beginAgain(true);
      else await takeModel(taker, next);
    } catch (error) {
      model = before;
      throw error;
    }
  };

  /** Learns anew how to search a service's vectors without it, once there are many more of them. */
  const learnMore = (learning: Index): void => {
    const { model: source, figures, learnedFrom } = learning;
    const others = othersIn(figures, source);
    if (source.kind !== 'service' || learnedFrom >= PAPERS_TO_LEARN_FROM) return;
    if (others < Math.max(FEWEST_PAIRS, learnedFrom * 4)) return;
    learning.learnedFrom = others;
    // A thread that is lost meanwhile learns as it is started again.
    inTurn(async () => {
      if (index === learning) await takeModel(learning, learning.model);
    }).catch(() => {});
  };

  /** Whether the index on disk has more from this model than the one that is searched. */
  const isBetterOnDisk = async ({ figures }: Index, source: ModelSource): Promise<boolean> => {
    if (!folder || outdatedIn(figures, source) * 2 <= figures.papers) return false;
    const [identity, maxRevision] = await Promise.all([catalogue.identity(), catalogue.revision()]);
    return openGenerations(folder).hasWhole({
      modelId: modelIdOf(source),
      catalogue: identity,
      maxRevision: Math.max(maxRevision, figures.revision),
    });
  };

  /** Begins with another index thread in the place of this one. */
  const beginAgain = async (isLoaded: boolean): Promise<void> => {
    await opening?.catch(() => {});
    if (closing.signal.aborted) throw closed();
    const before = index;
    index = undefined;
    isBehind = true;
    await before?.thread.terminate();
    await beginWith(isLoaded);
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
      learnMore(index);
    },

    useModel: (next) => inTurn(() => useModel(next)),

    async newestOutdated(most) {
      const { thread } = await opened();
      return thread.newestOutdated(most);
    },

    async renew(papers) {
      const { thread } = await opened();
      await thread.renew(papers);
    },

    modelProgress() {
      const source = index?.model ?? model;
      return {
        modelId: source && modelIdOf(source),
        outdated: index ? outdatedIn(index.figures, index.model) : 0,
      };
    },

    rebuild: () => beginAgain(false),

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

/** How many papers of an index another model has embedded. */
function outdatedIn({ papers, byModel }: IndexFigures, model: ModelSource): number {
  return papers - (byModel.get(modelIdOf(model)) ?? 0);
}

/** How many papers of an index need a map to be searched by our own model. */
function othersIn({ papers, byModel }: IndexFigures, model: ModelSource): number {
  return papers - (byModel.get(ownModelIdOf(model)) ?? 0);
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
