/**
 * The whole index as one thread sees it: its segments, and which of their papers have gone.
 *
 * Segments never change and are shared between threads; what changes is this small state, which
 * every thread keeps for itself. Changes come as values, made by the index writer, and are
 * applied between two searches, so that an answer never comes from half a change.
 */

import { clear, createPaperSet, has, add as mark, type PaperSet } from './paper-set.js';
import { paperCount, type Segment } from './segment.js';

/** Names a segment among those of one index, for as long as the process lives. */
export type SegmentKey = number;

/** A paper that goes from its segment, because it changed, moved or was deleted. */
export type Death = {
  readonly key: SegmentKey;
  readonly paper: number;
  /** Its distinct words, whose counts go with it. */
  readonly words: Uint32Array;
};

/** Applied as a whole: what was added, what goes from what stays, what is dropped altogether. */
export type IndexChange = {
  readonly added: readonly { readonly key: SegmentKey; readonly segment: Segment }[];
  readonly deaths: readonly Death[];
  readonly dropped: readonly SegmentKey[];
  /** How hot the papers of a segment are, by their numbers; NaN for those of which none knows. */
  readonly hotness?: readonly { readonly key: SegmentKey; readonly values: Float64Array }[];
};

export type LiveSegment = {
  readonly key: SegmentKey;
  readonly segment: Segment;
  readonly dead: PaperSet;
  readonly deadCount: number;
  /** How many papers with a term or word have gone, by its place in the segment. */
  readonly termsLost: ReadonlyMap<number, number>;
  readonly wordsLost: ReadonlyMap<number, number>;
  readonly hotness: Float64Array | undefined;
};

export type IndexState = {
  /** In no order that means anything. */
  readonly segments: () => readonly LiveSegment[];
  /** How many papers live. */
  readonly size: () => number;
  /** Words in each of `FIELDS` of the average living paper; 0 for the authors, never weighed. */
  readonly averageLengths: () => readonly [number, number, number];
  /** @throws RangeError if it names a segment or a paper that is not there */
  readonly apply: (change: IndexChange) => void;
};

type MutableSegment = {
  -readonly [Key in keyof LiveSegment]: LiveSegment[Key];
} & { termsLost: Map<number, number>; wordsLost: Map<number, number> };

const LENGTHS = 2;

export function createIndexState(): IndexState {
  let segments: readonly MutableSegment[] = [];
  let size = 0;
  const totals = [0, 0];

  const count = ({ segment }: MutableSegment, paper: number, sign: 1 | -1): void => {
    for (let field = 0; field < LENGTHS; field += 1) {
      const length = segment.papers.lengths[paper * LENGTHS + field] as number;
      totals[field] = (totals[field] as number) + sign * length;
    }
    size += sign;
  };

  const livingOf = (live: MutableSegment, sign: 1 | -1): void => {
    for (let paper = 0; paper < paperCount(live.segment); paper += 1) {
      if (!has(live.dead, paper)) count(live, paper, sign);
    }
  };

  const segmentOf = (key: SegmentKey): MutableSegment => {
    const found = segments.find((live) => live.key === key);
    if (!found) throw new RangeError(`There is no segment ${key}.`);
    return found;
  };

  const bury = ({ key, paper, words }: Death): void => {
    const live = segmentOf(key);
    if (paper >= paperCount(live.segment) || has(live.dead, paper)) {
      throw new RangeError(`Segment ${key} has no living paper ${paper}.`);
    }
    count(live, paper, -1);
    mark(live.dead, paper);
    live.deadCount += 1;
    const terms = new Set<number>();
    for (const word of words) {
      addOne(live.wordsLost, word);
      terms.add(live.segment.words.terms[word] as number);
    }
    for (const term of terms) addOne(live.termsLost, term);
  };

  return {
    segments: () => segments,
    size: () => size,
    averageLengths: () =>
      size === 0 ? [0, 0, 0] : [(totals[0] as number) / size, (totals[1] as number) / size, 0],

    apply({ added, deaths, dropped, hotness = [] }) {
      for (const { key, segment } of added) {
        const dead = createPaperSet(paperCount(segment));
        clear(dead);
        const live: MutableSegment = {
          key,
          segment,
          dead,
          deadCount: 0,
          termsLost: new Map(),
          wordsLost: new Map(),
          hotness: undefined,
        };
        livingOf(live, 1);
        segments = [...segments, live];
      }
      for (const death of deaths) bury(death);
      for (const key of dropped) {
        livingOf(segmentOf(key), -1);
        segments = segments.filter((live) => live.key !== key);
      }
      for (const { key, values } of hotness) segmentOf(key).hotness = values;
    },
  };
}

function addOne(counts: Map<number, number>, key: number): void {
  counts.set(key, (counts.get(key) ?? 0) + 1);
}
