import fc from 'fast-check';
import { Hono } from 'hono';
import { expect, it } from 'vitest';
import { type Client, clientOf } from './client-address.js';

/** Who a request comes from, by its socket and what its header says. */
async function client(
  connected: string | undefined,
  forwarded: string | undefined,
  trustedProxies: number,
): Promise<Client | undefined> {
  let found: Client | undefined;
  const app = new Hono().get('/', (c) => {
    found = clientOf(c, trustedProxies);
    return c.text('');
  });
  const headers = forwarded === undefined ? undefined : { 'X-Forwarded-For': forwarded };
  const socket = { remoteAddress: connected };
  await app.request('/', headers ? { headers } : {}, connected && { incoming: { socket } });
  return found;
}

it.each([
  ['203.0.113.7', '203.0.113.7', '203.0.113.0/24'],
  ['::ffff:203.0.113.7', '203.0.113.7', '203.0.113.0/24'],
  ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64', '2001:db8:1::/48'],
])('%s is one machine of one network', async (connected, address, network) => {
  const found = await client(connected, undefined, 0);
  expect(found?.address).toBe(address);
  expect(found?.network.replace(/(:0)+\//, '::/')).toBe(network);
});

it.each(['127.0.0.1', '::1', '::ffff:127.0.0.1', undefined, 'no address'])(
  'nobody knows who is behind %s',
  async (connected) => {
    expect(await client(connected, '203.0.113.7', 0)).toBeUndefined();
  },
);

it.each([
  ['203.0.113.7:4711', 1],
  ['[2001:db8:1:2::1]:443', 1],
  ['203.0.113.7, 10.0.0.1', 2],
  [' 203.0.113.7 ,', 1],
])('reads %j as our proxies write it', async (forwarded, proxies) => {
  expect(await client('127.0.0.1', forwarded, proxies)).toBeDefined();
});

it('is not moved by what a client says before our own proxies speak', async () => {
  const said = fc.stringMatching(/^[\d.,: a-f[\]]{0,40}$/);
  const own = fc.tuple(fc.ipV4(), fc.integer({ min: 1, max: 4 }));
  await fc.assert(
    fc.asyncProperty(said, own, async (forged, [address, proxies]) => {
      const ours = [address, ...Array.from({ length: proxies - 1 }, (_, at) => `10.0.0.${at}`)];
      const honest = await client('10.0.0.99', ours.join(', '), proxies);
      const lied = await client('10.0.0.99', `${forged},${ours.join(', ')}`, proxies);
      expect(lied).toEqual(honest);
      expect(honest?.address).toBe(address);
    }),
  );
});
