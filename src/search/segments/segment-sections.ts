/**
 * A segment as named arrays and back: to write it to disk, and to hand it to another thread, which
 * shares the arrays (functions cannot be handed over).
 */

import type { SearchVectors } from '../vectors/search-vectors.js';
import { wordsInMemory } from './forward-rows.js';
import type { ForwardFile, ForwardRows, Segment } from './segment.js';

export type SegmentSections = {
  readonly 'papers.names.bytes': Uint8Array;
  readonly 'papers.names.ends': Uint32Array;
  readonly 'papers.nameHashes': Uint32Array;
  readonly 'papers.dates': Uint32Array;
  readonly 'papers.editions': Uint32Array;
  readonly 'papers.flags': Uint8Array;
  readonly 'papers.lengths': Uint16Array;
  readonly 'papers.revisions': Uint32Array;
  readonly 'terms.names.bytes': Uint8Array;
  readonly 'terms.names.ends': Uint32Array;
  readonly 'terms.papers': Uint32Array;
  readonly 'terms.firstBlocks': Uint32Array;
  readonly 'terms.blockLastPapers': Uint32Array;
  readonly 'terms.blockOffsets': Uint32Array;
  readonly 'terms.blockPlaceOffsets': Uint32Array;
  readonly 'terms.blockBounds': Float32Array;
  readonly 'terms.postings': Uint8Array;
  readonly 'terms.places': Uint8Array;
  readonly 'words.names.bytes': Uint8Array;
  readonly 'words.names.ends': Uint32Array;
  readonly 'words.papers': Uint32Array;
  readonly 'words.terms': Uint32Array;
  readonly 'labels.names.bytes': Uint8Array;
  readonly 'labels.names.ends': Uint32Array;
  readonly 'labels.papers.values': Uint32Array;
  readonly 'labels.papers.ends': Uint32Array;
  readonly averageLengths: Float64Array;
};

export type SectionName = keyof SegmentSections;

/** What each section is an array of. */
export const SECTION_ARRAYS: {
  readonly [Name in SectionName]: new (
    buffer: ArrayBufferLike,
    byteOffset?: number,
    length?: number,
  ) => SegmentSections[Name];
} = {
  'papers.names.bytes': Uint8Array,
  'papers.names.ends': Uint32Array,
  'papers.nameHashes': Uint32Array,
  'papers.dates': Uint32Array,
  'papers.editions': Uint32Array,
  'papers.flags': Uint8Array,
  'papers.lengths': Uint16Array,
  'papers.revisions': Uint32Array,
  'terms.names.bytes': Uint8Array,
  'terms.names.ends': Uint32Array,
  'terms.papers': Uint32Array,
  'terms.firstBlocks': Uint32Array,
  'terms.blockLastPapers': Uint32Array,
  'terms.blockOffsets': Uint32Array,
  'terms.blockPlaceOffsets': Uint32Array,
  'terms.blockBounds': Float32Array,
  'terms.postings': Uint8Array,
  'terms.places': Uint8Array,
  'words.names.bytes': Uint8Array,
  'words.names.ends': Uint32Array,
  'words.papers': Uint32Array,
  'words.terms': Uint32Array,
  'labels.names.bytes': Uint8Array,
  'labels.names.ends': Uint32Array,
  'labels.papers.values': Uint32Array,
  'labels.papers.ends': Uint32Array,
  averageLengths: Float64Array,
};

/** What a segment consists of besides its sections. */
type SegmentRest = {
  readonly vectors: SearchVectors;
  readonly modelId: string;
  /** Where the words of each paper are in memory. */
  readonly forward?: ForwardRows;
  /** Where they are not: how to read them, and from which file. */
  readonly wordsOf?: Segment['wordsOf'];
  readonly forwardFile?: ForwardFile;
};

/** All arrays of a segment but its vectors and forward rows, which lie in their own ways. */
export function sectionsOf({
  papers,
  terms,
  words,
  labels,
  averageLengths,
}: Segment): SegmentSections {
  return {
    'papers.names.bytes': papers.names.bytes,
    'papers.names.ends': papers.names.ends,
    'papers.nameHashes': papers.nameHashes,
    'papers.dates': papers.dates,
    'papers.editions': papers.editions,
    'papers.flags': papers.flags,
    'papers.lengths': papers.lengths,
    'papers.revisions': papers.revisions,
    'terms.names.bytes': terms.names.bytes,
    'terms.names.ends': terms.names.ends,
    'terms.papers': terms.papers,
    'terms.firstBlocks': terms.firstBlocks,
    'terms.blockLastPapers': terms.blockLastPapers,
    'terms.blockOffsets': terms.blockOffsets,
    'terms.blockPlaceOffsets': terms.blockPlaceOffsets,
    'terms.blockBounds': terms.blockBounds,
    'terms.postings': terms.postings,
    'terms.places': terms.places,
    'words.names.bytes': words.names.bytes,
    'words.names.ends': words.names.ends,
    'words.papers': words.papers,
    'words.terms': words.terms,
    'labels.names.bytes': labels.names.bytes,
    'labels.names.ends': labels.names.ends,
    'labels.papers.values': labels.papers.values,
    'labels.papers.ends': labels.papers.ends,
    averageLengths,
  };
}

/** The segment of these arrays. Where no words of papers are handed in, nobody may ask for them. */
export function segmentFrom(sections: SegmentSections, rest: SegmentRest): Segment {
  const { vectors, modelId, forward, forwardFile } = rest;
  return {
    papers: {
      names: tableIn(sections, 'papers.names'),
      nameHashes: sections['papers.nameHashes'],
      dates: sections['papers.dates'],
      editions: sections['papers.editions'],
      flags: sections['papers.flags'],
      lengths: sections['papers.lengths'],
      revisions: sections['papers.revisions'],
    },
    terms: {
      names: tableIn(sections, 'terms.names'),
      papers: sections['terms.papers'],
      firstBlocks: sections['terms.firstBlocks'],
      blockLastPapers: sections['terms.blockLastPapers'],
      blockOffsets: sections['terms.blockOffsets'],
      blockPlaceOffsets: sections['terms.blockPlaceOffsets'],
      blockBounds: sections['terms.blockBounds'],
      postings: sections['terms.postings'],
      places: sections['terms.places'],
    },
    words: {
      names: tableIn(sections, 'words.names'),
      papers: sections['words.papers'],
      terms: sections['words.terms'],
    },
    labels: {
      names: tableIn(sections, 'labels.names'),
      papers: { values: sections['labels.papers.values'], ends: sections['labels.papers.ends'] },
    },
    averageLengths: sections.averageLengths,
    vectors,
    modelId,
    wordsOf: rest.wordsOf ?? (forward ? wordsInMemory(forward) : noWords),
    ...(forward && { forward }),
    ...(forwardFile && { forwardFile }),
  };
}

type TableName = 'papers.names' | 'terms.names' | 'words.names' | 'labels.names';

function tableIn(sections: SegmentSections, name: TableName): Segment['words']['names'] {
  return { bytes: sections[`${name}.bytes`], ends: sections[`${name}.ends`] };
}

function noWords(): never {
  throw new RangeError('The words of papers were not handed over with this segment.');
}
