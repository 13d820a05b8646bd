/** What somebody means who pastes something to name a paper. */

import { createHash } from 'node:crypto';
import {
  type Identifier,
  identifierValue,
  parseDoi,
  parseIdentifier,
  schemeOf,
} from '../../papers/identifiers.js';
import { looksLikeBibtex } from '../bibtex/bibtex-entry.js';

export type Pasted =
  /** `value` is the bare number or DOI. */
  | { readonly kind: 'arxiv' | 'doi'; readonly value: string; readonly identifier: Identifier }
  | PastedPage
  /** A name that the catalogue may know, and nobody else. */
  | { readonly kind: 'name'; readonly identifier: Identifier }
  | { readonly kind: 'bibtex'; readonly text: string }
  | { readonly kind: 'nothing' };

export type PastedPage = {
  readonly kind: 'page';
  readonly address: string;
  /** What a paper is called that is known from this page, the strongest name first. */
  readonly names: readonly [Identifier, ...Identifier[]];
  /** Whether the page is the home of its first name, and may be believed on it. */
  readonly isHome: boolean;
};

/** Longer than any address or name; an entry of BibTeX is measured by its reader. */
const LONGEST_NAME = 2_000;

/** As it stands on arXiv's pages: `arXiv:2611.01234v2 [cs.CL]`. */
const ARXIV_LINE = /^(arxiv:\S+)\s+\[[\w.-]+\]$/i;

const ADDRESS = /^[a-z][a-z0-9+.-]*:/i;

/** A host and a path, pasted without what stands before them. */
const BARE_ADDRESS = /^(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.){1,8}[a-z]{2,24}\/\S+$/i;

/** Where a name leads that says itself where. */
const HOMES: ReadonlyMap<string, (value: string) => string> = new Map([
  ['acl', (value) => `https://aclanthology.org/${encodeURIComponent(value)}/`],
  ['openreview', (value) => `https://openreview.net/forum?id=${encodeURIComponent(value)}`],
]);

/** A DOI in the address of a publisher's page: `/doi/abs/10.1145/3292500`, `/article/10.1007/…`. */
const DOI_IN_ADDRESS =
  /\/(?:doi(?:\/(?:abs|full|pdf|epdf|epub))?|article|chapter|content)\/(10\.\d{4,9}(?:\/|%2f)[^?#]+)/i;

export function readPasted(text: string): Pasted {
  const trimmed = text.trim();
  if (looksLikeBibtex(trimmed)) return { kind: 'bibtex', text: trimmed };
  if (trimmed.length > LONGEST_NAME) return { kind: 'nothing' };
  const pasted = ARXIV_LINE.exec(trimmed)?.[1] ?? trimmed.replace(/^<(.*)>$/s, '$1');
  // Addresses are read without the blanks in them: they would not be what was pasted.
  if (/[\s\p{Cc}]/u.test(pasted)) return { kind: 'nothing' };
  const address = BARE_ADDRESS.test(pasted) ? `https://${pasted}` : pasted;

  const identifier = parseIdentifier(pasted);
  const scheme = identifier && schemeOf(identifier);
  if (identifier && (scheme === 'arxiv' || scheme === 'doi')) return named(identifier, scheme);
  const inAddress = doiInAddress(address);
  if (inAddress) return inAddress;
  const home = scheme && HOMES.get(scheme);
  if (identifier && home) {
    const own = home(identifierValue(identifier));
    return { kind: 'page', address: own, names: [identifier, pageName(own)], isHome: true };
  }
  if (ADDRESS.test(address) && URL.canParse(address)) {
    // A file may have given the whole address as the name of its paper.
    const names = [pageName(address), ...(identifier ? [identifier] : [])] as const;
    return { kind: 'page', address, names, isHome: false };
  }
  return identifier ? { kind: 'name', identifier } : { kind: 'nothing' };
}

/** The name of a paper that is known from a page alone. */
export function pageName(address: string): Identifier {
  const url = URL.canParse(address) ? new URL(address) : undefined;
  if (url) url.hash = '';
  const hash = createHash('sha256')
    .update(url?.href ?? address)
    .digest('hex');
  return `page:${hash.slice(0, 24)}` as Identifier;
}

function named(identifier: Identifier, kind: 'arxiv' | 'doi'): Pasted {
  return { kind, value: identifierValue(identifier), identifier };
}

function doiInAddress(address: string): Pasted | undefined {
  const found = DOI_IN_ADDRESS.exec(address)?.[1];
  if (!found || !/^https?:\/\//i.test(address)) return undefined;
  const doi = parseDoi(decoded(found).replace(/(?:\/(?:abstract|full|pdf|meta))?\/?$/, ''));
  const identifier = doi && parseIdentifier(doi);
  const scheme = identifier && schemeOf(identifier);
  if (identifier && (scheme === 'arxiv' || scheme === 'doi')) return named(identifier, scheme);
  return undefined;
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
