import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { builtSegment } from '../../../test/support/built-segments.js';
import { paper } from '../../../test/support/papers.js';
import type { PartialDate } from '../../papers/dates.js';
import type { PaperId } from '../../papers/identifiers.js';
import type { Paper } from '../../papers/paper.js';
import type { SearchSort } from '../search-engine.js';
import { add, createPaperSet } from './paper-set.js';
import { paperCount } from './segment.js';
import { listed } from './segment-listing.js';
import { idOf } from './segment-lookup.js';
import type { SegmentPart } from './segment-ranking.js';

type Known = { readonly paper: Paper; readonly hotness: number | undefined };

/** All of a segment's papers but those that are said to be left out, as a search would list them. */
function partOf(known: readonly Known[], without: ReadonlySet<string> = new Set()): SegmentPart {
  const segment = builtSegment(known.map((it) => it.paper));
  const matching = createPaperSet(paperCount(segment));
  const hotness = new Float64Array(paperCount(segment)).fill(Number.NaN);
  for (let at = 0; at < paperCount(segment); at += 1) {
    const id = idOf(segment, at);
    hotness[at] = known.find((it) => it.paper.id === id)?.hotness ?? Number.NaN;
    if (!without.has(id)) add(matching, at);
  }
  return { live: { segment, hotness }, matching } as unknown as SegmentPart;
}

function idsOf(parts: readonly SegmentPart[], sort: SearchSort, offset = 0, limit = 10) {
  return listed(parts, sort, { offset, limit }).map(({ id }) => id as string);
}

const of = (id: string, publishedOn: string | undefined, hotness?: number): Known => ({
  paper: paper(id, { ...(publishedOn && { publishedOn: publishedOn as PartialDate }) }),
  hotness,
});

describe('papers are listed', () => {
  const parts = [
    partOf([of('old', '2019'), of('new', '2024-03-01', 1), of('undated', undefined, 3)]),
    partOf([of('b', '2020-01-01'), of('a', '2020-01-01'), of('hot', '2018', 7)]),
  ];

  it('with the newest first, ids ascending on one day, and those without a date last', () => {
    expect(idsOf(parts, 'newest')).toEqual(['new', 'a', 'b', 'old', 'hot', 'undated']);
  });

  it('with the hottest first, and the newest first where nobody knows how hot they are', () => {
    expect(idsOf(parts, 'trending')).toEqual(['hot', 'undated', 'new', 'a', 'b', 'old']);
  });

  it('as pages of one list, whatever its order and however it lies in segments', () => {
    const dates = fc.constantFrom(undefined, '2024', '2024-03', '2024-03-05', '2023-12-31');
    const hotness = fc.constantFrom(undefined, -1, 0, 2, 2.5);
    const papers = fc.uniqueArray(fc.tuple(fc.nat(40), dates, hotness, fc.nat(2), fc.boolean()), {
      selector: ([id]) => id,
      maxLength: 30,
    });
    const sorts = fc.constantFrom<SearchSort>('newest', 'trending');
    fc.assert(
      fc.property(papers, sorts, fc.nat(12), fc.nat(12), (rows, sort, offset, limit) => {
        const known = rows.map(([id, date, hot]) => of(`p${id}`, date, hot));
        const left = new Set(rows.filter((row) => row[4]).map(([id]) => `p${id}`));
        const split = [0, 1, 2].map((part) => known.filter((_, at) => rows[at]?.[3] === part));
        const segments = split.map((some) => partOf(some, left));
        const heat = ({ hotness: hot = Number.NEGATIVE_INFINITY }: Known) =>
          sort === 'trending' ? hot : 0;
        const date = ({ paper: { publishedOn } }: Known): string => publishedOn ?? '';
        const expected = known
          .filter(({ paper: { id } }) => !left.has(id))
          .sort(
            (a, b) =>
              (heat(a) === heat(b) ? 0 : heat(b) - heat(a)) ||
              (date(a) === date(b) ? 0 : date(a) < date(b) ? 1 : -1) ||
              (a.paper.id < b.paper.id ? -1 : 1),
          )
          .map(({ paper: { id } }): PaperId => id)
          .slice(offset, offset + limit);
        expect(idsOf(segments, sort, offset, limit)).toEqual(expected);
      }),
      { numRuns: 60 },
    );
  });
});
