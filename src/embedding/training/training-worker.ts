/** A thread of a training; see `training-thread.ts`. */

import { parentPort, workerData } from 'node:worker_threads';
import type { PairKind } from './text-pairs.js';
import { createTrainingThread, type SharedTraining } from './training-thread.js';

export type TrainingWorkerStart = { readonly shared: SharedTraining; readonly thread: number };

export type TrainingOrder =
  | { readonly kind: 'train'; readonly from: number; readonly until: number }
  | { readonly kind: 'rank'; readonly pairs: PairKind; readonly level: number };

const { shared, thread } = workerData as TrainingWorkerStart;
const { train, rank } = createTrainingThread(shared, thread);

parentPort?.on('message', (order: TrainingOrder) => {
  if (order.kind === 'train') train(order.from, order.until);
  else rank(order.pairs, order.level);
  // That the order has been carried out is all there is to say.
  parentPort?.postMessage(true);
});
