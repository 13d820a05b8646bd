/**
 * What a page says of the paper that it is about: the `citation_` tags of Highwire Press, which
 * publishers and archives write for Google Scholar; the Dublin Core; and as a last resort what
 * pages tell social networks.
 */

import { setImmediate as othersHadTheirTurn } from 'node:timers/promises';
import { Parser } from 'htmlparser2';
import { parseArxivId, parseDoi } from '../../papers/identifiers.js';
import type { Link } from '../../papers/paper.js';
import { isWebAddress } from '../../papers/record.js';
import { firstDate } from '../first-date.js';
import { fromMarkup } from '../marked-up-text.js';
import { type AuthorId, parseOrcid } from '../orcid.js';

/** The facts that a page states, before any is believed. */
export type PageFacts = {
  readonly title: string;
  readonly abstract: string;
  readonly authors: readonly string[];
  readonly authorIds: readonly AuthorId[];
  readonly keywords: readonly string[];
  readonly venue: string | undefined;
  readonly published: string | undefined;
  readonly links: readonly Link[];
  /** Other names of the paper, as the page claims. */
  readonly arxivId: string | undefined;
  readonly doi: string | undefined;
};

/** The texts of the tags of one name, in the order of the page. */
type Tags = ReadonlyMap<string, readonly string[]>;

/** The largest collaborations, each author with an iD. */
const MOST_TAGS = 25_000;

/** Longer than any abstract that is stored. */
const LONGEST_CONTENT = 200_000;

/** Some milliseconds of parsing, during which no page is answered. */
const CHARACTERS_PER_TURN = 100_000;

/** Of tags that may stand several times, as dates do. */
const MOST_OF_ONE_NAME = 20;

const MOST_KEYWORDS = 10;

const TITLES = ['citation_title', 'dc.title', 'dcterms.title', 'og:title'];
const ABSTRACTS = [
  'citation_abstract',
  'dcterms.abstract',
  'dc.description',
  'og:description',
  'description',
];
const DATES = [
  'citation_publication_date',
  'citation_online_date',
  'citation_date',
  'dc.date',
  'dc.date.issued',
  'dcterms.issued',
  'article:published_time',
];
const VENUES = ['citation_conference_title', 'citation_journal_title', 'citation_inbook_title'];

/** What a page says; without a title it is about no paper that we can see. */
export async function readCitationTags(
  html: string,
  address: string,
): Promise<PageFacts | undefined> {
  const { tags, authors } = await metaTags(html);
  const first = (names: readonly string[]): string =>
    names.flatMap((name) => tags.get(name) ?? []).find((text) => text.trim()) ?? '';
  const title = fromMarkup(first(TITLES));
  if (!title) return undefined;
  const dates = DATES.flatMap((name) => tags.get(name) ?? []);
  const doi = first(['citation_doi', 'dc.identifier.doi', 'prism.doi', 'dc.identifier']);
  return {
    title,
    abstract: fromMarkup(first(ABSTRACTS)),
    authors: authors.map(({ name }) => name),
    authorIds: authors.flatMap(({ name, orcid }) => (orcid ? [{ name, orcid }] : [])),
    keywords: first(['citation_keywords', 'dc.subject', 'keywords'])
      .split(/[;,]/)
      .map((keyword) => keyword.trim())
      .filter(Boolean)
      .slice(0, MOST_KEYWORDS),
    venue: first(VENUES) || undefined,
    published: firstDate(dates),
    links: [{ kind: 'page', url: address }, ...pdfLink(first(['citation_pdf_url']), address)],
    arxivId: parseArxivId(first(['citation_arxiv_id'])),
    doi: parseDoi(doi),
  };
}

type Author = { readonly name: string; orcid: string | undefined };

/** Reads no further than the head where the tags stand there, as they should. */
async function metaTags(
  html: string,
): Promise<{ readonly tags: Tags; readonly authors: readonly Author[] }> {
  const tags = new Map<string, string[]>();
  const authors: Author[] = [];
  const creators: Author[] = [];
  let count = 0;
  let isOver = false;
  const parser = new Parser({
    onopentag(element, { name: ownName, property, content }) {
      if (element === 'body' && tags.has('citation_title')) isOver = true;
      if (element !== 'meta' || isOver) return;
      const name = (ownName ?? property ?? '').trim().toLowerCase();
      if (!name || content === undefined || content.length > LONGEST_CONTENT) return;
      count += 1;
      isOver = count >= MOST_TAGS;
      const texts = tags.get(name) ?? [];
      if (texts.length < MOST_OF_ONE_NAME) texts.push(content);
      tags.set(name, texts);
      if (/^(?:dc|dcterms)\.creator$/.test(name)) creators.push(authorNamed(content));
      else noteAuthor(authors, name, content);
    },
  });
  for (let at = 0; at < html.length && !isOver; at += CHARACTERS_PER_TURN) {
    parser.write(html.slice(at, at + CHARACTERS_PER_TURN));
    await othersHadTheirTurn();
  }
  return { tags, authors: (authors.length > 0 ? authors : creators).filter(({ name }) => name) };
}

/** An iD stands behind the author whose it is. */
function noteAuthor(authors: Author[], name: string, content: string): void {
  const last = authors.at(-1);
  if (name === 'citation_author') authors.push(authorNamed(content));
  if (name === 'citation_authors') authors.push(...content.split(';').map(authorNamed));
  if (name === 'citation_author_orcid' && last) last.orcid ??= parseOrcid(content);
}

function authorNamed(name: string): Author {
  return { name: inReadingOrder(name), orcid: undefined };
}

/** `Ana Ruiz` of `Ruiz, Ana`; what has more commas is left as it is. */
function inReadingOrder(name: string): string {
  const parts = name.split(',').map((part) => part.trim());
  return parts.length === 2 && parts[1] ? `${parts[1]} ${parts[0]}` : name.trim();
}

function pdfLink(address: string, page: string): Link[] {
  if (!address || !URL.canParse(address, page)) return [];
  const { href } = new URL(address, page);
  return isWebAddress(href) ? [{ kind: 'pdf', url: href }] : [];
}
