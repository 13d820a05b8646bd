/**
 * Makes one post: one request, with an end to its wait and to the size of its answer, and says
 * whether the post was made, was not, or may have been.
 */

import { parseRetryAfter } from '../../retry-after.js';
import type { PostOutcome } from './post.js';
import type { PostRequest } from './post-request.js';

export type Poster = {
  /** Never throws. */
  readonly post: (request: PostRequest) => Promise<PostOutcome>;
};

/** From the beginning of a request to the end of its answer. */
export const POST_TIMEOUT_MS = 15_000;

/** Answers are a few hundred bytes. */
const LONGEST_ANSWER_BYTES = 65_536;

/** No service silences us for longer, whatever it asks for. */
const LONGEST_WAIT_MS = 3_600_000;

const LONGEST_QUOTE = 200;

/** The connection was never made, so nothing was sent. */
const NEVER_SENT: ReadonlySet<string> = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'UND_ERR_CONNECT_TIMEOUT',
  'CERT_HAS_EXPIRED',
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
  'ERR_TLS_CERT_ALTNAME_INVALID',
]);

/** A gateway gave up waiting for a server that may have done what it was asked. */
const GATEWAY_TIMEOUT = 504;

export function createPoster({
  fetch,
  now,
  timeoutMs = POST_TIMEOUT_MS,
}: {
  readonly fetch: typeof globalThis.fetch;
  readonly now: () => Date;
  readonly timeoutMs?: number;
}): Poster {
  return {
    async post(request) {
      const { method, url, headers, body } = request;
      let response: Response;
      const signal = AbortSignal.timeout(timeoutMs);
      try {
        // Another address is another service, and the secret is not for it.
        response = await fetch(url, { method, headers, body, redirect: 'manual', signal });
      } catch (error) {
        return unanswered(error);
      }
      // The status says how it ended; that its words are lost changes nothing.
      const answer = await textOf(response).catch(() => '');
      return outcomeOf(response, answer, request.secrets, now());
    },
  };
}

function unanswered(error: unknown): PostOutcome {
  const { cause, name, message } = error as Error & { cause?: NodeJS.ErrnoException };
  const code = cause?.code ?? '';
  if (NEVER_SENT.has(code)) return { kind: 'later', detail: `it cannot be reached (${code})` };
  const reason = name === 'TimeoutError' ? 'no answer in time' : code || message;
  return { kind: 'unknown', detail: `the connection broke before an answer (${reason})` };
}

function outcomeOf(
  { status, ok, headers }: Response,
  answer: string,
  secrets: readonly string[],
  now: Date,
): PostOutcome {
  if (ok) return { kind: 'posted' };
  const said = quoted(answer, secrets);
  const detail = `it answered ${status}${said && `: ${said}`}`;
  if (status === GATEWAY_TIMEOUT) return { kind: 'unknown', detail };
  if (status === 429) {
    const askedMs = parseRetryAfter(headers.get('retry-after'), now) ?? waitIn(answer);
    return { kind: 'later', detail, waitMs: Math.min(askedMs ?? 0, LONGEST_WAIT_MS) };
  }
  const mayPass = status >= 500 || status === 408 || status === 425;
  return { kind: mayPass ? 'later' : 'refused', detail };
}

/** Matrix tells the wait in its answer, in milliseconds; Discord in seconds. */
function waitIn(answer: string): number | undefined {
  try {
    const { retry_after_ms: ms, retry_after: seconds } = JSON.parse(answer);
    const waitMs = typeof ms === 'number' ? ms : Number(seconds) * 1_000;
    return Number.isFinite(waitMs) && waitMs >= 0 ? waitMs : undefined;
  } catch {
    return undefined;
  }
}

/** What the service says, in one line, without what lets anybody post. */
function quoted(answer: string, secrets: readonly string[]): string {
  const line = answer.replace(/[\s\p{Cc}]+/gu, ' ').trim();
  const freed = secrets.reduce((text, secret) => text.replaceAll(secret, '…'), line);
  return freed.slice(0, LONGEST_QUOTE);
}

/** Counts while the answer streams in; what is beyond is not read. */
async function textOf(response: Response): Promise<string> {
  const decoder = new TextDecoder();
  const parts: string[] = [];
  let bytes = 0;
  // Leaving the loop early cancels the stream, and with it the connection.
  for await (const chunk of response.body ?? []) {
    bytes += chunk.byteLength;
    if (bytes > LONGEST_ANSWER_BYTES) break;
    parts.push(decoder.decode(chunk, { stream: true }));
  }
  return parts.join('') + decoder.decode();
}
