/**
 * Keeps the prior of every paper: reckons it when a paper is added or changes, and all of them
 * again, the newest first, when another prior is in use. It works off the way of requests, in
 * slices too short to be noticed, and needs nothing remembered but what stands beside each prior.
 */

import { setImmediate } from 'node:timers/promises';
import { textToEmbed } from '../embedding/embedder.js';
import type { PaperReader } from '../papers/catalogue.js';
import { firstDayOf } from '../papers/dates.js';
import type { Paper } from '../papers/paper.js';
import { type PriorModel, priorVotes } from './prior/prior-model.js';
import type { DuePaper, PriorRow, PriorStore } from './prior-store.js';
import type { PriorSettings } from './standing-sums.js';

export type PriorKeeping = {
  readonly papers: Pick<PaperReader, 'revision' | 'byIds'>;
  readonly store: PriorStore;
  readonly prior: PriorModel;
  /** Of the model whose vectors the prior reads. */
  readonly embed: (text: string) => Float32Array;
  readonly settings: PriorSettings;
  /** How often it looks for changes. */
  readonly pollMs: number;
  readonly onError?: (error: unknown) => void;
  /** Told when all priors are of this model, after there was something to do. */
  readonly onDone?: (papers: number) => void;
};

/** Dispose of it to stop; what is under way ends first. */
export type PriorKeeper = AsyncDisposable & {
  /** Goes on until nothing is due of what was committed before the call, unless it fails. */
  readonly refresh: () => Promise<void>;
};

/** Papers of one transaction: it is short, and a vote that waits for it does not feel it. */
const BATCH = 100;

/** A slice of work ends after so long, so that requests are answered between. */
const SLICE_MS = 4;

export function keepPriors(keeping: PriorKeeping): PriorKeeper {
  const { papers, store, prior, pollMs, onError = () => {}, onDone = () => {} } = keeping;
  let isStopped = false;
  let timer: NodeJS.Timeout | undefined;
  let current: Promise<void> = Promise.resolve();
  /** All above it is looked through from below, all up to it from above. */
  let revision: number | undefined;
  let backlogUntil = 0;

  /** Sets the priors of some papers; those that are gone meanwhile are passed over. */
  const reckon = async (due: readonly DuePaper[]): Promise<void> => {
    const found = await papers.byIds(due.map(({ id }) => id));
    const rows: PriorRow[] = [];
    let sliceEndsMs = performance.now() + SLICE_MS;
    for (const paper of found.values()) {
      rows.push(priorRow(paper, keeping));
      if (performance.now() < sliceEndsMs) continue;
      await setImmediate();
      sliceEndsMs = performance.now() + SLICE_MS;
    }
    await store.setPriors(rows);
  };

  const look = async (): Promise<void> => {
    if (revision === undefined) {
      revision = await papers.revision();
      backlogUntil = revision;
    }
    let done = 0;
    while (!isStopped) {
      const startedAtMs = performance.now();
      const changed = await store.duePriors(prior.id, { after: revision, limit: BATCH });
      const due =
        changed.length > 0
          ? changed
          : await store.duePriors(prior.id, { until: backlogUntil, limit: BATCH });
      if (due.length === 0) break;
      await reckon(due);
      const last = (due.at(-1) as DuePaper).revision;
      if (changed.length > 0) revision = last;
      else backlogUntil = last - 1;
      done += due.length;
      // As long again for others, who share the database.
      await pause(performance.now() - startedAtMs);
    }
    if (done > 0 && !isStopped) onDone(done);
  };

  /** Ends early when all is to stop. */
  const pause = (durationMs: number): Promise<void> =>
    new Promise((resolve) => {
      wake = resolve;
      setTimeout(resolve, durationMs).unref();
    });
  let wake = () => {};

  const refresh = (): Promise<void> => {
    clearTimeout(timer);
    current = current.then(async () => {
      if (isStopped) return;
      try {
        await look();
      } catch (error) {
        if (!isStopped) onError(error);
      }
      if (isStopped) return;
      clearTimeout(timer);
      timer = setTimeout(() => void refresh(), pollMs);
      timer.unref();
    });
    return current;
  };

  void refresh();

  return {
    refresh,
    async [Symbol.asyncDispose]() {
      isStopped = true;
      clearTimeout(timer);
      wake();
      await current;
    },
  };
}

/** Noon of the first day that the paper's edition may be of. */
function speaksAtMs({ editionOn }: Pick<Paper, 'editionOn'>): number {
  return Date.parse(`${firstDayOf(editionOn)}T12:00:00Z`);
}

function priorRow(paper: Paper, { prior, embed, settings }: PriorKeeping): PriorRow {
  return {
    paperId: paper.id,
    votes: prior.isUseful
      ? priorVotes(prior, paper, embed(textToEmbed(paper)), settings)
      : undefined,
    atMs: speaksAtMs(paper),
    model: prior.id,
    revision: paper.revision,
  };
}
