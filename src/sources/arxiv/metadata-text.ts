/** What arXiv's metadata say between the lines: names in one string, code, a withdrawal. */

import type { Link } from '../../papers/paper.js';
import { texToText } from '../../papers/tex.js';

/** Where authors keep the code that they speak of. */
const CODE_ADDRESS =
  /(?<![\w.@/-])(?:https?:\/\/)?(?:www\.)?(github\.com|gitlab\.com|huggingface\.co|bitbucket\.org|codeberg\.org)(\/[^\s<>"'{}()[\]\\^`|,;$]{1,300})/gi;

/** What belongs to a person's name although a comma stands before it. */
const NAME_SUFFIX = /^(?:jr|sr|ii|iii|iv)\.?$/i;

/** An affiliation behind a name; it may hold commas and one level of brackets. */
const AFFILIATION = / ?\((?:[^()]|\([^()]*\))*\)(?=\s*(?:,|$))/g;

/** A withdrawal is said first; a drug that was withdrawn comes later in its abstract. */
const BEGINNING = 200;

const SAYS_WITHDRAWN =
  /^\W*(?:(?:this|the|our)\s+(?:\w+\s+)?(?:paper|article|submission|manuscript|work|preprint|version|report)\s+(?:has\s+been|have\s+been|is|was|is\s+being)\s+(?:\w+\s+)?withdrawn\b|withdrawn\s+by\b)/i;

const COMMENTS_WITHDRAWAL =
  /\bhas\s+been\s+withdrawn\b|\bwithdrawn\s+by\b|^\W*(?:paper\s+)?withdrawn\b/i;

/** The names of `A. One, B. Two, Jr., C. Three (Somewhere, Far)`, as plain text. */
export function splitAuthors(joined: string): string[] {
  const names: string[] = [];
  const text = texToText(joined).replace(/\s+/g, ' ');
  for (const part of text.replace(AFFILIATION, '').split(',')) {
    const name = part.trim();
    if (!name) continue;
    const last = names.length - 1;
    if (last >= 0 && NAME_SUFFIX.test(name)) names[last] += ` ${name}`;
    else names.push(name);
  }
  return names;
}

/** The code that an abstract or a comment names, each address once. */
export function codeLinks(...texts: readonly string[]): Link[] {
  const addresses = new Set<string>();
  for (const text of texts) {
    for (const [, host = '', path = ''] of unescapeTex(text).matchAll(CODE_ADDRESS)) {
      const trimmed = path.replace(/[.:!?*~/]+$/, '');
      if (trimmed) addresses.add(`https://${host.toLowerCase()}${trimmed}`);
    }
  }
  return [...addresses].map((url) => ({ kind: 'code', url }));
}

/** Whether the abstract or the authors' comment says that the paper has been withdrawn. */
export function saysWithdrawn(abstract: string, comment: string): boolean {
  return SAYS_WITHDRAWN.test(abstract) || COMMENTS_WITHDRAWAL.test(comment.slice(0, BEGINNING));
}

/** Lines that were wrapped for the width of a screen, joined; an empty line ends a paragraph. */
export function unwrapped(text: string): string {
  return text
    .split(/\n[^\S\n]*\n/)
    .map((paragraph) => paragraph.replace(/\s+/g, ' ').trim())
    .filter(Boolean)
    .join('\n\n');
}

function unescapeTex(text: string): string {
  return text.replace(/\\([_%#&~])/g, '$1');
}
