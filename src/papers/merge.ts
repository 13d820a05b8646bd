/**
 * How a new record changes a paper. Facts are taken one by one: a source of more authority
 * replaces one of less, an equal one replaces what it said before unless it speaks of an older
 * version, and what a record does not know it leaves alone.
 */

import { isDeepStrictEqual } from 'node:util';
import type { Day, PartialDate } from './dates.js';
import { type Identifier, schemeOf } from './identifiers.js';
import type {
  FactName,
  Link,
  PaperFacts,
  PaperRecord,
  PaperVersion,
  Provenance,
  SourceName,
} from './paper.js';

/** Whom we believe where two sources differ; greater is more. */
const AUTHORITY: Readonly<Record<SourceName, number>> = {
  // Our own summary of a real paper: anything else is better.
  sample: 0,
  // Typed by somebody; often from memory.
  bibtex: 1,
  // What a page says of itself in its tags.
  web: 2,
  // A saved page: titles and abstracts as a site showed them.
  listing: 3,
  // What a publisher has told the registry of DOIs, often without an abstract.
  doi: 4,
  jsonl: 5,
  // The paper's own home.
  arxiv: 6,
};

/**
 * What anybody can write under any title. It begins a paper, and changes none but the one that
 * the same page began: a page with the title of a famous paper would put its link there.
 */
const HEARSAY: ReadonlySet<SourceName> = new Set(['web', 'bibtex']);

/** A paper as far as records decide it; the store adds its id, revision and times. */
export type MergedPaper = PaperFacts & {
  readonly identifiers: readonly Identifier[];
  readonly versions: readonly PaperVersion[];
  readonly provenance: Provenance;
  readonly withdrawn: boolean;
};

/** The facts that a version may change, in the order in which papers show them. */
const VERSIONED: readonly FactName[] = [
  'title',
  'abstract',
  'authors',
  'categories',
  'venue',
  'comment',
  'updatedOn',
  'withdrawn',
];

/**
 * The paper after one more record.
 *
 * @param paper - before the record; `undefined` for a paper's first
 */
export function mergeRecord(paper: MergedPaper | undefined, record: PaperRecord): MergedPaper {
  if (paper && HEARSAY.has(record.source) && !isOfSamePage(paper, record)) return paper;
  const before = paper ?? EMPTY;
  const facts: Record<string, unknown> = {};
  const provenance: Record<string, SourceName> = { ...before.provenance };
  const latest = Math.max(0, ...before.versions.map(({ number }) => number));
  const isStale = record.version !== undefined && record.version < latest;

  for (const fact of VERSIONED) {
    const takes = takesFact(before, record, fact, isStale);
    const value = takes ? record[fact] : before[fact];
    if (value !== undefined) facts[fact] = value;
    if (takes) provenance[fact] = record.source;
  }

  const publishedOn = firstPublished(before, record);
  if (publishedOn) facts.publishedOn = publishedOn;
  if (publishedOn !== before.publishedOn) provenance.publishedOn = record.source;

  const announcedOn = firstAnnounced(before, record);
  if (announcedOn) facts.announcedOn = announcedOn;
  // A day that was only reckoned has no source, and so gives way to one that has.
  if (record.announcedOn && !record.announcedOnIsReckoned) provenance.announcedOn = record.source;

  return {
    ...(facts as PaperFacts),
    withdrawn: facts.withdrawn === true,
    links: mergeLinks(before.links, record.links, facts.withdrawn === true),
    identifiers: [...new Set([...before.identifiers, ...record.identifiers])],
    versions: mergeVersions(before.versions, record),
    provenance,
  };
}

/** Whether two papers hold the same, whatever order their parts were learned in. */
export function isSamePaper(one: MergedPaper, other: MergedPaper): boolean {
  return isDeepStrictEqual(one, other);
}

const EMPTY: MergedPaper = {
  title: '',
  abstract: '',
  authors: [],
  categories: [],
  links: [],
  identifiers: [],
  versions: [],
  provenance: {},
  withdrawn: false,
};

function isOfSamePage({ provenance, identifiers }: MergedPaper, record: PaperRecord): boolean {
  const isFromPages = Object.values(provenance).every((holder) => holder === 'web');
  return (
    isFromPages &&
    record.source === 'web' &&
    record.identifiers.some((name) => schemeOf(name) !== 'title' && identifiers.includes(name))
  );
}

function takesFact(
  before: MergedPaper,
  record: PaperRecord,
  fact: FactName,
  isStale: boolean,
): boolean {
  if (isEmpty(record[fact])) return false;
  const holder = before.provenance[fact];
  if (!holder || isEmpty(before[fact])) return true;
  const difference = AUTHORITY[record.source] - AUTHORITY[holder];
  return difference > 0 || (difference === 0 && !isStale);
}

function isEmpty(value: unknown): boolean {
  return value === undefined || value === '' || (Array.isArray(value) && value.length === 0);
}

/** The better known date of the first version: a day over a month, a month over a year. */
function firstPublished(before: MergedPaper, record: PaperRecord): PartialDate | undefined {
  const [old, fresh] = [before.publishedOn, record.publishedOn];
  if (!old || !fresh) return old ?? fresh;
  if (fresh.length < old.length) return old;
  if (fresh.startsWith(old)) return fresh;
  const holder = before.provenance.publishedOn;
  return holder && AUTHORITY[holder] > AUTHORITY[record.source] ? old : fresh;
}

/** The first day that a source stated; until one does, the day that was reckoned. */
function firstAnnounced(before: MergedPaper, record: PaperRecord): Day | undefined {
  const [old, fresh] = [before.announcedOn, record.announcedOn];
  if (!old || !fresh) return old ?? fresh;
  if (record.announcedOnIsReckoned) return old;
  const isOldReckoned = before.provenance.announcedOn === undefined;
  return isOldReckoned || fresh < old ? fresh : old;
}

/** All links that anybody gave; a withdrawn paper has no PDF any more. */
function mergeLinks(before: readonly Link[], added: readonly Link[], isWithdrawn: boolean): Link[] {
  const byUrl = new Map([...before, ...added].map((link) => [link.url, link]));
  return [...byUrl.values()].filter(({ kind }) => !(isWithdrawn && kind === 'pdf'));
}

function mergeVersions(before: readonly PaperVersion[], record: PaperRecord): PaperVersion[] {
  if (record.version === undefined) return [...before];
  const number = record.version;
  const known = before.find((version) => version.number === number);
  const stated = number === 1 ? record.publishedOn : record.updatedOn;
  // A month that is only read off the paper's number says less than a day that is known.
  const isVaguer = stated !== undefined && known?.publishedOn?.startsWith(stated);
  const publishedOn = isVaguer ? known?.publishedOn : (stated ?? known?.publishedOn);
  const others = before.filter((version) => version.number !== number);
  return [...others, { number, ...(publishedOn && { publishedOn }) }].sort(
    (one, other) => one.number - other.number,
  );
}
