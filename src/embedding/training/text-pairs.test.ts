import { describe, expect, it } from 'vitest';
import { createRandomNumbers } from './random-numbers.js';
import { createPairMaker, type PairKind } from './text-pairs.js';
import { createCorpusBuilder } from './training-corpus.js';
import { MOST_TERMS } from './training-layout.js';

const PAPER = {
  title: 'Sourdough of rye',
  abstract: 'Rye rises slowly. Rye and rye: sourdough ferments. Ovens bake bread overnight.',
  categories: [],
};

/** The terms of a pair with their weights, to two digits. */
function pairOf(kind: PairKind, { seed = 1, paper = PAPER } = {}) {
  const builder = createCorpusBuilder();
  builder.add(paper);
  const corpus = builder.build();
  const pairs = createPairMaker(corpus, corpus.terms.length, { titleShare: 1, sentenceShare: 0 });
  const random = createRandomNumbers();
  random.beginWith(seed, 0, 0);
  const place = () => ({
    terms: new Uint32Array(MOST_TERMS),
    weights: new Float32Array(MOST_TERMS),
  });
  const [query, passage] = [place(), place()];
  const { queryTerms, passageTerms } = pairs.make(0, kind, random, query, passage);
  const inWords = ({ terms, weights }: typeof query, count: number) =>
    Object.fromEntries(
      Array.from(terms.subarray(0, count), (term, at) => [
        corpus.terms[term] as string,
        Math.round((weights[at] as number) * 100) / 100,
      ]),
    );
  return { query: inWords(query, queryTerms), passage: inWords(passage, passageTerms) };
}

describe('a pair of texts', () => {
  it('is a title and its abstract, where frequent words count more, but not much', () => {
    expect(pairOf('title')).toEqual({
      query: { sourdough: 1, rye: 1 },
      passage: {
        rye: 2.1,
        rise: 1,
        slowli: 1,
        sourdough: 1,
        ferment: 1,
        oven: 1,
        bake: 1,
        bread: 1,
        overnight: 1,
      },
    });
  });

  it('is a sentence and the rest, with the title', () => {
    const { query, passage } = pairOf('sentence', { seed: 3 });
    const sentences = ['rise,rye,slowli', 'ferment,rye,sourdough', 'bake,bread,oven,overnight'];
    expect(sentences).toContain(Object.keys(query).sort().join());
    expect(Object.keys(passage)).toEqual(expect.arrayContaining(['sourdough', 'rye']));
  });

  it('is two halves, and nothing is lost or there twice', () => {
    const { query, passage } = pairOf('halves', { seed: 5 });
    const all = { ...query, ...passage };
    expect(Object.keys(all)).toHaveLength(9);
  });

  it('heeds the first terms only of what is far too long', () => {
    const words = Array.from({ length: 2_000 }, (_, at) => `w${at}q`).join(' ');
    const { passage } = pairOf('title', { paper: { ...PAPER, abstract: words } });
    expect(Object.keys(passage)).toHaveLength(MOST_TERMS);
  });
});
