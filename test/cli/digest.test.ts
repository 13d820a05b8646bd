/** `digest`, as an operator at a terminal uses it. */

import { readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { openDatabase } from '../../src/database/database.js';
import { createControlStore } from '../../src/digest/delivery/control-store.js';
import { command, commandJson } from '../support/command.js';
import { startMailServer } from '../support/mail-server.js';
import { temporaryFolder } from '../support/temporary-folder.js';

type Status = Readonly<Record<string, number>>;
type Refusal = { readonly error: { readonly code: string; readonly fix: string } };

const TODAY = new Date().toISOString().slice(0, 10);

/** A site with four papers of today, and a mail server unless there is none. */
async function siteWith(smtpUrl?: string) {
  const folder = await temporaryFolder();
  const environment = {
    BROADSHEET_TIME_ZONE: 'UTC',
    BROADSHEET_BASE_URL: 'https://papers.example.org',
    BROADSHEET_MAIL_FROM: 'papers@example.org',
    ...(smtpUrl && { SMTP_URL: smtpUrl }),
  };
  const data = ['--data', folder];
  const run = <Answer = Status>(...args: readonly string[]) =>
    commandJson<Answer>([...args, ...data], { environment });
  const say = (args: readonly string[], input: string | Uint8Array = '') =>
    command([...args, ...data], { environment, input });
  const papers = ['On norms', 'On sums', 'On trees', 'On words'].map((title, at) =>
    JSON.stringify({ id: `p${at}`, title, abstract: 'A text.', published: TODAY }),
  );
  await say(['import', '-', '--format', 'jsonl'], papers.join('\n'));
  return { folder, data, environment, run, say };
}

it('an edition goes to everybody who confirmed, once', async () => {
  await using mail = await startMailServer({ unknown: ['gone@example.org'] });
  const { run, say } = await siteWith(mail.url);
  for (const name of ['ana', 'ben', 'gone']) {
    await run('subscribers', 'add', `${name}@example.org`, '--confirmed', '--hour', '23');
  }
  await run('subscribers', 'add', 'cem@example.org');
  expect(mail.letters.map(({ recipients }) => recipients)).toEqual([['cem@example.org']]);

  expect(await run('digest', 'send')).toEqual({
    status: 0,
    answer: {
      edition: TODAY,
      ...{ queued: 0, handingOver: 0, sent: 2, failed: 1 },
      ...{ deferred: 0, ambiguous: 0, skipped: 0 },
    },
  });
  await run('digest', 'send');
  const recipients = mail.letters.slice(1).flatMap((letter) => letter.recipients);
  expect(recipients.toSorted()).toEqual(['ana@example.org', 'ben@example.org']);
  expect((await run('digest', 'status')).answer).toMatchObject({ edition: TODAY, sent: 2 });
  expect((await run('digest', 'status', '--edition', '2020-01-01')).answer.sent).toBe(0);
  const { stdout } = await say(['digest', 'status']);
  expect(stdout).toMatch(/: 3 letters\n(.*\n)* +2 {2}sent +taken by the mail server\n/);
  // An address that does not exist is not written to again.
  const listed = await run<{ subscribers: object[] }>('subscribers', 'list');
  expect(listed.answer.subscribers).toContainEqual(
    expect.objectContaining({ email: 'gone@example.org', status: 'suppressed' }),
  );
});

it('whoever sends by hand is told why letters do not go', async () => {
  await using mail = await startMailServer({ refusesData: true });
  const { run, say } = await siteWith(mail.url);
  await run('subscribers', 'add', 'ana@example.org', '--confirmed');
  const { status, stderr } = await say(['digest', 'send']);
  expect(status).toBe(0);
  expect(stderr).toContain('1 failed: 554 Looks like spam\n');
});

it('a letter can be seen before it goes, and nothing is changed by that', async () => {
  const { folder, data, run } = await siteWith();
  const path = join(folder, 'letter.eml');
  await run('subscribers', 'add', 'ana@example.org', '--confirmed');
  for (const who of ['ana@example.org', 'stranger@example.org']) {
    const { answer } = await run<object>('digest', 'preview', '--to', who, '--output', path);
    expect(answer).toMatchObject({ path, papers: 4, subject: expect.stringContaining('On ') });
    const letter = await readFile(path, 'utf8');
    expect(letter).toContain(`To: ${who}\r\n`);
    expect(letter).toMatch(/^List-Unsubscribe-Post: List-Unsubscribe=One-Click\r$/m);
  }
  expect((await run('digest', 'status')).answer).toMatchObject({ queued: 0, sent: 0 });
  const { answer } = await run<{ total: number }>('subscribers', 'list');
  expect(answer.total).toBe(1);
  const bad = await run<Refusal>('digest', 'preview', '--to', 'nobody');
  expect(bad).toMatchObject({ status: 1, answer: { error: { code: 'not_acceptable' } } });
  expect(data).toHaveLength(2);
});

it('nothing is sent without a mail server, or while the mail is stopped', async () => {
  const without = await siteWith();
  expect(await without.run<Refusal>('digest', 'send')).toMatchObject({
    status: 2,
    answer: { error: { code: 'bad_configuration', fix: expect.stringContaining('SMTP_URL') } },
  });

  await using mail = await startMailServer();
  const { run, say } = await siteWith(mail.url);
  await run('subscribers', 'add', 'ana@example.org', '--confirmed');
  await run('digest', 'pause', 'The list is wrong.');
  expect(await run<Refusal>('digest', 'send')).toMatchObject({
    status: 1,
    answer: {
      error: {
        code: 'conflict',
        message: expect.stringMatching(/by an operator at .*: The list is wrong\.$/),
        fix: expect.stringContaining('digest resume'),
      },
    },
  });
  const { stdout } = await say(['digest', 'status']);
  expect(stdout).toContain('The list is wrong.');
  const doctor = await run<{ checks: object[] }>('doctor');
  expect(doctor.answer.checks).toContainEqual(
    expect.objectContaining({ name: 'daily mail', ok: false }),
  );
  expect(mail.letters).toEqual([]);
  await run('digest', 'resume');
  expect(await run('digest', 'send')).toMatchObject({ status: 0, answer: { sent: 1 } });
  // Who stopped it and let it go on is written down.
  const audit = await run<{ rows: { action: string }[] }>('moderate', 'audit');
  expect(audit.answer.rows.map(({ action }) => action)).toEqual([
    'digest-resumed',
    'digest-stopped',
  ]);
});

it('the brake is let off for the edition that it stopped', async () => {
  await using mail = await startMailServer();
  const { folder, run } = await siteWith(mail.url);
  await run('subscribers', 'add', 'ana@example.org', '--confirmed');
  const now = () => new Date();
  await using database = await openDatabase({
    kind: 'sqlite',
    path: join(folder, 'broadsheet.db'),
  });
  const control = createControlStore(database, { now });
  await control.stop('brake', 'too many bounces');
  const { answer } = await run<object>('digest', 'resume');
  expect(answer).toMatchObject({ wasStopped: { by: 'brake', reason: 'too many bounces' } });
  expect(await control.isReleased(TODAY as never)).toBe(true);
  expect((await run<object>('digest', 'resume')).answer).toEqual({ wasStopped: null });
});

it('the key that signs letters is made once, and its record can be read again', async () => {
  const { folder, run } = await siteWith();
  const path = join(folder, 'dkim.pem');
  const { answer } = await run<{ value: string }>('digest', 'dkim-key');
  expect(answer).toMatchObject({
    path,
    isNew: true,
    name: 'broadsheet._domainkey.example.org',
    type: 'TXT',
    value: expect.stringMatching(/^v=DKIM1; k=rsa; p=[A-Za-z0-9+/]{390,}=*$/),
  });
  expect((await stat(path)).mode & 0o077).toBe(0);
  const again = await run('digest', 'dkim-key', '--output', path);
  expect(again.answer).toEqual({ ...answer, isNew: false });
});

it('what came back is taken from files and from a pipe', async () => {
  const { folder, run, say, environment, data } = await siteWith();
  const file = join(folder, 'report.eml');
  await writeFile(file, 'Subject: Out of office\r\nAuto-Submitted: auto-replied\r\n\r\nAway.\r\n');
  const { status, answer } = await run<{ reports: object[] }>('digest', 'returned', file, 'none');
  expect(status).toBe(1);
  expect(answer.reports).toEqual([
    expect.objectContaining({ file, outcome: 'unknown' }),
    { file: 'none', problem: 'none cannot be read (ENOENT).' },
  ]);
  const piped = await say(['digest', 'returned', '--to', 'b@example.org'], 'Subject: x\r\n\r\nx');
  expect(piped).toMatchObject({ status: 0, stdout: expect.stringMatching(/^-: \S+, unknown\n$/) });
  // A mail server whose report could not be kept tries it again.
  const broken = await command(['digest', 'returned', ...data], {
    environment: { ...environment, DATABASE_URL: 'postgres://127.0.0.1:1/none' },
    input: 'Subject: x\r\n\r\nx',
  });
  expect(broken.status).toBe(75);
});
