/** `account`, as an operator at a terminal uses it. */

import { expect, it } from 'vitest';
import { createAccountStore } from '../../src/accounts/account-store.js';
import { createOneTimeSecretStore } from '../../src/accounts/one-time-secret-store.js';
import { createSessionStore } from '../../src/accounts/session-store.js';
import { openDatabase } from '../../src/database/database.js';
import { command as broadsheet, commandJson as broadsheetJson } from '../support/command.js';
import { temporaryFolder } from '../support/temporary-folder.js';

type Answer = {
  readonly account: { readonly id: string; readonly name: string; readonly role: string };
  readonly link: string;
  readonly error: { readonly code: string };
};

async function dataFolder() {
  const folder = await temporaryFolder();
  return { folder, data: ['--data', folder] };
}

it('an operator is made, and signs in by the link that is printed', async () => {
  const { folder, data } = await dataFolder();
  const { status, stdout } = await broadsheet([
    'account',
    'create',
    'Ana@Example.org',
    '--operator',
    ...data,
  ]);
  expect(status).toBe(0);
  expect(stdout).toContain('@ana is made (operator, Ana@example.org).');
  const token = /^http:\/\/localhost:3000\/sign-in\/link\/([\w-]{43})$/m.exec(stdout)?.[1] ?? '';

  await using database = await openDatabase({ kind: 'sqlite', path: `${folder}/broadsheet.db` });
  const secrets = createOneTimeSecretStore(database, { now: () => new Date() });
  const accounts = createAccountStore(database, { now: () => new Date() });
  const ana = await accounts.byName('ana');
  expect(await secrets.look('sign-in', token)).toMatchObject({
    status: 'usable',
    details: { accountId: ana?.id },
  });
});

it('accounts are made, listed, given roles, kept out and removed', async () => {
  const { folder, data } = await dataFolder();
  const run = (...args: readonly string[]) =>
    broadsheetJson<Answer>(['account', ...args, ...data], {
      environment: { BROADSHEET_BASE_URL: 'https://papers.example.org/' },
    });
  await run('create', 'ana@example.org', '--operator', '--name', 'ana');
  const made = await run('create', 'ben@example.org');
  expect(made.answer.link).toMatch(/^https:\/\/papers\.example\.org\/sign-in\/link\/[\w-]{43}$/);
  expect(made.answer.account).toMatchObject({ name: 'ben', role: 'reader' });
  expect(made.answer.account).not.toHaveProperty('feedKey');

  expect(await run('list', '--search', 'be')).toMatchObject({
    answer: { total: 1, accounts: [{ name: 'ben' }] },
  });
  expect(await run('role', 'ben', 'moderator')).toMatchObject({
    answer: { account: { role: 'moderator' } },
  });
  expect((await run('link', 'ben@example.org')).answer.link).not.toBe(made.answer.link);

  await using database = await openDatabase({ kind: 'sqlite', path: `${folder}/broadsheet.db` });
  const sessions = createSessionStore(database, { now: () => new Date() });
  const ben = await createAccountStore(database, { now: () => new Date() }).byName('ben');
  if (!ben) throw new Error('ben is missing');
  const { token } = await sessions.open(ben.id, { userAgent: '', method: 'mail' });
  expect(await run('ban', '@ben', '--reason', 'Spam')).toMatchObject({
    answer: { account: { banReason: 'Spam' } },
  });
  expect(await sessions.find(token)).toBeUndefined();
  expect(await run('link', 'ben')).toMatchObject({
    status: 1,
    answer: { error: { code: 'conflict' } },
  });
  await run('unban', 'ben');
  expect(await run('show', 'ben')).toMatchObject({ answer: { account: { name: 'ben' } } });

  expect(await run('delete', 'ben')).toMatchObject({
    status: 2,
    answer: { error: { code: 'bad_usage' } },
  });
  expect(await run('delete', 'ben', '--yes')).toMatchObject({ answer: { deleted: 'ben' } });
  expect((await run('list')).answer).toMatchObject({ total: 1 });

  // Whatever was done to people is written down.
  const { answer } = await broadsheetJson<{ rows: { actor: string; action: string }[] }>([
    ...['moderate', 'audit', ...data],
  ]);
  expect(new Set(answer.rows.map(({ actor }) => actor))).toEqual(new Set(['command-line']));
  expect(answer.rows.map(({ action }) => action).toReversed()).toEqual([
    'role-changed',
    'role-changed',
    'account-banned',
    'account-unbanned',
    'account-deleted',
  ]);
});

it('what cannot be done is refused with its reason and the right status', async () => {
  const { data } = await dataFolder();
  const run = (...args: readonly string[]) => broadsheetJson<Answer>(['account', ...args, ...data]);
  const refusal = async (...args: readonly string[]) => {
    const { status, answer } = await run(...args);
    return [status, answer.error?.code];
  };
  // A folder that is misspelt is not made.
  expect(await refusal('list')).toEqual([1, 'not_found']);
  await run('create', 'ana@example.org', '--operator');
  expect(await refusal('create', 'ANA@example.org')).toEqual([1, 'conflict']);
  expect(await refusal('create', 'b@example.org', '--name', 'admin')).toEqual([
    1,
    'not_acceptable',
  ]);
  expect(await refusal('create', 'b@example.org', '--role', 'reader', '--operator')).toEqual([
    2,
    'bad_usage',
  ]);
  expect(await refusal('show', 'nobody')).toEqual([1, 'not_found']);
  expect(await refusal('role', 'ana', 'king')).toEqual([2, 'bad_usage']);
  expect(await refusal('role', 'ana', 'reader')).toEqual([1, 'conflict']);
  expect(await refusal('ban', 'ana')).toEqual([2, 'bad_usage']);
  expect(await refusal('ban', 'ana', '--reason', 'x')).toEqual([1, 'conflict']);
  expect(await refusal('delete', 'ana', '--yes')).toEqual([1, 'conflict']);
});
