/**
 * What the index thread does: it takes in changes of the catalogue, hands each change of the
 * index to the threads that search, merges small segments itself, and has large ones merged and
 * the index written to disk by a thread of their own, so that it is free for what comes meanwhile.
 *
 * It serves one request at a time, in order, and between two of them looks after its segments.
 */

import { parentPort, type Worker, workerData } from 'node:worker_threads';
import type { Embedder } from '../../embedding/embedder.js';
import type { CatalogueChanges } from '../../papers/catalogue.js';
import type { PaperId } from '../../papers/identifiers.js';
import type { Paper } from '../../papers/paper.js';
import { openGenerations } from '../generations/generation-store.js';
import { closeForwardFile } from '../generations/segment-files-store.js';
import type { IndexState } from '../segments/index-state.js';
import { createIndexWriter, type MergePlan } from '../segments/index-writer.js';
import { mergeSegments } from '../segments/merge-segments.js';
import { copyOf, has } from '../segments/paper-set.js';
import { paperCount, type Segment } from '../segments/segment.js';
import { createIndexPublisher } from './index-publisher.js';
import type {
  FromIndexThread,
  FromMergeThread,
  IndexNote,
  IndexThreadStart,
  MergeJob,
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
  | { readonly task: 'census' | 'save' | 'close'; readonly request: number };

/** What a merge thread is at work on. */
type Job = {
  readonly worker: Worker;
  readonly plans: readonly MergePlan[];
  /** What it writes to disk, if it does more than merge. */
  readonly save?: Save;
};

type Save = {
  /** How many papers had changed since the last one. */
  readonly papers: number;
  /** Who asked for it; whoever asks while it is under way may know of more than it writes. */
  readonly requests: readonly number[];
};

/** Makes the thread that calls it the index thread. */
export async function keepIndex(embedder: Embedder): Promise<void> {
  const parent = parentPort;
  if (!parent) throw new RangeError('The index thread is a worker thread.');
  const start = workerData as IndexThreadStart;
  const { folder, catalogue, limits } = start;
  const tell = (message: FromIndexThread): void => parent.postMessage(message);
  const note = (level: IndexNote['level'], text: string, thrown?: unknown): void => {
    const error = thrown === undefined ? undefined : toPostedError(thrown);
    tell({ kind: 'note', note: { level, text, ...(error && { error }) } });
  };

  const stored = await newestGeneration();
  const writer = createIndexWriter(embedder, stored?.segments);
  const { state } = writer;
  const publisher = createIndexPublisher(state);
  const release = createMemoryRelease();
  let revision = stored?.revision ?? 0;
  let commit = stored?.commit;

  const tasks: Task[] = [];
  let isScheduled = false;
  /** How many papers have changed since what is on disk. */
  let unsaved = 0;
  let isCaughtUp = false;
  const savesAwaited: number[] = [];
  let closeAwaited: number | undefined;
  let job: Job | undefined;
  let restUntilMs = 0;
  let arrivingPapers: Paper[] = [];
  let arrivingRemovals: PaperId[] = [];
  let arrivingHotness = new Map<PaperId, number>();

  async function newestGeneration() {
    if (!folder || !start.isLoaded) return undefined;
    const { generation, refused } = await openGenerations(folder).newest({
      modelId: embedder.modelId,
      catalogue: catalogue.identity,
      maxRevision: catalogue.revision,
    });
    for (const { name, reason } of refused) {
      note('warn', `The stored index ${name} cannot be used: ${reason}`);
    }
    return generation;
  }

  const done = (request: number, more: { readonly revisionSum?: number } = {}): void => {
    const figures = { papers: state.size(), revision, commit };
    tell({ kind: 'done', request, figures, ...more });
  };

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
    publisher.publish(writer.completeMerge(plan, merged));
    release(plan.keys.length, released);
    // Search threads never read these, and the thread that merged has ended.
    for (const { segment } of plan.parts) {
      if (segment.forwardFile) closeForwardFile(segment.forwardFile);
    }
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
    if (!folder || unsaved === 0) return false;
    if (savesAwaited.length > 0) return true;
    const share = closeAwaited === undefined ? 1 : SHARE_OF_LIMITS_AT_END;
    if (closeAwaited === undefined && !isCaughtUp) return false;
    if (Date.now() < restUntilMs) return false;
    const { leastPapers, leastShare } = limits;
    return unsaved >= Math.max(leastPapers, leastShare * state.size()) * share;
  };

  const startSave = (): void => {
    if (!folder) return;
    const union = writer.planUnion();
    const others = state
      .segments()
      .filter(({ key }) => !union?.keys.includes(key))
      .map(({ key, segment, dead, deadCount }) => ({
        keys: [key],
        parts: [{ segment, dead: copyOf(dead) }],
        papers: paperCount(segment) - deadCount,
      }));
    const plans = union ? [union, ...others] : others;
    const save = { papers: unsaved, requests: savesAwaited.splice(0) };
    const generation = {
      folder,
      modelId: embedder.modelId,
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
    unsaved -= ended.save?.papers ?? 0;
    for (const request of ended.save?.requests ?? []) done(request);
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
    const { request: number, task } = request;
    if (task === 'update') {
      const changes = {
        papers: arrivingPapers,
        removed: arrivingRemovals,
        revision: request.revision,
        ...(request.commit !== undefined && { commit: request.commit }),
      };
      [arrivingPapers, arrivingRemovals] = [[], []];
      return { task, request: number, changes, after: request.after };
    }
    if (task === 'set hotness') {
      const hotness = arrivingHotness;
      arrivingHotness = new Map();
      return { task, request: number, hotness };
    }
    return { task, request: number };
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
  tell({ kind: 'opened', figures: { papers: state.size(), revision, commit } });
}

function partsOf({ parts }: MergePlan): MergeJob['groups'][number] {
  return parts.map(({ segment, dead }) => ({ segment: toPostedSegment(segment), dead }));
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
