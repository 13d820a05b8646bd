/**
 * What comes with a request is measured and read here once, before any route sees it, so that
 * whatever cannot be read is refused in words and no route has to think of it.
 */

import type { Context, MiddlewareHandler } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import { BroadsheetError } from '../errors.js';
import { isReading } from '../http-methods.js';
import { flawOfJson, NO_TEXT } from '../json-text.js';

/** A long comment needs a tenth of it. */
const LONGEST_BODY_BYTES = 256 * 1_024;

const MOST_FIELDS = 1_000;

const FORMS: ReadonlySet<string> = new Set([
  'application/x-www-form-urlencoded',
  'multipart/form-data',
]);

/** Mail providers tell of many letters at once; signed, and read by nobody before that is checked. */
const HOOKS = '/mail/hooks/';
const LONGEST_HOOK_BYTES = 1_024 * 1_024;

/** Refuses what is longer than this; it is counted while it arrives, whatever its headers say. */
export const limitBodies: MiddlewareHandler = (c, next) =>
  (c.req.path.startsWith(HOOKS) ? ofHooks : ofPages)(c, next);

const ofPages = limitTo(LONGEST_BODY_BYTES);
const ofHooks = limitTo(LONGEST_HOOK_BYTES);

function limitTo(maxSize: number): MiddlewareHandler {
  return bodyLimit({
    maxSize,
    onError: (c) => {
      // What is still to come is read by nobody, so nothing can follow it.
      c.header('Connection', 'close');
      throw new BroadsheetError('too_large', `More than ${maxSize / 1_024} kB were sent at once.`);
    },
  });
}

/** Refuses forms and JSON that cannot be read. Routes read them again without cost. */
export const refuseUnreadableBodies: MiddlewareHandler = async (c, next) => {
  if (/%00/.test(c.req.path)) {
    throw new BroadsheetError('not_found', 'There is no such page here.');
  }
  if (!isReading(c.req.method) && c.req.raw.body && !c.req.path.startsWith(HOOKS)) {
    const flaw = await flawOfBody(c);
    if (flaw) throw new BroadsheetError('bad_request', flaw);
  }
  await next();
};

async function flawOfBody(c: Context): Promise<string | undefined> {
  const encoding = c.req.header('Content-Encoding')?.trim().toLowerCase();
  if (encoding && encoding !== 'identity') return 'What was sent is compressed.';
  const contentType = c.req.header('Content-Type') ?? '';
  const mediaType = contentType.split(';')[0]?.trim().toLowerCase() ?? '';
  const isJson = mediaType === 'application/json' || mediaType.endsWith('+json');
  if (!isJson && !FORMS.has(mediaType)) return undefined;
  const charset = /;\s*charset\s*=\s*"?([^\s";]+)/i.exec(contentType)?.[1]?.toLowerCase();
  if (charset && !['utf-8', 'utf8', 'us-ascii'].includes(charset)) {
    return 'Texts are read as UTF-8 here, and as nothing else.';
  }
  return isJson ? flawOfJsonBody(c) : flawOfForm(c);
}

async function flawOfJsonBody(c: Context): Promise<string | undefined> {
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(await c.req.arrayBuffer());
  } catch {
    return 'What was sent is not UTF-8.';
  }
  return flawOfJson(text);
}

async function flawOfForm(c: Context): Promise<string | undefined> {
  let fields: [string, unknown][];
  try {
    fields = Object.entries(await c.req.parseBody({ all: true }));
  } catch {
    return 'The form that was sent cannot be read.';
  }
  if (fields.length > MOST_FIELDS) return 'The form that was sent has too many fields.';
  const texts = fields.flatMap(([name, value]) => [name, value].flat());
  return texts.some((text) => typeof text === 'string' && text.includes('\0'))
    ? NO_TEXT
    : undefined;
}
