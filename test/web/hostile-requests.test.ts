/** Requests that no page of ours would make, each refused in words, none with a 5xx. */

import { once } from 'node:events';
import { request as httpRequest } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { gzipSync } from 'node:zlib';
import { serve } from '@hono/node-server';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createRateLimits } from '../../src/web/rate-limits.js';
import { readStyleSheet, styleSheetPath } from '../../src/web/style-sheet.js';
import { requireAccount } from '../../src/web/visitor.js';
import {
  ORIGIN,
  openPeopleSite,
  type PeopleSite,
  signedInBrowser,
  testBrowser,
} from '../support/people-site.js';

type Headers = Readonly<Record<string, string>>;
type SentBody = RequestInit['body'];

/** A site where somebody is signed in, whose browser sends what it is told to. */
async function openWithVictim(options: Parameters<typeof openPeopleSite>[0] = {}) {
  const site = await openPeopleSite(options);
  const account = await site.accounts.create({ name: 'ana' });
  const browser = await signedInBrowser(site, account);
  const cookie = `session=${browser.cookie('session')}`;
  const page = await (await browser.get('/')).text();
  const csrf = /name="csrf" value="([^"]+)"/.exec(page)?.[1] ?? '';
  /** The status of a POST, and what its error is called. */
  const send = async (headers: Headers, body: SentBody = null, path = '/act', method = 'POST') => {
    const response = await site.app.request(ORIGIN + path, {
      method,
      headers: { Host: 'localhost:3000', Cookie: cookie, Accept: 'application/json', ...headers },
      body,
    });
    const text = await response.text();
    const code = /"code":"(\w+)"/.exec(text)?.[1];
    return code ? `${response.status} ${code}` : `${response.status} ${text}`;
  };
  return { site, account, browser, csrf, cookie, send };
}

const FORM = { 'Content-Type': 'application/x-www-form-urlencoded' };
const JSON_TYPE = { 'Content-Type': 'application/json' };
const OWN = { Origin: ORIGIN };

describe('a request that another site makes a browser send', () => {
  it.each<[string, Headers]>([
    ['a foreign origin', { Origin: 'https://evil.example' }],
    ['an origin on another port', { Origin: 'http://localhost:4000' }],
    ['an origin that ends like ours', { Origin: 'http://evil.localhost:3000' }],
    ['an origin that is hidden', { Origin: 'null' }],
    ['an origin that is none', { Origin: 'localhost:3000' }],
    ['an empty origin', { Origin: '' }],
    ['Sec-Fetch-Site: cross-site', { 'Sec-Fetch-Site': 'cross-site' }],
    ['Sec-Fetch-Site: same-site', { 'Sec-Fetch-Site': 'same-site' }],
    ['two words that contradict each other', { ...OWN, 'Sec-Fetch-Site': 'cross-site' }],
    ['neither origin nor token', {}],
    ['an address typed by hand, without token', { 'Sec-Fetch-Site': 'none' }],
    ['a token that is made up', { 'X-CSRF-Token': 'x'.repeat(64) }],
    ['JSON that calls itself text', { ...OWN, 'Content-Type': 'text/plain' }],
  ])('is refused: %s', async (_, headers) => {
    const { send } = await openWithVictim();
    expect(await send({ ...FORM, ...headers }, 'paper=1')).toBe('403 csrf');
  });

  it('is refused with the token of a stranger, of somebody else, or of yesterday', async () => {
    const { site, send } = await openWithVictim();
    const eve = await signedInBrowser(site, await site.accounts.create({ name: 'eve' }));
    const tokenIn = async (response: Promise<Response>) =>
      /name="csrf" value="([^"]+)"/.exec(await (await response).text())?.[1] ?? '';
    const ofStranger = await tokenIn(testBrowser(site).get('/sign-in'));
    const ofEve = await tokenIn(eve.get('/'));
    for (const csrf of [ofStranger, ofEve, `${ofEve}0`, '']) {
      expect(await send(FORM, `csrf=${csrf}`)).toBe('403 csrf');
    }
    const ask = (csrf: string) =>
      site.app.request(`${ORIGIN}/sign-in`, {
        method: 'POST',
        headers: FORM,
        body: `csrf=${csrf}&email=ana%40example.org`,
      });
    expect((await ask(ofStranger)).status).toBe(200);
    expect((await ask(ofStranger.replace(/^\d+/, '9'))).status).toBe(403);
    site.clock.moment = new Date(site.clock.moment.getTime() + 14 * 3_600_000);
    expect((await ask(ofStranger)).status).toBe(403);
  });

  it('is told from one that our own pages send', async () => {
    const { send, csrf } = await openWithVictim();
    const acted = '200 acted by ana';
    expect(await send({ ...FORM, ...OWN }, 'paper=1')).toBe(acted);
    expect(await send({ ...FORM, 'Sec-Fetch-Site': 'same-origin' })).toBe(acted);
    expect(await send(FORM, `csrf=${csrf}`)).toBe(acted);
    expect(await send({ 'X-CSRF-Token': csrf })).toBe(acted);
    const form = new FormData();
    form.set('csrf', csrf);
    expect(await send({}, form)).toBe(acted);
  });

  it('is told from our own behind a proxy, by the base URL', async () => {
    const { send } = await openWithVictim({ baseUrl: 'http://papers.example' });
    expect(await send({ Origin: 'http://papers.example' })).toBe('200 acted by ana');
    expect(await send({ Origin: 'https://papers.example' })).toBe('403 csrf');
    expect(await send({ Origin: 'http://papers.example.evil.example' })).toBe('403 csrf');
  });

  it('is not believed to be ours when it came in the open and we are reached over https', async () => {
    const site = await openPeopleSite({ baseUrl: 'https://papers.example' });
    const act = async (origin: string) =>
      (
        await site.app.request('http://papers.example/act', {
          method: 'POST',
          headers: { Origin: origin, Host: 'papers.example', Accept: 'application/json' },
        })
      ).status;
    expect(await act('http://papers.example')).toBe(403);
    expect(await act('https://papers.example')).toBe(401);
  });

  it('acts for nobody when it carries a token of its own', async () => {
    const { send } = await openWithVictim();
    expect(await send({ Authorization: 'Bearer bsh_x' })).toBe('401 signed_out');
    expect(await send({ Authorization: 'bearer bsh_x', Origin: 'https://evil.example' })).toBe(
      '401 signed_out',
    );
    expect(await send({ Authorization: 'Basic eDp5' })).toBe('403 csrf');
  });

  it.each(['/sign-out', '/settings/profile', '/settings/tokens', '/settings/sessions/end-others'])(
    'changes nothing as a GET of %s, whatever method a header names',
    async (path) => {
      const { site, browser, cookie } = await openWithVictim();
      for (const headers of [
        {},
        { 'X-HTTP-Method-Override': 'POST' },
        { 'X-HTTP-Method': 'POST' },
        { 'X-Method-Override': 'POST' },
      ]) {
        const answer = await site.app.request(`${ORIGIN}${path}?_method=POST&label=x&scope=vote`, {
          headers: { Cookie: cookie, ...headers },
        });
        expect(answer.status).toBeLessThan(500);
      }
      expect((await browser.get('/who')).status).toBe(200);
      expect(await site.apiTokens.listOf((await site.accounts.byName('ana'))?.id as never)).toEqual(
        [],
      );
    },
  );

  it.each(['PUT', 'DELETE', 'PATCH'])(
    'does not get by as %s with an overriding header',
    async (method) => {
      const { send } = await openWithVictim();
      const headers = { 'X-HTTP-Method-Override': 'GET' };
      expect(await send({ ...FORM, ...headers }, '', '/act', method)).toBe('404 nothing here');
      expect(await send({ ...FORM, ...headers }, '', '/act')).toBe('403 csrf');
    },
  );
});

describe('what comes with a request', () => {
  it.each<[string, Headers, SentBody, string]>([
    ['a form of 300 kB', FORM, `x=${'y'.repeat(300_000)}`, '413 too_large'],
    ['JSON of 300 kB', JSON_TYPE, JSON.stringify('y'.repeat(300_000)), '413 too_large'],
    ['cut JSON', JSON_TYPE, '{"a":', '400 bad_request'],
    ['no JSON', JSON_TYPE, 'a=b', '400 bad_request'],
    ['an empty text as JSON', JSON_TYPE, ' ', '400 bad_request'],
    ['JSON 1,000 deep', JSON_TYPE, '['.repeat(1_000) + ']'.repeat(1_000), '400 bad_request'],
    ['JSON 120,000 deep', JSON_TYPE, '['.repeat(120_000) + ']'.repeat(120_000), '400 bad_request'],
    ['a name that stands twice', JSON_TYPE, '{"a":1,"b":{"a":2},"\\u0061":3}', '400 bad_request'],
    ['a prototype', JSON_TYPE, '{"__proto__":{"role":"operator"}}', '400 bad_request'],
    ['a number beyond all', JSON_TYPE, '{"a":1e400}', '400 bad_request'],
    ['a zero byte in JSON', JSON_TYPE, '{"a":"\\u0000"}', '400 bad_request'],
    ['half a character in JSON', JSON_TYPE, '{"a":"\\ud800"}', '400 bad_request'],
    ['a zero byte in a form', FORM, 'a=%00', '400 bad_request'],
    ['bytes that are no UTF-8', JSON_TYPE, new Uint8Array([34, 0xff, 34]), '400 bad_request'],
    [
      'JSON in UTF-16',
      { 'Content-Type': 'application/json; charset=utf-16' },
      '{}',
      '400 bad_request',
    ],
    [
      'a form in Latin 1',
      { 'Content-Type': `${FORM['Content-Type']};charset="ISO-8859-1"` },
      'a=b',
      '400 bad_request',
    ],
    ['gzip', { ...JSON_TYPE, 'Content-Encoding': 'gzip' }, gzipSync('{}'), '400 bad_request'],
    [
      'cut gzip',
      { ...FORM, 'Content-Encoding': 'gzip' },
      gzipSync('a=b').subarray(0, 9),
      '400 bad_request',
    ],
    [
      'a form in parts without their border',
      { 'Content-Type': 'multipart/form-data' },
      'a',
      '400 bad_request',
    ],
    [
      'a form in parts that is cut',
      { 'Content-Type': 'multipart/form-data; boundary=b' },
      '--b\r\nContent-Disposition: form-data; name="a"\r\n\r\nx',
      '400 bad_request',
    ],
    [
      'a thousand fields',
      FORM,
      Array.from({ length: 1_001 }, (_, at) => `f${at}=1`).join('&'),
      '400 bad_request',
    ],
  ])('is refused: %s', async (_, headers, body, answer) => {
    const { site, send } = await openWithVictim();
    expect(await send({ ...OWN, ...headers }, body)).toBe(answer);
    expect(site.logged).toEqual([]);
  });

  it.each<[string, Headers, SentBody]>([
    ['JSON', JSON_TYPE, '{"a":[{"b":1},{"b":"__proto__"}],"c":"{\\"c\\":1, \\"c\\":2}"}'],
    ['JSON that says it is UTF-8', { 'Content-Type': 'application/json; charset=UTF-8' }, '"é"'],
    ['a form', FORM, 'a=%FF&a=b&__proto__=c'],
    ['nothing', {}, null],
  ])('reaches its route: %s', async (_, headers, body) => {
    const { send } = await openWithVictim();
    expect(await send({ ...OWN, ...headers }, body)).toBe('200 acted by ana');
  });

  it('can be read by its route again', async () => {
    const site = await openPeopleSite({
      routes: (app) =>
        app
          .post('/echo', async (c) => c.json(await c.req.json()))
          .post('/fields', async (c) => c.json(await c.req.parseBody())),
    });
    const post = (path: string, headers: Headers, body: string) =>
      site.app.request(ORIGIN + path, {
        method: 'POST',
        headers: { ...OWN, Host: 'localhost:3000', ...headers },
        body,
      });
    expect(await (await post('/echo', JSON_TYPE, '{"é":[1]}')).json()).toEqual({ é: [1] });
    expect(await (await post('/fields', FORM, 'a=1&b=%C3%A9')).json()).toEqual({ a: '1', b: 'é' });
  });

  it('is measured while it arrives, and refused in words', async () => {
    const { url, cookie } = await listening(await openWithVictim());
    const headers = { ...OWN, Cookie: cookie, Origin: url, ...FORM };
    const chunked = await sendOverSocket(
      url,
      { ...headers, 'Transfer-Encoding': 'chunked' },
      400_000,
    );
    expect(chunked).toContain('413');
    const measured = await sendOverSocket(url, { ...headers, 'Content-Length': '400000' }, 400_000);
    expect(measured).toContain('413');
    const small = await sendOverSocket(url, { ...headers, 'Transfer-Encoding': 'chunked' }, 1_000);
    expect(small).toBe('200 acted by ana');
  });

  it('may end before it is whole without harm', async () => {
    const victim = await openWithVictim();
    const { url, cookie } = await listening(victim);
    const { port } = new URL(url);
    const socket = connect(Number(port), '127.0.0.1');
    socket.on('error', () => {});
    const request = `POST /act HTTP/1.1\r\nHost: localhost:${port}\r\nCookie: ${cookie}\r\n`;
    socket.write(`${request}Content-Type: application/json\r\nContent-Length: 90\r\n\r\n{"a":`);
    await new Promise((resolve) => setTimeout(resolve, 50));
    socket.destroy();
    expect((await fetch(`${url}/who`, { headers: { Cookie: cookie } })).status).toBe(200);
    expect(victim.site.logged).toEqual([]);
  });
});

/** The site on a port of its own. */
async function listening({ site, cookie }: { readonly site: PeopleSite; readonly cookie: string }) {
  const server = serve({ fetch: site.app.fetch, port: 0, hostname: '127.0.0.1' });
  onTestFinished(async () => {
    server.close();
  });
  await once(server, 'listening');
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, cookie };
}

/** So many bytes, a few at a time; what comes back. */
async function sendOverSocket(url: string, headers: Headers, bytes: number): Promise<string> {
  const sent = httpRequest(`${url}/act`, { method: 'POST', headers: { ...headers } });
  const answered = once(sent, 'response');
  sent.on('error', () => {});
  for (let at = 0; at < bytes; at += 1_000) sent.write('x'.repeat(1_000));
  sent.end();
  const [response] = await answered;
  let text = '';
  for await (const part of response) text += part;
  return `${response.statusCode} ${text}`;
}

describe('too many requests', () => {
  const few = () =>
    createRateLimits({
      reading: { name: 'reading', requests: 4, seconds: 300 },
      writing: { name: 'writing', requests: 3, seconds: 300 },
      'sign-in': { name: 'sign-in', requests: 2, seconds: 3_600 },
    });

  /** What a client at this address gets, through so many proxies of ours. */
  async function openFew(trustedProxies: number) {
    const site = await openPeopleSite({ rateLimits: few(), trustedProxies });
    const ask = (address: string, path = '/', forwarded?: string, method = 'GET') =>
      site.app.request(
        ORIGIN + path,
        {
          method,
          headers: {
            Accept: 'application/json',
            Origin: ORIGIN,
            Host: 'localhost:3000',
            ...(forwarded !== undefined && { 'X-Forwarded-For': forwarded }),
          },
        },
        { incoming: { socket: { remoteAddress: address } } },
      );
    return { site, ask };
  }

  it('are refused with the time to wait', async () => {
    const { ask } = await openFew(0);
    for (let time = 0; time < 4; time += 1) {
      const answer = await ask('203.0.113.7');
      expect([answer.status, answer.headers.get('ratelimit')]).toEqual([200, null]);
    }
    const refused = await ask('203.0.113.7');
    expect(refused.status).toBe(429);
    expect(refused.headers.get('ratelimit')).toMatch(/^"reading";r=0;t=\d+$/);
    expect(refused.headers.get('ratelimit-policy')).toBe('"fixed window";"reading";q=4;w=300');
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(200);
    expect(await refused.json()).toMatchObject({ error: { code: 'too_many' } });
    expect((await ask('203.0.113.200')).status).toBe(429);
    expect((await ask('203.0.114.7')).status).toBe(200);
  });

  it.each(['198.51.100.1', '10.0.0.1, 198.51.100.2', '127.0.0.1', 'unknown', ''])(
    'are counted for whoever sends them, whatever X-Forwarded-For says: %s',
    async (forged) => {
      const { ask } = await openFew(0);
      for (let time = 0; time < 4; time += 1) await ask('203.0.113.7', '/', `${forged}${time}`);
      expect((await ask('203.0.113.7', '/', forged)).status).toBe(429);
    },
  );

  it.each([
    ['through one proxy', 1, '10.9.8.7', (own: string, forged: string) => `${forged}, ${own}`],
    ['through two', 2, '10.9.8.7', (own: string, forged: string) => `${forged}, ${own}, 10.1.1.1`],
    ['with a port', 1, '127.0.0.1', (own: string, forged: string) => `${forged},${own}:4711`],
  ])('are counted for whom our own proxies name, %s', async (_, proxies, connected, chain) => {
    const { ask } = await openFew(proxies);
    for (let time = 0; time < 4; time += 1) {
      await ask(connected, '/', chain('203.0.113.7', `198.51.${time}.1`));
    }
    expect((await ask(connected, '/', chain('203.0.113.7', '192.0.2.1'))).status).toBe(429);
    expect((await ask(connected, '/', chain('192.0.2.1', '203.0.113.7'))).status).toBe(200);
  });

  it('are many for one network of IPv6, and for addresses of IPv4 in its clothes', async () => {
    const { ask } = await openFew(0);
    for (let time = 0; time < 4; time += 1) await ask(`2001:db8:1:${time}::1`);
    expect((await ask('2001:db8:1:ffff::1')).status).toBe(429);
    expect((await ask('2001:db8:2::1')).status).toBe(200);
    for (let time = 0; time < 4; time += 1) await ask('::ffff:203.0.113.7');
    expect((await ask('203.0.113.9')).status).toBe(429);
  });

  it('are let through fifty times as often where nobody knows who sends them', async () => {
    const { ask } = await openFew(0);
    for (let time = 0; time < 200; time += 1) {
      expect((await ask(time % 2 ? '127.0.0.1' : '::1')).status).toBe(200);
    }
    expect((await ask('127.0.0.1')).status).toBe(429);
  });

  it('to sign in are counted for one machine, and told before they are too many', async () => {
    const { ask } = await openFew(0);
    const signIn = (address: string) => ask(address, '/sign-in', undefined, 'POST');
    const first = await signIn('203.0.113.7');
    expect(first.headers.get('ratelimit')).toMatch(/^"sign-in";r=1;t=3\d{3}$/);
    expect(first.headers.get('ratelimit-policy')).toBe('"fixed window";"sign-in";q=2;w=3600');
    await signIn('203.0.113.7');
    expect((await signIn('203.0.113.7')).status).toBe(429);
  });

  it('that write are counted for an account, wherever it is', async () => {
    const site = await openPeopleSite({ rateLimits: few() });
    const account = await site.accounts.create({ name: 'ana' });
    const browsers = await Promise.all([1, 2].map(() => signedInBrowser(site, account)));
    const statuses: number[] = [];
    for (let time = 0; time < 4; time += 1) {
      const answer = await browsers[time % 2]?.post('/act');
      statuses.push(answer?.status ?? 0);
      if (time === 0) expect(answer?.headers.get('ratelimit')).toMatch(/^"writing";r=2;t=\d+$/);
    }
    expect(statuses).toEqual([200, 200, 200, 429]);
  });
});

it('answers no request of a thousand odd ones with a fault', async () => {
  const site = await openPeopleSite({
    routes: (app) => app.post('/deep', (c) => c.text(requireAccount(c).id)),
  });
  const odd = [
    '',
    '%',
    '%00',
    '%ff',
    '..',
    '\u202e',
    '"',
    "'",
    '<b>',
    'x'.repeat(5_000),
    '0',
    '-1',
  ];
  const paths = [
    '/sign-in',
    '/sign-in/code',
    '/sign-in/link/',
    '/sign-in/first/',
    '/settings',
    '/settings/email/',
    '/settings/tokens',
    '/sign-out',
    '/deep',
    '/',
  ];
  const account = await site.accounts.create({ name: 'ana', email: 'ana@example.org' });
  const browsers = [testBrowser(site), await signedInBrowser(site, account)];
  for (const browser of browsers) {
    for (const path of paths) {
      for (const text of odd) {
        const address = path.endsWith('/') ? path + encodeURIComponent(text) : path;
        const fields = {
          email: text,
          code: text,
          name: text,
          label: text,
          scope: text,
          back: text,
        };
        const answers = [
          await browser.get(
            `${address}?back=${encodeURIComponent(text)}&done=${encodeURIComponent(text)}`,
          ),
          await browser.post(address, fields),
        ];
        for (const { status } of answers) expect(status, `${path} ${text}`).toBeLessThan(500);
      }
    }
  }
  expect(site.logged).toEqual([]);
});

it('keeps files of ours for everybody, signed in or not', async () => {
  const { site, browser } = await openWithVictim();
  const path = styleSheetPath(await readStyleSheet());
  expect((await browser.get(path)).headers.get('cache-control')).toContain('immutable');
  expect((await testBrowser(site).get(path)).status).toBe(200);
});
