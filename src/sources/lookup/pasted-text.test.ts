import { describe, expect, test } from 'vitest';
import { readPasted } from './pasted-text.js';

describe('What is pasted means', () => {
  test.each([
    '2611.01234',
    'arXiv:2611.01234v2',
    'arXiv:2611.01234v2 [cs.CL]',
    'https://arxiv.org/abs/2611.01234v1',
    'http://arxiv.org/pdf/2611.01234.pdf',
    '  arxiv.org/abs/2611.01234 \n',
    '<https://arxiv.org/abs/2611.01234>',
    '10.48550/arXiv.2611.01234',
    'https://doi.org/10.48550/arXiv.2611.01234',
    'https://www.example.org/doi/10.48550/arxiv.2611.01234',
  ])('a paper of arXiv: %s', (text) => {
    expect(readPasted(text)).toMatchObject({ kind: 'arxiv', value: '2611.01234' });
  });

  test.each([
    ['10.1145/3292500', '10.1145/3292500'],
    ['doi:10.1145/3292500', '10.1145/3292500'],
    ['https://doi.org/10.1145/3292500', '10.1145/3292500'],
    ['https://dl.acm.org/doi/abs/10.1145/3292500', '10.1145/3292500'],
    ['https://dl.acm.org/doi/10.1145/3292500?download=true', '10.1145/3292500'],
    ['https://link.springer.com/article/10.1007/s10994-026-1', '10.1007/s10994-026-1'],
    ['https://onlinelibrary.wiley.com/doi/full/10.1002%2Fabc', '10.1002/abc'],
    ['https://www.frontiersin.org/articles/article/10.3389/x.1/full', '10.3389/x.1'],
  ])('a DOI: %s', (text, value) => {
    expect(readPasted(text)).toMatchObject({ kind: 'doi', value });
  });

  test.each([
    ['https://aclanthology.org/2026.acl-long.1.pdf', 'acl:2026.acl-long.1', true],
    ['https://openreview.net/pdf?id=AbC-1', 'openreview:AbC-1', true],
  ])('a page that is the home of a name: %s', (text, name, isHome) => {
    expect(readPasted(text)).toMatchObject({
      kind: 'page',
      names: [name, expect.any(String)],
      isHome,
    });
  });

  test.each([
    ['https://papers.example.org/one', 'https://papers.example.org/one'],
    ['papers.example.org/one', 'https://papers.example.org/one'],
    ['file:///etc/passwd', 'file:///etc/passwd'],
    ['javascript:alert(1)', 'javascript:alert(1)'],
    ['http://127.0.0.1/', 'http://127.0.0.1/'],
  ])('a page, which may be refused later: %s', (text, address) => {
    expect(readPasted(text)).toMatchObject({ kind: 'page', address, isHome: false });
  });

  test('a name of the catalogue, BibTeX, or nothing', () => {
    expect(readPasted('paper-17')).toMatchObject({ kind: 'name', identifier: 'local:paper-17' });
    expect(readPasted('@article{a, title={T}}')).toMatchObject({ kind: 'bibtex' });
    for (const text of [
      '',
      '  ',
      'attention is all you need',
      'x'.repeat(3_000),
      'a\u0000b',
      '\ud800',
    ]) {
      expect(readPasted(text)).toEqual({ kind: 'nothing' });
    }
  });

  test('the same page, whatever stands behind its #', () => {
    const names = ['https://papers.example.org/one#a', 'https://papers.example.org/one'].map(
      (text) => {
        const pasted = readPasted(text);
        return pasted.kind === 'page' ? pasted.names[0] : undefined;
      },
    );
    expect(names[0]).toBe(names[1]);
  });
});
