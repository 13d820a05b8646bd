/**
 * An index and its changes in the form in which threads hand them to each other: plain values
 * around arrays that are shared, so that a segment of gigabytes is posted in no time. Functions
 * cannot be posted; what the receiver needs of them is made anew.
 */

import { wordsInFile } from '../generations/forward-file-store.js';
import type { Death, IndexChange, IndexState } from '../segments/index-state.js';
import { papersOf } from '../segments/paper-set.js';
import {
  type ForwardFile,
  type ForwardRows,
  paperCount,
  type Segment,
} from '../segments/segment.js';
import { type SegmentSections, sectionsOf, segmentFrom } from '../segments/segment-sections.js';
import { sharedNumbers } from '../segments/shared-arrays.js';
import type { SearchVectors } from '../vectors/search-vectors.js';

export type PostedSegment = {
  readonly sections: SegmentSections;
  readonly vectors: SearchVectors;
  readonly modelId: string;
  /** The words of its papers, in memory or on disk: for merging, and for feedback. */
  readonly forward?: ForwardRows;
  readonly forwardFile?: ForwardFile;
};

/** Deaths, one behind the other: one by one, each would cost more than its words. */
type PostedDeaths = {
  readonly keys: Uint32Array;
  readonly papers: Uint32Array;
  readonly words: Uint32Array;
  /** Where the words of each end. */
  readonly ends: Uint32Array;
};

export type PostedChange = {
  readonly added: readonly { readonly key: number; readonly segment: PostedSegment }[];
  readonly deaths: PostedDeaths;
  readonly dropped: readonly number[];
  readonly hotness?: IndexChange['hotness'];
};

export function toPostedSegment(segment: Segment): PostedSegment {
  const { vectors, modelId, forward, forwardFile } = segment;
  return {
    sections: sectionsOf(segment),
    vectors,
    modelId,
    ...(forward && { forward }),
    ...(forwardFile && { forwardFile }),
  };
}

export function fromPostedSegment(posted: PostedSegment): Segment {
  const { sections, vectors, modelId, forward, forwardFile } = posted;
  return segmentFrom(sections, {
    vectors,
    modelId,
    ...(forward && { forward }),
    ...(forwardFile && { forwardFile, wordsOf: wordsInFile(forwardFile) }),
  });
}

/** For threads that search. */
export function toPostedChange({ added, deaths, dropped, hotness }: IndexChange): PostedChange {
  return {
    added: added.map(({ key, segment }) => ({ key, segment: toPostedSegment(segment) })),
    deaths: toPostedDeaths(deaths),
    dropped,
    ...(hotness && { hotness }),
  };
}

export function fromPostedChange(change: PostedChange): IndexChange {
  const { added, deaths, dropped, hotness } = change;
  return {
    added: added.map(({ key, segment }) => ({ key, segment: fromPostedSegment(segment) })),
    deaths: fromPostedDeaths(deaths),
    dropped,
    ...(hotness && { hotness }),
  };
}

/** The change that makes an empty index into this one. */
export function wholeOf(state: IndexState): IndexChange {
  const segments = state.segments();
  return {
    added: segments.map(({ key, segment }) => ({ key, segment })),
    deaths: segments.flatMap(({ key, segment, dead }) =>
      Array.from(papersOf(dead), (paper) => ({ key, paper, words: segment.wordsOf(paper) })),
    ),
    dropped: [],
    hotness: segments.flatMap(({ key, hotness }) => (hotness ? [{ key, values: hotness }] : [])),
  };
}

/** How many papers, dead or alive, some of the segments hold. */
export function papersIn(state: IndexState, keys: readonly number[]): number {
  return state
    .segments()
    .filter(({ key }) => keys.includes(key))
    .reduce((sum, { segment }) => sum + paperCount(segment), 0);
}

function toPostedDeaths(deaths: readonly Death[]): PostedDeaths {
  const keys = sharedNumbers(deaths.length);
  const papers = sharedNumbers(deaths.length);
  const ends = sharedNumbers(deaths.length);
  const words = sharedNumbers(deaths.reduce((sum, death) => sum + death.words.length, 0));
  let end = 0;
  for (const [at, death] of deaths.entries()) {
    keys[at] = death.key;
    papers[at] = death.paper;
    words.set(death.words, end);
    end += death.words.length;
    ends[at] = end;
  }
  return { keys, papers, words, ends };
}

function fromPostedDeaths({ keys, papers, words, ends }: PostedDeaths): Death[] {
  return Array.from(keys, (key, at) => ({
    key,
    paper: papers[at] as number,
    words: words.subarray(at === 0 ? 0 : ends[at - 1], ends[at]),
  }));
}
