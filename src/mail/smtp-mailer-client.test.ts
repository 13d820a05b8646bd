import { createServer } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import { type MailServerOptions, startMailServer } from '../../test/support/mail-server.js';
import type { Letter } from './mailer.js';
import { createSmtpMailer } from './smtp-mailer-client.js';

const LETTER: Letter = {
  to: 'ana@example.org',
  subject: 'Your sign-in link',
  text: 'Follow https://paper.example/sign-in/link/abc to sign in.',
};

async function mailerFor(options?: MailServerOptions) {
  const server = await startMailServer(options);
  onTestFinished(() => server[Symbol.asyncDispose]());
  return { server, mailer: mailerAt(server.url) };
}

function mailerAt(smtpUrl: string) {
  const mailer = createSmtpMailer({
    smtpUrl,
    from: 'paper@paper.example',
    senderName: 'The Paper, daily',
  });
  onTestFinished(() => mailer[Symbol.asyncDispose]());
  return mailer;
}

describe('a letter by SMTP', () => {
  it('arrives with both forms of its text and the headers of a machine', async () => {
    const { server, mailer } = await mailerFor();
    await mailer.send({
      ...LETTER,
      html: '<p>Follow the link</p>',
      headers: { 'List-Unsubscribe': '<https://paper.example/off/x>' },
    });
    const [letter] = server.letters;
    expect(letter).toMatchObject({ from: 'paper@paper.example', recipients: ['ana@example.org'] });
    const headers = Object.fromEntries(letter?.headers ?? []);
    expect(headers).toMatchObject({
      from: ['"The Paper, daily" <paper@paper.example>'],
      to: ['ana@example.org'],
      subject: ['Your sign-in link'],
      'auto-submitted': ['auto-generated'],
      'list-unsubscribe': ['<https://paper.example/off/x>'],
    });
    expect(headers['message-id']?.[0]).toMatch(/^<[0-9a-f-]{36}@paper\.example>$/);
    expect(letter?.source).toContain('https://paper.example/sign-in/link/abc');
    expect(letter?.source).toContain('<p>Follow the link</p>');
  });

  it('shares its connection with the letters after it', async () => {
    const { server, mailer } = await mailerFor();
    for (let letter = 0; letter < 3; letter++) await mailer.send(LETTER);
    expect(server.letters).toHaveLength(3);
    expect(server.connections()).toBe(1);
  });

  it('goes through a server that wants name and password', async () => {
    const credentials = { user: 'paper', password: 'pass:word@/1' };
    const { server, mailer } = await mailerFor({ credentials });
    await mailer.send(LETTER);
    expect(server.letters).toHaveLength(1);
    const stranger = mailerAt(server.url.replace('pass', 'miss'));
    await expect(stranger.send(LETTER)).rejects.toMatchObject({
      code: 'mail_failed',
      message: 'The mail server refused the name and password of this site.',
    });
  });

  it('is refused with its address, and the next one still goes', async () => {
    const { server, mailer } = await mailerFor({ unknown: ['ben@example.org'] });
    await expect(mailer.send({ ...LETTER, to: 'ben@example.org' })).rejects.toMatchObject({
      code: 'mail_failed',
      message: 'The mail server refused the address.',
    });
    await mailer.send(LETTER);
    expect(server.letters.map(({ recipients }) => recipients)).toEqual([['ana@example.org']]);
  });

  it('is refused for what it says', async () => {
    const { mailer } = await mailerFor({ refusesData: true });
    await expect(mailer.send(LETTER)).rejects.toMatchObject({
      code: 'mail_failed',
      message: 'The mail server did not take the letter.',
    });
  });

  it('fails in words when nobody listens', async () => {
    const silent = createServer();
    await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
    const { port } = silent.address() as { port: number };
    await new Promise((resolve) => silent.close(resolve));
    await expect(mailerAt(`smtp://127.0.0.1:${port}`).send(LETTER)).rejects.toMatchObject({
      code: 'mail_failed',
      message: 'The mail server does not answer.',
    });
  });

  it('that was handed in goes out before the program stops', async () => {
    const { server, mailer } = await mailerFor();
    const sent = mailer.send(LETTER);
    await mailer[Symbol.asyncDispose]();
    await sent;
    expect(server.letters).toHaveLength(1);
    await expect(mailer.send(LETTER)).rejects.toMatchObject({ code: 'mail_failed' });
  });
});

describe('a letter with something between its lines', () => {
  const HOSTILE: readonly (readonly [string, Partial<Letter>])[] = [
    ['a second recipient', { to: 'ana@example.org, eve@example.org' }],
    ['a line break in the address', { to: 'ana@example.org\r\nBcc: eve@example.org' }],
    ['an SMTP command in the address', { to: 'ana@example.org>\r\nRCPT TO:<eve@example.org' }],
    ['a name beside the address', { to: 'Ana <ana@example.org>' }],
    ['no address at all', { to: 'ana' }],
    ['a line break in the subject', { subject: 'Hello\r\nBcc: eve@example.org' }],
    ['a bare line feed in the subject', { subject: 'Hello\nBcc: eve@example.org' }],
    ['a bare return in the subject', { subject: 'Hello\rBcc: eve@example.org' }],
    ['a NUL in the subject', { subject: 'Hello\0' }],
    ['a line break in a header', { headers: { 'List-Id': 'x\r\nBcc: eve@example.org' } }],
    ['a line break in the name of a header', { headers: { 'X-A\r\nBcc': 'eve@example.org' } }],
    ['a header that is ours', { headers: { Bcc: 'eve@example.org' } }],
    ['a body of another type', { headers: { 'content-type': 'text/html' } }],
  ];

  for (const [what, part] of HOSTILE) {
    it(`(${what}) is not sent`, async () => {
      const { server, mailer } = await mailerFor();
      await expect(mailer.send({ ...LETTER, ...part })).rejects.toMatchObject({
        code: 'mail_failed',
      });
      expect(server.letters).toEqual([]);
      expect(server.connections()).toBe(0);
    });
  }

  it('keeps a body that looks like headers or the end of a letter as a body', async () => {
    const { server, mailer } = await mailerFor();
    await mailer.send({
      ...LETTER,
      text: 'Bcc: eve@example.org\r\n.\r\nRCPT TO:<eve@example.org>',
    });
    expect(server.letters).toHaveLength(1);
    expect(server.letters[0]?.recipients).toEqual(['ana@example.org']);
    expect(server.letters[0]?.headers.has('bcc')).toBe(false);
  });

  it('keeps letters of all languages in the subject', async () => {
    const { server, mailer } = await mailerFor();
    await mailer.send({ ...LETTER, subject: 'Grüße ✓ — =?x' });
    expect(server.letters[0]?.headers.get('subject')?.[0]).toMatch(/^=\?UTF-8\?/);
  });
});
