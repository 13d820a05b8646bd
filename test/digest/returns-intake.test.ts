/** Messages that come to our addresses, over every database, with the real stores behind. */

import { expect, it } from 'vitest';
import { createKeyedHash } from '../../src/accounts/keyed-hash.js';
import { createReturnPaths } from '../../src/digest/returns/return-paths.js';
import { describeOnBothDialects } from '../support/databases.js';
import { complaint, dsn, plainMessage, type ReportedLetter } from '../support/report-builders.js';
import { EDITION, openReturnsRoom, type ReturnsRoom } from '../support/returns-room.js';

/** A report that the reader's mailbox is no more. */
function gone(letter: ReportedLetter, more: Record<string, string> = {}): Buffer {
  const source = dsn({
    letter,
    header: more,
    words: 'It failed.\n',
    recipients: [
      {
        'Final-Recipient': `rfc822; ${letter.recipient}`,
        Action: 'failed',
        Status: '5.1.1',
        'Diagnostic-Code': `smtp; 550 5.1.1 <${letter.recipient}> User unknown`,
      },
    ],
  });
  return Buffer.from(source);
}

async function nothingFollowed({ returns, suppressions }: ReturnsRoom): Promise<void> {
  expect(await returns.latest(10)).toEqual([]);
  expect((await suppressions.list({ offset: 0, limit: 10 })).total).toBe(0);
}

describeOnBothDialects('a message that came back', (database) => {
  it('is known by the address that it came to', async () => {
    const room = openReturnsRoom(database());
    const { subscriber, letter } = await room.add();
    const taken = await room.intake.takeMessage(gone(letter), [letter.returnPath], 'receiver');
    expect(taken).toEqual({ outcome: 'suppressed', kind: 'no-such-address' });
    expect(await room.returns.latest(10)).toMatchObject([
      {
        kind: 'no-such-address',
        status: '5.1.1',
        detail: '550 5.1.1 <…@reader.example> User unknown',
        subscriberId: subscriber.id,
        addressHash: subscriber.addressHash,
        editionOn: EDITION,
        source: 'receiver',
      },
    ]);
    expect(await room.suppressions.find(subscriber.addressHash)).toMatchObject({
      reason: 'no-such-address',
    });
  });

  it('counts once, by whatever way it comes', async () => {
    const room = openReturnsRoom(database());
    const { letter } = await room.add();
    await room.intake.takeMessage(gone(letter), [letter.returnPath], 'receiver');
    const again = gone(letter, { Received: 'from another relay' });
    const taken = await room.intake.takeMessage(
      again,
      [letter.returnPath.toLowerCase()],
      'command',
    );
    expect(taken.outcome).toBe('known');
    expect(await room.returns.latest(10)).toHaveLength(1);
  });

  it('is known by its own header when nobody tells whom it was given to', async () => {
    const room = openReturnsRoom(database());
    const { letter } = await room.add();
    expect((await room.intake.takeMessage(gone(letter), [], 'command')).outcome).toBe('suppressed');
  });

  it('is known by the letter in it when it has lost its address', async () => {
    const room = openReturnsRoom(database());
    const { subscriber, letter } = await room.add();
    const lost = { ...letter, returnPath: 'fbl@example.org' };
    const report = Buffer.from(complaint({ 'Feedback-Type': 'abuse' }, lost));
    const taken = await room.intake.takeMessage(report, ['bounces@example.org'], 'receiver');
    expect(taken).toEqual({ outcome: 'suppressed', kind: 'complaint' });
    expect((await room.subscriptions.find(subscriber.id))?.endedBy).toBe('complaint');
    expect((await room.suppressions.find(subscriber.addressHash))?.reason).toBe('complaint');
  });

  it('changes nothing when its signature is forged, whatever letter it names', async () => {
    const room = openReturnsRoom(database());
    const { subscriber, letter } = await room.add();
    const theirs = createReturnPaths({
      keyedHash: createKeyedHash('a guess'),
      returnAddress: 'bounces@example.org',
    });
    const forged = theirs.pathFor({ editionOn: EDITION, subscriberId: subscriber.id }) ?? '';
    for (const [report, to] of [
      [gone(letter), [forged]],
      [gone({ ...letter, returnPath: forged }), []],
      [Buffer.from(complaint({ 'Feedback-Type': 'abuse' }, letter)), [forged]],
    ] as const) {
      expect((await room.intake.takeMessage(report, to, 'receiver')).outcome).toBe('unknown');
    }
    await nothingFollowed(room);
  });

  it('changes nothing for a letter that nobody was sent', async () => {
    const room = openReturnsRoom(database());
    await room.add();
    const made = {
      returnPath: 'bounces@example.org',
      messageId: '20261121.00000000000000000000000000000000@example.org',
      recipient: 'ana@reader.example',
    };
    const taken = await room.intake.takeMessage(gone(made), ['bounces@example.org'], 'receiver');
    expect(taken.outcome).toBe('unknown');
    await nothingFollowed(room);
  });

  it('concerns the reader of its address alone, whomever it names', async () => {
    const room = openReturnsRoom(database());
    const ana = await room.add();
    const ben = await room.add('ben@reader.example');
    const naming = gone({ ...ben.letter, returnPath: ana.letter.returnPath });
    await room.intake.takeMessage(naming, [ana.letter.returnPath], 'receiver');
    expect(await room.suppressions.find(ben.subscriber.addressHash)).toBeUndefined();
    expect(await room.suppressions.find(ana.subscriber.addressHash)).toBeDefined();
  });

  it('has no effect when nobody wrote it, or a person did', async () => {
    const room = openReturnsRoom(database());
    const { letter } = await room.add();
    const away = plainMessage(
      { From: 'Ana', Subject: 'Automatic reply: papers' },
      '550 5.1.1 gone',
    );
    const reply = plainMessage({ From: 'Ana', Subject: 'Re: papers' }, 'User unknown!');
    for (const source of [away, reply]) {
      const raw = Buffer.from(source);
      const taken = await room.intake.takeMessage(raw, [letter.returnPath], 'receiver');
      expect(taken.outcome).toBe('noted');
    }
    const kinds = (await room.returns.latest(10)).map(({ kind }) => kind);
    expect(kinds.toSorted()).toEqual(['auto-reply', 'unknown']);
    expect((await room.suppressions.list({ offset: 0, limit: 1 })).total).toBe(0);
  });

  it('ends a subscription at the address with its key, also in small letters', async () => {
    const room = openReturnsRoom(database());
    for (const [email, change] of [
      ['ana@reader.example', (text: string) => text],
      ['ben@reader.example', (text: string) => text.toLowerCase()],
    ] as const) {
      const { subscriber } = await room.add(email);
      const to = change(`bounces+leave.${subscriber.linkKey}@example.org`);
      const taken = await room.intake.takeMessage(Buffer.from('\r\n'), [to], 'receiver');
      expect(taken).toEqual({ outcome: 'unsubscribed', kind: 'leave' });
      expect((await room.subscriptions.find(subscriber.id))?.endedBy).toBe('mail');
    }
  });

  it('ends a subscription by its subject', async () => {
    const room = openReturnsRoom(database());
    const { subscriber } = await room.add();
    const source = plainMessage({ Subject: `unsubscribe ${subscriber.linkKey}` }, '');
    const taken = await room.intake.takeMessage(Buffer.from(source), [], 'command');
    expect(taken.outcome).toBe('unsubscribed');
  });

  it('ends nothing with a key that is nobody’s, or not any more', async () => {
    const room = openReturnsRoom(database());
    const { subscriber, letter } = await room.add();
    const keys = [
      'nobodys-key-nobodys-key-nobodys-key-nobodys',
      subscriber.linkKey.toUpperCase(),
      subscriber.linkKey.slice(0, -1),
    ];
    for (const key of keys) {
      const to = `bounces+leave.${key}@example.org`;
      const taken = await room.intake.takeMessage(Buffer.from('\r\n'), [to], 'receiver');
      expect(taken.outcome).toBe('unknown');
    }
    await room.subscriptions.forget(subscriber.id, 'reader');
    const old = `bounces+leave.${subscriber.linkKey}@example.org`;
    expect((await room.intake.takeMessage(Buffer.from(''), [old], 'receiver')).outcome).toBe(
      'unknown',
    );
    // A report of before that comes in later is still theirs, by its hash.
    await room.intake.takeMessage(gone(letter), [letter.returnPath], 'receiver');
    expect(await room.suppressions.find(subscriber.addressHash)).toBeDefined();
  });
});
