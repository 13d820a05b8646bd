import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import {
  FRESH_PACE,
  LONGEST_WAIT_MS,
  type Pace,
  RECOVERY_MS,
  rateOf,
  recovered,
  remainingWaitMs,
  slowedDown,
  waitForToken,
  withoutToken,
} from '../../src/digest/delivery/pace.js';
import { createPaceStore } from '../../src/digest/delivery/pace-store.js';
import { NOON } from '../support/catalogue.js';
import { describeOnEveryDatabase } from '../support/databases.js';

const NOON_MS = NOON.getTime();
const SECOND_MS = 1_000;
const MINUTE_MS = 60 * SECOND_MS;

describe('The pace of mail', () => {
  it('never lets many more go in a minute than is allowed, however they ask', () => {
    const rates = fc.integer({ min: 1, max: 5_000 });
    const gaps = fc.array(fc.integer({ min: 0, max: 20_000 }), { maxLength: 200 });
    fc.assert(
      fc.property(rates, gaps, (rate, gapsMs) => {
        let pace: Pace = FRESH_PACE;
        let atMs = NOON_MS;
        // As many letters as may go, each time somebody looks; the plainest count of them.
        const went: number[] = [];
        for (const gapMs of gapsMs) {
          atMs += gapMs;
          for (let tries = 0; tries < 100 && waitForToken(pace, rate, atMs) === 0; tries += 1) {
            pace = withoutToken(pace, rate, atMs);
            went.push(atMs);
          }
        }
        for (const sinceMs of went) {
          const inMinute = went.filter((ms) => ms >= sinceMs && ms < sinceMs + MINUTE_MS);
          expect(inMinute.length).toBeLessThanOrEqual(rate + Math.max(1, rate / 60) + 1);
        }
      }),
      { numRuns: 50 },
    );
  });

  it('lets the next go when it said it would', () => {
    const pace = withoutToken(FRESH_PACE, 30, NOON_MS);
    expect(waitForToken(pace, 30, NOON_MS)).toBe(2 * SECOND_MS);
    expect(waitForToken(pace, 30, NOON_MS + 2 * SECOND_MS)).toBe(0);
    // A clock that was set back has not waited.
    expect(waitForToken(pace, 30, NOON_MS - MINUTE_MS)).toBe(2 * SECOND_MS);
  });

  it('halves at trouble, and waits longer each time, up to an hour', () => {
    let pace = FRESH_PACE;
    let atMs = NOON_MS;
    const waitsMs: number[] = [];
    for (let times = 0; times < 9; times += 1) {
      pace = slowedDown(pace, 400, atMs);
      waitsMs.push(pace.waitMs);
      atMs = pace.waitUntilMs;
    }
    expect(waitsMs.map((ms) => ms / SECOND_MS)).toEqual([
      30, 60, 120, 240, 480, 960, 1920, 3600, 3600,
    ]);
    expect(rateOf(pace, 400)).toBe(1);
  });

  it('counts what several connections meet at once as one trouble', () => {
    const pace = slowedDown(FRESH_PACE, undefined, NOON_MS);
    expect(pace).toMatchObject({ perMinute: 60, waitMs: 30 * SECOND_MS });
    expect(slowedDown(pace, undefined, NOON_MS + SECOND_MS)).toBe(pace);
    // Nor does a letter that was under way say anything of it.
    expect(recovered(pace, undefined, NOON_MS + SECOND_MS)).toBe(pace);
  });

  it('grows back within the hour when all goes well', () => {
    let pace = slowedDown(FRESH_PACE, undefined, NOON_MS);
    let atMs = pace.waitUntilMs;
    pace = recovered(pace, undefined, atMs);
    expect(pace).toMatchObject({ waitMs: 0, perMinute: 60 });
    const rates: (number | undefined)[] = [];
    for (let times = 0; times < 5; times += 1) {
      expect(recovered(pace, undefined, atMs + RECOVERY_MS - 1)).toBe(pace);
      atMs += RECOVERY_MS;
      pace = recovered(pace, undefined, atMs);
      rates.push(pace.perMinute);
    }
    expect(rates).toEqual([120, 240, 480, undefined, undefined]);
  });

  it('does not wait for hours when the clock was set back', () => {
    const pace = slowedDown(FRESH_PACE, undefined, NOON_MS);
    expect(remainingWaitMs(pace, NOON_MS - 2 * LONGEST_WAIT_MS)).toBe(0);
  });
});

describeOnEveryDatabase('The pace that all senders keep', (database) => {
  const open = (limits: { perMinute?: number; perMinutePerDomain?: number } = {}) => {
    let atMs = NOON_MS;
    const now = () => new Date(atMs);
    const store = () => createPaceStore(database(), { now, ...limits });
    return {
      store,
      pass: (ms: number) => {
        atMs += ms;
      },
    };
  };
  const rows = async () =>
    database()
      .connection.$extendTables<{ mail_pace: { scope: string } }>()
      .selectFrom('mail_pace')
      .select('scope')
      .orderBy('scope')
      .execute();

  test('leaves no trace where nothing is limited and all goes well', async () => {
    const pace = open().store();
    for (const domain of ['a.example', 'b.example', 'a.example']) {
      expect(await pace.take(domain)).toEqual({ waitMs: 0 });
      await pace.wentWell(domain);
    }
    expect(await rows()).toEqual([]);
    expect(await pace.waiting()).toEqual([]);
  });

  test('is one for all senders, over all domains and for each', async () => {
    const { store, pass } = open({ perMinute: 60, perMinutePerDomain: 12 });
    const [one, other] = [store(), store()];
    const both = await Promise.all([one.take('a.example'), other.take('a.example')]);
    expect(both.map(({ waitMs }) => waitMs).sort()).toEqual([0, 5 * SECOND_MS]);
    expect(await one.take('b.example')).toEqual({ waitMs: SECOND_MS, scope: '*' });
    pass(SECOND_MS);
    expect(await other.take('b.example')).toEqual({ waitMs: 0 });
    expect(await one.take('a.example')).toEqual({ waitMs: 4 * SECOND_MS, scope: 'a.example' });
  });

  test('takes nothing from the one bucket when the other is empty', async () => {
    const { store, pass } = open({ perMinute: 60, perMinutePerDomain: 12 });
    const pace = store();
    await pace.take('a.example');
    pass(SECOND_MS);
    await pace.take('a.example');
    expect(await pace.take('b.example')).toEqual({ waitMs: 0 });
  });

  test('slows down for a domain that asks for it, as the others learn within a second', async () => {
    const { store, pass } = open();
    const [one, other] = [store(), store()];
    await other.take('a.example');
    await one.slowDown('a.example');
    expect(await one.waiting()).toEqual(['a.example']);
    expect(await one.take('b.example')).toEqual({ waitMs: 0 });
    pass(SECOND_MS);
    expect(await other.take('a.example')).toEqual({ waitMs: 29 * SECOND_MS, scope: 'a.example' });
    pass(29 * SECOND_MS);
    expect(await other.waiting()).toEqual([]);
    expect(await other.take('a.example')).toEqual({ waitMs: 0 });
    expect(await other.take('a.example')).toEqual({ waitMs: SECOND_MS, scope: 'a.example' });
  });

  test('holds everybody while our own server asks for it', async () => {
    const { store, pass } = open();
    const pace = store();
    await pace.slowDown('*');
    expect(await pace.waiting()).toEqual(['*']);
    expect(await pace.take('a.example')).toEqual({ waitMs: 30 * SECOND_MS, scope: '*' });
    // Any letter that goes well shows that it is well again.
    for (let times = 0; times < 6; times += 1) {
      pass(RECOVERY_MS);
      await pace.wentWell('a.example');
    }
    expect(await rows()).toEqual([]);
    expect(await pace.take('a.example')).toEqual({ waitMs: 0 });
  });
});
