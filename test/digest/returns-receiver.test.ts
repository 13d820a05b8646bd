/** Reports that a mail server hands over, by LMTP and SMTP, on loopback. */

import { connect } from 'node:net';
import { createTransport } from 'nodemailer';
import { afterEach, describe, expect, it } from 'vitest';
import { createKeyedHash } from '../../src/accounts/keyed-hash.js';
import {
  type ReturnsReceiver,
  startReturnsReceiver,
} from '../../src/digest/returns/receiver-client.js';
import { createReturnPaths } from '../../src/digest/returns/return-paths.js';
import type { SubscriberId } from '../../src/digest/subscriptions/subscription.js';
import type { Day } from '../../src/papers/dates.js';

const paths = createReturnPaths({
  keyedHash: createKeyedHash('a secret of the test'),
  returnAddress: 'bounces@example.org',
});

function pathOf(last: string): string {
  const subscriberId = `6f1c3a52-7b1e-4a7e-9a55-0c1d2e3f4a5${last}` as SubscriberId;
  return paths.pathFor({ editionOn: '2026-11-21' as Day, subscriberId }) ?? '';
}

const [ANA, BEN] = [pathOf('a'), pathOf('b')];

let receiver: ReturnsReceiver | undefined;

afterEach(async () => {
  await receiver?.[Symbol.asyncDispose]();
  receiver = undefined;
});

type Taken = { readonly to: readonly string[]; readonly raw: string };

async function start(protocol: 'lmtp' | 'smtp', failsFor: readonly string[] = []) {
  const taken: Taken[] = [];
  const failing = new Set(failsFor);
  receiver = await startReturnsReceiver({
    listen: `${protocol}://127.0.0.1:0`,
    paths,
    async take(raw, to) {
      if (to.some((one) => failing.has(one))) throw new Error('the database is away');
      taken.push({ to, raw: Buffer.from(raw).toString('utf8') });
      return { outcome: 'noted', kind: 'unknown' };
    },
    log: { info: () => {}, warn: () => {} },
  });
  const { hostname, port } = new URL(receiver.address);
  return { taken, failing, hostname, port: Number(port), protocol };
}

async function send(
  { hostname, port, protocol }: { hostname: string; port: number; protocol: string },
  to: readonly string[],
  raw = 'Subject: returned\r\n\r\nIt failed.\r\n',
) {
  const transport = createTransport({
    host: hostname,
    port,
    lmtp: protocol === 'lmtp',
    ignoreTLS: true,
  });
  try {
    const sent = await transport.sendMail({ envelope: { from: '', to: [...to] }, raw });
    // By LMTP each recipient is answered for; nodemailer calls that sent all the same.
    if (sent.accepted.length === 0) throw sent.rejectedErrors?.[0];
    return sent;
  } finally {
    transport.close();
  }
}

describe.each(['lmtp', 'smtp'] as const)('returned letters by %s', (protocol) => {
  it('are taken for the addresses of ours', async () => {
    const server = await start(protocol);
    await send(server, [ANA]);
    await send(server, ['bounces+leave.Xk3-_aB0123456789XyZ@example.org']);
    await send(server, ['Bounces@example.org']);
    expect(server.taken.map(({ to }) => to[0])).toEqual([
      ANA,
      'bounces+leave.Xk3-_aB0123456789XyZ@example.org',
      'Bounces@example.org',
    ]);
    expect(server.taken[0]?.raw).toContain('It failed.');
  });

  it('are refused for everybody else’s', async () => {
    const server = await start(protocol);
    const forged = ANA.replace(/.(?=@)/, (sign) => (sign === 'a' ? 'b' : 'a'));
    for (const to of ['ana@elsewhere.example', 'ana@example.org', 'postmaster', forged]) {
      await expect(send(server, [to]), to).rejects.toMatchObject({ responseCode: 550 });
    }
    expect(server.taken).toEqual([]);
  });

  it('are not confirmed before they are stored, and taken at the next try', async () => {
    const server = await start(protocol, [ANA]);
    await expect(send(server, [ANA])).rejects.toMatchObject({ responseCode: 451 });
    expect(server.taken).toEqual([]);
    server.failing.clear();
    await send(server, [ANA]);
    expect(server.taken).toHaveLength(1);
  });

  it('are taken for each of several recipients', async () => {
    const server = await start(protocol);
    await send(server, [ANA, BEN]);
    expect(server.taken.map(({ to }) => to)).toEqual([[ANA], [BEN]]);
  });

  it('may be long, and are too long with more than ten megabytes', async () => {
    const server = await start(protocol);
    const line = `${'x'.repeat(98)}\r\n`;
    await send(server, [ANA], `Subject: long\r\n\r\n${line.repeat(50_000)}`);
    expect(server.taken).toHaveLength(1);
    // Only its beginning is kept.
    expect(server.taken[0]?.raw.length).toBeLessThan(1_000_000);
    const tooLong = send(server, [ANA], `Subject: long\r\n\r\n${line.repeat(110_000)}`);
    await expect(tooLong).rejects.toMatchObject({ responseCode: 552 });
    expect(server.taken).toHaveLength(1);
  });
});

it('answers by LMTP for each recipient alone', async () => {
  const server = await start('lmtp', [BEN]);
  const sent = await send(server, [ANA, BEN]);
  expect(sent.accepted).toEqual([ANA]);
  expect(sent.rejected).toEqual([BEN]);
});

it('wants no password and offers none', async () => {
  const { port } = await start('smtp');
  const said = await conversation(port, ['EHLO me', 'AUTH PLAIN AGEAYg==', 'STARTTLS', 'QUIT']);
  expect(said).toMatch(/^220 /);
  expect(said).not.toMatch(/AUTH|STARTTLS/);
  expect(said).not.toMatch(/^235/m);
});

it('does not begin where another program listens', async () => {
  const { port } = await start('smtp');
  const second = startReturnsReceiver({
    listen: `lmtp://127.0.0.1:${port}`,
    paths,
    take: async () => ({ outcome: 'noted', kind: 'unknown' }),
    log: { info: () => {}, warn: () => {} },
  });
  await expect(second).rejects.toMatchObject({ code: 'port_taken' });
});

/** Says its lines one after the other, whatever is answered; gives all that was. */
function conversation(port: number, lines: readonly string[]): Promise<string> {
  const { promise, resolve } = Promise.withResolvers<string>();
  const waiting = [...lines];
  let heard = '';
  const socket = connect(port, '127.0.0.1');
  socket.on('data', (chunk) => {
    heard += chunk.toString('utf8');
    const isWhole = /(?:^|\r\n)\d{3} [^\r\n]*\r\n$/.test(heard);
    const line = isWhole ? waiting.shift() : undefined;
    if (line) socket.write(`${line}\r\n`);
  });
  socket.on('close', () => resolve(heard));
  socket.on('error', () => resolve(heard));
  return promise;
}
