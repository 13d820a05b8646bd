/**
 * What every request passes before a route sees it, in this order: is it one of a flood; is it
 * small enough and readable; who asks; does that person ask too much; and does it come from a
 * page of ours.
 */

import type { Context, MiddlewareHandler } from 'hono';
import type { AccountId } from '../accounts/account.js';
import type { KeyedHash } from '../accounts/keyed-hash.js';
import { isReading } from '../http-methods.js';
import { type Client, clientOf } from './client-address.js';
import type { Cookies } from './cookies.js';
import { createCsrfTokens, refuseForgeries } from './csrf.js';
import { type Counted, createRateLimits, type RateLimits } from './rate-limits.js';
import { limitBodies, refuseUnreadableBodies } from './request-bodies.js';
import { visitorOf } from './visitor.js';
import { recogniseVisitors, type SessionFinder, sessionTokenOf } from './visitors.js';

export type Admission = {
  readonly sessions: SessionFinder;
  readonly cookies: Cookies;
  readonly keyedHash: KeyedHash;
  /** How many proxies of ours stand before the program. */
  readonly trustedProxies: number;
  readonly baseUrl: string | undefined;
  readonly now: () => Date;
  /** How many notifications somebody has not read. */
  readonly unread: (accountId: AccountId) => Promise<number>;
  readonly rateLimits?: RateLimits;
  /**
   * Requests besides those with a bearer token for which cookies count nothing, such as
   * one-click unsubscribing (RFC 8058). None if absent.
   */
  readonly ignoresCookies?: (c: Context) => boolean;
};

/** What stands for nobody knows how many people may do so many times as much. */
const TIMES_FOR_UNKNOWN = 50;

/** A network has many machines, and few of them ask to sign in within one hour. */
const MACHINES_SIGNING_IN = 10;

/** Asks for a mail, or for a provider's page. */
const SIGN_IN = /^\/(?:sign-in(?:\/with\/[^/]+)?|subscribe)$/;

/** The network of a client, as limits count it. */
export function countedNetwork(client: Client | undefined): Counted {
  return client ? { key: client.network, times: 1 } : { key: 'unknown', times: TIMES_FOR_UNKNOWN };
}

export function admission(options: Admission): readonly MiddlewareHandler[] {
  const { cookies, keyedHash, baseUrl, now, rateLimits = createRateLimits() } = options;
  const tokens = createCsrfTokens({ keyedHash, now });
  const clientOfRequest = (c: Context) => clientOf(c, options.trustedProxies);
  const ignoresCookies = (c: Context): boolean =>
    /^bearer /i.test(c.req.header('Authorization') ?? '') || (options.ignoresCookies?.(c) ?? false);

  const limitPlaces: MiddlewareHandler = async (c, next) => {
    const client = clientOfRequest(c);
    const network = countedNetwork(client);
    if (isReading(c.req.method)) await rateLimits.count(c, 'reading', network);
    else await rateLimits.count(c, 'writing', network);
    if (c.req.method === 'POST' && SIGN_IN.test(c.req.path)) {
      const times = client ? MACHINES_SIGNING_IN : TIMES_FOR_UNKNOWN;
      await rateLimits.count(c, 'sign-in', { ...network, times });
      if (client) await rateLimits.count(c, 'sign-in', { key: client.address, times: 1 });
    }
    await next();
  };

  const limitAccounts: MiddlewareHandler = async (c, next) => {
    const { account } = visitorOf(c);
    if (account && !isReading(c.req.method)) {
      await rateLimits.count(c, 'writing', { key: account.id, times: 1 });
    }
    await next();
  };

  return [
    limitPlaces,
    limitBodies,
    refuseUnreadableBodies,
    recogniseVisitors({
      sessions: options.sessions,
      cookies,
      tokens,
      keyedHash,
      clientOf: clientOfRequest,
      unread: options.unread,
      ignoresCookies,
    }),
    limitAccounts,
    refuseForgeries({ tokens, baseUrl, sessionTokenOf, ignoresCookies }),
  ];
}
