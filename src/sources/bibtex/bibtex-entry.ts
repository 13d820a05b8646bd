/**
 * One entry of BibTeX, as people paste it. The grammar is that of citation.js; what its fields
 * mean is ours, since our pages typeset formulas that citation.js would flatten. None of its
 * parts that reach for the network is called.
 */

import { plugins } from '@citation-js/core';
import '@citation-js/plugin-bibtex';
import { parseArxivId, parseDoi } from '../../papers/identifiers.js';
import { isWebAddress, type RawRecord } from '../../papers/record.js';
import { texToText } from '../../papers/tex.js';
import { firstDate } from '../first-date.js';
import { splitNames } from './bibtex-names.js';

export type BibtexEntry = {
  /** Names of the paper by which better sources know it. */
  readonly arxivId: string | undefined;
  readonly doi: string | undefined;
  /** Where the entry says that it can be read. */
  readonly url: string | undefined;
  /** What the entry itself says. */
  readonly raw: RawRecord;
};

/** Some ten times a long entry with its abstract; beyond it parsing would hold up the site. */
export const LONGEST_BIBTEX = 20_000;

const BEGINS_ENTRY = /^\s*@\s*[a-z]+\s*[{(]/i;
const ENTRIES = /(?:^|[\n}])[^\S\n]*@\s*([a-z]+)\s*[{(]/gi;

/** What stands among entries and is none. */
const NO_ENTRY: ReadonlySet<string> = new Set(['comment', 'preamble', 'string']);

const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];

const MOST_KEYWORDS = 10;

/** The fields of an entry by their names in small letters. */
type Fields = ReadonlyMap<string, string>;

/** Whether a text is meant to be BibTeX. */
export function looksLikeBibtex(text: string): boolean {
  return BEGINS_ENTRY.test(text);
}

/** The entry, or why it cannot be read, in words for people. */
export function parseBibtex(text: string): BibtexEntry | { readonly reason: string } {
  if (text.length > LONGEST_BIBTEX) {
    return {
      reason: `The entry has ${text.length} characters; at most ${LONGEST_BIBTEX} are read.`,
    };
  }
  const entries = [...text.matchAll(ENTRIES)].filter(
    ([, type = '']) => !NO_ENTRY.has(type.toLowerCase()),
  );
  if (entries.length > 1) return { reason: 'These are several entries; paste one at a time.' };
  const fields = fieldsOf(text);
  return fields ? entryFrom(fields) : { reason: 'It cannot be read as an entry of BibTeX.' };
}

function fieldsOf(text: string): Fields | undefined {
  let parsed: unknown;
  try {
    parsed = plugins.input.data(text, '@biblatex/text');
  } catch {
    // Its grammar throws at the first sign it does not expect, and where braces go too deep.
    return undefined;
  }
  const [entry] = Array.isArray(parsed) ? (parsed as readonly unknown[]) : [];
  if (typeof entry !== 'object' || entry === null || !('properties' in entry)) return undefined;
  const fields = Object.entries(entry.properties as Record<string, unknown>);
  return new Map(fields.map(([name, value]) => [name.toLowerCase(), String(value).trim()]));
}

function entryFrom(fields: Fields): BibtexEntry {
  const field = (...names: readonly string[]): string =>
    names.map((name) => fields.get(name)).find(Boolean) ?? '';
  const url = field('url', 'howpublished').replace(/^\\url\{(.*)\}$/, '$1');
  const webUrl = isWebAddress(url) ? url : undefined;
  return {
    arxivId: arxivIdIn(field, webUrl),
    doi: parseDoi(field('doi').replaceAll('\\_', '_')) ?? parseDoi(url),
    url: webUrl,
    raw: {
      source: 'bibtex',
      names: [],
      title: plain(field('title')),
      abstract: plain(field('abstract')),
      authors: splitNames(field('author')).map(plain),
      categories: field('keywords', 'keyword')
        .split(/[;,]/)
        .map((keyword) => plain(keyword).trim())
        .filter(Boolean)
        .slice(0, MOST_KEYWORDS),
      venue: plain(field('journal', 'journaltitle', 'booktitle')),
      published: firstDate([field('date'), ...yearAndMonth(field('year'), field('month'))]),
      links: webUrl?.startsWith('https://') ? [{ kind: 'page', url: webUrl }] : [],
    },
  };
}

/** Where styles put the number: as an e-print, in the name of a journal, in the address. */
function arxivIdIn(
  field: (...names: readonly string[]) => string,
  url: string | undefined,
): string | undefined {
  const archive = field('archiveprefix', 'eprinttype').toLowerCase();
  const eprint = archive === '' || archive === 'arxiv' ? parseArxivId(field('eprint')) : undefined;
  const journal = /\barxiv[:\s]+(\S{9,20})/i.exec(field('journal', 'note', 'volume'))?.[1];
  const doi = field('doi');
  return (
    eprint ??
    (journal && parseArxivId(journal.replace(/[,;.]+$/, ''))) ??
    (url?.includes('arxiv.org') ? parseArxivId(url) : undefined) ??
    (/arxiv/i.test(doi) ? parseArxivId(doi) : undefined)
  );
}

function yearAndMonth(year: string, month: string): string[] {
  if (!year) return [];
  const name = MONTHS.indexOf(month.toLowerCase().slice(0, 3)) + 1;
  const number = name || Number(month);
  return number >= 1 && number <= 12 ? [`${year}-${number}`, year] : [year];
}

/** Accents become letters and braces go; formulas stay as they are, for pages to typeset. */
function plain(text: string): string {
  return text
    .replace(/\s+/g, ' ')
    .split(/( ?\$[^$]*\$ ?)/)
    .map((piece, at) => (at % 2 === 1 ? piece : withoutBraces(texToText(piece))))
    .join('')
    .trim();
}

function withoutBraces(text: string): string {
  return text
    .replace(/\\(?:emph|textbf|textit|textsc|texttt|textrm|textsf|mathrm)\s*\{/g, '{')
    .replace(/\\([%&#_$])/g, '$1')
    .replace(/[{}]/g, '')
    .replace(/~/g, ' ')
    .replace(/\s+/g, ' ');
}
