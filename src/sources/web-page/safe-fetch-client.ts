/**
 * Fetching what a stranger names. Only hosts of the public internet are asked: a name is looked
 * up once, every number it leads to is judged, and one of those very numbers is connected, so
 * that no second look-up can lead elsewhere. Redirects are judged like the first address. Time,
 * size and types are limited, and a body is counted as it comes out of its compression.
 */

import { Resolver } from 'node:dns/promises';
import http from 'node:http';
import https from 'node:https';
import { type Duplex, pipeline, type Readable } from 'node:stream';
import { createBrotliDecompress, createGunzip, createInflate } from 'node:zlib';
import ipaddr from 'ipaddr.js';
import { BroadsheetError } from '../../errors.js';
import { hostOf, isPublicAddress, parsePublicUrl } from './public-address.js';

export type SafeFetchLimits = {
  /** For everything: look-up, redirects, body. */
  readonly timeoutMs: number;
  /** Of the body, after decompression. */
  readonly mostBytes: number;
  readonly mostRedirects: number;
  /** Requests of this process under way; who comes then is told to come back. */
  readonly mostAtOnce: number;
};

export const SAFE_FETCH_LIMITS: SafeFetchLimits = {
  timeoutMs: 10_000,
  mostBytes: 5_000_000,
  mostRedirects: 3,
  mostAtOnce: 8,
};

export type SafeAnswer = {
  /** 200, or how the host refused; then the body is empty. */
  readonly status: number;
  /** Where the redirects led. */
  readonly url: URL;
  /** In lower case, without parameters: `text/html`. */
  readonly mediaType: string;
  /** Bytes that are not in its charset have become U+FFFD. */
  readonly body: string;
};

export type SafeFetch = {
  /**
   * @param accept - the media types that are wanted, the best first; others are refused
   * @param refusing - why an address on the way is not asked; `undefined` for those that are
   * @throws BroadsheetError `url_not_allowed` or `fetch_limit`
   * @throws the signal's reason when it aborts
   */
  readonly get: (
    url: string,
    options: {
      readonly accept: readonly string[];
      readonly signal?: AbortSignal | undefined;
      readonly refusing?: ((url: URL) => string | undefined) | undefined;
    },
  ) => Promise<SafeAnswer>;
};

/** All numbers of a name; rejects where there is none. */
export type Resolve = (name: string) => Promise<readonly string[]>;

/** Another server than the internet has, for tests alone. */
export type TestServer = {
  readonly scheme: 'http:' | 'https:';
  readonly port: number;
  /** The certificate to believe. */
  readonly certificate?: string;
};

/** Of a host with many numbers, so many are tried. */
const MOST_ADDRESSES = 3;

const REDIRECTS: ReadonlySet<number> = new Set([301, 302, 303, 307, 308]);

const DECOMPRESSORS: ReadonlyMap<string, () => Duplex> = new Map([
  ['gzip', () => createGunzip()],
  ['x-gzip', () => createGunzip()],
  ['deflate', () => createInflate()],
  ['br', () => createBrotliDecompress()],
]);

/** Where pages of HTML say their charset, if their answer does not. */
const META_CHARSET = /<meta[^<>]{0,200}?charset\s*=\s*["']?([\w:.-]{1,40})/i;
const LONGEST_PROLOGUE = 2_048;

type Question = {
  readonly accept: readonly string[];
  readonly signal: AbortSignal;
  readonly refusing: ((url: URL) => string | undefined) | undefined;
};

/** One answer whose head has arrived, and how to let go of it. */
type Opened = { readonly answer: http.IncomingMessage; readonly close: () => void };

export function createSafeFetch({
  userAgent,
  resolve = resolveByName,
  isPublic = isPublicAddress,
  limits: given = {},
  testServer,
}: {
  /** Says who asks, and how to reach them. */
  readonly userAgent: string;
  readonly resolve?: Resolve;
  readonly isPublic?: (address: string) => boolean;
  readonly limits?: Partial<SafeFetchLimits>;
  readonly testServer?: TestServer;
}): SafeFetch {
  const limits: SafeFetchLimits = { ...SAFE_FETCH_LIMITS, ...given };
  let underWay = 0;

  return {
    async get(url, { accept, signal, refusing }) {
      if (underWay >= limits.mostAtOnce) {
        throw new BroadsheetError('fetch_limit', 'Too many pages are being fetched just now.', {
          fix: 'Try again in a moment.',
        });
      }
      underWay += 1;
      const timeout = AbortSignal.timeout(limits.timeoutMs);
      const either = signal ? AbortSignal.any([signal, timeout]) : timeout;
      try {
        return await follow(url, { accept, signal: either, refusing });
      } catch (error) {
        signal?.throwIfAborted();
        if (timeout.aborted) throw refused(`${hostIn(url)} took longer than ${seconds(limits)}.`);
        if (error instanceof BroadsheetError) throw error;
        throw refused(`${hostIn(url)} cannot be reached or broke off.`, error);
      } finally {
        underWay -= 1;
      }
    },
  };

  async function follow(
    first: string,
    { accept, signal, refusing }: Question,
  ): Promise<SafeAnswer> {
    let address = first;
    for (let redirects = 0; redirects <= limits.mostRedirects; redirects += 1) {
      const url = judged(address);
      const reason = refusing?.(url);
      if (reason) throw new BroadsheetError('url_not_allowed', reason);
      const { answer, close } = await open(url, accept, signal);
      try {
        const { statusCode: status = 0, headers } = answer;
        if (REDIRECTS.has(status) && headers.location !== undefined) {
          address = targetOf(url, headers.location);
          continue;
        }
        const mediaType = mediaTypeIn(headers['content-type']);
        if (status !== 200) return { status, url, mediaType, body: '' };
        if (!accept.includes(mediaType)) {
          throw refused(`${url.host} sent ${mediaType || 'something without a type'} instead.`);
        }
        const bytes = await bodyOf(answer, url, signal);
        return { status, url, mediaType, body: textOf(bytes, headers['content-type']) };
      } finally {
        close();
      }
    }
    throw refused(`${hostIn(first)} redirects more than ${limits.mostRedirects} times.`);
  }

  function judged(address: string): URL {
    const parsed = parsePublicUrl(
      address,
      testServer && { scheme: testServer.scheme, port: String(testServer.port) },
    );
    if ('url' in parsed) return parsed.url;
    throw new BroadsheetError('url_not_allowed', parsed.reason);
  }

  /** Asks one of the numbers of the host; the next one where a number is not reached. */
  async function open(url: URL, accept: readonly string[], signal: AbortSignal): Promise<Opened> {
    const addresses = await addressesOf(hostOf(url), signal);
    let failure: unknown;
    for (const address of addresses.slice(0, MOST_ADDRESSES)) {
      try {
        return await ask(url, address, accept, signal);
      } catch (error) {
        signal.throwIfAborted();
        failure = error;
      }
    }
    throw refused(`${url.host} cannot be reached or broke off.`, failure);
  }

  async function addressesOf(host: string, signal: AbortSignal): Promise<readonly string[]> {
    if (ipaddr.isValid(host)) return [host];
    let addresses: readonly string[];
    try {
      addresses = await beforeAbort(resolve(host), signal);
    } catch (error) {
      signal.throwIfAborted();
      throw refused(`No host is called ${host}.`, error);
    }
    if (addresses.length === 0) throw refused(`No host is called ${host}.`);
    // One number inside is enough to refuse: the host would be whichever is taken.
    if (addresses.every(isPublic)) return inOrder(addresses);
    throw new BroadsheetError(
      'url_not_allowed',
      `${host} leads to a machine that is not on the public internet.`,
    );
  }

  function ask(
    url: URL,
    address: string,
    accept: readonly string[],
    signal: AbortSignal,
  ): Promise<Opened> {
    const host = hostOf(url);
    const { promise, resolve: done, reject } = Promise.withResolvers<Opened>();
    const client = url.protocol === 'https:' ? https : http;
    const request = client.request({
      // The number that was judged, so that nothing is looked up again.
      host: address,
      port: testServer?.port ?? 443,
      path: url.pathname + url.search,
      method: 'GET',
      // A connection of its own: none that stands open to a host under another name.
      agent: false,
      signal,
      servername: ipaddr.isValid(host) ? '' : host,
      ...(testServer?.certificate && { ca: testServer.certificate }),
      headers: {
        host: url.host,
        'user-agent': userAgent,
        accept: [...accept, '*/*;q=0.1'].join(', '),
        'accept-encoding': 'gzip, deflate, br',
        'accept-language': 'en, *;q=0.5',
        connection: 'close',
      },
    });
    request.on('response', (answer) => done({ answer, close: () => request.destroy() }));
    // Stays after the answer has begun: a connection that breaks then is told by its stream.
    request.on('error', reject);
    request.end();
    return promise;
  }

  async function bodyOf(
    answer: http.IncomingMessage,
    { host }: URL,
    signal: AbortSignal,
  ): Promise<Buffer> {
    const stream = decompressed(answer, host);
    const chunks: Buffer[] = [];
    let bytes = 0;
    for await (const chunk of stream.iterator({ destroyOnReturn: true }) as AsyncIterable<Buffer>) {
      signal.throwIfAborted();
      bytes += chunk.byteLength;
      if (bytes > limits.mostBytes) {
        throw refused(`${host} sends more than ${limits.mostBytes / 1_000_000} MB.`);
      }
      chunks.push(chunk);
    }
    if (!answer.complete) throw refused(`${host} broke off.`);
    return Buffer.concat(chunks);
  }
}

/** By questions of our own: the system's look-up holds one of the few threads that files need. */
async function resolveByName(name: string): Promise<readonly string[]> {
  const resolver = new Resolver({ timeout: 2_000, tries: 2 });
  const found = await Promise.allSettled([resolver.resolve4(name), resolver.resolve6(name)]);
  return found.flatMap((each) => (each.status === 'fulfilled' ? each.value : []));
}

/** IPv4 first: where a machine has no IPv6, waiting for it would take all the time there is. */
function inOrder(addresses: readonly string[]): string[] {
  return [...addresses].sort(
    (one, other) => Number(one.includes(':')) - Number(other.includes(':')),
  );
}

function beforeAbort<Value>(work: Promise<Value>, signal: AbortSignal): Promise<Value> {
  const aborted = Promise.withResolvers<never>();
  const onAbort = () => aborted.reject(signal.reason);
  signal.addEventListener('abort', onAbort, { once: true });
  if (signal.aborted) onAbort();
  return Promise.race([work, aborted.promise]).finally(() =>
    signal.removeEventListener('abort', onAbort),
  );
}

function targetOf(from: URL, location: string): string {
  if (URL.canParse(location, from.href)) return new URL(location, from).href;
  throw refused(`${from.host} redirects to something that is no address.`);
}

function decompressed(answer: http.IncomingMessage, host: string): Readable {
  const encoding = (answer.headers['content-encoding'] ?? '').trim().toLowerCase();
  if (encoding === '' || encoding === 'identity') return answer;
  const decompressor = DECOMPRESSORS.get(encoding)?.();
  if (!decompressor) throw refused(`${host} sends its page in a form that was not asked for.`);
  // Whoever reads the end of it is told of its failure.
  pipeline(answer, decompressor, () => {});
  return decompressor;
}

function mediaTypeIn(contentType = ''): string {
  return (contentType.split(';')[0] ?? '').trim().toLowerCase();
}

function textOf(bytes: Buffer, contentType = ''): string {
  const stated = /;\s*charset\s*=\s*"?([^\s";]+)/i.exec(contentType)?.[1];
  const inPage = META_CHARSET.exec(bytes.subarray(0, LONGEST_PROLOGUE).toString('latin1'))?.[1];
  for (const charset of [stated, inPage, 'utf-8']) {
    try {
      if (charset) return new TextDecoder(charset).decode(bytes);
    } catch {
      // A charset that nobody knows; the next guess.
    }
  }
  return bytes.toString('utf8');
}

function hostIn(address: string): string {
  return URL.canParse(address) ? new URL(address).host : 'The host';
}

function seconds({ timeoutMs }: SafeFetchLimits): string {
  return `${timeoutMs / 1000} seconds`;
}

function refused(message: string, cause?: unknown): BroadsheetError {
  return new BroadsheetError('fetch_limit', message, { cause });
}
