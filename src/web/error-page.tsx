/** Refusals and faults in words: a page with the search box, or JSON for programs. */

import type { Context } from 'hono';
import { accepts } from 'hono/accepts';
import { asBroadsheetError, type BroadsheetError, toErrorJson } from '../errors.js';
import { isReading } from '../http-methods.js';
import { LONGEST_ASKED } from '../search/read-query.js';
import { type View, viewFor, type Web } from './context.js';
import { document } from './layout.js';
import { signInPath } from './sign-in-path.js';

/** What web servers write into their logs for a request that its client gave up. */
const GONE = 499;

/** The answer to anything thrown. Faults of the program are logged and tell nothing more. */
export function errorAnswer(c: Context, web: Web, thrown: unknown): Response | Promise<Response> {
  // Work that was stopped because the reader has gone: nobody is there to read an answer.
  const { signal } = c.req.raw;
  if (signal.aborted && thrown === signal.reason) return new Response(null, { status: GONE });
  const error = asBroadsheetError(thrown);
  const { status } = error;
  if (status >= 500) {
    web.log.error({ err: thrown, path: tellable(c.req.path), code: error.code }, 'A page failed.');
  }
  if (status === 503 || status === 429) c.header('Retry-After', String(error.retryAfterSeconds));
  c.header('Cache-Control', 'no-store');
  if (prefersJson(c)) return c.json(toErrorJson(error), status);
  return c.html(errorPage(c, viewFor(web, c), error), status);
}

/** Whether a program asks, and not a browser. */
export function prefersJson(c: Context): boolean {
  const form = accepts(c, {
    header: 'Accept',
    supports: ['text/html', 'application/json'],
    default: 'text/html',
  });
  return form === 'application/json';
}

/** A path without what lets its bearer in: links of letters and keys of feeds are long. */
function tellable(path: string): string {
  return path.replace(/[\w.-]{32,}/g, '…');
}

function errorPage(c: Context, web: View, error: BroadsheetError) {
  const { status } = error;
  const searchText = (c.req.query('q') ?? '').slice(0, LONGEST_ASKED);
  return document({
    web,
    title: headingOf(status),
    path: c.req.path,
    searchText,
    isIndexed: false,
    children: (
      <div class="notice">
        <p class="kicker">Error {status}</p>
        <h1>{headingOf(status)}</h1>
        <p>{error.message}</p>
        <p>{error.fix}</p>
        <p>
          {status === 401 ? (
            <a href={signInPath(isReading(c.req.method) ? c.req.path : '/')}>Sign in</a>
          ) : (
            <a href="/">Read the latest edition</a>
          )}
        </p>
      </div>
    ),
  });
}

function headingOf(status: BroadsheetError['status']): string {
  if (status === 401) return 'Sign in first';
  if (status === 404) return 'Not found';
  if (status === 405) return 'That cannot be done here';
  if (status === 429) return 'Too much at once';
  if (status === 503) return 'Not ready yet';
  if (status >= 500) return 'Something went wrong';
  return 'That did not work';
}
