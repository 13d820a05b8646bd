/** The paper that a reader has just hidden on a page, so that it can be brought back at once. */

import type { Context } from 'hono';
import type { PaperReader } from '../papers/catalogue.js';
import type { Paper } from '../papers/paper.js';
import { paperNamed } from './act-answer.js';
import { justHidden } from './dismiss-button.js';
import { visitorOf } from './visitor.js';

/** `undefined` for strangers, who hide nothing, and for names that anybody made up. */
export async function justHiddenPaper(
  c: Context,
  { papers }: { readonly papers: Pick<PaperReader, 'find'> },
): Promise<Paper | undefined> {
  const name = visitorOf(c).account && justHidden(c);
  return name ? paperNamed(papers, name).catch(() => undefined) : undefined;
}
