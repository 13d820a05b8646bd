/** What every answer has in common: its headers, and the one shape of a refusal. */

import type { Context, MiddlewareHandler } from 'hono';
import { asBroadsheetError, BroadsheetError, toErrorJson } from '../errors.js';
import { shown } from '../papers/record.js';
import type { ApiServices } from './services.js';

/** What web servers write into their logs for a request that its client gave up. */
const GONE = 499;

/** Nothing here is a page, a part of one, or for the scripts of other sites. */
const HEADERS: Readonly<Record<string, string>> = {
  'Content-Security-Policy': "default-src 'none'; frame-ancestors 'none'",
  'Cross-Origin-Resource-Policy': 'same-origin',
  'Referrer-Policy': 'no-referrer',
  'X-Content-Type-Options': 'nosniff',
  // It depends on who asks, and on what people did a moment ago.
  'Cache-Control': 'no-store',
};

export const setHeaders: MiddlewareHandler = async (c, next) => {
  await next();
  for (const [name, value] of Object.entries(HEADERS)) c.res.headers.set(name, value);
};

/** The answer to anything thrown. Faults of the program are logged and tell nothing more. */
export function errorAnswer(
  c: Context,
  { log }: Pick<ApiServices, 'log'>,
  thrown: unknown,
): Response {
  // Work that was stopped because the program has gone: nobody is there to read an answer.
  const { signal } = c.req.raw;
  if (signal.aborted && thrown === signal.reason) return new Response(null, { status: GONE });
  const error = asBroadsheetError(thrown);
  const { status, code } = error;
  if (status >= 500) log.error({ err: thrown, path: c.req.path, code }, 'A request failed.');
  if (status === 503 || status === 429) c.header('Retry-After', String(error.retryAfterSeconds));
  return c.json(toErrorJson(error), status);
}

export function nothingHere(c: Context): BroadsheetError {
  return new BroadsheetError('not_found', `There is nothing at ${shown(c.req.path)}.`, {
    fix: 'Check the address; docs/api.md lists them all.',
  });
}
