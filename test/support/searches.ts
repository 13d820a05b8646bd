/** Small catalogues and queries that have much to do with each other, for properties of search. */

import fc from 'fast-check';
import type { PartialDate } from '../../src/papers/dates.js';
import type { Identifier } from '../../src/papers/identifiers.js';
import { paper } from './papers.js';

const WORDS = (
  'deep topic model models modelling few shot few-shot fewshot data set dataset sets the of ' +
  'matryoshka GPT-4 2024 model(s) state-of-the-art'
).split(' ');
const AUTHORS = ['Jane Doe', 'John Roe', 'Deep Topic', 'Doe Doe', 'Jean-Luc Doe', 'Jeanluc Doe'];
const IDS = ['a', 'b', 'c', 'd', 'e', 'f'];

const text = (maxLength: number) =>
  fc.array(fc.constantFrom(...WORDS), { maxLength }).map((words) => words.join(' '));

const anyIdentifiers = fc.constantFrom<readonly string[]>(
  ['title:1'],
  ['arxiv:2303.01234', 'doi:10.1145/3292500'],
  ['acl:N18-1049'],
);

const anyPaper = fc
  .record({
    id: fc.constantFrom(...IDS),
    title: text(4),
    abstract: text(12),
    authors: fc.array(fc.constantFrom(...AUTHORS), { maxLength: 3 }),
    categories: fc.subarray(['cs.CL', 'cs.AI', 'math']),
    identifiers: anyIdentifiers as fc.Arbitrary<readonly Identifier[]>,
    publishedOn: fc.constantFrom('2023', '2024-03', '2025-01-02') as fc.Arbitrary<PartialDate>,
    withdrawn: fc.boolean(),
  })
  .map(({ id, ...facts }) => paper(id, facts));

/** Batches of papers, of which later ones replace earlier ones of the same id. */
export const anyUpdates = fc.array(fc.array(anyPaper, { maxLength: 6 }), { maxLength: 5 });

/** The id of a paper that may be in {@link anyUpdates}. */
export const anyId = fc.constantFrom(...IDS);

const piece = fc.oneof(
  fc.constantFrom(...WORDS, 'mod', 'matr', 'doe'),
  text(3).map((words) => `"${words}"`),
  fc.constantFrom(...WORDS).map((word) => `-${word}`),
  fc.constantFrom('title:topic', 'title:few-shot', 'author:doe', 'abstract:"the model"'),
  fc.constantFrom('-"data set"', '-title:deep', 'author:"jane doe"', 'author:"doe, jane"'),
  fc.constantFrom('author:"roe jane"', 'author:"jean-luc doe"', '-author:"topic deep"'),
  fc.constantFrom('cat:cs', 'cat:cs.AI,math', 'after:2024', 'before:2024-03-05', 'is:withdrawn'),
  fc.constantFrom('before:2024', 'after:2024-02-01', 'source:arxiv', 'source:acl,openreview'),
);

export const anyQuery = fc
  .array(piece, { minLength: 1, maxLength: 4 })
  .map((pieces) => pieces.join(' '));
