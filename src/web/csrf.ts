/**
 * Requests that another site makes a reader's browser send (ASVS 5.0, 3.5.1 to 3.5.3).
 *
 * Browsers say where a form comes from, in `Origin` or `Sec-Fetch-Site`, and that decides. Where
 * they say neither, the form has to hold a token that only our own pages know: for somebody
 * signed in a hash of the session, for a stranger a hash of the hour.
 */

import { timingSafeEqual } from 'node:crypto';
import type { Context, MiddlewareHandler } from 'hono';
import { matchedRoutes } from 'hono/route';
import type { KeyedHash } from '../accounts/keyed-hash.js';
import { BroadsheetError } from '../errors.js';
import { isReading } from '../http-methods.js';

const MS_PER_HOUR = 3_600_000;

/** A page with a form may lie open for so long. */
const LIVES_HOURS = 12;

export type CsrfTokens = {
  /** Goes into the forms of whoever holds this session; of a stranger without one. */
  readonly tokenFor: (sessionToken: string | undefined) => string;
  readonly isValid: (token: string, sessionToken: string | undefined) => boolean;
};

export function createCsrfTokens({
  keyedHash,
  now,
}: {
  readonly keyedHash: KeyedHash;
  readonly now: () => Date;
}): CsrfTokens {
  const hour = (): number => Math.floor(now().getTime() / MS_PER_HOUR);
  // The same for an hour, so that pages for strangers stay the same, too.
  const ofHour = (at: number): string => `${at}.${keyedHash('csrf-stranger', String(at))}`;
  const ofSession = (token: string): string => keyedHash('csrf-session', token);

  return {
    tokenFor: (sessionToken) => (sessionToken ? ofSession(sessionToken) : ofHour(hour())),
    isValid(token, sessionToken) {
      if (sessionToken) return isSame(token, ofSession(sessionToken));
      const at = Number(/^(\d{1,9})\./.exec(token)?.[1] ?? Number.NaN);
      const age = hour() - at;
      return age >= 0 && age <= LIVES_HOURS && isSame(token, ofHour(at));
    },
  };
}

function isSame(text: string, secret: string): boolean {
  const [given, wanted] = [Buffer.from(text), Buffer.from(secret)];
  return given.length === wanted.length && timingSafeEqual(given, wanted);
}

type ForgeryCheck = {
  readonly tokens: CsrfTokens;
  readonly baseUrl: string | undefined;
  /** The session that the visitor of this request really has. */
  readonly sessionTokenOf: (c: Context) => string | undefined;
  /** Requests that carry a right of their own, for which cookies count nothing. */
  readonly ignoresCookies: (c: Context) => boolean;
};

/**
 * Refuses what did not come from a page of this site. What no route would act on is let through,
 * to be told that it does nothing here.
 */
export function refuseForgeries(check: ForgeryCheck): MiddlewareHandler {
  const ownOrigin = check.baseUrl && new URL(check.baseUrl).origin;
  return async (c, next) => {
    if (!isReading(c.req.method) && hasRoute(c) && !check.ignoresCookies(c)) {
      await refuseForgery(c, check, ownOrigin);
    }
    await next();
  };
}

async function refuseForgery(
  c: Context,
  { tokens, sessionTokenOf }: ForgeryCheck,
  ownOrigin: string | undefined,
): Promise<void> {
  const origin = c.req.header('Origin');
  const site = c.req.header('Sec-Fetch-Site');
  if (origin !== undefined && !isOwn(origin, ownOrigin, c.req.header('Host'))) throw forged();
  if (site !== undefined && site !== 'same-origin' && site !== 'none') throw forged();
  // What forms of old can send across sites, dressed up as something else.
  if (mediaType(c) === 'text/plain') throw forged();
  if (origin !== undefined || site === 'same-origin') return;
  const token = c.req.header('X-CSRF-Token') ?? (await fieldOf(c));
  if (!token || !tokens.isValid(token, sessionTokenOf(c))) throw forged();
}

/**
 * The scheme of a `Host` is not known behind a proxy, so only the host is compared; but where we
 * are known to be reached over https, a page of the same name that came in the open is not ours.
 */
function isOwn(origin: string, ownOrigin: string | undefined, host: string | undefined): boolean {
  if (origin === ownOrigin) return true;
  if (!host || !/^https?:\/\//.test(origin) || !URL.canParse(origin)) return false;
  const { protocol, host: named } = new URL(origin);
  if (ownOrigin === `https://${named}`) return false;
  const asked = `${protocol}//${host}`;
  return URL.canParse(asked) && new URL(asked).host === named;
}

async function fieldOf(c: Context): Promise<string | undefined> {
  const { csrf } = await c.req.parseBody();
  return typeof csrf === 'string' ? csrf : undefined;
}

function mediaType(c: Context): string | undefined {
  return c.req.header('Content-Type')?.split(';')[0]?.trim().toLowerCase();
}

/** Whether a route of this method is there, besides what looks at every request. */
function hasRoute(c: Context): boolean {
  return matchedRoutes(c).some(
    ({ method, path }) => method === c.req.method || (method === 'ALL' && !/^\/?\*$/.test(path)),
  );
}

function forged(): BroadsheetError {
  return new BroadsheetError('csrf', 'This request did not come from a page of this site.');
}
