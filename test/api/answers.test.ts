/** What all addresses have in common: methods, headers, refusals, and how much may be asked. */

import { Hono } from 'hono';
import { describe, expect, it } from 'vitest';
import { apiV1 } from '../../src/api/api.js';
import { BroadsheetError } from '../../src/errors.js';
import type { PaperId } from '../../src/papers/identifiers.js';
import { type Json, openApiSite } from './api-site.js';

const NORMS = '2611.00001' as PaperId;
const COMMENTS = `/papers/${NORMS}/comments`;

async function openWithAna() {
  const site = await openApiSite();
  return { ...site, ana: await site.person('ana') };
}

describe('an address', () => {
  it.each([
    ['POST', '/me', 'GET, HEAD'],
    ['DELETE', '/papers/2611.00001', 'GET, HEAD'],
    ['GET', '/papers/2611.00001/vote', 'PUT, DELETE'],
    ['POST', '/papers/cs/9809007/vote', 'PUT, DELETE'],
    ['PUT', '/papers/2611.00001/comments', 'GET, HEAD, POST'],
    ['PUT', '/comments/00000000-0000-4000-8000-000000000000', 'GET, HEAD, PATCH, DELETE'],
    ['GET', '/submissions', 'POST'],
    ['PUT', '/collections', 'GET, HEAD, POST'],
    ['POST', '/collections/x', 'GET, HEAD, PATCH, DELETE'],
    ['GET', '/collections/x/papers/cs/9809007', 'PUT, DELETE'],
    ['POST', '/editions/2026-11-20', 'GET, HEAD'],
    ['POST', '/trending', 'GET, HEAD'],
  ])('says what can be done there instead of %s %s', async (method, path, allowed) => {
    const { call, ana } = await openWithAna();
    const { status, code, headers } = await call(method, path, { token: ana.token });
    expect([status, code, headers.get('Allow')]).toEqual([405, 'method_not_allowed', allowed]);
  });

  it.each(['', '/', '/mine', '/papers', '/papers/', '/me/', '/collections/x/papers', '/../me'])(
    'that leads to nothing says so in JSON: “%s”',
    async (path) => {
      const { app, ana } = await openWithAna();
      const headers = { Authorization: `Bearer ${ana.token}` };
      for (const method of ['GET', 'POST', 'PUT', 'DELETE']) {
        const response = await app.request(`/api/v1${path}`, { method, headers });
        // The last of them never comes here: whoever sends it has climbed before.
        if (path === '/../me') expect(await response.text()).toBe('no such page');
        else expect(((await response.json()) as Json).error.code, method).toBe('not_found');
        expect(response.status).toBe(404);
      }
    },
  );

  it('answers HEAD with the headers of GET', async () => {
    const { app } = await openWithAna();
    const response = await app.request(`/api/v1/papers/${NORMS}`, { method: 'HEAD' });
    expect([response.status, await response.text()]).toEqual([200, '']);
    expect(response.headers.get('Content-Type')).toBe('application/json');
  });

  it('believes no header that names another method', async () => {
    const { call, ana, people } = await openWithAna();
    for (const name of ['X-HTTP-Method-Override', 'X-HTTP-Method', 'X-Method-Override']) {
      const headers = { [name]: 'PUT' };
      const path = `/papers/${NORMS}/vote?_method=PUT`;
      expect((await call('GET', path, { token: ana.token, headers })).status).toBe(405);
    }
    expect((await people.votes.votesBy(ana.account.id, { offset: 0, limit: 1 })).total).toBe(0);
  });
});

describe('an answer', () => {
  it('is for no page of another site, no frame and no cache', async () => {
    const { call, ana } = await openWithAna();
    const origin = { Origin: 'https://evil.example' };
    const preflight = { ...origin, 'Access-Control-Request-Method': 'PUT' };
    const answers = [
      await call('GET', `/papers/${NORMS}`, { headers: origin }),
      await call('GET', '/me', { token: ana.token, headers: origin }),
      await call('GET', '/nothing', { headers: origin }),
      await call('PUT', `/papers/${NORMS}/vote`, { headers: origin }),
      await call('OPTIONS', `/papers/${NORMS}/vote`, { headers: preflight }),
    ];
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 404, 401, 405]);
    for (const { headers } of answers) {
      const names = [...headers.keys()];
      expect(names.filter((name) => name.startsWith('access-control-'))).toEqual([]);
      expect(names).not.toContain('set-cookie');
      expect(Object.fromEntries(headers)).toMatchObject({
        'cache-control': 'no-store',
        'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
        'cross-origin-resource-policy': 'same-origin',
        'x-content-type-options': 'nosniff',
      });
    }
  });

  it('tells nothing of what went wrong inside, and the log all of it', async () => {
    const { api: _, people, papers } = await openWithAna();
    const logged: unknown[] = [];
    const broken = apiV1({
      ...people,
      papers: { ...papers, find: () => Promise.reject(new RangeError('at secret.ts:7')) },
      limit: async () => {},
      networkOf: () => undefined,
      log: { error: (details) => logged.push(details) },
    });
    const response = await new Hono().route('/api/v1', broken).request(`/api/v1/papers/${NORMS}`);
    expect(response.status).toBe(500);
    const { code } = ((await response.clone().json()) as Json).error;
    expect([code, (await response.text()).includes('secret')]).toEqual(['internal', false]);
    expect(logged).toMatchObject([{ code: 'internal', err: new RangeError('at secret.ts:7') }]);
  });
});

describe('how much is asked', () => {
  it('is counted for the network at every request, and for the account at every change', async () => {
    const counted: string[] = [];
    const { call, person } = await openApiSite({ counted });
    const { account, token } = await person('ana');
    await call('GET', `/papers/${NORMS}`);
    await call('GET', '/me', { token });
    await call('PUT', `/papers/${NORMS}/vote`, { token });
    await call('PUT', `/papers/${NORMS}/vote`, { token: 'bsh_guessed' });
    await call('GET', '/nothing');
    expect(counted).toEqual([
      'GET a network',
      'GET a network',
      'PUT a network',
      `PUT ${account.id}`,
      'PUT a network',
      'GET a network',
    ]);
  });

  it('beyond the limit is refused before anything else is looked at', async () => {
    const { people, papers, ana } = await openWithAna();
    const limited = apiV1({
      ...people,
      papers,
      limit: async (c, accountId) => {
        if (!accountId) return;
        c.header('RateLimit', '"writing";r=0;t=55');
        throw new BroadsheetError('too_many', 'Too much.', { retryAfterSeconds: 55 });
      },
      networkOf: () => undefined,
      log: { error: () => {} },
    });
    const app = new Hono().route('/api/v1', limited);
    const headers = { Authorization: `Bearer ${ana.token}` };
    const response = await app.request(`/api/v1${COMMENTS}`, {
      method: 'POST',
      headers,
      body: '{',
    });
    expect(response.status).toBe(429);
    expect(((await response.json()) as Json).error.code).toBe('too_many');
    expect(response.headers.get('Retry-After')).toBe('55');
    expect(response.headers.get('RateLimit')).toBe('"writing";r=0;t=55');
    expect((await app.request('/api/v1/me', { headers })).status).toBe(200);
  });
});
