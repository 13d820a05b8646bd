import { describe, expect, it, onTestFinished } from 'vitest';
import { NOON, openCatalogue, record } from '../../test/support/catalogue.js';
import { createHashedEmbedder } from '../embedding/hashed-embedder.js';
import type { PaperId } from '../papers/identifiers.js';
import { heatAt } from './hotness.js';
import { readPrior } from './prior/prior-file-client.js';
import type { PriorModel } from './prior/prior-model.js';
import { keepPriors } from './priors.js';
import { TRENDING } from './standing-sums.js';
import { createTrendingStore } from './trending-store.js';

const EMBEDDER = createHashedEmbedder();

/** Of papers that have code, twice the usual is expected. */
const PRIOR: PriorModel = {
  id: 'trial-1',
  model: EMBEDDER.modelId,
  intercept: 0,
  features: { 'has code': { weight: Math.LN2, usual: 0 } },
  vector: Array.from({ length: EMBEDDER.dimensions }, () => 0),
  fields: { 'cs.CL': 1e9 },
  isUseful: true,
  method: 'by hand',
  seed: 1,
  spans: [],
  scores: [],
};

describe('the keeper of priors', () => {
  it('reckons those of all papers, then of new and of changed ones', async () => {
    const { keep, heatOf, add } = await openTrending();
    const [plain] = await add('Plain', 'Nothing.');
    const keeper = keep(PRIOR);
    await keeper.refresh();
    expect(await heatOf(plain)).toBeCloseTo(1, 9);
    const [coded] = await add('Coded', 'Its code is available.');
    await keeper.refresh();
    expect(await heatOf(coded)).toBeCloseTo(2, 5);
    await add('Plain', 'Its code is available now, at github.com/ana/plain, for everybody.');
    await keeper.refresh();
    expect(await heatOf(plain)).toBeCloseTo(2, 5);
  });

  it('reckons all again for another prior, and takes away those of one that is no good', async () => {
    const { keep, heatOf, add } = await openTrending();
    const [paper] = await add('Coded', 'Its code is available.');
    const first = keep(PRIOR);
    await first.refresh();
    await first[Symbol.asyncDispose]();
    const features = { 'has code': { weight: Math.log(3), usual: 0 } };
    const second = keep({ ...PRIOR, id: 'trial-2', features });
    await second.refresh();
    expect(await heatOf(paper)).toBeCloseTo(3, 5);
    await second[Symbol.asyncDispose]();
    await keep({ ...PRIOR, id: 'trial-3', isUseful: false }).refresh();
    expect(await heatOf(paper)).toBe(0);
  });

  it('goes through a catalogue of many batches', async () => {
    const { keep, heatOf, papers } = await openTrending();
    const titles = Array.from({ length: 230 }, (_, number) => `Paper ${number}`);
    const added = await papers.add(titles.map((title) => dated(title, 'Nothing.')));
    const done: number[] = [];
    await keep(PRIOR, (count) => done.push(count)).refresh();
    expect(done).toEqual([230]);
    for (const at of [0, 99, 100, 229]) {
      expect(await heatOf(added[at]?.id as PaperId)).toBeCloseTo(1, 9);
    }
  });

  it('says what fails, and goes on the next time', async () => {
    const { trending, papers, add } = await openTrending();
    await add('Plain', 'Nothing.');
    const errors: unknown[] = [];
    let fails = true;
    const store = {
      ...trending,
      duePriors: (...given: Parameters<typeof trending.duePriors>) =>
        fails ? Promise.reject(new Error('no answer')) : trending.duePriors(...given),
    };
    const settings = TRENDING.prior;
    const embed = EMBEDDER.embed;
    const onError = (error: unknown) => errors.push(error);
    await using keeper = keepPriors({
      papers,
      store,
      prior: PRIOR,
      embed,
      settings,
      pollMs: 1e6,
      onError,
    });
    await keeper.refresh();
    fails = false;
    await keeper.refresh();
    expect(errors.length).toBeGreaterThan(0);
    expect(await trending.duePriors(PRIOR.id, { after: 0, limit: 9 })).toEqual([]);
  });
});

it('comes with a prior that was measured, of the model that comes with the program', async () => {
  const prior = await readPrior();
  expect(prior.model).toMatch(/^broadsheet-1-/);
  const [own, ...others] = prior.scores;
  for (const { order, ndcgInterval, tauInterval } of others.slice(-2)) {
    expect(order).toMatch(/^(chance|order of submission)$/);
    expect(own?.ndcgInterval[0]).toBeGreaterThan(ndcgInterval[1]);
    expect(own?.tauInterval[0]).toBeGreaterThan(tauInterval[1]);
  }
  expect(prior.isUseful).toBe(true);
});

function dated(title: string, abstract: string) {
  return record({
    title,
    abstract,
    names: [`local:${title.replaceAll(' ', '-')}`],
    categories: ['cs.CL'],
    published: '2026-11-20',
  });
}

async function openTrending() {
  const { database, papers } = await openCatalogue();
  const trending = createTrendingStore(database, { now: () => NOON });
  const keep = (prior: PriorModel, onDone: (papers: number) => void = () => {}) => {
    const keeper = keepPriors({
      papers,
      store: trending,
      prior,
      embed: EMBEDDER.embed,
      settings: TRENDING.prior,
      pollMs: 1e6,
      onError: (error) => {
        throw error;
      },
      onDone,
    });
    onTestFinished(() => keeper[Symbol.asyncDispose]());
    return keeper;
  };
  const add = async (title: string, abstract: string): Promise<[PaperId]> => {
    const [outcome] = await papers.add([dated(title, abstract)]);
    return [outcome?.id as PaperId];
  };
  const heatOf = async (paper: PaperId): Promise<number> => {
    const standing = (await trending.standings([paper])).get(paper);
    const hotness = standing?.hotness ?? Number.NEGATIVE_INFINITY;
    return heatAt(NOON.getTime(), hotness, TRENDING.halfLifeHours);
  };
  return { trending, papers, keep, add, heatOf };
}
