import fc from 'fast-check';
import { expect, it } from 'vitest';
import { changes } from '../../../test/support/catalogue-changes.js';
import { paper } from '../../../test/support/papers.js';
import { createHashedEmbedder } from '../../embedding/hashed-embedder.js';
import type { PartialDate } from '../../papers/dates.js';
import type { Identifier } from '../../papers/identifiers.js';
import { filterBy, filterFactsOf } from '../filters.js';
import type { QueryFilters } from '../query.js';
import { createIndexWriter } from './index-writer.js';
import { papersOf } from './paper-set.js';
import { papersPassing } from './segment-filters.js';
import { idOf } from './segment-lookup.js';

const embedder = createHashedEmbedder();

const anyDate = fc.constantFrom(
  ...['2023', '2023-12', '2023-12-31', '2024', '2024-01', '2024-01-01', '2024-03-15', '2024-03'],
  ...['2024-02-29', '2025', '2025-06'],
) as fc.Arbitrary<PartialDate>;

const anyPaper = fc
  .record(
    {
      publishedOn: anyDate,
      categories: fc.subarray(['cs.CL', 'cs.AI', 'CS', 'math.ST', 'a "b"', 'stat.ML.x']),
      identifiers: fc.constantFrom<Identifier[]>(['arxiv:2303.01234' as Identifier], [
        'acl:N18-1049',
        'doi:10.1145/3292500',
      ] as Identifier[]),
      withdrawn: fc.boolean(),
      abstract: fc.constantFrom('', 'Code: https://github.com/a/b'),
    },
    { requiredKeys: ['categories', 'identifiers', 'withdrawn', 'abstract'] },
  )
  .map((facts) => facts);

const anyFilters: fc.Arbitrary<QueryFilters> = fc.record(
  {
    categories: fc.subarray(['cs', 'CS.CL', 'math', 'stat.ML', 'a b', 'nope']),
    sources: fc.subarray(['arxiv', 'acl', 'doi', 'openreview']),
    after: anyDate,
    before: anyDate,
    isWithdrawn: fc.constant(true),
    hasCode: fc.constant(true),
  },
  { requiredKeys: ['categories', 'sources'] },
);

it('filters of a segment let through what filters of papers do', () => {
  fc.assert(
    fc.property(
      fc.array(anyPaper, { maxLength: 60 }),
      fc.array(anyFilters, { maxLength: 6 }),
      (facts, queries) => {
        const papers = facts.map((it, at) => paper(`p${at}`, it));
        const { state, takeIn } = createIndexWriter(embedder);
        takeIn(changes(...papers));
        for (const filters of queries) {
          const passes = filterBy(filters);
          const expected = papers.filter((it) => passes(filterFactsOf(it))).map(({ id }) => id);
          const found = state
            .segments()
            .flatMap((live) =>
              Array.from(papersOf(papersPassing(live, filters)), (at) => idOf(live.segment, at)),
            );
          expect(found.toSorted()).toEqual(expected.toSorted());
        }
      },
    ),
    { numRuns: 200 },
  );
});
