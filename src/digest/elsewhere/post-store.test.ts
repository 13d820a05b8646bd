import { expect, it } from 'vitest';
import { describeOnEveryDatabase } from '../../../test/support/databases.js';
import type { Day } from '../../papers/dates.js';
import { createPostStore } from './post-store.js';

const FRIDAY = { editionOn: '2026-11-20' as Day, target: 'group' };
const MONDAY = { editionOn: '2026-11-23' as Day, target: 'group' };
const LEASE = { leaseMs: 60_000, isRepeatable: false };

describeOnEveryDatabase('posts', (database) => {
  const clock = { nowMs: 1_000_000 };
  const store = () => createPostStore(database(), { now: () => new Date(clock.nowMs) });

  it('one of many who ask at once makes the post', async () => {
    const tries = await Promise.all(Array.from({ length: 20 }, () => store().begin(FRIDAY, LEASE)));
    expect(tries.filter((attempt) => attempt !== undefined)).toEqual([1]);
    expect(await store().find(FRIDAY)).toMatchObject({ state: 'posting', attempt: 1 });
  });

  it('what was posted, refused or is unknown is not made again', async () => {
    for (const state of ['posted', 'failed', 'ambiguous', 'skipped'] as const) {
      const key = { ...FRIDAY, target: state };
      expect(await store().begin(key, LEASE)).toBe(1);
      await store().end(key, 1, { state, detail: 'so' });
      expect(await store().begin(key, LEASE)).toBeUndefined();
    }
    const unknown = { ...FRIDAY, target: 'ambiguous' };
    expect(await store().begin(unknown, { ...LEASE, isRepeatable: true })).toBe(2);
    expect((await store().list(2)).map(({ target }) => target)).toEqual(['ambiguous', 'failed']);
  });

  it('what is put off is tried again at its time, once', async () => {
    await store().begin(FRIDAY, LEASE);
    const tryAtMs = clock.nowMs + 60_000;
    await store().end(FRIDAY, 1, { state: 'deferred', detail: 'busy', tryAtMs });
    expect(await store().begin(FRIDAY, LEASE)).toBeUndefined();
    clock.nowMs = tryAtMs;
    const tries = await Promise.all(Array.from({ length: 8 }, () => store().begin(FRIDAY, LEASE)));
    expect(tries.filter((attempt) => attempt !== undefined)).toEqual([2]);
    // Who tried first comes too late to say how it ended.
    await store().end(FRIDAY, 1, { state: 'posted', detail: '' });
    expect(await store().find(FRIDAY)).toMatchObject({ state: 'posting', attempt: 2 });
  });

  it('what somebody began who died is ambiguous, unless they come back and know better', async () => {
    await store().begin(FRIDAY, LEASE);
    expect(await store().expire()).toBe(0);
    clock.nowMs += 60_000;
    expect(await store().expire()).toBe(1);
    expect(await store().begin(FRIDAY, LEASE)).toBeUndefined();
    expect(await store().find(FRIDAY)).toMatchObject({ state: 'ambiguous' });
    await store().end(FRIDAY, 1, { state: 'posted', detail: '' });
    expect(await store().find(FRIDAY)).toMatchObject({ state: 'posted' });
  });

  it('an edition that waits is given up when the next one comes', async () => {
    await store().begin(FRIDAY, LEASE);
    await store().end(FRIDAY, 1, { state: 'deferred', detail: 'busy', tryAtMs: clock.nowMs });
    expect(await store().lastChangeMs('group', MONDAY.editionOn)).toBe(clock.nowMs);
    expect(await store().lastChangeMs('other', MONDAY.editionOn)).toBeUndefined();
    await store().begin(MONDAY, LEASE);
    await store().leaveBehind(MONDAY);
    expect(await store().find(FRIDAY)).toMatchObject({ state: 'skipped' });
    expect(await store().begin(FRIDAY, LEASE)).toBeUndefined();
    expect(await store().find(MONDAY)).toMatchObject({ state: 'posting' });
  });

  it('what is left out is not made, but what was made or is being made stays', async () => {
    await store().skip(FRIDAY, 'perhaps posted');
    expect(await store().find(FRIDAY)).toMatchObject({
      state: 'skipped',
      detail: 'perhaps posted',
    });
    expect(await store().begin(FRIDAY, { ...LEASE, isRepeatable: true })).toBeUndefined();
    await store().begin(MONDAY, LEASE);
    await store().skip(MONDAY, 'perhaps posted');
    expect(await store().find(MONDAY)).toMatchObject({ state: 'posting' });
    await store().end(MONDAY, 1, { state: 'deferred', detail: 'busy', tryAtMs: clock.nowMs });
    await store().skip(MONDAY, 'perhaps posted');
    expect(await store().find(MONDAY)).toMatchObject({ state: 'skipped' });
  });
});
