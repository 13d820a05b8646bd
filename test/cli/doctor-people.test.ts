/** What `doctor` says of people: letters, somebody in charge, the log of what was done. */

import { chmod, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { openDatabase } from '../../src/database/database.js';
import { command as broadsheet, commandJson as broadsheetJson } from '../support/command.js';
import { startMailServer } from '../support/mail-server.js';
import { temporaryFolder } from '../support/temporary-folder.js';

type Check = { readonly name: string; readonly ok: boolean; readonly detail: string };

async function installation() {
  const folder = await temporaryFolder();
  const data = ['--data', folder];
  await broadsheet(['account', 'create', 'ana@example.org', '--operator', ...data]);
  const examine = async (environment: Readonly<Record<string, string>> = {}) => {
    const { status, answer } = await broadsheetJson<{ readonly checks: readonly Check[] }>(
      ['doctor', ...data],
      { environment },
    );
    const found = Object.fromEntries(answer.checks.map((check) => [check.name, check]));
    return { status, found };
  };
  return { folder, examine };
}

it('a site with an operator is well, with a mail server and without', async () => {
  const { examine } = await installation();
  const { status, found } = await examine();
  expect(status).toBe(0);
  expect(found.operator).toMatchObject({ ok: true, detail: '1 operator' });
  expect(found['audit log']).toMatchObject({ ok: true });
  expect(found.secret).toMatchObject({ ok: true });
  expect(found.mail?.detail).toMatch(/^no mail server; .* written to the log$/);

  await using mail = await startMailServer({ credentials: { user: 'us', password: 'right' } });
  const right = await examine({ SMTP_URL: mail.url });
  expect(right.found.mail).toMatchObject({ ok: true });
  expect(mail.letters).toEqual([]);
  const wrong = await examine({ SMTP_URL: mail.url.replace('right', 'wrong') });
  expect(wrong.status).toBe(1);
  expect(wrong.found.mail?.detail).toBe(
    'The mail server refused the name and password of this site.',
  );
});

it('what would cost people their trust is found', async () => {
  const { folder, examine } = await installation();
  await chmod(join(folder, 'secret'), 0o644);
  await using database = await openDatabase({
    kind: 'sqlite',
    path: join(folder, 'broadsheet.db'),
  });
  const tables = database.connection.$extendTables<{
    accounts: { role: string };
    audit_log: { actor: string };
  }>();
  await tables.updateTable('accounts').set({ role: 'reader' }).execute();
  await tables.updateTable('audit_log').set({ actor: 'nobody' }).execute();
  const { status, found } = await examine({ SMTP_URL: 'smtp://127.0.0.1:1' });
  expect(status).toBe(1);
  for (const name of ['operator', 'audit log', 'secret', 'mail']) {
    expect(found[name], name).toMatchObject({ ok: false });
  }
  expect(found).not.toHaveProperty('deletions');

  await rm(join(folder, 'secret'));
  const again = await examine();
  expect(again.found.secret?.detail).toMatch(/secret is missing, though there are accounts$/);
  expect((await examine()).found.secret).toMatchObject({ ok: false });
});
