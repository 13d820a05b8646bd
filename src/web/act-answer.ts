/** What follows a small act such as a vote: the page where it was done, or JSON for programs. */

import type { Context } from 'hono';
import { z } from 'zod';
import { BroadsheetError } from '../errors.js';
import type { PaperReader } from '../papers/catalogue.js';
import type { Paper } from '../papers/paper.js';
import { shown } from '../papers/record.js';
import { prefersJson } from './error-page.js';
import { localPath } from './local-path.js';

/** Text that a form has to hold; how long it may be is for those to say who keep it. */
export const text: z.ZodType<string> = z.string();

/** The name of a paper or of something else of ours; what is longer names nothing. */
export const name: z.ZodType<string> = z.string().min(1).max(300);

/** Where a form says that it stands. */
export const back: z.ZodType<string | undefined> = z.string().optional().catch(undefined);

/** What no name has, and not every database takes in a question. */
const HAS_CONTROLS = /\p{Cc}/u;

/** Goes on at a path of this site (the one that the form names, else `elsewhere`). */
export function answerAct(
  c: Context,
  {
    back,
    elsewhere,
    json,
  }: {
    readonly back?: string | undefined;
    readonly elsewhere: string;
    /** What a program is told. */
    readonly json: object;
  },
): Response {
  c.header('Cache-Control', 'no-store');
  if (prefersJson(c)) return c.json(json);
  return c.redirect(back === undefined ? elsewhere : localPath(back), 303);
}

/**
 * The paper that a form names, by any of its names.
 *
 * @throws BroadsheetError `not_found`
 */
export async function paperNamed(papers: Pick<PaperReader, 'find'>, given: string): Promise<Paper> {
  const paper = HAS_CONTROLS.test(given) ? undefined : await papers.find(given);
  if (paper) return paper;
  throw new BroadsheetError('not_found', `There is no paper ${shown(given)} here.`);
}
