/**
 * A text as a query: a claim, a summary, an abstract that somebody pasted. Nothing in it is the
 * query language; its colons, quotes and minus signs are signs between words.
 */

import { cleanLine } from '../papers/record.js';
import { analyse } from '../text/analysis.js';
import { ADDRESS } from './parse-query.js';
import type { Query, QueryTerm } from './query.js';

/** Longer than the longest abstracts; what stands behind them changes a search no more. */
const MOST_WORDS = 2_000;

/** As many words of the usual length, with room to spare. */
export const LONGEST_TEXT = 20_000;

/** The query that asks for whatever speaks of the same as the text. */
export function plainQuery(text: string): Query {
  const line = cleanLine(text.slice(0, LONGEST_TEXT));
  const terms: QueryTerm[] = [];
  for (const match of line.matchAll(/\S+/g)) {
    if (terms.length === MOST_WORDS) break;
    const [word] = match;
    if (analyse(word).length === 0) continue;
    const isVerbatim = ADDRESS.test(word);
    terms.push({
      text: word,
      start: match.index,
      isPhrase: false,
      ...(isVerbatim && { isVerbatim }),
    });
  }
  const filters = { categories: [], sources: [] };
  return { text: line, isText: true, terms, excluded: [], filters, notes: [] };
}
