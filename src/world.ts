import type { Log } from './log.js';

/** All that is not ours and not repeatable. Tests hand in their own; `main.ts` the real ones. */
export type World = {
  readonly fetch: typeof globalThis.fetch;
  readonly now: () => Date;
  /** From 0 up to 1. */
  readonly random: () => number;
  /** Rejects when the signal aborts. */
  readonly sleep: (durationMs: number, signal?: AbortSignal) => Promise<void>;
  readonly log: Log;
};
