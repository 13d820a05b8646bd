import { expect, it } from 'vitest';
import { createLogMailer } from './log-mailer.js';
import { senderAddress } from './sender-address.js';

it('prints a letter whole, with each link alone on its line', async () => {
  const printed: string[] = [];
  const mailer = createLogMailer((text) => printed.push(text));
  const link = `https://paper.example/sign-in/link/${'x'.repeat(200)}`;
  await mailer.send({
    to: 'ana@example.org',
    subject: 'Your\r\nlink',
    text: `To sign in, follow ${link} within ten minutes.\n\nYour code: 123456`,
  });
  expect(mailer.delivers).toBe(false);
  expect(printed).toHaveLength(1);
  const lines = printed[0]?.split('\n');
  expect(lines).toContain(link);
  expect(lines).toContain('Your code: 123456');
  expect(lines).toContain('To: ana@example.org');
  expect(lines).toContain('Subject: Your link');
});

it('prints a link that has a line already as it is', async () => {
  const printed: string[] = [];
  const text = 'Follow this:\n\nhttps://paper.example/a\n\nBye.';
  await createLogMailer((line) => printed.push(line)).send({ to: 'a@b', subject: 's', text });
  expect(printed[0]).toContain(`\n\n${text}\n`);
});

it('sends in the name of what is set, else the operator, else the site', () => {
  const baseUrl = 'https://paper.example';
  expect(senderAddress({ mailFrom: 'a@x.example', contact: 'b@x.example', baseUrl })).toBe(
    'a@x.example',
  );
  expect(senderAddress({ contact: 'b@x.example', baseUrl })).toBe('b@x.example');
  expect(senderAddress({ baseUrl })).toBe('broadsheet@paper.example');
  expect(senderAddress({ baseUrl: 'http://192.0.2.7:3000' })).toBe('broadsheet@[192.0.2.7]');
  expect(senderAddress({ baseUrl: 'http://[2001:db8::1]' })).toBe('broadsheet@[IPv6:2001:db8::1]');
  expect(senderAddress({})).toBe('broadsheet@localhost');
});
