/**
 * One piece of work at a time, each in a turn of the event loop of its own: making a letter takes
 * some milliseconds of it, and readers of the site are served between two letters.
 */

import { setImmediate as nextTurn } from 'node:timers/promises';

export type InTurn = <Result>(work: () => Promise<Result>) => Promise<Result>;

export function createTurns(): InTurn {
  let last: Promise<unknown> = Promise.resolve();
  return (work) => {
    const result = last.then(() => nextTurn()).then(work);
    last = result.catch(() => {});
    return result;
  };
}
