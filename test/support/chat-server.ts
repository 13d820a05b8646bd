/**
 * A server on loopback that takes posts as chat services do, keeps them, and misbehaves by plan.
 * A message that is put twice under one address counts once, as with Matrix.
 */

import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export type ChatRequest = {
  readonly method: string;
  /** With its query. */
  readonly path: string;
  readonly headers: Readonly<IncomingMessage['headers']>;
  readonly body: Readonly<Record<string, unknown>>;
};

/** What a request gets instead of "posted". */
export type ChatMisbehaviour =
  | {
      readonly kind: 'status';
      readonly status: number;
      readonly headers?: Readonly<Record<string, string>>;
      readonly body?: string;
    }
  /** The message is kept, and the connection breaks. */
  | { readonly kind: 'cut after posting' }
  /** The message is kept, and no answer ever comes. */
  | { readonly kind: 'hang after posting' };

export type ChatServer = AsyncDisposable & {
  readonly url: string;
  /** Every request, in the order of arrival. */
  readonly requests: readonly ChatRequest[];
  /** What people in the channel see. */
  readonly messages: () => readonly ChatRequest[];
};

export async function startChatServer(
  plan: (request: ChatRequest, number: number) => ChatMisbehaviour | undefined = () => undefined,
): Promise<ChatServer> {
  const requests: ChatRequest[] = [];
  const kept = new Map<string, ChatRequest>();
  const server = createServer(async (message, response) => {
    const request = await requestOf(message);
    requests.push(request);
    const misbehaviour = plan(request, requests.length);
    if (misbehaviour?.kind !== 'status') {
      const { method, path } = request;
      kept.set(method === 'PUT' ? path : String(requests.length), request);
    }
    answer(response, misbehaviour);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    requests,
    messages: () => [...kept.values()],
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function answer(response: ServerResponse, misbehaviour: ChatMisbehaviour | undefined): void {
  switch (misbehaviour?.kind) {
    case undefined:
      response.writeHead(200, { 'Content-Type': 'application/json' }).end('{"event_id":"$1"}');
      return;
    case 'status':
      response.writeHead(misbehaviour.status, misbehaviour.headers).end(misbehaviour.body ?? '');
      return;
    case 'cut after posting':
      response.socket?.destroy();
      return;
    case 'hang after posting':
  }
}

async function requestOf(message: IncomingMessage): Promise<ChatRequest> {
  const chunks: Buffer[] = [];
  for await (const chunk of message) chunks.push(chunk as Buffer);
  return {
    method: message.method ?? '',
    path: message.url ?? '',
    headers: message.headers,
    body: JSON.parse(Buffer.concat(chunks).toString('utf8')) as ChatRequest['body'],
  };
}
