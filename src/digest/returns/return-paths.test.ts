import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createKeyedHash } from '../../accounts/keyed-hash.js';
import type { Day } from '../../papers/dates.js';
import type { SubscriberId } from '../subscriptions/subscription.js';
import { createReturnPaths } from './return-paths.js';

const keyedHash = createKeyedHash('a secret of the test');
const paths = createReturnPaths({ keyedHash, returnAddress: 'Bounces@Example.org' });

const LETTER = {
  editionOn: '2026-11-21' as Day,
  subscriberId: '6f1c3a52-7b1e-4a7e-9a55-0c1d2e3f4a5b' as SubscriberId,
};

const PATH = paths.pathFor(LETTER) ?? '';

const letters = fc.record({
  editionOn: fc
    .date({ min: new Date('2020-01-01'), max: new Date('2099-12-31'), noInvalidDate: true })
    .map((date) => date.toISOString().slice(0, 10) as Day),
  subscriberId: fc.uuid().map((id) => id as SubscriberId),
});

describe('the address at which a letter comes back', () => {
  it('tells which letter it is', () => expect(paths.letterOf(PATH)).toEqual(LETTER));

  it('tells it through every relay, for any letter', () => {
    fc.assert(
      fc.property(letters, (letter) => {
        const path = paths.pathFor(letter) ?? '';
        expect(path.indexOf('@')).toBeLessThanOrEqual(64);
        expect(path.slice(0, path.indexOf('@'))).toMatch(/^[\w+.-]+$/);
        for (const seen of [path, path.toLowerCase(), path.toUpperCase(), `<${path}>`]) {
          expect(paths.letterOf(seen)).toEqual(letter);
        }
      }),
    );
  });

  it('tells nothing when one sign of it is another', () => {
    for (let at = 'bounces+'.length; at < PATH.indexOf('@'); at += 1) {
      const other = PATH[at] === '1' ? '2' : '1';
      const forged = PATH.slice(0, at) + other + PATH.slice(at + 1);
      expect(paths.letterOf(forged), forged).toBeUndefined();
    }
  });

  it('is forged when another secret made it', () => {
    const theirs = createReturnPaths({
      keyedHash: createKeyedHash('another secret'),
      returnAddress: 'bounces@example.org',
    });
    expect(paths.read(theirs.pathFor(LETTER) ?? '')).toEqual({ kind: 'forged' });
  });

  it('is nobody’s elsewhere', () => {
    expect(paths.read(PATH.replace('example.org', 'example.net'))).toBeUndefined();
    expect(paths.read('ana@example.org')).toBeUndefined();
    expect(paths.read('bouncesandmore@example.org')).toBeUndefined();
    expect(paths.read('')).toBeUndefined();
    expect(paths.read(`${'a'.repeat(100_000)}@example.org`)).toBeUndefined();
  });

  it('is none where the operator has named no mailbox', () => {
    const none = createReturnPaths({ keyedHash, returnAddress: undefined });
    expect(none.pathFor(LETTER)).toBeUndefined();
    expect(none.read(PATH)).toBeUndefined();
    expect(none.read('')).toBeUndefined();
  });

  it('does not fit behind a long mailbox, which is said at once', () => {
    const long = () =>
      createReturnPaths({ keyedHash, returnAddress: 'our-returned-letters@example.org' });
    expect(long).toThrow(/too long/);
    const longest = createReturnPaths({ keyedHash, returnAddress: 'returned-mails@example.org' });
    expect(longest.pathFor(LETTER)?.indexOf('@')).toBeLessThanOrEqual(64);
  });
});

describe('the address at which somebody leaves', () => {
  const KEY = 'Xk3-_aB0123456789XyZabcdefghijklmnopqrstuvw';

  it('has the key of their links', () => {
    expect(paths.leaveKeyOf(`bounces+leave.${KEY}@example.org`)).toBe(KEY);
    expect(paths.leaveKeyOf(`BOUNCES+LEAVE.${KEY}@EXAMPLE.ORG`)).toBe(KEY);
  });

  it('is not one of a letter, nor the other way round', () => {
    expect(paths.letterOf(`bounces+leave.${KEY}@example.org`)).toBeUndefined();
    expect(paths.leaveKeyOf(PATH)).toBeUndefined();
  });
});

it('knows the mailbox itself', () => {
  expect(paths.read('bounces@example.org')).toEqual({ kind: 'plain' });
});

it('never throws, whatever it is given', () => {
  fc.assert(
    fc.property(fc.string(), fc.string(), (text, other) => {
      paths.read(text);
      paths.read(`bounces+${other}@example.org`);
      paths.read(`bounces+20261121.${randomUUID()}.${other}@example.org`);
    }),
  );
});
