/** What providers of mail tell by HTTP: bodies of our own in their forms, really signed. */

import { createHmac, generateKeyPairSync, sign } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { MailHook } from '../../src/digest/returns/hook-intake.js';
import type { HookEvent, ReadHook } from '../../src/digest/returns/hooks/hook.js';
import { readMailgun } from '../../src/digest/returns/hooks/mailgun.js';
import { readPostmark } from '../../src/digest/returns/hooks/postmark.js';
import { readResend } from '../../src/digest/returns/hooks/resend.js';
import { readSendgrid } from '../../src/digest/returns/hooks/sendgrid.js';
import { NOON } from '../support/catalogue.js';
import { describeOnBothDialects } from '../support/databases.js';
import { LETTER } from '../support/report-builders.js';
import { EDITION, openReturnsRoom } from '../support/returns-room.js';

const ANA = 'ana@reader.example';
const MESSAGE_ID = LETTER.messageId;
const NOW_SECONDS = String(Math.floor(NOON.getTime() / 1_000));
const LATER = new Date(NOON.getTime() + 6 * 60_000);

type Request = { readonly headers: Headers; readonly body: Buffer };

function reading(read: ReadHook, secret: string, now: Date = NOON) {
  return ({ headers, body }: Request): readonly HookEvent[] => read(headers, body, secret, now);
}

/** With another byte in the middle of its body. */
function changed({ headers, body }: Request): Request {
  const other = Buffer.from(body);
  const at = other.indexOf('reader');
  other[at] = (other[at] ?? 0) ^ 1;
  return { headers, body: other };
}

describe('Mailgun', () => {
  const KEY = 'a signing key of mailgun';

  function request(event: object, token = 'token-1', key = KEY): Request {
    const signature = createHmac('sha256', key).update(`${NOW_SECONDS}${token}`).digest('hex');
    const body = JSON.stringify({
      signature: { timestamp: NOW_SECONDS, token, signature },
      'event-data': { id: 'event-1', recipient: ANA, ...event },
    });
    return { headers: new Headers(), body: Buffer.from(body) };
  }

  const read = reading(readMailgun, KEY);
  const message = { headers: { 'message-id': MESSAGE_ID } };
  const said = (code: number, enhanced: string, words: string) => ({
    event: 'failed',
    severity: 'permanent',
    reason: 'bounce',
    message,
    'delivery-status': { code, 'enhanced-code': enhanced, message: words },
  });

  it.each([
    ['no-such-address', said(550, '5.1.1', 'No such user')],
    ['no-such-address', said(550, '', 'user unknown')],
    ['mailbox-full', said(552, '5.2.2', 'over quota')],
    ['policy', said(550, '5.7.1', 'blocked')],
    ['refused', { event: 'failed', severity: 'permanent', reason: 'suppress-bounce' }],
    ['complaint', { event: 'failed', severity: 'permanent', reason: 'suppress-complaint' }],
    ['delayed', { event: 'failed', severity: 'temporary', reason: 'generic' }],
    ['complaint', { event: 'complained', message }],
    ['leave', { event: 'unsubscribed', message }],
    ['delivered', { event: 'delivered', message }],
  ])('tells of %s', (kind, event) => {
    expect(read(request(event))).toMatchObject([{ kind, address: ANA, id: 'token-1' }]);
  });

  it('names the letter', () => {
    expect(read(request({ event: 'complained', message }))[0]?.messageId).toBe(MESSAGE_ID);
    expect(read(request({ event: 'complained' }))[0]?.messageId).toBeUndefined();
  });

  it('tells of much that is nothing to us', () => {
    expect(read(request({ event: 'opened', message }))).toEqual([]);
  });

  it('is refused without its key, and later', () => {
    expect(() => read(request({ event: 'complained' }, 'token-1', 'a guess'))).toThrow(/signature/);
    expect(() => reading(readMailgun, KEY, LATER)(request({ event: 'complained' }))).toThrow(
      /another time/,
    );
  });
});

describe('Resend', () => {
  const KEY = Buffer.from('a key of twenty-four bytes').toString('base64');
  const SECRET = `whsec_${KEY}`;

  function request(content: object, key = KEY, seconds = NOW_SECONDS): Request {
    const body = Buffer.from(JSON.stringify(content));
    const signature = createHmac('sha256', Buffer.from(key, 'base64'))
      .update(`msg_1.${seconds}.`)
      .update(body)
      .digest('base64');
    const headers = new Headers({
      'svix-id': 'msg_1',
      'svix-timestamp': seconds,
      'svix-signature': `v1,${Buffer.from('an older key').toString('base64')} v1,${signature}`,
    });
    return { headers, body };
  }

  const read = reading(readResend, SECRET);
  const event = (type: string, data: object = {}) => ({
    type,
    created_at: NOON.toISOString(),
    data: { email_id: 'e1', from: 'digest@example.org', to: [ANA], ...data },
  });
  const bounced = (type: string, subType: string, message = '') =>
    event('email.bounced', { bounce: { type, subType, message } });

  it.each([
    ['no-such-address', bounced('Permanent', 'NoEmail')],
    ['no-such-address', bounced('Permanent', 'General', 'smtp; 550 5.1.1 user unknown')],
    ['refused', bounced('Permanent', 'General', 'It was not accepted.')],
    ['mailbox-full', bounced('Transient', 'MailboxFull')],
    ['for-now', bounced('Transient', 'General')],
    ['policy', bounced('Transient', 'ContentRejected')],
    ['complaint', event('email.complained')],
    ['delayed', event('email.delivery_delayed')],
    ['delivered', event('email.delivered')],
  ])('tells of %s', (kind, content) => {
    expect(read(request(content))).toMatchObject([{ kind, address: ANA, id: 'msg_1' }]);
  });

  it('tells of much that is nothing to us', () => {
    expect(read(request(event('email.opened')))).toEqual([]);
    const two = event('email.complained', { to: [ANA, 'ben@reader.example'] });
    expect(read(request(two))).toEqual([]);
  });

  it('is refused without its key, changed, or later', () => {
    const complained = request(event('email.complained'));
    expect(() => read(request(event('email.complained'), 'Z3Vlc3M='))).toThrow(/signature/);
    expect(() => read(changed(complained))).toThrow(/signature/);
    expect(() => reading(readResend, SECRET, LATER)(complained)).toThrow(/another time/);
    expect(() => read({ ...complained, headers: new Headers() })).toThrow(/signature/);
  });
});

describe('SendGrid', () => {
  const pair = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const SECRET = pair.publicKey.export({ type: 'spki', format: 'der' }).toString('base64');

  function request(content: unknown, key = pair.privateKey): Request {
    const body = Buffer.from(JSON.stringify(content));
    const signature = sign('sha256', Buffer.concat([Buffer.from(NOW_SECONDS), body]), key);
    const headers = new Headers({
      'X-Twilio-Email-Event-Webhook-Timestamp': NOW_SECONDS,
      'X-Twilio-Email-Event-Webhook-Signature': signature.toString('base64'),
    });
    return { headers, body };
  }

  const read = reading(readSendgrid, SECRET);
  const event = (name: string, more: object = {}) => ({
    email: ANA,
    event: name,
    sg_event_id: `id-of-${name}`,
    'smtp-id': `<${MESSAGE_ID}>`,
    timestamp: Number(NOW_SECONDS),
    ...more,
  });

  it.each([
    [
      'no-such-address',
      event('bounce', { type: 'bounce', status: '5.1.1', reason: '550 5.1.1 unknown' }),
    ],
    ['refused', event('bounce', { type: 'bounce', status: '5.0.0', reason: '554 no' })],
    ['for-now', event('bounce', { type: 'blocked', status: '5.0.0', reason: '554 no' })],
    ['policy', event('bounce', { type: 'blocked', status: '5.7.1', reason: '550 5.7.1 spam' })],
    ['for-now', event('bounce', { type: 'blocked', reason: 'unable to get mx info' })],
    ['refused', event('dropped', { reason: 'Bounced Address' })],
    ['complaint', event('spamreport')],
    ['leave', event('group_unsubscribe')],
    ['delayed', event('deferred', { reason: '451 later' })],
    ['delivered', event('delivered')],
  ])('tells of %s', (kind, content) => {
    expect(read(request([content]))).toMatchObject([{ kind, address: ANA, messageId: MESSAGE_ID }]);
  });

  it('tells of many things at once, of a thousand at the most', () => {
    const some = [event('processed'), event('spamreport'), event('open'), event('bounce')];
    expect(read(request(some)).map(({ kind }) => kind)).toEqual(['complaint', 'refused']);
    const tooMany = Array.from({ length: 1_001 }, () => event('delivered'));
    expect(() => read(request(tooMany))).toThrow(expect.objectContaining({ code: 'bad_request' }));
  });

  it('is refused without its key, changed, or a day later', () => {
    const other = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey;
    const reported = request([event('spamreport')]);
    expect(() => read(request([event('spamreport')], other))).toThrow(/signature/);
    expect(() => read(changed(reported))).toThrow(/signature/);
    const late = new Date(NOON.getTime() + 26 * 3_600_000);
    expect(() => reading(readSendgrid, SECRET, late)(reported)).toThrow(/another time/);
    expect(() => reading(readSendgrid, 'no key at all')(reported)).toThrow(/signature/);
  });
});

describe('Postmark', () => {
  const SECRET = 'a password of sixteen';

  function request(content: object, password = SECRET): Request {
    const login = Buffer.from(`postmark:${password}`).toString('base64');
    const headers = new Headers({ Authorization: `Basic ${login}` });
    return { headers, body: Buffer.from(JSON.stringify(content)) };
  }

  const read = reading(readPostmark, SECRET);
  const bounce = (Type: string, Details = '') => ({
    RecordType: 'Bounce',
    ID: 42,
    Type,
    MessageID: '883953f4-6105-42a2-a16a-77a8eac79483',
    Email: ANA,
    Details,
  });

  it.each([
    ['no-such-address', bounce('HardBounce', 'smtp;550 5.1.1 The account does not exist')],
    ['policy', bounce('HardBounce', 'smtp;550 5.7.1 blocked')],
    ['refused', bounce('HardBounce', 'something else')],
    ['mailbox-full', bounce('SoftBounce', 'smtp;552 5.2.2 mailbox full')],
    ['for-now', bounce('SoftBounce', 'smtp;550 user unknown')],
    ['delayed', bounce('Transient')],
    ['policy', bounce('Blocked')],
    ['auto-reply', bounce('AutoResponder')],
    ['unknown', bounce('SomethingNew')],
    ['complaint', { RecordType: 'SpamComplaint', ID: 7, Type: 'SpamComplaint', Email: ANA }],
    ['delivered', { RecordType: 'Delivery', Recipient: ANA, MessageID: 'm' }],
    [
      'leave',
      {
        RecordType: 'SubscriptionChange',
        Recipient: ANA,
        SuppressSending: true,
        SuppressionReason: 'ManualSuppression',
        Origin: 'Recipient',
      },
    ],
  ])('tells of %s', (kind, content) => {
    expect(read(request(content))).toMatchObject([{ kind, address: ANA }]);
  });

  it('names each event otherwise, and the same event the same', () => {
    const [one, again, other] = [bounce('HardBounce'), bounce('HardBounce'), bounce('Blocked')].map(
      (content) => read(request(content))[0]?.id,
    );
    expect(again).toBe(one);
    expect(other).not.toBe(one);
  });

  it('is refused without the password', () => {
    expect(() => read(request(bounce('Blocked'), 'a guess'))).toThrow(/password/);
    expect(() => read(request(bounce('Blocked'), ''))).toThrow(/password/);
    const none = { headers: new Headers(), body: request(bounce('Blocked')).body };
    expect(() => read(none)).toThrow(/password/);
  });
});

describeOnBothDialects('a hook', (database) => {
  const HOOK: MailHook = { id: 'post', kind: 'postmark', secret: 'a password of sixteen' };
  const GUN: MailHook = { id: 'gun', kind: 'mailgun', secret: 'a signing key of mailgun' };
  const headers = new Headers({
    authorization: `Basic ${Buffer.from(`x:${HOOK.secret}`).toString('base64')}`,
  });
  const bounced = (email: string, more: object = {}) =>
    Buffer.from(
      JSON.stringify({
        RecordType: 'Bounce',
        ID: 1,
        Type: 'HardBounce',
        Email: email,
        Details: `smtp;550 5.1.1 <${email}> unknown`,
        ...more,
      }),
    );

  function complained(recipient: string, messageId: string): Buffer {
    const signature = createHmac('sha256', GUN.secret).update(`${NOW_SECONDS}t`).digest('hex');
    return Buffer.from(
      JSON.stringify({
        signature: { timestamp: NOW_SECONDS, token: 't', signature },
        'event-data': {
          event: 'complained',
          recipient,
          message: { headers: { 'message-id': messageId } },
        },
      }),
    );
  }

  it('ends the letters to the address that it names', async () => {
    const room = openReturnsRoom(database(), { hooks: [HOOK] });
    const { subscriber } = await room.add();
    expect(await room.hooks.take('post', headers, bounced('Ana@Reader.example'))).toEqual({
      accepted: 1,
    });
    expect(await room.suppressions.find(subscriber.addressHash)).toMatchObject({
      reason: 'no-such-address',
      detail: 'smtp;550 5.1.1 <…@Reader.example> unknown',
    });
    // The same again is accepted, and counts once.
    await room.hooks.take('post', headers, bounced('ana@reader.example'));
    expect(await room.returns.latest(10)).toMatchObject([{ source: 'post', status: '5.1.1' }]);
  });

  it('names the letter where the provider keeps its name', async () => {
    const room = openReturnsRoom(database(), { hooks: [GUN] });
    const { subscriber, letter } = await room.add();
    const body = complained('somebody@else.example', letter.messageId);
    await room.hooks.take('gun', new Headers(), body);
    expect((await room.subscriptions.find(subscriber.id))?.endedBy).toBe('complaint');
    expect((await room.returns.counts(EDITION)).complaint).toBe(1);
    // A token is good for one event, whatever else is put behind it.
    const ben = await room.add('ben@reader.example');
    await room.hooks.take('gun', new Headers(), complained('ben@reader.example', 'another'));
    expect((await room.subscriptions.find(ben.subscriber.id))?.state).toBe('confirmed');
  });

  it('changes nothing for people who are not subscribed, and keeps no success', async () => {
    const room = openReturnsRoom(database(), { hooks: [HOOK] });
    await room.add();
    expect(await room.hooks.take('post', headers, bounced('ben@reader.example'))).toEqual({
      accepted: 0,
    });
    const delivered = bounced('ana@reader.example', { RecordType: 'Delivery' });
    expect(await room.hooks.take('post', headers, delivered)).toEqual({ accepted: 1 });
    expect(await room.returns.latest(10)).toEqual([]);
  });

  it('is refused with words for people', async () => {
    const { hooks } = openReturnsRoom(database(), { hooks: [HOOK] });
    const body = bounced('ana@reader.example');
    const refusal = (code: string) => expect.objectContaining({ code });
    await expect(hooks.take('other', headers, body)).rejects.toEqual(refusal('not_found'));
    await expect(hooks.take('post', new Headers(), body)).rejects.toEqual(refusal('forbidden'));
    for (const text of ['', 'null', '[]', '{"RecordType":7}', '{"RecordType":']) {
      const bad = hooks.take('post', headers, Buffer.from(text));
      await expect(bad, text).rejects.toEqual(refusal('bad_request'));
    }
  });
});
