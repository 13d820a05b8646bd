/** How long work keeps everybody else from the event loop at a stretch. */

import { monitorEventLoopDelay } from 'node:perf_hooks';

export type Held = {
  readonly tookMs: number;
  /** How much later than it should have been a timer came, at the worst. */
  readonly longestDelayMs: number;
};

const RESOLUTION_MS = 1;

const KEPT_ALIVE_MS = 60_000;

export async function whileHeld(work: () => Promise<unknown>): Promise<Held> {
  const delays = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
  // Work of the background does not keep a process alive by itself.
  const alive = setInterval(() => {}, KEPT_ALIVE_MS);
  const startedAtMs = performance.now();
  delays.enable();
  await work().finally(() => clearInterval(alive));
  delays.disable();
  return {
    tookMs: performance.now() - startedAtMs,
    longestDelayMs: Math.max(0, delays.max / 1e6 - RESOLUTION_MS),
  };
}
