import { describe, expect, test } from 'vitest';
import { createAuditLog } from '../../src/community/moderation/audit-log-store.js';
import { createPickStore } from '../../src/community/pick-store.js';
import { createSubmissionStore } from '../../src/community/submission-store.js';
import { createVoteStore } from '../../src/community/vote-store.js';
import type { Database } from '../../src/database/database.js';
import type { Day } from '../../src/papers/dates.js';
import type { PaperId } from '../../src/papers/identifiers.js';
import { createPaperStore } from '../../src/papers/paper-store.js';
import { createTrendingStore } from '../../src/trending/trending-store.js';
import { addAccount } from '../support/accounts.js';
import { NOON, record } from '../support/catalogue.js';
import { describeOnEveryDatabase } from '../support/databases.js';

const FRIDAY = '2026-11-20' as Day;
const SATURDAY = '2026-11-21' as Day;

async function open(database: Database, count = 4) {
  let atMs = NOON.getTime();
  const now = () => new Date(atMs++);
  const papers = createPaperStore(database, { now, timeZone: 'UTC' });
  const titles = Array.from({ length: count }, (_, at) => `Paper number ${at} of this list`);
  const outcomes = await papers.add(
    titles.map((title, at) => record({ title, names: [`2611.0000${at}`] })),
  );
  const trending = createTrendingStore(database, { now });
  const votes = createVoteStore(database, { now, evidence: trending });
  const audit = createAuditLog(database, { now });
  return {
    papers,
    audit,
    votes,
    trending,
    ids: outcomes.map(({ id }) => id) as [PaperId, PaperId, PaperId, PaperId, ...PaperId[]],
    picks: createPickStore(database, { now, audit }),
    submissions: createSubmissionStore(database, { now, votes }),
    ana: await addAccount(database, { name: 'ana' }),
    ben: await addAccount(database, { name: 'ben' }),
    curator: await addAccount(database, { name: 'cleo', role: 'curator' }),
  };
}

const freeze = ({ connection }: Database, day: Day) =>
  connection
    .$extendTables<{ frozen_editions: { day: string; frozen_at_ms: number; list: string } }>()
    .insertInto('frozen_editions')
    .values({ day, frozen_at_ms: NOON.getTime(), list: '[]' })
    .execute();

const plain = { authorIds: [], note: '', today: FRIDAY, most: 10 };

describeOnEveryDatabase('The list of a day', (database) => {
  describe('as curators shape it', () => {
    test('has papers with a place first, then the others as they came', async () => {
      const { picks, curator, ids } = await open(database());
      const [a, b, c, d] = ids;
      for (const paperId of [a, b, c]) await picks.add(curator.id, { day: FRIDAY, paperId });
      await picks.add(curator.id, { day: FRIDAY, paperId: d, position: 1, note: 'Read this.' });
      await picks.move(curator.id, FRIDAY, b, 'up');
      await picks.move(curator.id, FRIDAY, b, 'up');
      const list = await picks.ofDay(FRIDAY);
      expect(list.map(({ paperId, position }) => [paperId, position])).toEqual([
        [b, 1],
        [d, 2],
        [a, undefined],
        [c, undefined],
      ]);
      expect(list[1]).toMatchObject({ note: 'Read this.', kind: 'curated', accountId: curator.id });
      expect(await picks.ofPeriod(FRIDAY, SATURDAY)).toEqual(list);
      expect(await picks.ofPeriod(SATURDAY, '2026-11-30' as Day)).toEqual([]);
      expect((await picks.submittersOf(ids)).get(b)?.name).toBe('cleo');
    });

    test('forgets the place and not the paper that was taken out', async () => {
      const { picks, submissions, curator, ana, ids } = await open(database());
      const [a, b] = ids;
      await picks.add(curator.id, { day: FRIDAY, paperId: a, position: 1 });
      await picks.add(curator.id, { day: FRIDAY, paperId: b, position: 2 });
      await picks.remove(curator.id, FRIDAY, a);
      expect(
        (await picks.ofDay(FRIDAY)).map(({ paperId, position }) => [paperId, position]),
      ).toEqual([[b, 1]]);
      await expect(submissions.submit(ana, { ...plain, paperId: a })).rejects.toMatchObject({
        code: 'conflict',
        message: expect.stringContaining('taken this paper out'),
      });
      await expect(submissions.dayOf(a)).rejects.toMatchObject({ code: 'conflict' });
      await expect(picks.remove(curator.id, FRIDAY, a)).rejects.toMatchObject({
        code: 'not_found',
      });
      await expect(picks.move(curator.id, FRIDAY, a, 1)).rejects.toMatchObject({
        code: 'not_found',
      });
      // A curator may bring it back.
      await picks.add(curator.id, { day: FRIDAY, paperId: a, note: 'After all.' });
      expect((await picks.ofDay(FRIDAY)).map(({ paperId }) => paperId)).toEqual([b, a]);
    });

    test('keeps the name of whoever submitted a paper', async () => {
      const { picks, submissions, curator, ana, ids } = await open(database());
      const [a] = ids;
      await submissions.submit(ana, { ...plain, paperId: a, note: 'Mine' });
      await picks.annotate(curator.id, FRIDAY, a, 'Ours');
      await picks.remove(curator.id, FRIDAY, a);
      await picks.add(curator.id, { day: FRIDAY, paperId: a });
      expect(await picks.ofDay(FRIDAY)).toMatchObject([
        { accountId: ana.id, kind: 'submitted', note: 'Ours' },
      ]);
      expect(await picks.picksBy(ana.id, { offset: 0, limit: 9 })).toHaveLength(1);
    });

    test('takes no paper that is in another list, or nowhere', async () => {
      const { picks, curator, ids } = await open(database());
      await picks.add(curator.id, { day: FRIDAY, paperId: ids[0] });
      await expect(picks.add(curator.id, { day: SATURDAY, paperId: ids[0] })).rejects.toMatchObject(
        { code: 'conflict' },
      );
      await expect(
        picks.add(curator.id, { day: FRIDAY, paperId: 'none' as PaperId }),
      ).rejects.toMatchObject({ code: 'not_found' });
    });

    test('stays as it was mailed', async () => {
      const { picks, curator, ids } = await open(database());
      await picks.add(curator.id, { day: FRIDAY, paperId: ids[0] });
      await freeze(database(), FRIDAY);
      const refused = { code: 'conflict', message: expect.stringContaining('mailed') };
      await expect(picks.add(curator.id, { day: FRIDAY, paperId: ids[1] })).rejects.toMatchObject(
        refused,
      );
      await expect(picks.remove(curator.id, FRIDAY, ids[0])).rejects.toMatchObject(refused);
      await expect(picks.move(curator.id, FRIDAY, ids[0], 1)).rejects.toMatchObject(refused);
      await expect(picks.annotate(curator.id, FRIDAY, ids[0], 'x')).rejects.toMatchObject(refused);
      expect(await picks.ofDay(FRIDAY)).toMatchObject([{ note: '', position: undefined }]);
    });

    test('writes down who did what', async () => {
      const { picks, curator, audit, ids } = await open(database());
      await picks.add(curator.id, { day: FRIDAY, paperId: ids[0] });
      await picks.remove(curator.id, FRIDAY, ids[0]);
      const { rows } = await audit.page({ offset: 0, limit: 10 });
      expect(rows.map(({ actor, action, targetId }) => [actor, action, targetId])).toEqual([
        [curator.id, 'pick-removed', ids[0]],
        [curator.id, 'pick-added', ids[0]],
      ]);
    });

    test('stays an order without gaps, however many move papers at once', async () => {
      const { picks, curator, ids } = await open(database(), 8);
      await Promise.all(
        ids.map((paperId, at) =>
          picks.add(curator.id, { day: FRIDAY, paperId, position: (at % 3) + 1 }),
        ),
      );
      await Promise.all(
        ids.flatMap((paperId, at) => [
          picks.move(curator.id, FRIDAY, paperId, ((at * 5) % 8) + 1),
          picks.move(curator.id, FRIDAY, paperId, at % 2 === 0 ? 'up' : 'down'),
        ]),
      );
      const list = await picks.ofDay(FRIDAY);
      expect(list.map(({ position }) => position)).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
      expect(new Set(list.map(({ paperId }) => paperId))).toEqual(new Set(ids));
    });
  });

  describe('as readers fill it', () => {
    test('has the paper with the vote and the word of whoever submitted it', async () => {
      const { picks, submissions, votes, trending, ana, ids } = await open(database());
      const [a] = ids;
      const authorIds = [{ name: 'Ana Ruiz', orcid: '0000-0002-1825-0097' }];
      const submission = { ...plain, paperId: a, note: 'New.', authorIds };
      expect(await submissions.submit(ana, submission)).toEqual({
        paperId: a,
        day: FRIDAY,
        isNew: true,
      });
      expect(await submissions.submit(ana, submission)).toMatchObject({ isNew: false });
      expect(await picks.ofDay(FRIDAY)).toMatchObject([{ paperId: a, note: 'New.' }]);
      expect(await votes.votedFor(ana.id, ids)).toEqual(new Set([a]));
      expect((await trending.standings([a])).get(a)?.votes).toBe(1);
      expect(await picks.countBy(ana.id, FRIDAY)).toBe(1);
    });

    test('takes the vote of who submits it again, once, and no second place', async () => {
      const { picks, submissions, trending, ana, ben, ids } = await open(database());
      const [a] = ids;
      await submissions.submit(ana, { ...plain, paperId: a });
      // On a later day, too.
      await submissions.submit(ben, { ...plain, paperId: a, today: SATURDAY, most: 0 });
      await submissions.vote(ben, a);
      expect((await trending.standings([a])).get(a)?.votes).toBe(2);
      expect(await picks.ofDay(SATURDAY)).toEqual([]);
      expect((await picks.picksOf(ids)).get(a)?.day).toBe(FRIDAY);
    });

    test('takes a paper once, however many submit it at once', async () => {
      const { picks, submissions, trending, ana, ben, curator, ids } = await open(database());
      const [a] = ids;
      const people = [ana, ben, curator, ana, ben, curator, ana, ben];
      const outcomes = await Promise.all(
        people.map((account, at) =>
          submissions.submit(account, {
            ...plain,
            paperId: a,
            today: at % 2 === 0 ? FRIDAY : SATURDAY,
          }),
        ),
      );
      expect(outcomes.filter(({ isNew }) => isNew)).toHaveLength(1);
      const listed = await picks.ofPeriod(FRIDAY, '2026-11-30' as Day);
      expect(listed).toHaveLength(1);
      expect((await trending.standings([a])).get(a)?.votes).toBe(3);
    });

    test('takes no more papers of one person than rules allow, asked one by one or at once', async () => {
      const { picks, submissions, ana, ids } = await open(database());
      const outcomes = await Promise.allSettled(
        ids.map((paperId) => submissions.submit(ana, { ...plain, paperId, most: 2 })),
      );
      expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(2);
      for (const outcome of outcomes) {
        if (outcome.status === 'rejected')
          expect(outcome.reason).toMatchObject({ code: 'too_many' });
      }
      expect(await picks.countBy(ana.id, FRIDAY)).toBe(2);
      // The next day is another.
      const left = ids.find((_, at) => outcomes[at]?.status === 'rejected') as PaperId;
      await submissions.submit(ana, { ...plain, paperId: left, most: 2, today: SATURDAY });
    });

    test('is that of the next day when today’s has been mailed', async () => {
      const { submissions, ana, ids } = await open(database());
      await freeze(database(), FRIDAY);
      expect(await submissions.stateOf(ana.id, FRIDAY)).toMatchObject({ day: SATURDAY });
      expect(await submissions.submit(ana, { ...plain, paperId: ids[0] })).toMatchObject({
        day: SATURDAY,
      });
    });

    test('keeps nothing of a submission that fails halfway', async () => {
      const { picks, ana, ids } = await open(database());
      const failing = createSubmissionStore(database(), {
        now: () => NOON,
        votes: { castWithin: () => Promise.reject(new Error('no vote')) },
      });
      await expect(failing.submit(ana, { ...plain, paperId: ids[0] })).rejects.toThrow('no vote');
      expect(await picks.ofDay(FRIDAY)).toEqual([]);
      await expect(
        failing.submit(ana, { ...plain, paperId: 'none' as PaperId }),
      ).rejects.toMatchObject({ code: 'not_found' });
    });

    test('no longer says whose a pick was when the account is gone', async () => {
      const { picks, submissions, ana, ids } = await open(database());
      await submissions.submit(ana, { ...plain, paperId: ids[0] });
      await database()
        .connection.transaction()
        .execute((transaction) => picks.anonymise(transaction, ana.id));
      expect(await picks.ofDay(FRIDAY)).toMatchObject([{ accountId: undefined }]);
      expect(await picks.submittersOf(ids)).toEqual(new Map());
    });
  });
});
