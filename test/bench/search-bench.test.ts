import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { PAGE, QUERY_KINDS } from '../../bench/candidates/candidate.js';
import { BATCH_SIZE, createCopier, readCorpus } from '../../bench/corpus.js';
import { recallOf } from '../../bench/nearest.js';
import { plotOf } from '../../bench/plot.js';
import { queriesFrom } from '../../bench/queries.js';
import { reportOf } from '../../bench/report.js';
import type { EngineResult, SearchResults } from '../../bench/results.js';
import { percentile, timesOf } from '../../bench/statistics.js';
import { type PartialDate, parsePartialDate } from '../../src/papers/dates.js';
import { paper } from '../support/papers.js';
import { describeWithSharedData } from '../support/shared-data.js';

describe('the figures of many times', () => {
  it('say nothing of the slowest one in a hundred where fewer were measured', () => {
    expect(timesOf([3, 1, 2])).toEqual({ samples: 3, p50Ms: 2, slowestMs: 3 });
    expect(timesOf(Array.from({ length: 100 }, (_, at) => at + 1))).toEqual({
      samples: 100,
      p50Ms: 50,
      p95Ms: 95,
      p99Ms: 99,
      slowestMs: 100,
    });
  });

  it('are times that were measured, with no more beyond them than they say', () => {
    const times = fc.array(fc.integer({ min: 0, max: 50 }), { minLength: 1 });
    fc.assert(
      fc.property(times, fc.integer({ min: 1, max: 100 }), (measured, percent) => {
        const sorted = measured.toSorted((a, b) => a - b);
        const time = percentile(sorted, percent);
        const upTo = sorted.filter((one) => one <= time).length;
        const below = sorted.filter((one) => one < time).length;
        expect(upTo * 100).toBeGreaterThanOrEqual(percent * sorted.length);
        expect(below * 100).toBeLessThan(percent * sorted.length);
      }),
    );
  });
});

describe('a copy of a paper', () => {
  const original = paper('2303.01234', {
    title: 'Parsers for languages without treebanks',
    abstract: 'Several parsers learned grammar together from unlabelled sentences.',
    publishedOn: '2024-02-29' as PartialDate,
  });
  const copies = () => {
    const copy = createCopier();
    return [1, 2, 3, 4, 5, 6].map((number) => copy(original, number));
  };

  it('has an id of its own, words from elsewhere in place of its own, and no later date', () => {
    for (const { id, title, publishedOn } of copies()) {
      expect(id).not.toBe(original.id);
      expect(title.split(' ')).toHaveLength(original.title.split(' ').length);
      expect(parsePartialDate(publishedOn ?? '')).toBe(publishedOn);
      expect(publishedOn?.slice(0, 4).localeCompare('2024')).toBeLessThanOrEqual(0);
    }
    expect(new Set(copies().map(({ title }) => title)).size).toBeGreaterThan(1);
  });

  it('is the same in every run', () => expect(copies()).toEqual(copies()));
});

it('queries are the same in every run, and as many of each kind as the tables say', () => {
  const papers = Array.from({ length: 300 }, (_, at) =>
    paper(`2303.${10_000 + at}`, {
      title: `Learning number ${at} from very few examples of the kind we see`,
      publishedOn: '2023-03' as PartialDate,
      categories: ['cs.CL'],
    }),
  );
  const queries = queriesFrom(papers);
  expect(queriesFrom(papers)).toEqual(queries);
  for (const kind of QUERY_KINDS) {
    expect(queries[kind].length).toBeGreaterThan(10);
    for (const { text, words } of queries[kind]) {
      expect(text).not.toBe('');
      expect(words.length).toBeGreaterThan(0);
    }
  }
  for (const { filter } of queries['hybrid-filtered']) expect(filter?.after).toBe('2023-03');
});

it('any paper as near as the tenth nearest counts as found', () => {
  const truth = [
    Array.from({ length: PAGE + 1 }, (_, at) => ({ id: `${at}`, similarity: at < 9 ? 0.9 : 0.5 })),
    [{ id: 'far', similarity: 0 }],
  ];
  const ids = (...numbers: number[]) => numbers.map(String);
  expect(recallOf([ids(0, 1, 2, 3, 4, 5, 6, 7, 8, 10), []], truth)).toBe(1);
  expect(recallOf([ids(0, 1, 2, 3, 4, 70, 71, 72, 73, 74), []], truth)).toBe(0.5);
});

describe('the results of a run', () => {
  const times = { samples: 200, p50Ms: 1, p95Ms: 20, p99Ms: 100, slowestMs: 300 };
  const engine = (name: string, facts: Partial<EngineResult> = {}): EngineResult => ({
    name,
    about: 'an engine',
    built: { version: '1.0', seconds: 2, bytesOnDisk: 2 ** 21, mostMemoryBytes: 0 },
    asked: {
      coldStartMs: 1_500,
      papers: 1_000,
      memory: { resident: 3 * 2 ** 20, heap: 0, buffers: 0 },
      searches: { lexical: times, hybrid: { problem: 'Too many.' } },
    },
    ...facts,
  });
  const results: SearchResults = {
    date: '2026-11-20',
    machine: { processor: 'Abacus', cores: 2, memoryGib: 8, system: 'Linux', node: '24.0.0' },
    papers: 1_000,
    copies: 0,
    embedding: 'hashed-1',
    queries: Object.fromEntries(QUERY_KINDS.map((kind) => [kind, 1])) as SearchResults['queries'],
    engines: [
      engine('Ours', { recall: 0.98765 }),
      engine('A & B'),
      { name: 'Absent', about: 'another', problem: 'not installed' },
    ],
  };

  it('are a table that says what failed and what was not there', () => {
    const report = reportOf(results);
    expect(report).toMatch(
      /\| Ours +\| +1\.0 \| +500 \| +2 MiB \| +3 MiB \| +1\.5 s \| +0\.988 \|/,
    );
    expect(report).toMatch(/\| lexical +\| 1\.0 \/ 20 \/ 100 \| 1\.0 \/ 20 \/ 100 \|/);
    expect(report).toContain('Ours, hybrid: Too many.');
    expect(report).toContain('Absent: not installed');
  });

  it('are a picture with a bar for whoever answered', () => {
    const plot = plotOf(results);
    expect(plot.match(/<circle/g)).toHaveLength(2);
    expect(plot).toContain('A &amp; B');
    expect(plot).toContain('Times of one search over 1,000 papers');
    expect(plot).not.toMatch(/NaN|undefined/);
  });
});

describeWithSharedData('the corpus', 'papers/arxiv-recent.jsonl.zst', () => {
  it('has as many papers as are asked for, mixed from all sources', async () => {
    const sizes: number[] = [];
    const ids: string[] = [];
    for await (const batch of readCorpus(BATCH_SIZE + 200)) {
      sizes.push(batch.length);
      ids.push(...batch.map(({ id }) => id));
    }
    expect(sizes).toEqual([BATCH_SIZE, 200]);
    expect(new Set(ids).size).toBe(BATCH_SIZE + 200);
    const fromAnthology = ids.filter((id) => id.startsWith('acl:')).length;
    expect(fromAnthology / ids.length).toBeCloseTo(51_242 / 383_811, 2);
  });
});
