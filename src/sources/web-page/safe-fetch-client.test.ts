import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import type { RequestListener } from 'node:http';
import { type AddressInfo, createServer, type Server } from 'node:net';
import { brotliCompressSync, gzipSync } from 'node:zlib';
import { describe, expect, onTestFinished, test } from 'vitest';
import { hasOpenssl, publicWeb } from '../../../test/support/public-web.js';
import { createSafeFetch, type Resolve } from './safe-fetch-client.js';

const HTML = { accept: ['text/html'] };

const answerWith =
  (body: string | Buffer, headers: Record<string, string> = {}): RequestListener =>
  (_, response) => {
    response.writeHead(200, { 'content-type': 'text/html', ...headers });
    response.end(body);
  };

describe('A page of the public web', () => {
  test('is fetched as text, by a request that says who asks', async () => {
    const asked: unknown[] = [];
    const web = await publicWeb((request, response) => {
      asked.push([request.url, request.headers.host, request.headers['user-agent']]);
      response.setHeader('content-type', 'text/html; charset=iso-8859-1');
      response.end(Buffer.from('Mod\u00e8les', 'latin1'));
    });
    const answer = await web.fetch.get(web.at('papers.example.org', '/one?v=2'), HTML);
    expect(answer).toMatchObject({ status: 200, mediaType: 'text/html', body: 'Modèles' });
    expect(asked).toEqual([['/one?v=2', `papers.example.org:${web.port}`, 'Broadsheet/test']]);
  });

  test.each([
    ['gzip', gzipSync('A page.')],
    ['br', brotliCompressSync('A page.')],
    ['identity', Buffer.from('A page.')],
  ])('comes out of its compression: %s', async (encoding, body) => {
    const web = await publicWeb(answerWith(body, { 'content-encoding': encoding }));
    const { body: text } = await web.fetch.get(web.at('papers.example.org', '/'), HTML);
    expect(text).toBe('A page.');
  });

  test('says its charset in its head where its answer does not', async () => {
    const page = Buffer.from(
      '<meta charset="windows-1251"><title>\u00cc\u00e8\u00f0</title>',
      'latin1',
    );
    const web = await publicWeb(answerWith(page));
    const { body } = await web.fetch.get(web.at('papers.example.org', '/'), HTML);
    expect(body).toContain('<title>Мир</title>');
  });

  test('is found behind three redirects, and not behind four', async () => {
    const web = await publicWeb((request, response) => {
      const left = Number(request.url?.slice(1));
      if (left > 0) response.writeHead(302, { location: `/${left - 1}` }).end();
      else response.writeHead(200, { 'content-type': 'text/html' }).end('There.');
    });
    const there = await web.fetch.get(web.at('papers.example.org', '/3'), HTML);
    expect(there).toMatchObject({ body: 'There.', url: { pathname: '/0' } });
    await expect(web.fetch.get(web.at('papers.example.org', '/4'), HTML)).rejects.toMatchObject({
      code: 'fetch_limit',
    });
  });

  test('that is not there is told by its status', async () => {
    const web = await publicWeb((_, response) => response.writeHead(404).end('No.'));
    const answer = await web.fetch.get(web.at('papers.example.org', '/'), HTML);
    expect(answer).toMatchObject({ status: 404, body: '' });
  });

  test.skipIf(!hasOpenssl())(
    'is asked over TLS at the number that was judged, under its own name',
    async () => {
      const web = await publicWeb(answerWith('Safe.'), { secure: true });
      const { body } = await web.fetch.get(web.at('papers.example.org', '/'), HTML);
      expect(body).toBe('Safe.');
      // The certificate is that of another host.
      await expect(web.fetch.get(web.at('evil.example.net', '/'), HTML)).rejects.toMatchObject({
        code: 'fetch_limit',
      });
    },
  );
});

describe('A page is refused', () => {
  const kilobyte = 'x'.repeat(1_024);

  test.each<[string, RequestListener]>([
    ['if it is too long', answerWith(kilobyte.repeat(200))],
    [
      'if it becomes too long as it is unpacked',
      answerWith(gzipSync('x'.repeat(50_000_000)), { 'content-encoding': 'gzip' }),
    ],
    ['if it is packed wrongly', answerWith('no gzip', { 'content-encoding': 'gzip' })],
    [
      'if it is packed in a way that nobody asked for',
      answerWith('x', { 'content-encoding': 'constructor' }),
    ],
    [
      'if it is packed twice',
      answerWith(gzipSync(gzipSync('x')), { 'content-encoding': 'gzip, gzip' }),
    ],
    ['if it is not a page', answerWith('%PDF-1.7', { 'content-type': 'application/pdf' })],
    ['if it says nothing of what it is', (_, response) => response.writeHead(200).end('x')],
    [
      'if it breaks off',
      (_, response) => {
        response.writeHead(200, { 'content-type': 'text/html', 'content-length': '100' });
        response.write('half', () => response.destroy());
      },
    ],
    [
      'if it breaks off inside its compression',
      (_, response) => {
        response.writeHead(200, { 'content-type': 'text/html', 'content-encoding': 'gzip' });
        response.write(gzipSync(kilobyte).subarray(0, 12), () => response.destroy());
      },
    ],
    ['if nothing comes', (_, response) => response.destroy()],
    [
      'if its headers never end',
      (_, response) => {
        response.writeHead(200, { 'x-long': 'y'.repeat(100_000) }).end();
      },
    ],
    [
      'if it redirects to nowhere',
      (_, response) => response.writeHead(302, { location: 'http://[' }).end(),
    ],
    [
      'if it redirects in a circle',
      (_, response) => response.writeHead(301, { location: '/' }).end(),
    ],
  ])('%s', async (_, answer) => {
    const web = await publicWeb(answer, { limits: { mostBytes: 100_000 } });
    await expect(web.fetch.get(web.at('papers.example.org', '/'), HTML)).rejects.toMatchObject({
      code: 'fetch_limit',
      status: 422,
    });
  });

  test('if it comes one byte after the other', async () => {
    let sent = 0;
    const web = await publicWeb(
      (_, response) => {
        response.writeHead(200, { 'content-type': 'text/html' });
        const drip = setInterval(() => {
          sent += 1;
          response.write('x');
        }, 20);
        response.on('close', () => clearInterval(drip));
      },
      { limits: { timeoutMs: 400 } },
    );
    await expect(web.fetch.get(web.at('papers.example.org', '/'), HTML)).rejects.toMatchObject({
      code: 'fetch_limit',
      message: expect.stringContaining('took longer'),
    });
    expect(sent).toBeGreaterThan(0);
  });

  test('if it never answers, or its name is never found', async () => {
    const web = await publicWeb(() => {}, { limits: { timeoutMs: 200 } });
    await expect(web.fetch.get(web.at('papers.example.org', '/'), HTML)).rejects.toMatchObject({
      code: 'fetch_limit',
    });
    const lost = createSafeFetch({
      userAgent: 'x',
      resolve: () => new Promise(() => {}),
      limits: { timeoutMs: 100 },
    });
    await expect(lost.get('https://papers.example.org/', HTML)).rejects.toMatchObject({
      code: 'fetch_limit',
    });
    const nameless = createSafeFetch({ userAgent: 'x', resolve: async () => [] });
    await expect(nameless.get('https://papers.example.org/', HTML)).rejects.toMatchObject({
      code: 'fetch_limit',
    });
  });

  test('if too many are under way, and no longer when they are done', async () => {
    const web = await publicWeb(() => {}, { limits: { timeoutMs: 300, mostAtOnce: 1 } });
    const first = web.fetch.get(web.at('papers.example.org', '/'), HTML);
    await expect(web.fetch.get(web.at('papers.example.org', '/'), HTML)).rejects.toMatchObject({
      message: expect.stringContaining('Too many'),
    });
    await expect(first).rejects.toMatchObject({ message: expect.stringContaining('took longer') });
    await expect(web.fetch.get(web.at('papers.example.org', '/'), HTML)).rejects.toMatchObject({
      message: expect.stringContaining('took longer'),
    });
  });

  test('by whoever asks, on every step of the way', async () => {
    const web = await publicWeb((request, response) => {
      response.writeHead(302, { location: `http://blocked.example.net:${web.port}/` }).end();
      expect(request.headers.host).not.toContain('blocked');
    });
    const refusing = ({ hostname }: URL) =>
      hostname === 'blocked.example.net' ? 'This host is blocked here.' : undefined;
    await expect(
      web.fetch.get(web.at('papers.example.org', '/'), { ...HTML, refusing }),
    ).rejects.toMatchObject({ code: 'url_not_allowed', message: 'This host is blocked here.' });
    expect(web.connections()).toBe(1);
  });

  test('with the reason of whoever gave up waiting', async () => {
    const web = await publicWeb(() => {});
    const gone = new AbortController();
    const answer = web.fetch.get(web.at('papers.example.org', '/'), {
      ...HTML,
      signal: gone.signal,
    });
    gone.abort(new Error('gone'));
    await expect(answer).rejects.toThrow('gone');
  });
});

describe('Nothing inside is ever touched', () => {
  /** Counts every socket that this process opens. */
  function countSockets(): () => number {
    let sockets = 0;
    const count = () => {
      sockets += 1;
    };
    subscribe('net.client.socket', count);
    onTestFinished(() => {
      unsubscribe('net.client.socket', count);
    });
    return () => sockets;
  }

  /** A server inside that must not hear of us, and the port where a leak would reach it. */
  async function inside(): Promise<{ readonly port: number; readonly touched: () => number }> {
    let touched = 0;
    const listen = (host: string, port: number) =>
      new Promise<Server | undefined>((done) => {
        const server = createServer((socket) => {
          touched += 1;
          socket.destroy();
        });
        server.on('error', () => done(undefined));
        server.listen(port, host, () => done(server));
        onTestFinished(() => {
          server.close();
        });
      });
    const server = await listen('127.0.0.1', 0);
    if (!server) throw new RangeError('no port is free');
    const { port } = server.address() as AddressInfo;
    await listen('::1', port);
    return { port, touched: () => touched };
  }

  const HOSTS = [
    ...['127.0.0.1', '127.1', '127.0.1', '127.255.255.254', '0x7f000001', '0x7f.0.0.1'],
    ...['0177.0.0.1', '017700000001', '2130706433', '0', '0.0.0.0', '00000', '①②⑦.⓪.⓪.①'],
    ...['[::]', '[::1]', '[0:0:0:0:0:0:0:1]', '[::127.0.0.1]', '[::ffff:127.0.0.1]'],
    ...['[::ffff:7f00:1]', '[::ffff:0:127.0.0.1]', '[64:ff9b::7f00:1]', '[64:ff9b:1::7f00:1]'],
    ...['[2002:7f00:1::]', '[2001::7f00:1]', '[fd00::1]', '[fe80::1]', '[ff02::1]', '[100::1]'],
    ...['10.0.0.1', '172.16.0.1', '192.168.0.1', '169.254.169.254', '100.64.0.1', '198.18.0.1'],
    ...['168.63.129.16', '224.0.0.1', '240.0.0.1', '255.255.255.255', 'localhost', 'localhost.'],
    ...['LOCALHOST', 'a.localhost', 'localhost.localdomain', 'printer', 'printer.local'],
    ...['metadata.google.internal', 'example.org.', 'user@example.org', 'ok@127.0.0.1'],
  ];

  test.each(HOSTS)('under the name of %s', async (host) => {
    const sockets = countSockets();
    const { port, touched } = await inside();
    const asked: string[] = [];
    const resolve: Resolve = async (name) => {
      asked.push(name);
      return ['127.0.0.1', '::1'];
    };
    for (const scheme of ['http:', 'https:'] as const) {
      const { get } = createSafeFetch({
        userAgent: 'x',
        resolve,
        testServer: { scheme, port },
      });
      await expect(get(`${scheme}//${host}:${port}/`, HTML)).rejects.toMatchObject({
        code: 'url_not_allowed',
        status: 422,
      });
    }
    expect({ sockets: sockets(), touched: touched(), asked }).toEqual({
      sockets: 0,
      touched: 0,
      asked: [],
    });
  });

  test.each([
    'file:///etc/passwd',
    'gopher://example.org:70/_',
    'ftp://example.org/paper.pdf',
    'data:text/html,<title>x</title>',
    'http://example.org/',
    'https://example.org:22/',
    'javascript:alert(1)',
    'not an address',
  ])('by an address like %s', async (address) => {
    const sockets = countSockets();
    const { get } = createSafeFetch({ userAgent: 'x', resolve: async () => ['127.0.0.1'] });
    await expect(get(address, HTML)).rejects.toMatchObject({ code: 'url_not_allowed' });
    expect(sockets()).toBe(0);
  });

  test.each<[string, readonly string[]]>([
    ['leads inside', ['127.0.0.1']],
    ['leads inside by IPv6', ['::1']],
    ['leads to a bridge to the inside', ['64:ff9b::7f00:1']],
    ['leads to a number of IPv4 in IPv6', ['::ffff:127.0.0.1']],
    ['leads outside and inside', ['93.184.215.14', '127.0.0.1']],
    ['leads inside behind many others', [...Array(50).fill('93.184.215.14'), '10.0.0.1']],
    ['leads to something that is no number', ['127.1']],
  ])('by a public name that %s', async (_, addresses) => {
    const sockets = countSockets();
    const { port, touched } = await inside();
    const { get } = createSafeFetch({
      userAgent: 'x',
      resolve: async () => addresses,
      testServer: { scheme: 'http:', port },
    });
    await expect(get(`http://papers.example.org:${port}/`, HTML)).rejects.toMatchObject({
      code: 'url_not_allowed',
    });
    expect([sockets(), touched()]).toEqual([0, 0]);
  });

  test('by a name that leads elsewhere when it is looked up again', async () => {
    let times = 0;
    const { port, touched } = await inside();
    const { get } = createSafeFetch({
      userAgent: 'x',
      // Public at first, and inside ever after; 192.0.2.1 answers nowhere.
      resolve: async () => {
        times += 1;
        return [times === 1 ? '192.0.2.1' : '127.0.0.1'];
      },
      isPublic: (address) => address === '192.0.2.1',
      testServer: { scheme: 'http:', port },
      limits: { timeoutMs: 300 },
    });
    await expect(get(`http://papers.example.org:${port}/`, HTML)).rejects.toMatchObject({
      code: 'fetch_limit',
    });
    expect([times, touched()]).toEqual([1, 0]);
  });

  test.each([
    'http://127.0.0.1:PORT/inside',
    'http://127.1:PORT/inside',
    'http://[::1]:PORT/inside',
    'http://[::ffff:127.0.0.1]:PORT/inside',
    'http://localhost:PORT/inside',
    'http://user@papers.example.org:PORT/inside',
    'http://inside.example.org:PORT/inside',
    'http://papers.example.org:22/inside',
    'https://papers.example.org/inside',
    'file:///etc/passwd',
    'gopher://127.0.0.1:PORT/_x',
    'data:text/html,x',
    '//127.0.0.1:PORT/inside',
    '\\\\127.0.0.1:PORT\\inside',
  ])('by a redirect to %s', async (location) => {
    const asked: unknown[] = [];
    const web = await publicWeb((request, response) => {
      asked.push(request.url);
      response.writeHead(302, { location: location.replace('PORT', String(web.port)) }).end();
    });
    // One name leads to the server of this test, which counts as public; the other inside.
    const { get } = createSafeFetch({
      userAgent: 'x',
      resolve: async (name) => [name === 'papers.example.org' ? '127.0.0.1' : '10.0.0.7'],
      isPublic: (address) => address === '127.0.0.1',
      testServer: { scheme: 'http:', port: web.port },
    });
    await expect(get(web.at('papers.example.org', '/'), HTML)).rejects.toMatchObject({
      code: 'url_not_allowed',
    });
    expect([asked, web.connections()]).toEqual([['/'], 1]);
  });
});
