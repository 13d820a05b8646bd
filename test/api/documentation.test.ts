/** `docs/api.md` is a promise: what it lists is there, and what is there is listed. */

import { readFile } from 'node:fs/promises';
import { expect, it } from 'vitest';
import { ERRORS } from '../../src/errors.js';
import { type ApiSite, openApiSite } from './api-site.js';

const GUIDE = new URL('../../docs/api.md', import.meta.url);

const ROW = /^\| `([A-Z]+)` \| `(\/\S+)` \|([^|]*)\|/gm;

/** Addresses with the methods and scopes that the guide lists for each. */
async function documented() {
  const rows = [...(await readFile(GUIDE, 'utf8')).matchAll(ROW)];
  return rows.map(([, method = '', address = '', scope = '']) => ({
    method,
    address,
    scope: /`(\w+)`/.exec(scope)?.[1],
  }));
}

async function realPaths({ call, person }: ApiSite): Promise<(address: string) => string> {
  const { token } = await person('ana');
  const post = async (path: string, body: object) =>
    (await call('POST', path, { token, body })).json.id as string;
  const comment = await post('/papers/2611.00001/comments', { text: 'Mine' });
  const collection = await post('/collections', { title: 'Mine' });
  return (address) =>
    address
      .replace('COMMENT', comment)
      .replace('COLLECTION', collection)
      .replace('ID', '2611.00001')
      .replace('DAY', '2026-11-20');
}

it('lists every address with all that can be done there', async () => {
  const site = await openApiSite();
  const pathOf = await realPaths(site);
  const rows = await documented();
  const addresses = new Set(rows.map(({ address }) => address));
  for (const address of addresses) {
    const { headers, status } = await site.call('OPTIONS', pathOf(address));
    const allowed = headers.get('Allow')?.split(', ') ?? [];
    const listed = rows.filter((row) => row.address === address).map(({ method }) => method);
    expect([address, status]).toEqual([address, 405]);
    expect([address, allowed.filter((method) => method !== 'HEAD')]).toEqual([address, listed]);
  }
  const patterns = new Set(
    site.api.routes.map(({ path }) => path).filter((path) => !path.endsWith('*')),
  );
  for (const address of addresses) patterns.delete(patternOf(address));
  expect([...patterns]).toEqual([]);
});

it('names the scope that each of them needs', async () => {
  const site = await openApiSite();
  const pathOf = await realPaths(site);
  const { account } = await site.person('ben');
  const readingOnly = await site.tokenFor(account, ['read']);
  const votingOnly = await site.tokenFor(account, ['vote']);
  for (const { method, address, scope } of await documented()) {
    if (scope === undefined) continue;
    const token = scope === 'read' ? votingOnly : readingOnly;
    const { json } = await site.call(method, pathOf(address), { token });
    expect([method, address, json.error.message]).toEqual([
      method,
      address,
      `This token lacks the scope “${scope}”.`,
    ]);
  }
});

it('names refusals by the codes and the statuses that they have', async () => {
  const guide = await readFile(GUIDE, 'utf8');
  const rows = [...guide.matchAll(/^\| (\d{3}) \| (`[^|]+`) \|/gm)];
  expect(rows.length).toBeGreaterThan(5);
  for (const [, status, codes = ''] of rows) {
    for (const [, code] of codes.matchAll(/`(\w+)`/g)) {
      expect([code, ERRORS[code as keyof typeof ERRORS].status]).toEqual([code, Number(status)]);
    }
  }
});

/** As routes are written: a paper's part is told apart behind its name. */
function patternOf(address: string): string {
  if (address.startsWith('/papers/')) return '/papers/:name{.+}';
  return address
    .replace('COMMENT', ':id')
    .replace('COLLECTION', ':id')
    .replace('DAY', ':day')
    .replace('/papers/ID', '/papers/:paper{.+}');
}
