/** Papers of few words, so that they share many, for properties of indexes. */

import fc from 'fast-check';
import type { PartialDate } from '../../src/papers/dates.js';
import type { Identifier } from '../../src/papers/identifiers.js';
import type { Paper } from '../../src/papers/paper.js';
import { paper } from './papers.js';

const WORDS = [
  'graph',
  'graphs',
  'neural',
  'few-shot',
  'fewshot',
  'model(s)',
  'β-VAE',
  'the',
  'naïve',
  'E(3)',
  '3.5',
  'classifier',
  'classifiers',
  'classified',
  '\u{20000}',
];

const words = (maxLength: number) =>
  fc.array(fc.constantFrom(...WORDS), { maxLength }).map((all) => all.join(' '));

const dates = fc.constantFrom(...(['2024', '2024-03', '2024-03-15'] as PartialDate[]));

const facts = fc.record({
  title: words(4),
  abstract: words(30),
  authors: fc.array(fc.constantFrom('Ann Graph', 'Bo Li', 'Graph-Neural, C.'), { maxLength: 4 }),
  categories: fc.subarray(['cs.CL', 'cs.LG', 'stat.ML', 'x']),
  announcedOn: fc.constantFrom(undefined, '2024-03-15', '2024-03-16'),
  publishedOn: fc.option(dates, { nil: undefined }),
  editionOn: dates,
  withdrawn: fc.boolean(),
  identifiers: fc.subarray(['arxiv:2403.00001', 'doi:10.1/a', 'acl:N18-1'] as Identifier[]),
  revision: fc.nat(1_000),
});

/** Papers, each of its own id. */
export const randomPapers = (maxLength: number): fc.Arbitrary<Paper[]> =>
  fc.array(facts, { maxLength }).map((all) =>
    // Neither in the order of ids nor against it.
    all.map(({ announcedOn, publishedOn, ...rest }, at) =>
      paper(`p${(at * 7) % 10}-${at}`, {
        ...rest,
        ...(announcedOn && { announcedOn: announcedOn as Paper['announcedOn'] & string }),
        ...(publishedOn && { publishedOn }),
      }),
    ),
  );
