import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it, onTestFinished } from 'vitest';
import { openCatalogue } from '../../../test/support/catalogue.js';
import {
  type EmbeddingsServerOptions,
  startEmbeddingsServer,
  TEST_MODEL,
} from '../../../test/support/embeddings-server.js';
import { createEmbeddedTextStore } from './embedded-text-store.js';
import { createEmbeddingsClient } from './embeddings-client.js';
import { createRemoteEmbedder } from './remote-embedder.js';

const SYNONYMS = [['heart', 'cardiac']];

/** Embedders over the same store, as a program has them that is started again. */
async function open(options: EmbeddingsServerOptions = {}) {
  const server = await startEmbeddingsServer({ synonyms: SYNONYMS, ...options });
  onTestFinished(() => server[Symbol.asyncDispose]());
  const { database } = await openCatalogue();
  const now = () => new Date();
  const start = () => {
    const service = { url: server.url, model: TEST_MODEL };
    return createRemoteEmbedder({
      service,
      client: createEmbeddingsClient({
        service,
        fetch,
        now,
        sleep: (durationMs, signal) => sleep(durationMs, undefined, { signal }),
        random: () => 0.5,
        limits: { firstRetryMs: 1, pauseMs: 0, mostRequests: 1 },
      }),
      store: createEmbeddedTextStore(database, { now }),
    });
  };
  const asked = () => server.requests.flatMap(({ texts }) => texts);
  return { server, start, asked };
}

function cosine(one: Float32Array | undefined, other: Float32Array | undefined): number {
  if (!one || !other) throw new RangeError('There is no vector.');
  return one.reduce((sum, value, at) => sum + value * (other[at] as number), 0);
}

const unaborted = () => new AbortController().signal;

describe('the vectors of a service', () => {
  it('are at right angles for texts without anything in common, and alike for like ones', async () => {
    const { start } = await open();
    const [heart, cardiac, sorting] = await start().embed([
      'Failing heart',
      'Cardiac failing',
      'Networks that sort numbers',
    ]);
    expect(cosine(heart, cardiac)).toBeGreaterThan(0.9);
    expect(Math.abs(cosine(heart, sorting))).toBeLessThan(0.35);
  });

  it('are the same for a query as for a text', async () => {
    const { start } = await open();
    const embedder = start();
    const [vector] = await embedder.embed(['speech translation']);
    expect(await embedder.embedQuery('speech translation', unaborted())).toEqual(vector);
  });

  it('are zeros for a text without anything in it, which is not sent', async () => {
    const { start, asked } = await open();
    const embedder = start();
    const [vector] = await embedder.embed([' \n']);
    expect(new Set(vector)).toEqual(new Set([0]));
    expect(new Set(await embedder.embedQuery('', unaborted()))).toEqual(new Set([0]));
    expect(asked()).not.toContain(' \n');
  });

  it('are zeros for a text that the service refuses, which is not asked for again', async () => {
    const { start, server } = await open({
      plan: ({ texts }) =>
        texts.includes('a strange text') ? { kind: 'status', status: 400 } : undefined,
    });
    const embedder = start();
    const [vector, other] = await embedder.embed(['a strange text', 'another text']);
    expect(new Set(vector)).toEqual(new Set([0]));
    expect(cosine(other, other)).toBeCloseTo(1, 3);
    const requests = server.requests.length;
    expect(await embedder.embed(['a strange text'])).toEqual([vector]);
    expect(server.requests).toHaveLength(requests);
  });

  it('are waited for no longer than one wants, also when the service is silent', async () => {
    const { start } = await open({ plan: () => ({ kind: 'slow', delayMs: 600_000 }) });
    const embedder = start();
    const patience = new AbortController();
    const asked = embedder.embedQuery('speech', patience.signal);
    patience.abort(new Error('gone'));
    await expect(asked).rejects.toThrow('gone');
    const other = embedder.embed(['speech']);
    embedder[Symbol.dispose]();
    await expect(other).rejects.toThrow('has been closed');
  });

  it('are asked for once, also over a new start, and are then the same to the last bit', async () => {
    const { start, asked, server } = await open();
    const texts = Array.from({ length: 100 }, (_, at) => `Paper number ${at}`);
    const before = await start().embed([...texts, ...texts]);
    expect(new Set(asked()).size).toBe(asked().length);
    const requests = server.requests.length;
    const later = start();
    expect(await later.recall(texts)).toEqual(before.slice(0, 100));
    expect(await later.embed(texts)).toEqual(before.slice(0, 100));
    expect(server.requests).toHaveLength(requests);
  });

  it('are not remembered before anything was asked', async () => {
    const { start } = await open();
    expect(await start().recall(['one', 'two'])).toEqual([undefined, undefined]);
  });

  it('stay known when the service fails in the middle', async () => {
    let isDown = false;
    const { start } = await open({
      plan: ({ texts }) =>
        isDown || texts.includes('Paper number 70') ? { kind: 'status', status: 403 } : undefined,
    });
    const texts = Array.from({ length: 100 }, (_, at) => `Paper number ${at}`);
    const embedder = start();
    await embedder.embed(['a first text']);
    await expect(embedder.embed(texts)).rejects.toThrow(/403/);
    isDown = true;
    // The two requests before the one that was refused.
    const known = await embedder.recall(texts);
    expect(known.flatMap((vector, at) => (vector ? at : []))).toEqual([...Array(64).keys()]);
  });

  it('keep no query', async () => {
    const { start } = await open();
    const embedder = start();
    await embedder.embedQuery('what nobody else shall know', unaborted());
    expect(await embedder.recall(['what nobody else shall know'])).toEqual([undefined]);
  });
});

it('models are told apart by address, name and length', async () => {
  const { start } = await open();
  const { modelId } = start();
  const client = { embed: async () => [], embedNow: async () => new Float64Array() };
  const store = { find: async () => [], add: async () => {} };
  const idOf = (service: { url: string; model: string; dimensions?: number }) =>
    createRemoteEmbedder({ service, client, store }).modelId;
  const url = 'https://api.example.org/v1';
  const ids = [
    modelId,
    idOf({ url, model: 'a' }),
    idOf({ url, model: 'b' }),
    idOf({ url, model: 'a', dimensions: 256 }),
    idOf({ url: 'https://other.example.org/v1', model: 'a' }),
  ];
  expect(new Set(ids).size).toBe(ids.length);
  expect(idOf({ url: `${url}/`, model: 'a' })).toBe(idOf({ url, model: 'a' }));
});
