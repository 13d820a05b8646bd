/** Messages that somebody made in order to do harm. */

import { describe, expect, it } from 'vitest';
import { mutatedReport, randomOf } from '../../../test/support/report-mutations.js';
import { classify } from './classify.js';
import { readReport } from './read-report.js';
import { RETURN_KINDS } from './returns.js';
import { returnIn } from './returns-intake.js';

const MEGABYTE = 1024 * 1024;

/** Of one message, at the best of three: others use the machine, too. */
const LONGEST_MS = 50;

const SYSTEM = 'From: MAILER-DAEMON@x\r\nTo: a@b\r\nSubject: Undelivered\r\n';

function many(text: string): string {
  return text.repeat(Math.ceil(MEGABYTE / text.length));
}

function status(text: string): string {
  const type = 'Content-Type: multipart/report; boundary=b';
  return `${SYSTEM}${type}\r\n\r\n--b\r\nContent-Type: message/delivery-status\r\n\r\n${text}`;
}

const HOSTILE: Readonly<Record<string, string>> = {
  'one line': `${SYSTEM}\r\n${many('a')}`,
  blanks: `${SYSTEM}\r\n${many(' ')}`,
  'empty lines': `${SYSTEM}\r\n${many('\r\n')}`,
  'short lines': `${SYSTEM}\r\n${many('a\n')}`,
  users: `${SYSTEM}\r\n${many('user ')}`,
  unknowns: `${SYSTEM}\r\n${many('unknown user not ')}`,
  codes: `${SYSTEM}\r\n${many('550 5.1.1 ')}`,
  dots: `${SYSTEM}\r\n${many('5.1.1.')}`,
  addresses: `${SYSTEM}\r\n${many('a@')}`,
  'lines of addresses': `${SYSTEM}\r\n${many('a@b\r\n')}`,
  'a long header': `Subject: ${many('=?utf-8?B?YQ==?= ')}\r\n\r\n`,
  'many headers': `${many('a: b\r\n')}\r\n`,
  'a folded header': `Subject: x\r\n${many(' y\r\n')}\r\n`,
  'a type of blanks': `Content-Type: multipart/mixed;${many(' ')}boundary=b\r\n\r\n--b\r\n`,
  'a type of semicolons': `Content-Type: multipart/mixed${many(';')}\r\n\r\n--b\r\n`,
  'a type of quotes': `Content-Type: multipart/mixed; boundary=${many('"\\')}\r\n\r\n`,
  addressees: `To: ${many('<a@b>,')}\r\n\r\n`,
  parts: `Content-Type: multipart/mixed; boundary=b\r\n\r\n${many('--b\r\n\r\nx\r\n')}`,
  'parts in parts': Array.from(
    { length: 2_000 },
    (_, at) => `Content-Type: multipart/mixed; boundary=b${at}\r\n\r\n--b${at}\r\n`,
  ).join(''),
  'messages in messages': many('Content-Type: message/rfc822\r\n\r\n'),
  'almost borders': `Content-Type: multipart/mixed; boundary=b\r\n\r\n${many('--bb\r\n')}`,
  actions: status(many('Action: failed\r\n')),
  'a folded diagnosis': status(`Diagnostic-Code: smtp;\r\n${many(' user unknown\r\n')}`),
  'a long diagnosis': status(`Diagnostic-Code: smtp; ${many('no such ')}`),
  escapes: status(`Final-Recipient: utf-8; ${many('\\x{')}`),
  tags: `${SYSTEM}Content-Type: text/html\r\n\r\n${many('<a href="')}`,
  'a page of entities': `${SYSTEM}Content-Type: text/html\r\n\r\n${many('&lt;<b>')}`,
  'quoted printable': `${SYSTEM}Content-Transfer-Encoding: quoted-printable\r\n\r\n${many('=\r\n')}`,
  'base64 of nothing': `${SYSTEM}Content-Transfer-Encoding: base64\r\n\r\n${many('=')}`,
};

describe('a message of a megabyte', () => {
  it.each(Object.entries(HOSTILE))('of %s is read in no time', (_, source) => {
    const raw = Buffer.from(source);
    const timesMs = [1, 2, 3].map(() => {
      const begin = performance.now();
      returnIn(readReport(raw), { address: 'ana@reader.example' });
      return performance.now() - begin;
    });
    expect(Math.min(...timesMs)).toBeLessThan(LONGEST_MS);
  });

  it.each(['user ', 'no such ', '550 ', '#5.1.1', 'a@', 'a.b', '. ', 'sender ', 'over quota '])(
    'of “%s” as a diagnosis is classified in no time',
    (text) => {
      const diagnostic = many(text);
      const begin = performance.now();
      classify({ action: 'failed', status: '', diagnostic });
      expect(performance.now() - begin).toBeLessThan(LONGEST_MS);
    },
  );
});

it('is always of some kind, however it is damaged', () => {
  const random = randomOf(20_261_121);
  for (let number = 0; number < 2_000; number += 1) {
    const report = readReport(mutatedReport(random));
    const { kind, status, detail } = returnIn(report, { address: 'ana@reader.example' });
    expect(RETURN_KINDS).toContain(kind);
    expect(status).toMatch(/^(?:[245]\.\d{1,3}\.\d{1,3})?$/);
    expect(detail.length).toBeLessThanOrEqual(300);
    expect(detail).not.toMatch(/[\p{Cc}]|[\w.]@/u);
  }
});
