import { describe, expect, it } from 'vitest';
import { builtSegment } from '../../../test/support/built-segments.js';
import { paper } from '../../../test/support/papers.js';
import type { PartialDate } from '../../papers/dates.js';
import { createIndexState, type IndexState } from './index-state.js';
import { newestOutdated, papersByModel, sampleOfOthers } from './outdated-papers.js';
import { papersNamed } from './segment-lookup.js';

/** A segment whose papers are named by their years. */
function segmentOf(modelId: string, ...years: readonly number[]) {
  const papers = years.map((year) => paper(`${year}`, { publishedOn: `${year}` as PartialDate }));
  return { ...builtSegment(papers), modelId };
}

/** Three segments of the former model, of which two papers have gone, and one of the latter. */
function someState(): IndexState {
  const state = createIndexState();
  const segments = [
    segmentOf('former', 2001, 2005, 2009),
    segmentOf('former', 2002, 2004, 2006),
    segmentOf('earliest', 2003),
    segmentOf('latter', 2000, 2010),
  ];
  const deaths = ['2009', '2004'].flatMap((id) =>
    segments.flatMap((segment, key) =>
      papersNamed(segment, id).map((at) => ({ key, paper: at, words: segment.wordsOf(at) })),
    ),
  );
  state.apply({
    added: segments.map((segment, key) => ({ key, segment })),
    deaths,
    dropped: [],
  });
  return state;
}

describe('papers that other models have embedded', () => {
  it('are counted', () => {
    expect(Object.fromEntries(papersByModel(someState()))).toEqual({
      former: 4,
      earliest: 1,
      latter: 2,
    });
  });

  it('are named from the newest on, without those that have gone', () => {
    expect(newestOutdated(someState(), 'latter', 3)).toEqual(['2006', '2005', '2003']);
    expect(newestOutdated(someState(), 'latter', 9)).toHaveLength(5);
    expect(newestOutdated(createIndexState(), 'latter', 9)).toEqual([]);
  });

  it('are sampled evenly, as many of each model', () => {
    expect(sampleOfOthers(someState(), 'latter', 2)).toEqual(['2001', '2002', '2003']);
    expect(sampleOfOthers(someState(), 'latter', 9)).toHaveLength(5);
    expect(sampleOfOthers(someState(), 'former', 1)).toEqual(['2003', '2000']);
  });
});
