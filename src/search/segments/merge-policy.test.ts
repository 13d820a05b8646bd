import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { segmentsToMerge, segmentsToUnite } from './merge-policy.js';
import { MOST_PAPERS_IN_SEGMENT } from './posting-blocks.js';

const MODEL = 'model-1';

const sizes = (...living: readonly number[]) =>
  living.map((papers, key) => ({ key, modelId: MODEL, living: papers, dead: 0 }));

describe('segments are merged', () => {
  it('when eight of about one size have come together', () => {
    expect(segmentsToMerge(sizes(1, 1, 1, 1, 1, 1, 1))).toEqual([]);
    expect(segmentsToMerge(sizes(1, 1, 1, 1, 1, 1, 1, 1))).toHaveLength(8);
    expect(segmentsToMerge(sizes(90_000, 1, 1, 1, 1, 1, 1, 1))).toEqual([]);
    expect(segmentsToMerge(sizes(90_000, 1, 1, 1, 1, 1, 1, 1, 1))).not.toContain(0);
  });

  it('one alone when a quarter of its papers went', () => {
    const segment = { key: 7, modelId: MODEL, living: 74, dead: 26 };
    expect(segmentsToMerge([segment, { ...segment, key: 8, living: 5, dead: 0 }])).toEqual([7]);
    expect(segmentsToMerge([{ ...segment, living: 75, dead: 25 }])).toEqual([]);
    expect(segmentsToMerge([{ ...segment, key: 1, living: 0, dead: 3 }])).toEqual([1]);
  });

  it('only with those whose vectors are of the same model', () => {
    const mixed = [...sizes(1, 1, 1, 1), ...sizes(0, 0, 0, 0, 1, 1, 1, 1).slice(4)].map((size) => ({
      ...size,
      modelId: size.key < 4 ? MODEL : 'model-2',
    }));
    expect(segmentsToMerge(mixed)).toEqual([]);
    const more = sizes(0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1).slice(8);
    expect(segmentsToMerge([...mixed, ...more])).toEqual([0, 1, 2, 3, 8, 9, 10, 11]);
    expect(segmentsToUnite(mixed)).toEqual([
      [0, 1, 2, 3],
      [4, 5, 6, 7],
    ]);
  });

  it('never into one of more papers than a segment holds', () => {
    const half = MOST_PAPERS_IN_SEGMENT / 2;
    expect(segmentsToMerge(sizes(...Array.from({ length: 9 }, () => half)))).toHaveLength(2);
    expect(segmentsToUnite(sizes(half, half, 1))).toEqual([[2, 0]]);
  });

  it('not one alone that lost nothing, over and over, because no two fit together', () => {
    const full = Array.from({ length: 9 }, () => MOST_PAPERS_IN_SEGMENT);
    expect(segmentsToMerge(sizes(...full))).toEqual([]);
    expect(segmentsToMerge(sizes(...full, 1, 1, 1, 1, 1, 1, 1, 1))).toHaveLength(8);
  });

  it('until a catalogue that only grows has few of them, each paper a few times', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 4_000 }), { maxLength: 400 }), (batches) => {
        let live: { key: number; modelId: string; living: number; dead: number }[] = [];
        let written = 0;
        for (const [key, living] of batches.entries()) {
          live.push({ key, modelId: MODEL, living, dead: 0 });
          for (let keys = segmentsToMerge(live); keys.length > 0; keys = segmentsToMerge(live)) {
            const merged = live.filter((it) => keys.includes(it.key));
            const papers = merged.reduce((sum, it) => sum + it.living, 0);
            written += papers;
            live = live.filter((it) => !keys.includes(it.key));
            live.push({ key: Number(keys[0]), modelId: MODEL, living: papers, dead: 0 });
          }
        }
        const papers = batches.reduce((sum, it) => sum + it, 0);
        expect(live.length).toBeLessThanOrEqual(7 * 6);
        expect(written).toBeLessThanOrEqual(6 * papers);
      }),
    );
  });
});

describe('segments are united', () => {
  it('into one, unless there is but one without dead papers', () => {
    expect(segmentsToUnite(sizes(3, 2))).toEqual([[1, 0]]);
    expect(segmentsToUnite(sizes(3))).toEqual([]);
    expect(segmentsToUnite([{ key: 4, modelId: MODEL, living: 3, dead: 1 }])).toEqual([[4]]);
    expect(segmentsToUnite([])).toEqual([]);
  });
});
