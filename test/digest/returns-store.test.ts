/** What came back, over every database, together with the real subscriptions and suppressions. */

import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { Database } from '../../src/database/database.js';
import { createReturnStore, type PolicyAlarm } from '../../src/digest/returns/return-store.js';
import {
  type KnownReturn,
  RETURN_KINDS,
  type ReturnKind,
} from '../../src/digest/returns/returns.js';
import { createSuppressionStore } from '../../src/digest/subscriptions/suppression-store.js';
import type { Day } from '../../src/papers/dates.js';
import { describeOnEveryDatabase } from '../support/databases.js';
import { addSubscriber, subscriptionStoreFor } from '../support/subscribers.js';

const DAY_MS = 24 * 3_600_000;
const BEGIN_MS = Date.UTC(2026, 10, 1, 9);

function dayOf(number: number): Day {
  return new Date(BEGIN_MS + number * DAY_MS).toISOString().slice(0, 10) as Day;
}

async function open(database: Database, email = 'ana@reader.example') {
  let nowMs = BEGIN_MS;
  const now = () => new Date(nowMs);
  const subscriber = await addSubscriber(database, { email, now });
  const alarms: PolicyAlarm[] = [];
  const suppressions = createSuppressionStore(database, { now });
  const subscriptions = subscriptionStoreFor(database, now);
  const returns = createReturnStore(database, {
    now,
    suppressions,
    subscriptions,
    onPolicy: (alarm) => alarms.push(alarm),
  });
  let number = 0;
  return {
    subscriber,
    alarms,
    suppressions,
    subscriptions,
    returns,
    setDay: (day: number) => {
      nowMs = BEGIN_MS + day * DAY_MS;
    },
    /** What comes back on a day, for the letter of that day unless it is said. */
    returned(kind: ReturnKind, day: number, more: Partial<KnownReturn> = {}) {
      nowMs = BEGIN_MS + day * DAY_MS;
      number += 1;
      return returns.take({
        id: `${subscriber.id}-${number}`,
        addressHash: subscriber.addressHash,
        subscriberId: subscriber.id,
        editionOn: dayOf(Math.floor(day)),
        kind,
        status: '',
        detail: `number ${number}`,
        source: 'receiver',
        ...more,
      });
    },
    reason: async () => (await suppressions.find(subscriber.addressHash))?.reason,
    state: async () => (await subscriptions.find(subscriber.id))?.state,
  };
}

describeOnEveryDatabase('what comes back', (database) => {
  it('ends the letters to an address that does not exist at once', async () => {
    const { returned, reason, state } = await open(database());
    expect(await returned('no-such-address', 0)).toBe('suppressed');
    expect(await reason()).toBe('no-such-address');
    // The subscription itself is left as it is: the mailbox may come back.
    expect(await state()).toBe('confirmed');
  });

  it('ends them at the second letter within a week that is refused', async () => {
    const { returned, reason } = await open(database());
    expect(await returned('refused', 0)).toBe('noted');
    expect(await returned('refused', 8)).toBe('noted');
    expect(await reason()).toBeUndefined();
    expect(await returned('refused', 14.9)).toBe('suppressed');
    expect(await reason()).toBe('bounces');
  });

  it('does not end them for two reports of one letter', async () => {
    const { returned, reason, returns } = await open(database());
    await returned('refused', 0, { source: 'smtp' });
    expect(await returned('refused', 1, { editionOn: dayOf(0) })).toBe('noted');
    expect((await returns.counts(dayOf(0))).refused).toBe(1);
    expect(await reason()).toBeUndefined();
  });

  it('ends them when a mailbox has been full for a fortnight and five letters', async () => {
    const { returned, reason } = await open(database());
    for (const day of [0, 1, 2, 3, 4, 13.9])
      expect(await returned('mailbox-full', day)).toBe('noted');
    expect(await reason()).toBeUndefined();
    expect(await returned('for-now', 15)).toBe('suppressed');
    expect(await reason()).toBe('bounces');
  });

  it('does not end them for a bad day now and then', async () => {
    const { returned, reason } = await open(database());
    for (const day of [0, 10, 20, 30, 40, 50, 60]) await returned('for-now', day);
    expect(await reason()).toBeUndefined();
  });

  it('begins to count anew when the operator lets an address be written to again', async () => {
    const { returned, suppressions, subscriber } = await open(database());
    await returned('refused', 0);
    expect(await returned('refused', 1)).toBe('suppressed');
    await suppressions.release(subscriber.addressHash);
    expect(await returned('refused', 2)).toBe('noted');
    expect(await returned('refused', 3)).toBe('suppressed');
  });

  it('ends the subscription for ever when somebody complains', async () => {
    const { returned, reason, state, subscriptions, subscriber } = await open(database());
    expect(await returned('complaint', 0)).toBe('suppressed');
    expect(await reason()).toBe('complaint');
    expect(await state()).toBe('unsubscribed');
    expect((await subscriptions.find(subscriber.id))?.endedBy).toBe('complaint');
    await returned('no-such-address', 1);
    expect(await reason()).toBe('complaint');
  });

  it('ends the subscription when somebody leaves by mail, and no more than that', async () => {
    const { returned, reason, subscriptions, subscriber } = await open(database());
    expect(await returned('leave', 0, { editionOn: undefined })).toBe('unsubscribed');
    expect((await subscriptions.find(subscriber.id))?.endedBy).toBe('mail');
    expect(await reason()).toBeUndefined();
  });

  it('ends nobody’s letters where we are refused, and tells the operator', async () => {
    const { returned, alarms, reason, returns } = await open(database());
    for (let more = 0; more < 12; more += 1) {
      await returned('policy', 0, {
        addressHash: `hash-${more}`,
        subscriberId: undefined,
        status: '5.7.1',
      });
    }
    expect(await reason()).toBeUndefined();
    expect(alarms.map(({ letters }) => letters)).toEqual([1, 10]);
    expect(alarms[0]).toMatchObject({ editionOn: dayOf(0), status: '5.7.1', detail: 'number 1' });
    expect((await returns.counts(dayOf(0))).policy).toBe(12);
  });

  it('counts once, however often it is reported', async () => {
    const { returned, returns } = await open(database());
    const again = { id: 'the same' };
    const answers = await Promise.all(
      Array.from({ length: 20 }, () => returned('refused', 0, again)),
    );
    expect(answers.toSorted()).toEqual([...Array(19).fill('known'), 'noted']);
    expect((await returns.counts(dayOf(0))).refused).toBe(1);
    expect(await returns.latest(10)).toHaveLength(1);
  });

  it('is two refusals when two arrive at once', async () => {
    const { returned, reason } = await open(database());
    await Promise.all([
      returned('refused', 2, { editionOn: dayOf(1) }),
      returned('refused', 2, { editionOn: dayOf(2) }),
    ]);
    expect(await reason()).toBe('bounces');
  });

  it('is not kept without end, when somebody reports one letter again and again', async () => {
    const { returned, returns, reason } = await open(database());
    for (let times = 0; times < 30; times += 1) await returned('unknown', 0);
    expect(await returns.latest(100)).toHaveLength(20);
    expect(await returned('complaint', 0)).toBe('suppressed');
    expect(await reason()).toBe('complaint');
  });

  it('is listed, the latest first, and forgotten when it is old', async () => {
    const { returned, returns, subscriber } = await open(database());
    await returned('refused', 0, { status: '5.2.1' });
    await returned('for-now', 3, { editionOn: undefined, subscriberId: undefined });
    const listed = await returns.latest(10);
    expect(listed.map(({ kind }) => kind)).toEqual(['for-now', 'refused']);
    expect(listed[1]).toEqual({
      id: `${subscriber.id}-1`,
      addressHash: subscriber.addressHash,
      subscriberId: subscriber.id,
      editionOn: dayOf(0),
      kind: 'refused',
      status: '5.2.1',
      detail: 'number 1',
      source: 'receiver',
      receivedAtMs: BEGIN_MS,
    });
    expect(await returns.latest(1)).toHaveLength(1);
    expect(await returns.removeBefore(BEGIN_MS + DAY_MS)).toBe(1);
    expect(await returns.latest(10)).toHaveLength(1);
  });

  it('has the counts and the effects of the plainest reckoning', async () => {
    const someReturns = fc.array(
      fc.record({
        kind: fc.oneof(
          {
            weight: 6,
            arbitrary: fc.constantFrom<ReturnKind[]>('refused', 'for-now', 'mailbox-full'),
          },
          { weight: 1, arbitrary: fc.constantFrom<ReturnKind[]>('policy', 'unknown', 'delayed') },
        ),
        waitHours: fc.nat(90),
        ofDaysBefore: fc.nat(2),
      }),
      { maxLength: 25 },
    );
    let run = 0;
    await fc.assert(
      fc.asyncProperty(someReturns, async (given) => {
        run += 1;
        const { returned, returns, reason, suppressions, subscriber } = await open(
          database(),
          `reader-${run}@reader.example`,
        );
        // A day of its own for each run, so that editions are not counted together.
        let day = 1_000 * run;
        const seen: { kind: ReturnKind; edition: number; day: number }[] = [];
        for (const { kind, waitHours, ofDaysBefore } of given) {
          day += waitHours / 24;
          const edition = Math.floor(day) - ofDaysBefore;
          seen.push({ kind, edition, day });
          const effect = await returned(kind, day, { editionOn: dayOf(edition) });
          const isOver = plainVerdict(seen);
          expect(effect).toBe(isOver ? 'suppressed' : 'noted');
          expect(await reason()).toBe(isOver ? 'bounces' : undefined);
          if (!isOver) continue;
          await suppressions.release(subscriber.addressHash);
          for (const one of seen) one.kind = 'delivered';
        }
        for (const { edition } of seen) {
          const counts = await returns.counts(dayOf(edition));
          for (const kind of RETURN_KINDS) expect(counts[kind]).toBeLessThanOrEqual(1);
        }
      }),
      { numRuns: 12 },
    );
  });
});

/** What has led to a suppression is renamed by the caller. */
function plainVerdict(
  seen: readonly { kind: ReturnKind; edition: number; day: number }[],
): boolean {
  const last = seen.at(-1);
  if (!last) return false;
  const isSoft = (kind: ReturnKind) => kind === 'for-now' || kind === 'mailbox-full';
  if (last.kind === 'refused') {
    const week = seen.filter(({ kind, day }) => kind === 'refused' && last.day - day <= 7);
    return new Set(week.map(({ edition }) => edition)).size >= 2;
  }
  if (!isSoft(last.kind)) return false;
  const weeks = seen.filter(({ kind, day }) => isSoft(kind) && last.day - day <= 35);
  const longest = last.day - Math.min(...weeks.map(({ day }) => day));
  return new Set(weeks.map(({ edition }) => edition)).size >= 5 && longest >= 14;
}
