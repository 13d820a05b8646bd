/**
 * An embeddings service of our own: OpenAI's `POST /v1/embeddings` over real HTTP. Its model knows
 * a few words that mean the same, so that a text can be found that shares no word with a query. It
 * keeps a log of what it was asked, and misbehaves by plan.
 */

import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

export type EmbeddingsRequest = {
  /** 1 for the first. */
  readonly number: number;
  readonly texts: readonly string[];
  readonly body: Readonly<Record<string, unknown>>;
  readonly headers: Readonly<IncomingMessage['headers']>;
  readonly startedAtMs: number;
};

/** What a request gets instead of its answer. */
export type EmbeddingsMisbehaviour =
  | {
      readonly kind: 'status';
      readonly status: number;
      readonly headers?: Readonly<Record<string, string>>;
      readonly body?: string;
    }
  /** Another body, with status 200. */
  | { readonly kind: 'body'; readonly body: string }
  /** The answer without its end, properly sent. */
  | { readonly kind: 'truncated' }
  /** The connection breaks before any answer, as when nobody is there. */
  | { readonly kind: 'dead' }
  /** The connection breaks in the middle of the answer. */
  | { readonly kind: 'cut connection' }
  | { readonly kind: 'slow'; readonly delayMs: number };

export type EmbeddingsServerOptions = {
  /** 96 if not given; a shorter length that is asked for is heeded, as by a nested model. */
  readonly dimensions?: number;
  /** Who does not send it is refused. */
  readonly key?: string;
  readonly model?: string;
  /** Whether vectors are 32-bit floats in base64, whatever was asked for. */
  readonly isBase64?: boolean;
  /** Whether the last vector comes first. */
  readonly isReversed?: boolean;
  /** Longer texts are refused, as by a server of a model with a short window. */
  readonly mostCharacters?: number;
  /** Groups of words that mean the same. */
  readonly synonyms?: readonly (readonly string[])[];
  /** Decides for each request; `undefined` lets it be answered. */
  readonly plan?: (request: EmbeddingsRequest) => EmbeddingsMisbehaviour | undefined;
};

export type EmbeddingsServer = AsyncDisposable & {
  /** For `embeddingsUrl`: `http://127.0.0.1:…/v1`. */
  readonly url: string;
  /** Every request so far, in the order of arrival. */
  readonly requests: readonly EmbeddingsRequest[];
};

export const TEST_MODEL = 'test-model';

export async function startEmbeddingsServer(
  options: EmbeddingsServerOptions = {},
): Promise<EmbeddingsServer> {
  const { plan = () => undefined } = options;
  const requests: EmbeddingsRequest[] = [];

  const server = createServer(async (message, response) => {
    const body = JSON.parse(await textOf(message)) as Record<string, unknown>;
    const request: EmbeddingsRequest = {
      number: requests.length + 1,
      texts: body.input as readonly string[],
      body,
      headers: message.headers,
      startedAtMs: Date.now(),
    };
    requests.push(request);
    const misbehaviour = plan(request) ?? refusalOf(message, request, options);
    const answer = JSON.stringify(answerTo(request, options));
    if (misbehaviour) await misbehave(misbehaviour, answer, response);
    else send(response, answer);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${address.port}/v1`,
    requests,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function answerTo(
  { texts, body }: EmbeddingsRequest,
  { dimensions = 96, isBase64 = false, isReversed = false, synonyms = [] }: EmbeddingsServerOptions,
): unknown {
  const length = Math.min(dimensions, (body.dimensions as number | undefined) ?? dimensions);
  const data = texts.map((text, index) => {
    const vector = vectorOf(text, length, synonyms);
    const embedding = isBase64
      ? Buffer.from(Float32Array.from(vector).buffer).toString('base64')
      : vector;
    return { object: 'embedding', index, embedding };
  });
  return {
    object: 'list',
    model: body.model,
    data: isReversed ? data.reverse() : data,
    usage: { prompt_tokens: 1, total_tokens: 1 },
  };
}

/**
 * The sum of its words' vectors, of which synonyms have the same, and of one that all texts have
 * in common, as those of real models have.
 */
export function vectorOf(
  text: string,
  length: number,
  synonyms: readonly (readonly string[])[] = [],
): number[] {
  const sums: number[] = new Array(length).fill(1.5);
  for (const word of text.toLowerCase().match(/[a-z0-9]{3,}/g) ?? []) {
    const meaning = synonyms.find((group) => group.includes(word))?.[0] ?? word;
    let state = [...meaning].reduce(
      (hash, letter) => Math.imul(hash, 31) + letter.charCodeAt(0),
      7,
    );
    for (let at = 0; at < length; at += 1) {
      state = (Math.imul(state, 1_664_525) + 1_013_904_223) | 0;
      sums[at] = (sums[at] as number) + (state >= 0 ? 1 : -1);
    }
  }
  const size = Math.hypot(...sums);
  return sums.map((sum) => sum / size);
}

function refusalOf(
  { url }: IncomingMessage,
  { headers, body, texts }: EmbeddingsRequest,
  { key, model = TEST_MODEL, mostCharacters = Number.POSITIVE_INFINITY }: EmbeddingsServerOptions,
): EmbeddingsMisbehaviour | undefined {
  const refusal = (status: number, message: string): EmbeddingsMisbehaviour => ({
    kind: 'status',
    status,
    body: JSON.stringify({ error: { message } }),
  });
  if (url !== '/v1/embeddings') return refusal(404, `Invalid URL (POST ${url})`);
  if (key && headers.authorization !== `Bearer ${key}`) {
    return refusal(401, `Incorrect API key provided: ${headers.authorization?.slice(7)}.`);
  }
  if (body.model !== model) return refusal(404, `The model ${body.model} does not exist.`);
  if (texts.some((text) => text.trim() === '')) return refusal(400, 'Input is empty.');
  if (texts.some((text) => text.length > mostCharacters)) {
    return refusal(413, `Input must have less than ${mostCharacters} characters.`);
  }
  return undefined;
}

async function misbehave(
  misbehaviour: EmbeddingsMisbehaviour,
  answer: string,
  response: ServerResponse,
): Promise<void> {
  switch (misbehaviour.kind) {
    case 'status':
      response.writeHead(misbehaviour.status, misbehaviour.headers).end(misbehaviour.body ?? '');
      return;
    case 'body':
      send(response, misbehaviour.body);
      return;
    case 'truncated':
      send(response, answer.slice(0, Math.floor(answer.length / 2)));
      return;
    case 'dead':
      response.destroy();
      return;
    case 'cut connection':
      response.writeHead(200, { 'content-length': Buffer.byteLength(answer) });
      response.write(answer.slice(0, Math.floor(answer.length / 2)), () => response.destroy());
      return;
    case 'slow':
      await sleep(misbehaviour.delayMs, undefined, { ref: false });
      send(response, answer);
  }
}

function send(response: ServerResponse, body: string): void {
  response.writeHead(200, { 'content-type': 'application/json' }).end(body);
}

async function textOf(message: IncomingMessage): Promise<string> {
  const parts: Buffer[] = [];
  for await (const part of message) parts.push(part as Buffer);
  return Buffer.concat(parts).toString('utf8');
}
