import { describe, expect, it } from 'vitest';
import { DIMENSIONS } from '../../src/embedding/embedder.js';
import { bootstrapInterval, ndcgAt } from '../../src/search/relevance/measures.js';
import type { ReadPaper } from '../../src/trending/prior/design.js';
import type { DailyList } from '../../src/trending/prior/engagement.js';
import { type FitInput, fitPrior } from '../../src/trending/prior/fit-prior.js';
import { momentsOf, pairwise, ridge } from '../../src/trending/prior/fit-weights.js';
import {
  expectation,
  type PriorModel,
  parsePriorModel,
  priorVotes,
} from '../../src/trending/prior/prior-model.js';
import { TRENDING } from '../../src/trending/standing-sums.js';

const DAYS = 30;
const PAPERS_A_DAY = 8;

/** Numbers from −1 to 1 that look like chance and are the same every time. */
function drawn(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 31 - 1;
  };
}

/** Lists whose upvotes follow what a paper's vector says, as far as `signal` is above 0. */
function madeUp(signal: number): Pick<FitInput, 'lists' | 'papers'> {
  const draw = drawn(7);
  const papers = new Map<string, ReadPaper>();
  const lists = Array.from({ length: DAYS }, (_, day): DailyList => {
    const listed = Array.from({ length: PAPERS_A_DAY }, (_, number) => {
      const arxiv = `${2401 + day}.${String(number).padStart(5, '0')}`;
      const vector = Float32Array.from({ length: DIMENSIONS }, () => draw() / 10);
      vector[3] = draw();
      const facts = {
        title: `Paper ${'word '.repeat(1 + (number % 4))}`,
        abstract: 'About it.',
        authors: ['Ana Ruiz'],
        categories: [number % 2 === 0 ? 'cs.CL' : 'cs.CV'],
        links: [],
      };
      papers.set(arxiv, { facts, vector });
      const upvotes = Math.round(10 * Math.exp(signal * 2 * (vector[3] as number) + draw() / 2));
      return { arxiv, first: upvotes, last: upvotes, isSeenTwice: false };
    });
    return { day: `2026-01-${String(day).padStart(3, '0')}`, papers: listed };
  });
  return { lists, papers };
}

function fit(signal: number): PriorModel {
  return fitPrior({
    ...madeUp(signal),
    modelId: 'made-up',
    name: 'trial',
    seed: 1,
    measures: { ndcgAt, interval: bootstrapInterval },
    prior: TRENDING.prior,
  }).prior;
}

describe('learning a prior', () => {
  const learned = fit(1);

  it('finds what upvotes follow, and ranks days that it has not seen by it', () => {
    expect(learned.isUseful).toBe(true);
    expect(learned.scores[0]).toMatchObject({ order: 'the prior', days: DAYS / 5 });
    expect(learned.scores[0]?.tau).toBeGreaterThan(0.6);
    const strongest = learned.vector.indexOf(Math.max(...learned.vector));
    expect(strongest).toBe(3);
  });

  it('tells by how much, so that twice the usual upvotes are twice the usual votes', () => {
    const vector = new Float32Array(DIMENSIONS);
    const facts = { title: 'Paper word word', abstract: 'A', authors: ['A'], links: [] };
    const at = (value: number, categories = ['cs.CL']) => {
      vector[3] = value;
      return expectation(learned, { ...facts, categories }, vector);
    };
    const known = 1 / (1 + 50 / (learned.fields['cs.CL'] as number));
    expect((at(0.5) - at(-0.5)) / known).toBeGreaterThan(1.5);
    expect((at(0.5) - at(-0.5)) / known).toBeLessThan(2.3);
    expect(at(0.5, ['math.CO'])).toBeCloseTo(0, 12);
    expect(priorVotes(learned, { ...facts, categories: ['math.CO'] }, vector, TRENDING.prior)).toBe(
      TRENDING.prior.usual,
    );
    vector[3] = 100;
    expect(
      priorVotes(learned, { ...facts, categories: [''] }, vector, TRENDING.prior),
    ).toBeLessThanOrEqual(TRENDING.prior.most);
  });

  it('comes to the same every time', () => {
    expect(fit(1)).toEqual(learned);
  });

  it('says so where there is nothing to be learned', () => {
    expect(fit(0).isUseful).toBe(false);
  });

  it('can be written and read again, but nothing else can', () => {
    const text = JSON.stringify(learned);
    expect(parsePriorModel(text)).toEqual(learned);
    const wrong = [
      '{',
      '[]',
      JSON.stringify({ ...learned, vector: [1, 2] }),
      JSON.stringify({ ...learned, features: { luck: { weight: 1, usual: 0 } } }),
    ];
    for (const each of wrong) expect(() => parsePriorModel(each)).toThrow(RangeError);
  });

  it('needs days to learn, to choose and to measure by', () => {
    const few = { ...madeUp(1), lists: madeUp(1).lists.slice(0, 6) };
    const measures = { ndcgAt, interval: bootstrapInterval };
    const rest = { modelId: 'm', name: 'n', seed: 1, measures, prior: TRENDING.prior };
    expect(() => fitPrior({ ...few, ...rest })).toThrow(RangeError);
  });
});

describe('both ways of learning', () => {
  const draw = drawn(3);
  const lists = Array.from({ length: 30 }, () => {
    const values = Array.from({ length: 6 }, () => Float64Array.of(draw(), draw(), draw()));
    const gains = values.map(([a = 0, b = 0]) => 2 * a - b);
    return { values, gains };
  });
  const prices = Float64Array.of(1e-6, 1e-6, 1e-6);

  it('find the weights that made the gains', () => {
    const found = [...ridge(momentsOf(lists, 3), prices)];
    for (const [at, weight] of [2, -1, 0].entries()) expect(found[at]).toBeCloseTo(weight, 3);
    const [a = 0, b = 0, c = 0] = pairwise(lists, prices);
    expect(b / a).toBeCloseTo(-0.5, 1);
    expect(c / a).toBeCloseTo(0, 1);
  });

  it('make weights small where they are dear', () => {
    const dear = Float64Array.of(1e9, 1e9, 1e9);
    for (const weight of ridge(momentsOf(lists, 3), dear)) expect(weight).toBeCloseTo(0, 6);
    for (const weight of pairwise(lists, dear)) expect(weight).toBeCloseTo(0, 6);
  });
});
