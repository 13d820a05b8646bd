import { expect, it } from 'vitest';
import { openCatalogue, record } from '../../test/support/catalogue.js';
import type { PaperRecord } from '../papers/paper.js';
import { categoryPath, outwardLinks, searchPath } from './paper-links.js';

async function linksOf(raw: Parameters<typeof record>[0]): Promise<string[]> {
  const { papers } = await openCatalogue();
  const given: PaperRecord = record(raw);
  const [outcome] = await papers.add([given]);
  const paper = await papers.find(outcome?.id ?? '');
  return paper ? outwardLinks(paper).map(({ label, url }) => `${label} ${url}`) : [];
}

it('leads to arXiv, its PDF, the DOI and the code', async () => {
  const links = await linksOf({
    title: 'A paper',
    names: ['2303.01234', '10.1145/3292500'],
    links: [
      { kind: 'code', url: 'https://github.com/example/thing' },
      { kind: 'page', url: 'https://www.example.org/paper' },
    ],
  });
  expect(links.sort()).toEqual([
    'Code https://github.com/example/thing',
    'DOI https://doi.org/10.1145/3292500',
    'PDF https://arxiv.org/pdf/2303.01234',
    'arXiv https://arxiv.org/abs/2303.01234',
    'example.org https://www.example.org/paper',
  ]);
});

it('names an address once, and one PDF', async () => {
  const links = await linksOf({
    title: 'A paper',
    names: ['2303.01234'],
    links: [
      { kind: 'page', url: 'https://arxiv.org/abs/2303.01234' },
      { kind: 'pdf', url: 'https://arxiv.org/pdf/2303.01234v2' },
    ],
  });
  expect(links).toHaveLength(2);
});

it('has none for a paper that is known by its title alone', async () => {
  expect(await linksOf({ title: 'A paper' })).toEqual([]);
});

it('writes queries so that they arrive as they are', () => {
  expect(searchPath('a&b=c "d" é')).toBe('/search?q=a%26b%3Dc%20%22d%22%20%C3%A9');
  expect(searchPath('a', 3)).toBe('/search?q=a&page=3');
  expect(categoryPath('cs.CL')).toBe('/search?q=cat%3Acs.CL');
  expect(categoryPath('machine learning')).toBe('/search?q=cat%3A%22machine%20learning%22');
});
