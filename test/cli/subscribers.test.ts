/** `subscribers`, as an operator at a terminal uses it. */

import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { createKeyedHash } from '../../src/accounts/keyed-hash.js';
import { openDatabase } from '../../src/database/database.js';
import { ADDRESS_HASH } from '../../src/digest/subscriptions/subscription.js';
import { createSuppressionStore } from '../../src/digest/subscriptions/suppression-store.js';
import { command, commandJson } from '../support/command.js';
import { startMailServer } from '../support/mail-server.js';
import { temporaryFolder } from '../support/temporary-folder.js';

type Listed = { readonly subscribers: readonly Record<string, unknown>[]; readonly total: number };
type Imported = {
  readonly added: number;
  readonly known: number;
  readonly problems: readonly { readonly line: number; readonly reason: string }[];
};
type Refusal = { readonly error: { readonly code: string } };

const SECRET = 'a-secret-of-the-tests-0123456789-abcdefghij';

async function siteWith(settings: Readonly<Record<string, string>> = {}) {
  const folder = await temporaryFolder();
  const environment = {
    BROADSHEET_TIME_ZONE: 'Europe/Berlin',
    BROADSHEET_BASE_URL: 'https://papers.example.org',
    BROADSHEET_SECRET: SECRET,
    ...settings,
  };
  const run = <Answer = Record<string, unknown>>(...args: readonly string[]) =>
    commandJson<Answer>(['subscribers', ...args, '--data', folder], { environment });
  const list = async (...args: readonly string[]) => (await run<Listed>('list', ...args)).answer;
  const file = async (text: string) => {
    const path = join(folder, 'list.csv');
    await writeFile(path, text);
    return path;
  };
  return { folder, environment, run, list, file };
}

it('without a mail server, a link is printed by which the owner confirms', async () => {
  const { run, list, folder, environment } = await siteWith();
  const { answer } = await run('add', 'Ana@Example.org', '--hour', '7', '--cadence', 'weekdays');
  expect(answer).toMatchObject({
    email: 'Ana@example.org',
    outcome: 'added',
    status: 'pending',
    link: expect.stringMatching(/^https:\/\/papers\.example\.org\/subscribe\/confirm\/[\w-]{20,}$/),
  });
  await run('add', 'ben@example.org', '--confirmed', '--time-zone', 'Asia/Tokyo');
  expect(await list()).toEqual({
    total: 2,
    subscribers: [
      expect.objectContaining({
        ...{ email: 'Ana@example.org', status: 'pending', cadence: 'weekdays' },
        ...{ timeZone: 'Europe/Berlin', hour: 7, confirmedAt: null, nextEdition: null },
      }),
      expect.objectContaining({
        ...{ email: 'ben@example.org', status: 'confirmed', cadence: 'daily' },
        ...{ timeZone: 'Asia/Tokyo', hour: 8, nextEdition: expect.stringMatching(/^\d{4}-/) },
      }),
    ],
  });
  expect((await list('--status', 'pending')).total).toBe(1);
  expect(JSON.stringify(await list())).not.toMatch(/key/i);
  const { stdout } = await command(['subscribers', 'list', '--data', folder], { environment });
  expect(stdout).toMatch(/^pending +Ana@example\.org {2}weekdays at 07:00 Europe\/Berlin$/m);
});

it('with a mail server, a letter asks the owner, and not twice within an hour', async () => {
  await using mail = await startMailServer();
  const { run } = await siteWith({ SMTP_URL: mail.url });
  expect((await run('add', 'ana@example.org')).answer).toMatchObject({ letter: 'sent' });
  expect((await run('add', 'ana@example.org')).answer).toMatchObject({
    outcome: 'known',
    letter: 'not-again',
  });
  expect(mail.letters).toHaveLength(1);
  expect(mail.letters[0]?.source).toContain('/subscribe/confirm/');
});

it('a list is taken in line by line, and again without harm', async () => {
  await using mail = await startMailServer();
  const { run, list, file } = await siteWith({ SMTP_URL: mail.url });
  const path = await file(
    [
      '\uFEFFname;email;time_zone;cadence',
      '"Ruiz; Ana";ana@example.org;Asia/Tokyo;weekly',
      'Nobody;no address;;',
      'Ben;ben@example.org;;',
      'Ben again;BEN@example.org;;',
      '',
    ].join('\r\n'),
  );
  const asked = await run<Imported>('import', path, '--send-confirmations');
  expect(asked).toMatchObject({ status: 0, answer: { added: 2, known: 1, letters: 2 } });
  expect(asked.answer.problems).toEqual([{ line: 3, reason: expect.stringContaining('address') }]);
  expect(mail.letters).toHaveLength(2);
  expect((await list()).subscribers).toMatchObject([
    { email: 'ana@example.org', status: 'pending', timeZone: 'Asia/Tokyo', cadence: 'weekly' },
    { email: 'ben@example.org', status: 'pending' },
  ]);

  const again = await run<Imported>('import', path, '--send-confirmations');
  expect(again.answer).toMatchObject({ added: 0, known: 3, letters: 0 });
  expect(mail.letters).toHaveLength(2);

  expect((await run<Imported>('import', path)).answer).toMatchObject({ added: 2, known: 1 });
  expect(mail.letters).toHaveLength(2);
  expect((await list('--status', 'confirmed')).total).toBe(2);
  expect((await run<Imported>('import', path, '--confirmed')).answer).toMatchObject({
    added: 0,
    known: 3,
  });
});

it('a list that cannot be used says so', async () => {
  const { run, file } = await siteWith();
  const refusal = async (...args: readonly string[]) => {
    const { status, answer } = await run<Refusal>('import', ...args);
    return [status, answer.error.code];
  };
  expect(await refusal(await file('ana@example.org\n'))).toEqual([1, 'unreadable_input']);
  expect(await refusal('/does/not/exist.csv')).toEqual([1, 'unreadable_input']);
  expect(await refusal(await file('email\n'), '--send-confirmations')).toEqual([
    2,
    'bad_configuration',
  ]);
  expect(await run<Imported>('import', await file('email\nx\n'))).toMatchObject({
    status: 1,
    answer: { added: 0, problems: [{ line: 2 }] },
  });
});

it('who left, or complained, is not brought back by a list', async () => {
  const { run, list, file, folder } = await siteWith();
  for (const name of ['left', 'angry', 'erased'])
    await run('add', `${name}@example.org`, '--confirmed');
  await run('remove', 'left@example.org');
  expect((await run('remove', 'erased@example.org', '--forget')).answer).toMatchObject({
    forgotten: true,
  });
  await using database = await openDatabase({
    kind: 'sqlite',
    path: join(folder, 'broadsheet.db'),
  });
  const suppressions = createSuppressionStore(database, { now: () => new Date() });
  await suppressions.suppress({
    addressHash: createKeyedHash(SECRET)(ADDRESS_HASH, 'angry@example.org'),
    reason: 'complaint',
    detail: '',
  });

  const path = await file('email\nleft@example.org\nangry@example.org\nerased@example.org\n');
  const { status, answer } = await run<Imported>('import', path, '--confirmed');
  expect(status).toBe(1);
  expect(answer.problems).toEqual([
    { line: 2, reason: expect.stringContaining('has left') },
    { line: 3, reason: expect.stringContaining('complaint') },
    { line: 4, reason: expect.stringContaining('has left') },
  ]);
  expect((await list('--status', 'confirmed')).total).toBe(0);
  expect((await list()).subscribers).toContainEqual(
    expect.objectContaining({ email: null, status: 'unsubscribed' }),
  );
  const refused = await run<Refusal>('add', 'angry@example.org', '--confirmed');
  expect(refused).toMatchObject({ status: 1, answer: { error: { code: 'conflict' } } });
  expect((await run('release', 'angry@example.org', '--reason', 'Asked for it')).status).toBe(0);
  expect(await run('release', 'angry@example.org')).toMatchObject({ status: 1 });
  // Their owners may be asked, as by anybody.
  expect((await run('add', 'left@example.org')).answer).toMatchObject({ status: 'pending' });
});

it('what cannot be meant is refused with the right status', async () => {
  const { run } = await siteWith();
  await run('add', 'ana@example.org', '--confirmed');
  const refusal = async (...args: readonly string[]) => {
    const { status, answer } = await run<Refusal>(...args);
    return [status, answer.error.code];
  };
  expect(await refusal('add', 'no address')).toEqual([1, 'not_acceptable']);
  expect(await refusal('add', 'b@example.org', '--hour', '24')).toEqual([2, 'bad_usage']);
  expect(await refusal('add', 'b@example.org', '--time-zone', 'Mars/One')).toEqual([
    2,
    'bad_usage',
  ]);
  expect(await refusal('add', 'b@example.org', '--cadence', 'hourly')).toEqual([2, 'bad_usage']);
  expect(await refusal('remove', 'nobody@example.org')).toEqual([1, 'not_found']);
  expect(await refusal('release', 'ana@example.org')).toEqual([1, 'not_found']);
});
