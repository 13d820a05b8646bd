import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import type { PaperRecord } from '../../papers/paper.js';
import { jsonlRow, parseJsonlLine } from './jsonl.js';

const WHERE = 'papers.jsonl:7';

const parse = (row: unknown) => parseJsonlLine(JSON.stringify(row), WHERE);

/** The record of a row of which only what the test is about is said. */
function recordOf(row: Record<string, unknown>): PaperRecord {
  const { papers, problems } = parse({ title: 'A title', abstract: 'An abstract.', ...row });
  expect(problems).toEqual([]);
  const [record] = papers;
  if (!record) throw new RangeError('no record');
  return record;
}

function reasonOf(row: unknown): string | undefined {
  const { papers, problems } = parse(row);
  expect(papers).toEqual([]);
  expect(problems.map(({ where }) => where)).toEqual([WHERE]);
  return problems[0]?.reason;
}

it('a row with everything gives a paper with everything', () => {
  expect(
    recordOf({
      id: '2303.01234v2',
      title: 'Topics in Letters',
      abstract: 'We sort letters by topic.',
      authors: ['Jane Doe', 'Richard Roe'],
      date: '2023-3-5',
      categories: ['cs.CL', 'cs.IR'],
      venue: 'Letters 2023',
      url: 'https://example.org/letters',
      doi: 'https://doi.org/10.1234/Letters',
      comment: '12 pages',
      code: 'https://example.org/letters.git',
      upvotes: 12,
    }),
  ).toEqual({
    source: 'jsonl',
    identifiers: ['arxiv:2303.01234', 'doi:10.1234/letters'],
    title: 'Topics in Letters',
    abstract: 'We sort letters by topic.',
    authors: ['Jane Doe', 'Richard Roe'],
    publishedOn: '2023-03-05',
    categories: ['cs.CL', 'cs.IR'],
    venue: 'Letters 2023',
    comment: '12 pages',
    links: [
      { kind: 'page', url: 'https://example.org/letters' },
      { kind: 'code', url: 'https://example.org/letters.git' },
    ],
    version: 2,
  });
});

it('null is as good as absent', () => {
  const fields = ['id', 'authors', 'date', 'categories', 'venue', 'url', 'doi', 'comment', 'code'];
  const nulls = Object.fromEntries(fields.map((field) => [field, null]));
  expect(recordOf(nulls)).toEqual(recordOf({}));
});

it('a row of a retrieval set in the BEIR layout is a paper', () => {
  const { papers } = parse({ _id: '4983', title: 'A title', text: 'An abstract.', metadata: {} });
  expect(papers[0]).toMatchObject({ identifiers: ['local:4983'], abstract: 'An abstract.' });
});

it('a paper without a name is named by its title and first author', () => {
  const [identifier] = recordOf({ authors: ['Jane Doe'] }).identifiers;
  expect(identifier).toMatch(/^title:/);
  expect(recordOf({ id: '', authors: ['Doe, Jane'] }).identifiers).toEqual([identifier]);
});

it('a name may be a whole number, but one with a fraction would lose its last zero', () => {
  expect(recordOf({ id: 17 }).identifiers).toEqual(['local:17']);
  expect(reasonOf({ id: 2303.0123, title: 'A title', abstract: '' })).toBe(
    'The field "id" must be a text or a whole number.',
  );
});

it('an abstract may be empty, but must be there', () => {
  expect(recordOf({ abstract: '' }).abstract).toBe('');
  expect(reasonOf({ title: 'A title', abstract: null })).toBe('The field "abstract" is missing.');
});

it('a year may be a number', () => {
  expect(recordOf({ date: 2023 }).publishedOn).toBe('2023');
  expect(recordOf({ date: '' }).publishedOn).toBeUndefined();
});

describe('authors', () => {
  it.each([
    ['Jane Doe', ['Jane Doe']],
    ['Doe, Jane', ['Doe, Jane']],
    ['Doe, Jane; Roe, Richard', ['Doe, Jane', 'Roe, Richard']],
    ['Doe, Jane and Roe, Richard', ['Doe, Jane', 'Roe, Richard']],
    ['Jane Doe, Richard Roe, and Ann Poe', ['Jane Doe', 'Richard Roe', 'Ann Poe']],
    ['Jane Doe and Richard Roe', ['Jane Doe', 'Richard Roe']],
    ['Martin Luther King, Jr.', ['Martin Luther King, Jr.']],
    ['Institute of Science and Technology', ['Institute of Science and Technology']],
    ['Alexandra Brandt', ['Alexandra Brandt']],
    ['', []],
  ])('in one text: %s', (text, names) => {
    expect(recordOf({ authors: text }).authors).toEqual(names);
    expect(recordOf({ authors: [text] }).authors).toEqual(names);
  });

  it('in a list stay as they are', () => {
    const authors = ['Jane Doe and Sons', 'Richard Roe, Ann Poe'];
    expect(recordOf({ authors }).authors).toEqual(authors);
  });
});

it.each([
  ['cs.CL cs.AI', ['cs.CL', 'cs.AI']],
  ['cs.CL, cs.AI', ['cs.CL', 'cs.AI']],
  ['machine translation; parsing', ['machine translation', 'parsing']],
  [['machine translation'], ['machine translation']],
])('categories may be one text: %s', (categories, expected) => {
  expect(recordOf({ categories }).categories).toEqual(expected);
});

describe('what is wrong with a line is said', () => {
  it.each(['', '  ', '\t'])('but a blank one is nothing', (line) => {
    expect(parseJsonlLine(line, WHERE)).toEqual({ papers: [], problems: [] });
  });

  it.each([
    ['{"title": "A title", "abs', 'The line is not valid JSON.'],
    ['["A title", "An abstract."]', 'The line is not a JSON object.'],
    ['null', 'The line is not a JSON object.'],
    ['"A title"', 'The line is not a JSON object.'],
  ])('%s', (line, reason) => {
    expect(parseJsonlLine(line, WHERE)).toEqual({
      papers: [],
      problems: [{ where: WHERE, reason }],
    });
  });

  it.each([
    [{ abstract: '' }, 'The field "title" is missing.'],
    [{ title: 'A title' }, 'The field "abstract" is missing.'],
    [{ title: ['A title'], abstract: '' }, 'The field "title" must be a text.'],
    [{ title: ' ', abstract: '' }, 'The title is missing or empty.'],
    [
      { title: 'A', abstract: '', authors: 3 },
      'The field "authors" must be a list of names or a text.',
    ],
    [
      { title: 'A', abstract: '', authors: [{}] },
      'The field "authors" must be a list of names or a text.',
    ],
    [{ title: 'A', abstract: '', date: 2023.5 }, 'The field "date" must be a text or a year.'],
    [{ title: 'A', abstract: '', doi: 10 }, 'The field "doi" must be a text.'],
    [
      { title: 'A', abstract: '', date: '2023-02-30' },
      'There is no such date: "2023-02-30". Dates look like 2026-11-20, 2026-11 or 2026.',
    ],
    [{ title: 'A', abstract: '', id: '../up' }, 'Not an identifier of a paper: "../up".'],
  ])('%j', (row, reason) => expect(reasonOf(row)).toBe(reason));

  it('and a good paper is kept where only an address or a DOI is none', () => {
    const { papers, problems } = parse({
      title: 'A title',
      abstract: '',
      url: 'javascript:alert(1)',
      doi: 'n/a',
    });
    expect(papers[0]).toMatchObject({ links: [], identifiers: [expect.stringMatching(/^title:/)] });
    expect(problems).toEqual([
      {
        where: WHERE,
        reason: 'The field "url" is not a web address: "javascript:alert(1)". It was left out.',
      },
      { where: WHERE, reason: 'The field "doi" is not a DOI: "n/a". It was left out.' },
    ]);
  });
});

it('every field is described for those who write such files', () => {
  const described = Object.entries(z.toJSONSchema(jsonlRow).properties ?? {});
  expect(described.map(([field]) => field)).toContain('title');
  for (const [field, schema] of described) {
    expect(schema, field).toHaveProperty('description');
  }
});
