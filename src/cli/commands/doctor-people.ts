/** Whether all is well with what people are owed: letters, somebody in charge, a log that is whole. */

import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { createAccountStore } from '../../accounts/account-store.js';
import { createKeyedHash } from '../../accounts/keyed-hash.js';
import { createAuditLog } from '../../community/moderation/audit-log-store.js';
import { createTombstoneFile } from '../../community/privacy/tombstones-client.js';
import { createTombstoneStore } from '../../community/privacy/tombstones-store.js';
import type { Config } from '../../config.js';
import type { Database } from '../../database/database.js';
import { senderAddress } from '../../mail/sender-address.js';
import { createSmtpMailer } from '../../mail/smtp-mailer-client.js';
import { readSecret } from '../../secret-client.js';
import { attempted, type Check, type Finding } from './doctor-check.js';

export async function peopleChecks(
  database: Database,
  config: Config,
  now: () => Date,
): Promise<readonly Check[]> {
  const accounts = createAccountStore(database, { now });
  const count = async (): Promise<number> => (await accounts.page({ pageSize: 1 })).total;
  const checks = [
    await attempted('mail', () => mail(config)),
    await attempted('operator', async () =>
      operator(await accounts.countOperators(), await count()),
    ),
    await attempted('audit log', () => auditLog(database, now)),
    await attempted('secret', async () => secret(config, await count())),
  ];
  // Without the secret nobody can tell whom a tombstone stands for.
  if (!hasSecret(config) || !checks.at(-1)?.ok) return checks;
  return [...checks, await attempted('deletions', () => deletions(database, config))];
}

/** Nothing is sent: the server is greeted, and the name and password are shown to it. */
async function mail(config: Config): Promise<Finding> {
  const { smtpUrl, baseUrl } = config;
  if (!smtpUrl) {
    return {
      ok: true,
      detail: 'no mail server; letters, such as sign-in links, are written to the log',
      fix: 'Set SMTP_URL to have them delivered (docs/sign-in.md).',
    };
  }
  const from = senderAddress(config);
  await using mailer = createSmtpMailer({ smtpUrl, from });
  await mailer.greet();
  return {
    ok: true,
    detail: `${new URL(smtpUrl).host} answers; letters come from ${from}`,
    fix: baseUrl ? '' : 'Set baseUrl: without it, links in letters lead to localhost.',
  };
}

function operator(operators: number, accounts: number): Finding {
  if (operators > 0) return { ok: true, detail: counted(operators, 'operator'), fix: '' };
  const fix = 'Run "account create ADDRESS --operator", or "account role NAME operator".';
  if (accounts === 0) return { ok: true, detail: 'nobody yet, and no other account', fix };
  return { ok: false, detail: `none among ${counted(accounts, 'account')}`, fix };
}

async function auditLog(database: Database, now: () => Date): Promise<Finding> {
  const { rows, brokenAt } = await createAuditLog(database, { now }).verify();
  if (brokenAt === undefined) {
    return { ok: true, detail: `${counted(rows, 'line')}, each following from the last`, fix: '' };
  }
  return {
    ok: false,
    detail: `number ${brokenAt} does not follow from what stands before it`,
    fix: 'Somebody has changed the table audit_log by hand; compare it with a backup.',
  };
}

async function secret(config: Config, accounts: number): Promise<Finding> {
  if (hasSecret(config)) {
    await readSecret(config);
    const from = config.secret === undefined ? secretFile(config) : 'from the settings';
    return { ok: true, detail: `${from}, known to nobody else`, fix: '' };
  }
  if (accounts === 0) return { ok: true, detail: 'the first start makes it', fix: '' };
  return {
    ok: false,
    detail: `${secretFile(config)} is missing, though there are accounts`,
    fix:
      'Restore it from a backup, or set BROADSHEET_SECRET to it. The next start would make ' +
      'another one, which knows neither deletions nor networks that were noted before.',
  };
}

/** Reading a secret that is not there would make one. */
function hasSecret(config: Config): boolean {
  return config.secret !== undefined || existsSync(secretFile(config));
}

function secretFile({ data }: Config): string {
  return resolve(data, 'secret');
}

async function deletions(database: Database, config: Config): Promise<Finding> {
  const store = createTombstoneStore(database, {
    keyedHash: createKeyedHash(await readSecret(config)),
  });
  const beside = await createTombstoneFile(resolve(config.data, 'deletions.txt')).all();
  const known = new Set([...(await store.all()), ...beside]);
  let back = 0;
  for await (const _ of store.returned(known)) back += 1;
  if (back === 0) return { ok: true, detail: `${known.size} known, none of them undone`, fix: '' };
  return {
    ok: false,
    detail: `${counted(back, 'account')} that had been deleted came back, as from a backup`,
    fix: 'Run "moderate replay-deletions".',
  };
}

function counted(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? '' : 's'}`;
}
