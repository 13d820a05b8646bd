/**
 * A training from its first step, or from a checkpoint, to a model. After each pass it is measured
 * on papers that were kept aside, and the best pass counts; where it is asked to have no patience,
 * it ends when passes have not made it better.
 */

import { type PreparedTraining, rowsIn, writeOrder } from './prepare-training.js';
import type { PairKind } from './text-pairs.js';
import { LEVEL_ENDS } from './training-layout.js';
import { STEPS_DONE, STOP_ASKED } from './training-thread.js';
import { startTrainingThreads, type TrainingThreads } from './training-threads-client.js';

/** How often the other text of a held-out paper is found among those of all. */
export type Found = {
  readonly pairs: PairKind;
  readonly dimensions: number;
  /** The share for which it stands first. */
  readonly accuracy: number;
  /** The mean of one over its rank. */
  readonly mrr: number;
};

export type PassMeasures = {
  /**
   * From 1. There may be more of them than `passes` of the settings, for each leaves out the papers
   * that fill no batch.
   */
  readonly pass: number;
  readonly step: number;
  /** The mean over the pass, or over what was left of it after a stop. */
  readonly loss: number;
  readonly found: readonly Found[];
};

/** Where a training stands between two steps. */
export type TrainingState = {
  readonly step: number;
  readonly passes: readonly PassMeasures[];
  /** The rows after the best pass, once there was one. */
  readonly best: Float32Array | undefined;
};

export type TrainingProgress = {
  readonly step: number;
  readonly steps: number;
  /** Of the latest step. */
  readonly loss: number;
};

export type TrainingOptions = {
  /** What it goes on from; the rows and moments are in memory already. */
  readonly from?: TrainingState | undefined;
  readonly onProgress?: (progress: TrainingProgress) => void;
  readonly onPass?: (measures: PassMeasures) => void;
  /** Is shown the state now and then, while nothing changes it. */
  readonly save?: (state: TrainingState) => Promise<void>;
  readonly saveEveryMs?: number;
  /** Ends it after the step under way; the state is saved. */
  readonly signal?: AbortSignal | undefined;
};

export type TrainingEnd = {
  /** `stopped` by the signal: the rows are not those of a finished model. */
  readonly why: 'all passes made' | 'no better any more' | 'stopped';
  readonly state: TrainingState;
  /** Of the best pass. */
  readonly rows: Float32Array;
};

const MEASURED: readonly { readonly pairs: PairKind; readonly level: number }[] = [
  { pairs: 'title', level: 1 },
  { pairs: 'title', level: 3 },
  { pairs: 'sentence', level: 1 },
  { pairs: 'sentence', level: 3 },
];

const PROGRESS_EVERY_MS = 250;
const SAVE_EVERY_MS = 600_000;

const NOTHING_DONE: TrainingState = { step: 0, passes: [], best: undefined };

export async function trainModel(
  prepared: PreparedTraining,
  options: TrainingOptions = {},
): Promise<TrainingEnd> {
  const { onProgress, onPass, save, saveEveryMs = SAVE_EVERY_MS, signal } = options;
  const { shared, layout, settings, words } = prepared;
  const { steps, stepsPerPass, signals, loss } = shared;
  const rows = rowsIn(shared.memory, layout, words.length);
  let { step, passes, best } = options.from ?? NOTHING_DONE;
  let savedAtMs = performance.now();
  let passSeenFrom = step;
  loss[1] = 0;

  await using threads = startTrainingThreads(shared);
  const askToStop = () => Atomics.store(signals, STOP_ASKED, 1);
  signal?.addEventListener('abort', askToStop, { once: true });
  const watching = setInterval(() => {
    if (save && performance.now() - savedAtMs > saveEveryMs) askToStop();
    const done = Atomics.load(signals, STEPS_DONE);
    if (done <= step) return;
    onProgress?.({ step: done, steps, loss: loss[0] as number });
  }, PROGRESS_EVERY_MS);

  try {
    while (step < steps && !signal?.aborted && !isNoBetter(passes, settings.patience)) {
      const pass = Math.floor(step / stepsPerPass);
      const until = Math.min(steps, (pass + 1) * stepsPerPass);
      writeOrder(prepared, pass);
      Atomics.store(signals, STOP_ASKED, signal?.aborted ? 1 : 0);
      await threads.carryOut({ kind: 'train', from: step, until });
      step = Atomics.load(signals, STEPS_DONE);
      if (step === until) {
        const measures = {
          pass: pass + 1,
          step,
          loss: (loss[1] as number) / (step - passSeenFrom),
          found: await measure(threads, prepared),
        };
        passes = [...passes, measures];
        if (bestOf(passes) === measures) best = rows.slice();
        passSeenFrom = step;
        loss[1] = 0;
        onPass?.(measures);
      }
      if (save && (signal?.aborted || performance.now() - savedAtMs > saveEveryMs)) {
        await save({ step, passes, best });
        savedAtMs = performance.now();
      }
    }
  } finally {
    clearInterval(watching);
    signal?.removeEventListener('abort', askToStop);
  }
  const isNoBetterNow = isNoBetter(passes, settings.patience);
  return {
    why: isNoBetterNow ? 'no better any more' : step < steps ? 'stopped' : 'all passes made',
    state: { step, passes, best },
    rows: best ?? rows.slice(),
  };
}

/** The pass whose rows count; none where nothing was kept aside to measure on. */
export function bestOf(passes: readonly PassMeasures[]): PassMeasures | undefined {
  return passes
    .filter(({ found }) => found.length > 0)
    .reduce<PassMeasures | undefined>(
      (best, next) => (best && scoreOf(best) >= scoreOf(next) ? best : next),
      undefined,
    );
}

/** Whether so many passes in a row have not been better than the best before them. */
function isNoBetter(passes: readonly PassMeasures[], patience: number): boolean {
  const best = bestOf(passes);
  return patience > 0 && best !== undefined && passes.length - passes.indexOf(best) > patience;
}

/** How good full vectors are for titles and sentences alike. */
function scoreOf({ found }: PassMeasures): number {
  const full = found.filter(({ dimensions }) => dimensions === LEVEL_ENDS.at(-1));
  return full.reduce((sum, { accuracy }) => sum + accuracy, 0) / full.length;
}

async function measure(
  threads: TrainingThreads,
  { shared, layout }: PreparedTraining,
): Promise<Found[]> {
  const count = shared.heldOut.length;
  if (count === 0) return [];
  const ranks = new Uint32Array(shared.memory.buffer, layout.ranks, count);
  const found: Found[] = [];
  for (const { pairs, level } of MEASURED) {
    await threads.carryOut({ kind: 'rank', pairs, level });
    let first = 0;
    let inverses = 0;
    for (const rank of ranks) {
      if (rank === 1) first += 1;
      inverses += 1 / rank;
    }
    found.push({
      pairs,
      dimensions: LEVEL_ENDS[level] as number,
      accuracy: first / count,
      mrr: inverses / count,
    });
  }
  return found;
}
