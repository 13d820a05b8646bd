import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it, onTestFinished } from 'vitest';
import {
  type EmbeddingsMisbehaviour,
  type EmbeddingsServerOptions,
  startEmbeddingsServer,
  TEST_MODEL,
  vectorOf,
} from '../../../test/support/embeddings-server.js';
import {
  createEmbeddingsClient,
  type EmbeddingsClient,
  type EmbeddingsLimits,
  type EmbeddingsService,
} from './embeddings-client.js';

const KEY = 'sk-very-secret';

async function serve(
  options: EmbeddingsServerOptions = {},
  {
    service = {},
    limits = {},
  }: { service?: Partial<EmbeddingsService>; limits?: Partial<EmbeddingsLimits> } = {},
) {
  const server = await startEmbeddingsServer(options);
  onTestFinished(() => server[Symbol.asyncDispose]());
  const client = createEmbeddingsClient({
    service: { url: server.url, model: TEST_MODEL, ...service },
    fetch,
    now: () => new Date(),
    sleep: (durationMs, signal) => sleep(durationMs, undefined, { signal }),
    random: () => 0.5,
    limits: { firstRetryMs: 10, pauseMs: 0, timeoutMs: 30_000, ...limits },
  });
  return { server, client };
}

/** Misbehaves so in the first requests, and then no more. */
function first(...misbehaviours: readonly EmbeddingsMisbehaviour[]): EmbeddingsServerOptions {
  return { plan: ({ number }) => misbehaviours[number - 1] };
}

const status = (code: number, headers: Record<string, string> = {}): EmbeddingsMisbehaviour => ({
  kind: 'status',
  status: code,
  headers,
});

function vectors(client: EmbeddingsClient, ...texts: readonly string[]): Promise<number[][]> {
  return client.embed(texts).then((all) => all.map((vector) => [...(vector ?? [])]));
}

const expected = (...texts: readonly string[]) => texts.map((text) => vectorOf(text, 96));

describe('a service gives each text its vector', () => {
  it('whatever the order of its answer', async () => {
    const { client } = await serve({ isReversed: true });
    expect(await vectors(client, 'one', 'two', 'six')).toEqual(expected('one', 'two', 'six'));
  });

  it('also in base64', async () => {
    const { client } = await serve({ isBase64: true });
    const [vector] = await client.embed(['speech']);
    const [exact = []] = expected('speech');
    expect([...(vector ?? [])]).toEqual([...Float32Array.from(exact)]);
  });

  it('when the key is right, which it is sent as OpenAI wants it', async () => {
    const { client, server } = await serve({ key: KEY }, { service: { key: KEY } });
    await client.embed(['a text']);
    expect(server.requests[0]?.headers.authorization).toBe(`Bearer ${KEY}`);
    expect(server.requests[0]?.body).toEqual({
      model: TEST_MODEL,
      input: ['a text'],
      encoding_format: 'float',
    });
  });

  it('as short as it is asked to', async () => {
    const { client } = await serve({ dimensions: 512 }, { service: { dimensions: 256 } });
    expect((await client.embed(['a text']))[0]).toHaveLength(256);
  });

  it('in shorter pieces or shortened when it finds texts too long', async () => {
    const { client, server } = await serve({ mostCharacters: 1_000 });
    const long = 'long '.repeat(700);
    expect(await vectors(client, 'one', long, 'two')).toEqual(
      expected('one', long.slice(0, 875), 'two'),
    );
    expect(server.requests.length).toBeLessThan(9);
  });
});

it('a text that a service refuses, whatever its length, keeps no other from it', async () => {
  const refusing = ({ texts }: { readonly texts: readonly string[] }) =>
    texts.some((text) => text.includes('weapons')) ? status(400) : undefined;
  const { client } = await serve({ plan: refusing });
  const texts = ['one', 'two', 'of weapons', 'six'];
  expect(await vectors(client, ...texts)).toEqual([
    ...expected('one', 'two'),
    [],
    ...expected('six'),
  ]);
  expect(await client.embedNow('weapons', new AbortController().signal)).toBeUndefined();
});

describe('a service that fails is asked again', () => {
  it.each<[string, EmbeddingsMisbehaviour]>([
    ['after a 500', status(500)],
    ['after a 503', status(503)],
    ['after a 429', status(429)],
    ['after an answer that was cut off', { kind: 'truncated' }],
    ['after a connection that broke', { kind: 'cut connection' }],
  ])('%s', async (_, misbehaviour) => {
    const { client, server } = await serve(first(misbehaviour, misbehaviour));
    expect(await vectors(client, 'one')).toEqual(expected('one'));
    expect(server.requests).toHaveLength(3);
  });

  it('after an answer that came too late', async () => {
    const slow = { kind: 'slow', delayMs: 60_000 } as const;
    const { client } = await serve(first(slow), { limits: { timeoutMs: 500 } });
    expect(await vectors(client, 'one')).toEqual(expected('one'));
  });

  it('not before it wants to be, by any request', async () => {
    const { client, server } = await serve(first(status(429, { 'retry-after': '1' })), {
      limits: { mostRequests: 1 },
    });
    const [, waited] = await Promise.all([vectors(client, 'one'), vectors(client, 'two')]);
    expect(waited).toEqual(expected('two'));
    const [refused, ...after] = server.requests.map(({ startedAtMs }) => startedAtMs);
    // Clocks of the two sides are read a moment apart.
    for (const atMs of after) expect(atMs - (refused ?? 0)).toBeGreaterThanOrEqual(990);
  });

  it('a few times and no more', async () => {
    const { client, server } = await serve({ plan: () => status(500) });
    await expect(client.embed(['one'])).rejects.toThrow(/answered 500/);
    expect(server.requests).toHaveLength(4);
  });

  it('not at all when it wants to be left alone for long', async () => {
    const { client, server } = await serve({ plan: () => status(429, { 'retry-after': '86400' }) });
    await expect(client.embed(['one'])).rejects.toThrow(/answered 429/);
    await expect(client.embed(['two'])).rejects.toThrow(/left alone/);
    await expect(client.embedNow('three', new AbortController().signal)).rejects.toThrow(
      /left alone/,
    );
    expect(server.requests).toHaveLength(1);
  });

  it('only once for somebody who waits', async () => {
    const { client, server } = await serve(first(status(500)));
    await expect(client.embedNow('one', new AbortController().signal)).rejects.toThrow(/500/);
    expect(server.requests).toHaveLength(1);
    expect([...((await client.embedNow('one', new AbortController().signal)) ?? [])]).toEqual(
      expected('one')[0],
    );
  });
});

describe('what the operator has to mend is said at once', () => {
  const body = (data: unknown): EmbeddingsServerOptions => ({
    plan: () => ({ kind: 'body', body: typeof data === 'string' ? data : JSON.stringify(data) }),
  });
  const sending = (...embeddings: readonly unknown[]) =>
    body({ data: embeddings.map((embedding, index) => ({ index, embedding })) });

  it.each<
    [string, EmbeddingsServerOptions, Partial<EmbeddingsService>, message: RegExp, fix: RegExp]
  >([
    ['a wrong key', { key: 'another' }, { key: KEY }, /refuses the key \(401\)/, /embeddingsKey/],
    ['a key that is missing', { key: KEY }, {}, /wants a key/, /Set embeddingsKey/],
    [
      'an unknown model',
      {},
      { model: 'unheard-of' },
      /does not know the model unheard-of/,
      /Check embeddingsModel/,
    ],
    [
      'a service that has moved',
      { plan: () => status(308, { location: 'https://new.example.org/v1/embeddings' }) },
      {},
      /elsewhere \(308\)/,
      /https:\/\/new\.example\.org\/v1\./,
    ],
    ['another answer', body({ hello: 'world' }), {}, /JSON that holds no embeddings/, /\/v1/],
    ['too few vectors', body({ data: [] }), {}, /0 vectors for 1 texts/, /embeddingsModel/],
    ['vectors that are too short', sending([1, 2, 3]), {}, /vectors of 3 numbers/, /Model/],
    ['what is no number', sending([...Array(95).fill(1), null]), {}, /is no number/, /Model/],
    [
      'lengths that were not asked for',
      { dimensions: 96 },
      { dimensions: 128 },
      /sends 96 numbers a text, not the 128/,
      /embeddingsDimensions/,
    ],
  ])('%s', async (_, options, service, message, fix) => {
    const { client, server } = await serve(options, { service });
    await expect(client.embed(['one'])).rejects.toMatchObject({
      message: expect.stringMatching(message),
      fix: expect.stringMatching(fix),
      isLasting: true,
    });
    expect(server.requests).toHaveLength(1);
  });

  it('an infinite number', async () => {
    const numbers = `[1e999,${'1,'.repeat(94)}1]`;
    const { client } = await serve(body(`{"data":[{"index":0,"embedding":${numbers}}]}`));
    await expect(client.embed(['one'])).rejects.toThrow(/is no number/);
  });

  it('two vectors for the same text', async () => {
    const vector = Array(96).fill(1);
    const twice = body({ data: [0, 0].map((index) => ({ index, embedding: vector })) });
    const { client } = await serve(twice);
    await expect(client.embed(['one', 'two'])).rejects.toThrow(/numbered wrongly/);
  });

  it('a model that has changed under its name', async () => {
    let dimensions = 96;
    const { client } = await serve({
      plan: ({ texts }) => ({
        kind: 'body',
        body: JSON.stringify({
          data: texts.map((text, index) => ({ index, embedding: vectorOf(text, dimensions) })),
        }),
      }),
    });
    await client.embed(['one']);
    dimensions = 128;
    await expect(client.embed(['one'])).rejects.toMatchObject({
      message: expect.stringContaining('96 numbers a text before, and now 128'),
    });
  });

  it('a text that is refused for another reason than its length, in few requests', async () => {
    const { client, server } = await serve({ plan: () => status(400) });
    await expect(client.embed(Array(32).fill('text '.repeat(300)))).rejects.toThrow(
      /refused the texts \(400\)/,
    );
    expect(server.requests.length).toBeLessThan(10);
  });
});

it('an error never repeats the key', async () => {
  const { client } = await serve({ key: 'another' }, { service: { key: KEY } });
  const error = await client.embed(['one']).catch((thrown: Error) => thrown);
  expect(`${error}`).toContain('Incorrect API key provided: ….');
  expect(JSON.stringify(error) + String((error as Error).stack)).not.toContain(KEY);
});

it('an answer without end is refused', async () => {
  const { client } = await serve(
    { plan: () => ({ kind: 'body', body: ' '.repeat(3_000_000) }) },
    { limits: { mostBytes: 1_000_000 } },
  );
  await expect(client.embed(['one'])).rejects.toThrow(/more than 1 MB/);
});

it('only a few requests are under way at a time', async () => {
  let underWay = 0;
  let most = 0;
  const counted: typeof fetch = async (...request) => {
    underWay += 1;
    most = Math.max(most, underWay);
    await sleep(5);
    return fetch(...request).finally(() => {
      underWay -= 1;
    });
  };
  const server = await startEmbeddingsServer();
  onTestFinished(() => server[Symbol.asyncDispose]());
  const client = createEmbeddingsClient({
    service: { url: server.url, model: TEST_MODEL },
    fetch: counted,
    now: () => new Date(),
    sleep: (durationMs, signal) => sleep(durationMs, undefined, { signal }),
    random: () => 0.5,
    limits: { mostRequests: 3, pauseMs: 0 },
  });
  const texts = Array.from({ length: 12 }, (_, at) => `text ${at}`);
  await Promise.all(texts.map((text) => client.embed([text])));
  expect(most).toBe(3);
});

it('who does not wait any more stops the asking', async () => {
  const { client, server } = await serve(
    { plan: () => status(500) },
    { limits: { firstRetryMs: 60_000 } },
  );
  const leaving = new AbortController();
  const asked = client.embed(['one'], leaving.signal);
  while (server.requests.length === 0) await sleep(5);
  leaving.abort(new Error('gone'));
  await expect(asked).rejects.toThrow();
});
