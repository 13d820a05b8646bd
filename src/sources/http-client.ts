/**
 * Fetching from sources that ask for good manners. Every request, every redirect and every
 * second try waits for the turn of its queue; time, size and tries are limited; a host that says
 * "later" is heard by all processes, because the waiting is written into the queue.
 */

import { BroadsheetError } from '../errors.js';
import { parseRetryAfter } from '../retry-after.js';
import type { Validators } from './gather-store.js';
import { minuteOf, type TurnStore } from './turn-store.js';

export type HttpAnswer =
  | { readonly status: 'ok'; readonly body: string; readonly validators: Validators }
  /** It has not changed since the validators were given. */
  | { readonly status: 'unchanged' };

export type GetOptions = {
  /** How long the queue rests after each request. */
  readonly pauseMs: number;
  /** Whose turn to wait for; the host of the address if not given. */
  readonly queue?: string | undefined;
  readonly validators?: Validators | undefined;
  readonly signal?: AbortSignal | undefined;
};

export type HttpClient = {
  /**
   * @returns the body as text. Bytes that are not in its charset have become U+FFFD.
   * @throws BroadsheetError `source_failed`, saying what the host did and until when to wait
   * @throws the signal's reason when it aborts
   */
  readonly get: (url: string, options: GetOptions) => Promise<HttpAnswer>;
};

export type HttpLimits = {
  /** For one request, from its start to the end of its body. */
  readonly timeoutMs: number;
  /** Of one body, after decompression. */
  readonly mostBytes: number;
  readonly mostRedirects: number;
  /** Of one request that fails in a way that may pass. */
  readonly mostTries: number;
  /** Of one request to a host that cannot be reached at all: mostly there is no network. */
  readonly mostTriesUnreachable: number;
  /** Before the second try; doubled before each one after it. */
  readonly firstRetryMs: number;
  /** A host that wants a longer wait is given up for now. */
  readonly longestRetryAfterMs: number;
  /** How long a host is left alone, at least, after it has said "too many" or "forbidden". */
  readonly tooManyPauseMs: number;
};

export const HTTP_LIMITS: HttpLimits = {
  // arXiv's slowest answers take about half of this.
  timeoutMs: 60_000,
  // The largest answers that we ask for are below 10 MB; more is a fault or a bomb.
  mostBytes: 50_000_000,
  mostRedirects: 3,
  // With the waits between them some 35 seconds, which outlasts a restart of the host.
  mostTries: 4,
  // A person without a network is told so in seconds; the schedule goes on trying.
  mostTriesUnreachable: 2,
  firstRetryMs: 5_000,
  // A run that waits longer had better be begun again by the schedule.
  longestRetryAfterMs: 300_000,
  // arXiv sends no Retry-After and blocks who asks on.
  tooManyPauseMs: 600_000,
};

/** No host silences us for longer, whatever its Retry-After says. */
const LONGEST_POSTPONEMENT_MS = 86_400_000;

/** A lease outlasts the request by so much: the time to write down that it has ended. */
const LEASE_MARGIN_MS = 30_000;

/** Answers of a host that wants to be left alone, and what they say. */
const REFUSALS: ReadonlyMap<number, string> = new Map([
  [403, 'does not let us in (403)'],
  [429, 'says that we ask too often (429)'],
]);

/** Answers that may be better in a moment. */
const PASSING: ReadonlySet<number> = new Set([500, 502, 503, 504]);

/** Failures before a connection stood: no name, no route, nobody listening. */
const UNREACHABLE: ReadonlySet<string> = new Set([
  'ECONNREFUSED',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOTFOUND',
  'EAI_AGAIN',
]);

const REDIRECTS: ReadonlySet<number> = new Set([301, 302, 303, 307, 308]);

/** The request may do better in a moment. */
type Later = {
  readonly status: 'later';
  readonly why: string;
  readonly mostTries: number;
  readonly retryAfterMs: number | undefined;
};

/** The host wants no more requests for a while. */
type Refused = {
  readonly status: 'refused';
  readonly why: string;
  readonly retryAfterMs: number | undefined;
};

/** What one request led to. */
type Outcome = HttpAnswer | { readonly status: 'moved'; readonly url: string } | Later | Refused;

export function createHttpClient({
  fetch,
  turns,
  userAgent,
  now,
  limits: given = {},
}: {
  readonly fetch: typeof globalThis.fetch;
  readonly turns: TurnStore;
  /** Says who asks, and how to reach them. */
  readonly userAgent: string;
  readonly now: () => Date;
  readonly limits?: Partial<HttpLimits>;
}): HttpClient {
  const limits: HttpLimits = { ...HTTP_LIMITS, ...given };

  return {
    async get(url, options) {
      const queue = options.queue ?? new URL(url).host;
      const headers = requestHeaders(userAgent, options.validators);
      let address = url;
      let redirects = 0;
      for (let tries = 1; ; ) {
        const { host } = new URL(address);
        const outcome = await turns.takeTurn(
          queue,
          {
            pauseMs: options.pauseMs,
            leaseMs: limits.timeoutMs + LEASE_MARGIN_MS,
            longestWaitMs: limits.longestRetryAfterMs,
            signal: options.signal,
          },
          () => ask(address, headers, options.signal),
        );
        switch (outcome.status) {
          case 'ok':
          case 'unchanged':
            return outcome;
          case 'moved':
            redirects += 1;
            if (redirects > limits.mostRedirects) {
              throw failed(`${host} redirected us more than ${limits.mostRedirects} times.`);
            }
            address = outcome.url;
            break;
          case 'refused':
            throw await leaveAlone(queue, host, outcome);
          case 'later':
            await prepareRetry(queue, host, tries, outcome);
            tries += 1;
        }
      }
    },
  };

  async function ask(url: string, headers: Headers, signal?: AbortSignal): Promise<Outcome> {
    const { host } = new URL(url);
    const timeout = AbortSignal.timeout(limits.timeoutMs);
    try {
      const response = await fetch(url, {
        headers,
        redirect: 'manual',
        signal: signal ? AbortSignal.any([signal, timeout]) : timeout,
      });
      return await read(response, url, headers);
    } catch (error) {
      signal?.throwIfAborted();
      if (error instanceof BroadsheetError) throw error;
      const code = codeOf(error);
      const why = timeout.aborted
        ? `${host} did not answer within ${limits.timeoutMs / 1000} seconds`
        : `${host} cannot be reached or broke off (${code})`;
      const mostTries = UNREACHABLE.has(code) ? limits.mostTriesUnreachable : limits.mostTries;
      return { status: 'later', why, mostTries, retryAfterMs: undefined };
    }
  }

  async function read(response: Response, url: string, headers: Headers): Promise<Outcome> {
    const { host } = new URL(url);
    const { status } = response;
    if (status === 200) {
      const body = await textOf(response, host, limits.mostBytes);
      return { status: 'ok', body, validators: validatorsIn(response.headers) };
    }
    // The rest of an answer that nobody reads would keep the connection busy.
    await response.body?.cancel();
    const isConditional = headers.has('if-none-match') || headers.has('if-modified-since');
    if (status === 304 && isConditional) return { status: 'unchanged' };
    if (REDIRECTS.has(status)) {
      return { status: 'moved', url: redirectTarget(url, response.headers.get('location')) };
    }
    const retryAfterMs = parseRetryAfter(response.headers.get('retry-after'), now());
    const refusal = REFUSALS.get(status);
    if (refusal) return { status: 'refused', why: refusal, retryAfterMs };
    if (PASSING.has(status)) {
      const why = `${host} answered ${status}`;
      return { status: 'later', why, mostTries: limits.mostTries, retryAfterMs };
    }
    throw failed(`${host} answered ${status}, which was not expected.`);
  }

  /** Writes the wait into the queue, where the next turn finds it; throws after the last try. */
  async function prepareRetry(
    queue: string,
    host: string,
    tries: number,
    { why, mostTries, retryAfterMs = 0 }: Later,
  ): Promise<void> {
    const nowMs = now().getTime();
    if (retryAfterMs > limits.longestRetryAfterMs) {
      const untilMs = nowMs + Math.min(retryAfterMs, LONGEST_POSTPONEMENT_MS);
      await turns.postpone(queue, untilMs);
      throw failed(`${why} and asks us to wait until ${minuteOf(nowMs + retryAfterMs)}.`);
    }
    if (tries >= mostTries) throw failed(`${why}; ${host} was tried ${tries} times.`);
    const backoffMs = limits.firstRetryMs * 2 ** (tries - 1);
    await turns.postpone(queue, nowMs + Math.max(backoffMs, retryAfterMs));
  }

  async function leaveAlone(
    queue: string,
    host: string,
    { why, retryAfterMs = 0 }: Refused,
  ): Promise<BroadsheetError> {
    const waitMs = Math.max(limits.tooManyPauseMs, retryAfterMs);
    const untilMs = now().getTime() + Math.min(waitMs, LONGEST_POSTPONEMENT_MS);
    await turns.postpone(queue, untilMs);
    return failed(`${host} ${why}. It is not asked again before ${minuteOf(untilMs)}.`);
  }
}

function requestHeaders(userAgent: string, validators: Validators = {}): Headers {
  const headers = new Headers({ 'user-agent': userAgent, accept: '*/*' });
  if (validators.etag) headers.set('if-none-match', validators.etag);
  if (validators.lastModified) headers.set('if-modified-since', validators.lastModified);
  return headers;
}

function validatorsIn(headers: Headers): Validators {
  const etag = headers.get('etag');
  const lastModified = headers.get('last-modified');
  return { ...(etag && { etag }), ...(lastModified && { lastModified }) };
}

/** Counts while the body streams in, so that a bomb is never held whole. */
async function textOf(response: Response, host: string, mostBytes: number): Promise<string> {
  const decoder = decoderFor(response.headers.get('content-type'));
  const parts: string[] = [];
  let bytes = 0;
  // Leaving the loop early cancels the stream, and with it the connection.
  for await (const chunk of response.body ?? []) {
    bytes += chunk.byteLength;
    if (bytes > mostBytes) {
      throw failed(`${host} sent more than ${mostBytes / 1_000_000} MB, which was refused.`);
    }
    parts.push(decoder.decode(chunk, { stream: true }));
  }
  return parts.join('') + decoder.decode();
}

function decoderFor(contentType: string | null): InstanceType<typeof TextDecoder> {
  const charset = /;\s*charset\s*=\s*"?([^\s";]+)/i.exec(contentType ?? '')?.[1];
  try {
    return new TextDecoder(charset ?? 'utf-8');
  } catch {
    return new TextDecoder();
  }
}

function redirectTarget(from: string, location: string | null): string {
  const { host, protocol } = new URL(from);
  const target = location && URL.canParse(location, from) ? new URL(location, from) : undefined;
  const isWeb = target?.protocol === 'http:' || target?.protocol === 'https:';
  const losesSecrecy = protocol === 'https:' && target?.protocol === 'http:';
  if (!target || !isWeb || losesSecrecy) {
    throw failed(`${host} redirected us to an address that is not followed.`);
  }
  return target.href;
}

/** The system's name for a failed connection, such as `ECONNREFUSED`. */
function codeOf(error: unknown): string {
  const { cause, message } = error as Error & { cause?: { code?: string } };
  return cause?.code ?? message;
}

function failed(message: string): BroadsheetError {
  return new BroadsheetError('source_failed', message);
}
