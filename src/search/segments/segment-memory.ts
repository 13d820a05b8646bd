/**
 * What was found in a large segment and is likely asked for again, by this thread: the papers of
 * common words, and those of phrases of common words. Segments never change, so it stays true; it
 * goes with the segment.
 */

import type { FoundPlaces } from './found-places.js';
import type { PaperSet } from './paper-set.js';
import { paperCount, type Segment } from './segment.js';

export type SegmentMemory = {
  /** By the place of a term among those of the segment: the papers that have it. */
  readonly papersOfTerm: Memory<number, PaperSet>;
  readonly ways: Memory<string, FoundPlaces>;
};

/** Holds the last values that were put or asked for, as many as there is room for. */
export type Memory<Key, Value> = {
  readonly get: (key: Key) => Value | undefined;
  /** @param size - how much of the room it takes; what takes too much is not kept */
  readonly put: (key: Key, value: Value, size: number) => void;
};

/** In a smaller segment everything is found at once. */
const FEWEST_PAPERS = 8_192;

/** Sets of papers that are kept: 8 MB in a segment of 1,000,000 papers. */
const MOST_SETS = 64;

/** Numbers of phrases that are kept for each paper of the segment: 16 MB of 1,000,000 papers. */
const NUMBERS_PER_PAPER = 4;

/** A greater part of the room is not given to one value. */
const LARGEST_SHARE: number = 1 / 4;

const memories = new WeakMap<Segment, SegmentMemory>();

/** The memory of a segment; none if it is small. */
export function memoryOf(segment: Segment): SegmentMemory | undefined {
  const papers = paperCount(segment);
  if (papers < FEWEST_PAPERS) return undefined;
  const known = memories.get(segment);
  if (known) return known;
  const memory: SegmentMemory = {
    papersOfTerm: createMemory(MOST_SETS),
    ways: createMemory(papers * NUMBERS_PER_PAPER),
  };
  memories.set(segment, memory);
  return memory;
}

export function createMemory<Key, Value>(room: number): Memory<Key, Value> {
  /** Those that were asked for longest ago come first. */
  const entries = new Map<Key, { readonly value: Value; readonly size: number }>();
  let taken = 0;

  const drop = (key: Key): void => {
    taken -= entries.get(key)?.size ?? 0;
    entries.delete(key);
  };

  return {
    get(key) {
      const entry = entries.get(key);
      if (!entry) return undefined;
      entries.delete(key);
      entries.set(key, entry);
      return entry.value;
    },

    put(key, value, size) {
      drop(key);
      if (size > room * LARGEST_SHARE) return;
      for (const oldest of entries.keys()) {
        if (taken + size <= room) break;
        drop(oldest);
      }
      entries.set(key, { value, size });
      taken += size;
    },
  };
}
