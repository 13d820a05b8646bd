import { randomBytes } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { record } from '../../test/support/catalogue.js';
import type { AccountId } from '../accounts/account.js';
import { createKeyedHash } from '../accounts/keyed-hash.js';
import type { PaperId } from '../papers/identifiers.js';
import { createSubmissionTokens, type Submittable } from './submission-token.js';

const ANA = 'ana' as string as AccountId;
const BEN = 'ben' as string as AccountId;
const NOON_MS = Date.parse('2026-11-20T12:00:00Z');

const KNOWN: Submittable = { kind: 'known', paperId: '2611.01234' as PaperId };

function tokens(secret = 'a secret of this test') {
  const clock = { ms: NOON_MS };
  const keyedHash = createKeyedHash(secret);
  return { clock, ...createSubmissionTokens({ keyedHash, now: () => new Date(clock.ms) }) };
}

describe('What was found comes back from the browser', () => {
  test('as it was sent', () => {
    const { seal, open } = tokens();
    const found: Submittable = {
      kind: 'found',
      record: record({ title: 'Überall $\\alpha$', authors: ['Ana Ruiz'] }),
      authorIds: [{ name: 'Ana Ruiz', orcid: '0000-0002-1825-0097' }],
    };
    expect(open(ANA, seal(ANA, found))).toEqual(found);
    expect(open(ANA, seal(ANA, KNOWN))).toEqual(KNOWN);
  });

  test('within an hour, and not later', () => {
    const { seal, open, clock } = tokens();
    const token = seal(ANA, KNOWN);
    clock.ms += 3_600_000;
    expect(open(ANA, token)).toEqual(KNOWN);
    clock.ms += 1;
    expect(() => open(ANA, token)).toThrow(expect.objectContaining({ code: 'used_up' }));
  });

  test('from the person for whom it was, of this installation, and unaltered', () => {
    const { seal, open } = tokens();
    const token = seal(ANA, KNOWN);
    const [text = '', signature = ''] = token.split('.');
    const refused = expect.objectContaining({ code: 'not_acceptable' });
    const other = Buffer.from(text, 'base64url');
    other[3] = (other[3] ?? 0) ^ 1;
    expect(() => open(BEN, token)).toThrow(refused);
    for (const altered of [
      '',
      '.',
      text,
      `.${signature}`,
      `${text}.`,
      `${text}.${signature.slice(0, -1)}`,
      `${text}.${signature}0`,
      `${text}x.${signature}`,
      `${other.toString('base64url')}.${signature}`,
      tokens('another secret').seal(ANA, KNOWN),
      'é'.repeat(64),
    ]) {
      expect(() => open(ANA, altered)).toThrow(refused);
    }
  });

  test('unless it is too long for a form', () => {
    const { seal } = tokens();
    const noise = randomBytes(150_000).toString('base64');
    const found: Submittable = {
      kind: 'found',
      record: { ...record({ title: 'T' }), abstract: noise },
      authorIds: [],
    };
    expect(() => seal(ANA, found)).toThrow(expect.objectContaining({ code: 'too_large' }));
  });
});
