import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { builtSegment } from '../../../test/support/built-segments.js';
import { paper } from '../../../test/support/papers.js';
import type { PartialDate } from '../../papers/dates.js';
import type { Identifier } from '../../papers/identifiers.js';
import {
  comparePapers,
  dateKeyOf,
  hashOfName,
  idOf,
  namesOf,
  papersNamed,
} from './segment-lookup.js';

describe('a date as a number', () => {
  it.each([
    ['2026-03-05', 20_260_305],
    ['2026-10', 20_261_000],
    ['2026', 20_260_000],
  ])('of %s is %d', (date, key) => {
    expect(dateKeyOf(date as PartialDate)).toBe(key);
  });

  it('is 0 for none', () => {
    expect(dateKeyOf(undefined)).toBe(0);
  });
});

describe('the order of papers', () => {
  it('is by date, by edition, and then the last id first', () => {
    const undated = { date: 0, edition: 20_260_101, id: 'a' };
    const year = { date: 20_260_000, edition: 20_260_102, id: 'b' };
    const day = { date: 20_260_101, edition: 20_260_101, id: 'c' };
    const later = { date: 20_260_101, edition: 20_260_102, id: 'z' };
    const smaller = { date: 20_260_101, edition: 20_260_102, id: 'd' };
    const inOrder = [undated, year, day, later, smaller];
    expect(inOrder.toReversed().sort(comparePapers)).toEqual(inOrder);
    expect(comparePapers(day, { ...day })).toBe(0);
  });
});

describe('the names of a paper', () => {
  const segment = builtSegment([
    paper('2401.00001', {
      identifiers: ['arxiv:2401.00001', 'doi:10.1/x', 'doi:10.1/x'] as Identifier[],
    }),
    paper('acl:N18-1', { identifiers: ['acl:N18-1', 'doi:10.1/x'] as Identifier[] }),
  ]);

  it('are its id and its other names, each once', () => {
    const first = papersNamed(segment, '2401.00001')[0] ?? -1;
    const second = papersNamed(segment, 'acl:N18-1')[0] ?? -1;
    expect(idOf(segment, first)).toBe('2401.00001');
    expect(namesOf(segment, first)).toEqual(['arxiv:2401.00001', 'doi:10.1/x']);
    expect(idOf(segment, second)).toBe('acl:N18-1');
    expect(namesOf(segment, second)).toEqual(['doi:10.1/x']);
  });

  it('lead to it, and to every other paper of the same name', () => {
    expect(papersNamed(segment, 'arxiv:2401.00001')).toHaveLength(1);
    expect(papersNamed(segment, 'doi:10.1/x')).toHaveLength(2);
    expect(papersNamed(segment, 'doi:10.1/y')).toEqual([]);
  });

  it('are compared whole, since different names may have one hash', () => {
    const [one, other] = ['paper-446914', 'paper-1000140'];
    expect(hashOfName(one)).toBe(hashOfName(other));
    expect(papersNamed(builtSegment([paper(one)]), one)).toHaveLength(1);
    expect(papersNamed(builtSegment([paper(one)]), other)).toEqual([]);
    const both = builtSegment([paper(one, { identifiers: [other as Identifier] })]);
    expect(papersNamed(both, other)).toEqual([0]);
  });

  it('lead to the papers that have them, among any', () => {
    const ids = fc.uniqueArray(fc.stringMatching(/^[a-c]{1,3}$/), { maxLength: 8 });
    fc.assert(
      fc.property(ids, fc.stringMatching(/^[a-c]{1,3}$/), (all, name) => {
        const papers = builtSegment(all.map((id) => paper(id)));
        const found = papersNamed(papers, name).map((at) => idOf(papers, at));
        expect(found).toEqual(all.filter((id) => id === name));
      }),
      { numRuns: 30 },
    );
  });
});
