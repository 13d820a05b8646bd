import { describe, expect, it } from 'vitest';
import { builtSegment, contentOf } from '../../../test/support/built-segments.js';
import { paper } from '../../../test/support/papers.js';
import { SECTION_ARRAYS, type SectionName, sectionsOf, segmentFrom } from './segment-sections.js';

describe('a segment as named arrays', () => {
  const segment = builtSegment([paper('a', { title: 'Graph words' }), paper('b')]);
  const { vectors, modelId, forward } = segment;
  if (!forward) throw new Error('a built segment has the words of its papers');

  it('is the same segment in another thread, which shares its memory', () => {
    const handed = structuredClone({ sections: sectionsOf(segment), vectors, modelId, forward });
    const there = segmentFrom(handed.sections, handed);
    expect(contentOf(there)).toEqual(contentOf(segment));
    expect(there.wordsOf(1)).toEqual(segment.wordsOf(1));
    segment.papers.revisions[0] = 99;
    expect(there.papers.revisions[0]).toBe(99);
  });

  it('is the same segment when it was bytes between', () => {
    const sections = Object.fromEntries(
      Object.entries(sectionsOf(segment)).map(([name, { buffer, byteOffset, byteLength }]) => {
        const bytes = new Uint8Array(buffer, byteOffset, byteLength).slice();
        return [name, new SECTION_ARRAYS[name as SectionName](bytes.buffer)];
      }),
    ) as ReturnType<typeof sectionsOf>;
    const again = segmentFrom(sections, { vectors, modelId, wordsOf: segment.wordsOf });
    expect(contentOf(again)).toEqual({ ...contentOf(segment), forward: undefined });
    expect(again.wordsOf(0)).toEqual(segment.wordsOf(0));
  });

  it('says so when the words of papers are asked for and were not handed over', () => {
    const searched = segmentFrom(sectionsOf(segment), { vectors, modelId });
    expect(() => searched.wordsOf(0)).toThrow(RangeError);
  });
});
