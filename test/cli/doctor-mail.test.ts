/** `doctor mail`, with name servers of our own. */

import { generateKeyPairSync } from 'node:crypto';
import { chmod, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { mailChecks } from '../../src/cli/commands/doctor-mail.js';
import { readConfig } from '../../src/config.js';
import { dkimRecord } from '../../src/digest/letter/dkim.js';
import type { World } from '../../src/world.js';
import { startMailServer } from '../support/mail-server.js';
import { startNameServer } from '../support/name-server.js';
import { broadsheetJson } from '../support/program.js';
import { temporaryFolder } from '../support/temporary-folder.js';

type Answer = {
  readonly ok: boolean;
  readonly checks: readonly { readonly name: string; readonly ok: boolean; readonly fix: string }[];
};

it('the settings and the name service are held against each other', async () => {
  const folder = await temporaryFolder();
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const dkimKey = join(folder, 'key.pem');
  await writeFile(dkimKey, privateKey.export({ format: 'pem', type: 'pkcs8' }), { mode: 0o600 });
  await using mail = await startMailServer();
  await using names = await startNameServer({
    'example.org': { TXT: ['v=spf1 a -all'], A: ['192.0.2.1'] },
    'news._domainkey.example.org': { TXT: [dkimRecord(privateKey)] },
    '_dmarc.example.org': { TXT: ['v=DMARC1; p=none'] },
  });
  const flags = {
    ...{ data: folder, dkimKey, dkimSelector: 'news', mailFrom: 'papers@example.org' },
    ...{ smtpUrl: mail.url, returnAddress: 'b@example.org', returnListen: 'lmtp://127.0.0.1:2424' },
    baseUrl: 'https://papers.example.org',
  };
  const world = {
    now: () => new Date(),
    fetch: async () => new Response('ok'),
  } as unknown as World;
  const found = async () => {
    const config = await readConfig(flags, {}, folder);
    const checks = await mailChecks(config, world, { nameServers: [names.address] });
    return Object.fromEntries(checks.map((check) => [check.name, check]));
  };
  const good = await found();
  for (const name of ['sender', 'DKIM', 'DMARC', 'TLS', 'one-click', 'return address']) {
    expect(good[name], name).toMatchObject({ ok: true });
  }
  expect(names.questions).toContain('TXT news._domainkey.example.org');
  expect(mail.letters).toEqual([]);

  await chmod(dkimKey, 0o644);
  const bad = await found();
  expect(bad.DKIM).toMatchObject({ ok: false, fix: `Run: chmod 600 ${dkimKey}` });
});

it('a site that is not set up for mail hears what it lacks, from nobody on the network', async () => {
  const { status, answer } = await broadsheetJson<Answer>([
    ...['doctor', 'mail', '--data', await temporaryFolder()],
  ]);
  expect(status).toBe(1);
  expect(answer.ok).toBe(false);
  const failing = answer.checks.filter(({ ok }) => !ok);
  expect(failing.map(({ name }) => name)).toEqual([
    ...['sender', 'TLS', 'one-click', 'return address', 'bulk senders'],
  ]);
  expect(failing.every(({ fix }) => fix !== '')).toBe(true);
});
