/** Finds out who asks, before any page is made: from a cookie, and from nothing else. */

import type { Context, MiddlewareHandler } from 'hono';
import type { Account, AccountId } from '../accounts/account.js';
import type { KeyedHash } from '../accounts/keyed-hash.js';
import type { Client } from './client-address.js';
import type { Cookies } from './cookies.js';
import type { CsrfTokens } from './csrf.js';
import { setVisitor } from './visitor.js';

/** The part of the session store that is asked at every request. */
export type SessionFinder = {
  readonly find: (
    token: string,
  ) => Promise<{ readonly account: Account; readonly sessionId: string } | undefined>;
};

type Visitors = {
  readonly sessions: SessionFinder;
  readonly cookies: Cookies;
  readonly tokens: CsrfTokens;
  readonly keyedHash: KeyedHash;
  readonly clientOf: (c: Context) => Client | undefined;
  /** How many notifications somebody has not read. */
  readonly unread: (accountId: AccountId) => Promise<number>;
  /** Requests that carry a right of their own, for which cookies count nothing. */
  readonly ignoresCookies: (c: Context) => boolean;
};

const SESSION = 'session-token';

/** The session of this request, once it has been found to be one. */
export function sessionTokenOf(c: Context): string | undefined {
  return c.get(SESSION) as string | undefined;
}

export function recogniseVisitors(visitors: Visitors): MiddlewareHandler {
  const { sessions, cookies, tokens, keyedHash, clientOf, unread, ignoresCookies } = visitors;
  return async (c, next) => {
    // Files of ours are the same for everybody.
    if (c.req.path.startsWith('/assets/')) return next();
    const client = clientOf(c);
    const token = ignoresCookies(c) ? undefined : cookies.sessionOf(c);
    const session = token ? await sessions.find(token) : undefined;
    if (session) c.set(SESSION, token);
    setVisitor(c, {
      account: session?.account,
      sessionId: session?.sessionId,
      csrfToken: tokens.tokenFor(session && token),
      network: client && keyedHash('network', client.network),
      unreadNotifications: session ? await unread(session.account.id) : 0,
    });
    await next();
  };
}
