/** Opens models away from the event loop: to read a large vocabulary takes most of a second. */

import type { OwnModelSource } from '../../embedding/model-source.js';
import type { FromModelThread } from './messages.js';
import { fromPostedError } from './posted-error.js';
import { startThread, type ThreadFiles } from './start-thread.js';

/**
 * As `openModelSource` does, in a thread of its own.
 *
 * @param place - see there
 * @throws BroadsheetError as it does; an Error if the thread ends before it has the model
 */
export function openModelInThread(place: string, files?: ThreadFiles): Promise<OwnModelSource> {
  const opened = Promise.withResolvers<OwnModelSource>();
  const worker = startThread('model-worker', place, files);
  // Somebody waits for it.
  worker.ref();
  worker.once('message', (message: FromModelThread) => {
    if ('error' in message) opened.reject(fromPostedError(message.error));
    else opened.resolve(message.source);
  });
  worker.once('error', opened.reject);
  worker.once('exit', () => opened.reject(new Error('The thread that opens a model has ended.')));
  return opened.promise;
}
