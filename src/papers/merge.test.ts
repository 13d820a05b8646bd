import { describe, expect, it } from 'vitest';
import { record } from '../../test/support/catalogue.js';
import type { Day } from './dates.js';
import { type MergedPaper, mergeRecord } from './merge.js';
import type { PaperRecord } from './paper.js';

/** The paper after these records, in this order. */
function merged(...records: PaperRecord[]): MergedPaper | undefined {
  return records.reduce<MergedPaper | undefined>(mergeRecord, undefined);
}

const fromArxiv = record({
  source: 'arxiv',
  title: 'arXiv says',
  names: ['2303.01234'],
  version: 1,
});
const fromFile = record({
  source: 'jsonl',
  title: 'A file says',
  names: ['2303.01234'],
  venue: 'A venue',
});

describe('two sources of one paper', () => {
  it('the paper’s own home is believed, whoever speaks last', () => {
    expect(merged(fromArxiv, fromFile)?.title).toBe('arXiv says');
    expect(merged(fromFile, fromArxiv)?.title).toBe('arXiv says');
  });

  it('what only one of them knows is kept, with where it came from', () => {
    expect(merged(fromArxiv, fromFile)).toMatchObject({
      venue: 'A venue',
      provenance: { title: 'arxiv', venue: 'jsonl' },
    });
  });
});

describe('dates', () => {
  const on = (published?: string, announcedOn?: string) =>
    record({
      source: 'arxiv',
      title: 'T',
      names: ['x'],
      published,
      announcedOn: announcedOn as Day,
    });

  it('the better known one stays', () => {
    expect(merged(on('2023-03'), on('2023-03-09'))?.publishedOn).toBe('2023-03-09');
    expect(merged(on('2023-03-09'), on('2023'))?.publishedOn).toBe('2023-03-09');
  });

  it('a month that is read off the number never replaces a day', () => {
    expect(merged(on('2022-12-30'), on('2023-01'))?.publishedOn).toBe('2022-12-30');
    expect(merged(on('2023-01'), on('2022-12-30'))?.publishedOn).toBe('2022-12-30');
  });

  it('a day that was reckoned gives way to the day that was stated, and never the other way', () => {
    const stated = on(undefined, '2026-11-30');
    const reckoned = { ...on(undefined, '2026-11-23'), announcedOnIsReckoned: true as const };
    expect(merged(stated, reckoned)?.announcedOn).toBe('2026-11-30');
    expect(merged(reckoned, stated)?.announcedOn).toBe('2026-11-30');
    expect(merged(reckoned)?.announcedOn).toBe('2026-11-23');
  });

  it('a paper is announced once, the first time', () => {
    expect(merged(on(undefined, '2026-11-20'), on(undefined, '2026-11-23'))?.announcedOn).toBe(
      '2026-11-20',
    );
    expect(merged(on(undefined, '2026-11-23'), on(undefined, '2026-11-20'))?.announcedOn).toBe(
      '2026-11-20',
    );
  });
});

it('a withdrawal stays when the older version is read again', () => {
  const first = record({
    source: 'arxiv',
    title: 'T',
    names: ['2303.01234'],
    version: 1,
    withdrawn: false,
  });
  const second = record({
    source: 'arxiv',
    title: 'T',
    names: ['2303.01234'],
    version: 2,
    withdrawn: true,
  });
  expect(merged(first, second, first)?.withdrawn).toBe(true);
  expect(merged(second, first)?.versions).toEqual([
    { number: 1, publishedOn: '2023-03' },
    { number: 2 },
  ]);
});

it('a version keeps its day when only its month is told again', () => {
  const exact = record({
    title: 'T',
    names: ['2303.01234v1'],
    version: 1,
    published: '2023-03-09',
  });
  const vague = record({ title: 'T', names: ['2303.01234v1'], version: 1 });
  expect(merged(exact, vague)?.versions).toEqual([{ number: 1, publishedOn: '2023-03-09' }]);
});

it('a withdrawn paper has no PDF any more, whoever linked it', () => {
  const pdf = { kind: 'pdf' as const, url: 'https://example.org/a.pdf' };
  const before = record({ source: 'arxiv', title: 'T', names: ['2303.01234'], links: [pdf] });
  const after = record({ source: 'arxiv', title: 'T', names: ['2303.01234'], withdrawn: true });
  expect(merged(before, after)?.links).toEqual([]);
});

it('the same record twice changes nothing', () => {
  expect(merged(fromFile, fromFile)).toEqual(merged(fromFile));
});

describe('what anybody can write', () => {
  const page = record({
    source: 'web',
    title: 'A title that is known to many',
    names: ['page:1'],
    abstract: 'Buy this.',
    venue: 'Elsewhere',
    links: [{ kind: 'page', url: 'https://evil.example.org/' }],
  });
  const entry = record({ source: 'bibtex', title: 'A title that is known to many' });

  it('leaves a paper of another source as it is, to the last link', () => {
    for (const source of ['sample', 'listing', 'jsonl', 'doi', 'arxiv'] as const) {
      const known = merged(record({ source, title: 'A title that is known to many' }));
      expect(known && mergeRecord(known, page)).toBe(known);
      expect(known && mergeRecord(known, entry)).toBe(known);
    }
  });

  it('changes a paper that the same page began, and no other', () => {
    const later = { ...page, abstract: 'Read this.' };
    expect(merged(page, later)?.abstract).toBe('Read this.');
    expect(merged(page, { ...later, identifiers: entry.identifiers })?.abstract).toBe('Buy this.');
    expect(merged(entry, { ...entry, abstract: 'Another.' })?.abstract).toBe(entry.abstract);
    expect(merged(entry, page)?.links).toEqual([]);
  });

  it('gives way to whoever knows better', () => {
    expect(merged(page, fromArxiv)?.title).toBe('arXiv says');
  });
});
