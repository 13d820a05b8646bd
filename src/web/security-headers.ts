/**
 * What every answer tells the browser it may not do. Pages load nothing from elsewhere, so the
 * policy allows our own scripts, style sheet and pictures, and forms that end here.
 */

import type { MiddlewareHandler } from 'hono';
import type { Site } from './context.js';

const POLICY = 'Content-Security-Policy';

/** Content Security Policy Level 3, W3C. */
const CONTENT_SECURITY_POLICY: string = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data:",
  "connect-src 'self'",
  "form-action 'self'",
  "base-uri 'none'",
  "object-src 'none'",
  "frame-ancestors 'none'",
].join('; ');

const SECURITY_HEADERS: Readonly<Record<string, string>> = {
  [POLICY]: CONTENT_SECURITY_POLICY,
  'X-Content-Type-Options': 'nosniff',
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Permissions-Policy': 'camera=(), geolocation=(), microphone=(), browsing-topics=()',
};

/** A page with a secret in its address says less than this. */
const REFERRER_POLICY = 'strict-origin-when-cross-origin';

/**
 * A year, in seconds, as RFC 6797 counts. Only this host: its neighbours are not ours to promise
 * for.
 */
const STRICT_TRANSPORT_SECURITY = 'max-age=31536000';

/** The same, for a page that shows another page of ours in a frame. */
export const POLICY_WITH_FRAME: Readonly<Record<string, string>> = {
  [POLICY]: `${CONTENT_SECURITY_POLICY}; frame-src 'self'`,
};

/**
 * For what is shown in that frame, such as a letter: it has a style of its own, and nothing else.
 * It stands alone even when somebody opens its address.
 */
export const POLICY_IN_FRAME: Readonly<Record<string, string>> = {
  [POLICY]: [
    "default-src 'none'",
    "style-src 'unsafe-inline'",
    'img-src data:',
    "form-action 'none'",
    "base-uri 'none'",
    "frame-ancestors 'self'",
    'sandbox',
  ].join('; '),
};

/**
 * Sets the headers on whatever the routes answered, errors included; a route may have set another
 * of the two policies above.
 */
export function securityHeaders({ baseUrl }: Pick<Site, 'baseUrl'>): MiddlewareHandler {
  const headers = Object.entries({
    ...SECURITY_HEADERS,
    ...(baseUrl?.startsWith('https:') && {
      'Strict-Transport-Security': STRICT_TRANSPORT_SECURITY,
    }),
  });
  return async (c, next) => {
    await next();
    for (const [name, value] of headers) {
      if (name !== POLICY || !c.res.headers.has(POLICY)) c.res.headers.set(name, value);
    }
    if (!c.res.headers.has('Referrer-Policy')) {
      c.res.headers.set('Referrer-Policy', REFERRER_POLICY);
    }
  };
}
