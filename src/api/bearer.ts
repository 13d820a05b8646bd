/**
 * Who asks: whoever a token speaks for (RFC 6750), and nobody else. Cookies count nothing here, so
 * no other site can make a browser do anything.
 */

import type { Context, MiddlewareHandler } from 'hono';
import type { Account } from '../accounts/account.js';
import type { ApiTokenStore, Scope } from '../accounts/api-token-store.js';
import { BroadsheetError } from '../errors.js';

export type Asker = { readonly account: Account; readonly scopes: readonly Scope[] };

/** Other schemes say nothing to us: a proxy may ask for them on its own behalf. */
const BEARER = /^Bearer(?: +(.*))?$/i;

const KEY = 'asker';

/** Refuses tokens that do not hold; requests without one are those of strangers. */
export function recogniseTokens(tokens: Pick<ApiTokenStore, 'find'>): MiddlewareHandler {
  return async (c, next) => {
    const bearer = BEARER.exec(c.req.header('Authorization')?.trim() ?? '');
    if (bearer) {
      const found = await tokens.find(bearer[1] ?? '');
      if (!found) throw unknownToken(c);
      const { account, scopes } = found;
      c.set(KEY, { account, scopes } satisfies Asker);
    }
    await next();
  };
}

/** Whoever the token speaks for; `undefined` for a stranger. */
export function askerOf(c: Context): Asker | undefined {
  return c.get(KEY) as Asker | undefined;
}

/** For whose eyes an answer is: without the right to read, everybody's. */
export function readerOf(c: Context): Account | undefined {
  const asker = askerOf(c);
  return asker?.scopes.includes('read') ? asker.account : undefined;
}

/** @throws BroadsheetError `signed_out` */
export function requireToken(c: Context): Asker {
  const asker = askerOf(c);
  if (asker) return asker;
  c.header('WWW-Authenticate', 'Bearer');
  throw new BroadsheetError('signed_out', 'This needs a token.', {
    fix: 'Make one at /settings/tokens and send it in the header “Authorization: Bearer …”.',
  });
}

/** @throws BroadsheetError `signed_out`, or `forbidden` for a token that may not do it */
export function requireScope(c: Context, scope: Scope): Account {
  const { account, scopes } = requireToken(c);
  if (scopes.includes(scope)) return account;
  c.header('WWW-Authenticate', `Bearer error="insufficient_scope", scope="${scope}"`);
  throw new BroadsheetError('forbidden', `This token lacks the scope “${scope}”.`, {
    fix: 'Make one that has it at /settings/tokens.',
  });
}

/** Whether it never was, has ended, was revoked or is that of somebody banned is not told. */
function unknownToken(c: Context): BroadsheetError {
  c.header('WWW-Authenticate', 'Bearer error="invalid_token"');
  return new BroadsheetError('signed_out', 'This token does not hold, or no longer.', {
    fix: 'Make a new one at /settings/tokens.',
  });
}
