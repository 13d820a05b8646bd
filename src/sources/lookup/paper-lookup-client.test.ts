import { describe, expect, test } from 'vitest';
import { openCatalogue, record } from '../../../test/support/catalogue.js';
import { lookupWorld, registered, tagged } from '../../../test/support/paper-lookup.js';

const ARXIV_PAPER = {
  id: '2611.01234',
  title: 'Attention Is Not All',
  abstract: 'We show that attention is not all, in a line that is long enough.',
  authors: ['Ana Ruiz'],
  categories: ['cs.CL'],
  published: '2026-11-18T15:00:00Z',
};

const TAGS = {
  citation_title: 'Small Models of Large Things',
  citation_author: ['Ruiz, Ana', 'Noam Berg'],
  citation_publication_date: '2026/11/18',
  citation_abstract: 'We make them small.',
};

describe('A paper is looked up', () => {
  test('at arXiv, by its number', async () => {
    const { papers } = await openCatalogue();
    const { lookup } = await lookupWorld({ papers, arxivPapers: [ARXIV_PAPER] });
    expect(await lookup.lookUp('https://arxiv.org/abs/2611.01234v1')).toMatchObject({
      kind: 'found',
      record: {
        source: 'arxiv',
        identifiers: ['arxiv:2611.01234'],
        title: 'Attention Is Not All',
        publishedOn: '2026-11-18',
      },
    });
    await expect(lookup.lookUp('2611.09999')).rejects.toMatchObject({ code: 'not_found' });
  });

  test('nowhere, if the catalogue has it under any of its names', async () => {
    const { papers } = await openCatalogue();
    const [added] = await papers.add([
      record({
        title: 'Known',
        names: ['2611.01234', '10.1145/1', 'https://papers.example.org/k'],
      }),
    ]);
    const { lookup, asked, arxivAsked } = await lookupWorld({ papers });
    for (const text of [
      'arXiv:2611.01234v3',
      'https://doi.org/10.1145/1',
      'https://papers.example.org/k',
      '@misc{a, title={Anything}, eprint={2611.01234}}',
      '@misc{a, title={Anything}, doi={10.1145/1}}',
    ]) {
      expect(await lookup.lookUp(text)).toEqual({ kind: 'known', paperId: added?.id });
      expect(await lookup.known(text)).toBe(added?.id);
    }
    expect([asked, arxivAsked()]).toEqual([[], 0]);
  });

  test('again, if only the sample tells of it; which stands where nobody answers', async () => {
    const { papers } = await openCatalogue();
    await papers.add([
      record({ title: 'Attention Is Not All', names: ['2611.01234'], source: 'sample' }),
    ]);
    const answering = await lookupWorld({ papers, arxivPapers: [ARXIV_PAPER] });
    expect(await answering.lookup.lookUp('2611.01234')).toMatchObject({ kind: 'found' });
    const silent = await lookupWorld({ papers });
    expect(await silent.lookup.lookUp('2611.01234')).toMatchObject({ kind: 'known' });
  });

  test('at the registry of its DOI, with the iDs of its authors', async () => {
    const { papers } = await openCatalogue();
    const { lookup } = await lookupWorld({
      papers,
      pages: {
        'doi.org/10.1145/3292500': registered({
          title: ['Small <i>Models</i>'],
          author: [
            { given: 'Ana', family: 'Ruiz', ORCID: 'https://orcid.org/0000-0002-1825-0097' },
            { given: 'Noam', family: 'Berg', ORCID: '0000-0002-1825-0098' },
          ],
          abstract: '<jats:title>Abstract</jats:title><jats:p>We make them small.</jats:p>',
          'container-title': ['Journal of Models'],
          issued: { 'date-parts': [[2026, 11]] },
          'published-online': { 'date-parts': [[2026, 11, 3]] },
        }),
      },
    });
    expect(await lookup.lookUp('https://doi.org/10.1145/3292500')).toMatchObject({
      kind: 'found',
      record: {
        source: 'doi',
        identifiers: ['doi:10.1145/3292500'],
        title: 'Small Models',
        authors: ['Ana Ruiz', 'Noam Berg'],
        abstract: 'We make them small.',
        venue: 'Journal of Models',
        publishedOn: '2026-11-03',
      },
      authorIds: [{ name: 'Ana Ruiz', orcid: '0000-0002-1825-0097' }],
    });
    await expect(lookup.lookUp('10.1145/nobody')).rejects.toMatchObject({
      code: 'not_found',
      message: expect.stringContaining('10.1145/nobody'),
    });
  });

  test('on the page of its DOI, where the registry has no abstract', async () => {
    const { papers } = await openCatalogue();
    const { lookup } = await lookupWorld({
      papers,
      pages: {
        'doi.org/10.1145/1': (request, response) => {
          const item = registered({
            title: ['T of it'],
            issued: { 'date-parts': [[2026, 11, 3]] },
          });
          if (request.headers.accept?.includes('citationstyles')) item(request, response);
          else tagged({ ...TAGS, citation_title: 'Another title' })(request, response);
        },
      },
    });
    expect(await lookup.lookUp('10.1145/1')).toMatchObject({
      record: { title: 'T of it', abstract: 'We make them small.' },
    });
  });

  test('on its own page, which is remembered', async () => {
    const { papers } = await openCatalogue();
    const { lookup, asked } = await lookupWorld({
      papers,
      pages: { 'papers.example.org/one': tagged(TAGS) },
    });
    const found = await lookup.lookUp('papers.example.org/one');
    expect(found).toMatchObject({
      record: {
        source: 'web',
        title: 'Small Models of Large Things',
        authors: ['Ana Ruiz', 'Noam Berg'],
        publishedOn: '2026-11-18',
        links: [{ kind: 'page', url: 'https://papers.example.org/one' }],
      },
    });
    if (found.kind === 'found') await papers.add([found.record]);
    expect(await lookup.lookUp('https://papers.example.org/one#two')).toMatchObject({
      kind: 'known',
    });
    expect(asked).toEqual(['papers.example.org/one']);
  });

  test('at the ACL Anthology, whose word on its own names and authors is taken', async () => {
    const { papers } = await openCatalogue();
    const { lookup } = await lookupWorld({
      papers,
      pages: {
        'aclanthology.org/2026.acl-long.1/': tagged({
          ...TAGS,
          citation_doi: '10.18653/v1/2026.acl-long.1',
          citation_author_orcid: '0000-0002-1825-0097',
        }),
      },
    });
    expect(await lookup.lookUp('https://aclanthology.org/2026.acl-long.1.pdf')).toMatchObject({
      record: { identifiers: ['acl:2026.acl-long.1', 'doi:10.18653/v1/2026.acl-long.1'] },
      authorIds: [{ name: 'Noam Berg', orcid: '0000-0002-1825-0097' }],
    });
  });

  test('by what its entry of BibTeX says, if it names no number', async () => {
    const { papers } = await openCatalogue();
    const { lookup, asked } = await lookupWorld({ papers });
    const entry = '@inproceedings{r, title={A Paper of Nobody}, author={Ruiz, Ana}, year=2026}';
    expect(await lookup.lookUp(entry)).toMatchObject({
      kind: 'found',
      record: { source: 'bibtex', title: 'A Paper of Nobody', publishedOn: '2026' },
      authorIds: [],
    });
    expect(asked).toEqual([]);
  });
});

describe('A claim is not believed', () => {
  test('of a page that names the number of another paper: that one is looked up', async () => {
    const { papers } = await openCatalogue();
    const { lookup } = await lookupWorld({
      papers,
      arxivPapers: [ARXIV_PAPER],
      pages: {
        'evil.example.org/': tagged({
          ...TAGS,
          citation_title: 'Buy this',
          citation_arxiv_id: '2611.01234',
          citation_author_orcid: '0000-0002-1825-0097',
        }),
      },
    });
    expect(await lookup.lookUp('https://evil.example.org/')).toMatchObject({
      record: { source: 'arxiv', title: 'Attention Is Not All' },
      authorIds: [],
    });
  });

  test('of a page on who its authors are, or on a number that nobody knows', async () => {
    const { papers } = await openCatalogue();
    const { lookup } = await lookupWorld({
      papers,
      pages: {
        'evil.example.org/': tagged({
          ...TAGS,
          citation_doi: '10.9999/nothing',
          citation_author_orcid: '0000-0002-1825-0097',
        }),
      },
    });
    const found = await lookup.lookUp('https://evil.example.org/');
    expect(found).toMatchObject({ record: { source: 'web' }, authorIds: [] });
    if (found.kind === 'found') {
      expect(found.record.identifiers.every((name) => name.startsWith('page:'))).toBe(true);
    }
  });

  test('of a page under the title of a known paper: it leaves no trace on that', async () => {
    const { papers } = await openCatalogue();
    await papers.add([
      record({ title: TAGS.citation_title, authors: ['Ana Ruiz'], names: ['2611.05555'] }),
    ]);
    const before = await papers.find('2611.05555');
    const { lookup } = await lookupWorld({
      papers,
      pages: { 'evil.example.org/': tagged({ ...TAGS, citation_journal_title: 'Evil' }) },
    });
    const found = await lookup.lookUp('https://evil.example.org/');
    if (found.kind !== 'found') throw new RangeError('it was to be found');
    const [outcome] = await papers.add([found.record]);
    expect(outcome).toEqual({ id: '2611.05555', change: 'unchanged' });
    expect(await papers.find('2611.05555')).toEqual(before);
  });
});

describe('It is refused in words', () => {
  const WRONG = [
    ['', 'not_acceptable'],
    ['attention is all you need', 'not_acceptable'],
    ['no-such-paper', 'not_acceptable'],
    ['127.0.0.1', 'not_acceptable'],
    ['http://127.0.0.1/', 'url_not_allowed'],
    ['https://localhost/paper', 'url_not_allowed'],
    ['file:///etc/passwd', 'url_not_allowed'],
    ['javascript:alert(1)', 'url_not_allowed'],
    ['data:text/html,<b>x</b>', 'url_not_allowed'],
    ['https://papers.example.org/ two', 'not_acceptable'],
    ['https://papers.example.org/\r\nHost: x', 'not_acceptable'],
    ['https://papers.example.org/gone', 'fetch_limit'],
    ['https://papers.example.org/empty', 'not_acceptable'],
    ['https://papers.example.org/pdf', 'fetch_limit'],
    ['https://arxiv.org/list/cs.CL/new', 'url_not_allowed'],
    ['https://papers.example.org/to-arxiv', 'url_not_allowed'],
    ['https://blocked.example.org/', 'url_not_allowed'],
    ['@article{', 'not_acceptable'],
    [`@article{a, title={${'x'.repeat(30_000)}}}`, 'not_acceptable'],
    ['10.1145/html', 'fetch_limit'],
    ['10.1145/broken', 'not_acceptable'],
    ['10.1145/empty', 'not_acceptable'],
  ] as const;

  test('whatever was pasted', async () => {
    const { papers } = await openCatalogue();
    const { lookup, asked } = await lookupWorld({
      papers,
      pages: {
        'papers.example.org/empty': tagged({}),
        'papers.example.org/pdf': (_, response) => {
          response.setHeader('content-type', 'application/pdf');
          response.end('%PDF');
        },
        'papers.example.org/to-arxiv': (request, response) => {
          const port = request.headers.host?.split(':')[1];
          response.writeHead(302, { location: `http://arxiv.org:${port}/abs/2611.01234` }).end();
        },
        'blocked.example.org/': tagged(TAGS),
        'doi.org/10.1145/html': tagged(TAGS),
        'doi.org/10.1145/broken': (_, response) => {
          response.setHeader('content-type', 'application/json');
          response.end('{"title": [');
        },
        'doi.org/10.1145/empty': registered({ title: [], author: 'nobody' }),
      },
    });
    const refusing = (host: string) => (host === 'blocked.example.org' ? 'Not here.' : undefined);
    for (const [text, code] of WRONG) {
      const refusal = await lookup.lookUp(text, { refusing }).catch((error: unknown) => error);
      expect({ text, refusal }).toMatchObject({ text, refusal: { code, fix: expect.any(String) } });
    }
    // What looks like a host in a DOI is a part of the DOI.
    await expect(lookup.lookUp('10.1145/@127.0.0.1')).rejects.toMatchObject({ code: 'not_found' });
    expect(asked.at(-1)).toBe('doi.org/10.1145/%40127.0.0.1');
  });

  test('when it takes too long, and when whoever asked has gone', async () => {
    const { papers } = await openCatalogue();
    const { lookup } = await lookupWorld({
      papers,
      longestWaitMs: 200,
      pages: { 'papers.example.org/never': () => {} },
    });
    await expect(lookup.lookUp('https://papers.example.org/never')).rejects.toMatchObject({
      code: 'fetch_limit',
      message: expect.stringContaining('too long'),
    });
    const signal = AbortSignal.abort(new Error('gone'));
    await expect(lookup.lookUp('https://papers.example.org/never', { signal })).rejects.toThrow(
      'gone',
    );
  });
});
