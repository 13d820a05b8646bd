/** Reading what a form holds, and going on after it. */

import type { Context } from 'hono';
import { z } from 'zod';
import { BroadsheetError } from '../errors.js';
import { prefersJson } from './error-page.js';

/** A line of text; what is no text (a file, nothing) is an empty one. */
export const field: z.ZodType<string> = z.string().max(10_000, 'is too long').catch('');

/** A box: checked browsers send something, others nothing at all. */
export const box: z.ZodType<boolean> = z
  .unknown()
  .optional()
  .transform((value) => value !== undefined && value !== '');

/** The fields of a form that are known; others are ignored, as are all but the last of a name. */
export async function readForm<Shape extends z.ZodRawShape>(
  c: Context,
  shape: Shape,
): Promise<z.infer<z.ZodObject<Shape>>> {
  const read = z.object(shape).safeParse(await c.req.parseBody());
  if (read.success) return read.data;
  const [issue] = read.error.issues;
  throw new BroadsheetError(
    'not_acceptable',
    `The field ${String(issue?.path[0] ?? '')} cannot be read.`,
  );
}

/** Whether a refusal is shown beside the form that caused it, to somebody who fills it in. */
export function isForForm(c: Context, thrown: unknown): thrown is BroadsheetError {
  if (prefersJson(c) || !(thrown instanceof BroadsheetError)) return false;
  return ['not_acceptable', 'conflict', 'too_many', 'forbidden'].includes(thrown.code);
}
