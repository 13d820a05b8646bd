import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { builtSegment, contentOf } from '../../../test/support/built-segments.js';
import { paper } from '../../../test/support/papers.js';
import { randomPapers } from '../../../test/support/random-papers.js';
import { textToEmbed } from '../../embedding/embedder.js';
import { createHashedEmbedder } from '../../embedding/hashed-embedder.js';
import type { Day, PartialDate } from '../../papers/dates.js';
import type { Identifier } from '../../papers/identifiers.js';
import type { Paper } from '../../papers/paper.js';
import { analyse } from '../../text/analysis.js';
import { FIELDS, weightOfPlace } from '../bm25f.js';
import { placeOf } from '../places.js';
import { quantise } from '../vectors/quantise.js';
import { createNumberSink } from './number-sink.js';
import {
  BLOCK_SIZE,
  countsIn,
  countsOffset,
  type FieldCounts,
  readPapers,
  readRow,
} from './posting-blocks.js';
import { HAS_CODE, paperCount, type Segment, termCount, WITHDRAWN } from './segment.js';
import { createSegmentBuilder } from './segment-builder.js';
import { dateKeyOf, idOf } from './segment-lookup.js';
import { stringAt } from './string-table.js';

const embedder = createHashedEmbedder();

/** By term and paper: where it stands, ascending. */
type Places = Record<string, Record<string, number[]>>;

type Read = {
  readonly places: Places;
  /** The distinct words of each paper, and the term of each word. */
  readonly words: Record<string, string[]>;
  readonly terms: Record<string, string>;
};

/** What the words of these papers are, read as plainly as can be. */
function readPlainly(papers: readonly Paper[]): Read {
  const read: Read = { places: {}, words: {}, terms: {} };
  for (const { id, title, abstract, authors } of papers) {
    const words = new Set<string>();
    for (const [field, texts] of [[title], [abstract], authors].entries()) {
      for (const [nameAt, text] of texts.entries()) {
        for (const { term, word, position } of analyse(text)) {
          words.add(word);
          read.terms[word] = term;
          const byPaper = read.places[term] ?? {};
          const places = new Set(byPaper[id]).add(placeOf(field, nameAt, position));
          read.places[term] = { ...byPaper, [id]: [...places] };
        }
      }
    }
    read.words[id] = [...words].sort();
  }
  return read;
}

/** The same, read from a segment. */
function readSegment(segment: Segment): Read {
  const read: Read = { places: {}, words: {}, terms: {} };
  const { terms, words } = segment;
  const row = createNumberSink();
  for (let term = 0; term < termCount(segment); term += 1) {
    const byPaper: Record<string, number[]> = {};
    read.places[stringAt(terms.names, term)] = byPaper;
    let papers = 0;
    for (const { paper, byte, from } of entriesOf(segment, term)) {
      readRow(byte, terms.places, from, row);
      byPaper[idOf(segment, paper)] = [...row.values.subarray(0, row.length)];
      papers += 1;
    }
    expect(papers).toBe(terms.papers[term]);
  }
  for (let word = 0; word < words.papers.length; word += 1) {
    const term = words.terms[word] as number;
    read.terms[stringAt(words.names, word)] = stringAt(terms.names, term);
  }
  for (let paper = 0; paper < paperCount(segment); paper += 1) {
    const itsWords = Array.from(segment.wordsOf(paper), (word) => stringAt(words.names, word));
    read.words[idOf(segment, paper)] = itsWords.sort();
  }
  return read;
}

/** The papers of a term, one after the other. */
function* entriesOf({ terms }: Segment, term: number) {
  const papers = new Uint32Array(BLOCK_SIZE);
  const row = createNumberSink();
  let lastPaper = -1;
  for (
    let block = terms.firstBlocks[term] ?? 0;
    block < (terms.firstBlocks[term + 1] ?? 0);
    block += 1
  ) {
    const count = readPapers(terms, block, lastPaper, papers);
    const countsAt = countsOffset(terms, block);
    let from = terms.blockPlaceOffsets[block] as number;
    for (let at = 0; at < count; at += 1) {
      const byte = terms.postings[countsAt + at] as number;
      yield { paper: papers[at] as number, block, byte, from };
      from = readRow(byte, terms.places, from, row);
    }
    lastPaper = terms.blockLastPapers[block] as number;
    expect(lastPaper).toBe(papers[count - 1]);
    expect(from).toBe(terms.blockPlaceOffsets[block + 1]);
  }
}

function idsOf(segment: Segment): string[] {
  return Array.from({ length: paperCount(segment) }, (_, at) => idOf(segment, at));
}

function labelsIn({ labels }: Segment): Record<string, number[]> {
  const { values, ends } = labels.papers;
  return Object.fromEntries(
    Array.from(ends, (end, at) => [
      stringAt(labels.names, at),
      [...values.subarray(at === 0 ? 0 : ends[at - 1], end)],
    ]),
  );
}

/** Many papers that share words: some of them stand in several blocks. */
const MANY = Array.from({ length: 400 }, (_, at) =>
  paper(`m${at}`, {
    title: `Graph ${at % 7}`,
    abstract: `neural ${'the '.repeat(at % 30)} word${at % 3}`,
    authors: ['Ann Word', `Bo Li ${at % 5}`],
    publishedOn: `20${10 + (at % 10)}` as PartialDate,
  }),
);

describe('a segment that is built', () => {
  it('has its papers oldest first, and of one day the last id first', () => {
    const dated = (id: string, publishedOn: string, editionOn = '2026-01-01') =>
      paper(id, { publishedOn: publishedOn as PartialDate, editionOn: editionOn as Day });
    const undated = paper('u', { editionOn: '2026-02-02' as Day });
    const segment = builtSegment([
      dated('a', '2024-03'),
      dated('b', '2024-03'),
      dated('c', '2024'),
      dated('d', '2024-03', '2025-12-31'),
      undated,
    ]);
    expect(idsOf(segment)).toEqual(['u', 'c', 'd', 'b', 'a']);
    expect([...segment.papers.dates]).toEqual([0, 20_240_000, 20_240_300, 20_240_300, 20_240_300]);
    expect(segment.papers.editions[0]).toBe(20_260_202);
  });

  it('knows what filters and the ledger of changes ask', () => {
    const segment = builtSegment([
      paper('b', { revision: 2 ** 32 - 1, withdrawn: true }),
      paper('a', { revision: 7, abstract: 'See github.com/x/y' }),
    ]);
    expect([...segment.papers.revisions]).toEqual([2 ** 32 - 1, 7]);
    expect([...segment.papers.flags]).toEqual([WITHDRAWN, HAS_CODE]);
  });

  it('lists the papers of each category, of what holds it, and of each source', () => {
    const segment = builtSegment([
      paper('b', { categories: ['cs.CL', 'cs.LG'], identifiers: ['doi:10.1/b' as Identifier] }),
      paper('a', { categories: ['cs'], identifiers: ['acl:N18-1' as Identifier] }),
    ]);
    expect(labelsIn(segment)).toEqual({
      'cat:cs': [0, 1],
      'cat:cs.cl': [0],
      'cat:cs.lg': [0],
      'source:acl': [1],
      'source:doi': [0],
    });
  });

  it('counts the words of title and abstract, joined ones by their parts', () => {
    const { papers, averageLengths } = builtSegment([
      paper('b', { title: 'One few-shot title', abstract: '' }),
      paper('a', { title: 'Two words', abstract: 'word '.repeat(70_000) }),
    ]);
    expect([...papers.lengths]).toEqual([4, 0, 2, 65_535]);
    expect([...averageLengths]).toEqual([3, 65_535 / 2]);
  });

  it('takes the later of two papers of one id', () => {
    const builder = createSegmentBuilder({ embedder });
    builder.add(paper('a', { title: 'Former words', categories: ['old'] }));
    builder.add(paper('b'));
    builder.add(paper('a', { title: 'Later words' }));
    expect(builder.size()).toBe(2);
    const again = builtSegment([paper('b'), paper('a', { title: 'Later words' })]);
    expect(contentOf(builder.build())).toEqual(contentOf(again));
  });

  it('has the vector of each paper', () => {
    const { vectors } = builtSegment([
      paper('b', { title: 'Graph', abstract: 'neural networks' }),
      paper('a', { title: '', abstract: '' }),
    ]);
    const expected = quantise(
      embedder.embed(textToEmbed({ title: 'Graph', abstract: 'neural networks' })),
    );
    expect(vectors.codes.slice(0, 32)).toEqual(expected.code);
    expect(vectors.values.slice(0, 256)).toEqual(expected.values);
    expect([...vectors.scales]).toEqual([expected.scale, 0]);
  });

  it('may be empty', () => {
    const segment = builtSegment([]);
    expect(paperCount(segment)).toBe(0);
    expect(readSegment(segment)).toEqual({ places: {}, words: {}, terms: {} });
    expect([...segment.averageLengths]).toEqual([0, 0]);
  });

  it('lies in memory that threads share', () => {
    const { forward, ...arrays } = contentOf(builtSegment([paper('a')]));
    for (const array of Object.values(arrays)) {
      expect((array as Uint8Array).buffer).toBeInstanceOf(SharedArrayBuffer);
    }
    const { bytes, ends } = forward as NonNullable<Segment['forward']>;
    expect(bytes.buffer).toBeInstanceOf(SharedArrayBuffer);
    expect(ends.buffer).toBeInstanceOf(SharedArrayBuffer);
  });

  it('knows where every term stands in several blocks of papers', () => {
    const segment = builtSegment(MANY);
    expect(readSegment(segment)).toEqual(readPlainly(MANY));
    expect(segment.terms.blockLastPapers.length).toBeGreaterThan(termCount(segment));
  });

  it('knows where every term stands, and the words of every paper', () => {
    fc.assert(
      fc.property(randomPapers(12), (papers) => {
        expect(readSegment(builtSegment(papers))).toEqual(readPlainly(papers));
      }),
      { numRuns: 40 },
    );
  });

  it('is never surpassed by a paper in what it says that the papers of a block are worth', () => {
    const segment = builtSegment(MANY);
    const { lengths } = segment.papers;
    const counts: FieldCounts = [0, 0, 0];
    const most = new Map<number, number>();
    for (let term = 0; term < termCount(segment); term += 1) {
      for (const { paper, block, byte, from } of entriesOf(segment, term)) {
        countsIn(byte, segment.terms.places, from, counts);
        let worth = 0;
        for (const [field, settings] of FIELDS.entries()) {
          const average = segment.averageLengths[field] ?? 0;
          const weight = weightOfPlace(settings, lengths[paper * 2 + field] ?? 0, average);
          worth += (field === 2 ? settings.weight : weight) * (counts[field] ?? 0);
        }
        most.set(block, Math.max(most.get(block) ?? 0, worth));
      }
    }
    for (const [block, worth] of most) {
      const bound = segment.terms.blockBounds[block] as number;
      expect(bound).toBeGreaterThanOrEqual(worth);
      expect(bound).toBeLessThan(worth * 1.000_001);
    }
  });
});

it('numbers dates as it orders them', () => {
  fc.assert(
    fc.property(randomPapers(8), (papers) => {
      const { dates } = builtSegment(papers).papers;
      expect([...dates]).toEqual(
        papers.map((it) => dateKeyOf(it.announcedOn ?? it.publishedOn)).sort((a, b) => a - b),
      );
    }),
    { numRuns: 20 },
  );
});
