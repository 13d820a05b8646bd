/**
 * arXiv's announcement of a day, as `https://rss.arxiv.org/rss/cs.AI+cs.CL` and, in Atom,
 * `…/atom/…` give it: new papers, papers of other fields listed here too, and new versions.
 */

import { type Day, parseDay } from '../../papers/dates.js';
import { parseArxivId, parseArxivVersion, parseDoi } from '../../papers/identifiers.js';
import type { PaperRecord } from '../../papers/paper.js';
import { type Parsed, type Problem, shown, toRecord } from '../../papers/record.js';
import {
  attributeOf,
  childrenAt,
  cutFeed,
  type FeedPiece,
  inTurns,
  type NoFeed,
  parseElement,
  rootOf,
  textAt,
  textInHead,
  textsAt,
  type XmlElement,
} from './feed-xml.js';
import { codeLinks, saysWithdrawn, splitAuthors, unwrapped } from './metadata-text.js';

export type RssFeed = Parsed & {
  /** The day that the feed announces; a paper has it only if this is its first announcement. */
  readonly announcedOn?: Day;
  /** How many items began; each is a paper or at least one problem. */
  readonly items: number;
  /** False when the feed was cut off before its end. */
  readonly isComplete: boolean;
};

/** What stands before the abstract in an item's description. */
const DESCRIPTION = /^\s*arXiv:\S+\s+Announce Type:\s*(\S+)\s*(?:Abstract:(.*))?$/s;

const MONTHS = 'jan feb mar apr may jun jul aug sep oct nov dec'.split(' ');

/**
 * Papers and problems, or why the whole text is not an announcement. Gives way to other work
 * while it reads.
 */
export async function parseRssFeed(text: string): Promise<RssFeed | NoFeed> {
  const found = rootOf(text, ['rss', 'feed']);
  if ('reason' in found) return found;
  const itemName = found.root === 'rss' ? 'item' : 'entry';
  const { head, pieces, isComplete } = cutFeed(text, found.root, itemName);

  const title = textInHead(head, 'title');
  if (/^Feed error for query/i.test(title)) {
    const detail = textInHead(head, 'description') || textInHead(head, 'subtitle');
    return { reason: `arXiv refuses the question: ${shown(`${title} ${detail}`)}.` };
  }

  const announcedOn =
    dayIn(textInHead(head, 'pubDate')) ??
    dayIn(textInHead(head, 'lastBuildDate')) ??
    dayIn(textInHead(head, 'updated'));
  const papers: PaperRecord[] = [];
  const problems: Problem[] = [];
  for await (const [at, piece] of inTurns(pieces)) {
    const where = `arXiv feed, item ${at + 1}${nameIn(piece)}`;
    const result = toPaper(piece, itemName, announcedOn);
    if ('reason' in result) {
      const isCutOff = !isComplete && !piece.isWhole && at === pieces.length - 1;
      problems.push({ where, reason: result.reason, ...(!isCutOff && { isLasting: true }) });
      continue;
    }
    papers.push(result.record);
    if (`${result.record.title}${result.record.abstract}`.includes('\ufffd')) {
      problems.push({ where, reason: 'Some of its characters arrived damaged.', isLasting: true });
    }
  }
  return {
    papers,
    problems,
    ...(announcedOn && { announcedOn }),
    items: pieces.length,
    isComplete,
  };
}

function toPaper(piece: FeedPiece, itemName: string, feedDay: Day | undefined) {
  const item = parseElement(piece, itemName);
  if ('reason' in item) return item as NoFeed;

  const guid = textAt(item, 'guid') || textAt(item, 'id');
  const name = guid.trim().replace(/^oai:arXiv\.org:/i, '');
  if (!name) return { reason: 'It does not say which paper it is (no guid).' };
  if (!parseArxivId(name)) return { reason: `Not an identifier of arXiv: ${shown(name)}.` };

  const description =
    textAt(item, 'description') || textAt(item, 'summary') || textAt(item, 'content');
  const [isPrefixed, typeInText = '', abstractInText = ''] = DESCRIPTION.exec(description) ?? [];
  const abstract = unwrapped(isPrefixed === undefined ? description : abstractInText);
  const version = parseArxivVersion(name);
  const type = textAt(item, 'arxiv:announce_type').trim() || typeInText;
  const day = dayIn(textAt(item, 'pubDate')) ?? dayIn(textAt(item, 'published')) ?? feedDay;
  const isReplacement = type ? /^replace/i.test(type) : (version ?? 1) > 1;
  const isWithdrawn = saysWithdrawn(abstract, '');

  return toRecord({
    source: 'arxiv',
    names: [name, ...doisIn(item)],
    title: unwrapped(textAt(item, 'title')),
    abstract,
    authors: authorsOf(item),
    categories: categoriesOf(item),
    links: codeLinks(abstract),
    venue: textAt(item, 'arxiv:journal_reference'),
    version,
    // The feed knows no comment, where most withdrawals are said, so its silence says nothing.
    withdrawn: isWithdrawn || undefined,
    updated: isReplacement ? day : undefined,
    announcedOn: isReplacement ? undefined : day,
  });
}

/** RSS has the names in `dc:creator`; the Atom form in one author or in one for each. */
function authorsOf(item: XmlElement): string[] {
  const creators = textsAt(item, 'dc:creator');
  const joined = creators.some(Boolean)
    ? creators
    : childrenAt(item, 'author').map((author) => textAt(author, 'name'));
  return joined.flatMap(splitAuthors);
}

function categoriesOf(item: XmlElement): string[] {
  return childrenAt(item, 'category').map(
    (category) => attributeOf(category, 'term') || textAt({ category }, 'category'),
  );
}

function doisIn(item: XmlElement): string[] {
  return textAt(item, 'arxiv:DOI')
    .split(/\s+/)
    .filter((doi) => parseDoi(doi));
}

/**
 * The calendar day of `Fri, 20 Nov 2026 00:00:00 -0500` or `2026-11-20T00:00:00-05:00`, as it
 * is written: an announcement of that day is not of the day before where UTC is earlier.
 */
function dayIn(text: string): Day | undefined {
  const iso = /^\s*(\d{4}-\d{2}-\d{2})/.exec(text)?.[1];
  if (iso) return parseDay(iso);
  const [, day = '', monthName = '', year = ''] =
    /(\d{1,2})\s+([A-Za-z]{3})[a-z]*\s+(\d{4})/.exec(text) ?? [];
  const month = MONTHS.indexOf(monthName.toLowerCase()) + 1;
  return parseDay(`${year}-${String(month).padStart(2, '0')}-${day.padStart(2, '0')}`);
}

/** What a problem calls the item: its number or its title, as far as they can be seen. */
function nameIn({ xml }: FeedPiece): string {
  const id = /(?:oai:arXiv\.org|arXiv):([^<\s]{1,40})/i.exec(xml)?.[1];
  const title = /<title[^<>]*>([^<]{1,200})/.exec(xml)?.[1];
  if (id) return ` (${id})`;
  return title ? ` (${shown(title)})` : '';
}
