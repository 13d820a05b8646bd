import { once } from 'node:events';
import { createServer } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { expect, it, onTestFinished } from 'vitest';
import { refuseUnreadable } from './unreadable-request.js';

/** All that a server answers to these bytes, until it closes the connection. */
async function answerTo(request: string): Promise<string> {
  const server = createServer((_, response) => response.end('read'));
  server.on('clientError', refuseUnreadable);
  onTestFinished(() => void server.close());
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const socket = connect((server.address() as AddressInfo).port, '127.0.0.1');
  socket.on('error', () => {});
  socket.write(request);
  return text(socket);
}

it('tells in words that an address is too long, and what to do', async () => {
  const answer = await answerTo(`GET /search?q=${'x'.repeat(500_000)} HTTP/1.1\r\n\r\n`);
  expect(answer).toMatch(/^HTTP\/1\.1 431 .*\r\n/);
  expect(answer).toContain('\r\nConnection: close\r\n');
  expect(answer).toMatch(/\r\n\r\nThe address is too long\. Search for .*\n$/);
});

it('tells what is no request at all', async () => {
  expect(await answerTo('hello\r\n\r\n')).toMatch(/^HTTP\/1\.1 400 Bad Request\r\n/);
});

it('tells nothing to who has gone', () => {
  const calls: string[] = [];
  const socket = { writable: false, destroy: () => calls.push('destroy') };
  refuseUnreadable(new Error('gone'), socket as never);
  expect(calls).toEqual(['destroy']);
});
