import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Refusal, readRefusal, readReply, replyInWords, type Step } from './smtp-reply.js';

function refusalOf(source: string, step: Step): Refusal {
  const reply = readReply(source);
  if (!reply) throw new RangeError(`no reply: ${source}`);
  return readRefusal(reply, step);
}

describe('a reply', () => {
  it('is read with its codes, over all its lines', () => {
    const source =
      '550-5.1.1 The account that you\r\n550-5.1.1 tried to reach\r\n550 5.1.1 is not there.';
    expect(readReply(source)).toEqual({
      code: 550,
      enhanced: '5.1.1',
      text: 'The account that you tried to reach is not there.',
    });
  });

  it('has no enhanced status where it gives none, or one that contradicts its code', () => {
    expect(readReply('550 no')?.enhanced).toBe('');
    expect(readReply('550 192.0.2.1 is blocked')?.enhanced).toBe('');
    expect(readReply('550 4.2.1 no')?.enhanced).toBe('');
    expect(readReply('250 2.0.0 ok')?.enhanced).toBe('2.0.0');
  });

  it('is no reply without a code', () => {
    for (const source of ['', 'hello', '55', '5.1.1 no']) expect(readReply(source)).toBeUndefined();
  });

  it('can be kept on one short line, whatever it holds', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 2_000 }), (text) => {
        const reply = readReply(`451 ${text}`);
        const words = reply ? replyInWords(reply) : '';
        expect(words.length).toBeLessThan(330);
        expect(words).not.toMatch(/[\r\n\0]/);
      }),
    );
  });
});

describe('a refusal', () => {
  const MEANINGS: readonly (readonly [Step, string, Refusal['state'], Refusal['kind']])[] = [
    ['rcpt', '550 5.1.1 unknown', 'failed', 'no-such-address'],
    ['rcpt', '550 5.1.2 no such host', 'failed', 'no-such-address'],
    ['rcpt', '556 5.1.10 null MX', 'failed', 'no-such-address'],
    ['rcpt', '550 <ana@x.example>: User unknown', 'failed', 'no-such-address'],
    ['rcpt', '550 No such user here', 'failed', 'no-such-address'],
    ['rcpt', '551 recipient not found', 'failed', 'no-such-address'],
    ['rcpt', '553 mailbox does not exist', 'failed', 'no-such-address'],
    ['rcpt', '550 mailbox unavailable', 'failed', 'refused'],
    ['rcpt', '550 Sender address does not exist', 'failed', 'refused'],
    ['rcpt', '550 user unknown or blocked by policy', 'failed', 'refused'],
    ['rcpt', '554 no such user', 'failed', 'refused'],
    ['letter', '550 No such user here', 'failed', 'refused'],
    ['rcpt', '550 5.2.1 disabled', 'failed', 'refused'],
    ['rcpt', '550 5.7.1 user unknown', 'failed', 'policy'],
    ['letter', '554 5.7.1 looks like spam', 'failed', 'policy'],
    ['rcpt', '552 5.2.2 over quota', 'failed', 'mailbox-full'],
    ['rcpt', '552 over quota', 'failed', 'mailbox-full'],
    ['letter', '552 too large', 'failed', 'refused'],
    ['rcpt', '452 4.2.2 over quota', 'deferred', 'mailbox-full'],
    ['rcpt', '452 too many recipients', 'deferred', 'for-now'],
    ['rcpt', '450 4.2.1 greylisted', 'deferred', 'for-now'],
    ['rcpt', '450 5.1.1 unknown', 'deferred', 'for-now'],
    ['letter', '451 4.3.0 try again', 'deferred', 'for-now'],
    ['mail', '550 5.7.1 not you', 'deferred', 'policy'],
    ['connect', '554 5.7.1 go away', 'deferred', 'policy'],
    ['connect', '535 5.7.8 wrong password', 'deferred', 'policy'],
    ['rcpt', '530 5.7.0 sign in first', 'deferred', 'policy'],
  ];

  it.for(MEANINGS)('at %s, %s: it is %s, %s', ([step, source, state, kind]) => {
    expect(refusalOf(source, step)).toMatchObject({ state, kind });
  });

  it('slows down everybody when the server closes, and a domain when it asks for patience', () => {
    expect(refusalOf('421 4.3.2 closing', 'rcpt').slowsDown).toBe('host');
    expect(refusalOf('421 4.7.0 too fast', 'letter').slowsDown).toBe('host');
    expect(refusalOf('451 4.7.1 greylisted', 'mail').slowsDown).toBe('host');
    expect(refusalOf('554 5.7.1 go away', 'connect').slowsDown).toBe('host');
    expect(refusalOf('451 4.7.1 too many from you', 'rcpt').slowsDown).toBe('domain');
    expect(refusalOf('450 4.2.1 busy', 'rcpt').slowsDown).toBeUndefined();
    expect(refusalOf('550 5.7.1 no', 'rcpt').slowsDown).toBeUndefined();
  });

  it('of us says nothing of the reader', () => {
    for (const [step, source] of [
      ['connect', '554 5.1.1 x'],
      ['mail', '550 5.1.1 x'],
      ['rcpt', '535 5.7.8 x'],
      ['rcpt', '421 4.3.2 x'],
    ] as const) {
      expect(refusalOf(source, step).concernsRecipient).toBe(false);
    }
    expect(refusalOf('550 5.1.1 x', 'rcpt').concernsRecipient).toBe(true);
  });

  it('is read in no time, however long it is', () => {
    const long = `550 ${'unknown local user address recipient mailbox '.repeat(20_000)}`;
    const startedAtMs = performance.now();
    refusalOf(long, 'rcpt');
    expect(performance.now() - startedAtMs).toBeLessThan(50);
  });
});
