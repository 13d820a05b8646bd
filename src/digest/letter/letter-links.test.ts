import { expect, it } from 'vitest';
import { record } from '../../../test/support/catalogue.js';
import { paperOf } from '../../../test/support/papers.js';
import type { RawRecord } from '../../papers/record.js';
import { linksOf } from './letter-links.js';

const links = (facts: Partial<RawRecord>) =>
  linksOf(paperOf(record({ title: 'Graphs', ...facts })), 'https://papers.example.org').map(
    ({ label, url }) => `${label} ${url}`,
  );

it('leads to our page, the PDF, the discussion and arXiv', () => {
  expect(links({ names: ['2611.10321', 'doi:10.5555/1'] })).toEqual([
    'Paper https://papers.example.org/papers/2611.10321',
    'PDF https://arxiv.org/pdf/2611.10321',
    'Discussion https://papers.example.org/papers/2611.10321#discussion',
    'arXiv https://arxiv.org/abs/2611.10321',
  ]);
});

it('leads to another origin, and to the PDF that a source names', () => {
  const url = 'https://journal.example/a b.pdf';
  expect(links({ names: ['doi:10.5555/1'], links: [{ kind: 'pdf', url }] }).slice(1)).toEqual([
    'PDF https://journal.example/a%20b.pdf',
    'Discussion https://papers.example.org/papers/doi:10.5555/1#discussion',
    'DOI https://doi.org/10.5555/1',
  ]);
});

it('leaves out an address that would fill the letter', () => {
  const url = `https://journal.example/${'x'.repeat(400)}.pdf`;
  const labels = links({ links: [{ kind: 'pdf', url }] }).map((link) => link.split(' ')[0]);
  expect(labels).toEqual(['Paper', 'Discussion']);
});
