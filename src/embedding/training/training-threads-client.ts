/** Starts the threads of a training, and has them carry out one order after the other. */

import { Worker } from 'node:worker_threads';
import { BroadsheetError } from '../../errors.js';
import { readKernels } from '../../kernels-client.js';
import type { CompiledModule } from '../../web-assembly.js';
import type { SharedTraining } from './training-thread.js';
import type { TrainingOrder, TrainingWorkerStart } from './training-worker.js';

/** Dispose of them to end them, whatever they are at. */
export type TrainingThreads = AsyncDisposable & {
  /** Resolves when all threads have carried it out; rejects when one is lost. */
  readonly carryOut: (order: TrainingOrder) => Promise<void>;
};

/** The same file whether this one runs as source or from the build. */
const KERNELS = new URL('../../../dist/embedding/training/kernels/kernels.wasm', import.meta.url);

const IS_SOURCE = import.meta.url.endsWith('.ts');
const WORKER = new URL(`./training-worker.${IS_SOURCE ? 'ts' : 'js'}`, import.meta.url);

/** Not there where compiled code runs, which needs no help. */
const RUN_SOURCE = new URL('../../../scripts/run-source.js', import.meta.url);

/** @throws BroadsheetError `not_available` where there are none */
export async function readTrainingKernels(): Promise<CompiledModule> {
  const { module, problem } = await readKernels(KERNELS);
  if (module) return module;
  throw new BroadsheetError('not_available', `Nothing can be trained here: ${problem}.`, {
    fix: 'Run it where WebAssembly is allowed, from a complete build.',
  });
}

export function startTrainingThreads(shared: SharedTraining): TrainingThreads {
  const workers = Array.from({ length: shared.size.threads }, (_, thread) => {
    const start: TrainingWorkerStart = { shared, thread };
    return new Worker(WORKER, {
      name: 'broadsheet training',
      workerData: start,
      ...(IS_SOURCE && { execArgv: ['--import', RUN_SOURCE.href] }),
    });
  });
  const lost = Promise.withResolvers<never>();
  lost.promise.catch(() => {});
  for (const worker of workers) {
    worker.on('error', lost.reject);
    worker.on('messageerror', lost.reject);
    worker.on('exit', () => lost.reject(new Error('A training thread ended.')));
  }
  return {
    async carryOut(order) {
      const done = workers.map(
        (worker) => new Promise((resolve) => worker.once('message', resolve)),
      );
      for (const worker of workers) worker.postMessage(order);
      await Promise.race([Promise.all(done), lost.promise]);
    },
    async [Symbol.asyncDispose]() {
      await Promise.all(workers.map((worker) => worker.terminate()));
    },
  };
}
