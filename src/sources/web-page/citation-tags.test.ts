import { describe, expect, test } from 'vitest';
import { pageWith } from '../../../test/support/public-web.js';
import { readCitationTags } from './citation-tags.js';

const ADDRESS = 'https://papers.example.org/one';

const read = (tags: Parameters<typeof pageWith>[0]) => readCitationTags(pageWith(tags), ADDRESS);

describe('A page says of its paper', () => {
  test('all that the tags of Highwire Press tell', async () => {
    const facts = await read({
      citation_title: 'Small Models & Large Things',
      citation_author: ['Ruiz, Ana', 'Noam Berg', 'The Team, Inc., Berlin'],
      citation_author_orcid: 'https://orcid.org/0000-0002-1825-0097',
      citation_publication_date: '2026/11',
      citation_online_date: '2026/11/18',
      citation_abstract: '<p>One.</p><p>Two x<sub>1</sub>.</p>',
      citation_keywords: 'models; things;',
      citation_journal_title: 'Journal of Models',
      citation_pdf_url: '/one.pdf',
      citation_doi: 'doi:10.1145/3292500',
      citation_arxiv_id: '2611.01234v2',
    });
    expect(facts).toEqual({
      title: 'Small Models & Large Things',
      abstract: 'One.\n\nTwo x<sub>1</sub>.',
      authors: ['Ana Ruiz', 'Noam Berg', 'The Team, Inc., Berlin'],
      authorIds: [{ name: 'The Team, Inc., Berlin', orcid: '0000-0002-1825-0097' }],
      keywords: ['models', 'things'],
      venue: 'Journal of Models',
      published: '2026-11-18',
      links: [
        { kind: 'page', url: ADDRESS },
        { kind: 'pdf', url: 'https://papers.example.org/one.pdf' },
      ],
      doi: '10.1145/3292500',
      arxivId: '2611.01234',
    });
  });

  test('the same in Dublin Core, or in one tag for all authors', async () => {
    expect(
      await read({
        'DC.Title': 'T',
        'DC.Creator': ['Ruiz, Ana', 'Noam Berg'],
        'DC.Date': '2026-11-18',
        'DC.Description': 'D',
        'DC.Identifier': '10.1145/1',
      }),
    ).toMatchObject({
      title: 'T',
      authors: ['Ana Ruiz', 'Noam Berg'],
      abstract: 'D',
      published: '2026-11-18',
      doi: '10.1145/1',
    });
    expect(
      await read({ citation_title: 'T', citation_authors: 'Ruiz, Ana; Noam Berg' }),
    ).toMatchObject({ authors: ['Ana Ruiz', 'Noam Berg'] });
  });

  test('what it tells social networks, if it tells nothing else', async () => {
    const page =
      '<head><meta property="og:title" content="T"><meta property="og:description" content="D">';
    expect(await readCitationTags(page, ADDRESS)).toMatchObject({ title: 'T', abstract: 'D' });
  });

  test('nothing, if there is no title', async () => {
    expect(await read({ citation_author: 'Ana' })).toBeUndefined();
    expect(await read({ citation_title: ' ' })).toBeUndefined();
    expect(await readCitationTags('', ADDRESS)).toBeUndefined();
    expect(await readCitationTags('<title>A page</title>', ADDRESS)).toBeUndefined();
  });

  test('nothing outside of its tags, and no address that is none', async () => {
    const page = `<!-- <meta name="citation_title" content="no"> -->
      <script>var x = '<meta name="citation_title" content="no">';</script>
      <meta name="citation_title" content="yes"><meta name="citation_pdf_url" content="javascript:x">
      <body><meta name="citation_title" content="late"><meta name="citation_author" content="late">`;
    const facts = await readCitationTags(page, ADDRESS);
    expect(facts).toMatchObject({ title: 'yes', authors: [] });
    expect(facts?.links).toEqual([{ kind: 'page', url: ADDRESS }]);
  });

  test('as much as can be believed, however much there is', async () => {
    const many = Array.from({ length: 30_000 }, (_, at) => `Author ${at}`);
    const facts = await read({ citation_title: 'T', citation_author: many });
    expect(facts?.authors.length).toBeLessThan(30_000);
    const deep = `${'<div>'.repeat(20_000)}<meta name="citation_title" content="T">`;
    expect(await readCitationTags(deep, ADDRESS)).toMatchObject({ title: 'T' });
    const long = await read({ citation_title: 'T', citation_abstract: 'x'.repeat(300_000) });
    expect(long?.abstract).toBe('');
  });
});
