import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { createGzip } from 'node:zlib';
import { describe, expect, it, onTestFinished } from 'vitest';
import { NOON, openCatalogue } from '../../test/support/catalogue.js';
import { createHttpClient, type HttpClient } from './http-client.js';
import { createTurnStore, type TurnStore } from './turn-store.js';

const MANNERS = { pauseMs: 1 };

/** A server of the test's own; its address. */
async function serve(listener: RequestListener): Promise<string> {
  const server = createServer(listener);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
}

/** Answers the first requests with these, and all after them with the last. */
function inTurn(...listeners: readonly RequestListener[]): RequestListener {
  let at = 0;
  return (request, response) => {
    const listener = listeners[Math.min(at, listeners.length - 1)];
    at += 1;
    listener?.(request, response);
  };
}

const status =
  (code: number, headers: Record<string, string> = {}): RequestListener =>
  (_, response) => {
    response.writeHead(code, headers).end();
  };

const news: RequestListener = (_, response) => {
  response.end('news');
};

async function client(): Promise<{ http: HttpClient; turns: TurnStore }> {
  const { database } = await openCatalogue();
  const now = () => new Date();
  const turns = createTurnStore(database, {
    now,
    sleep: (durationMs, signal) => sleep(durationMs, undefined, { signal }),
  });
  const limits = {
    timeoutMs: 300,
    mostBytes: 5_000_000,
    firstRetryMs: 10,
    longestRetryAfterMs: 2_000,
  };
  const http = createHttpClient({ fetch, turns, userAgent: 'Test/1 (someone)', now, limits });
  return { http, turns };
}

describe('an answer', () => {
  it('comes with what to ask "has it changed?" with, and is then unchanged', async () => {
    const url = await serve((request, response) => {
      if (request.headers['if-none-match'] === '"a"') response.writeHead(304).end();
      else
        response.writeHead(200, { etag: '"a"', 'last-modified': NOON.toUTCString() }).end('news');
    });
    const { http } = await client();
    const first = await http.get(url, MANNERS);
    expect(first).toEqual({
      status: 'ok',
      body: 'news',
      validators: { etag: '"a"', lastModified: NOON.toUTCString() },
    });
    const validators = first.status === 'ok' ? first.validators : {};
    expect(await http.get(url, { ...MANNERS, validators })).toEqual({ status: 'unchanged' });
  });

  it('is asked for by name', async () => {
    const url = await serve((request, response) => {
      response.end(request.headers['user-agent']);
    });
    const { http } = await client();
    expect(await http.get(url, MANNERS)).toMatchObject({ body: 'Test/1 (someone)' });
  });

  it.each([
    ['text/plain', 'Zo\u00eb', 'utf8'],
    ['text/plain; charset=ISO-8859-1', 'Zo\u00eb', 'latin1'],
    ['text/plain; charset="utf-16le"', 'Zo\u00eb', 'utf16le'],
    ['text/plain; charset=unheard-of', 'Zo\u00eb', 'utf8'],
  ] as const)('of type %s is read in its charset', async (type, text, encoding) => {
    const url = await serve((_, response) => {
      response.writeHead(200, { 'content-type': type }).end(Buffer.from(text, encoding));
    });
    const { http } = await client();
    expect(await http.get(url, MANNERS)).toMatchObject({ body: text });
  });

  it('with bytes that are no UTF-8 is still an answer', async () => {
    const url = await serve((_, response) => {
      response.end(Buffer.from([0x61, 0xff, 0x62]));
    });
    const { http } = await client();
    expect(await http.get(url, MANNERS)).toMatchObject({ body: 'a\ufffdb' });
  });

  it('that is too large is refused before it is in memory', async () => {
    const url = await serve((_, response) => {
      response.writeHead(200, { 'content-encoding': 'gzip' });
      const gzip = createGzip({ level: 1 });
      const zeros = Buffer.alloc(1_000_000);
      const pump = (): void => {
        if (gzip.destroyed) return;
        if (gzip.write(zeros)) setImmediate(pump);
        else gzip.once('drain', pump);
      };
      gzip.pipe(response);
      response.on('close', () => gzip.destroy());
      pump();
    });
    const { http } = await client();
    const before = process.memoryUsage().rss;
    await expect(http.get(url, MANNERS)).rejects.toThrow(/sent more than 5 MB/);
    expect(process.memoryUsage().rss - before).toBeLessThan(150_000_000);
  });
});

describe('a host that has trouble', () => {
  it('is asked again, later each time', async () => {
    const times: number[] = [];
    const note =
      (listener: RequestListener): RequestListener =>
      (request, response) => {
        times.push(Date.now());
        listener(request, response);
      };
    const url = await serve(inTurn(note(status(503)), note(status(502)), note(news)));
    const { http } = await client();
    expect(await http.get(url, MANNERS)).toMatchObject({ body: 'news' });
    const [first = 0, second = 0, third = 0] = times;
    expect(second - first).toBeGreaterThanOrEqual(10);
    expect(third - second).toBeGreaterThanOrEqual(20);
  });

  it('is asked again when the connection breaks or the answer does not end', async () => {
    const url = await serve(
      inTurn(
        (request) => request.socket.destroy(),
        (_, response) => {
          response.writeHead(200, { 'content-length': '100' });
          response.write('ne', () => response.destroy());
        },
        (_, response) => {
          response.write('ne');
        },
        news,
      ),
    );
    const { http } = await client();
    expect(await http.get(url, MANNERS)).toMatchObject({ body: 'news' });
  });

  it('is given up after four tries', async () => {
    let requests = 0;
    const url = await serve((_, response) => {
      requests += 1;
      response.writeHead(500).end();
    });
    const { http } = await client();
    await expect(http.get(url, MANNERS)).rejects.toMatchObject({
      code: 'source_failed',
      message: expect.stringMatching(/answered 500; .* was tried 4 times/),
    });
    expect(requests).toBe(4);
  });

  it('that cannot be reached is named with the reason', async () => {
    const { http } = await client();
    await expect(http.get('http://127.0.0.1:1/', MANNERS)).rejects.toThrow(
      /127\.0\.0\.1:1 cannot be reached or broke off/,
    );
  });

  it('is heard when it says how long to wait', async () => {
    const url = await serve(inTurn(status(503, { 'retry-after': '1' }), news));
    const { http } = await client();
    const startedAtMs = Date.now();
    expect(await http.get(url, MANNERS)).toMatchObject({ body: 'news' });
    expect(Date.now() - startedAtMs).toBeGreaterThanOrEqual(1_000);
  });

  it('is given up when it wants a long wait, and nobody asks it before', async () => {
    const url = await serve(status(503, { 'retry-after': '3600' }));
    const { http, turns } = await client();
    await expect(http.get(url, { ...MANNERS, queue: 'q' })).rejects.toThrow(
      /answered 503 and asks us to wait until \d{4}-\d\d-\d\d \d\d:\d\d UTC/,
    );
    expect(await turns.freeAtMs('q')).toBeGreaterThan(Date.now() + 3_500_000);
  });
});

describe('a host that says "too many requests" or "forbidden"', () => {
  it.each([429, 403])('(%i) is left alone for ten minutes, by everybody', async (code) => {
    let requests = 0;
    const url = await serve((_, response) => {
      requests += 1;
      response.writeHead(code).end('Rate exceeded.');
    });
    const { http, turns } = await client();
    const refused = http.get(url, { ...MANNERS, queue: 'q' });
    await expect(refused).rejects.toMatchObject({
      code: 'source_failed',
      message: expect.stringMatching(/\((?:429|403)\)\. It is not asked again before .* UTC\./),
    });
    expect(await turns.freeAtMs('q')).toBeGreaterThan(Date.now() + 590_000);
    await expect(http.get(url, { ...MANNERS, queue: 'q' })).rejects.toThrow(/told us to wait/);
    expect(requests).toBe(1);
  });

  it('is left alone for as long as it says, up to a day', async () => {
    const url = await serve(
      inTurn(status(429, { 'retry-after': '7200' }), status(429, { 'retry-after': '999999999' })),
    );
    const { http, turns } = await client();
    await expect(http.get(url, { ...MANNERS, queue: 'a' })).rejects.toThrow(/429/);
    await expect(http.get(url, { ...MANNERS, queue: 'b' })).rejects.toThrow(/429/);
    expect(await turns.freeAtMs('a')).toBeGreaterThan(Date.now() + 7_100_000);
    expect(await turns.freeAtMs('b')).toBeLessThan(Date.now() + 86_500_000);
  });
});

describe('what is not followed up', () => {
  it.each([400, 404, 204, 304])('is the status %i', async (code) => {
    let requests = 0;
    const url = await serve((_, response) => {
      requests += 1;
      response.writeHead(code).end();
    });
    const { http } = await client();
    await expect(http.get(url, MANNERS)).rejects.toThrow(
      `answered ${code}, which was not expected`,
    );
    expect(requests).toBe(1);
  });

  it('is a chain of more than three redirects', async () => {
    let requests = 0;
    const url = await serve((_, response) => {
      requests += 1;
      response.writeHead(302, { location: `/${requests}` }).end();
    });
    const { http } = await client();
    await expect(http.get(url, MANNERS)).rejects.toThrow(/redirected us more than 3 times/);
    expect(requests).toBe(4);
  });

  it.each(['file:///etc/hostname', 'http://', ''])('is a redirect to %j', async (location) => {
    const url = await serve(status(301, { location }));
    const { http } = await client();
    // An empty address means the same page again, which the number of redirects ends.
    await expect(http.get(url, MANNERS)).rejects.toThrow(/redirected us/);
  });
});

it('waits its turn for every redirect', async () => {
  const times: number[] = [];
  const url = await serve((request, response) => {
    times.push(Date.now());
    if (request.url === '/') response.writeHead(307, { location: '/moved' }).end();
    else response.end('news');
  });
  const { http } = await client();
  expect(await http.get(url, { pauseMs: 80 })).toMatchObject({ body: 'news' });
  expect((times[1] ?? 0) - (times[0] ?? 0)).toBeGreaterThanOrEqual(80);
});

it('stops at once when told to, while waiting and while reading', async () => {
  const url = await serve(
    inTurn(status(503, { 'retry-after': '2' }), (_, response) => {
      response.write('ne');
    }),
  );
  const { http } = await client();
  for (const queue of ['waiting', 'reading']) {
    const startedAtMs = Date.now();
    const signal = AbortSignal.timeout(50);
    await expect(http.get(url, { ...MANNERS, queue, signal })).rejects.toThrow(/abort/i);
    expect(Date.now() - startedAtMs).toBeLessThan(250);
  }
});
