/** What comes with a request: JSON of a known shape, or a refusal that says what is wrong. */

import type { Context, MiddlewareHandler } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import { z } from 'zod';
import { BroadsheetError } from '../errors.js';
import { isReading } from '../http-methods.js';
import { flawOfJson } from '../json-text.js';

/** The longest comment takes 40 kB, in the scripts that need most bytes. */
const LONGEST_BODY_BYTES = 64 * 1_024;

const KEY = 'body';

/** Refuses what is longer than this; it is counted while it arrives, whatever its headers say. */
export const limitBodies: MiddlewareHandler = bodyLimit({
  maxSize: LONGEST_BODY_BYTES,
  onError: (c) => {
    // What is still to come is read by nobody, so nothing can follow it.
    c.header('Connection', 'close');
    throw new BroadsheetError(
      'too_large',
      `More than ${LONGEST_BODY_BYTES / 1_024} kB were sent at once.`,
    );
  },
});

/** Reads the body of whatever changes something; every reader of JSON would read it the same. */
export const readBodies: MiddlewareHandler = async (c, next) => {
  if (!isReading(c.req.method)) c.set(KEY, await readJson(c));
  await next();
};

/**
 * The fields of the body that are known; others are ignored.
 *
 * @throws BroadsheetError `bad_request` if it is no object, `not_acceptable` naming a field
 */
export function bodyOf<Shape extends z.ZodRawShape>(
  c: Context,
  shape: Shape,
): z.infer<z.ZodObject<Shape>> {
  const body = c.get(KEY) as unknown;
  if (typeof body !== 'object' || body === null || Array.isArray(body)) {
    throw new BroadsheetError('bad_request', 'This needs a JSON object.');
  }
  const read = z.object(shape).safeParse(body);
  if (read.success) return read.data;
  const [issue] = read.error.issues;
  const field = String(issue?.path[0] ?? '');
  throw new BroadsheetError('not_acceptable', `The field “${field}”: ${issue?.message}.`);
}

/** The same where nothing need be sent at all. */
export function optionalBodyOf<Shape extends z.ZodRawShape>(
  c: Context,
  shape: Shape,
): z.infer<z.ZodObject<Shape>> {
  if (c.get(KEY) === undefined) c.set(KEY, {});
  return bodyOf(c, shape);
}

async function readJson(c: Context): Promise<unknown> {
  const bytes = await c.req.arrayBuffer();
  if (bytes.byteLength === 0) return undefined;
  assertIsJson(c);
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw new BroadsheetError('bad_request', 'What was sent is not UTF-8.');
  }
  const flaw = flawOfJson(text);
  if (flaw) throw new BroadsheetError('bad_request', flaw);
  return JSON.parse(text);
}

function assertIsJson(c: Context): void {
  const encoding = c.req.header('Content-Encoding')?.trim().toLowerCase();
  if (encoding && encoding !== 'identity') {
    throw new BroadsheetError('bad_request', 'What was sent is compressed.');
  }
  const contentType = c.req.header('Content-Type') ?? '';
  if (contentType.split(';')[0]?.trim().toLowerCase() !== 'application/json') {
    throw new BroadsheetError('bad_request', 'What was sent is not marked as JSON.', {
      fix: 'Send JSON, with the header “Content-Type: application/json”.',
    });
  }
  const charset = /;\s*charset\s*=\s*"?([^\s";]+)/i.exec(contentType)?.[1]?.toLowerCase();
  if (charset && !['utf-8', 'utf8', 'us-ascii'].includes(charset)) {
    throw new BroadsheetError('bad_request', 'JSON is read as UTF-8 here, and as nothing else.');
  }
}
