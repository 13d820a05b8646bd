import { expect, it } from 'vitest';
import { openCatalogue, record } from '../../test/support/catalogue.js';
import type { Day } from '../papers/dates.js';
import { paperMarkdown } from './paper-markdown.js';

it('is the paper as its source wrote it, with its facts in a list', async () => {
  const { papers } = await openCatalogue();
  await papers.add([
    record({
      source: 'arxiv',
      title: 'On $\\ell_1$ norms',
      names: ['cs/9809007'],
      abstract: 'We show $x < y$.\n\nAnd more.',
      authors: ["Andr\\'e Weil", 'Ada Lovelace'],
      categories: ['math.NA', 'cs.LG'],
      announcedOn: '2026-11-20' as Day,
    }),
  ]);
  const paper = await papers.find('cs/9809007');
  expect(
    paper && paperMarkdown(paper, { baseUrl: 'https://papers.example' }),
  ).toBe(`# On $\\ell_1$ norms

- Authors: André Weil, Ada Lovelace
- Announced: 20 November 2026
- Published: September 1998
- Categories: math.NA, cs.LG
- arXiv: <https://arxiv.org/abs/cs/9809007>
- PDF: <https://arxiv.org/pdf/cs/9809007>
- Page: https://papers.example/papers/cs/9809007

## Abstract

We show $x < y$.

And more.
`);
});

it('says that a summary of the sample is ours', async () => {
  const { papers } = await openCatalogue();
  await papers.add([record({ source: 'sample', title: 'A paper', names: ['2303.01234'] })]);
  const paper = await papers.find('2303.01234');
  const markdown = paper && paperMarkdown(paper, { baseUrl: undefined });
  expect(markdown).toContain('## Summary');
  expect(markdown).toContain('our own summary');
  expect(markdown).toContain('- Page: /papers/2303.01234');
});
