import { describe, expect, it } from 'vitest';
import { createCorpusBuilder, papersIn, type TrainingPaper } from './training-corpus.js';

function corpusOf(...papers: readonly Partial<TrainingPaper>[]) {
  const builder = createCorpusBuilder();
  const added = papers.map((paper) =>
    builder.add({ title: 'Rye', abstract: 'It rises.', categories: [], ...paper }),
  );
  return { ...builder.build(), added };
}

/** The texts of each paper, in words. */
function textsOf({ tokens, textStarts, paperStarts, terms }: ReturnType<typeof corpusOf>) {
  return Array.from({ length: paperStarts.length - 1 }, (_, paper) => {
    const starts = textStarts.subarray(paperStarts[paper], (paperStarts[paper + 1] as number) + 1);
    return Array.from(starts.subarray(0, -1), (start, text) =>
      Array.from(tokens.subarray(start, starts[text + 1]), (token) => terms[token]).join(' '),
    );
  });
}

describe('a corpus to learn from', () => {
  it('has the terms of each title and sentence that say something', () => {
    const corpus = corpusOf(
      { title: 'A few-shot oven', abstract: 'It bakes. It is such. Ovens (of $n$ bricks) bake!' },
      { title: 'Mills', abstract: 'They grind wheat' },
    );
    expect(textsOf(corpus)).toEqual([
      ['few fewshot shot oven', 'bake', 'oven n brick bake'],
      ['mill', 'grind wheat'],
    ]);
    expect(papersIn(corpus)).toBe(2);
  });

  it('counts in how many papers a term is, however often', () => {
    const { terms, paperCounts } = corpusOf(
      { title: 'Rye', abstract: 'Rye rises.' },
      { title: 'Wheat', abstract: 'It rises and rises.' },
    );
    expect(Object.fromEntries(terms.map((term, at) => [term, paperCounts[at]]))).toEqual({
      rye: 1,
      rise: 2,
      wheat: 1,
    });
  });

  it('has no paper twice, and none that says nothing', () => {
    const { added } = corpusOf(
      { title: 'Sourdough rye' },
      { title: 'Sourdough: Rye', abstract: 'Another abstract of it.' },
      { title: 'Of the', abstract: 'It rises.' },
      { title: 'Of wheat', abstract: '' },
    );
    expect(added).toEqual([true, false, false, false]);
  });

  it('numbers first categories', () => {
    const { categories } = corpusOf(
      { title: 'Rye', categories: ['cs.CL', 'cs.AI'] },
      { title: 'Wheat', categories: [] },
      { title: 'Oats', categories: ['cs.CL'] },
      { title: 'Corn', categories: ['math.CO'] },
    );
    expect([...categories]).toEqual([1, 0, 1, 2]);
  });
});
