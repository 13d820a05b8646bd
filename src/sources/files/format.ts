/** Which format a file has, by what stands in it; names of files are often wrong. */

import { isSurelyAbstract, showsListing } from './listing.js';

export type FileFormat = 'jsonl' | 'listing';

/** More lines than any header has; a format that does not show in them is none of ours. */
export const LINES_TO_TELL = 20;

/** How XML, BibTeX, JSON in one piece, PDF, RIS and the header of a table begin. */
const FOREIGN_START = /^(?:<[?!a-z]|@\w+\{|\[\s*(?:\{|$)|%PDF|TY {2}-|[\w"]+(?:[,;\t][\w"]+)+$)/i;

/**
 * The format of a file, or `undefined` if it is none that we read.
 *
 * @param lines - from the beginning of the file, blank ones left out
 */
export function detectFormat(lines: readonly string[]): FileFormat | undefined {
  const [title, abstract] = lines;
  if (title === undefined || FOREIGN_START.test(title)) return undefined;
  for (const line of lines) {
    if (line.includes('\0')) return undefined;
    if (/^\s*\{/.test(line)) return 'jsonl';
    if (showsListing(line)) return 'listing';
  }
  if (abstract === undefined || isSurelyAbstract(title)) return undefined;
  return isSurelyAbstract(abstract) ? 'listing' : undefined;
}
