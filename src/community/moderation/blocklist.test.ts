import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { BroadsheetError } from '../../errors.js';
import {
  BLOCKLIST_KINDS,
  type BlocklistKind,
  type BlocklistSubject,
  matchesBlocklist,
  parseBlocklistEntry,
} from './blocklist.js';

function isBlocked(kind: BlocklistKind, pattern: string, subject: BlocklistSubject): boolean {
  return matchesBlocklist([parseBlocklistEntry(kind, pattern)], subject) !== undefined;
}

describe('a blocked word', () => {
  it.each([
    ['casino', 'The best CASINO in town'],
    ['casino', 'Ｃａｓｉｎｏ!'],
    ['casino', 'cási\u0301no'],
    ['casino', 'cas\u200bino'],
    ['Casino', 'casino'],
    ['buy now', 'You must buy, now.'],
    ['赌场', '来 赌场 玩'],
  ])('%s is found in “%s”', (word, text) => {
    expect(isBlocked('word', word, { text })).toBe(true);
  });

  it.each([
    ['casino', 'casinos are not what was blocked'],
    ['ass', 'an assessment of assignments'],
    ['buy now', 'now buy'],
  ])('%s is not found in “%s”', (word, text) => {
    expect(isBlocked('word', word, { text })).toBe(false);
  });
});

describe('a blocked domain', () => {
  it.each([
    ['spam.example', 'https://spam.example/a'],
    ['spam.example', 'https://www.SPAM.example./a'],
    ['https://spam.example/x', 'http://spam.example:8080'],
    ['spám.example', 'https://xn--spm-fla.example'],
  ])('%s holds %s', (domain, link) => {
    expect(isBlocked('domain', domain, { links: [link] })).toBe(true);
  });

  it.each([
    ['spam.example', 'https://notspam.example'],
    ['spam.example', 'https://spam.example.org'],
    ['spam.example', 'https://good.org/?q=spam.example'],
    ['spam.example', 'not an address'],
  ])('%s does not hold %s', (domain, link) => {
    expect(isBlocked('domain', domain, { links: [link] })).toBe(false);
  });
});

describe('a blocked address', () => {
  it('is one of a person', () => {
    expect(isBlocked('address', 'Ana@Spam.example', { address: 'ana@spam.example' })).toBe(true);
    expect(isBlocked('address', 'ana@spam.example', { address: 'bo@spam.example' })).toBe(false);
  });

  it('is any of a domain', () => {
    expect(isBlocked('address', '@spam.example', { address: 'bo@mail.spam.example' })).toBe(true);
    expect(isBlocked('address', '@spam.example', { address: 'bo@notspam.example' })).toBe(false);
  });
});

it.each([
  ['word', '  '],
  ['word', '!!!'],
  ['word', 'a'.repeat(201)],
  ['domain', 'localhost'],
  ['domain', 'two words.example'],
  ['domain', ''],
  ['address', 'nobody'],
  ['address', 'a@b@c.example'],
  ['address', 'two words@c.example'],
] as const)('a %s such as %j is refused', (kind, text) => {
  expect(() => parseBlocklistEntry(kind, text)).toThrow(BroadsheetError);
});

it('takes no entry that does not match itself, and parsing it again changes nothing', () => {
  const kinds = fc.constantFrom(...BLOCKLIST_KINDS);
  fc.assert(
    fc.property(kinds, fc.oneof(fc.string({ unit: 'grapheme' }), fc.domain()), (kind, text) => {
      let entry: ReturnType<typeof parseBlocklistEntry>;
      try {
        entry = parseBlocklistEntry(kind, kind === 'address' ? `a@${text}` : text);
      } catch (error) {
        expect(error).toBeInstanceOf(BroadsheetError);
        return;
      }
      expect(parseBlocklistEntry(kind, entry.pattern)).toEqual(entry);
      const { pattern } = entry;
      const subject = { text: pattern, links: [`https://${pattern}`], address: pattern };
      expect(matchesBlocklist([entry], subject)).toEqual(entry);
    }),
  );
});
