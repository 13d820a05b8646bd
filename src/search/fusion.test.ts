import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { textToEmbed } from '../embedding/embedder.js';
import { createHashedEmbedder } from '../embedding/hashed-embedder.js';
import {
  candidatesFor,
  fuse,
  LEAST_SIMILARITY,
  MEANING_WEIGHT,
  meaningOf,
  mostByWords,
} from './fusion.js';
import { parseQuery } from './parse-query.js';

describe('a fused score', () => {
  it('is 1 for a paper that says all and means the same', () => {
    expect(fuse(10, 10, 1).score).toBeCloseTo(1);
  });

  it('is the sum of its parts', () => {
    const { score, perWordPoint, byMeaning } = fuse(3, 12, 0.5);
    expect(score).toBeCloseTo(3 * perWordPoint + byMeaning);
    expect(byMeaning).toBeCloseTo(MEANING_WEIGHT / 2);
  });

  it('counts what words of feedback add like words', () => {
    const { score, perWordPoint, byMeaning, byFeedback } = fuse(3, 12, 0.5, 2);
    expect(score).toBeCloseTo(fuse(5, 12, 0.5).score);
    expect(byFeedback).toBeCloseTo(2 * perWordPoint);
    expect(score).toBeCloseTo(3 * perWordPoint + byFeedback + byMeaning);
  });

  it('is greater for more words and for more meaning, whatever else was found', () => {
    const share = fc.double({ min: 0, max: 1, noNaN: true });
    const more = fc.double({ min: 1e-6, max: 1, noNaN: true });
    const most = fc.double({ min: 1, max: 1_000, noNaN: true });
    fc.assert(
      fc.property(share, share, more, most, (words, meaning, step, full) => {
        const { score } = fuse(words * full, full, meaning);
        expect(fuse((words + step) * full, full, meaning).score).toBeGreaterThan(score);
        expect(fuse(words * full, full, meaning + step).score).toBeGreaterThan(score);
      }),
    );
  });

  it('trusts all of the words more than the greatest likeness', () => {
    expect(fuse(10, 10, 0).score).toBeGreaterThan(fuse(0, 10, 1).score);
  });

  it('counts meaning for more where words can be had less completely', () => {
    const shareOfMeaning = (units: number) => {
      const most = mostByWords(Array.from({ length: units }, () => 5));
      const { score, byMeaning } = fuse(20, most, 0.5);
      return byMeaning / score;
    };
    expect(shareOfMeaning(64)).toBeGreaterThan(shareOfMeaning(8));
  });

  it('is of meaning alone where nobody knows the words', () => {
    expect(fuse(0, mostByWords([]), 0.5).score).toBeCloseTo(MEANING_WEIGHT / 2);
  });
});

it('a page has candidates however deep it is', () => {
  expect(candidatesFor(10)).toEqual(candidatesFor(20));
  expect(candidatesFor(1_000)).toEqual({
    ...candidatesFor(10),
    byWords: 1_000,
  });
});

it('the meaning of a query is in its words and phrases, not in names and addresses', () => {
  const query = parseQuery(
    'graphs -speech "topic models" title:nets author:doe https://x.org cat:cs',
  );
  expect(meaningOf(query)).toBe('graphs topic models nets');
  expect(meaningOf(parseQuery('author:doe after:2024'))).toBe('');
});

describe('near enough without any of the words', () => {
  const { embed } = createHashedEmbedder();
  const vectors = readFileSync(new URL('../../sample/papers.jsonl', import.meta.url), 'utf8')
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as { title: string; summary: string })
    .map(({ title, summary }) => embed(textToEmbed({ title, abstract: summary })));

  function found(text: string): number {
    const asked = embed(text);
    const cosines = vectors.map((vector) =>
      vector.reduce((sum, value, at) => sum + value * (asked[at] as number), 0),
    );
    return cosines.filter((cosine) => cosine >= LEAST_SIMILARITY).length;
  }

  it('is no paper to words that nobody uses', () => {
    for (const text of ['qzxv wqkj', 'blorptang', 'vrhqs mxtdw kpgz', 'zzyqx bvnwr tjkl fdgh']) {
      expect(found(text)).toBe(0);
    }
  });

  it('is some to words that papers are about', () => {
    expect(found('word embeddings')).toBeGreaterThan(0);
  });
});
