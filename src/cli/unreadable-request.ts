/** Answers to requests that Node cannot read, which therefore never reach the site. */

import type { Duplex } from 'node:stream';

/** A refusal in one sentence; `statusLine` as HTTP wants it (RFC 9110, section 15). */
type Refusal = { readonly statusLine: string; readonly words: string };

const TOO_LONG: Refusal = {
  statusLine: '431 Request Header Fields Too Large',
  words:
    'The address is too long. Search for a title or some telling words, or paste the abstract alone.',
};

const TOO_SLOW: Refusal = {
  statusLine: '408 Request Timeout',
  words: 'The request took too long to arrive. Try again.',
};

const MALFORMED: Refusal = {
  statusLine: '400 Bad Request',
  words: 'This is no request that a web server can read.',
};

const REFUSALS: Readonly<Record<string, Refusal>> = {
  HPE_HEADER_OVERFLOW: TOO_LONG,
  ERR_HTTP_REQUEST_TIMEOUT: TOO_SLOW,
};

/** What still arrives is read past for so long. */
const LINGER_MS = 2_000;

/** Answers in place of Node, which would send a page without a word; for `clientError`. */
export function refuseUnreadable(error: NodeJS.ErrnoException, socket: Duplex): void {
  // It is called again for whatever arrives after what could not be read.
  if (socket.writableEnded) return;
  if (!socket.writable || error.code === 'ECONNRESET') {
    socket.destroy();
    return;
  }
  const { statusLine, words } = REFUSALS[error.code ?? ''] ?? MALFORMED;
  socket.end(
    [
      `HTTP/1.1 ${statusLine}`,
      'Content-Type: text/plain; charset=utf-8',
      'X-Content-Type-Options: nosniff',
      'Connection: close',
      '',
      `${words}\n`,
    ].join('\r\n'),
  );
  // Who is cut off while still sending never reads the answer.
  socket.resume();
  setTimeout(() => socket.destroy(), LINGER_MS).unref();
}
