/**
 * Tells somebody else, such as a search engine, how hot papers are: all of it at first, and then
 * whatever changes, soon after it did. It goes on only after what was told has been taken, so that
 * nothing is missed whatever fails on the way.
 */

import type { PaperId } from '../papers/identifiers.js';
import type { HotnessReader } from './hotness-changes-store.js';

export type HotnessFollowing = {
  readonly store: HotnessReader;
  /**
   * Takes the hotness of all papers that have one, in place of what it was told before. It is
   * handed the same map each time, which changes again only after it has answered.
   */
  readonly tell: (hotness: ReadonlyMap<PaperId, number>) => Promise<void>;
  /** How long to wait between looks. */
  readonly pollMs: number;
  /** Told each time that reading or telling failed; it is tried again after `pollMs`. */
  readonly onError?: (error: unknown) => void;
};

/** Dispose of it to stop; what is under way ends first. */
export type HotnessFollower = AsyncDisposable & {
  /** When it returns, what was committed before the call has been told, unless that failed. */
  readonly refresh: () => Promise<void>;
};

/** A page is read in about a millisecond of the event loop. */
const PAPERS_READ_AT_ONCE = 1_000;

/** To tell everything again takes no more of the time than this, however much there is. */
const MOST_OF_THE_TIME = 0.1;

export function followHotness(following: HotnessFollowing): HotnessFollower {
  const { store, tell, pollMs, onError = () => {} } = following;
  const hotness = new Map<PaperId, number>();
  let change = 0;
  let isTold = true;
  let isStopped = false;
  let timer: NodeJS.Timeout | undefined;
  let current: Promise<void> = Promise.resolve();

  const readChanges = async (): Promise<void> => {
    while (!isStopped) {
      const read = await store.hotnessSince(change, PAPERS_READ_AT_ONCE);
      if (read.hotness.size === 0) return;
      for (const [id, value] of read.hotness) {
        if (value === undefined) hotness.delete(id);
        else hotness.set(id, value);
      }
      change = read.change;
      isTold = false;
    }
  };

  const tellAll = async (): Promise<number> => {
    if (isTold || isStopped) return 0;
    const startedAtMs = performance.now();
    await tell(hotness);
    isTold = true;
    return performance.now() - startedAtMs;
  };

  const look = async (): Promise<void> => {
    if (isStopped) return;
    clearTimeout(timer);
    let tookMs = 0;
    try {
      await readChanges();
      tookMs = await tellAll();
    } catch (error) {
      // What fails while everything ends is no news.
      if (!isStopped) onError(error);
    }
    if (isStopped) return;
    clearTimeout(timer);
    timer = setTimeout(() => void refresh(), Math.max(pollMs, tookMs / MOST_OF_THE_TIME));
    timer.unref();
  };

  const refresh = (): Promise<void> => {
    current = current.then(look);
    return current;
  };

  void refresh();

  return {
    refresh,
    async [Symbol.asyncDispose]() {
      isStopped = true;
      clearTimeout(timer);
      await current;
    },
  };
}
