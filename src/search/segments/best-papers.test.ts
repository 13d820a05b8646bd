import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { segmentOf } from '../../../test/support/segments.js';
import { createBestPapers, offer, ranked } from './best-papers.js';
import type { Segment } from './segment.js';
import { idOf } from './segment-lookup.js';

/** A segment of papers with these ids and no words. */
function papersNamed(ids: readonly string[]): Segment {
  return segmentOf({ ids, lengths: ids.flatMap(() => [1, 1]), places: new Map() });
}

describe('the best of many papers', () => {
  const segment = papersNamed(['c', 'a', 'b']);

  it('come with the highest score first, and those of one score by their ids', () => {
    const best = createBestPapers(3);
    offer(best, segment, 0, 1);
    offer(best, segment, 1, 1);
    offer(best, segment, 2, 2);
    expect(ranked(best).map(({ paper, score }) => [idOf(segment, paper), score])).toEqual([
      ['b', 2],
      ['a', 1],
      ['c', 1],
    ]);
  });

  it('say from which score on a paper comes in, once there is no more room', () => {
    const best = createBestPapers(2);
    offer(best, segment, 0, 3);
    expect(best.threshold).toBe(0);
    offer(best, segment, 1, 5);
    expect(best.threshold).toBe(3);
    offer(best, segment, 2, 4);
    expect(best.threshold).toBe(4);
    expect(createBestPapers(0).threshold).toBe(Number.POSITIVE_INFINITY);
  });

  it('are the first when all are sorted, of however many segments', () => {
    const paper = fc.record({ segment: fc.nat(1), score: fc.integer({ min: 1, max: 4 }) });
    const papers = fc.array(paper, { maxLength: 60 });
    fc.assert(
      fc.property(papers, fc.nat(20), (offered, most) => {
        const ids = offered.map((_, at) => String((at * 37) % 61));
        const segments = [papersNamed(ids), papersNamed(ids)];
        const best = createBestPapers(most);
        for (const [at, it] of offered.entries()) {
          offer(best, segments[it.segment] as Segment, at, it.score);
        }
        const expected = offered
          .map(({ score }, at) => ({ id: ids[at] ?? '', score }))
          .sort((a, b) => b.score - a.score || (a.id < b.id ? -1 : 1))
          .slice(0, most);
        expect(
          ranked(best).map((it) => ({ id: idOf(it.segment, it.paper), score: it.score })),
        ).toEqual(expected);
      }),
    );
  });
});
