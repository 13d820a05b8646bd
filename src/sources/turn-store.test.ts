import { setTimeout as sleep } from 'node:timers/promises';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { describeOnEveryDatabase } from '../../test/support/databases.js';
import { createTurnStore, minuteOf, type TurnStore } from './turn-store.js';

const HOST = 'arxiv.org';

/** Longer than it takes to notice that a turn has become free, so that it is what is seen. */
const PAUSE_MS = 200;

/** Long enough that no test sees it end by itself. */
const LEASE_MS = 60_000;

describeOnEveryDatabase('turns at a polite host', (database) => {
  /** A process of its own, as far as the queue can tell. */
  const process = (): TurnStore =>
    createTurnStore(database(), {
      now: () => new Date(),
      sleep: (durationMs, signal) => sleep(durationMs, undefined, { signal }),
    });

  it('are taken one after the other, with a pause between, whoever asks', async () => {
    const times: { readonly from: number; readonly to: number }[] = [];
    const work = async (): Promise<void> => {
      const from = Date.now();
      await sleep(5);
      times.push({ from, to: Date.now() });
    };
    const [one, other] = [process(), process()];
    const options = { pauseMs: PAUSE_MS, leaseMs: LEASE_MS };
    await Promise.all([one, other, one].map((turns) => turns.takeTurn(HOST, options, work)));

    expect(times).toHaveLength(3);
    for (const [at, { from }] of times.entries()) {
      const before = times[at - 1];
      if (before) expect(from - before.to).toBeGreaterThanOrEqual(PAUSE_MS);
    }
  });

  it('give back what the work gives, and end when it throws', async () => {
    const turns = process();
    const options = { pauseMs: 0, leaseMs: LEASE_MS };
    expect(await turns.takeTurn(HOST, options, async () => 'news')).toBe('news');
    const broken = turns.takeTurn(HOST, options, () => Promise.reject(new Error('torn')));
    await expect(broken).rejects.toThrow('torn');
    expect(await turns.takeTurn(HOST, options, async () => 'again')).toBe('again');
  });

  it('do not wait for other hosts', async () => {
    const turns = process();
    const options = { pauseMs: 60_000, leaseMs: LEASE_MS };
    await turns.takeTurn(HOST, options, async () => {});
    expect(await turns.takeTurn('biorxiv.org', options, async () => 'free')).toBe('free');
  });

  it('pass on when their holder has died', async () => {
    const [dead, living] = [process(), process()];
    const diedAtMs = Date.now();
    void dead.takeTurn(HOST, { pauseMs: 0, leaseMs: 200 }, () => new Promise(() => {}));
    await sleep(20);
    await living.takeTurn(HOST, { pauseMs: 0, leaseMs: LEASE_MS }, async () => {});
    expect(Date.now() - diedAtMs).toBeGreaterThanOrEqual(200);
  });

  it('are put off by who has been told to wait, never to an earlier time', async () => {
    const [told, other] = [process(), process()];
    const later = Date.now() + 100;
    await told.postpone(HOST, later);
    await told.postpone(HOST, later - 50);
    expect(await other.freeAtMs(HOST)).toBe(later);
    await other.takeTurn(HOST, { pauseMs: 0, leaseMs: LEASE_MS }, async () => {});
    expect(Date.now()).toBeGreaterThanOrEqual(later);
  });

  it('are put off also while one is held', async () => {
    const turns = process();
    const later = Date.now() + 60_000;
    await turns.takeTurn(HOST, { pauseMs: 10, leaseMs: LEASE_MS }, () =>
      turns.postpone(HOST, later),
    );
    expect(await turns.freeAtMs(HOST)).toBe(later);
  });

  it('are refused at once, with the time, when the wait is too long', async () => {
    const turns = process();
    const later = Date.now() + 600_000;
    await turns.postpone(HOST, later);
    const options = { pauseMs: 0, leaseMs: LEASE_MS, longestWaitMs: 300_000 };
    await expect(turns.takeTurn(HOST, options, async () => {})).rejects.toMatchObject({
      code: 'source_failed',
      message: `arxiv.org has told us to wait and is not asked before ${minuteOf(later)}.`,
    });
  });

  it('are not waited for by who has been stopped', async () => {
    const turns = process();
    await turns.postpone(HOST, Date.now() + 60_000);
    const stopping = new AbortController();
    const waiting = turns.takeTurn(
      HOST,
      { pauseMs: 0, leaseMs: LEASE_MS, signal: stopping.signal },
      async () => {},
    );
    setTimeout(() => stopping.abort(), 20);
    const startedAtMs = Date.now();
    await expect(waiting).rejects.toThrow(/abort/i);
    expect(Date.now() - startedAtMs).toBeLessThan(5_000);
  });

  it('never overlap, for any pauses and durations', async () => {
    const durations = fc.array(fc.integer({ min: 0, max: 4 }), { minLength: 2, maxLength: 6 });
    await fc.assert(
      fc.asyncProperty(durations, async (durationsMs) => {
        let atWork = 0;
        await Promise.all(
          durationsMs.map((durationMs) =>
            process().takeTurn(HOST, { pauseMs: durationMs, leaseMs: LEASE_MS }, async () => {
              atWork += 1;
              expect(atWork).toBe(1);
              await sleep(durationMs);
              atWork -= 1;
            }),
          ),
        );
      }),
      { numRuns: 3 },
    );
  });
});

it('names the minute after which the host may be asked', () => {
  expect(minuteOf(Date.UTC(2026, 10, 20, 12, 9, 1))).toBe('2026-11-20 12:10 UTC');
  expect(minuteOf(Date.UTC(2026, 10, 20, 12, 10))).toBe('2026-11-20 12:10 UTC');
});
