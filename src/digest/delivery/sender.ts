/**
 * Sends what is queued: all the time where the site runs, or one edition to its end for a
 * command. Any number of senders may work at once, in any number of processes; a row belongs to
 * one of them at a time.
 */

import type { Day } from '../../papers/dates.js';
import type { DeliveryCounts } from './delivery.js';
import { createEditionBrake } from './sender-brake.js';
import type { SenderParts } from './sender-parts.js';
import { startSession } from './sender-session.js';

export type Sender = {
  /**
   * Sends whatever is due until the signal aborts; then what is under way is finished, within
   * ten seconds, and the rest given back.
   */
  readonly run: (signal: AbortSignal) => Promise<void>;
  /** Has `run` look for letters now rather than within a second. */
  readonly wake: () => void;
  /** Sends one edition, and returns when there is nothing more to wait for. */
  readonly drain: (options: DrainOptions) => Promise<Drained>;
  /** Stops the mail if an edition fares badly; for when something came back. */
  readonly lookAtBrake: (editionOn: Day) => Promise<void>;
};

export type DrainOptions = {
  readonly editionOn: Day;
  /** How long to stay for what has to be tried later; 5 min if absent. */
  readonly longestWaitMs?: number | undefined;
  readonly onProgress?: ((counts: DeliveryCounts) => void) | undefined;
  readonly signal: AbortSignal;
};

export type Drained = {
  readonly counts: DeliveryCounts;
  /**
   * - `done`: every row says what became of it.
   * - `waiting`: some have to be tried later than we stay for, or nothing moved for so long.
   * - `paused`: the mail is stopped.
   * - `stopped`: the signal aborted.
   */
  readonly end: 'done' | 'waiting' | 'paused' | 'stopped';
};

const LONGEST_WAIT_MS = 5 * 60_000;
const PROGRESS_EVERY_MS = 500;

/** Rows read at a time to find which is tried next. */
const ROWS_PER_PAGE = 500;

export function createSender(parts: SenderParts): Sender {
  const { deliveries, control, now, sleep } = parts;
  const brake = createEditionBrake(parts);
  const wakers = new Set<() => void>();

  /** How long until the next deferred letter of an edition; absent when none is. */
  const untilNextTryMs = async (editionOn: Day): Promise<number | undefined> => {
    let next: number | undefined;
    for (let offset = 0; ; offset += ROWS_PER_PAGE) {
      const page = { state: 'deferred', offset, limit: ROWS_PER_PAGE } as const;
      const { deliveries: rows } = await deliveries.list(editionOn, page);
      for (const { tryAtMs } of rows) next = Math.min(next ?? tryAtMs, tryAtMs);
      if (rows.length < ROWS_PER_PAGE) break;
    }
    return next === undefined ? undefined : next - now().getTime();
  };

  /** Why there is nothing more to wait for; absent while there is. */
  const endOf = async (
    { editionOn, longestWaitMs = LONGEST_WAIT_MS, signal }: DrainOptions,
    counts: DeliveryCounts,
    stillMs: number,
    isIdle: boolean,
  ): Promise<Drained['end'] | undefined> => {
    if (signal.aborted) return 'stopped';
    if (waitingOf(counts) === 0) return 'done';
    if (!isIdle) return undefined;
    if (await control.pause()) return 'paused';
    if (stillMs > longestWaitMs) return 'waiting';
    if (waitingOf(counts) > counts.deferred) return undefined;
    const untilNextMs = await untilNextTryMs(editionOn);
    return untilNextMs !== undefined && untilNextMs > longestWaitMs ? 'waiting' : undefined;
  };

  /** Resolves when there is nothing more to wait for. */
  const watch = async (
    options: DrainOptions,
    isIdle: () => boolean,
    pause: () => Promise<void>,
  ): Promise<Drained['end']> => {
    let settled = -1;
    // Counted by pauses, not by the clock, which may be set meanwhile.
    let stillMs = 0;
    for (;;) {
      // Asked before the counts: what was under way then is in them.
      const wasIdle = isIdle();
      const counts = await deliveries.counts(options.editionOn);
      options.onProgress?.(counts);
      const moved = settledOf(counts);
      stillMs = moved === settled ? stillMs + PROGRESS_EVERY_MS : 0;
      settled = moved;
      const end = await endOf(options, counts, stillMs, wasIdle);
      if (end) return end;
      await pause();
    }
  };

  return {
    async run(signal) {
      const { wake, ended } = startSession(parts, { signal, onTried: brake.onTried });
      wakers.add(wake);
      await ended.finally(() => wakers.delete(wake));
    },

    wake() {
      for (const wake of wakers) wake();
    },

    async drain(options) {
      const { editionOn, signal } = options;
      const own = new AbortController();
      let pausing = new AbortController();
      const pause = async (): Promise<void> => {
        pausing = new AbortController();
        if (!own.signal.aborted) await sleep(PROGRESS_EVERY_MS, pausing.signal).catch(() => {});
      };
      const stop = (): void => {
        own.abort();
        pausing.abort();
      };
      if (signal.aborted) stop();
      signal.addEventListener('abort', stop, { once: true });
      const { isIdle, ended } = startSession(parts, {
        editionOn,
        signal: own.signal,
        onIdle: () => pausing.abort(),
        onTried: brake.onTried,
      });
      const end = await Promise.race([watch(options, isIdle, pause), failure(ended)]).finally(stop);
      signal.removeEventListener('abort', stop);
      await ended;
      return { counts: await deliveries.counts(editionOn), end };
    },

    async lookAtBrake(editionOn) {
      await brake.look(editionOn);
    },
  };
}

/** Rejects with it, and never resolves. */
function failure(work: Promise<unknown>): Promise<never> {
  return new Promise((_, reject) => {
    work.catch(reject);
  });
}

/** Letters of which it is not known yet what becomes of them. */
function waitingOf({ queued, leased, handing_over, deferred }: DeliveryCounts): number {
  return queued + leased + handing_over + deferred;
}

function settledOf({ sent, failed, ambiguous, skipped, deferred }: DeliveryCounts): number {
  return sent + failed + ambiguous + skipped + deferred;
}
