import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { HandOverResult } from './sender-connection.js';
import { consequenceOf, retryDelayMs } from './sender-outcome.js';
import { readReply, type Step } from './smtp-reply.js';

const NOW_MS = Date.UTC(2026, 10, 20, 8);
const LEASE = { attempt: 1, giveUpAtMs: NOW_MS + 24 * 3_600_000 };

function replied(source: string, step: Step): HandOverResult {
  const reply = readReply(source);
  if (!reply) throw new RangeError(`no reply: ${source}`);
  return { phase: step === 'letter' ? 'after' : 'before', reply: { ...reply, step } };
}

function consequence(result: HandOverResult, lease = LEASE) {
  return consequenceOf(result, lease, { nowMs: NOW_MS, random: 0.5 });
}

describe('after a letter', () => {
  it('was taken, it is sent, with the words of the server', () => {
    const { outcome } = consequence(replied('250 2.0.0 queued as 4711', 'letter'));
    expect(outcome).toEqual({ state: 'sent', detail: '250 2.0.0 queued as 4711' });
  });

  it('went out whole without a reply, nobody knows', () => {
    const { outcome } = consequence({ phase: 'after', error: 'the connection was lost' });
    expect(outcome).toEqual({
      state: 'ambiguous',
      detail:
        'The server had it whole and did not say whether it keeps it: the connection was lost',
    });
  });

  it('was answered with what is no answer, nobody knows either', () => {
    const { outcome } = consequence(replied('354 go ahead', 'letter'));
    expect(outcome.state).toBe('ambiguous');
  });

  it('did not go out whole, it is tried again', () => {
    for (const phase of ['before', 'data', 'refused-by-us'] as const) {
      const { outcome } = consequence({ phase, error: 'lost' });
      expect(outcome).toMatchObject({ state: 'deferred', tryAtMs: NOW_MS + 5_000 });
    }
  });

  it('is known to have failed, the address is told; of one that is put off, only at its end', () => {
    expect(consequence(replied('550 5.1.1 nobody', 'rcpt')).comesBack).toEqual({
      kind: 'no-such-address',
      status: '5.1.1',
    });
    const full = replied('452 4.2.2 full', 'rcpt');
    expect(consequence(full).comesBack).toBeUndefined();
    expect(consequence(full, { attempt: 9, giveUpAtMs: NOW_MS + 60_000 }).comesBack).toEqual({
      kind: 'mailbox-full',
      status: '4.2.2',
    });
    expect(consequence(replied('550 5.1.1 not you', 'mail')).comesBack).toBeUndefined();
  });
});

describe('the wait before another try', () => {
  it('grows to an hour and stays there', () => {
    const waits = Array.from({ length: 8 }, (_, at) => retryDelayMs(at + 1, 0.5) / 1_000);
    expect(waits).toEqual([5, 30, 120, 600, 1_800, 3_600, 3_600, 3_600]);
  });

  it('is spread by a fifth', () => {
    const attempts = fc.integer({ min: 1, max: 50 });
    const chance = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });
    fc.assert(
      fc.property(attempts, chance, (attempt, random) => {
        const middle = retryDelayMs(attempt, 0.5);
        const wait = retryDelayMs(attempt, random);
        expect(Math.abs(wait - middle)).toBeLessThanOrEqual(middle * 0.2 + 1);
      }),
    );
  });
});
