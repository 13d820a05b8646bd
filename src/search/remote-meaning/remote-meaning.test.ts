import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it, onTestFinished } from 'vitest';
import { openCatalogue } from '../../../test/support/catalogue.js';
import {
  type EmbeddingsMisbehaviour,
  startEmbeddingsServer,
  TEST_MODEL,
} from '../../../test/support/embeddings-server.js';
import { paper } from '../../../test/support/papers.js';
import { createHashedEmbedder } from '../../embedding/hashed-embedder.js';
import { createEmbeddedTextStore } from '../../embedding/remote/embedded-text-store.js';
import { createEmbeddingsClient } from '../../embedding/remote/embeddings-client.js';
import { createRemoteEmbedder } from '../../embedding/remote/remote-embedder.js';
import type { PaperId } from '../../papers/identifiers.js';
import type { Paper } from '../../papers/paper.js';
import type { PaperWithMeaning } from '../given-meaning.js';
import { parseQuery } from '../parse-query.js';
import type { SearchEngine, SearchOptions } from '../search-engine.js';
import { newestOutdated } from '../segments/outdated-papers.js';
import { createSegmentEngine } from '../segments/segment-engine.js';
import { queryLike } from '../similar-papers.js';
import { createRemoteMeaning, type RemoteMeaningLimits } from './remote-meaning.js';

const SYNONYMS = [
  ['myocardial', 'heart'],
  ['infarction', 'attack'],
];

const HEART = { title: 'Myocardial infarction', abstract: '' };
const SORTING = { title: 'Networks that sort', abstract: '' };

/** An engine in one thread and a real service, which can be told to misbehave. */
async function open(limits: Partial<RemoteMeaningLimits> = {}) {
  let misbehaviour: EmbeddingsMisbehaviour | undefined;
  let toTexts = /^/;
  const server = await startEmbeddingsServer({
    synonyms: SYNONYMS,
    plan: ({ texts }) => (toTexts.test(texts.join()) ? misbehaviour : undefined),
  });
  onTestFinished(() => server[Symbol.asyncDispose]());
  const { database } = await openCatalogue();
  const service = { url: server.url, model: TEST_MODEL };
  const world = {
    fetch,
    now: () => new Date(),
    sleep: (durationMs: number, signal?: AbortSignal) =>
      sleep<void>(durationMs, undefined, { signal }),
    random: () => 0.5,
  };
  const embedder = createRemoteEmbedder({
    service,
    client: createEmbeddingsClient({
      ...world,
      service,
      limits: { firstRetryMs: 1, pauseMs: 0, mostTries: 2 },
    }),
    store: createEmbeddedTextStore(database, world),
  });
  const notes: string[] = [];
  const start = () => {
    const engine = createRemoteMeaning(startOwn(embedder.modelId), {
      ...world,
      embedder,
      onNote: ({ text }) => notes.push(text),
      // Long enough for a machine that is busy with other tests.
      limits: {
        queryMs: 20_000,
        lateQueryMs: 60_000,
        updateMs: 20_000,
        renewMs: 20_000,
        ...limits,
      },
    });
    onTestFinished(() => engine[Symbol.asyncDispose]());
    return engine;
  };
  const misbehave = (how: EmbeddingsMisbehaviour | undefined, to = /^/): void => {
    misbehaviour = how;
    toTexts = to;
  };
  const asked = () => server.requests.flatMap(({ texts }) => texts);
  return { engine: start(), start, server, notes, misbehave, asked };
}

/** An engine that runs a model of its own and wants another's vectors, as the threads do. */
function startOwn(modelId: string) {
  const engine = createSegmentEngine({ embedder: createHashedEmbedder() });
  const { state, renew } = engine.writer;
  return {
    ...engine,
    outdated: (most: number) => newestOutdated(state, modelId, most),
    newestOutdated: async (most: number) => newestOutdated(state, modelId, most),
    renew: async (papers: readonly PaperWithMeaning[]) => {
      renew(papers);
    },
    [Symbol.asyncDispose]: async () => {},
  };
}

const DOWN: EmbeddingsMisbehaviour = { kind: 'status', status: 503 };
const SHORT_RESTS = { mostFailures: 1, shortestRestMs: 1, longestRestMs: 1 };
const LONG_RESTS = { mostFailures: 1, shortestRestMs: 600_000, longestRestMs: 600_000 };

/** For a machine that is busy with other tests. */
const PATIENTLY = { timeout: 20_000, interval: 5 };

let revision = 0;

async function add(engine: SearchEngine, ...papers: readonly Paper[]): Promise<void> {
  revision += 1;
  await engine.update({ papers, removed: [], revision });
}

async function search(
  engine: Pick<SearchEngine, 'search'>,
  text: string,
  options: Partial<SearchOptions> = {},
) {
  const { hits, notes, mode } = await engine.search(parseQuery(text), {
    mode: 'hybrid',
    offset: 0,
    limit: 10,
    ...options,
  });
  return { ids: hits.map(({ id }) => id), notes, mode };
}

type Renewable = {
  readonly newestOutdated: (most: number) => Promise<readonly PaperId[]>;
  readonly renew: (papers: readonly Paper[]) => Promise<void>;
};

/** Hands over again what the service has not embedded, as a follower does. */
async function renewAll(engine: Renewable, ...papers: readonly Paper[]): Promise<void> {
  const ids = await engine.newestOutdated(100);
  await engine.renew(papers.filter(({ id }) => ids.includes(id)));
}

describe('with an embeddings service', () => {
  it('a paper is found by what it means, at once', async () => {
    const { engine } = await open();
    await add(engine, paper('heart', HEART), paper('sorting', SORTING));
    const { ids, notes, mode } = await search(engine, 'heart attack');
    expect(ids).toEqual(['heart']);
    expect(notes).toEqual([]);
    expect(mode).toBe('hybrid');
  });

  it('changes are taken in in their order, however long their vectors take', async () => {
    const { engine, misbehave } = await open();
    misbehave({ kind: 'slow', delayMs: 200 }, /Before/);
    const slow = add(engine, paper('p', { title: 'Before', revision: 1 }));
    const quick = add(engine, paper('p', { title: 'After', revision: 2 }));
    await Promise.all([slow, quick]);
    expect((await search(engine, 'after', { mode: 'lexical' })).ids).toEqual(['p']);
    expect((await search(engine, 'before', { mode: 'lexical' })).ids).toEqual([]);
  });

  it('a query is asked for once, and one that only uses words is not asked for', async () => {
    const { engine, asked } = await open();
    await add(engine, paper('heart', HEART));
    for (let time = 0; time < 3; time += 1) await search(engine, 'heart attack');
    await search(engine, 'heart failure', { mode: 'lexical' });
    await search(engine, 'heart block', { sort: 'newest' });
    expect(asked().filter((text) => text.startsWith('heart'))).toEqual(['heart attack']);
  });

  it('papers like a paper are found without asking for it again', async () => {
    const { engine, asked } = await open();
    const like = { title: 'Heart attack', abstract: 'Of the young.' };
    await add(engine, paper('heart', HEART), paper('like', like));
    const texts = asked().length;
    const options = { mode: 'hybrid', offset: 0, limit: 5, without: paper('like').id } as const;
    const { hits } = await engine.search(queryLike(like), options);
    expect(hits.map(({ id }) => id)).toEqual(['heart']);
    expect(asked()).toHaveLength(texts);
  });

  it('what was embedded once is not asked for when the index is made anew', async () => {
    const { engine, start, server } = await open();
    await add(engine, paper('heart', HEART), paper('sorting', SORTING));
    const requests = server.requests.length;
    const anew = start();
    await add(anew, paper('heart', HEART), paper('sorting', SORTING));
    expect(server.requests).toHaveLength(requests);
    expect(anew.outdated(10)).toEqual([]);
  });
});

describe('when the embeddings service fails', () => {
  it('papers are found all the same, and by what they mean when it is back', async () => {
    const { engine, misbehave, notes } = await open({
      papersBreaker: SHORT_RESTS,
      queriesBreaker: SHORT_RESTS,
    });
    misbehave(DOWN);
    await add(engine, paper('heart', HEART));
    expect((await search(engine, 'infarction')).ids).toEqual(['heart']);
    await sleep(5);
    expect(engine.outdated(10)).toEqual(['heart']);
    misbehave(undefined);
    // What was asked while it failed may still be failing.
    const renewed = async () => {
      await renewAll(engine, paper('heart', HEART));
      return engine.outdated(10);
    };
    await expect.poll(renewed, PATIENTLY).toEqual([]);
    const found = async () => (await search(engine, 'heart attack')).ids;
    await expect.poll(found, PATIENTLY).toEqual(['heart']);
    expect(notes.filter((note) => note === 'The embeddings service answers again.')).toHaveLength(
      2,
    );
  });

  it('answers say so, are there soon, and do not wait for it again and again', async () => {
    const { engine, misbehave, server, notes } = await open({
      queryMs: 50,
      queriesBreaker: { ...LONG_RESTS, mostFailures: 3 },
    });
    await add(engine, paper('heart', HEART));
    misbehave({ kind: 'slow', delayMs: 60_000 });
    const requests = server.requests.length;
    for (const word of ['one', 'two', 'three', 'four', 'five']) {
      const { ids, notes: said } = await search(engine, `infarction ${word}`);
      expect(ids).toEqual(['heart']);
      expect(said.join()).toMatch(/embeddings service does not answer/);
    }
    // The last of them may still be on its way.
    await expect.poll(() => server.requests.length, PATIENTLY).toBe(requests + 3);
    expect(notes).toEqual([expect.stringMatching(/too slowly for queries.*built-in model/)]);
  });

  it('an answer that comes too late serves who asks again', async () => {
    const { engine, misbehave } = await open({ queryMs: 30 });
    await add(engine, paper('heart', HEART));
    misbehave({ kind: 'slow', delayMs: 300 });
    expect((await search(engine, 'heart attack')).ids).toEqual([]);
    await expect
      .poll(async () => (await search(engine, 'heart attack')).ids, PATIENTLY)
      .toEqual(['heart']);
  });

  it('it is left alone also when all its answers come, but too late', async () => {
    const { engine, misbehave, server, notes } = await open({
      queryMs: 20,
      queriesBreaker: { ...LONG_RESTS, mostFailures: 2 },
    });
    await add(engine, paper('heart', HEART));
    misbehave({ kind: 'slow', delayMs: 100 });
    const requests = server.requests.length;
    for (const word of ['one', 'two', 'three']) {
      await search(engine, `infarction ${word}`);
      await sleep(200);
    }
    await expect.poll(() => server.requests.length, PATIENTLY).toBe(requests + 2);
    expect(notes).toEqual([expect.stringMatching(/too slowly for queries/)]);
  });

  it('it is told once, and nothing is read in vain for it', async () => {
    const { engine, misbehave, asked, notes } = await open({ papersBreaker: LONG_RESTS });
    await add(engine, paper('first', { title: 'The first' }));
    misbehave({ kind: 'status', status: 401 });
    for (const id of ['a', 'b', 'c']) await add(engine, paper(id, { title: `The paper ${id}` }));
    expect(await engine.newestOutdated(10)).toEqual([]);
    expect(asked().filter((text) => text.startsWith('The paper'))).toHaveLength(1);
    expect(notes).toEqual([
      expect.stringMatching(/wants a key.*Set embeddingsKey.*built-in model/),
    ]);
  });

  it('papers with and without its vectors are found together', async () => {
    const { engine, misbehave } = await open({ papersBreaker: LONG_RESTS });
    await add(engine, paper('heart', HEART));
    misbehave(DOWN);
    await add(engine, paper('sorting', SORTING));
    misbehave(undefined);
    expect((await search(engine, 'heart attack')).ids).toEqual(['heart']);
    expect((await search(engine, 'networks that sort', { mode: 'dense' })).ids[0]).toBe('sorting');
  });

  it('a paper that changed while it was embedded again is not undone', async () => {
    const { engine } = await open({ mostAwaited: 0 });
    const before = paper('p', { title: 'Before', revision: 1 });
    await add(engine, before);
    expect(engine.outdated(10)).toEqual(['p']);
    await add(engine, paper('p', { title: 'After', revision: 2 }));
    await engine.renew([before]);
    expect((await search(engine, 'after', { mode: 'lexical' })).ids).toEqual(['p']);
    expect((await search(engine, 'before', { mode: 'lexical' })).ids).toEqual([]);
  });

  it('new papers do not wait for those that are embedded again', async () => {
    const { engine, misbehave } = await open({ mostAwaited: 0, renewMs: 10 });
    const heart = paper('heart', HEART);
    await add(engine, heart);
    misbehave({ kind: 'slow', delayMs: 60_000 });
    await engine.renew([heart]);
    expect(await engine.newestOutdated(10)).toEqual([]);
    await add(engine, paper('sorting', SORTING));
    expect((await search(engine, 'sort', { mode: 'lexical' })).ids).toEqual(['sorting']);
  });
});
