/**
 * From a source's fields to a record: text cleaned, limits kept, names parsed. Every source and
 * every file format ends here, so that what the catalogue holds is clean whoever sent it.
 */

import { type Day, type PartialDate, parsePartialDate } from './dates.js';
import {
  arxivMonth,
  type Identifier,
  identifierFromTitle,
  identifierValue,
  parseIdentifier,
  schemeOf,
} from './identifiers.js';
import type { Link, PaperRecord, SourceName } from './paper.js';

/** What a source's parser read, before any of it is believed. */
export type RawRecord = {
  readonly source: SourceName;
  /** Any way of naming the paper; the strongest first. May be empty. */
  readonly names: readonly string[];
  readonly title: string;
  readonly abstract: string;
  readonly authors?: readonly string[];
  readonly categories?: readonly string[];
  readonly links?: readonly Link[];
  readonly venue?: string | undefined;
  readonly comment?: string | undefined;
  /** Any ISO date or beginning of one; `''` counts as absent. */
  readonly published?: string | undefined;
  readonly updated?: string | undefined;
  readonly announcedOn?: Day | undefined;
  /** Whether that day was worked out from another date. */
  readonly announcedOnIsReckoned?: true | undefined;
  readonly version?: number | undefined;
  readonly withdrawn?: boolean | undefined;
};

/** A record that could not be used: where it stood and why, in words for people. */
export type Problem = {
  readonly where: string;
  readonly reason: string;
  /** Asking the source again cannot mend it, since this is how it sends the record. */
  readonly isLasting?: true;
};

/** What every parser returns: one bad record never loses the others. */
export type Parsed = {
  readonly papers: readonly PaperRecord[];
  readonly problems: readonly Problem[];
};

export type RecordResult = { readonly record: PaperRecord } | { readonly reason: string };

/** Longer titles are abstracts in the wrong field. */
const LONGEST_TITLE = 2_000;

/** Some fifty times a long abstract; beyond it stands a full text, or a fault. */
const LONGEST_ABSTRACT = 100_000;

/** The largest collaborations of physics list some 5,000 names. */
const MOST_AUTHORS = 10_000;

const LONGEST_NAME = 500;

/** Of all names together: the largest collaborations need a third of it. */
const LONGEST_AUTHOR_LIST = 300_000;

/** A paper is known by two or three names; a thousand of them are an attack or a fault. */
const MOST_NAMES = 50;

const MOST_CATEGORIES = 50;
const MOST_LINKS = 50;
const LONGEST_REMARK = 5_000;

/** A clean record, or the first reason why it cannot be one. */
export function toRecord(raw: RawRecord): RecordResult {
  const title = cleanLine(raw.title);
  const abstract = cleanText(raw.abstract);
  if (!title) return { reason: 'The title is missing or empty.' };
  if (title.length > LONGEST_TITLE) return { reason: tooLong('title', title, LONGEST_TITLE) };
  if (abstract.length > LONGEST_ABSTRACT) {
    return { reason: tooLong('abstract', abstract, LONGEST_ABSTRACT) };
  }

  const authors = (raw.authors ?? []).map(cleanLine).filter(Boolean);
  if (authors.length > MOST_AUTHORS) {
    return { reason: `There are ${authors.length} authors; at most ${MOST_AUTHORS} are stored.` };
  }
  const listLength = authors.reduce((sum, name) => sum + name.length, 0);
  if (listLength > LONGEST_AUTHOR_LIST) {
    return {
      reason: `The authors have ${listLength} characters; at most ${LONGEST_AUTHOR_LIST} are stored.`,
    };
  }
  const longName = authors.find((name) => name.length > LONGEST_NAME);
  if (longName) return { reason: tooLong('name of an author', longName, LONGEST_NAME) };

  if (raw.names.length > MOST_NAMES) {
    return {
      reason: `There are ${raw.names.length} names of the paper; at most ${MOST_NAMES} are stored.`,
    };
  }
  const identifiers: Identifier[] = [];
  for (const name of raw.names) {
    const identifier = parseIdentifier(name);
    if (!identifier) return { reason: `Not an identifier of a paper: ${shown(name)}.` };
    if (!identifiers.includes(identifier)) identifiers.push(identifier);
  }
  if (identifiers.length === 0) identifiers.push(identifierFromTitle(title, authors[0]));

  const published = dateOf(raw.published);
  const updated = dateOf(raw.updated);
  if (published === 'wrong') return { reason: noSuchDate(raw.published) };
  if (updated === 'wrong') return { reason: noSuchDate(raw.updated) };
  const publishedOn = published ?? monthOfArxivNumber(identifiers);

  return {
    record: {
      source: raw.source,
      identifiers,
      title,
      abstract,
      authors,
      categories: unique((raw.categories ?? []).map(cleanLine).filter(Boolean)).slice(
        0,
        MOST_CATEGORIES,
      ),
      links: (raw.links ?? []).filter(({ url }) => isWebAddress(url)).slice(0, MOST_LINKS),
      ...defined('venue', cleanLine(raw.venue ?? '').slice(0, LONGEST_REMARK)),
      ...defined('comment', cleanLine(raw.comment ?? '').slice(0, LONGEST_REMARK)),
      ...defined('publishedOn', publishedOn),
      ...defined('updatedOn', updated),
      ...defined('announcedOn', raw.announcedOn),
      ...defined('announcedOnIsReckoned', raw.announcedOnIsReckoned),
      ...defined('version', raw.version),
      ...defined('withdrawn', raw.withdrawn),
    },
  };
}

/**
 * Text without what no reader wants: lone surrogates become U+FFFD; control characters and
 * signs that reverse the direction of writing go; blanks are single, paragraphs stay.
 */
export function cleanText(text: string): string {
  return text
    .toWellFormed()
    .normalize('NFC')
    .replace(/\r\n?/g, '\n')
    .replace(/(?![\n\t])\p{Cc}|[\u200b\u2060\ufeff\u202a-\u202e\u2066-\u2069]/gu, '')
    .replace(/[^\S\n]+/g, ' ')
    .replace(/ ?\n ?/g, '\n')
    .replace(/\n{3,}/g, '\n\n')
    .trim();
}

/** The same, on one line. */
export function cleanLine(text: string): string {
  return cleanText(text).replace(/\s+/g, ' ');
}

/** Whether it is an address that may stand behind a link. */
export function isWebAddress(text: string): boolean {
  return text.length <= 2_000 && /^https?:\/\//i.test(text) && URL.canParse(text);
}

function dateOf(text: string | undefined): PartialDate | undefined | 'wrong' {
  if (!text?.trim()) return undefined;
  return parsePartialDate(text) ?? 'wrong';
}

function monthOfArxivNumber(identifiers: readonly Identifier[]): PartialDate | undefined {
  const arxiv = identifiers.find((identifier) => schemeOf(identifier) === 'arxiv');
  return arxiv && parsePartialDate(arxivMonth(identifierValue(arxiv)));
}

function defined<Key extends string, Value>(
  key: Key,
  value: Value,
): { readonly [K in Key]?: NonNullable<Value> } {
  const isAbsent = value === undefined || value === null || value === '';
  return (isAbsent ? {} : { [key]: value }) as { readonly [K in Key]?: NonNullable<Value> };
}

function unique(values: readonly string[]): string[] {
  return [...new Set(values)];
}

function noSuchDate(text: string | undefined): string {
  return `There is no such date: ${shown(text ?? '')}. Dates look like 2026-11-20, 2026-11 or 2026.`;
}

function tooLong(what: string, text: string, most: number): string {
  return `The ${what} has ${text.length} characters; at most ${most} are stored.`;
}

/** A value from outside, short enough and safe to show in a message. */
export function shown(text: string): string {
  const line = cleanLine(text);
  return JSON.stringify(line.length > 80 ? `${line.slice(0, 80)}…` : line);
}
