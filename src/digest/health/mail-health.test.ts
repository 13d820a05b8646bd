import { generateKeyPairSync } from 'node:crypto';
import { describe, expect, it, onTestFinished } from 'vitest';
import { startMailServer } from '../../../test/support/mail-server.js';
import { reverseName, startNameServer, type Zone } from '../../../test/support/name-server.js';
import { dkimRecord } from '../letter/dkim.js';
import { createDnsClient } from './dns-client.js';
import { checkMailHealth, type MailFacts, type MailHealthParts } from './mail-health.js';
import type { SmtpProbe } from './smtp-probe.js';
import { probeSmtp } from './smtp-probe-client.js';

const { publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
const { publicKey: shortKey } = generateKeyPairSync('rsa', { modulusLength: 1024 });

const NOW = new Date('2026-11-21T08:00:00Z');
const HOST = '192.0.2.25';

/** A domain where all is as it should be; it sends from this machine. */
const GOOD: Zone = {
  'example.org': { TXT: [`v=spf1 ip4:${HOST} -all`, 'google-site-verification=x'] },
  'news._domainkey.example.org': { TXT: [dkimRecord(publicKey)] },
  '_dmarc.example.org': { TXT: ['v=DMARC1; p=quarantine; rua=mailto:d@example.org'] },
  'mail.example.org': { A: [HOST] },
  [reverseName(HOST)]: { PTR: ['mail.example.org'] },
  'bounces.example.org': { TXT: [`v=spf1 a:mail.example.org ~all`], MX: ['10 mail.example.org'] },
};

const FACTS: MailFacts = {
  from: 'papers@example.org',
  smtpUrl: 'smtp://localhost:25',
  returnAddress: 'b@bounces.example.org',
  hasHooks: false,
  baseUrl: 'https://papers.example.org/',
  signing: { kind: 'key', selector: 'news', publicKey },
  ownAddresses: [HOST, '10.0.0.7', 'fe80::1'],
};

const SECURE: SmtpProbe = {
  status: 'answered',
  address: HOST,
  offersTls: true,
  tls: { status: 'secure', protocol: 'TLSv1.3', validUntilMs: Date.parse('2027-01-01') },
};

const LETTER = [
  'DKIM-Signature: v=1; d=example.org;',
  ' h=from:list-unsubscribe:list-unsubscribe-post; b=x',
  'List-Unsubscribe: <https://papers.example.org/unsubscribe/k>, <mailto:b@example.org>',
  'List-Unsubscribe-Post: List-Unsubscribe=One-Click',
  '',
  'Text',
].join('\r\n');

type Change = {
  readonly zone?: Zone;
  readonly facts?: Partial<MailFacts>;
  readonly parts?: Partial<MailHealthParts>;
};

/** What is found of a good domain after so many changes. */
async function examine({ zone = {}, facts = {}, parts = {} }: Change = {}) {
  const server = await startNameServer({ ...GOOD, ...zone });
  onTestFinished(() => server[Symbol.asyncDispose]());
  const checks = await checkMailHealth({
    facts: { ...FACTS, ...facts },
    dns: createDnsClient({ servers: [server.address], timeoutMs: 200 }),
    probe: async () => SECURE,
    reach: async () => ({ status: 'answered', httpStatus: 200 }),
    letter: async () => LETTER,
    now: () => NOW,
    ...parts,
  });
  return Object.fromEntries(checks.map((check) => [check.name, check]));
}

it('a domain that is set up well has no fault', async () => {
  const found = await examine();
  expect(Object.keys(found)).toEqual([
    ...['sender', 'SPF', 'SPF of bounces.example.org', 'DKIM', 'DMARC', 'PTR', 'TLS'],
    ...['one-click', 'return address', 'bulk senders'],
  ]);
  expect(Object.values(found).filter(({ ok }) => !ok)).toEqual([]);
  expect(found.SPF?.detail).toContain(`${HOST} may send`);
  expect(found.PTR?.detail).toBe(`${HOST} is mail.example.org`);
  expect(found.DMARC?.detail).toContain('aligned by DKIM and SPF');
});

describe('a fault is named, with what mends it', () => {
  const none = { TXT: [] };
  const FAULTS: readonly (readonly [
    what: string,
    check: string,
    change: Change,
    detail: RegExp,
    fix: RegExp,
  ])[] = [
    [
      'no SPF',
      'SPF',
      { zone: { 'example.org': none } },
      /no SPF/,
      /TXT "v=spf1 ip4:192.0.2.25 ~all"/,
    ],
    [
      'SPF for another machine',
      'SPF',
      { zone: { 'example.org': { TXT: ['v=spf1 ip4:192.0.2.1 -all'] } } },
      /does not name 192\.0\.2\.25/,
      /ip4:192\.0\.2\.25/,
    ],
    [
      'SPF for all',
      'SPF',
      { zone: { 'example.org': { TXT: ['v=spf1 a +all'] } } },
      /everybody/,
      /~all/,
    ],
    [
      'SPF without an end',
      'SPF',
      { zone: { 'example.org': { TXT: ['v=spf1 a'] } } },
      /others?/,
      /~all/,
    ],
    [
      'a broken name server',
      'SPF',
      { zone: { 'example.org': { fault: 'broken' } } },
      /SERVFAIL/,
      /name/,
    ],
    ['a silent one', 'SPF', { zone: { 'example.org': { fault: 'silence' } } }, /TIMEOUT/, /name/],
    [
      'no DKIM key',
      'DKIM',
      { zone: { 'news._domainkey.example.org': none } },
      /there is no news\._domainkey/,
      /^Add .*news\._domainkey\.example\.org\. TXT "v=DKIM1; k=rsa; p=\w.*" ".+"$/,
    ],
    [
      'another DKIM key',
      'DKIM',
      { zone: { 'news._domainkey.example.org': { TXT: [dkimRecord(shortKey)] } } },
      /another key/,
      /Replace it/,
    ],
    [
      'a short DKIM key',
      'DKIM',
      {
        zone: { 'news._domainkey.example.org': { TXT: [dkimRecord(shortKey)] } },
        facts: { signing: { kind: 'key', selector: 'news', publicKey: shortKey } },
      },
      /1024 bits/,
      /2048/,
    ],
    [
      'no signature at all',
      'DKIM',
      { facts: { signing: { kind: 'none', selector: 'broadsheet' } } },
      /unsigned/,
      /dkim-key/,
    ],
    [
      'no DMARC',
      'DMARC',
      { zone: { '_dmarc.example.org': none } },
      /there is no/,
      /v=DMARC1; p=none/,
    ],
    [
      'bounces elsewhere, and nothing signed',
      'DMARC',
      {
        facts: { returnAddress: 'b@example.net', signing: { kind: 'none', selector: 'x' } },
        zone: { 'example.net': { TXT: ['v=spf1 a -all'], A: [HOST] } },
      },
      /not aligned/,
      /dkimKey/,
    ],
    ['no PTR', 'PTR', { zone: { [reverseName(HOST)]: {} } }, /no name/, /PTR/],
    [
      'a name that leads elsewhere',
      'PTR',
      { zone: { 'mail.example.org': { A: ['192.0.2.9'] } } },
      /does not lead/,
      /mail\.example\.org\. A 192\.0\.2\.25/,
    ],
    [
      'a certificate that ends soon',
      'TLS',
      {
        parts: {
          probe: async () => ({
            ...SECURE,
            tls: { status: 'secure', protocol: 'TLSv1.3', validUntilMs: NOW.getTime() + 9e7 },
          }),
        },
      },
      /1 more days/,
      /Renew/,
    ],
    ['no mail server', 'TLS', { facts: { smtpUrl: undefined } }, /no mail server/, /SMTP_URL/],
    [
      'a site without TLS',
      'one-click',
      { facts: { baseUrl: 'http://x.org' } },
      /not https/,
      /https/,
    ],
    [
      'a site that is down',
      'one-click',
      { parts: { reach: async () => ({ status: 'failed', reason: 'ECONNREFUSED' }) } },
      /ECONNREFUSED/,
      /Start/,
    ],
    [
      'a letter without a way out',
      'one-click',
      { parts: { letter: async () => LETTER.replace('List-Unsubscribe-Post', 'X') } },
      /one click/,
      /baseUrl/,
    ],
    [
      'a signature that leaves it out',
      'one-click',
      { parts: { letter: async () => LETTER.replace(':list-unsubscribe-post', '') } },
      /cover/,
      /dkimKey/,
    ],
    [
      'bounces that nobody reads',
      'return address',
      { facts: { returnAddress: undefined } },
      /does not see them/,
      /returnAddress/,
    ],
    [
      'a return address without a mail server',
      'return address',
      { zone: { 'bounces.example.org': { TXT: ['v=spf1 -all'] } } },
      /nothing comes back/,
      /bounces\.example\.org\. MX 10/,
    ],
    [
      'a return address that takes no mail',
      'return address',
      { zone: { 'bounces.example.org': { MX: ['0 .'] } } },
      /takes no mail/,
      /MX/,
    ],
    [
      'a sender that is nowhere',
      'sender',
      { facts: { from: 'broadsheet@localhost' } },
      /nobody/,
      /mailFrom/,
    ],
    [
      'any of it',
      'bulk senders',
      { zone: { '_dmarc.example.org': none } },
      /for want of DMARC$/,
      /it/,
    ],
  ];
  for (const [what, check, change, detail, fix] of FAULTS) {
    it(what, async () => {
      const found = await examine(change);
      expect(found[check]).toMatchObject({
        ok: false,
        detail: expect.stringMatching(detail),
        fix: expect.stringMatching(fix),
      });
    });
  }
});

it('of a relay it is said what cannot be known from here', async () => {
  const found = await examine({
    facts: {
      smtpUrl: 'smtp://smtp.relay.example:587',
      signing: { kind: 'none', selector: 'news' },
    },
    zone: {
      'smtp.relay.example': { A: ['198.51.100.1'] },
      [reverseName('198.51.100.1')]: { PTR: ['out.relay.example'] },
      'example.org': { TXT: ['v=spf1 include:relay.example ~all'] },
      'relay.example': { TXT: ['v=spf1 ip4:198.51.100.0/24 -all'] },
    },
  });
  expect(found.SPF).toMatchObject({ ok: true, detail: expect.stringContaining('only smtp.relay') });
  expect(found.PTR).toMatchObject({ ok: true, detail: expect.stringContaining('the matter of') });
  expect(found.DKIM).toMatchObject({ ok: true, detail: expect.stringContaining('must sign') });
});

describe('a look at a mail server', () => {
  it('finds one without TLS, which is well on this machine alone', async () => {
    await using mail = await startMailServer();
    const probe = await probeSmtp(mail.url);
    expect(probe).toMatchObject({ status: 'answered', offersTls: false });
    expect(mail.letters).toEqual([]);
    const found = await examine({ facts: { smtpUrl: mail.url }, parts: { probe: probeSmtp } });
    expect(found.TLS).toMatchObject({ ok: true, detail: expect.stringContaining('this machine') });
    const far = await examine({
      facts: { smtpUrl: 'smtp://smtp.relay.example' },
      zone: { 'smtp.relay.example': { A: ['198.51.100.1'] } },
      parts: { probe: async () => probe },
    });
    expect(far.TLS).toMatchObject({ ok: false, detail: expect.stringContaining('in the clear') });
  });

  it('finds a certificate that nobody vouches for, whichever way TLS begins', async () => {
    for (const secure of [false, true]) {
      const url = await secretServer(secure);
      expect(await probeSmtp(url)).toMatchObject({
        offersTls: true,
        tls: { status: 'refused', reason: expect.stringMatching(/certificate/) },
      });
    }
  });

  it('says who does not answer, in time', async () => {
    await using mail = await startMailServer();
    const { url } = mail;
    await mail[Symbol.asyncDispose]();
    expect(await probeSmtp(url)).toEqual({
      status: 'unreachable',
      reason: 'nobody listens there',
    });
    expect(await probeSmtp(await silentServer(), { timeoutMs: 50 })).toEqual({
      status: 'unreachable',
      reason: 'it took too long',
    });
  });
});

async function secretServer(secure: boolean): Promise<string> {
  const { SMTPServer } = await import('smtp-server');
  const server = new SMTPServer({ secure, authOptional: true });
  server.on('error', () => {});
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => new Promise<void>((resolve) => server.close(() => resolve())));
  const { port } = server.server.address() as { port: number };
  return `${secure ? 'smtps' : 'smtp'}://127.0.0.1:${port}`;
}

async function silentServer(): Promise<string> {
  const { createServer } = await import('node:net');
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => new Promise<void>((resolve) => server.close(() => resolve())));
  const { port } = server.address() as { port: number };
  return `smtp://127.0.0.1:${port}`;
}
