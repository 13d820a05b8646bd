/**
 * What the index thread does: it takes in changes of the catalogue, hands each change of the
 * index to the threads that search, merges small segments itself, and has large ones merged and
 * the index written to disk by a thread of their own, so that it is free for what comes meanwhile.
 *
 * It serves one request at a time, in order, and between two of them looks after its segments.
 */

import { parentPort, type Worker, workerData } from 'node:worker_threads';
import { NO_ALIGNMENTS, reversed } from '../../embedding/alignment.js';
import type { Embedder } from '../../embedding/embedder.js';
import { type ModelSource, modelIdOf } from '../../embedding/model-source.js';
import type { CatalogueChanges } from '../../papers/catalogue.js';
import type { PaperId } from '../../papers/identifiers.js';
import type { Paper } from '../../papers/paper.js';
import { openGenerations } from '../generations/generation-store.js';
import { closeForwardFile } from '../generations/segment-files-store.js';
import type { IndexState } from '../segments/index-state.js';
import { createIndexWriter, type MergePlan } from '../segments/index-writer.js';
import { learnAlignments } from '../segments/learn-alignments.js';
import { mergeSegments } from '../segments/merge-segments.js';
import { newestOutdated, papersByModel, sampleOfOthers } from '../segments/outdated-papers.js';
import { copyOf, has } from '../segments/paper-set.js';
import { paperCount, type Segment } from '../segments/segment.js';
import { createIndexPublisher } from './index-publisher.js';
import type {
  FromIndexThread,
  FromMergeThread,
  IndexFigures,
  IndexNote,
  IndexThreadStart,
  MergeJob,
  ModelInUse,
  ToIndexThread,
} from './messages.js';
import { fromPostedError, toPostedError } from './posted-error.js';
import {
  fromPostedSegment,
  type PostedSegment,
  papersIn,
  toPostedSegment,
} from './posted-index.js';
import { createMemoryRelease } from './released-memory.js';
import { startThread } from './start-thread.js';
import { unitedChanges } from './united-changes.js';

/** Papers taken in at once: a third of a second, so that what comes behind waits no longer. */
const MOST_PAPERS_AT_ONCE = 4_000;

/** Larger merges are done elsewhere; this one takes a tenth of a second. */
const MOST_PAPERS_MERGED_HERE = 10_000;

/** What failed for want of memory or of room on the disk fails again for a while. */
const REST_AFTER_FAILURE_MS = 600_000;

/** At the end, less is worth writing to disk: what is not must be read again at every start. */
const SHARE_OF_LIMITS_AT_END = 0.1;

/**
 * What was only embedded anew is written when so much of all was, and at the end of the way to
 * another model: to lose it before costs no search anything.
 */
const LEAST_RENEWED_SHARE = 0.25;

const OUT_OF_ORDER = 'Changes of the catalogue before these have not been taken in.';

type Update = {
  readonly request: number;
  readonly changes: CatalogueChanges;
  readonly after: number | undefined;
};

/** A request, with what came for it. */
type Task =
  | ({ readonly task: 'update' } & Update)
  | {
      readonly task: 'set hotness';
      readonly request: number;
      readonly hotness: ReadonlyMap<PaperId, number>;
    }
  | ({ readonly task: 'use model'; readonly model: ModelSource } & Handed)
  | ({ readonly task: 'renew' } & Handed)
  | { readonly task: 'name outdated'; readonly request: number; readonly most: number }
  | {
      readonly task: 'name sample';
      readonly request: number;
      readonly modelId: string;
      readonly papers: number;
    }
  | { readonly task: 'census' | 'save' | 'close'; readonly request: number };

type Handed = { readonly request: number; readonly handed: readonly Paper[] };

/** What a merge thread is at work on. */
type Job = {
  readonly worker: Worker;
  readonly plans: readonly MergePlan[];
  /** What it writes to disk, if it does more than merge. */
  readonly save?: Save;
};

type Save = {
  /** How many papers had changed since the last one, and how many were embedded anew. */
  readonly papers: number;
  readonly renewed: number;
  /** The model that has embedded all papers, if one has. */
  readonly onlyModel: string | undefined;
  /** Who asked for it; whoever asks while it is under way may know of more than it writes. */
  readonly requests: readonly number[];
};

/** Makes the thread that calls it the index thread. */
export async function keepIndex(embedderOf: (model: ModelSource) => Embedder): Promise<void> {
  const parent = parentPort;
  if (!parent) throw new RangeError('The index thread is a worker thread.');
  const start = workerData as IndexThreadStart;
  const { folder, catalogue, isLoaded, limits } = start;
  let model: ModelInUse = { source: start.model, alignments: NO_ALIGNMENTS };
  let embedder = embedderOf(model.source);
  // What a thread was started with stays as long as the thread, and the model need not.
  Reflect.deleteProperty(start, 'model');
  const tell = (message: FromIndexThread): void => parent.postMessage(message);
  const note = (level: IndexNote['level'], text: string, thrown?: unknown): void => {
    const error = thrown === undefined ? undefined : toPostedError(thrown);
    tell({ kind: 'note', note: { level, text, ...(error && { error }) } });
  };

  const stored = await newestGeneration();
  const writer = createIndexWriter(embedder, stored?.segments);
  const { state } = writer;
  const publisher = createIndexPublisher(state, model);
  const release = createMemoryRelease();
  let revision = stored?.revision ?? 0;
  let commit = stored?.commit;

  const tasks: Task[] = [];
  let isScheduled = false;
  /** How many papers have changed since what is on disk. */
  let unsaved = 0;
  /** And how many only have another vector. */
  let renewed = 0;
  /** The model that has embedded all that is on disk, if one has. */
  let onlyModelOnDisk = onlyModelOf(stored?.segments ?? []);
  let isCaughtUp = false;
  const savesAwaited: number[] = [];
  let closeAwaited: number | undefined;
  let job: Job | undefined;
  let restUntilMs = 0;
  let arrivingPapers: Paper[] = [];
  let arrivingRemovals: PaperId[] = [];
  let arrivingHotness = new Map<PaperId, number>();

  async function newestGeneration() {
    if (!folder || !isLoaded) return undefined;
    const { generation, refused } = await openGenerations(folder).newest({
      modelId: modelIdOf(model.source),
      catalogue: catalogue.identity,
      maxRevision: catalogue.revision,
    });
    for (const { name, reason } of refused) {
      note('warn', `The stored index ${name} cannot be used: ${reason}`);
    }
    return generation;
  }

  const figuresNow = (): IndexFigures => ({
    papers: state.size(),
    revision,
    commit,
    byModel: papersByModel(state),
  });

  const done = (
    request: number,
    more: { readonly revisionSum?: number; readonly ids?: readonly PaperId[] } = {},
  ): void => tell({ kind: 'done', request, figures: figuresNow(), ...more });

  const schedule = (): void => {
    if (isScheduled) return;
    isScheduled = true;
    setImmediate(() => {
      isScheduled = false;
      const task = tasks.shift();
      if (task) {
        serve(task);
        mergeSmall();
      }
      if (tasks.length > 0) schedule();
      else startJob();
    });
  };

  const serve = (task: Task): void => {
    switch (task.task) {
      case 'update':
        takeIn(task);
        return;
      case 'set hotness':
        publisher.publish(writer.setHotness(task.hotness), () => done(task.request));
        return;
      case 'use model':
        useModel(task.model, task.handed, task.request);
        return;
      case 'renew':
        renew(task.handed, task.request);
        return;
      case 'name outdated':
        done(task.request, { ids: newestOutdated(state, modelIdOf(model.source), task.most) });
        return;
      case 'name sample':
        done(task.request, { ids: sampleOfOthers(state, task.modelId, task.papers) });
        return;
      case 'census':
        done(task.request, { revisionSum: revisionSumOf(state) });
        return;
      case 'save':
        savesAwaited.push(task.request);
        return;
      case 'close':
        closeAwaited = task.request;
        // Whoever opens the index next merges again.
        if (job && !job.save) abandonJob();
    }
  };

  /** From one moment to the next, in all threads: no query of one model meets maps of another. */
  const useModel = (source: ModelSource, sample: readonly Paper[], request: number): void => {
    try {
      const next = embedderOf(source);
      const alignments = new Map(learnAlignments(state, next, sample));
      // The way back needs no papers, so that whoever changes their mind at once loses nothing.
      const there = model.alignments.get(next.modelId);
      if (there) alignments.set(embedder.modelId, reversed(there));
      embedder = next;
      model = { source, alignments };
      writer.embedBy(next);
      publisher.useModel(model, () => done(request));
      // The model before is no longer needed; it is about as large as a segment.
      release(1, 0);
    } catch (thrown) {
      tell({ kind: 'failed', request, error: toPostedError(thrown) });
    }
  };

  const renew = (papers: readonly Paper[], request: number): void => {
    try {
      const change = writer.renew(papers);
      renewed += change.deaths.length;
      publisher.publish(change, () => done(request));
    } catch (thrown) {
      tell({ kind: 'failed', request, error: toPostedError(thrown) });
    }
  };

  /** Takes in this update, and with it those that wait behind it. */
  const takeIn = (first: Update): void => {
    const updates = [first];
    let papers = first.changes.papers.length;
    for (let [next] = tasks; next?.task === 'update'; [next] = tasks) {
      papers += next.changes.papers.length;
      if (papers > MOST_PAPERS_AT_ONCE) break;
      updates.push(next);
      tasks.shift();
    }
    try {
      // What was to come before them has failed.
      if (first.after !== undefined && first.after !== revision) throw new Error(OUT_OF_ORDER);
      const changes = unitedChanges(updates.map((update) => update.changes));
      const change = writer.takeIn(changes);
      revision = changes.revision;
      commit = changes.commit;
      unsaved += changes.papers.length + changes.removed.length;
      isCaughtUp = false;
      publisher.publish(change, () => {
        for (const { request } of updates) done(request);
      });
    } catch (thrown) {
      const error = toPostedError(thrown);
      for (const { request } of updates) tell({ kind: 'failed', request, error });
    }
  };

  /** Merges what takes no longer than an update, so that segments never pile up. */
  const mergeSmall = (): void => {
    for (;;) {
      const plan = writer.planMerge(job?.plans.flatMap(({ keys }) => keys));
      if (!plan || plan.papers > MOST_PAPERS_MERGED_HERE) return;
      replace(plan, mergeSegments(plan.parts));
    }
  };

  /** Puts a merged segment in the place of those that it was made from. */
  const replace = (plan: MergePlan, merged: Segment): void => {
    const released = papersIn(state, plan.keys);
    publisher.publish(writer.completeMerge(plan, merged), () => {
      // No thread that searches reads them any more, and the one that merged has ended.
      for (const { segment } of plan.parts) {
        if (segment.forwardFile) closeForwardFile(segment.forwardFile);
      }
    });
    release(plan.keys.length, released);
  };

  /** Begins the next long piece of work, unless one is under way; ends when none is left. */
  const startJob = (): void => {
    if (job) return;
    if (isWorthSaving()) {
      startSave();
      return;
    }
    for (const request of savesAwaited.splice(0)) done(request);
    if (closeAwaited !== undefined) {
      done(closeAwaited);
      return;
    }
    const plan = Date.now() < restUntilMs ? undefined : writer.planMerge();
    if (plan) runJob({ groups: [partsOf(plan)] }, [plan]);
  };

  const isWorthSaving = (): boolean => {
    if (!folder || unsaved + renewed === 0) return false;
    if (savesAwaited.length > 0) return true;
    const share = closeAwaited === undefined ? 1 : SHARE_OF_LIMITS_AT_END;
    if (closeAwaited === undefined && !isCaughtUp) return false;
    if (Date.now() < restUntilMs) return false;
    const { leastPapers, leastShare } = limits;
    const leastRenewed = LEAST_RENEWED_SHARE * state.size();
    return (
      unsaved >= Math.max(leastPapers, leastShare * state.size()) * share ||
      renewed >= Math.max(leastPapers, leastRenewed) * share ||
      (renewed > 0 && isOfOneModel() && onlyModelOnDisk !== modelIdOf(model.source))
    );
  };

  /** Whether the model in use has embedded all papers. */
  const isOfOneModel = (): boolean =>
    papersByModel(state).get(modelIdOf(model.source)) === state.size();

  const startSave = (): void => {
    if (!folder) return;
    const unions = writer.planUnions();
    const united = new Set(unions.flatMap(({ keys }) => keys));
    const others = state
      .segments()
      .filter(({ key }) => !united.has(key))
      .map(({ key, segment, dead, deadCount }) => ({
        keys: [key],
        parts: [{ segment, dead: copyOf(dead) }],
        papers: paperCount(segment) - deadCount,
      }));
    const plans = [...unions, ...others];
    const modelId = modelIdOf(model.source);
    const save = {
      papers: unsaved,
      renewed,
      onlyModel: isOfOneModel() ? modelId : undefined,
      requests: savesAwaited.splice(0),
    };
    const generation = {
      folder,
      modelId,
      catalogue: catalogue.identity,
      revision,
      commit,
    };
    runJob({ groups: plans.map(partsOf), generation }, plans, save);
  };

  const runJob = (start: MergeJob, plans: readonly MergePlan[], save?: Save): void => {
    const worker = startThread('merge-worker', start);
    const begun: Job = { worker, plans, ...(save && { save }) };
    job = begun;
    worker.once('message', (message: FromMergeThread) => {
      if ('error' in message) failJob(begun, fromPostedError(message.error));
      else endJob(begun, message.merged);
    });
    worker.once('error', (error) => failJob(begun, error));
    worker.once('exit', () => failJob(begun, new Error('The merge thread has ended.')));
  };

  const endJob = (ended: Job, merged: readonly (PostedSegment | undefined)[]): void => {
    if (job !== ended) return;
    job = undefined;
    for (const [at, plan] of ended.plans.entries()) {
      const posted = merged[at];
      if (posted) replace(plan, fromPostedSegment(posted));
    }
    if (ended.save) {
      unsaved -= ended.save.papers;
      renewed -= ended.save.renewed;
      onlyModelOnDisk = ended.save.onlyModel;
      for (const request of ended.save.requests) done(request);
    }
    schedule();
  };

  const failJob = (failed: Job, thrown: unknown): void => {
    if (job !== failed) return;
    job = undefined;
    restUntilMs = Date.now() + REST_AFTER_FAILURE_MS;
    if (failed.save) {
      note('warn', 'The search index could not be written to disk.', thrown);
      const error = toPostedError(thrown);
      const requests = [...failed.save.requests, ...savesAwaited.splice(0)];
      for (const request of requests) tell({ kind: 'failed', request, error });
    } else {
      note('warn', 'Segments of the search index could not be merged.', thrown);
    }
    schedule();
  };

  const abandonJob = (): void => {
    void job?.worker.terminate();
    job = undefined;
  };

  const arrived = (request: ToIndexThread & { readonly kind: 'request' }): Task => {
    switch (request.task) {
      case 'update': {
        const { task, request: number, after, revision: to, commit: named } = request;
        const { papers, removed } = arrivedPapers();
        const changes = {
          papers,
          removed,
          revision: to,
          ...(named !== undefined && { commit: named }),
        };
        return { task, request: number, changes, after };
      }
      case 'set hotness': {
        const hotness = arrivingHotness;
        arrivingHotness = new Map();
        return { task: request.task, request: request.request, hotness };
      }
      case 'use model':
        return { ...request, handed: arrivedPapers().papers };
      case 'renew':
        return { task: 'renew', request: request.request, handed: arrivedPapers().papers };
      case 'name outdated':
      case 'name sample':
        return request;
      default:
        return { task: request.task, request: request.request };
    }
  };

  const arrivedPapers = (): { readonly papers: Paper[]; readonly removed: PaperId[] } => {
    const [papers, removed] = [arrivingPapers, arrivingRemovals];
    [arrivingPapers, arrivingRemovals] = [[], []];
    return { papers, removed };
  };

  parent.on('messageerror', (error) => {
    throw error;
  });
  parent.on('message', (message: ToIndexThread) => {
    switch (message.kind) {
      case 'papers':
        for (const paper of message.papers) arrivingPapers.push(paper);
        for (const id of message.removed) arrivingRemovals.push(id);
        return;
      case 'hotness':
        for (const [id, hotness] of message.hotness) arrivingHotness.set(id, hotness);
        return;
      case 'attach':
        publisher.attach(message.port);
        return;
      case 'caught up':
        isCaughtUp = true;
        break;
      case 'request':
        tasks.push(arrived(message));
    }
    schedule();
  });
  tell({ kind: 'opened', figures: figuresNow() });
}

function partsOf({ parts }: MergePlan): MergeJob['groups'][number] {
  return parts.map(({ segment, dead }) => ({ segment: toPostedSegment(segment), dead }));
}

/** The model of all vectors, if there is only one. */
function onlyModelOf(segments: readonly Segment[]): string | undefined {
  const models = new Set(segments.map(({ modelId }) => modelId));
  return models.size === 1 ? [...models][0] : undefined;
}

/** The sum of the revisions of all papers that live. */
function revisionSumOf(state: IndexState): number {
  let sum = 0;
  for (const { segment, dead } of state.segments()) {
    for (const [paper, revision] of segment.papers.revisions.entries()) {
      if (!has(dead, paper)) sum += revision;
    }
  }
  return sum;
}
