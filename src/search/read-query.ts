/**
 * What somebody put into the search box: mostly a query in our language (`parse-query.ts`), at
 * times an abstract or a BibTeX entry, pasted to find what is like it.
 */

import { parseQuery } from './parse-query.js';
import { LONGEST_TEXT, plainQuery } from './plain-query.js';
import type { Query } from './query.js';

/** Longer than what people type; from there on, a row of words is a text. */
const MOST_WORDS_TYPED = 32;

/** In characters; beyond it nobody reads on. */
export const LONGEST_ASKED: number = LONGEST_TEXT;

const BIBTEX_ENTRY = /^\s*@[a-z]+\s*[{(]/i;

/** What only somebody who knows the language writes; a text says `after:2024` nowhere. */
const FILTER = /(?:^|\s)(?:cat|source|after|before|is|has):[^\s]/;

/** What of an entry says what its paper is about. */
const TELLING_FIELDS = ['title', 'abstract', 'keywords'];

/** Understands any text; what it took the text for stands in the query's notes. */
export function readQuery(text: string): Query {
  if (BIBTEX_ENTRY.test(text)) {
    const telling = TELLING_FIELDS.flatMap((field) => bibtexField(text, field) ?? []);
    if (telling.length > 0) {
      return asText(telling.join(' '), 'This is a BibTeX entry, so papers like it were searched.');
    }
  }
  const words = text.trim().split(/\s+/, MOST_WORDS_TYPED + 1);
  if (words.length <= MOST_WORDS_TYPED || FILTER.test(text)) return parseQuery(text);
  return asText(text, 'This is a text, so papers like it were searched.');
}

function asText(text: string, note: string): Query {
  const query = plainQuery(text);
  return { ...query, notes: [...query.notes, note] };
}

/** The value of a field of a BibTeX entry, without its braces. */
function bibtexField(entry: string, field: string): string | undefined {
  const start = new RegExp(`[,\\s{(]${field}\\s*=\\s*([{"])`, 'i').exec(entry);
  if (!start) return undefined;
  const isBraced = start[1] === '{';
  const from = start.index + start[0].length;
  let depth = 0;
  for (let at = from; at < entry.length; at += 1) {
    const character = entry[at];
    if (character === '{') depth += 1;
    const isEnd = depth === 0 && character === (isBraced ? '}' : '"');
    if (isEnd) return entry.slice(from, at).replace(/[{}]/g, '');
    if (character === '}') depth -= 1;
  }
  // Cut short while it was copied: what is there is enough.
  return entry.slice(from).replace(/[{}]/g, '');
}
