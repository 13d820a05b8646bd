/**
 * The answers of arXiv's query API, an Atom feed with counts: whole records, with the comment
 * and the dates that the announcements lack. Mistakes come as a feed too, with status 200.
 */

import type { Day } from '../../papers/dates.js';
import { parseArxivId, parseArxivVersion, parseDoi } from '../../papers/identifiers.js';
import type { Link, PaperRecord } from '../../papers/paper.js';
import { type Parsed, type Problem, shown, toRecord } from '../../papers/record.js';
import { texToText } from '../../papers/tex.js';
import { announcementDay } from './announcements.js';
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
  type XmlElement,
} from './feed-xml.js';
import { codeLinks, saysWithdrawn, unwrapped } from './metadata-text.js';

export type AtomAnswer = Parsed & {
  /** How many papers the question has in all; the answer may be one page of them. */
  readonly totalResults: number;
  readonly startIndex: number;
  readonly itemsPerPage: number;
  /**
   * How many entries came, readable or not. One that was cut off with the end of the answer is
   * not among them: the next page begins with it.
   */
  readonly entries: number;
  /** False when the answer was cut off before its end. */
  readonly isComplete: boolean;
};

/**
 * Papers and problems, or why the whole text is not an answer. Gives way to other work while it
 * reads.
 */
export async function parseAtomAnswer(text: string): Promise<AtomAnswer | NoFeed> {
  const found = rootOf(text, ['feed']);
  if ('reason' in found) return found;
  const { head, pieces, isComplete } = cutFeed(text, found.root, 'entry');
  const totalResults = countIn(head, 'totalResults');
  if (totalResults === undefined) return { reason: 'It does not say how many results there are.' };

  const isCutOff = !isComplete && pieces.at(-1)?.isWhole === false;
  const arrived = isCutOff ? pieces.slice(0, -1) : pieces;
  const papers: PaperRecord[] = [];
  const problems: Problem[] = [];
  for await (const [at, piece] of inTurns(arrived)) {
    const entry = parseElement(piece, 'entry');
    const id = 'reason' in entry ? '' : textAt(entry as XmlElement, 'id').trim();
    if (id.includes('/api/errors')) {
      return {
        reason: `arXiv refuses the question: ${shown(textAt(entry as XmlElement, 'summary'))}.`,
      };
    }
    const where = `arXiv API, entry ${at + 1}${nameIn(piece)}`;
    const result = 'reason' in entry ? (entry as NoFeed) : toPaper(entry, id);
    if ('reason' in result) {
      problems.push({ where, reason: result.reason, isLasting: true });
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
    totalResults,
    startIndex: countIn(head, 'startIndex') ?? 0,
    itemsPerPage: countIn(head, 'itemsPerPage') ?? 0,
    entries: arrived.length,
    isComplete,
  };
}

function toPaper(entry: XmlElement, id: string) {
  const arxivId = parseArxivId(id);
  if (!arxivId) return { reason: `Not an identifier of arXiv: ${shown(id)}.` };

  const abstract = unwrapped(textAt(entry, 'summary'));
  const comment = textAt(entry, 'arxiv:comment');
  const published = textAt(entry, 'published').trim();
  const announcedOn = announcedAfter(published);
  const primary = childrenAt(entry, 'arxiv:primary_category').map(termOf);
  const isWithdrawn = saysWithdrawn(abstract, comment);
  return toRecord({
    source: 'arxiv',
    names: [arxivId, ...doisIn(entry)],
    title: unwrapped(textAt(entry, 'title')),
    abstract,
    authors: childrenAt(entry, 'author').map((author) => texToText(textAt(author, 'name'))),
    categories: [...primary, ...childrenAt(entry, 'category').map(termOf)],
    links: [...(isWithdrawn ? [] : pdfLinks(entry, arxivId)), ...codeLinks(abstract, comment)],
    venue: textAt(entry, 'arxiv:journal_ref'),
    comment,
    published,
    updated: textAt(entry, 'updated'),
    announcedOn,
    announcedOnIsReckoned: announcedOn ? true : undefined,
    version: parseArxivVersion(id),
    withdrawn: isWithdrawn,
  });
}

/** The address without a version, which always leads to the latest. */
function pdfLinks(entry: XmlElement, arxivId: string): Link[] {
  const hasPdf = childrenAt(entry, 'link').some(
    (link) =>
      attributeOf(link, 'title') === 'pdf' || attributeOf(link, 'type') === 'application/pdf',
  );
  return hasPdf ? [{ kind: 'pdf', url: `https://arxiv.org/pdf/${arxivId}` }] : [];
}

function announcedAfter(published: string): Day | undefined {
  const publishedAt = new Date(published);
  return Number.isNaN(publishedAt.getTime()) ? undefined : announcementDay(publishedAt);
}

function termOf(category: XmlElement): string {
  return attributeOf(category, 'term');
}

function doisIn(entry: XmlElement): string[] {
  return textAt(entry, 'arxiv:doi')
    .split(/\s+/)
    .filter((doi) => parseDoi(doi));
}

function countIn(head: string, name: string): number | undefined {
  const text = textInHead(head, `opensearch:${name}`);
  return /^\d{1,9}$/.test(text) ? Number(text) : undefined;
}

function nameIn({ xml }: FeedPiece): string {
  const id = /arxiv\.org\/abs\/([^<\s]{1,40})/i.exec(xml)?.[1];
  return id ? ` (${id})` : '';
}
