import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseEmailAddress } from './email-address.js';

const LABEL_63 = 'a'.repeat(63);

describe('an address of e-mail', () => {
  it.each([
    ['ana@example.org', 'ana@example.org', 'ana@example.org'],
    ['  Ana.Souza@Example.ORG ', 'Ana.Souza@example.org', 'ana.souza@example.org'],
    ['ana@example.org.', 'ana@example.org', 'ana@example.org'],
    ['ana+papers@example.org', 'ana+papers@example.org', 'ana+papers@example.org'],
    ['ana@bücher.example', 'ana@xn--bcher-kva.example', 'ana@xn--bcher-kva.example'],
    ['ana@BÜCHER.example', 'ana@xn--bcher-kva.example', 'ana@xn--bcher-kva.example'],
    ['ana@ｅｘａｍｐｌｅ.org', 'ana@example.org', 'ana@example.org'],
    ['李@example.org', '李@example.org', '李@example.org'],
    ['josé@example.org', 'josé@example.org', 'josé@example.org'],
    ["o'neil@sub.example.co.uk", "o'neil@sub.example.co.uk", "o'neil@sub.example.co.uk"],
  ])('is %j read as %s', (text, address, key) => {
    expect(parseEmailAddress(text)).toEqual({ address, key });
  });

  it('is one for two ways of writing an accent', () => {
    const [composed, apart] = ['jos\u00e9@example.org', 'jose\u0301@example.org'];
    expect(parseEmailAddress(composed)).toEqual(parseEmailAddress(apart));
  });

  it.each([
    ['a line break and a header', 'a@b.org\r\nBcc: x@y.org'],
    ['a line break alone', 'a@b.org\n'],
    ['quotes', '"a b"@example.org'],
    ['a comment', 'ana(work)@example.org'],
    ['a name before it', 'Ana <ana@example.org>'],
    ['two addresses', 'a@example.org,b@example.org'],
    ['two @', 'a@b@example.org'],
    ['no @', 'example.org'],
    ['nothing before the @', '@example.org'],
    ['nothing behind the @', 'ana@'],
    ['a dot at the beginning', '.ana@example.org'],
    ['two dots in a row', 'a..b@example.org'],
    ['no dot in the domain', 'ana@localhost'],
    ['two dots in the domain', 'ana@example..org'],
    ['a number of a machine', 'ana@127.0.0.1'],
    ['a short number of a machine', 'ana@127.1'],
    ['a number in brackets', 'ana@[192.0.2.1]'],
    ['a port', 'ana@example.org:25'],
    ['a percent sign that hides one', 'ana@exa%6dple.org'],
    ['a hyphen at the end of a label', 'ana@example-.org'],
    ['a NUL', 'ana\0@example.org'],
    ['a sign that turns the direction', 'ana\u202e@example.org'],
    ['a sign of no width', 'a\u200bna@example.org'],
    ['letters of two alphabets', 'аna@example.org'],
    ['more than 64 bytes before the @', `${'a'.repeat(65)}@example.org`],
    ['more than 64 bytes in fewer letters', `${'é'.repeat(33)}@example.org`],
    ['a label of 64', `a@${LABEL_63}a.org`],
    ['more than 254 in all', `a@${`${LABEL_63}.`.repeat(4)}org`],
    ['a megabyte', `${'a'.repeat(1_000_000)}@example.org`],
    ['nothing at all', ''],
  ])('is not one with %s', (_, text) => {
    expect(parseEmailAddress(text)).toBeUndefined();
  });

  it('may be as long as a letter can be sent to', () => {
    const local = 'a'.repeat(64);
    const domain = `${LABEL_63}.${LABEL_63}.${'b'.repeat(57)}.org`;
    const longest = `${local}@${domain}`;
    expect(longest).toHaveLength(254);
    expect(parseEmailAddress(longest)?.address).toBe(longest);
    expect(parseEmailAddress(`${local}@b${domain}`)).toBeUndefined();
  });

  it('never holds what has a meaning in a header, and is read as the same again', () => {
    const piece = fc.oneof(
      fc.constantFrom(
        '@',
        '.',
        '\r',
        '\n',
        '\0',
        '"',
        '<',
        '>',
        ',',
        ';',
        ' ',
        'é',
        'ß',
        'И',
        '。',
      ),
      fc.stringMatching(/^[a-zA-Z0-9]{1,3}$/),
      fc.string({ unit: 'binary', maxLength: 2 }),
    );
    const local = fc.array(piece, { maxLength: 4 }).map((pieces) => pieces.join(''));
    const text = fc.oneof(
      fc.string(),
      fc.emailAddress(),
      fc.tuple(local, local).map(([before, behind]) => `${before}@${behind}.org`),
    );
    fc.assert(
      fc.property(text, (given) => {
        const parsed = parseEmailAddress(given);
        if (!parsed) return;
        expect(parsed.address).not.toMatch(/[\s\p{C}<>()[\]",;:\\]/u);
        expect(parsed.address.length).toBeLessThanOrEqual(254);
        expect(parseEmailAddress(parsed.address)).toEqual(parsed);
        expect(parseEmailAddress(parsed.key)?.key).toBe(parsed.key);
      }),
      { numRuns: 1_000 },
    );
  });
});
