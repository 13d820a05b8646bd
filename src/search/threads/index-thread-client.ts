/** The index thread, as the rest of the program sees it: requests, and their answers. */

import { setImmediate as nextTurn } from 'node:timers/promises';
import type { MessagePort } from 'node:worker_threads';
import type { ModelSource } from '../../embedding/model-source.js';
import type { CatalogueChanges } from '../../papers/catalogue.js';
import type { PaperId } from '../../papers/identifiers.js';
import type { Paper } from '../../papers/paper.js';
import type {
  FromIndexThread,
  IndexFigures,
  IndexNote,
  IndexRequest,
  IndexThreadStart,
  ToIndexThread,
} from './messages.js';
import { fromPostedError } from './posted-error.js';
import { startThread, type ThreadFiles } from './start-thread.js';

/** Papers posted before other work has its turn: to copy them takes a millisecond. */
const PAPERS_PER_TURN = 50;

/** The same of papers' hotness. */
const HOTNESS_PER_TURN = 2_000;

export type IndexThread = {
  /** What it has at first; rejects if it ends before it has anything. */
  readonly opened: Promise<IndexFigures>;
  /**
   * Resolves when all searches know the changes; gives way to other work while it posts them.
   *
   * @param after - the revision that they follow on: an index that has another refuses them
   */
  readonly update: (changes: CatalogueChanges, after: number | undefined) => Promise<void>;
  readonly setHotness: (hotness: ReadonlyMap<PaperId, number>) => Promise<void>;
  /**
   * Resolves when all searches use the model.
   *
   * @param sample - papers that `sampleOfOthers` has named: how to search what others embedded is
   *   learned from them
   */
  readonly useModel: (model: ModelSource, sample: readonly Paper[]) => Promise<void>;
  /** Papers with a vector of another model than this, so many of each, spread over all. */
  readonly sampleOfOthers: (modelId: string, papers: number) => Promise<readonly PaperId[]>;
  /** Papers with a vector of another model than the one in use, the newest first. */
  readonly newestOutdated: (most: number) => Promise<readonly PaperId[]>;
  /** Embeds them by the model in use; resolves when all searches know. */
  readonly renew: (papers: readonly Paper[]) => Promise<void>;
  /** The sum of the revisions of all papers, and what else is known then. */
  readonly census: () => Promise<IndexFigures & { readonly revisionSum: number }>;
  readonly save: () => Promise<void>;
  /** Ends what is under way, and writes to disk what is worth it. */
  readonly close: () => Promise<void>;
  readonly attach: (port: MessagePort) => void;
  readonly caughtUp: () => void;
  readonly terminate: () => Promise<void>;
};

export type IndexThreadSettings = {
  readonly start: IndexThreadStart;
  readonly onNote: (note: IndexNote) => void;
  /** Told what it knows of itself after each piece of work, before who asked for it is. */
  readonly onFigures: (figures: IndexFigures) => void;
  /** Told when it has ended without being terminated. */
  readonly onEnd: (error: Error) => void;
  readonly files?: ThreadFiles | undefined;
};

type Done = FromIndexThread & { readonly kind: 'done' };

export function startIndexThread(settings: IndexThreadSettings): IndexThread {
  const { start, onNote, onFigures, onEnd, files } = settings;
  const worker = startThread('index-worker', start, files);
  const opened = Promise.withResolvers<IndexFigures>();
  opened.promise.catch(() => {});
  const requests = new Map<number, PromiseWithResolvers<Done>>();
  let lastRequest = 0;
  let isTerminated = false;
  let failure: Error | undefined;
  /** Settles when the parts of what is being posted have been; parts must not mingle. */
  let posting: Promise<unknown> = Promise.resolve();
  // Opening is work that somebody waits for.
  worker.ref();

  worker.on('message', (message: FromIndexThread) => {
    switch (message.kind) {
      case 'note':
        onNote(message.note);
        return;
      case 'opened':
        onFigures(message.figures);
        opened.resolve(message.figures);
        break;
      case 'done':
        onFigures(message.figures);
        requests.get(message.request)?.resolve(message);
        requests.delete(message.request);
        break;
      case 'failed':
        requests.get(message.request)?.reject(fromPostedError(message.error));
        requests.delete(message.request);
    }
    if (requests.size === 0) worker.unref();
  });
  worker.on('error', (error) => {
    failure = error instanceof Error ? error : new Error(String(error));
  });
  worker.on('exit', () => {
    failure ??= new Error('The index thread has ended.');
    opened.reject(failure);
    for (const { reject } of requests.values()) reject(failure);
    requests.clear();
    if (!isTerminated) onEnd(failure);
  });

  const post = (message: ToIndexThread): void => worker.postMessage(message);

  const ask = (request: IndexRequest): Promise<Done> => {
    const answer = Promise.withResolvers<Done>();
    if (failure) return Promise.reject(failure);
    lastRequest += 1;
    requests.set(lastRequest, answer);
    worker.ref();
    post({ kind: 'request', request: lastRequest, ...request });
    return answer.promise;
  };

  /** Posts all parts, and then the request that they are for. */
  const askWith = async (parts: Iterable<ToIndexThread>, request: IndexRequest): Promise<void> => {
    const posted = posting.then(async () => {
      for (const part of parts) {
        post(part);
        await nextTurn();
      }
      return { answer: ask(request) };
    });
    posting = posted;
    await (await posted).answer;
  };

  return {
    opened: opened.promise,
    update: ({ papers, removed, revision, commit }, after) =>
      askWith(partsOfUpdate({ papers, removed }), { task: 'update', after, revision, commit }),
    setHotness: (hotness) => askWith(partsOfHotness(hotness), { task: 'set hotness' }),
    useModel: (model, sample) =>
      askWith(partsOfUpdate({ papers: sample, removed: [] }), { task: 'use model', model }),
    renew: (papers) => askWith(partsOfUpdate({ papers, removed: [] }), { task: 'renew' }),
    async sampleOfOthers(modelId, papers) {
      const { ids = [] } = await ask({ task: 'name sample', modelId, papers });
      return ids;
    },
    async newestOutdated(most) {
      const { ids = [] } = await ask({ task: 'name outdated', most });
      return ids;
    },
    async census() {
      const { figures, revisionSum = 0 } = await ask({ task: 'census' });
      return { ...figures, revisionSum };
    },
    async save() {
      await ask({ task: 'save' });
    },
    async close() {
      await ask({ task: 'close' });
    },
    attach: (port) => worker.postMessage({ kind: 'attach', port } satisfies ToIndexThread, [port]),
    caughtUp: () => post({ kind: 'caught up' }),
    async terminate() {
      isTerminated = true;
      await worker.terminate();
    },
  };
}

function* partsOfUpdate({
  papers,
  removed,
}: Pick<CatalogueChanges, 'papers' | 'removed'>): Generator<ToIndexThread> {
  if (removed.length > 0) yield { kind: 'papers', papers: [], removed };
  for (let at = 0; at < papers.length; at += PAPERS_PER_TURN) {
    yield { kind: 'papers', papers: papers.slice(at, at + PAPERS_PER_TURN), removed: [] };
  }
}

function* partsOfHotness(hotness: ReadonlyMap<PaperId, number>): Generator<ToIndexThread> {
  let part: [PaperId, number][] = [];
  for (const entry of hotness) {
    part.push(entry);
    if (part.length < HOTNESS_PER_TURN) continue;
    yield { kind: 'hotness', hotness: part };
    part = [];
  }
  if (part.length > 0) yield { kind: 'hotness', hotness: part };
}
