/**
 * How fast mail may go: a bucket that fills evenly and from which each letter takes a token, and
 * a wait, when a server has asked us to slow down. One of each for every domain and, as `*`, for
 * all letters together.
 */

export type Pace = {
  /** What trouble has left of the rate; absent: as fast as is allowed. */
  readonly perMinute: number | undefined;
  readonly tokens: number;
  readonly countedAtMs: number;
  /** Nothing goes before this. Afterwards: since when there has been no trouble, nor a change. */
  readonly waitUntilMs: number;
  /** How long the last wait was; 0 once a letter went well after it. */
  readonly waitMs: number;
};

/** A rate that nobody has limited is taken for this when a server asks us to slow down. */
export const UNLIMITED_PER_MINUTE = 60;

/** However much trouble there is, a letter goes now and then. */
export const SLOWEST_PER_MINUTE = 1;

/** A rate without a limit that has grown beyond this is not counted any more. */
const COUNTED_UP_TO_PER_MINUTE = 960;

export const SHORTEST_WAIT_MS = 30_000;
export const LONGEST_WAIT_MS = 3_600_000;

/** After so long without trouble the rate doubles. */
export const RECOVERY_MS: number = 10 * 60_000;

const MINUTE_MS = 60_000;

/** Nobody has been written to yet, and the bucket has had all the time to fill. */
export const FRESH_PACE: Pace = {
  perMinute: undefined,
  tokens: 0,
  countedAtMs: 0,
  waitUntilMs: 0,
  waitMs: 0,
};

/** How many letters a minute may go; absent: as fast as it goes. */
export function rateOf(pace: Pace, allowed: number | undefined): number | undefined {
  return pace.perMinute === undefined
    ? allowed
    : Math.min(pace.perMinute, allowed ?? Number.POSITIVE_INFINITY);
}

/** What is in the bucket now: at most a second's worth, so that no minute has many more. */
export function refilled(pace: Pace, allowed: number | undefined, nowMs: number): Pace {
  const rate = rateOf(pace, allowed);
  if (rate === undefined) return pace;
  const most = Math.max(1, rate / 60);
  // A clock that was set back fills nothing.
  const elapsedMs = Math.max(0, nowMs - pace.countedAtMs);
  const tokens = Math.min(most, pace.tokens + (elapsedMs * rate) / MINUTE_MS);
  return { ...pace, tokens, countedAtMs: nowMs };
}

/** How long until the next letter may go; 0 is now. */
export function waitForToken(pace: Pace, allowed: number | undefined, nowMs: number): number {
  const waitMs = remainingWaitMs(pace, nowMs);
  if (waitMs > 0) return waitMs;
  const rate = rateOf(pace, allowed);
  const { tokens } = refilled(pace, allowed, nowMs);
  if (rate === undefined || tokens >= 1) return 0;
  return Math.ceil(((1 - tokens) * MINUTE_MS) / rate);
}

/** One letter less in the bucket; it may go only if {@link waitForToken} is 0. */
export function withoutToken(pace: Pace, allowed: number | undefined, nowMs: number): Pace {
  const full = refilled(pace, allowed, nowMs);
  return { ...full, tokens: full.tokens - 1 };
}

/** No wait is longer than the longest: one that is was begun by a clock set back since. */
export function remainingWaitMs({ waitUntilMs }: Pace, nowMs: number): number {
  const waitMs = waitUntilMs - nowMs;
  return waitMs > 0 && waitMs <= LONGEST_WAIT_MS ? waitMs : 0;
}

/**
 * Half the rate and twice the wait. What comes while a wait is in force is the same trouble,
 * told to another connection, and changes nothing.
 */
export function slowedDown(pace: Pace, allowed: number | undefined, nowMs: number): Pace {
  if (remainingWaitMs(pace, nowMs) > 0) return pace;
  const rate = rateOf(pace, allowed);
  const waitMs = Math.min(LONGEST_WAIT_MS, Math.max(SHORTEST_WAIT_MS, pace.waitMs * 2));
  return {
    perMinute: rate === undefined ? UNLIMITED_PER_MINUTE : Math.max(SLOWEST_PER_MINUTE, rate / 2),
    tokens: 0,
    countedAtMs: nowMs,
    waitUntilMs: nowMs + waitMs,
    waitMs,
  };
}

/**
 * After a letter went well: the next wait is short again, and in time the rate grows back. The
 * same object when there is nothing to change.
 */
export function recovered(pace: Pace, allowed: number | undefined, nowMs: number): Pace {
  // A letter that was under way when the wait began says nothing of what came after.
  if (remainingWaitMs(pace, nowMs) > 0) return pace;
  if (pace.waitMs > 0 || pace.waitUntilMs > nowMs) {
    return { ...pace, waitMs: 0, waitUntilMs: Math.min(pace.waitUntilMs, nowMs) };
  }
  if (pace.perMinute === undefined || nowMs - pace.waitUntilMs < RECOVERY_MS) return pace;
  const doubled = pace.perMinute * 2;
  const isWhole = doubled >= (allowed ?? COUNTED_UP_TO_PER_MINUTE);
  const perMinute = isWhole ? undefined : doubled;
  return { ...refilled(pace, allowed, nowMs), perMinute, waitUntilMs: nowMs };
}

/** Whether there is nothing to remember of it. */
export function isUntroubled(pace: Pace, nowMs: number): boolean {
  return pace.perMinute === undefined && pace.waitMs === 0 && remainingWaitMs(pace, nowMs) === 0;
}
