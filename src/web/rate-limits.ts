/**
 * How much one client may ask: a guard against floods for who reads, and against programs that
 * pretend to be many people for who writes or signs in.
 *
 * Counted in the memory of this process, in windows that begin with their first request. What
 * must hold over restarts (five mails an hour to one address) is counted in the database.
 */

import type { Context } from 'hono';
import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible';
import { BroadsheetError } from '../errors.js';

export type RateLimit = {
  readonly name: 'reading' | 'writing' | 'sign-in';
  readonly requests: number;
  readonly seconds: number;
};

/** Whom a request is counted for. */
export type Counted = {
  readonly key: string;
  /** How many times the limit it has: more for what stands for many people. */
  readonly times: number;
};

const FIVE_MINUTES = 300;
const ONE_HOUR = 3_600;

const LIMITS: Readonly<Record<RateLimit['name'], RateLimit>> = {
  reading: { name: 'reading', requests: 30_000, seconds: FIVE_MINUTES },
  writing: { name: 'writing', requests: 600, seconds: FIVE_MINUTES },
  // Each of these sends a mail, or leads to a provider.
  'sign-in': { name: 'sign-in', requests: 20, seconds: ONE_HOUR },
};

export type RateLimits = {
  /**
   * Counts a request and writes what is left into its answer.
   *
   * @throws BroadsheetError `too_many` when nothing was left
   */
  readonly count: (c: Context, name: RateLimit['name'], counted: Counted) => Promise<void>;
};

export function createRateLimits(
  limits: Readonly<Record<RateLimit['name'], RateLimit>> = LIMITS,
): RateLimits {
  const counters = new Map<string, RateLimiterMemory>();

  function counterOf({ name, requests, seconds }: RateLimit, times: number): RateLimiterMemory {
    const keyPrefix = `${name}×${times}`;
    const counter =
      counters.get(keyPrefix) ??
      new RateLimiterMemory({ keyPrefix, points: requests * times, duration: seconds });
    counters.set(keyPrefix, counter);
    return counter;
  }

  return {
    async count(c, name, { key, times }) {
      const limit = limits[name];
      const result = await counterOf(limit, times).consume(key).catch(refusalOf);
      const seconds = Math.max(1, Math.ceil(result.msBeforeNext / 1_000));
      const left = result.remainingPoints;
      const isRefused = result.consumedPoints > limit.requests * times;
      if (name !== 'reading' || isRefused) tell(c, limit, { times, left, seconds });
      if (!isRefused) return;
      throw new BroadsheetError('too_many', `There were too many requests from where you are.`, {
        fix: `Wait ${inWords(seconds)} and try again.`,
        retryAfterSeconds: seconds,
      });
    },
  };
}

/** The counter rejects with the same kind of result that it resolves to. */
function refusalOf(thrown: unknown): RateLimiterRes {
  if (thrown instanceof RateLimiterRes) return thrown;
  throw thrown;
}

type Told = { readonly times: number; readonly left: number; readonly seconds: number };

const TOLD = 'rate-limit-left';

/**
 * Draft 9 of draft-ietf-httpapi-ratelimit-headers, as clients of Hugging Face read it. Of several
 * limits the one that is nearest to its end is told.
 */
function tell(c: Context, { name, requests, seconds: window }: RateLimit, told: Told): void {
  const before = c.get(TOLD) as number | undefined;
  if (before !== undefined && before <= told.left) return;
  c.set(TOLD, told.left);
  c.header('RateLimit', `"${name}";r=${told.left};t=${told.seconds}`);
  c.header('RateLimit-Policy', `"fixed window";"${name}";q=${requests * told.times};w=${window}`);
}

function inWords(seconds: number): string {
  if (seconds < 120) return seconds === 1 ? 'a second' : `${seconds} seconds`;
  return `${Math.ceil(seconds / 60)} minutes`;
}
