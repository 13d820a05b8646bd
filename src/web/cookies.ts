/**
 * The three cookies of this site: the session of whoever is signed in, the browser that asked for
 * a way in, and where to go afterwards. All are strictly necessary, none is for counting people.
 *
 * Over https their names begin with `__Host-`, which no neighbour on a shared domain can set.
 * Without https they cannot be `Secure`, since a browser would not send them back.
 */

import { randomBytes } from 'node:crypto';
import type { Context } from 'hono';
import { deleteCookie, setCookie } from 'hono/cookie';
import { localPath } from './local-path.js';

/** As long as a session can live (`accounts/session-store.ts`). */
const SESSION_SECONDS = 90 * 86_400;

/** As long as a link in a mail may be used. */
const SIGN_IN_SECONDS = 600;

/** More is not ours. */
const LONGEST_COOKIES = 8_192;
const LONGEST_VALUE = 4_000;

const BROWSER_BYTES = 32;

export type Cookies = {
  /** The token of the session, as the browser says it; checked by nobody yet. */
  readonly sessionOf: (c: Context) => string | undefined;
  readonly setSession: (c: Context, token: string) => void;
  readonly clearSession: (c: Context) => void;
  /** What binds a way in to the browser that asked for it. */
  readonly browserOf: (c: Context) => string | undefined;
  /** The same, made where there is none, and kept for ten minutes more. */
  readonly giveBrowser: (c: Context) => string;
  /** The path to go to after signing in; `/` if the browser was told none. */
  readonly backOf: (c: Context) => string;
  readonly setBack: (c: Context, path: string) => void;
  /** What was needed only until somebody is signed in. */
  readonly clearSignIn: (c: Context) => void;
};

/** @param baseUrl - decides whether browsers come over https */
export function createCookies({ baseUrl }: { readonly baseUrl: string | undefined }): Cookies {
  const secure = baseUrl?.startsWith('https:') ?? false;
  const prefix = secure ? '__Host-' : '';
  const names = {
    session: `${prefix}session`,
    browser: `${prefix}browser`,
    back: `${prefix}back`,
  } as const;
  const attributes = { path: '/', httpOnly: true, sameSite: 'Lax', secure } as const;

  const set = (c: Context, name: string, value: string, maxAge: number): void =>
    setCookie(c, name, value, { ...attributes, maxAge });
  const clear = (c: Context, name: string): void => {
    deleteCookie(c, name, attributes);
  };
  const browserOf = (c: Context): string | undefined => {
    const value = cookieOf(c, names.browser);
    return value && /^[\w-]{43}$/.test(value) ? value : undefined;
  };

  return {
    sessionOf: (c) => cookieOf(c, names.session),
    setSession: (c, token) => set(c, names.session, token, SESSION_SECONDS),
    clearSession: (c) => clear(c, names.session),
    browserOf,
    giveBrowser(c) {
      const token = browserOf(c) ?? randomBytes(BROWSER_BYTES).toString('base64url');
      set(c, names.browser, token, SIGN_IN_SECONDS);
      return token;
    },
    backOf: (c) => localPath(decoded(cookieOf(c, names.back) ?? '/')),
    setBack: (c, path) => set(c, names.back, path, SIGN_IN_SECONDS),
    clearSignIn(c) {
      clear(c, names.browser);
      clear(c, names.back);
    },
  };
}

/**
 * The value of a cookie that was sent once. Two of one name cannot both be ours: somebody has
 * planted one, and nobody can say which.
 */
function cookieOf(c: Context, name: string): string | undefined {
  const header = c.req.header('Cookie');
  if (!header || header.length > LONGEST_COOKIES) return undefined;
  const values = header
    .split(';')
    .map((pair) => pair.trim())
    .filter((pair) => pair.startsWith(`${name}=`))
    .map((pair) => pair.slice(name.length + 1));
  const [value] = values;
  return values.length === 1 && value && value.length <= LONGEST_VALUE ? value : undefined;
}

function decoded(value: string): string {
  try {
    return decodeURIComponent(value);
  } catch {
    return '/';
  }
}
