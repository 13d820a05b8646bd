/** The moment after somebody has shown who they are, by whichever way in. */

import type { Context } from 'hono';
import type { AccountId } from '../accounts/account.js';
import type { Cookies } from './cookies.js';
import { localPath } from './local-path.js';
import { visitorOf } from './visitor.js';

type Entrance = {
  readonly cookies: Cookies;
  readonly sessions: {
    readonly end: (id: AccountId, sessionId: string) => Promise<boolean>;
  };
};

type NewSession = {
  /** Of the session, just opened. */
  readonly token: string;
  readonly isNew: boolean;
};

/**
 * Gives the browser its session and tells where to go: a new account to its profile, all others
 * to where they came from. A session that the browser had before ends, so that none is ever
 * taken over.
 */
export async function enter(
  c: Context,
  { cookies, sessions }: Entrance,
  { token, isNew }: NewSession,
  back: unknown = cookies.backOf(c),
): Promise<string> {
  const { account, sessionId } = visitorOf(c);
  if (account && sessionId) await sessions.end(account.id, sessionId);
  cookies.clearSignIn(c);
  cookies.setSession(c, token);
  return isNew ? '/settings/profile?welcome=1' : placeAfterSignIn(back);
}

/** The way in itself is no place to come back to. */
export function placeAfterSignIn(back: unknown): string {
  const path = localPath(back);
  return /^\/sign-(in|out)\b/.test(path) ? '/' : path;
}
