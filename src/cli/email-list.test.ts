import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readEmailList } from './email-list.js';

const emails = (text: string) => readEmailList(text).addresses.map(({ email }) => email.address);

describe('a list of addresses', () => {
  it('is read as programs write it', () => {
    for (const text of [
      'email\nana@example.org\nben@example.org',
      '\uFEFFEmail\r\nana@example.org\r\nben@example.org\r\n',
      'name,e,EMAIL\n"Ruiz, Ana",x,ana@example.org\nBen,"a ""b"" c", "ben@example.org" \n',
      '\uFEFF"email","name"\nana@example.org,"Ana"\n"ben@example.org",""\n',
      'email;name\nana@example.org;Ana\nben@example.org;Ben, B.',
      'name\temail\nAna\tana@example.org\n\nBen\tben@example.org',
      '\n\nnote,email\n"two\nlines",ana@example.org\n,ben@example.org\n',
      'email\rana@example.org\rben@example.org',
    ]) {
      expect(emails(text), text).toEqual(['ana@example.org', 'ben@example.org']);
      expect(readEmailList(text).problems, text).toEqual([]);
    }
  });

  it('may say when and how often', () => {
    const text =
      'email,time_zone,hour,cadence\na@example.org,Asia/Tokyo,07,Weekly\nb@example.org,,,';
    expect(readEmailList(text).addresses).toEqual([
      {
        line: 2,
        email: { address: 'a@example.org', key: 'a@example.org' },
        timeZone: 'Asia/Tokyo',
        hour: 7,
        cadence: 'weekly',
      },
      { line: 3, email: { address: 'b@example.org', key: 'b@example.org' } },
    ]);
  });

  it('loses a bad line and no other, and says which', () => {
    const text = [
      'email,time zone,hour,cadence',
      'ana@example.org,,,',
      'no address,,,',
      '"x"y@example.org,,,',
      '"a mark that is never closed,x@example.org',
      'ben@example.org,Mars/Olympus,,',
      'ben@example.org,,24,',
      'ben@example.org,,,hourly',
      ',,8,',
      'ben@example.org',
    ].join('\n');
    expect(emails(text)).toEqual(['ana@example.org', 'ben@example.org']);
    expect(readEmailList(text).problems).toEqual([
      { line: 3, reason: expect.stringContaining('Not an e-mail address') },
      { line: 4, reason: expect.stringContaining('behind a closing') },
      { line: 5, reason: expect.stringContaining('not closed') },
      { line: 6, reason: expect.stringContaining('Not a time zone') },
      { line: 7, reason: expect.stringContaining('Not an hour') },
      { line: 8, reason: expect.stringContaining('daily, weekdays, weekly') },
      { line: 9, reason: 'The address is missing.' },
    ]);
  });

  it('without a column of addresses is refused', () => {
    for (const text of ['', 'ana@example.org\nben@example.org', 'mail\nana@example.org']) {
      expect(() => readEmailList(text)).toThrow('The list has no column "email".');
    }
  });

  it('gives back whatever was written by the rules, in any order of columns', () => {
    const note = fc.string({ unit: fc.constantFrom('a', '"', ',', ';', '\n', ' '), maxLength: 12 });
    const row = fc.tuple(note, fc.stringMatching(/^[a-z]{1,8}$/), note);
    const quoted = (text: string) => `"${text.replaceAll('"', '""')}"`;
    fc.assert(
      fc.property(fc.array(row, { maxLength: 8 }), fc.constantFrom(',', ';'), (rows, separator) => {
        const written = rows.map(([one, name, other]) =>
          [quoted(one), `${name}@example.org`, quoted(other)].join(separator),
        );
        const text = [['one', 'email', 'other'].join(separator), ...written].join('\r\n');
        expect(emails(text)).toEqual(rows.map(([, name]) => `${name}@example.org`));
      }),
    );
  });
});
