/** Work that is done a few pieces at a time, each begun a little after the one before it. */

/** Does the work when its turn has come; in order of arrival. */
export type TakeTurn = <Result>(
  work: () => Promise<Result>,
  signal?: AbortSignal,
) => Promise<Result>;

export type TurnSettings = {
  /** How many at the same time, from 1. */
  readonly most: number;
  /** Between the beginnings of two, at least. */
  readonly pauseMs: number;
  readonly now: () => Date;
  readonly sleep: (durationMs: number, signal?: AbortSignal) => Promise<void>;
};

export function createTurns({ most, pauseMs, now, sleep }: TurnSettings): TakeTurn {
  const waiting: (() => void)[] = [];
  let underWay = 0;
  let nextAtMs = 0;

  const taken = async (): Promise<void> => {
    if (underWay < most) {
      underWay += 1;
      return;
    }
    const turn = Promise.withResolvers<void>();
    waiting.push(turn.resolve);
    await turn.promise;
  };

  const give = (): void => {
    const next = waiting.shift();
    // A turn that is handed on is still taken.
    if (next) next();
    else underWay -= 1;
  };

  const pause = async (signal?: AbortSignal): Promise<void> => {
    const nowMs = now().getTime();
    const atMs = Math.max(nowMs, nextAtMs);
    nextAtMs = atMs + pauseMs;
    if (atMs > nowMs) await sleep(atMs - nowMs, signal);
  };

  return async (work, signal) => {
    await taken();
    try {
      signal?.throwIfAborted();
      await pause(signal);
      return await work();
    } finally {
      give();
    }
  };
}
