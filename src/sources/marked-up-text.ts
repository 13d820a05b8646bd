/**
 * Text that comes as a piece of markup: abstracts in JATS from Crossref, in HTML from pages.
 * Paragraphs, raised and lowered letters and formulas in TeX stay; everything else is its text.
 */

import { Parser } from 'htmlparser2';

/** Ends a paragraph. */
const BLOCKS: ReadonlySet<string> = new Set([
  'p',
  'div',
  'sec',
  'br',
  'li',
  'ul',
  'ol',
  'list-item',
]);

/** What pages here show as it is meant. */
const KEPT: ReadonlySet<string> = new Set(['sub', 'sup']);

/** Says nothing to a reader, or says again what stands beside it. */
const SKIPPED: ReadonlySet<string> = new Set([
  'math',
  'script',
  'style',
  'graphic',
  'inline-graphic',
]);

/** A heading of the abstract itself says nothing. */
const OWN_HEADING = /^(?:abstract|summary)[.:]?[^\S\n]*\n\s*/i;

const BEGINS_TAG = /<\/?[a-z]/i;

/** Plain text of a text that may be markup. */
export function fromMarkup(text: string): string {
  if (!BEGINS_TAG.test(text)) return text.trim().replace(OWN_HEADING, '');
  let plain = '';
  let skipped = 0;
  const parser = new Parser(
    {
      onopentag(name) {
        const local = localName(name);
        if (SKIPPED.has(local)) skipped += 1;
        else if (skipped > 0) return;
        else if (local === 'tex-math') plain += '$';
        else if (KEPT.has(local)) plain += `<${local}>`;
        else if (BLOCKS.has(local)) plain += '\n\n';
      },
      ontext(piece) {
        if (skipped === 0) plain += piece;
      },
      onclosetag(name) {
        const local = localName(name);
        if (SKIPPED.has(local)) skipped -= 1;
        else if (skipped > 0) return;
        else if (local === 'tex-math') plain += '$';
        else if (KEPT.has(local)) plain += `</${local}>`;
        else if (BLOCKS.has(local) || local === 'title') plain += '\n\n';
      },
    },
    { decodeEntities: true, lowerCaseTags: true, recognizeSelfClosing: true },
  );
  parser.write(text);
  parser.end();
  return plain
    .replace(/\${2,}/g, '$')
    .replace(/[^\S\n]+/g, ' ')
    .replace(/ ?\n ?/g, '\n')
    .replace(/\n{3,}/g, '\n\n')
    .trim()
    .replace(OWN_HEADING, '');
}

/** `p` of `jats:p`. */
function localName(name: string): string {
  return name.slice(name.indexOf(':') + 1);
}
