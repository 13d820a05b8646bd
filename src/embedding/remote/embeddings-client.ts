/**
 * Asks a service for vectors over the interface of OpenAI's `POST /embeddings`. Only a few requests
 * are under way at a time and they begin a little apart; what may pass is tried again, later each
 * time and not before the service wants it; time, sizes and tries are limited. What cannot pass
 * says what the operator should mend.
 *
 * The key goes into one header and nowhere else: what the service says is freed of it.
 */

import { BroadsheetError } from '../../errors.js';
import { parseRetryAfter } from '../../retry-after.js';
import { createTurns } from './bounded-turns.js';
import { readRefusal, readVectors } from './embeddings-answer.js';

export type EmbeddingsClient = {
  /**
   * The vectors of a batch of texts, in their order and as the service gives them; `undefined` for
   * a text that it refuses while it takes others. Tries again what may pass.
   *
   * @throws EmbeddingsError saying what the service did
   * @throws the signal's reason when it aborts
   */
  readonly embed: (
    texts: readonly string[],
    signal?: AbortSignal,
  ) => Promise<readonly (Float64Array | undefined)[]>;
  /** The same once and at once, for somebody who waits; `undefined` for a text that it refuses. */
  readonly embedNow: (text: string, signal: AbortSignal) => Promise<Float64Array | undefined>;
};

export type EmbeddingsService = {
  /** Without `/embeddings`: `https://api.example.org/v1`. */
  readonly url: string;
  readonly model: string;
  readonly key?: string | undefined;
  /** How long vectors are asked for; as long as the model makes them if absent. */
  readonly dimensions?: number | undefined;
};

export type EmbeddingsLimits = {
  /** For one request, from its start to the end of its answer. */
  readonly timeoutMs: number;
  /** Of one answer. */
  readonly mostBytes: number;
  /** Of one request that fails in a way that may pass. */
  readonly mostTries: number;
  /** Before the second try; doubled before each one after it, less up to a half. */
  readonly firstRetryMs: number;
  /** A service that wants a longer wait is given up for now. */
  readonly longestRetryAfterMs: number;
  /** Requests at the same time. */
  readonly mostRequests: number;
  /** Between the beginnings of two requests. */
  readonly pauseMs: number;
  /** Of a text; what is behind is not sent. */
  readonly mostCharacters: number;
};

export const EMBEDDINGS_LIMITS: EmbeddingsLimits = {
  // A large model on a processor takes about half of this for a batch.
  timeoutMs: 60_000,
  // A batch of the longest vectors is below 20 MB.
  mostBytes: 32_000_000,
  mostTries: 4,
  firstRetryMs: 1_000,
  longestRetryAfterMs: 60_000,
  mostRequests: 4,
  // Twenty requests a second, of which each brings dozens of vectors.
  pauseMs: 50,
  // Abstracts that are longer are not of a paper; models read 2,000 to 32,000 characters.
  mostCharacters: 16_000,
};

/** A refusal of the service, or its silence. */
export class EmbeddingsError extends BroadsheetError {
  /** Whether asking again is of no use before somebody mends something. */
  readonly isLasting: boolean;

  constructor(
    message: string,
    { isLasting = false, fix = PASSING_FIX }: { isLasting?: boolean; fix?: string } = {},
  ) {
    super('not_available', message, { fix });
    this.isLasting = isLasting;
  }
}

const PASSING_FIX =
  'Check that the embeddings service runs and that embeddingsUrl is its address; ' +
  'it is asked again by itself.';

/** No service silences us for longer, whatever its Retry-After says. */
const LONGEST_POSTPONEMENT_MS = 3_600_000;

/** Answers that may be better in a moment. */
const PASSING: ReadonlySet<number> = new Set([408, 409, 425, 429, 500, 502, 503, 504, 529]);

/** Answers with which services refuse texts that are too long or too many. */
const TOO_MUCH: ReadonlySet<number> = new Set([400, 413, 422]);

/** A text is not shortened any more below this: its length is not why it is refused. */
const FEWEST_CHARACTERS = 500;

/** A service that refuses this refuses every text. */
const HARMLESS_TEXT = 'A short text';

/** Of what a service says, in characters; more is a page and not a sentence. */
const LONGEST_QUOTE = 200;

type Outcome =
  | { readonly status: 'ok'; readonly vectors: readonly Float64Array[] }
  | { readonly status: 'too much'; readonly error: EmbeddingsError }
  | {
      readonly status: 'later';
      readonly error: EmbeddingsError;
      readonly retryAfterMs: number | undefined;
    };

export function createEmbeddingsClient({
  service,
  fetch,
  now,
  sleep,
  random,
  limits: given = {},
}: {
  readonly service: EmbeddingsService;
  readonly fetch: typeof globalThis.fetch;
  readonly now: () => Date;
  readonly sleep: (durationMs: number, signal?: AbortSignal) => Promise<void>;
  /** From 0 up to 1. */
  readonly random: () => number;
  readonly limits?: Partial<EmbeddingsLimits>;
}): EmbeddingsClient {
  const limits: EmbeddingsLimits = { ...EMBEDDINGS_LIMITS, ...given };
  const { model, key, dimensions } = service;
  const address = `${service.url.replace(/\/+$/, '')}/embeddings`;
  const { host } = new URL(address);
  const takeTurn = createTurns({ most: limits.mostRequests, pauseMs: limits.pauseMs, now, sleep });
  /** Nothing is asked before; in milliseconds since 1970 UTC. */
  let notBeforeMs = 0;
  /** The length of the vectors so far. */
  let length: number | undefined = dimensions;

  const sent = (text: string): string => text.slice(0, limits.mostCharacters).toWellFormed();

  const embed: EmbeddingsClient['embed'] = async (texts, signal) => {
    const outcome = await embedWhole(texts, signal);
    if (outcome.status === 'ok') return outcome.vectors;
    const [text = ''] = texts;
    if (texts.length > 1) {
      // One after the other, so that a refusal that has another reason costs few requests.
      const half = Math.ceil(texts.length / 2);
      const first = await embed(texts.slice(0, half), signal);
      return [...first, ...(await embed(texts.slice(half), signal))];
    }
    if (text.length <= FEWEST_CHARACTERS) {
      // One text that a service does not like must not keep all others from it for ever.
      if ((await embedWhole([HARMLESS_TEXT], signal)).status === 'ok') return [undefined];
      throw outcome.error;
    }
    return embed([text.slice(0, Math.ceil(text.length / 2))], signal);
  };

  /** Resolves with vectors, or with a refusal that fewer or shorter texts may mend. */
  const embedWhole = async (texts: readonly string[], signal?: AbortSignal) => {
    for (let tries = 1; ; tries += 1) {
      const outcome = await takeTurn(async () => {
        const waitMs = notBeforeMs - now().getTime();
        if (waitMs > limits.longestRetryAfterMs) throw leftAlone();
        if (waitMs > 0) await sleep(waitMs, signal);
        return ask(texts, signal);
      }, signal);
      if (outcome.status !== 'later') return outcome;
      const { error, retryAfterMs = 0 } = outcome;
      if (retryAfterMs > limits.longestRetryAfterMs || tries >= limits.mostTries) throw error;
      const backoffMs = limits.firstRetryMs * 2 ** (tries - 1) * (1 - random() / 2);
      // What the service wants beyond it, all requests wait for.
      await sleep(backoffMs, signal);
    }
  };

  const ask = async (texts: readonly string[], signal?: AbortSignal): Promise<Outcome> => {
    const timeout = AbortSignal.timeout(limits.timeoutMs);
    const headers = new Headers({ 'content-type': 'application/json', accept: 'application/json' });
    if (key) headers.set('authorization', `Bearer ${key}`);
    const body = JSON.stringify({
      model,
      input: texts,
      encoding_format: 'float',
      ...(dimensions && { dimensions }),
    });
    try {
      const response = await fetch(address, {
        method: 'POST',
        headers,
        body,
        // Another address is another service, and the key is not for it.
        redirect: 'manual',
        signal: signal ? AbortSignal.any([signal, timeout]) : timeout,
      });
      return await read(response, texts.length);
    } catch (thrown) {
      signal?.throwIfAborted();
      if (thrown instanceof EmbeddingsError) throw thrown;
      const error = new EmbeddingsError(
        timeout.aborted
          ? `${host} did not answer within ${limits.timeoutMs / 1000} seconds.`
          : `${host} cannot be reached or broke off (${codeOf(thrown)}).`,
      );
      return { status: 'later', error, retryAfterMs: undefined };
    }
  };

  const read = async (response: Response, texts: number): Promise<Outcome> => {
    const { status, headers } = response;
    if (status >= 300 && status < 400) {
      await response.body?.cancel();
      throw new EmbeddingsError(`${host} says that the embeddings are elsewhere (${status}).`, {
        isLasting: true,
        fix: `Set embeddingsUrl to the new address${destinationOf(headers.get('location'))}.`,
      });
    }
    const body = await textOf(response);
    if (status === 200) return vectorsIn(body, texts);
    const refusal = refusalOf(status, readRefusal(body));
    if (TOO_MUCH.has(status)) return { status: 'too much', error: refusal };
    if (!PASSING.has(status)) throw refusal;
    const retryAfterMs = parseRetryAfter(headers.get('retry-after'), now());
    // All requests heed it: the others would be refused like this one.
    const waitMs = Math.min(retryAfterMs ?? 0, LONGEST_POSTPONEMENT_MS);
    notBeforeMs = Math.max(notBeforeMs, now().getTime() + waitMs);
    return { status: 'later', error: refusal, retryAfterMs };
  };

  const vectorsIn = (body: string, texts: number): Outcome => {
    const answer = readVectors(body, texts);
    if ('flaw' in answer) {
      const error = new EmbeddingsError(`${host} answered, but with ${answer.flaw}.`, {
        isLasting: true,
        fix: 'Check embeddingsUrl (it mostly ends in /v1) and that embeddingsModel makes embeddings.',
      });
      if (answer.isTorn) return { status: 'later', error, retryAfterMs: undefined };
      throw error;
    }
    const [first] = answer.vectors;
    length ??= first?.length;
    if (first && first.length !== length) throw otherLength(first.length, length ?? 0);
    return { status: 'ok', vectors: answer.vectors };
  };

  const leftAlone = (): EmbeddingsError =>
    new EmbeddingsError(`${host} wants to be left alone for a while.`);

  const otherLength = (found: number, expected: number): EmbeddingsError =>
    dimensions
      ? new EmbeddingsError(
          `${host} sends ${found} numbers a text, not the ${expected} asked for.`,
          {
            isLasting: true,
            fix: `Set embeddingsDimensions to a length that ${model} can be shortened to, or leave it out.`,
          },
        )
      : new EmbeddingsError(`${host} sent ${expected} numbers a text before, and now ${found}.`, {
          isLasting: true,
          fix: 'It has changed its model under the same name: name the new one in embeddingsModel.',
        });

  const refusalOf = (status: number, said: string | undefined): EmbeddingsError => {
    const words = said === undefined ? '' : `: ${quoted(said)}`;
    if (status === 401 || status === 403) {
      return new EmbeddingsError(
        key ? `${host} refuses the key (${status})${words}.` : `${host} wants a key (${status}).`,
        {
          isLasting: true,
          fix: `${key ? 'Correct' : 'Set'} embeddingsKey (the variable BROADSHEET_EMBEDDINGS_KEY).`,
        },
      );
    }
    if (status === 404 || status === 405) {
      return new EmbeddingsError(
        `${host} does not know the model ${model} or the address (${status})${words}.`,
        {
          isLasting: true,
          fix: `Check embeddingsModel, and embeddingsUrl: ${address} was asked.`,
        },
      );
    }
    if (PASSING.has(status)) return new EmbeddingsError(`${host} answered ${status}${words}.`);
    return new EmbeddingsError(`${host} refused the texts (${status})${words}.`, {
      isLasting: true,
      fix: 'Check embeddingsModel and embeddingsDimensions against what the service offers.',
    });
  };

  /** What the service says, in one line, without the key that some repeat. */
  const quoted = (said: string): string => {
    const line = (key ? said.replaceAll(key, '…') : said).replace(/\s+/g, ' ').trim();
    return line.slice(0, LONGEST_QUOTE).replace(/\.$/, '');
  };

  /** Counts while the answer streams in, so that a bomb is never held whole. */
  const textOf = async (response: Response): Promise<string> => {
    const decoder = new TextDecoder();
    const parts: string[] = [];
    let bytes = 0;
    // Leaving the loop early cancels the stream, and with it the connection.
    for await (const chunk of response.body ?? []) {
      bytes += chunk.byteLength;
      if (bytes > limits.mostBytes) {
        throw new EmbeddingsError(
          `${host} sent more than ${limits.mostBytes / 1_000_000} MB, which was refused.`,
          { isLasting: true },
        );
      }
      parts.push(decoder.decode(chunk, { stream: true }));
    }
    return parts.join('') + decoder.decode();
  };

  return {
    embed: (texts, signal) => embed(texts.map(sent), signal),

    async embedNow(text, signal) {
      if (notBeforeMs > now().getTime()) throw leftAlone();
      const outcome = await ask([sent(text)], signal);
      if (outcome.status === 'later') throw outcome.error;
      return outcome.status === 'ok' ? outcome.vectors[0] : undefined;
    },
  };
}

/** Where a redirect leads, as far as one can say it. */
function destinationOf(location: string | null): string {
  if (!location || !URL.canParse(location)) return '';
  return `, ${location.replace(/\/embeddings\/?$/, '').slice(0, LONGEST_QUOTE)}`;
}

/** The system's name for a failed connection, such as `ECONNREFUSED`. */
function codeOf(error: unknown): string {
  const { cause, message } = error as Error & { cause?: { code?: string } };
  return cause?.code ?? message;
}
