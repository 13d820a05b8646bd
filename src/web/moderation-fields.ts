/** What the forms of moderators and of reports hold, read and cleaned. */

import type { Context } from 'hono';
import { z } from 'zod';
import { BroadsheetError } from '../errors.js';
import { cleanText, shown } from '../papers/record.js';

export const LONGEST_REASON = 500;

/** A few sentences; what is longer is cut, since it is the moderator's own. */
export const reason: z.ZodType<string> = z
  .string()
  .max(20_000)
  .catch('')
  .transform((text) => cleanText(text).slice(0, LONGEST_REASON));

/** The name of something of ours; what cannot be one is refused as unknown. */
export const id: z.ZodType<string> = z.string().min(1).max(400);

/** Several, as a form of ours wrote them. */
export const ids: z.ZodType<readonly string[]> = z
  .string()
  .max(200_000)
  .transform((text, context) => {
    try {
      return z.array(id).max(2_000).parse(JSON.parse(text));
    } catch {
      context.addIssue('is not a list of names');
      return z.NEVER;
    }
  });

/**
 * A name in an address.
 *
 * @throws BroadsheetError `not_found` for what no name can be
 */
export function idIn(c: Context, parameter: string): string {
  return assertId(c.req.param(parameter) ?? '');
}

/** @throws BroadsheetError `not_found` */
export function assertId(text: string): string {
  // Not every database takes these in a question.
  if (text.length <= 400 && !/\p{Cc}/u.test(text) && text.isWellFormed()) return text;
  throw new BroadsheetError('not_found', `There is nothing named ${shown(text)} here.`);
}
