import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { oddQuery } from '../../test/support/odd-queries.js';
import { describeQuery, LONGEST_QUERY, parseQuery } from './parse-query.js';
import type { QueryTerm } from './query.js';
import { excludedUnitsOf, unitsOf, type Way } from './units.js';

const isEmpty = ({ terms }: Way) => terms.length === 0 || terms.includes('');

/** `bench/fuzz-queries.ts` tries many more, and times them. */
describe('any text', () => {
  it('is a query, which looks for what stands in its text', () => {
    fc.assert(
      fc.property(oddQuery, (text) => {
        const query = parseQuery(text);
        expect(query.text.length).toBeLessThanOrEqual(LONGEST_QUERY);
        const terms = [...query.terms, ...query.excluded];
        const isWhereItSays = (term: QueryTerm) => query.text.startsWith(term.text, term.start);
        expect(terms.filter((term) => !isWhereItSays(term))).toEqual([]);
        const units = [...unitsOf(query.terms), ...excludedUnitsOf(query.excluded)];
        expect(units.filter(({ ways }) => ways.length === 0 || ways.some(isEmpty))).toEqual([]);
        expect([...query.notes, ...describeQuery(query)]).not.toContain('');
      }),
      { numRuns: 2_000 },
    );
  });

  it('is the same query when it is read from its own text', () => {
    fc.assert(
      fc.property(oddQuery, (text) => {
        const query = parseQuery(text);
        const { notes: _, ...again } = parseQuery(query.text);
        expect(query).toMatchObject(again);
      }),
    );
  });
});
