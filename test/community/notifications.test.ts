/** Who is told of what, on the page and by mail, on every database. */

import { describe, expect, it } from 'vitest';
import type { Account } from '../../src/accounts/account.js';
import type { Comment } from '../../src/community/comment.js';
import { createCommentStore } from '../../src/community/comment-store.js';
import type { CommentDraft } from '../../src/community/comment-writer-store.js';
import { createNotificationMails } from '../../src/community/notification-mails.js';
import { createNotificationStore } from '../../src/community/notification-store.js';
import type { Database } from '../../src/database/database.js';
import type { Letter } from '../../src/mail/mailer.js';
import type { PaperId } from '../../src/papers/identifiers.js';
import { createPaperStore } from '../../src/papers/paper-store.js';
import { createTrendingStore } from '../../src/trending/trending-store.js';
import { addAccount } from '../support/accounts.js';
import { NOON, record } from '../support/catalogue.js';
import { describeOnEveryDatabase } from '../support/databases.js';

const PAPER = '2303.01234' as PaperId;
const MINUTE_MS = 60_000;
const ALL = { offset: 0, limit: 100 };

async function openSite(database: Database) {
  const { connection } = database;
  const clock = { ms: NOON.getTime() };
  const now = () => new Date(clock.ms);
  const store = createCommentStore(database, {
    now,
    evidence: createTrendingStore(database, { now }),
  });
  const notifications = createNotificationStore(database, { now });
  await createPaperStore(database, { now, timeZone: 'UTC' }).add([
    record({ title: 'On <norms>', names: [PAPER] }),
  ]);
  const letters: Letter[] = [];
  let refuses = false;
  const failures: unknown[] = [];
  const mails = createNotificationMails({
    notifications,
    mailer: {
      send: async (letter) => {
        if (refuses) throw new Error('no');
        letters.push(letter);
      },
    },
    site: { title: 'The Daily Proof', baseUrl: 'https://proof.example' },
    offKey: (id) => `key-of-${id}`,
    onFailure: (error) => failures.push(error),
  });
  const write = (
    account: Account,
    text: string,
    given: Partial<CommentDraft> = {},
  ): Promise<Comment> =>
    store.write({
      ...{ account, paperId: PAPER, text, status: 'shown', reason: '' },
      ...given,
    } as CommentDraft);
  /** What somebody has to read, as `kind from`, the latest first. */
  const told = async (account: Account) =>
    (await notifications.listOf(account.id, ALL)).notifications.map(
      ({ kind, actor }) => `${kind} ${actor?.name ?? ''}`,
    );
  return {
    clock,
    store,
    notifications,
    mails,
    letters,
    failures,
    write,
    told,
    refuseLetters: (value: boolean) => {
      refuses = value;
    },
    account: (name: string, given: Partial<Account> = {}) =>
      addAccount(database, { name, ...given }),
    setStatus: (id: string, status: 'shown' | 'hidden') =>
      connection
        .transaction()
        .execute((transaction) => store.setStatus(transaction, id, status, '')),
    within: connection.transaction(),
    async claim(account: Account) {
      await connection
        .$extendTables<{ authorship_claims: Record<string, string | number | null> }>()
        .insertInto('authorship_claims')
        .values({
          id: `claim-of-${account.id}`,
          account_id: account.id,
          paper_id: PAPER,
          author_name: account.name,
          statement: '',
          status: 'accepted',
          verified_by: 'moderator',
          claimed_at_ms: clock.ms,
          decided_at_ms: clock.ms,
        })
        .execute();
    },
  };
}

describeOnEveryDatabase('notifications', (database) => {
  const open = () => openSite(database());

  it('tell of answers, mentions and comments on papers of one’s own, each person once', async () => {
    const site = await open();
    const [ana, bob, cleo] = [
      await site.account('ana'),
      await site.account('bob'),
      await site.account('cleo'),
    ];
    await site.claim(cleo);
    const first = await site.write(ana, 'Hello @bob and @ana and @nobody');
    site.clock.ms += MINUTE_MS;
    await site.write(bob, 'Yes, @ana and @cleo', { parentId: first.id });
    expect(await site.told(ana)).toEqual(['reply bob']);
    expect(await site.told(bob)).toEqual(['mention ana']);
    expect(await site.told(cleo)).toEqual(['mention bob', 'comment ana']);
    expect(await site.notifications.unreadCount(cleo.id)).toBe(2);
  });

  it('come only when a comment is shown, and go when it is not', async () => {
    const site = await open();
    const [ana, bob] = [await site.account('ana'), await site.account('bob')];
    const held = await site.write(ana, 'See @bob', { status: 'held', reason: 'Links.' });
    expect(await site.told(bob)).toEqual([]);
    await site.setStatus(held.id, 'shown');
    expect(await site.told(bob)).toEqual(['mention ana']);
    await site.setStatus(held.id, 'hidden');
    expect(await site.told(bob)).toEqual([]);
    expect(await site.notifications.unreadCount(bob.id)).toBe(0);
    await site.setStatus(held.id, 'shown');
    expect(await site.told(bob)).toEqual(['mention ana']);
    await site.store.remove(ana, held.id);
    expect(await site.told(bob)).toEqual([]);
  });

  it('name the new people of a comment that is edited, and nobody twice', async () => {
    const site = await open();
    const [ana, bob, cleo] = [
      await site.account('ana'),
      await site.account('bob'),
      await site.account('cleo'),
    ];
    const { id } = await site.write(ana, 'See @bob');
    await site.store.edit({ account: ana, id, text: '@bob @cleo', status: 'shown', reason: '' });
    expect(await site.told(bob)).toEqual(['mention ana']);
    expect(await site.told(cleo)).toEqual(['mention ana']);
  });

  it('reach at most ten people who are named', async () => {
    const site = await open();
    const ana = await site.account('ana');
    const crowd = await Promise.all(
      Array.from({ length: 15 }, (_, at) => site.account(`reader-${at}`)),
    );
    await site.write(ana, crowd.map(({ name }) => `@${name}`).join(' '));
    const lists = await Promise.all(crowd.map(site.told));
    expect(lists.flat()).toHaveLength(10);
  });

  it('are read one by one or all up to a moment, by their owner only', async () => {
    const site = await open();
    const [ana, bob] = [await site.account('ana'), await site.account('bob')];
    for (const text of ['@bob one', '@bob two', '@bob three']) {
      await site.write(ana, text);
      site.clock.ms += MINUTE_MS;
    }
    const { notifications } = await site.notifications.listOf(bob.id, ALL);
    const [third, second] = notifications;
    expect(await site.notifications.open(ana.id, third?.id ?? '')).toBeUndefined();
    expect(await site.notifications.unreadCount(bob.id)).toBe(3);
    await site.notifications.open(bob.id, third?.id ?? '');
    expect(await site.notifications.unreadCount(bob.id)).toBe(2);
    await site.notifications.markRead(bob.id, second?.madeAtMs ?? 0);
    expect(await site.notifications.unreadCount(bob.id)).toBe(0);
  });

  it('tell what a moderator did without telling who', async () => {
    const site = await open();
    const ana = await site.account('ana');
    const mo = await site.account('mo', { role: 'moderator' });
    await site.within.execute((transaction) =>
      site.notifications.notify(transaction, {
        accountId: ana.id,
        kind: 'moderation',
        paperId: PAPER,
        text: 'A moderator has hidden your comment.',
      }),
    );
    const [told] = (await site.notifications.listOf(ana.id, ALL)).notifications;
    expect(told).toMatchObject({ actor: undefined, paper: { id: PAPER, title: 'On <norms>' } });
    expect(JSON.stringify(told)).not.toContain(mo.id);
  });

  it('have a feed whose address can be changed', async () => {
    const site = await open();
    const ana = await site.account('ana');
    const key = await site.notifications.renewFeedKey(ana.id);
    expect(key).toMatch(/^[\w-]{43}$/);
    expect(await site.notifications.renewFeedKey(ana.id)).not.toBe(key);
  });

  describe('by mail', () => {
    const WISHES = { preferences: { mailsNotifications: true, showsVotes: true } };

    it('go to those who have asked, in one letter, at most one an hour', async () => {
      const site = await open();
      const [ana, bob, cleo] = [
        await site.account('ana'),
        await site.account('bob', WISHES),
        await site.account('cleo'),
      ];
      await site.write(ana, '@bob one, @cleo\n\nhttps://example.org/x');
      await site.write(ana, '@bob two');
      expect(await site.mails.sendDue()).toEqual({ sent: 0, failed: 0 });
      site.clock.ms += 5 * MINUTE_MS;
      expect(await site.mails.sendDue()).toEqual({ sent: 1, failed: 0 });
      const [letter] = site.letters;
      expect(letter).toMatchObject({
        to: 'bob@example.org',
        subject: '2 notifications from The Daily Proof',
        headers: {
          'List-Unsubscribe': `<https://proof.example/notifications/mail/off/key-of-${bob.id}>`,
          'List-Unsubscribe-Post': 'List-Unsubscribe=One-Click',
        },
      });
      expect(letter?.text).toContain(
        '@ana mentioned you in a comment.\nOn: On <norms>\n> @bob two',
      );
      expect(letter?.text).toMatch(/https:\/\/proof\.example\/comments\/[0-9a-f-]{36}/);
      await site.write(ana, '@bob three');
      site.clock.ms += 30 * MINUTE_MS;
      expect(await site.mails.sendDue()).toEqual({ sent: 0, failed: 0 });
      site.clock.ms += 31 * MINUTE_MS;
      expect(await site.mails.sendDue()).toEqual({ sent: 1, failed: 0 });
      expect(site.letters[1]?.subject).toBe('@ana mentioned you in a comment.');
      expect(site.letters.map(({ to }) => to)).not.toContain(cleo.email);
    });

    it('are never sent twice, even when two processes send, or one fails', async () => {
      const site = await open();
      const ana = await site.account('ana');
      const crowd = await Promise.all(
        Array.from({ length: 6 }, (_, at) => site.account(`reader-${at}`, WISHES)),
      );
      await site.write(ana, crowd.map(({ name }) => `@${name}`).join(' '));
      site.clock.ms += 5 * MINUTE_MS;
      await Promise.all(Array.from({ length: 4 }, () => site.mails.sendDue()));
      expect(site.letters.map(({ to }) => to).sort()).toEqual(crowd.map(({ email }) => email));
      site.refuseLetters(true);
      await site.write(ana, '@reader-0 again');
      site.clock.ms += 90 * MINUTE_MS;
      expect(await site.mails.sendDue()).toEqual({ sent: 0, failed: 1 });
      expect(site.failures).toHaveLength(1);
      site.refuseLetters(false);
      site.clock.ms += 90 * MINUTE_MS;
      expect(await site.mails.sendDue()).toEqual({ sent: 0, failed: 0 });
    });

    it('leave out what was read, taken back or hidden meanwhile', async () => {
      const site = await open();
      const [ana, bob] = [await site.account('ana'), await site.account('bob', WISHES)];
      const back = await site.write(ana, '@bob never mind');
      const spam = await site.write(ana, '@bob buy');
      const seen = await site.write(ana, '@bob look');
      await site.store.remove(ana, back.id);
      await site.setStatus(spam.id, 'hidden');
      await site.notifications.markCommentRead(bob.id, seen.id);
      site.clock.ms += 5 * MINUTE_MS;
      expect(await site.mails.sendDue()).toEqual({ sent: 0, failed: 0 });
    });

    it('end at once for whoever does not want them, and nothing else changes', async () => {
      const site = await open();
      const [ana, bob] = [await site.account('ana'), await site.account('bob', WISHES)];
      await site.write(ana, '@bob one');
      await site.notifications.setMails(bob.id, false);
      await site.write(ana, '@bob two');
      site.clock.ms += 5 * MINUTE_MS;
      expect(await site.mails.sendDue()).toEqual({ sent: 0, failed: 0 });
      const row = await database()
        .connection.$extendTables<{ accounts: { id: string; preferences: string } }>()
        .selectFrom('accounts')
        .select('preferences')
        .where('id', '=', bob.id)
        .executeTakeFirstOrThrow();
      expect(JSON.parse(row.preferences)).toEqual({ mailsNotifications: false, showsVotes: true });
    });

    it('hold nothing that could become another header', async () => {
      const site = await open();
      const ana = await site.account('ana', { displayName: 'Ana\r\nBcc: all@example.org' });
      await site.account('bob', WISHES);
      await site.write(ana, '@bob\r\nBcc: x@example.org');
      site.clock.ms += 5 * MINUTE_MS;
      await site.mails.sendDue();
      const [letter] = site.letters;
      expect(letter?.subject).not.toMatch(/[\r\n]/);
      expect(Object.values(letter?.headers ?? {}).join('')).not.toMatch(/[\r\n]/);
    });
  });
});
