import { describe, expect, it } from 'vitest';
import { classify, enhancedIn, mildest } from './classify.js';
import type { Return, ReturnKind } from './returns.js';

function kindOf(status: string, diagnostic = ''): ReturnKind {
  return classify({ action: 'failed', status, diagnostic }).kind;
}

describe('a status', () => {
  it.each([
    ['5.1.1', 'no-such-address'],
    ['5.1.2', 'no-such-address'],
    ['5.1.10', 'no-such-address'],
    ['5.1.3', 'refused'],
    ['5.1.6', 'refused'],
    ['5.2.1', 'refused'],
    ['5.2.2', 'mailbox-full'],
    ['4.2.2', 'mailbox-full'],
    ['5.3.4', 'refused'],
    ['5.4.1', 'refused'],
    ['5.5.0', 'refused'],
    ['5.7.0', 'policy'],
    ['5.7.1', 'policy'],
    ['5.7.26', 'policy'],
    ['5.7.606', 'policy'],
    ['4.4.1', 'for-now'],
    ['4.7.0', 'for-now'],
    ['2.0.0', 'delivered'],
  ] as const)('%s is %s', (status, kind) => expect(kindOf(status)).toBe(kind));

  it('of the other server says more than one that says nothing', () => {
    expect(kindOf('5.0.0', '550 5.7.1 not today')).toBe('policy');
    expect(kindOf('5.0.0', '550 5.1.1 who?')).toBe('no-such-address');
    expect(kindOf('', '#5.1.1')).toBe('no-such-address');
  });

  it('is believed against another only if it is the milder', () => {
    expect(kindOf('5.1.1', '550 5.7.1 blocked')).toBe('policy');
    expect(kindOf('5.7.1', '550 5.1.1 unknown')).toBe('policy');
    expect(kindOf('4.4.7', '550 5.1.1 unknown')).toBe('for-now');
  });

  it('is not read out of versions, addresses and numbers', () => {
    for (const text of ['Exim 4.92.3', '[4.31.198.44]', 'host 5.1.1.7 said no', 'in 5.1.10.3']) {
      expect(enhancedIn(text), text).toBe('');
    }
  });
});

describe('an action', () => {
  it('that is no end is none', () => {
    for (const diagnostic of ['', '550 5.1.1 user unknown']) {
      expect(classify({ action: 'delayed', status: '5.1.1', diagnostic }).kind).toBe('delayed');
      expect(classify({ action: 'relayed', status: '5.1.1', diagnostic }).kind).toBe('delivered');
    }
  });

  it('is missing, and then only words count', () => {
    expect(classify({ action: '', status: '', diagnostic: 'something' }).kind).toBe('unknown');
    expect(classify({ action: '', status: '', diagnostic: 'user unknown' }).kind).toBe(
      'no-such-address',
    );
  });
});

describe('words', () => {
  it.each([
    ['550 No such user here', 'no-such-address'],
    ['550 The mailbox does not exist', 'no-such-address'],
    ['550 Sender address rejected: user unknown', 'policy'],
    ['550 unknown user blocked by spamhaus', 'policy'],
    ['550 user unknown at spam-filter.example.org', 'no-such-address'],
    ['552 quota exceeded', 'mailbox-full'],
    ['452 insufficient system storage', 'mailbox-full'],
    ['550 account disabled, mailbox not found', 'refused'],
    ['554 no', 'refused'],
    ['421 user unknown, try later', 'for-now'],
  ] as const)('“%s” are %s', (diagnostic, kind) => expect(kindOf('', diagnostic)).toBe(kind));
});

it('keeps the words of the server on one line, and no address', () => {
  const { detail } = classify({
    action: 'failed',
    status: '5.1.1',
    diagnostic: `550 5.1.1 <ana@reader.example>:\r\n user\u0000unknown ${'x'.repeat(2_000)}`,
  });
  expect(detail).toMatch(/^550 5\.1\.1 <…@reader\.example>: user unknown x+$/);
  expect(detail.length).toBeLessThanOrEqual(300);
});

it('believes the mildest of several', () => {
  const of = (kind: ReturnKind): Return => ({ kind, status: '', detail: '' });
  expect(mildest([of('no-such-address'), of('mailbox-full'), of('refused')])?.kind).toBe(
    'mailbox-full',
  );
  expect(mildest([of('no-such-address'), of('delivered')])?.kind).toBe('delivered');
  expect(mildest([])).toBeUndefined();
});
