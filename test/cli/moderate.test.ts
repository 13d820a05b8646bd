/** `moderate`, as a person at a terminal uses it. */

import { copyFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { createCommentStore } from '../../src/community/comment-store.js';
import { openDatabase } from '../../src/database/database.js';
import type { PaperId } from '../../src/papers/identifiers.js';
import { createPaperStore } from '../../src/papers/paper-store.js';
import { createTrendingStore } from '../../src/trending/trending-store.js';
import { addAccount } from '../support/accounts.js';
import { NOON, record } from '../support/catalogue.js';
import { command as broadsheet, commandJson as broadsheetJson } from '../support/command.js';
import { temporaryFolder } from '../support/temporary-folder.js';

const PAPER = '2303.00001' as PaperId;
const now = () => NOON;

type Answer = Readonly<Record<string, unknown>> & {
  readonly comments: readonly { readonly id: string; readonly text: string }[];
  readonly error: { readonly code: string };
};

async function dataFolder() {
  const folder = await temporaryFolder();
  const path = join(folder, 'broadsheet.db');
  await using database = await openDatabase({ kind: 'sqlite', path });
  const papers = createPaperStore(database, { now, timeZone: 'UTC' });
  await papers.add([record({ title: 'On norms', names: [PAPER] })]);
  const ana = await addAccount(database, { name: 'ana' });
  const evidence = createTrendingStore(database, { now });
  const { id } = await createCommentStore(database, { now, evidence }).write({
    ...{ account: ana, paperId: PAPER, text: 'Look!', status: 'held', reason: 'It is new.' },
  });
  const run = (...args: readonly string[]) =>
    broadsheetJson<Answer>(['moderate', ...args, '--data', folder]);
  return { folder, path, run, ana, comment: id, data: ['--data', folder] };
}

it('what waits is listed, decided and written down', async () => {
  const { run, comment, data } = await dataFolder();
  const queue = await broadsheet(['moderate', 'queue', ...data]);
  expect(queue.stdout).toContain('@ana  It is new.');
  expect((await run('queue')).answer.comments).toMatchObject([{ id: comment, text: 'Look!' }]);
  expect((await run('show', comment)).answer).toEqual({ comment, status: 'shown' });
  expect((await run('hide', comment, '--reason', 'Spam.')).status).toBe(0);
  expect((await run('hide', 'nothing')).answer.error.code).toBe('not_found');
  expect((await run('lock', PAPER, '--reason', 'Enough.')).answer).toMatchObject({ locked: true });
  expect((await run('unlock', PAPER)).answer).toMatchObject({ locked: false });
  const { answer } = await run('audit');
  expect(answer).toMatchObject({ total: 4 });
  expect(await run('audit', '--verify')).toMatchObject({
    status: 0,
    answer: { ok: true, rows: 4 },
  });
});

it('the blocklist is kept', async () => {
  const { run } = await dataFolder();
  expect((await run('block', 'Miracle Cure')).answer).toMatchObject({
    pattern: 'miracle cure',
    changed: true,
  });
  await run('block', 'spam.example', '--domain');
  expect((await run('block')).answer.entries).toMatchObject([
    { kind: 'domain', pattern: 'spam.example' },
    { kind: 'word', pattern: 'miracle cure' },
  ]);
  expect((await run('unblock', 'miracle CURE')).answer).toMatchObject({ changed: true });
  expect((await run('block', 'x', '--domain', '--address')).status).toBe(2);
});

it('a log that was tampered with ends in exit status 1', async () => {
  const { run, comment, path } = await dataFolder();
  await run('show', comment);
  await using database = await openDatabase({ kind: 'sqlite', path });
  await database.connection
    .$extendTables<{ audit_log: { actor: string } }>()
    .updateTable('audit_log')
    .set({ actor: 'nobody' })
    .execute();
  expect(await run('audit', '--verify')).toMatchObject({
    status: 1,
    answer: { ok: false, brokenAt: 1 },
  });
});

it('deletions are done again from the files that name them', async () => {
  const { run, folder } = await dataFolder();
  expect((await run('replay-deletions')).answer).toEqual({ known: 0, deleted: 0 });
  const more = join(folder, 'more.txt');
  await writeFile(more, `${'0'.repeat(64)}\n`);
  expect((await run('replay-deletions', '--from', more)).answer).toMatchObject({ deleted: 0 });
  expect((await run('replay-deletions', '--from', 'missing.txt')).answer.error.code).toBe(
    'unreadable_input',
  );
});

it('a deletion outlives the backup that it is not in', async () => {
  const { run, path, data } = await dataFolder();
  const doctor = async () => {
    const { answer } = await broadsheetJson<{ checks: { name: string; ok: boolean }[] }>([
      ...['doctor', ...data],
    ]);
    return answer.checks.find(({ name }) => name === 'deletions')?.ok;
  };
  const backup = `${path}.backup`;
  await copyFile(path, backup);
  expect((await broadsheet(['account', 'delete', 'ana', '--yes', ...data])).status).toBe(0);
  expect(await doctor()).toBe(true);
  await copyFile(backup, path);
  expect(await doctor()).toBe(false);
  expect((await run('replay-deletions')).answer).toEqual({ known: 1, deleted: 1 });
  expect(await doctor()).toBe(true);
  expect((await broadsheet(['account', 'show', 'ana', ...data])).status).toBe(1);
});
