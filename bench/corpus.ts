/**
 * The papers of the benchmarks: as many as are asked for, always the same ones.
 *
 * They lie beside the checkout, in `../shared/data/papers`: recent and older papers of arXiv and
 * the ACL Anthology, drawn in proportion to the size of each, so that a part of the corpus is
 * mixed like the whole. Who asks for more than there are gets *copies*: the same papers under
 * other ids, with earlier dates and with half of their longer words replaced by words that stand
 * elsewhere in the corpus. Copies make an index as large as that many papers would; its
 * vocabulary grows less than theirs would.
 */

import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Day, PartialDate } from '../src/papers/dates.js';
import { type PaperId, paperIdFrom } from '../src/papers/identifiers.js';
import type { Paper, PaperRecord } from '../src/papers/paper.js';
import { readPapers } from '../src/sources/files/read-papers.js';
import { createRandom, type Random } from './random.js';

const FOLDER = new URL('../../shared/data/papers/', import.meta.url);

/** With the number of papers in each, which are also the proportions of the mixture. */
const FILES = [
  { name: 'arxiv-recent.jsonl.zst', papers: 186_077 },
  { name: 'arxiv-older.jsonl.zst', papers: 146_492 },
  { name: 'acl-anthology.jsonl.zst', papers: 51_242 },
] as const;

/** How many different papers there are. */
export const CORPUS_SIZE: number = FILES.reduce((sum, { papers }) => sum + papers, 0);

/** Enough for a transaction to be worth its price; a few megabytes. */
export const BATCH_SIZE = 1_000;

/** The day of an edition for a paper whose date nobody knows. */
const NO_DATE = '2026-11-20' as Day;

/** Shorter words hold sentences together; copies keep them. */
const REPLACEABLE_WORD = /[A-Za-z]{5,}/g;

const REPLACED_SHARE = 0.5;

/** Words come from this many words before: some 500 papers. */
const WORDS_REMEMBERED = 50_000;

const MOST_YEARS_EARLIER = 10;

/** The sentence to print where the corpus is missing; `undefined` where it lies in its place. */
export function missingCorpus(): string | undefined {
  const missing = FILES.find(({ name }) => !existsSync(new URL(name, FOLDER)));
  return missing && `There is no ${fileURLToPath(new URL(missing.name, FOLDER))}.`;
}

/** So many papers, in batches of at most {@link BATCH_SIZE}. */
export async function* readCorpus(count: number): AsyncGenerator<readonly Paper[]> {
  const copy = createCopier();
  let left = count;
  let batch: Paper[] = [];
  for (let round = 0; left > 0; round += 1) {
    for await (const record of mixedRecords()) {
      const paper = paperOf(record, count - left + 1);
      batch.push(round === 0 ? paper : copy(paper, round));
      left -= 1;
      if (batch.length === BATCH_SIZE || left === 0) {
        yield batch;
        batch = [];
      }
      if (left === 0) return;
    }
  }
}

/** All records once, each file's in its own order. */
async function* mixedRecords(): AsyncGenerator<PaperRecord> {
  const sources = FILES.map(({ name, papers }) => ({
    records: recordsOf(fileURLToPath(new URL(name, FOLDER))),
    papers,
    taken: 0,
  }));
  try {
    for (;;) {
      // The one that is furthest behind its share.
      const source = sources.reduce((a, b) => (b.taken / b.papers < a.taken / a.papers ? b : a));
      const { value, done } = await source.records.next();
      if (done) return;
      source.taken += 1;
      yield value;
    }
  } finally {
    for (const { records } of sources) await records.return(undefined);
  }
}

async function* recordsOf(path: string): AsyncGenerator<PaperRecord, undefined> {
  for await (const { papers } of readPapers({ path }, { format: 'jsonl' })) yield* papers;
  return undefined;
}

/** The paper of a record that no other record speaks of. */
function paperOf(record: PaperRecord, revision: number): Paper {
  const [identifier] = record.identifiers;
  if (!identifier) throw new RangeError('A record has at least one identifier.');
  return {
    ...record,
    id: paperIdFrom(identifier),
    versions: [],
    provenance: {},
    withdrawn: record.withdrawn ?? false,
    editionOn: record.announcedOn ?? record.publishedOn ?? NO_DATE,
    isSample: false,
    revision,
    addedAtMs: 0,
    changedAtMs: 0,
  };
}

/**
 * Makes copies of papers, in the order in which they are handed in.
 *
 * @returns a function of the paper and of which copy of it this is, from 1
 */
export function createCopier(): (paper: Paper, copyNumber: number) => Paper {
  const random = createRandom(2026);
  const words: string[] = [];
  let at = 0;
  const replace = (word: string): string => {
    const other = words.length > 0 ? words[random.below(words.length)] : undefined;
    words[at] = word;
    at = (at + 1) % WORDS_REMEMBERED;
    return other !== undefined && random.next() < REPLACED_SHARE ? other : word;
  };
  const rewritten = (text: string): string => text.replace(REPLACEABLE_WORD, replace);

  return (paper, copyNumber) => {
    const date = paper.publishedOn && earlier(paper.publishedOn, random);
    return {
      ...paper,
      id: `copy:${copyNumber}/${paper.id}` as PaperId,
      identifiers: [],
      title: rewritten(paper.title),
      abstract: rewritten(paper.abstract),
      ...(date && { publishedOn: date, editionOn: date }),
    };
  };
}

/** The same time of some earlier year; on 29 February it is not told that there was none. */
function earlier(date: PartialDate, random: Random): PartialDate {
  const year = Number(date.slice(0, 4)) - random.below(MOST_YEARS_EARLIER + 1);
  return `${year}${date.slice(4).replace('-02-29', '-02-28')}` as PartialDate;
}
