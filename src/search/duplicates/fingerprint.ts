/** What is kept of each paper while all are compared: some hundred bytes, whatever its length. */

import type { PartialDate } from '../../papers/dates.js';
import { type PaperId, schemeOf } from '../../papers/identifiers.js';
import type { Paper } from '../../papers/paper.js';
import { texToText } from '../../papers/tex.js';
import { familyNameKey, titleKey } from '../../papers/title-key.js';
import { isStopWord, visitTokens } from '../../text/analysis.js';
import { hashOfName } from '../segments/segment-lookup.js';

export type Fingerprint = {
  readonly id: PaperId;
  /** The title without all that spelling is free in. */
  readonly titleKey: string;
  /** The hashes of the title's different terms, ascending; stop words do not count. */
  readonly titleTerms: readonly number[];
  /** What parts of a series differ in: `2`, `ii`, `second`. */
  readonly titleNumbers: readonly string[];
  /** The hashes of the authors' family names, ascending; empty where nobody knows them. */
  readonly authors: readonly number[];
  /** When it appeared, in months; `undefined` where nobody knows. */
  readonly month: number | undefined;
  /** The collections that it is in which list no paper twice. */
  readonly collections: readonly string[];
};

/** A DOI is given to each form of a paper, and to OpenReview one may be sent again. */
const COLLECTIONS: ReadonlySet<string> = new Set(['arxiv', 'acl']);

/** Small enough to be kept as a number, not as an object. */
const HASH_SHIFT = 2;

const MONTHS_A_YEAR = 12;

/** Of a paper of which only the year is known, the month that is wrong by the least. */
const MIDDLE_OF_YEAR = 6;

const NUMBER = /\d+|(?<![\p{L}\p{N}])[IVX]{1,5}(?![\p{L}\p{N}])|\p{L}+/gu;

const NUMBER_WORDS: ReadonlySet<string> = new Set(
  (
    'one two three four five six seven eight nine ten first second third fourth fifth sixth ' +
    'seventh eighth ninth tenth'
  ).split(' '),
);

export function fingerprintOf(paper: Paper): Fingerprint {
  const schemes = new Set(paper.identifiers.map(schemeOf));
  return {
    id: paper.id,
    titleKey: titleKey(paper.title),
    titleTerms: termsOf(paper.title),
    titleNumbers: numbersIn(paper.title),
    authors: ascending(paper.authors.map(familyNameKey).filter(Boolean).map(hashOf)),
    month: monthOf(paper.publishedOn ?? paper.announcedOn),
    collections: [...schemes].filter((scheme) => COLLECTIONS.has(scheme)),
  };
}

/** How many numbers two ascending lists have in common. */
export function countShared(one: readonly number[], other: readonly number[]): number {
  let shared = 0;
  let at = 0;
  for (const number of one) {
    while ((other[at] ?? Number.POSITIVE_INFINITY) < number) at += 1;
    if (other[at] === number) shared += 1;
  }
  return shared;
}

function termsOf(title: string): number[] {
  const hashes: number[] = [];
  visitTokens(title, ({ word, term }, _position, isJoined) => {
    if (!isJoined && !isStopWord(word)) hashes.push(hashOf(term));
  });
  return ascending(hashes);
}

function numbersIn(title: string): string[] {
  const words = texToText(title).match(NUMBER) ?? [];
  const isNumber = (word: string) => /^\d|^[IVX]+$/.test(word) || NUMBER_WORDS.has(word);
  return [...new Set(words.map((word) => (isNumber(word) ? word : word.toLowerCase())))]
    .filter(isNumber)
    .map((word) => word.toLowerCase());
}

function monthOf(date: PartialDate | undefined): number | undefined {
  if (date === undefined) return undefined;
  const [year, month = MIDDLE_OF_YEAR] = date.split('-').map(Number);
  return (year as number) * MONTHS_A_YEAR + month;
}

function hashOf(text: string): number {
  return hashOfName(text) >>> HASH_SHIFT;
}

function ascending(numbers: readonly number[]): number[] {
  return [...new Set(numbers)].sort((a, b) => a - b);
}
