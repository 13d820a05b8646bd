/**
 * Several segments as one, without their dead papers: byte for byte what building the living ones
 * anew would give, and many times as fast. No text is read again: places are copied as they are
 * encoded, and only what numbers papers, terms and words is numbered anew.
 */

import { allocateVectors, copyVector, type SearchVectors } from '../vectors/search-vectors.js';
import { createByteSink, sharedBytesFrom } from './byte-sink.js';
import { readForwardRowInto, wordsInMemory, writeForwardRow } from './forward-rows.js';
import { tableOfLabels } from './label-table.js';
import { isDead, type MergedPapers, type MergePart, NONE, orderPapers } from './merge-order.js';
import { chosenStrings, keptNumbers, uniteTables } from './merge-tables.js';
import { mergeTerms } from './merge-terms.js';
import { createNumberSink, type NumberSink, pushNumber } from './number-sink.js';
import { allocateColumns, averageLengthsOf, sortedHashes } from './paper-columns.js';
import {
  type ForwardRows,
  paperCount,
  type Segment,
  type SegmentPapers,
  type SegmentWords,
} from './segment.js';
import { sharedNumbers } from './shared-arrays.js';
import { pickStrings, startOf, stringAt } from './string-table.js';

export type { MergePart };

/**
 * @param parts - all with vectors of one model
 * @throws RangeError if there are more living papers than a segment can hold
 */
export function mergeSegments(parts: readonly MergePart[]): Segment {
  const segments = parts.map(({ segment }) => segment);
  const papers = orderPapers(parts);
  const columns = mergeColumns(segments, papers);
  const averageLengths = averageLengthsOf(columns.lengths);
  const terms = mergeTerms(segments, papers, { lengths: columns.lengths, averageLengths });
  const words = mergeWords(parts, terms.numbers);
  const forward = mergeForward(segments, papers, words.numbers);
  return {
    papers: columns,
    terms: terms.terms,
    words: words.words,
    labels: mergeLabels(segments, papers),
    averageLengths,
    vectors: mergeVectors(segments, papers),
    modelId: modelOf(segments),
    wordsOf: wordsInMemory(forward),
    forward,
  };
}

function mergeColumns(segments: readonly Segment[], papers: MergedPapers): SegmentPapers {
  const columns = allocateColumns(papers.count);
  for (let paper = 0; paper < papers.count; paper += 1) {
    const from = (segments[papers.parts[paper] as number] as Segment).papers;
    const at = papers.numbers[paper] as number;
    columns.dates[paper] = from.dates[at] as number;
    columns.editions[paper] = from.editions[at] as number;
    columns.flags[paper] = from.flags[at] as number;
    columns.lengths[paper * 2] = from.lengths[at * 2] as number;
    columns.lengths[paper * 2 + 1] = from.lengths[at * 2 + 1] as number;
    columns.revisions[paper] = from.revisions[at] as number;
  }
  const tables = segments.map((segment) => segment.papers.names);
  return {
    ...columns,
    names: pickStrings(tables, papers.parts, papers.numbers),
    nameHashes: mergeHashes(segments, papers),
  };
}

function mergeHashes(segments: readonly Segment[], { merged }: MergedPapers): Uint32Array {
  const pairs = createNumberSink();
  for (const [part, segment] of segments.entries()) {
    const { nameHashes } = segment.papers;
    for (let at = 0; at < nameHashes.length; at += 2) {
      const paper = merged[part]?.[nameHashes[at + 1] as number] as number;
      if (paper === NONE) continue;
      pushNumber(pairs, nameHashes[at] as number);
      pushNumber(pairs, paper);
    }
  }
  return sortedHashes(pairs.values.subarray(0, pairs.length));
}

type MergedWords = {
  readonly words: SegmentWords;
  /** For each part, what number each of its words gets; {@link NONE} if no living paper has it. */
  readonly numbers: readonly Uint32Array[];
};

/** @param termNumbers - for each part, what number each of its terms gets */
function mergeWords(parts: readonly MergePart[], termNumbers: readonly Uint32Array[]): MergedWords {
  const tables = parts.map(({ segment }) => segment.words.names);
  const union = uniteTables(tables);
  const papersByWord = new Uint32Array(union.tables.length);
  for (const [at, part] of parts.entries()) {
    const numbers = union.numbers[at] as Uint32Array;
    const living = livingByWord(part);
    for (let word = 0; word < living.length; word += 1) {
      const number = numbers[word] as number;
      papersByWord[number] = (papersByWord[number] as number) + (living[word] as number);
    }
  }
  const kept = new Uint32Array(papersByWord.length).fill(NONE);
  const chosen = createNumberSink();
  for (let word = 0; word < kept.length; word += 1) {
    if (papersByWord[word] === 0) continue;
    kept[word] = chosen.length;
    pushNumber(chosen, word);
  }
  const papers = sharedNumbers(chosen.length);
  const terms = sharedNumbers(chosen.length);
  for (let at = 0; at < chosen.length; at += 1) {
    const word = chosen.values[at] as number;
    const part = union.tables[word] as number;
    const term = parts[part]?.segment.words.terms[union.places[word] as number] as number;
    papers[at] = papersByWord[word] as number;
    terms[at] = termNumbers[part]?.[term] as number;
  }
  return {
    words: { names: chosenStrings(tables, union, chosen), papers, terms },
    numbers: keptNumbers(union, kept),
  };
}

/** How many living papers have each word of a part. */
function livingByWord(part: MergePart): Uint32Array {
  const { segment } = part;
  const living = segment.words.papers.slice();
  for (let paper = 0; paper < paperCount(segment); paper += 1) {
    if (!isDead(part, paper)) continue;
    for (const word of segment.wordsOf(paper)) living[word] = (living[word] as number) - 1;
  }
  return living;
}

function mergeForward(
  segments: readonly Segment[],
  papers: MergedPapers,
  wordNumbers: readonly Uint32Array[],
): ForwardRows {
  const expected = segments.reduce((sum, { forward }) => sum + (forward?.bytes.length ?? 0), 0);
  const sink = createByteSink(expected + 1);
  const ends = sharedNumbers(papers.count);
  const row = createNumberSink();
  for (let paper = 0; paper < papers.count; paper += 1) {
    const part = papers.parts[paper] as number;
    const numbers = wordNumbers[part] as Uint32Array;
    readWords(segments[part] as Segment, papers.numbers[paper] as number, row);
    const { values, length } = row;
    for (let at = 0; at < length; at += 1) values[at] = numbers[values[at] as number] as number;
    writeForwardRow(sink, values, length);
    ends[paper] = sink.length;
  }
  return { bytes: sharedBytesFrom(sink), ends };
}

/** Reads the words of a paper, in place of what `into` held. */
function readWords({ forward, wordsOf }: Segment, paper: number, into: NumberSink): void {
  if (forward) {
    const { bytes, ends } = forward;
    readForwardRowInto(bytes, startOf(ends, paper), ends[paper] as number, into);
    return;
  }
  // A copy, since the words will be numbered anew.
  into.values = wordsOf(paper).slice();
  into.length = into.values.length;
}

function mergeLabels(segments: readonly Segment[], { merged }: MergedPapers): Segment['labels'] {
  const byLabel = new Map<string, Uint32Array>();
  for (const [part, { labels }] of segments.entries()) {
    const { values, ends } = labels.papers;
    for (let at = 0; at < ends.length; at += 1) {
      const label = stringAt(labels.names, at);
      const papers = values
        .subarray(startOf(ends, at), ends[at])
        .map((paper) => merged[part]?.[paper] as number)
        .filter((paper) => paper !== NONE);
      if (papers.length > 0) byLabel.set(label, joined(byLabel.get(label), papers));
    }
  }
  return tableOfLabels(byLabel);
}

/** Both, ascending. */
function joined(some: Uint32Array | undefined, others: Uint32Array): Uint32Array {
  if (!some) return others;
  const both = new Uint32Array(some.length + others.length);
  both.set(some);
  both.set(others, some.length);
  return both.sort();
}

function modelOf(segments: readonly Segment[]): string {
  const [modelId = '', ...others] = new Set(segments.map((segment) => segment.modelId));
  if (others.length > 0) {
    throw new RangeError(`The vectors of ${1 + others.length} models do not make one segment.`);
  }
  return modelId;
}

function mergeVectors(segments: readonly Segment[], papers: MergedPapers): SearchVectors {
  const vectors = allocateVectors(papers.count);
  for (let paper = 0; paper < papers.count; paper += 1) {
    const from = (segments[papers.parts[paper] as number] as Segment).vectors;
    copyVector(from, papers.numbers[paper] as number, vectors, paper);
  }
  return vectors;
}
