/** Where the links beside a paper lead. */

import { identifierValue, originAddress, paperPath, schemeOf } from '../../papers/identifiers.js';
import type { Paper } from '../../papers/paper.js';
import { isWebAddress } from '../../papers/record.js';

export type LetterLink = { readonly label: string; readonly url: string };

/** A longer address is a fault of its source, and thirty of them would fill the letter. */
const LONGEST_ADDRESS = 300;

/** The paper's page with us. */
export function pageOf(paper: Pick<Paper, 'id'>, origin: string): string {
  return `${origin}${paperPath(paper.id)}`;
}

/** Our page, the PDF, the discussion, and arXiv's page or that of another origin. */
export function linksOf(paper: Paper, origin: string): readonly LetterLink[] {
  const page = pageOf(paper, origin);
  const links: LetterLink[] = [{ label: 'Paper', url: page }];
  const pdf = pdfOf(paper);
  if (pdf) links.push({ label: 'PDF', url: pdf });
  links.push({ label: 'Discussion', url: `${page}#discussion` });
  const elsewhere = originOf(paper);
  if (elsewhere) links.push(elsewhere);
  return links;
}

function pdfOf(paper: Paper): string | undefined {
  const arxiv = paper.identifiers.find((identifier) => schemeOf(identifier) === 'arxiv');
  if (arxiv) return `https://arxiv.org/pdf/${identifierValue(arxiv)}`;
  const named = paper.links.find(({ kind, url }) => kind === 'pdf' && isUsable(url));
  return named && new URL(named.url).href;
}

const ORIGINS: Readonly<Record<string, string>> = {
  arxiv: 'arXiv',
  openreview: 'OpenReview',
  acl: 'ACL Anthology',
  doi: 'DOI',
};

/** arXiv's page where there is one, since most readers know their way there. */
function originOf(paper: Paper): LetterLink | undefined {
  for (const [scheme, label] of Object.entries(ORIGINS)) {
    const identifier = paper.identifiers.find((each) => schemeOf(each) === scheme);
    const url = identifier && originAddress(identifier);
    if (url && isUsable(url)) return { label, url: new URL(url).href };
  }
  return undefined;
}

/** Written out as an address is sent, where blanks and other scripts take more room. */
function isUsable(url: string): boolean {
  return isWebAddress(url) && new URL(url).href.length <= LONGEST_ADDRESS;
}
