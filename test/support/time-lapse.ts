/** A clock that runs faster than the world's, and sleep that is as much shorter. */

import { setTimeout as wait } from 'node:timers/promises';

export type TimeLapse = {
  readonly now: () => Date;
  readonly sleep: (durationMs: number, signal: AbortSignal) => Promise<void>;
};

export function timeLapse(times: number, start: Date = new Date()): TimeLapse {
  const began = performance.now();
  return {
    now: () => new Date(start.getTime() + (performance.now() - began) * times),
    sleep: (durationMs, signal) => wait(durationMs / times, undefined, { signal }),
  };
}
