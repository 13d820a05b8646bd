import { describe, expect, it } from 'vitest';
import type { PaperId } from '../../papers/identifiers.js';
import {
  isHeader,
  type JudgedDocument,
  joinSet,
  parseAskedQuery,
  parseDocument,
  parseJudgement,
} from './judged-set.js';

const document = (id: string): JudgedDocument => ({ id: id as PaperId, title: '', text: '' });

/** A set of documents and queries by their ids, and judgements such as `q1 d1 2`. */
function setOf(documents: string, queries: string, ...judgements: string[]) {
  return joinSet(
    {
      documents: documents.split(' ').map(document),
      queries: queries.split(' ').map((id) => ({ id, text: `Text of ${id}` })),
      judgements: judgements.map((line, at) => {
        const [query = '', id, grade] = line.split(' ');
        return { query, document: id as PaperId, grade: Number(grade), where: `qrels:${at + 2}` };
      }),
    },
    'queries.jsonl',
  );
}

describe('a line of a judged set', () => {
  it('is a document, whose id stays as it is', () => {
    const line =
      '{"_id": "MED-10", "title": "On\\tmilk", "text": "Cows  give it.", "metadata": {}}';
    expect(parseDocument(line, 'corpus:1')).toEqual({
      item: { id: 'MED-10', title: 'On milk', text: 'Cows give it.' },
    });
    expect(parseDocument('{"_id": 7, "text": ""}', 'corpus:2')).toEqual({
      item: { id: '7', title: '', text: '' },
    });
  });

  it('is a query', () =>
    expect(parseAskedQuery('{"_id": "q", "text": "-not: \\"this\\""}', 'queries:1')).toEqual({
      item: { id: 'q', text: '-not: "this"' },
    }));

  it('is a judgement', () =>
    expect(parseJudgement('q 1\td 1\t2', 'qrels:2')).toEqual({
      item: { query: 'q 1', document: 'd 1', grade: 2, where: 'qrels:2' },
    }));

  it('may be blank', () => {
    for (const parse of [parseDocument, parseAskedQuery, parseJudgement]) {
      expect(parse('  ', 'x:1')).toEqual({});
    }
  });

  it.each([
    ['{"_id": "a", "text"', 'not valid JSON'],
    ['["a"]', 'not a JSON object'],
    ['{"text": "x"}', '"_id" is missing'],
    ['{"_id": "", "text": "x"}', '"_id" must be a text or a whole number'],
    ['{"_id": "a"}', '"text" is missing'],
    ['{"_id": "a", "text": "x", "title": 3}', '"title" must be a text'],
    [JSON.stringify({ _id: 'a', text: 'x'.repeat(100_001) }), 'at most 100000'],
  ])('is refused as a document with its reason: %.30s', (line, reason) => {
    const { item, problem } = parseDocument(line, 'corpus:3');
    expect(item).toBeUndefined();
    expect(problem).toEqual({ where: 'corpus:3', reason: expect.stringContaining(reason) });
  });

  it.each(['q d 1', 'q\td', 'q\td\t1\tx', '\td\t1', 'q\td\tmuch', 'q\td\t1.5'])(
    'is refused as a judgement: %j',
    (line) => expect(parseJudgement(line, 'qrels:3').problem?.where).toBe('qrels:3'),
  );

  it('names the columns, or is a judgement already', () => {
    expect(isHeader('query-id\tcorpus-id\tscore')).toBe(true);
    expect(isHeader('q\td\t1')).toBe(false);
  });
});

describe('a judged set', () => {
  it('has the judged queries that have an answer, and counts the others', () => {
    const { set } = setOf('d1 d2', 'q1 q2 q3', 'q1 d1 1', 'q1 d2 0', 'q2 d1 0');
    expect(set.queries.map(({ id }) => id)).toEqual(['q1']);
    expect([...(set.queries[0]?.grades ?? [])]).toEqual([
      ['d1', 1],
      ['d2', 0],
    ]);
    expect(set.queriesWithoutAnswer).toBe(1);
  });

  it('leaves a document that is itself the query out of its answers', () => {
    const { set } = setOf('d1 d2', 'd1', 'd1 d1 3', 'd1 d2 1');
    expect(set.queries).toMatchObject([{ id: 'd1', ownDocument: 'd1' }]);
    expect([...(set.queries[0]?.grades.keys() ?? [])]).toEqual(['d2']);
  });

  it('knows a document that is asked for by one of its facets, and no other ending', () => {
    const { set } = setOf(
      'd_1 d2',
      'd_1_method d_1_0',
      'd_1_method d_1 3',
      'd_1_method d2 1',
      'd_1_0 d_1 1',
    );
    expect(set.queries.map(({ ownDocument }) => ownDocument)).toEqual(['d_1', undefined]);
    expect([...(set.queries[1]?.grades.keys() ?? [])]).toEqual(['d_1']);
  });

  it('counts relevant documents that it lacks, which nobody can find', () => {
    const { set } = setOf('d1', 'q1', 'q1 d1 1', 'q1 gone 2', 'q1 lost 0');
    expect(set.answersMissing).toBe(1);
    expect(set.queries[0]?.grades.get('gone' as PaperId)).toBe(2);
  });

  it('refuses judgements of queries it lacks, and those that contradict each other', () => {
    const { problems } = setOf('d1', 'q1', 'q1 d1 1', 'q7 d1 1', 'q1 d1 1', 'q1 d1 2');
    expect(problems).toEqual([
      { where: 'qrels:3', reason: 'There is no query "q7" in queries.jsonl.' },
      { where: 'qrels:5', reason: 'An earlier line gives the grade 1.' },
    ]);
  });
});
