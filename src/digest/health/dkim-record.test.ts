import { generateKeyPairSync } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { dkimRecord } from '../letter/dkim.js';
import { parseDkimRecord } from './dkim-record.js';

const { publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });

describe('a DKIM record', () => {
  it('is read back as the key that it was written from', () => {
    const written = dkimRecord(publicKey);
    const read = parseDkimRecord(written);
    expect(read).toMatchObject({ status: 'key', bits: 2048, isTest: false });
    expect(read.status === 'key' && read.key.equals(publicKey)).toBe(true);
    expect(parseDkimRecord(`${written}; t=s:y`)).toMatchObject({ isTest: true });
    // Name services break long texts, and people put blanks where they break.
    expect(parseDkimRecord(written.replace('p=', 'p=  ').replace(/(.{200})/, '$1 '))).toMatchObject(
      {
        status: 'key',
      },
    );
  });

  it('without a key has revoked it, and a part of a key is none', () => {
    expect(parseDkimRecord('v=DKIM1; k=rsa; p=')).toEqual({ status: 'revoked' });
    expect(parseDkimRecord('v=DKIM1; k=rsa')).toMatchObject({ status: 'broken' });
    expect(parseDkimRecord(dkimRecord(publicKey).slice(0, 200))).toMatchObject({
      status: 'broken',
      reason: expect.stringContaining('missing'),
    });
    expect(parseDkimRecord('v=DKIM1; k=ed25519; p=abcd')).toMatchObject({ status: 'broken' });
    expect(parseDkimRecord('v=DKIM2; p=abcd')).toMatchObject({ status: 'broken' });
  });
});
