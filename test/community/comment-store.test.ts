/** Comments with the evidence they are, on every database. */

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Account } from '../../src/accounts/account.js';
import type { Comment, CommentId } from '../../src/community/comment.js';
import { type CommentStore, createCommentStore } from '../../src/community/comment-store.js';
import type { CommentDraft } from '../../src/community/comment-writer-store.js';
import {
  createNotificationStore,
  type NotificationStore,
} from '../../src/community/notification-store.js';
import type { Database } from '../../src/database/database.js';
import type { PaperId } from '../../src/papers/identifiers.js';
import { createPaperStore } from '../../src/papers/paper-store.js';
import { createTrendingStore, type TrendingStore } from '../../src/trending/trending-store.js';
import { addAccount } from '../support/accounts.js';
import { NOON, record } from '../support/catalogue.js';
import { describeOnEveryDatabase } from '../support/databases.js';

const PAPER = '2303.01234' as PaperId;
const OTHER = '2303.05678' as PaperId;
const NOBODY = '00000000-0000-4000-8000-000000000000' as CommentId;
const MINUTE_MS = 60_000;

type Site = {
  readonly store: CommentStore;
  readonly trending: TrendingStore;
  readonly notifications: NotificationStore;
  readonly clock: { ms: number };
  readonly account: (name: string, given?: Partial<Account>) => Promise<Account>;
  readonly write: (
    account: Account,
    text: string,
    given?: Partial<CommentDraft>,
  ) => Promise<Comment>;
  /** What is evidence for a paper, and how many comments it has. */
  readonly standing: (
    id?: PaperId,
  ) => Promise<{ readonly people: readonly string[]; readonly comments: number }>;
  /** Runs what is a part of something greater. */
  readonly within: <Result>(
    act: (transaction: Parameters<CommentStore['setStatus']>[0]) => Promise<Result>,
  ) => Promise<Result>;
};

async function openSite(database: Database): Promise<Site> {
  const { connection } = database;
  const clock = { ms: NOON.getTime() };
  const now = () => new Date(clock.ms);
  const trending = createTrendingStore(database, { now });
  const store = createCommentStore(database, { now, evidence: trending });
  await createPaperStore(database, { now, timeZone: 'UTC' }).add([
    record({ title: 'Norms', names: [PAPER] }),
    record({ title: 'Cones', names: [OTHER] }),
  ]);
  const tables = connection.$extendTables<{
    evidence: { paper_id: string; kind: string; actor: string; weight: number };
    standings: { paper_id: string; comments: number };
  }>();
  return {
    store,
    trending,
    notifications: createNotificationStore(database, { now }),
    clock,
    account: (name, given) => addAccount(database, { name, ...given }),
    write: (account, text, given) =>
      store.write({
        ...{ account, paperId: PAPER, text, status: 'shown', reason: '' },
        ...given,
      } as CommentDraft),
    async standing(id = PAPER) {
      const rows = await tables
        .selectFrom('evidence')
        .select('actor')
        .where('paper_id', '=', id)
        .where('kind', '=', 'comment')
        .orderBy('actor')
        .execute();
      const standings = await trending.standings([id]);
      return {
        people: rows.map(({ actor }) => actor),
        comments: standings.get(id)?.comments ?? 0,
      };
    },
    within: (act) => connection.transaction().execute(act),
  };
}

/** The discussion as short words, as somebody sees it. */
async function read(site: Site, viewer?: Account): Promise<string[]> {
  const { entries } = await site.store.discussionOf(PAPER, viewer);
  return entries.map(
    ({ depth, appearance, text, author }) =>
      `${'. '.repeat(depth)}${appearance === 'whole' ? `${author?.name ?? 'gone'}: ${text}` : appearance}`,
  );
}

describeOnEveryDatabase('comments', (database) => {
  const open = () => openSite(database());

  it('are read as they were written, in threads', async () => {
    const site = await open();
    const [ana, bob] = [await site.account('ana'), await site.account('bob')];
    const first = await site.write(ana, 'First');
    const answer = await site.write(bob, 'An answer', { parentId: first.id });
    await site.write(bob, 'Another thread');
    await site.write(ana, 'Again', { parentId: answer.id });
    expect(await read(site)).toEqual([
      'bob: Another thread',
      'ana: First',
      '. bob: An answer',
      '. . ana: Again',
    ]);
    const { entries, count, page, pages } = await site.store.discussionOf(PAPER, undefined);
    expect({ count, page, pages }).toEqual({ count: 4, page: 1, pages: 1 });
    expect(entries.at(-1)?.answered?.name).toBe('bob');
    expect(await site.store.countsOf([PAPER, OTHER])).toEqual(new Map([[PAPER, 4]]));
    expect((await site.store.recentBy(ana.id, { offset: 0, limit: 1 })).comments).toMatchObject([
      { text: 'Again' },
    ]);
    expect((await site.store.recentBy(ana.id, { offset: 0, limit: 1 })).total).toBe(2);
  });

  it('are evidence once for each person, and counted all', async () => {
    const site = await open();
    const [ana, bob] = [await site.account('ana'), await site.account('bob')];
    const one = await site.write(ana, 'One');
    const two = await site.write(ana, 'Two');
    await site.write(bob, 'Three');
    expect(await site.standing()).toEqual({ people: [ana.id, bob.id].sort(), comments: 3 });
    await site.store.remove(ana, one.id);
    expect(await site.standing()).toEqual({ people: [ana.id, bob.id].sort(), comments: 2 });
    await site.store.remove(ana, two.id);
    expect(await site.standing()).toEqual({ people: [bob.id], comments: 1 });
  });

  it('that wait are no evidence until they are shown', async () => {
    const site = await open();
    const [ana, mo] = [await site.account('ana'), await site.account('mo', { role: 'moderator' })];
    const held = await site.write(ana, 'See here', { status: 'held', reason: 'Links.' });
    expect(await site.standing()).toEqual({ people: [], comments: 0 });
    expect(await read(site)).toEqual([]);
    expect(await read(site, ana)).toEqual(['ana: See here']);
    expect(await read(site, mo)).toEqual(['ana: See here']);
    await site.within((transaction) => site.store.setStatus(transaction, held.id, 'shown', ''));
    expect(await site.standing()).toEqual({ people: [ana.id], comments: 1 });
    expect(await read(site)).toEqual(['ana: See here']);
    await site.within((transaction) => site.store.setStatus(transaction, held.id, 'hidden', 'x'));
    expect(await site.standing()).toEqual({ people: [], comments: 0 });
    expect(await read(site)).toEqual(['hidden']);
  });

  it('keep their place when they are deleted and somebody has answered', async () => {
    const site = await open();
    const [ana, bob] = [await site.account('ana'), await site.account('bob')];
    const first = await site.write(ana, 'First');
    const answer = await site.write(bob, 'Answer', { parentId: first.id });
    await site.store.remove(ana, first.id);
    await site.store.remove(ana, first.id);
    expect(await read(site)).toEqual(['deleted', '. bob: Answer']);
    expect((await site.store.byId(first.id))?.text).toBe('');
    await site.store.remove(bob, answer.id);
    expect(await read(site)).toEqual([]);
    expect(await site.store.byId(first.id)).toBeUndefined();
  });

  it('sent twice are one', async () => {
    const site = await open();
    const ana = await site.account('ana');
    const sent = await Promise.all(
      Array.from({ length: 10 }, () => site.write(ana, 'The same words')),
    );
    expect(new Set(sent.map(({ id }) => id)).size).toBe(1);
    site.clock.ms += 2 * MINUTE_MS;
    const later = await site.write(ana, 'The same words');
    expect(later.id).not.toBe(sent[0]?.id);
  });

  it('of many people at once are all counted', async () => {
    const site = await open();
    const people = await Promise.all(
      Array.from({ length: 20 }, (_, at) => site.account(`reader-${at}`)),
    );
    await Promise.all(people.map((account, at) => site.write(account, `Words ${at}`)));
    expect(await site.standing()).toEqual({
      people: people.map(({ id }) => id).sort(),
      comments: 20,
    });
    const { entries } = await site.store.discussionOf(PAPER, undefined);
    expect(new Set(entries.map(({ writtenAtMs }) => writtenAtMs)).size).toBe(20);
  });

  it('cannot be written faster than a person writes', async () => {
    const site = await open();
    const young = await site.account('young', { createdAtMs: site.clock.ms - MINUTE_MS });
    const all = await Promise.allSettled(
      Array.from({ length: 8 }, (_, at) => site.write(young, `Words ${at}`)),
    );
    expect(all.filter(({ status }) => status === 'fulfilled')).toHaveLength(5);
    site.clock.ms += 61 * MINUTE_MS;
    await site.write(young, 'Rested');
    const old = await site.account('old');
    for (let at = 0; at < 30; at += 1) await site.write(old, `Words ${at}`);
    await expect(site.write(old, 'More')).rejects.toMatchObject({
      code: 'too_many',
      retryAfterSeconds: expect.any(Number),
    });
  });

  describe('what cannot be', () => {
    it('is a comment on a paper that is not here', async () => {
      const site = await open();
      const ana = await site.account('ana');
      const nowhere = site.write(ana, 'Hello', { paperId: '2303.99999' as PaperId });
      await expect(nowhere).rejects.toMatchObject({ code: 'not_found' });
    });

    it('is an answer to a comment on another paper, or to none', async () => {
      const site = await open();
      const ana = await site.account('ana');
      const elsewhere = await site.write(ana, 'There', { paperId: OTHER });
      for (const parentId of [elsewhere.id, NOBODY]) {
        await expect(site.write(ana, 'Here', { parentId })).rejects.toMatchObject({
          code: 'not_found',
        });
      }
    });

    it('is an answer to what is hidden, deleted or waits', async () => {
      const site = await open();
      const [ana, bob] = [await site.account('ana'), await site.account('bob')];
      const one = await site.write(ana, 'One');
      await site.write(bob, 'Before', { parentId: one.id });
      await site.store.remove(ana, one.id);
      const two = await site.write(ana, 'Two');
      await site.within((transaction) => site.store.setStatus(transaction, two.id, 'hidden', ''));
      const three = await site.write(ana, 'Three', { status: 'held', reason: 'Links.' });
      const answer = (parentId: CommentId) => site.write(bob, 'Answer', { parentId });
      await expect(answer(one.id)).rejects.toMatchObject({ code: 'conflict' });
      await expect(answer(two.id)).rejects.toMatchObject({ code: 'conflict' });
      await expect(answer(three.id)).rejects.toMatchObject({ code: 'not_found' });
    });

    it('is a word in a discussion that is closed, but for moderators', async () => {
      const site = await open();
      const [ana, mo] = [
        await site.account('ana'),
        await site.account('mo', { role: 'moderator' }),
      ];
      const before = await site.write(ana, 'Before');
      await database()
        .connection.$extendTables<{
          locked_discussions: { paper_id: string; locked_at_ms: number; reason: string };
        }>()
        .insertInto('locked_discussions')
        .values({ paper_id: PAPER, locked_at_ms: site.clock.ms, reason: 'Heat.' })
        .execute();
      await expect(site.write(ana, 'After')).rejects.toMatchObject({
        code: 'forbidden',
        fix: 'Heat.',
      });
      const change = {
        account: ana,
        id: before.id,
        text: 'x',
        status: 'shown',
        reason: '',
      } as const;
      await expect(site.store.edit(change)).rejects.toMatchObject({ code: 'forbidden' });
      await site.write(mo, 'An end');
      await site.store.remove(ana, before.id);
      const { lock } = await site.store.discussionOf(PAPER, undefined);
      expect(lock).toEqual({ reason: 'Heat.' });
    });

    it('is a change to what somebody else wrote', async () => {
      const site = await open();
      const [ana, bob] = [await site.account('ana'), await site.account('bob')];
      const shown = await site.write(ana, 'Mine');
      const held = await site.write(ana, 'Waits', { status: 'held', reason: 'Links.' });
      const edit = (id: CommentId) =>
        site.store.edit({ account: bob, id, text: 'Not yours', status: 'shown', reason: '' });
      await expect(edit(shown.id)).rejects.toMatchObject({ code: 'forbidden' });
      await expect(edit(held.id)).rejects.toMatchObject({ code: 'not_found' });
      await expect(edit(NOBODY)).rejects.toMatchObject({ code: 'not_found' });
      await expect(site.store.remove(bob, shown.id)).rejects.toMatchObject({ code: 'forbidden' });
      await expect(site.store.remove(bob, held.id)).rejects.toMatchObject({ code: 'not_found' });
      expect((await site.store.byId(shown.id))?.text).toBe('Mine');
    });
  });

  it('are edited by whoever wrote them, and judged again', async () => {
    const site = await open();
    const ana = await site.account('ana');
    const comment = await site.write(ana, 'Befour');
    site.clock.ms += MINUTE_MS;
    const edit = (text: string, status: 'shown' | 'held') =>
      site.store.edit(
        status === 'shown'
          ? { account: ana, id: comment.id, text, status, reason: '' }
          : { account: ana, id: comment.id, text, status, reason: 'Links.' },
      );
    expect(await edit('Befour', 'held')).toMatchObject({ status: 'shown', editedAtMs: undefined });
    expect(await edit('Before', 'shown')).toMatchObject({
      text: 'Before',
      editedAtMs: site.clock.ms,
      writtenAtMs: comment.writtenAtMs,
    });
    expect(await edit('A link', 'held')).toMatchObject({ status: 'held', statusReason: 'Links.' });
    expect(await site.standing()).toEqual({ people: [], comments: 0 });
    expect(await edit('No link', 'shown')).toMatchObject({ status: 'held', text: 'No link' });
  });

  it('leave nothing of an account that is deleted but places', async () => {
    const site = await open();
    const [ana, bob] = [await site.account('ana'), await site.account('bob')];
    const first = await site.write(ana, 'First');
    await site.write(ana, 'Alone');
    await site.write(bob, 'Answer to @ana', { parentId: first.id });
    await site.write(ana, 'Elsewhere', { paperId: OTHER });
    await site.within((transaction) => site.store.anonymise(transaction, ana.id));
    expect(await read(site)).toEqual(['deleted', '. bob: Answer to @ana']);
    expect(await site.store.byId(first.id)).toMatchObject({ text: '', accountId: undefined });
    expect(await site.standing()).toEqual({ people: [bob.id], comments: 1 });
    expect(await site.standing(OTHER)).toEqual({ people: [], comments: 0 });
  });

  it('of one account can be hidden all at once', async () => {
    const site = await open();
    const ana = await site.account('ana');
    const kept = await site.write(ana, 'One');
    await site.write(ana, 'Two', { paperId: OTHER });
    await site.write(ana, 'Three', { status: 'held', reason: 'Links.' });
    const count = await site.within((transaction) =>
      site.store.hideAllBy(transaction, ana.id, 'Spam.'),
    );
    expect(count).toBe(3);
    expect(await site.store.byId(kept.id)).toMatchObject({
      status: 'hidden',
      statusReason: 'Spam.',
    });
    expect(await site.standing()).toEqual({ people: [], comments: 0 });
  });

  it('stay true to their evidence, whatever is done in whatever order', async () => {
    // Each run has people of its own, on the same paper.
    let run = 0;
    const acts = fc.array(
      fc.record({
        act: fc.constantFrom('write', 'answer', 'hold', 'edit', 'remove', 'show', 'hide', 'delete'),
        who: fc.nat(2),
        which: fc.nat(9),
      }),
      { minLength: 1, maxLength: 25 },
    );
    await fc.assert(
      fc.asyncProperty(acts, async (steps) => {
        const site = await open();
        run += 1;
        const people = await Promise.all([0, 1, 2].map((at) => site.account(`p${at}-${run}`)));
        const written: Comment[] = [];
        for (const [at, { act, who, which }] of steps.entries()) {
          const account = people[who] as Account;
          const target = written[which % Math.max(1, written.length)];
          site.clock.ms += MINUTE_MS;
          try {
            if (act === 'write') written.push(await site.write(account, `Words ${at}`));
            else if (act === 'hold') {
              written.push(
                await site.write(account, `Words ${at}`, { status: 'held', reason: 'x' }),
              );
            } else if (!target) continue;
            else if (act === 'answer') {
              written.push(await site.write(account, `Words ${at}`, { parentId: target.id }));
            } else if (act === 'edit') {
              const text = `Other words ${at}`;
              await site.store.edit({ account, id: target.id, text, status: 'shown', reason: '' });
            } else if (act === 'remove') await site.store.remove(account, target.id);
            else {
              const status = { show: 'shown', hide: 'hidden', delete: 'deleted' }[act] ?? 'held';
              await site.within((transaction) =>
                site.store.setStatus(transaction, target.id, status as 'shown', ''),
              );
            }
          } catch (error) {
            expect(error).toHaveProperty('code');
            expect(['not_found', 'forbidden', 'conflict']).toContain(
              (error as { code: string }).code,
            );
          }
        }
        const known = await Promise.all(written.map(({ id }) => site.store.byId(id)));
        const shown = known.filter((comment) => comment?.status === 'shown');
        expect(await site.standing()).toEqual({
          people: [...new Set(shown.map((comment) => comment?.accountId))].sort(),
          comments: shown.length,
        });
        for (const { id } of written) {
          const comment = await site.store.byId(id);
          if (comment && comment.status !== 'deleted') {
            await site.within((transaction) =>
              site.store.setStatus(transaction, id, 'deleted', ''),
            );
          }
        }
        expect((await site.store.discussionOf(PAPER, undefined)).entries).toEqual([]);
      }),
      { numRuns: 8 },
    );
  });
});
