/** What no program of ours would send: refused in words of one shape, and nothing is written. */

import fc from 'fast-check';
import { describe, expect, it, onTestFinished } from 'vitest';
import { ERRORS } from '../../src/errors.js';
import type { PaperId } from '../../src/papers/identifiers.js';
import { openApiSite } from './api-site.js';

const NORMS = '2611.00001' as PaperId;
const COMMENTS = `/papers/${NORMS}/comments`;

async function openWithAna() {
  const site = await openApiSite();
  const ana = await site.person('ana');
  const comments = async () =>
    (await site.people.comments.discussionOf(NORMS, ana.account)).entries.map(({ text }) => text);
  return { ...site, ana, comments };
}

const nested = (depth: number): string =>
  `{"text":"x","more":${'['.repeat(depth)}${']'.repeat(depth)}}`;

describe('a body', () => {
  it.each([
    ['nothing at all', ''],
    ['half of an object', '{"text":"x"'],
    ['two objects', '{"text":"x"}{}'],
    ['a form', 'text=x'],
    ['comments of another language', '{"text":"x"} // yes'],
    ['a field twice', '{"text":"x","text":"y"}'],
    ['a field twice, spelled differently', '{"text":"x","\\u0074ext":"y"}'],
    ['the prototype of all objects', '{"text":"x","__proto__":{"role":"operator"}}'],
    ['a number beyond all numbers', '{"text":"x","more":1e400}'],
    ['a hundred levels', nested(100)],
    ['ten thousand levels', nested(10_000)],
    ['a character that is none', '{"text":"x\\u0000"}'],
    ['half a character', '{"text":"\\ud800"}'],
    ['a list', '[{"text":"x"}]'],
  ])('of %s is refused', async (_, body) => {
    const { call, ana, comments } = await openWithAna();
    const headers = { 'Content-Type': 'application/json' };
    const { status, code } = await call('POST', COMMENTS, { token: ana.token, body, headers });
    expect([status, code]).toEqual([400, 'bad_request']);
    expect(await comments()).toEqual([]);
  });

  it.each([
    'text/plain',
    'application/x-www-form-urlencoded',
    'multipart/form-data; boundary=x',
    'application/xml',
    'application/json5',
    'application/jsonp',
    'text/json',
    'application/json; charset=utf-16',
    'application/json; charset="shift_jis"',
    '',
  ])('that calls itself “%s” is refused, whatever it holds', async (contentType) => {
    const { call, ana, comments } = await openWithAna();
    const { token } = ana;
    const headers = { 'Content-Type': contentType };
    const body = '{"text":"x"}';
    expect((await call('POST', COMMENTS, { token, body, headers })).code).toBe('bad_request');
    // Where none is needed, too.
    const vote = await call('PUT', `/papers/${NORMS}/vote`, { token, body, headers });
    expect(vote.code).toBe('bad_request');
    expect(await comments()).toEqual([]);
  });

  it.each([
    'application/json',
    'Application/JSON;charset=UTF-8',
    'application/json; charset="utf8"',
  ])('of JSON is read as “%s”', async (contentType) => {
    const { call, ana, comments } = await openWithAna();
    const headers = { 'Content-Type': contentType };
    const body = '{"text":"Über Normen"}';
    await call('POST', COMMENTS, { token: ana.token, body, headers });
    expect(await comments()).toEqual(['Über Normen']);
  });

  it('that is compressed, or not UTF-8, is refused', async () => {
    const { app, ana, comments } = await openWithAna();
    const post = async (body: Uint8Array<ArrayBuffer>, headers: Record<string, string> = {}) => {
      const response = await app.request(`/api/v1${COMMENTS}`, {
        method: 'POST',
        headers: {
          Authorization: `Bearer ${ana.token}`,
          'Content-Type': 'application/json',
          ...headers,
        },
        body,
      });
      return response.status;
    };
    const json = Buffer.from('{"text":"x"}');
    expect(await post(new Uint8Array(json), { 'Content-Encoding': 'gzip' })).toBe(400);
    expect(await post(new Uint8Array([...json.subarray(0, 9), 0xff, 0x22, 0x7d]))).toBe(400);
    expect(await comments()).toEqual([]);
    expect(await post(new Uint8Array(json), { 'Content-Encoding': 'identity' })).toBe(201);
  });

  it('of more than 64 kB is refused, whether or not it says so before', async () => {
    const { call, app, ana, comments } = await openWithAna();
    const body = JSON.stringify({ text: 'x', more: 'x'.repeat(64 * 1_024) });
    const headers = { 'Content-Length': String(body.length) };
    for (const sent of [{ body }, { body, headers }]) {
      const { status, code } = await call('POST', COMMENTS, { token: ana.token, ...sent });
      expect([status, code]).toEqual([413, 'too_large']);
    }
    // Whoever sends without end is not listened to until then.
    let sentBytes = 0;
    const endless = new ReadableStream({
      pull(controller) {
        sentBytes += 1_024;
        controller.enqueue(new Uint8Array(1_024).fill(0x20));
      },
    });
    const response = await app.request(`/api/v1${COMMENTS}`, {
      method: 'POST',
      headers: { Authorization: `Bearer ${ana.token}`, 'Content-Type': 'application/json' },
      body: endless,
      duplex: 'half',
    } as RequestInit);
    expect(response.status).toBe(413);
    expect(sentBytes).toBeLessThan(1_000_000);
    expect(await comments()).toEqual([]);
  });
});

describe('whatever is sent', () => {
  it('is answered below 500, in JSON, and every refusal has one shape', async () => {
    const site = await openApiSite({ arxivPapers: [] });
    const { token } = await site.person('ana');
    const body = { title: 'Norms' };
    const made = await site.call('POST', '/collections', { token, body });
    const collection = `/collections/${made.json.id}`;
    onTestFinished(() => expect(site.logged).toEqual([]));
    const odd = fc.constantFrom(
      ...['%00', '%', '%2F', '..', '%2e%2e', 'null', '1e9', '-1', "'", '"', '%F0%9F%92%A9', '%ff'],
      ...[NORMS, 'cs/9809007', 'x'.repeat(3_000), '%ED%A0%80', '[object Object]', '💩', ' '],
      ...['00000000-0000-4000-8000-000000000000', 'A'.repeat(22), '2026-11-20', '9999-12-31'],
    );
    const madeUp = fc
      .tuple(
        fc.constantFrom('papers', 'comments', 'collections', 'editions', 'trending', 'me', 'x'),
        fc.array(fc.oneof(odd, fc.constantFrom('vote', 'comments', 'papers'), fc.webSegment()), {
          maxLength: 4,
        }),
        fc.array(
          fc.tuple(fc.constantFrom('page', 'limit', 'category', 'x'), fc.oneof(odd, fc.nat())),
          { maxLength: 2 },
        ),
      )
      .map(([root, parts, query]) => {
        const asked = query.map(([name, value]) => `${name}=${value}`).join('&');
        return `/${[root, ...parts].join('/')}${asked && `?${asked}`}`;
      });
    const path = fc.oneof(
      madeUp,
      fc.constantFrom(COMMENTS, `/papers/${NORMS}/vote`, '/collections', '/submissions'),
      fc.constantFrom(collection, `${collection}/papers/${NORMS}`),
    );
    const text = fc.oneof(fc.string(), fc.string({ unit: 'binary' }));
    const fields = { text, paper: text, title: text, description: text, note: text };
    const object = fc.oneof(
      fc.record(fields, { requiredKeys: [] }),
      fc.dictionary(
        fc.constantFrom(...Object.keys(fields), 'parent', 'visibility'),
        fc.jsonValue(),
      ),
    );
    const sentBody = fc.oneof(
      fc.constant(undefined),
      fc.json(),
      fc.string({ unit: 'binary' }),
      object.map((value) => JSON.stringify(value)),
    );
    const method = fc.constantFrom('GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS');
    await fc.assert(
      fc.asyncProperty(
        method,
        path,
        sentBody,
        fc.boolean(),
        async (verb, where, sent, hasToken) => {
          const carries = verb !== 'GET' && verb !== 'HEAD' && sent !== undefined;
          const response = await site.app.request(`http://localhost/api/v1${where}`, {
            method: verb,
            headers: {
              ...(hasToken && { Authorization: `Bearer ${token}` }),
              'Content-Type': 'application/json',
            },
            ...(carries && { body: sent }),
          });
          const text = await response.text();
          // A path that climbs leads elsewhere before it is sent.
          if (!response.headers.has('Cross-Origin-Resource-Policy')) return;
          expect(response.status).toBeLessThan(500);
          expect(response.headers.get('Content-Type')).toBe('application/json');
          if (verb === 'HEAD') return;
          const json = JSON.parse(text);
          if (response.status < 400) return;
          expect(Object.keys(json)).toEqual(['error']);
          expect(Object.keys(json.error)).toEqual(['code', 'message', 'fix']);
          expect(ERRORS[json.error.code as keyof typeof ERRORS].status).toBe(response.status);
        },
      ),
      { numRuns: 300 },
    );
  });
});
