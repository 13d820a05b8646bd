import { describe, expect, it, test } from 'vitest';
import { brakeFor } from '../../src/digest/delivery/brake.js';
import { messageIdOf } from '../../src/digest/delivery/message-id.js';
import type { SubscriberId } from '../../src/digest/subscriptions/subscription.js';
import { describeOnEveryDatabase } from '../support/databases.js';
import { deliverySite, FRIDAY, SATURDAY, THURSDAY } from '../support/deliveries.js';
import { KEYED_HASH } from '../support/subscribers.js';

describeOnEveryDatabase('The mail', (database) => {
  test('is stopped for the first reason, and goes on when somebody says so', async () => {
    const { control, pass, nowMs } = deliverySite(database());
    expect(await control.pause()).toBeUndefined();
    await control.stop('brake', 'Too many complaints.');
    const sinceMs = nowMs();
    pass(1_000);
    await control.stop('operator', 'I want to look at it.');
    expect(await control.pause()).toEqual({ by: 'brake', reason: 'Too many complaints.', sinceMs });
    await control.resume({ editionOn: FRIDAY });
    expect(await control.pause()).toBeUndefined();
    expect(await control.isReleased(FRIDAY)).toBe(true);
    expect(await control.isReleased(SATURDAY)).toBe(false);
    // Complaints of earlier days come in late.
    expect(await control.isReleased(THURSDAY)).toBe(true);
    await control.resume({ editionOn: THURSDAY });
    expect(await control.isReleased(FRIDAY)).toBe(true);
  });

  test('says above all that a backup was restored, and since when', async () => {
    const { control, pass, nowMs } = deliverySite(database());
    await control.stop('operator', 'I want to look at it.');
    await control.stop('restored', 'An old database.');
    const sinceMs = nowMs();
    pass(1_000);
    await control.stop('restored', 'An old database.');
    await control.stop('brake', 'Too many complaints.');
    expect(await control.pause()).toEqual({ by: 'restored', reason: 'An old database.', sinceMs });
  });

  test('knows the latest moment until which it was being sent', async () => {
    const { control } = deliverySite(database());
    expect(await control.sendingUntilMs()).toBe(0);
    await control.setSendingUntilMs(2_000_000_000_000);
    await control.setSendingUntilMs(1_000_000_000_000);
    expect(await control.sendingUntilMs()).toBe(2_000_000_000_000);
  });
});

describe('The brake', () => {
  it('says nothing while an edition goes well, or has hardly begun', () => {
    expect(brakeFor({ sent: 199, hardBounces: 100, complaints: 100 })).toBeUndefined();
    expect(brakeFor({ sent: 1_000, hardBounces: 19, complaints: 0 })).toBeUndefined();
    expect(brakeFor({ sent: 2_001, hardBounces: 0, complaints: 2 })).toBeUndefined();
  });

  it('says why it stops an edition, with figures', () => {
    expect(brakeFor({ sent: 2_000, hardBounces: 0, complaints: 2 })).toBe(
      '2 of 2000 letters were complained of (0.10 %); from 0.10 % on, providers take the sender for a nuisance.',
    );
    expect(brakeFor({ sent: 200, hardBounces: 4, complaints: 0 })).toBe(
      '4 of 200 letters went to addresses that do not exist (2.00 %); from 2.00 % on, providers distrust the sender.',
    );
  });
});

describe('The name of a letter', () => {
  const nameOf = (editionOn: typeof FRIDAY, subscriberId: string) =>
    messageIdOf(
      { editionOn, subscriberId: subscriberId as SubscriberId },
      { keyedHash: KEYED_HASH, fromHost: 'news.example.org' },
    );

  it('is the same for every try, and tells nothing of the reader', () => {
    expect(nameOf(FRIDAY, 'ana')).toMatch(/^20261120\.[0-9a-f]{32}@news\.example\.org$/);
    expect(nameOf(FRIDAY, 'ana')).toBe(nameOf(FRIDAY, 'ana'));
  });

  it('is another for another reader or edition', () => {
    const names = [nameOf(FRIDAY, 'ana'), nameOf(FRIDAY, 'ben'), nameOf(SATURDAY, 'ana')];
    expect(new Set(names.map((name) => name.slice('20261120.'.length))).size).toBe(3);
  });
});
