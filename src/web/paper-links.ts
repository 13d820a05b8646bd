/** Where else a paper can be read, and where we have it. */

import { identifierValue, originAddress, schemeOf } from '../papers/identifiers.js';
import type { Link, Paper } from '../papers/paper.js';
import { isWebAddress } from '../papers/record.js';

/** A link with the word that stands for it. */
export type OutwardLink = { readonly label: string; readonly url: string };

const ORIGIN_LABELS: Readonly<Record<string, string>> = {
  arxiv: 'arXiv',
  doi: 'DOI',
  acl: 'ACL Anthology',
  openreview: 'OpenReview',
};

/** What would end a quoted value of a query. */
const QUOTES = /["“”„«»]/g;

/** The paper's pages, its PDF, its code: each address once, at most one PDF. */
export function outwardLinks(paper: Paper): readonly OutwardLink[] {
  const links = [...originLinks(paper), ...paper.links.map(toOutwardLink)].filter(({ url }) =>
    isWebAddress(url),
  );
  const byUrl = new Map<string, OutwardLink>();
  for (const link of links) {
    const isSecondPdf =
      link.label === 'PDF' && [...byUrl.values()].some(({ label }) => label === 'PDF');
    if (!byUrl.has(link.url) && !isSecondPdf) byUrl.set(link.url, link);
  }
  return [...byUrl.values()];
}

/** The value of the paper's first name in a scheme, such as its DOI. */
export function nameIn(scheme: string, paper: Paper): string | undefined {
  const identifier = paper.identifiers.find((each) => schemeOf(each) === scheme);
  return identifier && identifierValue(identifier);
}

/** The search for all papers of a category. */
export function categoryPath(category: string): string {
  const term = /^[\w.-]+$/.test(category) ? category : quoted(category);
  return searchPath(`cat:${term}`);
}

/** The search for all papers that have a keyword, a phrase or a single word. */
export function keywordPath(keyword: string): string {
  return searchPath(quoted(keyword));
}

/** A phrase as the query language has it. */
export function quoted(text: string): string {
  return `"${text.replace(QUOTES, '')}"`;
}

/** The path of a search, of a page of it when it is not the first. */
export function searchPath(query: string, page = 1): string {
  const suffix = page > 1 ? `&page=${page}` : '';
  return `/search?q=${encodeURIComponent(query)}${suffix}`;
}

function originLinks(paper: Paper): OutwardLink[] {
  const links: OutwardLink[] = [];
  for (const identifier of paper.identifiers) {
    const url = originAddress(identifier);
    const scheme = schemeOf(identifier);
    if (!url) continue;
    links.push({ label: ORIGIN_LABELS[scheme] ?? scheme, url });
    if (scheme === 'arxiv') {
      links.push({ label: 'PDF', url: `https://arxiv.org/pdf/${identifierValue(identifier)}` });
    }
  }
  return links;
}

function toOutwardLink({ kind, url }: Link): OutwardLink {
  if (kind === 'pdf') return { label: 'PDF', url };
  if (kind === 'code') return { label: 'Code', url };
  return { label: URL.canParse(url) ? new URL(url).hostname.replace(/^www\./, '') : url, url };
}
