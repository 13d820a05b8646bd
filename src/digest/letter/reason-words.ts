/** Why a paper is in somebody's letter, in words: the same in mails, feeds and pages. */

import type { Reason } from '../contents/contents.js';
import { sourceLine, typedLine } from './foreign-text.js';

/** Longer ones are cut, so that a reason stays a line or two. */
const LONGEST_TITLE = 90;
const LONGEST_NOTE = 200;
const LONGEST_QUERY = 120;

/** One sentence without a full stop, as plain text: `Trending in cs.CL`. */
export function reasonInWords(reason: Reason): string {
  switch (reason.kind) {
    case 'picked': {
      const note = sourceLine(reason.note, LONGEST_NOTE);
      return note ? `Picked: ${note}` : 'Picked';
    }
    case 'trending':
      return `Trending${inCategory(reason.category)}`;
    case 'new':
      return `New${inCategory(reason.category)}`;
    case 'like':
      return likeInWords(reason.papers, sourceLine(reason.title, LONGEST_TITLE));
    case 'search':
      return `Matches your search ${asQuery(typedLine(reason.query, LONGEST_QUERY))}`;
    case 'follow':
      return `You follow ${typedLine(reason.label, LONGEST_TITLE)}`;
  }
}

function inCategory(category: string | undefined): string {
  const name = typedLine(category ?? '', LONGEST_TITLE);
  return name && ` in ${name}`;
}

function likeInWords(papers: number, title: string): string {
  const named = title && `“${title.replaceAll('“', '‘').replaceAll('”', '’')}”`;
  if (papers <= 1) return `Like ${named || 'a paper'} that you saved or voted for`;
  const several = `Like ${papers} papers that you saved or voted for`;
  return named ? `${several}, above all ${named}` : several;
}

/** Quotes of its own mean something in a query, and are enough. */
function asQuery(query: string): string {
  return query.includes('"') ? query : `“${query}”`;
}
