/** A thread that opens a model, hands it over, and ends. */

import { parentPort, workerData } from 'node:worker_threads';
import { openModelSource } from '../../embedding/model-source-client.js';
import type { FromModelThread } from './messages.js';
import { toPostedError } from './posted-error.js';

const message = await openModelSource(workerData as string).then(
  (source): FromModelThread => ({ source }),
  (thrown: unknown): FromModelThread => ({ error: toPostedError(thrown) }),
);
parentPort?.postMessage(message);
