/**
 * Papers to a segment. While papers are added, each of their words becomes a pair of numbers: its
 * term and its place. At the end the pairs are put in the order of their terms, by counting, and
 * written as posting lists.
 */

import { type Embedder, textToEmbed } from '../../embedding/embedder.js';
import type { PaperId } from '../../papers/identifiers.js';
import type { Paper } from '../../papers/paper.js';
import { visitTokens } from '../../text/analysis.js';
import { newClaim, type WordEntry } from '../../text/word-cache.js';
import { FIELDS, lengthOf } from '../bm25f.js';
import { filterFactsOf, labelsOf } from '../filters.js';
import { placeOf } from '../places.js';
import { storeVector } from '../vectors/quantise.js';
import {
  allocateVectors,
  CODE_BYTES,
  copyVector,
  DIMENSIONS,
  type SearchVectors,
  type StoredVectors,
} from '../vectors/search-vectors.js';
import { createByteSink, sharedBytesFrom } from './byte-sink.js';
import { wordsInMemory, writeForwardRow } from './forward-rows.js';
import { tableOfLabels } from './label-table.js';
import { createNumberSink, pushNumber } from './number-sink.js';
import { allocateColumns, averageLengthsOf, sortedHashes } from './paper-columns.js';
import { MOST_PAPERS_IN_SEGMENT, writePlaces } from './posting-blocks.js';
import {
  type ForwardRows,
  HAS_CODE,
  type Segment,
  type SegmentPapers,
  type SegmentTerms,
  type SegmentWords,
  WITHDRAWN,
} from './segment.js';
import {
  BETWEEN_NAMES,
  comparePapers,
  dateKeyOf,
  hashOfName,
  type PaperOrder,
} from './segment-lookup.js';
import { sharedNumbers } from './shared-arrays.js';
import { tableOf } from './string-table.js';
import { createTermWriter, type TermWriterOptions } from './term-writer.js';
import { createVocabulary, type UsedStrings, usedOf } from './vocabulary.js';

export type SegmentBuilder = {
  /**
   * Adds a paper, in place of one of the same id that was added before.
   *
   * @param vector - if the embedder's model has made it already
   */
  readonly add: (paper: Paper, vector?: Float32Array) => void;
  /** How many papers the segment will have. */
  readonly size: () => number;
  readonly build: () => Segment;
};

/** Most segments begin as the news of a moment. */
const FEW_PAPERS = 64;

/** A paper that was added. Its words and vector stand in rows that all papers share. */
type Added = PaperOrder & {
  readonly id: PaperId;
  /** Where its vector stands. */
  readonly slot: number;
  readonly names: readonly string[];
  readonly labels: readonly string[];
  readonly flags: number;
  readonly revision: number;
  readonly titleLength: number;
  readonly abstractLength: number;
  readonly tokensFrom: number;
  readonly tokensUntil: number;
  readonly wordsFrom: number;
  readonly wordsUntil: number;
};

export function createSegmentBuilder({
  embedder,
}: {
  readonly embedder: Embedder;
}): SegmentBuilder {
  const papers = new Map<PaperId, Added>();
  const vocabulary = createVocabulary();
  /** By the number of each word: its term. */
  const termOfWord = createNumberSink();
  /** Of each token its term and, in the other row, its place. */
  const tokenTerms = createNumberSink();
  const tokenPlaces = createNumberSink();
  /** The distinct words of one paper after the other. */
  const paperWords = createNumberSink();
  /** By the number of each word: where its last mention stands among those, plus 1. */
  const lastMentions = createNumberSink();
  const claim = newClaim();
  let vectors = roomForVectors(FEW_PAPERS);
  let slots = 0;

  // Of the text that is being read:
  let place = 0;
  let length = 0;
  let wordsFrom = 0;

  const number = (entry: WordEntry): void => {
    entry.wordId = vocabulary.numberOf(entry.word);
    entry.termId = vocabulary.numberOf(entry.term);
    while (termOfWord.length < vocabulary.size()) {
      pushNumber(termOfWord, 0);
      pushNumber(lastMentions, 0);
    }
    termOfWord.values[entry.wordId] = entry.termId;
    entry.claim = claim;
  };

  const takeToken = (entry: WordEntry, position: number, isJoined: boolean): void => {
    if (entry.claim !== claim) number(entry);
    const { termId, wordId } = entry;
    // The whole of `model(s)` is the same term, in the same place, as its first part before it.
    if (!isJoined || tokenTerms.values[tokenTerms.length - 1] !== termId) {
      pushNumber(tokenTerms, termId);
      pushNumber(tokenPlaces, place + position);
    }
    if ((lastMentions.values[wordId] as number) <= wordsFrom) {
      pushNumber(paperWords, wordId);
      lastMentions.values[wordId] = paperWords.length;
    }
    if (!isJoined) length += 1;
  };

  const read = (text: string, fieldAt: number, nameAt: number): void => {
    place = placeOf(fieldAt, nameAt, 0);
    visitTokens(text, takeToken);
  };

  const lengthOfField = (fieldAt: number, texts: readonly string[]): number => {
    length = 0;
    for (let nameAt = 0; nameAt < texts.length; nameAt += 1) {
      read(texts[nameAt] as string, fieldAt, nameAt);
    }
    return lengthOf(length);
  };

  return {
    add(paper, vector) {
      if (papers.size === MOST_PAPERS_IN_SEGMENT && !papers.has(paper.id)) {
        throw new RangeError(`A segment holds no more than ${MOST_PAPERS_IN_SEGMENT} papers.`);
      }
      const tokensFrom = tokenTerms.length;
      wordsFrom = paperWords.length;
      const [titleLength = 0, abstractLength = 0] = FIELDS.map(({ field }, fieldAt) => {
        if (field === 'author') return lengthOfField(fieldAt, paper.authors);
        return lengthOfField(fieldAt, [field === 'title' ? paper.title : paper.abstract]);
      });
      if (slots === vectors.scales.length) vectors = moreRoomForVectors(vectors);
      storeVector(vectors, slots, vector ?? embedder.embed(textToEmbed(paper)));
      const facts = filterFactsOf(paper);
      papers.set(paper.id, {
        id: paper.id,
        date: dateKeyOf(facts.date),
        edition: dateKeyOf(facts.editionOn),
        slot: slots,
        names: [...new Set<string>([paper.id, ...paper.identifiers])],
        // As their table holds them, or two there could be one and the same.
        labels: [...new Set(labelsOf(facts).map((label) => label.toWellFormed()))],
        flags: (facts.isWithdrawn ? WITHDRAWN : 0) | (facts.hasCode ? HAS_CODE : 0),
        revision: paper.revision,
        titleLength,
        abstractLength,
        tokensFrom,
        tokensUntil: tokenTerms.length,
        wordsFrom,
        wordsUntil: paperWords.length,
      });
      slots += 1;
    },

    size: () => papers.size,

    build() {
      const ordered = [...papers.values()].sort(comparePapers);
      const columns = columnsOf(ordered);
      const averageLengths = averageLengthsOf(columns.lengths);
      const tokens = { terms: tokenTerms.values, places: tokenPlaces.values };
      const sorted = vocabulary.sorted();
      const count = vocabulary.size();
      const terms = usedOf(sorted, usesOf(ordered.map(tokensOf), tokens.terms, count));
      const words = usedOf(sorted, usesOf(ordered.map(wordsOf), paperWords.values, count));
      const forward = forwardOf(ordered, paperWords.values, words.places);
      return {
        papers: columns,
        terms: postingsOf(ordered, tokens, terms, {
          lengths: columns.lengths,
          averageLengths,
        }),
        words: dictionaryOf(words, termOfWord.values, terms.places),
        labels: labelledBy(ordered),
        averageLengths,
        vectors: vectorsOf(ordered, vectors),
        modelId: embedder.modelId,
        wordsOf: wordsInMemory(forward),
        forward,
      };
    },
  };
}

/** Where the tokens or words of a paper stand among those of all. */
type Span = readonly [from: number, until: number];

function tokensOf({ tokensFrom, tokensUntil }: Added): Span {
  return [tokensFrom, tokensUntil];
}

function wordsOf({ wordsFrom, wordsUntil }: Added): Span {
  return [wordsFrom, wordsUntil];
}

/** How often each number is met in the spans. */
function usesOf(spans: readonly Span[], numbers: Uint32Array, count: number): Uint32Array {
  const uses = new Uint32Array(count);
  for (const [from, until] of spans) {
    for (let at = from; at < until; at += 1) {
      const number = numbers[at] as number;
      uses[number] = (uses[number] as number) + 1;
    }
  }
  return uses;
}

function columnsOf(papers: readonly Added[]): SegmentPapers {
  const columns = allocateColumns(papers.length);
  const hashes = createNumberSink();
  for (const [at, paper] of papers.entries()) {
    columns.dates[at] = paper.date;
    columns.editions[at] = paper.edition;
    columns.flags[at] = paper.flags;
    columns.lengths[at * 2] = paper.titleLength;
    columns.lengths[at * 2 + 1] = paper.abstractLength;
    columns.revisions[at] = paper.revision;
    for (const name of paper.names) {
      pushNumber(hashes, hashOfName(name));
      pushNumber(hashes, at);
    }
  }
  return {
    ...columns,
    names: tableOf(papers.map(({ names }) => names.join(BETWEEN_NAMES))),
    nameHashes: sortedHashes(hashes.values.subarray(0, hashes.length)),
  };
}

function postingsOf(
  papers: readonly Added[],
  tokens: { readonly terms: Uint32Array; readonly places: Uint32Array },
  { strings, numbers, uses }: UsedStrings,
  lengths: TermWriterOptions,
): SegmentTerms {
  // Where the next token of each term goes.
  const next = new Uint32Array(uses.length);
  let end = 0;
  for (const term of numbers) {
    next[term] = end;
    end += uses[term] as number;
  }
  // Paper and place of one token are neighbours, since the next token goes somewhere else.
  const sorted = new Uint32Array(end * 2);
  for (const [paper, { tokensFrom, tokensUntil }] of papers.entries()) {
    for (let at = tokensFrom; at < tokensUntil; at += 1) {
      const term = tokens.terms[at] as number;
      const to = next[term] as number;
      next[term] = to + 1;
      sorted[to * 2] = paper;
      sorted[to * 2 + 1] = tokens.places[at] as number;
    }
  }

  const writer = createTermWriter(lengths);
  const itsPapers = new Uint32Array(papers.length);
  const itsPlaces = createNumberSink();
  /** Where the places in each of its papers begin; one more entry than it has papers. */
  const starts = new Uint32Array(papers.length + 1);
  const writePlacesOf = (at: number): number =>
    writePlaces(writer.places, itsPlaces.values, starts[at] as number, starts[at + 1] as number);
  let from = 0;
  for (const term of numbers) {
    const until = next[term] as number;
    let count = 0;
    itsPlaces.length = 0;
    for (let at = from; at < until; at += 1) {
      const paper = sorted[at * 2] as number;
      if (count === 0 || paper !== itsPapers[count - 1]) {
        itsPapers[count] = paper;
        starts[count] = itsPlaces.length;
        count += 1;
      }
      pushNumber(itsPlaces, sorted[at * 2 + 1] as number);
    }
    starts[count] = itsPlaces.length;
    writer.write(itsPapers, count, writePlacesOf);
    from = until;
  }
  return { names: tableOf(strings), ...writer.finish() };
}

/** The words of each paper, by their places in the table of words. */
function forwardOf(papers: readonly Added[], words: Uint32Array, places: Uint32Array): ForwardRows {
  const sink = createByteSink();
  const ends = sharedNumbers(papers.length);
  let row = new Uint32Array(1_024);
  for (const [paper, { wordsFrom, wordsUntil }] of papers.entries()) {
    const count = wordsUntil - wordsFrom;
    if (count > row.length) row = new Uint32Array(count * 2);
    for (let at = 0; at < count; at += 1)
      row[at] = places[words[wordsFrom + at] as number] as number;
    row.subarray(0, count).sort();
    writeForwardRow(sink, row, count);
    ends[paper] = sink.length;
  }
  return { bytes: sharedBytesFrom(sink), ends };
}

function dictionaryOf(
  { strings, numbers, uses }: UsedStrings,
  termOfWord: Uint32Array,
  termPlaces: Uint32Array,
): SegmentWords {
  const papers = sharedNumbers(numbers.length);
  const terms = sharedNumbers(numbers.length);
  for (const [at, word] of numbers.entries()) {
    papers[at] = uses[word] as number;
    terms[at] = termPlaces[termOfWord[word] as number] as number;
  }
  return { names: tableOf(strings), papers, terms };
}

function labelledBy(papers: readonly Added[]): Segment['labels'] {
  const byLabel = new Map<string, number[]>();
  for (const [paper, { labels }] of papers.entries()) {
    for (const label of labels) {
      const labelled = byLabel.get(label);
      if (labelled) labelled.push(paper);
      else byLabel.set(label, [paper]);
    }
  }
  return tableOfLabels(byLabel);
}

function vectorsOf(papers: readonly Added[], vectors: StoredVectors): SearchVectors {
  const ordered = allocateVectors(papers.length);
  for (const [at, { slot }] of papers.entries()) copyVector(vectors, slot, ordered, at);
  return ordered;
}

function roomForVectors(count: number): StoredVectors {
  return {
    codes: new Uint8Array(count * CODE_BYTES),
    values: new Int8Array(count * DIMENSIONS),
    scales: new Float32Array(count),
  };
}

function moreRoomForVectors({ codes, values, scales }: StoredVectors): StoredVectors {
  const larger = roomForVectors(scales.length * 2);
  larger.codes.set(codes);
  larger.values.set(values);
  larger.scales.set(scales);
  return larger;
}
