/** Starts a thread of search from its file, compiled or not. */

import { Worker } from 'node:worker_threads';

export type ThreadFile = 'search-worker' | 'index-worker' | 'merge-worker' | 'model-worker';

/** What a test runs in the place of a thread's file. */
export type ThreadFiles = Partial<Readonly<Record<ThreadFile, URL>>>;

/** Source and compiled code keep these files beside this one, under their own ending. */
const IS_SOURCE = import.meta.url.endsWith('.ts');

/** Not there where compiled code runs, which needs no help. */
const RUN_SOURCE = new URL('../../../scripts/run-source.js', import.meta.url);

/** The thread keeps the process alive only after `ref()`. */
export function startThread(file: ThreadFile, start: unknown, files: ThreadFiles = {}): Worker {
  const url = files[file] ?? new URL(`./${file}.${IS_SOURCE ? 'ts' : 'js'}`, import.meta.url);
  const worker = new Worker(url, {
    name: `broadsheet ${file}`,
    workerData: start,
    ...(IS_SOURCE && { execArgv: ['--import', RUN_SOURCE.href] }),
  });
  // Who misses a message knows something wrong; who has ended is started again.
  worker.on('messageerror', () => void worker.terminate());
  worker.unref();
  return worker;
}
