import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  arxivMonth,
  identifierFromTitle,
  originAddress,
  paperIdFrom,
  paperPath,
  parseArxivId,
  parseArxivVersion,
  parseDoi,
  parseIdentifier,
} from './identifiers.js';

describe('an arXiv number', () => {
  it.each([
    ['2303.01234', '2303.01234'],
    ['2303.01234v12', '2303.01234'],
    ['arXiv:2303.01234v2', '2303.01234'],
    ['0704.0001', '0704.0001'],
    ['https://arxiv.org/abs/2303.01234v1', '2303.01234'],
    ['http://www.arxiv.org/pdf/2303.01234v1.pdf', '2303.01234'],
    ['https://arxiv.org/html/2303.01234?x=1#S2', '2303.01234'],
    ['hep-th/9901001', 'hep-th/9901001'],
    ['math.GT/0309136v1', 'math/0309136'],
    ['https://arxiv.org/abs/cs/9809007', 'cs/9809007'],
    ['10.48550/arXiv.2303.01234', '2303.01234'],
    ['https://doi.org/10.48550/arXiv.2303.01234', '2303.01234'],
  ])('is read from %s', (text, id) => expect(parseArxivId(text)).toBe(id));

  it.each([
    '2313.01234',
    '2300.01234',
    '2303.123',
    '2303.0123456',
    'x2303.01234',
    '1807.0112600000002',
  ])('is not seen in %s', (text) => expect(parseArxivId(text)).toBeUndefined());

  it('tells its version and its month', () => {
    expect(parseArxivVersion('https://arxiv.org/pdf/2303.01234v7.pdf')).toBe(7);
    expect(parseArxivVersion('2303.01234')).toBeUndefined();
    expect(arxivMonth('2303.01234')).toBe('2023-03');
    expect(arxivMonth('hep-th/9912001')).toBe('1999-12');
  });
});

describe('a DOI', () => {
  it.each([
    '10.1145/3292500.ABC',
    'doi:10.1145/3292500.abc',
    'https://dx.doi.org/10.1145/3292500.Abc',
  ])('is read from %s, in lower case', (text) =>
    expect(parseDoi(text)).toBe('10.1145/3292500.abc'),
  );
  it.each(['10.1/x', '11.1145/x', '10.1145/', 'doi'])('is not seen in %s', (text) =>
    expect(parseDoi(text)).toBeUndefined(),
  );
});

describe('the address of a paper', () => {
  it.each([
    ['https://aclanthology.org/N18-1049', 'acl:N18-1049'],
    ['https://aclanthology.org/N18-1049/', 'acl:N18-1049'],
    ['https://aclanthology.org/N18-1049.pdf', 'acl:N18-1049'],
    ['https://aclanthology.org/N18-1049v2.pdf', 'acl:N18-1049'],
    ['aclanthology.org/n18-1049.bib', 'acl:N18-1049'],
    ['http://www.aclanthology.org/2020.acl-main.1/', 'acl:2020.acl-main.1'],
    ['https://aclanthology.org/2021.mtsummit-at4ssl.1?x=1#y', 'acl:2021.mtsummit-at4ssl.1'],
    ['https://www.aclweb.org/anthology/N18-1049/', 'acl:N18-1049'],
    ['https://openreview.net/forum?id=rJl-b3RcF7', 'openreview:rJl-b3RcF7'],
    ['https://openreview.net/pdf?id=rJl-b3RcF7', 'openreview:rJl-b3RcF7'],
    ['https://openreview.net/forum?noteId=a&id=rJl_b3&x=1', 'openreview:rJl_b3'],
    ['https://arxiv.org/abs/2303.01234/', 'arxiv:2303.01234'],
  ])('%s is a name of it', (text, identifier) => expect(parseIdentifier(text)).toBe(identifier));

  it.each([
    'https://aclanthology.org/volumes/N18-1/',
    'https://aclanthology.org/people/j/jane-doe/',
    'https://openreview.net/group?id=ICLR.cc',
    'https://example.org/N18-1049',
  ])('is not %s', (text) => expect(parseIdentifier(text)).not.toMatch(/^(?:acl|openreview):/));
});

describe('the id of a paper', () => {
  it.each([
    ['arXiv:2303.01234v2', '2303.01234', '/papers/2303.01234'],
    ['cs/9809007', 'cs/9809007', '/papers/cs/9809007'],
    ['10.1145/3292500', 'doi:10.1145/3292500', '/papers/doi:10.1145/3292500'],
    ['acl:N18-1049', 'acl:N18-1049', '/papers/acl:N18-1049'],
    ['lab-notes-17', 'lab-notes-17', '/papers/lab-notes-17'],
    ['trending', 'local:trending', '/papers/local:trending'],
    ['a?b#c', 'a?b#c', '/papers/a%3Fb%23c'],
  ])('of %s is %s at %s', (text, id, path) => {
    const identifier = parseIdentifier(text);
    if (!identifier) throw new Error('not read');
    expect(paperIdFrom(identifier)).toBe(id);
    expect(paperPath(paperIdFrom(identifier))).toBe(path);
  });

  it('without any name comes from title and first author, whatever their spelling', () => {
    const one = identifierFromTitle('The {\\"U}ber Model: $k$-NN', 'Jane Doe');
    const other = identifierFromTitle('the Über model -- k-nn!', 'Doe, Jane');
    expect(one).toBe(other);
    expect(one).toMatch(/^title:[0-9a-f]{24}$/);
    expect(identifierFromTitle('The Über Model: k-NN', 'John Roe')).not.toBe(one);
  });

  it.each(['', '   ', 'a b', 'a\u0000b', 'a/../b', '/etc', 'x'.repeat(201)])(
    'is refused to %j',
    (text) => expect(parseIdentifier(text)).toBeUndefined(),
  );

  it('names the page at its origin, where there is one', () => {
    expect(originAddress('arxiv:2303.01234' as never)).toBe('https://arxiv.org/abs/2303.01234');
    expect(originAddress('local:x' as never)).toBeUndefined();
  });
});

it('reads any text without throwing, and reads what it wrote again as the same', () => {
  fc.assert(
    fc.property(fc.oneof(fc.string({ unit: 'binary' }), fc.webUrl()), (text) => {
      const identifier = parseIdentifier(text);
      if (!identifier || identifier.startsWith('local:')) return;
      expect(parseIdentifier(identifier)).toBe(identifier);
    }),
  );
});
