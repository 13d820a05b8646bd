/**
 * Writes the posting lists of a segment, term by term, with what lets readers skip: where each
 * block begins, its last paper, and how much any paper of it can be worth.
 */

import { FIELDS, weightOfPlace } from '../bm25f.js';
import { type ByteSink, createByteSink, sharedBytesFrom } from './byte-sink.js';
import { createNumberSink, pushNumber, sharedFrom } from './number-sink.js';
import {
  BLOCK_SIZE,
  countsIn,
  type FieldCounts,
  PADDING_BYTES,
  writePapers,
} from './posting-blocks.js';
import type { SegmentPapers, SegmentTerms } from './segment.js';
import { sharedFloats } from './shared-arrays.js';

export type TermWriter = {
  /** Where the places of each paper are written. */
  readonly places: ByteSink;
  /**
   * Writes the next term.
   *
   * @param papers - the first `count` are those that have it, ascending, at least one
   * @param writePlacesOf - writes the places in the paper at an index, asked for in order, and
   *   returns its byte of counts
   */
  readonly write: (
    papers: ArrayLike<number>,
    count: number,
    writePlacesOf: (at: number) => number,
  ) => void;
  /** What was written, in shared memory. */
  readonly finish: () => Omit<SegmentTerms, 'names'>;
};

export type TermWriterOptions = {
  readonly lengths: SegmentPapers['lengths'];
  readonly averageLengths: Float64Array;
  /** How many bytes of each are expected; there may be more. */
  readonly capacity?: { readonly postings: number; readonly places: number };
};

export function createTermWriter({
  lengths,
  averageLengths,
  capacity,
}: TermWriterOptions): TermWriter {
  const [titleSettings, abstractSettings, authorSettings] = FIELDS;
  const titleWeights = new Float64Array(lengths.length / 2);
  const abstractWeights = new Float64Array(lengths.length / 2);
  for (let paper = 0; paper < titleWeights.length; paper += 1) {
    const title = lengths[paper * 2] as number;
    const abstract = lengths[paper * 2 + 1] as number;
    titleWeights[paper] = weightOfPlace(titleSettings, title, averageLengths[0] ?? 0);
    abstractWeights[paper] = weightOfPlace(abstractSettings, abstract, averageLengths[1] ?? 0);
  }
  // The field of the authors is marked down for no length.
  const authorWeight = weightOfPlace(authorSettings, 0, 0);

  const postings = createByteSink(capacity?.postings);
  const places = createByteSink(capacity?.places);
  const termPapers = createNumberSink();
  const firstBlocks = createNumberSink();
  const lastPapers = createNumberSink();
  const offsets = createNumberSink();
  const placeOffsets = createNumberSink();
  const bounds: number[] = [];
  const counts: FieldCounts = [0, 0, 0];

  return {
    places,

    write(papers, count, writePlacesOf) {
      pushNumber(termPapers, count);
      pushNumber(firstBlocks, lastPapers.length);
      let lastPaper = -1;
      for (let from = 0; from < count; from += BLOCK_SIZE) {
        const until = Math.min(from + BLOCK_SIZE, count);
        pushNumber(offsets, postings.length);
        pushNumber(placeOffsets, places.length);
        const countsAt = writePapers(postings, papers, from, until - from, lastPaper) - from;
        let bound = 0;
        for (let at = from; at < until; at += 1) {
          const placesAt = places.length;
          const byte = writePlacesOf(at);
          postings.bytes[countsAt + at] = byte;
          countsIn(byte, places.bytes, placesAt, counts);
          const paper = papers[at] as number;
          const worth =
            (titleWeights[paper] as number) * counts[0] +
            (abstractWeights[paper] as number) * counts[1] +
            authorWeight * counts[2];
          if (worth > bound) bound = worth;
        }
        lastPaper = papers[until - 1] as number;
        pushNumber(lastPapers, lastPaper);
        bounds.push(bound);
      }
    },

    finish() {
      pushNumber(firstBlocks, lastPapers.length);
      pushNumber(offsets, postings.length);
      pushNumber(placeOffsets, places.length);
      return {
        papers: sharedFrom(termPapers),
        firstBlocks: sharedFrom(firstBlocks),
        blockLastPapers: sharedFrom(lastPapers),
        blockOffsets: sharedFrom(offsets),
        blockPlaceOffsets: sharedFrom(placeOffsets),
        blockBounds: boundsFrom(bounds),
        postings: sharedBytesFrom(postings, PADDING_BYTES),
        places: sharedBytesFrom(places),
      };
    },
  };
}

/** The bounds as floats of 32 bits, none of them less than it was. */
function boundsFrom(bounds: readonly number[]): Float32Array {
  const floats = sharedFloats(bounds.length);
  const bits = new Uint32Array(floats.buffer);
  for (let block = 0; block < bounds.length; block += 1) {
    const bound = bounds[block] as number;
    floats[block] = bound;
    // The bits of positive floats, read as whole numbers, are in the order of the floats.
    if ((floats[block] as number) < bound) bits[block] = (bits[block] as number) + 1;
  }
  return floats;
}
