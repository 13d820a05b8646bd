import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { paper } from '../../test/support/papers.js';
import type { PartialDate } from '../papers/dates.js';
import type { Paper } from '../papers/paper.js';
import { filterBy, filterFactsOf } from './filters.js';
import { parseQuery } from './parse-query.js';

/** Whether a paper of these facts passes the filters of a query. */
function isIn(query: string, facts: Partial<Paper>): boolean {
  return filterBy(parseQuery(query).filters)(filterFactsOf(paper('x', facts)));
}

const dated = (date: string) => ({ publishedOn: date as PartialDate });

describe('the filter of categories', () => {
  it('takes a category for itself, in any case', () => {
    expect(isIn('cat:CS.cl', { categories: ['cs.AI', 'cs.CL'] })).toBe(true);
    expect(isIn('cat:cs.C', { categories: ['cs.CL'] })).toBe(false);
  });

  it('takes an archive for all that is in it', () => {
    expect(isIn('cat:cs', { categories: ['cs.CL'] })).toBe(true);
    expect(isIn('cat:cs', { categories: ['csx.CL'] })).toBe(false);
  });

  it('lets through what is in any of them', () => {
    expect(isIn('cat:math,cs', { categories: ['cs.CL'] })).toBe(true);
    expect(isIn('cat:math,cs', { categories: [] })).toBe(false);
  });

  it('takes what stands in quotes whole, however either side is quoted', () => {
    for (const category of ['Medicine, General & Internal', '"Medicine, General & Internal"']) {
      expect(isIn('cat:"medicine, general & internal"', { categories: [category] })).toBe(true);
      expect(isIn('cat:"medicine"', { categories: [category] })).toBe(false);
    }
  });
});

describe('the filter of dates', () => {
  it('goes by when a paper was announced, else published', () => {
    const announcedOn = '2025-02-03' as Paper['announcedOn'] & string;
    expect(isIn('after:2025', { ...dated('2024-12-30'), announcedOn })).toBe(true);
    expect(isIn('after:2025', dated('2024-12-30'))).toBe(false);
  });

  it('lets no paper through whose date nobody knows', () => {
    const editionOn = '2026-11-20' as Paper['editionOn'];
    expect(isIn('after:2016', { editionOn })).toBe(false);
    expect(isIn('before:2027', { editionOn })).toBe(false);
    expect(isIn('node2vec', { editionOn })).toBe(true);
  });

  it('gives a paper known to the month the benefit of the doubt', () => {
    expect(isIn('after:2024-03-15', dated('2024-03'))).toBe(true);
    expect(isIn('after:2024-03', dated('2024-02'))).toBe(false);
  });

  it('leaves out the date that it names before it', () => {
    expect(isIn('before:2025', dated('2025-01-01'))).toBe(false);
    expect(isIn('before:2025', dated('2024-12-31'))).toBe(true);
  });

  it('has every dated paper either after a date or before it', () => {
    const date = fc.constantFrom('2023', '2024', '2024-03', '2024-04', '2024-03-15', '2024-03-16');
    fc.assert(
      fc.property(date, date, (bound, itsDate) => {
        const isAfter = isIn(`after:${bound}`, dated(itsDate));
        expect(isIn(`before:${bound}`, dated(itsDate))).toBe(!isAfter);
      }),
    );
  });
});

describe('withdrawn papers', () => {
  it('are left out', () => expect(isIn('topic', { withdrawn: true })).toBe(false));

  it('are all there is where they are asked for', () => {
    expect(isIn('is:withdrawn', { withdrawn: true })).toBe(true);
    expect(isIn('is:withdrawn', { withdrawn: false })).toBe(false);
  });
});

describe('a paper with code', () => {
  it.each<[string, Partial<Paper>]>([
    ['links to it', { links: [{ kind: 'code', url: 'https://example.org/code' }] }],
    ['gives its address in the abstract', { abstract: 'See https://github.com/some/code.' }],
    ['gives its address in the comment', { comment: 'Code: gitlab.com/some/code' }],
  ])('%s', (_, facts) => expect(isIn('has:code', facts)).toBe(true));

  it('does more than name a place', () => {
    expect(isIn('has:code', { abstract: 'We mined github.com and notgithub.com/some.' })).toBe(
      false,
    );
  });
});
