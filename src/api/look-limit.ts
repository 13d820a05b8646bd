/** How often a program may have papers looked up: each time may ask other hosts. */

import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible';
import type { AccountId } from '../accounts/account.js';
import { BroadsheetError } from '../errors.js';

/** Enough for somebody's reading list of a day, too little to ask others on our behalf. */
const LOOKS = { points: 30, duration: 600 };

/** @returns a count for each account, which throws `too_many` beyond its end */
export function createLookLimit(): (accountId: AccountId) => Promise<void> {
  const looks = new RateLimiterMemory(LOOKS);
  return async (accountId) => {
    try {
      await looks.consume(accountId);
    } catch (refusal) {
      if (!(refusal instanceof RateLimiterRes)) throw refusal;
      throw new BroadsheetError('too_many', 'You have looked up many papers in a short time.', {
        fix: 'Wait some minutes and try again.',
        retryAfterSeconds: Math.ceil(refusal.msBeforeNext / 1_000),
      });
    }
  };
}
