import { describe, expect, it } from 'vitest';
import { paper } from '../../../test/support/papers.js';
import { createHashedEmbedder } from '../../embedding/hashed-embedder.js';
import type { PaperId } from '../../papers/identifiers.js';
import type { Paper } from '../../papers/paper.js';
import { createIndexWriter, type IndexWriter } from './index-writer.js';
import { mergeSegments } from './merge-segments.js';
import { has } from './paper-set.js';
import { paperCount } from './segment.js';
import { idOf } from './segment-lookup.js';

const embedder = createHashedEmbedder();

function takeIn(writer: IndexWriter, papers: readonly Paper[], removed: readonly string[] = []) {
  return writer.takeIn({ papers, removed: removed as PaperId[] });
}

function numbered(from: number, until: number): Paper[] {
  return Array.from({ length: until - from }, (_, at) => paper(`p${from + at}`));
}

/** The ids of all papers that live, with how hot each is. */
function livingIn({ state }: IndexWriter): Record<string, number | undefined> {
  const living = state.segments().flatMap(({ segment, dead, hotness }) =>
    Array.from({ length: paperCount(segment) }, (_, at) => at)
      .filter((at) => !has(dead, at))
      .map((at) => [idOf(segment, at), hotness?.[at]] as const),
  );
  return Object.fromEntries(living);
}

/** Merges all there is to merge, as a thread does that has nothing else to do. */
function mergeAll(writer: IndexWriter): void {
  for (let plan = writer.planMerge(); plan; plan = writer.planMerge()) {
    writer.completeMerge(plan, mergeSegments(plan.parts));
  }
}

describe('the index writer', () => {
  it('replaces a paper that changed, wherever its former version lies', () => {
    const writer = createIndexWriter(embedder);
    takeIn(writer, numbered(0, 3));
    takeIn(writer, [paper('p1', { title: 'Changed' })], ['p2', 'nobody']);
    expect(Object.keys(livingIn(writer)).sort()).toEqual(['p0', 'p1']);
    expect(writer.state.size()).toBe(2);
  });

  it('leaves a paper alone that has the id of one that goes as another name', () => {
    const writer = createIndexWriter(embedder);
    const identifiers = ['p0', 'p1'] as unknown as Paper['identifiers'];
    takeIn(writer, [paper('p1', { identifiers }), paper('p0')]);
    takeIn(writer, [], ['p0']);
    expect(Object.keys(livingIn(writer))).toEqual(['p1']);
  });

  it('keeps no segment of papers that all went, however often one paper changes', () => {
    const writer = createIndexWriter(embedder);
    for (let change = 0; change < 30; change += 1) {
      takeIn(writer, [paper('p1', { title: `Version ${change}` })]);
      mergeAll(writer);
      expect(writer.state.segments()).toHaveLength(1);
    }
    takeIn(writer, [], ['p1']);
    mergeAll(writer);
    expect(writer.state.segments()).toEqual([]);
    expect(writer.state.averageLengths()).toEqual([0, 0, 0]);
  });

  it('lets go from a merged segment what went while it was being made', () => {
    const writer = createIndexWriter(embedder);
    for (let segment = 0; segment < 8; segment += 1) {
      takeIn(writer, numbered(segment * 2, segment * 2 + 2));
    }
    const plan = writer.planMerge();
    if (!plan) throw new RangeError('Eight segments are enough to merge.');
    takeIn(writer, [paper('p3', { title: 'Changed' })], ['p4']);
    writer.completeMerge(plan, mergeSegments(plan.parts));
    expect(writer.state.size()).toBe(15);
    expect(Object.keys(livingIn(writer))).toHaveLength(15);
    expect(livingIn(writer)).not.toHaveProperty('p4');
    const [changed] = writer.state.segments().filter(({ segment }) => paperCount(segment) === 1);
    expect(changed && idOf(changed.segment, 0)).toBe('p3');
  });

  it('knows how hot papers are that come later, whether few or many are hot', () => {
    for (const hotPapers of [1, 20]) {
      const writer = createIndexWriter(embedder);
      takeIn(writer, numbered(0, 2));
      const ids = Array.from({ length: hotPapers }, (_, at) => `p${at * 3}` as PaperId);
      writer.setHotness(new Map(ids.map((id, at) => [id, at + 0.5])));
      takeIn(writer, numbered(2, 5));
      const p3 = hotPapers > 1 ? 1.5 : Number.NaN;
      expect(livingIn(writer)).toEqual({
        p0: 0.5,
        p1: Number.NaN,
        p2: Number.NaN,
        p3,
        p4: Number.NaN,
      });
    }
  });
});
