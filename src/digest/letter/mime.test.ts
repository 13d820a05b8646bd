import { generateKeyPairSync } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { verifyDkim } from '../../../test/support/dkim.js';
import {
  emptyLetter,
  fullLetter,
  LETTER_DAY,
  LETTER_SITE,
  letterOf,
  personalLetter,
} from '../../../test/support/made-up-contents.js';
import { paper } from '../../../test/support/papers.js';
import { readLetter } from '../../../test/support/read-letter.js';
import type { DigestLetter, LetterMatter, LetterSite, MakeDigestLetter } from './digest-letter.js';
import { type DkimSigner, dkimRecord, SIGNED_HEADERS } from './dkim.js';
import { createDigestLetter } from './make-letter.js';
import { letterAsMime } from './mime.js';

/** A new one each time: papers of the same name are not the same here. */
const make: MakeDigestLetter = (matter) => createDigestLetter()(matter);
const DATE = new Date('2026-11-20T07:00:03Z');
const LINK_KEY = personalLetter().subscriber.linkKey;

/** Of every letter, each once, and no others. */
const HEADERS = [...SIGNED_HEADERS].sort();

const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2_048 });
const dkim: DkimSigner = { selector: 'broadsheet', privateKey };
const lookUp = (name: string): string | undefined =>
  name === 'broadsheet._domainkey.example.org' ? dkimRecord(privateKey) : undefined;

function withSite(site: Partial<LetterSite>): LetterMatter {
  return { ...personalLetter(), site: { ...LETTER_SITE, ...site } };
}

function withTitle(title: string): LetterMatter {
  const made = paper('2611.10000', { title, authors: [title], abstract: title });
  const reasons = [{ kind: 'picked' as const, note: title }];
  const chosen = { paperId: made.id, section: 'edition' as const, reasons, votes: 0 };
  return letterOf([made], { day: LETTER_DAY, papers: [chosen], more: 0 });
}

/** The last may end in a line or not. */
function linesOf(text = ''): readonly string[] {
  return text.trimEnd().split(/\r?\n/);
}

async function headersOf(letter: DigestLetter): Promise<ReadonlyMap<string, string>> {
  const { headers } = await readLetter(await letterAsMime(letter, { date: DATE }));
  expect(headers.map(({ name }) => name).sort()).toEqual(HEADERS);
  return new Map(headers.map(({ name, value }) => [name, value]));
}

describe('the headers of a letter', () => {
  it('tell mail programs what it is, how to leave with one click, and by which name it goes', async () => {
    const headers = await headersOf(make(personalLetter()));
    expect(Object.fromEntries(headers)).toMatchObject({
      from: 'Language Daily <digest@example.org>',
      to: 'lee@reader.example',
      date: 'Fri, 20 Nov 2026 07:00:03 +0000',
      'message-id': `<20261120.${'5e'.repeat(16)}@example.org>`,
      'mime-version': '1.0',
      'list-id': 'Language Daily <digest.example.org>',
      'list-unsubscribe': `<https://papers.example.org/unsubscribe/${LINK_KEY}>, <mailto:bounces+leave.${LINK_KEY}@example.org>`,
      'list-unsubscribe-post': 'List-Unsubscribe=One-Click',
      'auto-submitted': 'auto-generated',
      'feedback-id': '20261120:digest:broadsheet:example.org',
    });
  });

  it('name the sender as the place to leave where no returns are read', async () => {
    const headers = await headersOf(make(withSite({ returnAddress: undefined })));
    expect(headers.get('list-unsubscribe')).toContain(
      `<mailto:digest@example.org?subject=unsubscribe%20${LINK_KEY}>`,
    );
  });

  it('put the key into the subject where the mailbox has no room for it', async () => {
    const returnAddress = 'returns-of-the-language-daily@example.org';
    const headers = await headersOf(make(withSite({ returnAddress })));
    expect(headers.get('list-unsubscribe')).toContain(
      `<mailto:${returnAddress}?subject=unsubscribe%20${LINK_KEY}>`,
    );
  });

  it.each([
    ['Language, Daily', '"Language, Daily" <digest.example.org>'],
    ['The "Daily"', '"The \\"Daily\\"" <digest.example.org>'],
  ])('quote a title such as %s in the name of the list', async (title, listId) => {
    expect((await headersOf(make(withSite({ title })))).get('list-id')).toBe(listId);
  });

  it('encode a title of other letters in the name of the list', async () => {
    const headers = await headersOf(make(withSite({ title: 'Päper – 日刊' })));
    const [, base64 = ''] =
      /^=\?UTF-8\?B\?(.*)\?= <digest\.example\.org>$/.exec(headers.get('list-id') ?? '') ?? [];
    expect(Buffer.from(base64, 'base64').toString()).toBe('Päper – 日刊');
  });

  it('are the same whenever the letter is made', async () => {
    const [one, other] = await Promise.all(
      [1, 2].map(() => letterAsMime(make(fullLetter()), { date: DATE, dkim })),
    );
    expect(one?.equals(other ?? Buffer.alloc(0))).toBe(true);
  });
});

describe('a letter on its way', () => {
  it.each([
    ['full', fullLetter()],
    ['personal', personalLetter()],
    ['empty', emptyLetter()],
  ])('comes whole: the %s one, text before HTML, in short lines of ASCII', async (_, matter) => {
    const letter = make(matter);
    const { email, body, longestLine } = await readLetter(
      await letterAsMime(letter, { date: DATE }),
    );
    expect(linesOf(email.text)).toEqual(linesOf(letter.text));
    expect(linesOf(email.html)).toEqual(linesOf(letter.html));
    expect(email.subject).toBe(letter.subject);
    expect(email.from).toMatchObject({ name: 'Language Daily', address: 'digest@example.org' });
    expect(longestLine).toBeLessThanOrEqual(998);
    const types = [...body.matchAll(/^Content-Type: ([\w/]+)/gm)].map(([, type]) => type);
    expect(types).toEqual(['text/plain', 'text/html']);
  });

  it.each([
    '🧪 Graphs, 👩‍👩‍👧 and what they eat',
    'ملاحظات حول الترجمة الآلية للشعر',
    'On =?utf-8?Q?encoded?= words, =?utf-8?B?aGk=?=',
    '=?utf-8?Q?all_of_it?=',
    '=? or not',
    'Ünïcode: “quotes”, (brackets) and <brackets>, and a long tail behind them all',
    '日本語の題名はとても長くなることがあり、そのときは語の間ではなく文字の間で切られる',
  ])('has a subject that is read as it was written: %s', async (title) => {
    const letter = make(withTitle(title));
    const { email } = await readLetter(await letterAsMime(letter, { date: DATE }));
    expect(email.subject).toBe(letter.subject);
    expect(letter.subject).toBe(title);
  });

  it('is refused when it has a header that would be two', async () => {
    const letter = make(personalLetter());
    const hostile: readonly DigestLetter[] = [
      { ...letter, to: 'a@example.org\r\nBcc: b@example.org' },
      { ...letter, to: 'a@example.org, b@example.org' },
      { ...letter, messageId: 'a@b>\r\nX: y' },
      { ...letter, headers: { 'List-Id': 'a\nb' } },
      { ...letter, headers: { 'X:\r\nY': 'a' } },
    ];
    for (const each of hostile) {
      await expect(letterAsMime(each, { date: DATE })).rejects.toThrow(RangeError);
    }
  });

  it('has one header of each, whatever its papers, people and site are called', async () => {
    const piece = fc.oneof(
      fc.constantFrom(
        '\r',
        '\n',
        '\r\n',
        '\0',
        '\u2028',
        '\u2029',
        '\u0085',
        '\ud83d',
        'é漢🧪',
        '\r\nBcc: x@y.z',
      ),
      fc.constantFrom('\r\n.\r\nMAIL FROM:<x@y.z>\r\n', '=?utf-8?Q?=0D=0ABcc:_x?=', '\r\n\r\n'),
      fc.string({ unit: 'binary-ascii', maxLength: 20 }),
    );
    const hostile = fc.array(piece, { maxLength: 6 }).map((all) => all.join(''));
    await fc.assert(
      fc.asyncProperty(hostile, hostile, async (words, title) => {
        const letter = make({ ...withTitle(`A ${words}`), site: { ...LETTER_SITE, title } });
        const { email } = await readLetter(await letterAsMime(letter, { date: DATE }));
        await headersOf(letter);
        expect(email.subject).toBe(letter.subject);
        expect(email.to).toEqual([{ address: 'lee@reader.example', name: '' }]);
        expect(linesOf(email.text)).toEqual(linesOf(letter.text));
        expect(letter.text).not.toMatch(/[\0\r\u2028\u2029]/);
      }),
      { numRuns: 60 },
    );
  });
});

describe('a signed letter', () => {
  it('is vouched for by its sender’s domain, with all headers that it has', async () => {
    const raw = await letterAsMime(make(fullLetter()), { date: DATE, dkim });
    const verdict = verifyDkim(raw, lookUp);
    expect(verdict).toMatchObject({ ok: true, domain: 'example.org' });
    expect(verdict.ok && [...verdict.signed].sort()).toEqual(HEADERS);
    const { headers } = await readLetter(raw);
    expect(headers.map(({ name }) => name).sort()).toEqual(['dkim-signature', ...HEADERS].sort());
  });

  it('is vouched for whatever its titles are', async () => {
    for (const title of ['🧪 =?utf-8?Q?x?=', 'ملاحظات', ' . ', '\t\r\n.\r\n', 'a  b   c']) {
      const raw = await letterAsMime(make(withTitle(title)), { date: DATE, dkim });
      expect(verifyDkim(raw, lookUp)).toMatchObject({ ok: true });
    }
  });

  it.each([
    ['its text', 'looks', 'Reading Twice', 'Reading Thrice'],
    ['the way to leave', 'leads', 'leave.Lk3', 'leave.Lk4'],
    ['the promise of one click', 'stands', 'One-Click', 'Two-Click'],
    ['its subject', 'reads', 'and 9 more', 'and 8 more'],
  ])('is not when %s %s otherwise', async (_, __, before, after) => {
    const raw = await letterAsMime(make(fullLetter()), { date: DATE, dkim });
    const octets = raw.toString('latin1');
    expect(octets).toContain(before);
    const changed = Buffer.from(octets.replaceAll(before, after), 'latin1');
    expect(verifyDkim(changed, lookUp)).toMatchObject({ ok: false });
  });

  it('is not made with a key that does not sign', async () => {
    const broken = generateKeyPairSync('x25519').privateKey;
    const letter = make(emptyLetter());
    await expect(
      letterAsMime(letter, { date: DATE, dkim: { ...dkim, privateKey: broken } }),
    ).rejects.toThrow('could not be signed');
  });
});
