/** What moderators see and do, over every database and with the stores that it is done to. */

import { sql } from 'kysely';
import { expect, it } from 'vitest';
import type { Account } from '../../src/accounts/account.js';
import { createAccountStore } from '../../src/accounts/account-store.js';
import { createSessionStore } from '../../src/accounts/session-store.js';
import { createCollectionStore } from '../../src/community/collection-store.js';
import { createCommentStore } from '../../src/community/comment-store.js';
import { parseBlocklistEntry } from '../../src/community/moderation/blocklist.js';
import { createModeration } from '../../src/community/moderation/moderation-store.js';
import { submissionId } from '../../src/community/moderation/report.js';
import { createVoteStore } from '../../src/community/vote-store.js';
import type { Database } from '../../src/database/database.js';
import type { PaperId } from '../../src/papers/identifiers.js';
import { createPaperStore } from '../../src/papers/paper-store.js';
import { createTrendingStore } from '../../src/trending/trending-store.js';
import { addAccount } from '../support/accounts.js';
import { NOON, record } from '../support/catalogue.js';
import { describeOnEveryDatabase } from '../support/databases.js';

const PAPERS = ['2303.00001', '2303.00002', '2303.00003', '2303.00004'] as PaperId[];
const [PAPER, OTHER] = PAPERS as [PaperId, PaperId, PaperId, PaperId];
const DAY = '2026-11-20';
const ALL = { offset: 0, limit: 100 };

async function open(database: Database) {
  let atMs = NOON.getTime();
  const now = () => new Date(atMs);
  const papers = createPaperStore(database, { now, timeZone: 'UTC' });
  await papers.add(PAPERS.map((id) => record({ title: `Paper ${id}`, names: [id] })));
  const evidence = createTrendingStore(database, { now });
  const comments = createCommentStore(database, { now, evidence });
  const collections = createCollectionStore(database, { now, evidence });
  const moderation = createModeration(database, { now, comments, collections, evidence });
  const [ana, bo, mia, max, ola] = await Promise.all([
    addAccount(database, { name: 'ana' }),
    addAccount(database, { name: 'bo' }),
    addAccount(database, { name: 'mia', role: 'moderator' }),
    addAccount(database, { name: 'max', role: 'moderator' }),
    addAccount(database, { name: 'ola', role: 'operator' }),
  ]);
  return {
    comments,
    collections,
    moderation,
    evidence,
    accounts: createAccountStore(database, { now }),
    votes: createVoteStore(database, { now, evidence }),
    ...{ ana, bo, mia, max, ola },
    wait: (ms: number) => {
      atMs += ms;
    },
    say: async (account: Account, text: string, status: 'shown' | 'held' = 'shown') =>
      (await comments.write({ account, paperId: PAPER, text, status, reason: '' })).id,
    statusOf: async (id: string) => (await rowsOf(database, 'comments', id))[0]?.status,
    acts: async () =>
      (await moderation.audit.page(ALL)).rows.map(({ action }) => action).toReversed(),
    told: async (account: Account) =>
      (
        await sql<{ text: string }>`
          select text from notifications where account_id = ${account.id}
        `.execute(database.connection)
      ).rows.map(({ text }) => text),
  };
}

async function rowsOf({ connection }: Database, table: string, id: string) {
  type Row = Readonly<Record<string, string | number | null>>;
  return (await sql<Row>`select * from ${sql.table(table)} where id = ${id}`.execute(connection))
    .rows;
}

async function submit({ connection }: Database, account: Account): Promise<string> {
  await sql`
    insert into picks (day, paper_id, kind, account_id, picked_at_ms, note)
    values (${DAY}, ${PAPER}, 'submitted', ${account.id}, 0, '')
  `.execute(connection);
  return submissionId(DAY, PAPER);
}

describeOnEveryDatabase('moderators', (database) => {
  it('see held comments with their author, and let them be shown', async () => {
    const { say, moderation, mia, bo, ana, statusOf, acts, told } = await open(database());
    await say(bo, 'A comment that is shown.');
    const id = await say(bo, 'Look at https://example.org', 'held');
    expect(await moderation.queue.counts()).toMatchObject({ heldComments: 1 });
    const [held] = await moderation.queue.heldComments(10);
    expect(held).toMatchObject({
      id,
      text: 'Look at https://example.org',
      title: `Paper ${PAPER}`,
      author: { name: 'bo', role: 'reader' },
      record: { shownComments: 1, hiddenComments: 0 },
    });
    await expect(moderation.decideComment(ana, id, 'shown', '')).rejects.toMatchObject({
      code: 'forbidden',
    });
    await moderation.decideComment(mia, id, 'shown', '');
    expect(await statusOf(id)).toBe('shown');
    expect(await moderation.queue.heldComments(10)).toEqual([]);
    expect(await acts()).toEqual(['comment-shown']);
    expect(await told(bo)).toEqual([]);
  });

  it('hide and delete what was reported, and whoever wrote it is told why', async () => {
    const { say, moderation, mia, ana, bo, comments, statusOf, told, acts } = await open(
      database(),
    );
    const id = await say(bo, 'Buy my book.');
    await comments.write({
      account: ana,
      paperId: PAPER,
      parentId: id,
      text: 'No.',
      status: 'shown',
      reason: '',
    });
    const target = { kind: 'comment', id } as const;
    const spam = { target, reason: 'spam', words: 'The third today.' } as const;
    expect(await moderation.reports.report(ana, spam)).toEqual({ isNew: true });
    expect(await moderation.reports.report(ana, { ...spam, reason: 'abuse' })).toEqual({
      isNew: false,
    });
    await moderation.reports.report(mia, { ...spam, words: '' });
    const [thing, ...others] = await moderation.queue.reportedThings(10);
    expect(others).toEqual([]);
    expect(thing).toMatchObject({ target: { text: 'Buy my book.', owner: { name: 'bo' } } });
    expect(thing?.reports.map(({ reporter, reason }) => [reporter, reason]).sort()).toEqual([
      ['ana', 'spam: The third today.'],
      ['mia', 'spam'],
    ]);
    await moderation.decideComment(mia, id, 'hidden', 'Advertisement.');
    expect(await statusOf(id)).toBe('hidden');
    expect(await moderation.queue.reportedThings(10)).toEqual([]);
    await moderation.decideComment(mia, id, 'deleted', '');
    expect((await rowsOf(database(), 'comments', id))[0]).toMatchObject({
      text: '',
      status: 'deleted',
    });
    await expect(moderation.decideComment(mia, id, 'shown', '')).rejects.toMatchObject({
      code: 'conflict',
    });
    const words = (await told(bo)).join(' ');
    expect(words).toContain('Advertisement.');
    expect(words).toContain('deleted');
    expect(await acts()).toEqual(['comment-hidden', 'comment-deleted']);
  });

  it('leave what was reported for nothing', async () => {
    const { say, moderation, mia, ana, bo, statusOf, acts } = await open(database());
    const target = { kind: 'comment', id: await say(bo, 'I disagree.') } as const;
    await moderation.reports.report(ana, { target, reason: 'abuse', words: '' });
    await moderation.dismissReports(mia, target);
    expect(await moderation.queue.counts()).toMatchObject({ reportedThings: 0 });
    expect(await statusOf(target.id)).toBe('shown');
    expect(await acts()).toEqual(['reports-dismissed']);
  });

  it('decide nothing about their own, or an equal’s', async () => {
    const { say, moderation, mia, max, ola, ana, bo, acts } = await open(database());
    const id = await say(mia, 'Mine.');
    const target = { kind: 'comment', id } as const;
    await moderation.reports.report(bo, { target, reason: 'abuse', words: '' });
    const forbidden = { code: 'forbidden' };
    await expect(moderation.decideComment(mia, id, 'shown', '')).rejects.toMatchObject({
      ...forbidden,
      message: 'Nobody decides about their own.',
    });
    await expect(moderation.decideComment(max, id, 'hidden', '')).rejects.toMatchObject(forbidden);
    await expect(moderation.dismissReports(mia, target)).rejects.toMatchObject(forbidden);
    const ban = { reason: 'no', hidesComments: false };
    for (const [moderator, whom] of [
      [mia, mia],
      [mia, max],
      [mia, ola],
      [ola, ola],
      [bo, ana],
    ] as const) {
      await expect(moderation.ban(moderator, whom.id, ban)).rejects.toMatchObject(forbidden);
      await expect(moderation.trust(moderator, whom.id)).rejects.toMatchObject(forbidden);
      await expect(moderation.setRole(moderator, whom.id, 'curator')).rejects.toMatchObject(
        forbidden,
      );
    }
    await expect(moderation.setRole(mia, bo.id, 'curator')).rejects.toMatchObject(forbidden);
    expect(await acts()).toEqual([]);
    await moderation.decideComment(ola, id, 'hidden', '');
  });

  it('ban an account, which then has no way in', async () => {
    const { say, moderation, mia, bo, accounts, statusOf, acts } = await open(database());
    const sessions = createSessionStore(database(), { now: () => NOON });
    const { token } = await sessions.open(bo.id, { userAgent: '', method: 'link' });
    const shown = await say(bo, 'Shown.');
    const held = await say(bo, 'Held.', 'held');
    await moderation.ban(mia, bo.id, { reason: 'Spam.', hidesComments: false });
    expect(await sessions.find(token)).toBeUndefined();
    expect(await accounts.find(bo.id)).toMatchObject({ banReason: 'Spam.' });
    expect(await statusOf(shown)).toBe('shown');
    expect(await statusOf(held)).toBe('held');
    expect(await moderation.queue.counts()).toMatchObject({ heldComments: 0 });

    await moderation.unban(mia, bo.id, 'A mistake.');
    expect((await accounts.find(bo.id))?.bannedAtMs).toBeUndefined();
    await expect(moderation.unban(mia, bo.id, '')).rejects.toMatchObject({ code: 'conflict' });
    const { hiddenComments } = await moderation.ban(mia, bo.id, {
      reason: '',
      hidesComments: true,
    });
    expect(hiddenComments).toBe(2);
    expect(await statusOf(shown)).toBe('hidden');
    expect(await acts()).toEqual(['account-banned', 'account-unbanned', 'account-banned']);
  });

  it('trust an account; operators give roles', async () => {
    const { moderation, mia, ola, bo, accounts, acts } = await open(database());
    await moderation.trust(mia, bo.id);
    expect((await accounts.find(bo.id))?.trustedAtMs).toBe(NOON.getTime());
    await moderation.setRole(ola, bo.id, 'curator');
    expect((await accounts.find(bo.id))?.role).toBe('curator');
    await addAccount(database(), { name: 'oz', role: 'operator' });
    await moderation.setRole('command-line', ola.id, 'reader');
    expect(await acts()).toEqual(['account-trusted', 'role-changed', 'role-changed']);
    await moderation.ban(mia, bo.id, { reason: '', hidesComments: false });
    const { rows } = await moderation.audit.page({ offset: 1, limit: 1 });
    expect(JSON.parse(rows[0]?.details ?? '')).toMatchObject({ before: 'operator' });
  });

  it('leave the instance an operator, whoever asks, and however many at once', async () => {
    const { moderation, ola, accounts, acts } = await open(database());
    const ban = { reason: 'x', hidesComments: false };
    const only = { code: 'conflict', message: 'This is the only operator of the instance.' };
    for (const refused of [
      () => moderation.ban('command-line', ola.id, ban),
      () => moderation.setRole('command-line', ola.id, 'moderator'),
    ]) {
      await expect(refused()).rejects.toMatchObject(only);
    }
    expect(await acts()).toEqual([]);

    const others = await Promise.all(
      ['oa', 'ob', 'oc'].map((name) => addAccount(database(), { name, role: 'operator' })),
    );
    const outcomes = await Promise.allSettled(
      [ola, ...others].map(({ id }, at) =>
        at % 2
          ? moderation.setRole('command-line', id, 'reader')
          : moderation.ban('command-line', id, ban),
      ),
    );
    const refusals = outcomes.filter((outcome) => outcome.status === 'rejected');
    expect(refusals.map(({ reason }) => reason)).toMatchObject([only]);
    expect(await accounts.countOperators()).toBe(1);
  });

  it('leave the time of a ban as it was when they ban again', async () => {
    const { moderation, mia, bo, accounts, wait } = await open(database());
    await moderation.ban(mia, bo.id, { reason: 'Spam.', hidesComments: false });
    wait(60_000);
    await moderation.ban(mia, bo.id, { reason: 'Much spam.', hidesComments: true });
    expect(await accounts.find(bo.id)).toMatchObject({
      bannedAtMs: NOON.getTime(),
      banReason: 'Much spam.',
    });
  });

  it('hide a collection, but do not learn of private ones', async () => {
    const { collections, moderation, mia, ana, bo, acts } = await open(database());
    const words = { title: 'Best of', description: '' };
    const id = await collections.create(bo.id, { ...words, visibility: 'public' });
    const secret = await collections.create(bo.id, { ...words, visibility: 'private' });
    const missing = { code: 'not_found' };
    const asSpam = (named: string) => ({
      target: { kind: 'collection', id: named } as const,
      reason: 'spam' as const,
      words: '',
    });
    await moderation.reports.report(ana, asSpam(id));
    await expect(moderation.reports.report(ana, asSpam(secret))).rejects.toMatchObject(missing);
    await expect(moderation.setCollectionHidden(mia, secret, true, '')).rejects.toMatchObject(
      missing,
    );
    await moderation.setCollectionHidden(mia, id, true, 'Spam.');
    expect((await rowsOf(database(), 'collections', id))[0]?.hidden_at_ms).not.toBeNull();
    expect(await moderation.queue.counts()).toMatchObject({ reportedThings: 0 });
    await moderation.setCollectionHidden(mia, id, false, '');
    expect(await acts()).toEqual(['collection-hidden', 'collection-shown']);
  });

  it('take a submission out of the list of a day, until it was mailed', async () => {
    const { moderation, mia, ana, bo, told, acts } = await open(database());
    const id = await submit(database(), bo);
    const target = { kind: 'submission', id } as const;
    await moderation.reports.report(ana, { target, reason: 'off-topic', words: '' });
    await moderation.removeSubmission(mia, id, 'Not our field.');
    expect((await told(bo)).join()).toContain('Not our field.');
    expect(await acts()).toEqual(['submission-removed']);
    await expect(
      moderation.reports.report(ana, { target, reason: 'spam', words: '' }),
    ).rejects.toMatchObject({ code: 'not_found' });
    await sql`
      insert into frozen_editions (day, frozen_at_ms, list) values (${DAY}, 0, '[]')
    `.execute(database().connection);
    await expect(moderation.removeSubmission(mia, id, '')).rejects.toMatchObject({
      code: 'conflict',
    });
    await expect(moderation.removeSubmission(mia, 'nonsense', '')).rejects.toMatchObject({
      code: 'not_found',
    });
  });

  it('lock a discussion and open it again', async () => {
    const { moderation, mia, ana, say, acts } = await open(database());
    await moderation.lock(mia, PAPER, 'It went round in circles.');
    await expect(say(ana, 'But!')).rejects.toMatchObject({ code: 'forbidden' });
    expect(await moderation.queue.lockedDiscussions(9)).toMatchObject([{ paperId: PAPER }]);
    await moderation.unlock(mia, PAPER);
    await moderation.unlock(mia, PAPER);
    await say(ana, 'Thank you.');
    expect(await acts()).toEqual(['discussion-locked', 'discussion-unlocked']);
    await expect(moderation.lock(mia, 'nowhere' as PaperId, '')).rejects.toMatchObject({
      code: 'not_found',
    });
    await expect(moderation.lock(ana, PAPER, '')).rejects.toMatchObject({ code: 'forbidden' });
  });

  it('keep a blocklist, which is heeded at once', async () => {
    const { moderation, mia, ana, acts } = await open(database());
    const { blocklist } = moderation;
    const casino = parseBlocklistEntry('word', 'Casino');
    expect(await blocklist.entries()).toEqual([]);
    expect(await moderation.block(mia, casino, 'spam wave')).toBe(true);
    expect(await moderation.block(mia, casino, 'again')).toBe(false);
    expect(await blocklist.entries()).toMatchObject([casino]);
    expect(await moderation.unblock(mia, casino)).toBe(true);
    expect(await moderation.unblock(mia, casino)).toBe(false);
    expect(await blocklist.entries()).toEqual([]);
    await expect(moderation.block(ana, casino, '')).rejects.toMatchObject({ code: 'forbidden' });
    expect(await acts()).toEqual(['blocked', 'unblocked']);
  });

  it('see a planted ring first, and let its votes count nothing for as long as they want', async () => {
    const { moderation, votes, evidence, mia, ana, bo, wait, acts } = await open(database());
    const ring = await Promise.all(
      [1, 2, 3, 4].map((each) => addAccount(database(), { name: `ring-${each}` })),
    );
    for (const paperId of PAPERS.slice(1)) {
      for (const account of ring) await votes.cast(account, paperId, { network: 'house' });
      wait(2 * 3_600_000);
    }
    await votes.cast(ana, OTHER, { network: 'home' });
    await votes.cast(bo, PAPER, { network: 'house' });
    const found = await moderation.signals();
    expect(found.votes).toHaveLength(1);
    expect(found.votes[0]?.accounts).toEqual(ring.map(({ id }) => id).sort());
    expect([...found.names.values()].sort()).toEqual(['ring-1', 'ring-2', 'ring-3', 'ring-4']);

    const hotness = async () => (await evidence.standings([OTHER])).get(OTHER)?.hotness;
    const before = (await hotness()) as number;
    const theirs = {
      accounts: found.votes[0]?.accounts ?? [],
      papers: found.votes[0]?.papers.map(({ paperId }) => paperId) ?? [],
    };
    await moderation.neutralise(mia, theirs, 'They agreed on it.');
    const after = (await hotness()) as number;
    expect(after).toBeLessThan(before);
    expect((await moderation.signals()).votes[0]?.isNeutralised).toBe(true);
    await moderation.reinstate(mia, theirs, 'They did not.');
    expect(await hotness()).toBeCloseTo(before, 6);
    expect(await acts()).toEqual(['votes-neutralised', 'votes-reinstated']);
    await expect(
      moderation.neutralise(mia, { accounts: [mia.id], papers: [OTHER] }, ''),
    ).rejects.toMatchObject({ code: 'forbidden' });
  });

  it('leave one chain of acts, whatever they do at once', async () => {
    const { moderation, mia, max, say, bo, ana } = await open(database());
    const ids = await Promise.all(
      Array.from({ length: 12 }, (_, each) => say(each % 2 ? ana : bo, `Comment ${each}`)),
    );
    await Promise.all([
      ...ids.map((id, each) => moderation.decideComment(each % 3 ? mia : max, id, 'hidden', '')),
      moderation.trust(mia, ana.id),
      moderation.lock(max, PAPER, ''),
      moderation.ban(max, bo.id, { reason: '', hidesComments: true }),
      ...ids.map((id) => moderation.dismissReports(mia, { kind: 'comment', id })),
    ]);
    expect(await moderation.audit.verify()).toMatchObject({ rows: 15, brokenAt: undefined });
  });

  it('are not called for one’s own, for nothing, or too often', async () => {
    const { moderation, say, ana, bo } = await open(database());
    const mine = { kind: 'comment', id: await say(ana, 'Mine.') } as const;
    const report = (target: { kind: 'comment' | 'account' | 'submission'; id: string }) =>
      moderation.reports.report(ana, { target, reason: 'other', words: '' });
    await expect(report(mine)).rejects.toMatchObject({ code: 'not_acceptable' });
    const held = { kind: 'comment', id: await say(bo, 'Held.', 'held') } as const;
    for (const target of [held, { kind: 'submission', id: '../..' } as const]) {
      await expect(report(target)).rejects.toMatchObject({ code: 'not_found' });
    }
    for (let each = 0; each < 50; each += 1) {
      const { id } = await addAccount(database(), { name: `reader-${each}` });
      await report({ kind: 'account', id });
    }
    await expect(report({ kind: 'account', id: bo.id })).rejects.toMatchObject({
      code: 'too_many',
    });
  });
});
