/** What people follow and what they do not want to see, over every database. */

import { expect, it } from 'vitest';
import { createDismissalStore } from '../../src/community/dismissal-store.js';
import { createFollowStore } from '../../src/community/follow-store.js';
import { MOST_FOLLOWS, toFollow } from '../../src/community/follows.js';
import type { PaperId } from '../../src/papers/identifiers.js';
import { createPaperStore } from '../../src/papers/paper-store.js';
import { addAccount } from '../support/accounts.js';
import { NOON, record } from '../support/catalogue.js';
import { describeOnEveryDatabase } from '../support/databases.js';

const ONE = '2303.00001' as PaperId;
const TWO = '2303.00002' as PaperId;
const NOWHERE = '2303.09999' as PaperId;

describeOnEveryDatabase('follows', (database) => {
  it('are kept once, the latest first, and end when they are ended', async () => {
    let atMs = NOON.getTime();
    const follows = createFollowStore(database(), { now: () => new Date(atMs++) });
    const ana = await addAccount(database(), { name: 'ana' });
    const author = toFollow('author', 'Jane Doe');
    expect(await follows.follow(ana.id, author)).toEqual({ changed: true });
    expect(await follows.follow(ana.id, toFollow('author', 'JANE DOE'))).toEqual({
      changed: false,
    });
    await follows.follow(ana.id, toFollow('topic', 'Jane Doe'));
    expect(await follows.followsOf(ana.id)).toMatchObject([
      { kind: 'topic', value: 'jane doe' },
      { kind: 'author', label: 'Jane Doe' },
    ]);
    expect(await follows.isFollowed(ana.id, author)).toBe(true);
    expect(await follows.unfollow(ana.id, author)).toEqual({ changed: true });
    expect(await follows.unfollow(ana.id, author)).toEqual({ changed: false });
    expect(await follows.isFollowed(ana.id, author)).toBe(false);
  });

  it('are nobody else’s to read or to end', async () => {
    const follows = createFollowStore(database(), { now: () => NOON });
    const ana = await addAccount(database(), { name: 'ana' });
    const ben = await addAccount(database(), { name: 'ben' });
    const author = toFollow('author', 'Jane Doe');
    await follows.follow(ana.id, author);
    expect(await follows.followsOf(ben.id)).toEqual([]);
    expect(await follows.unfollow(ben.id, author)).toEqual({ changed: false });
    expect(await follows.followsOf(ana.id)).toHaveLength(1);
  });

  it('are at most two hundred, when all come at once', async () => {
    const follows = createFollowStore(database(), { now: () => NOON });
    const ana = await addAccount(database(), { name: 'ana' });
    const acts = await Promise.allSettled(
      Array.from({ length: MOST_FOLLOWS + 10 }, (_, at) =>
        follows.follow(ana.id, toFollow('topic', `topic ${at}`)),
      ),
    );
    const refused = acts.filter(({ status }) => status === 'rejected') as PromiseRejectedResult[];
    expect(refused).toHaveLength(10);
    expect(refused[0]?.reason).toMatchObject({ code: 'conflict' });
    expect(await follows.followsOf(ana.id)).toHaveLength(MOST_FOLLOWS);
  });
});

describeOnEveryDatabase('dismissals', (database) => {
  it('are kept once, found in bulk, listed and taken back', async () => {
    let atMs = NOON.getTime();
    const now = () => new Date(atMs++);
    const papers = createPaperStore(database(), { now, timeZone: 'UTC' });
    await papers.add([
      record({ title: 'One', names: [ONE] }),
      record({ title: 'Two', names: [TWO] }),
    ]);
    const dismissals = createDismissalStore(database(), { now });
    const ana = await addAccount(database(), { name: 'ana' });
    const ben = await addAccount(database(), { name: 'ben' });
    expect(await dismissals.dismiss(ana.id, ONE)).toEqual({ changed: true });
    expect(await dismissals.dismiss(ana.id, ONE)).toEqual({ changed: false });
    const betweenMs = atMs;
    await dismissals.dismiss(ana.id, TWO);

    expect(await dismissals.dismissedAmong(ana.id, [ONE, NOWHERE])).toEqual(new Set([ONE]));
    expect(await dismissals.dismissedAmong(ben.id, [ONE])).toEqual(new Set());
    expect(await dismissals.dismissedAmong(ana.id, [])).toEqual(new Set());
    expect(await dismissals.dismissedBy(ana.id, { offset: 0, limit: 1 })).toEqual({
      ids: [TWO],
      total: 2,
    });
    expect(await dismissals.dismissedSince(ana.id, betweenMs, 9)).toEqual(new Set([TWO]));

    expect(await dismissals.undo(ben.id, ONE)).toEqual({ changed: false });
    expect(await dismissals.undo(ana.id, ONE)).toEqual({ changed: true });
    expect(await dismissals.dismissedAmong(ana.id, [ONE, TWO])).toEqual(new Set([TWO]));
  });

  it('of a paper that is not there are refused', async () => {
    const dismissals = createDismissalStore(database(), { now: () => NOON });
    const ana = await addAccount(database(), { name: 'ana' });
    const refused = dismissals.dismiss(ana.id, NOWHERE);
    await expect(refused).rejects.toMatchObject({ code: 'not_found' });
  });
});
