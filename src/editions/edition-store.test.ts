import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { NOON, record } from '../../test/support/catalogue.js';
import { describeOnEveryDatabase } from '../../test/support/databases.js';
import type { Database } from '../database/database.js';
import type { Day } from '../papers/dates.js';
import { dayPeriod, monthPeriod, type Period, weekPeriod } from '../papers/edition.js';
import type { PaperId } from '../papers/identifiers.js';
import type { PaperRecord } from '../papers/paper.js';
import { createPaperStore } from '../papers/paper-store.js';
import { createEditionStore } from './edition-store.js';

const FRIDAY = '2026-11-20' as Day;
const THURSDAY = '2026-11-19' as Day;
const ALL = { offset: 0, limit: 100 };

type Pick = {
  readonly day: Day;
  readonly position?: number;
  readonly note?: string;
  readonly removed?: boolean;
};

describeOnEveryDatabase('editions', (database) => {
  const open = () => ({
    papers: createPaperStore(database(), { now: () => NOON, timeZone: 'UTC' }),
    editions: createEditionStore(database(), { now: () => NOON }),
  });

  async function fill(...papers: readonly PaperRecord[]) {
    const opened = open();
    await opened.papers.add(papers);
    return opened;
  }

  const paper = (name: string, on: string, more: Partial<Parameters<typeof record>[0]> = {}) =>
    record({ title: `Paper ${name}`, names: [name], published: on, ...more });

  async function namesIn(period: Period, slice = ALL): Promise<string[]> {
    const { entries } = await open().editions.list(period, slice);
    return entries.map(({ id }) => id);
  }

  describe('a day', () => {
    it('has the papers announced on it, the greatest merit first', async () => {
      await fill(paper('plain', FRIDAY), paper('liked', FRIDAY), paper('older', THURSDAY));
      await setMerit(database(), 'liked', 3);
      await setMerit(database(), 'older', 9);
      expect(await namesIn(dayPeriod(FRIDAY))).toEqual(['liked', 'plain']);
    });

    it('puts what was picked before what was only announced, whatever its date', async () => {
      await fill(paper('announced', FRIDAY), paper('picked', '2026-11-10'));
      await setMerit(database(), 'announced', 9);
      await pick(database(), 'picked', { day: FRIDAY, note: 'Read this.' });
      expect(await open().editions.list(dayPeriod(FRIDAY), ALL)).toEqual({
        entries: [
          { id: 'picked', isPicked: true, note: 'Read this.' },
          { id: 'announced', isPicked: false, note: '' },
        ],
        total: 2,
        picked: 1,
        frozenAtMs: undefined,
      });
    });

    it('keeps the order that a curator gave, and ranks the other picks behind it', async () => {
      await fill(...['a', 'b', 'c', 'd'].map((name) => paper(name, FRIDAY)));
      await setMerit(database(), 'd', 5);
      await pick(database(), 'a', { day: FRIDAY });
      await pick(database(), 'b', { day: FRIDAY, position: 2 });
      await pick(database(), 'c', { day: FRIDAY, position: 1 });
      await pick(database(), 'd', { day: FRIDAY });
      expect(await namesIn(dayPeriod(FRIDAY))).toEqual(['c', 'b', 'd', 'a']);
    });

    it('has a paper once that was announced and picked for it', async () => {
      await fill(paper('a', FRIDAY), paper('b', FRIDAY));
      await pick(database(), 'b', { day: FRIDAY });
      expect(await namesIn(dayPeriod(FRIDAY))).toEqual(['b', 'a']);
    });

    it('forgets what a curator took out, and never has what was withdrawn', async () => {
      await fill(paper('out', THURSDAY), paper('gone', FRIDAY, { withdrawn: true }));
      await pick(database(), 'out', { day: FRIDAY, removed: true });
      await pick(database(), 'gone', { day: FRIDAY });
      expect((await open().editions.list(dayPeriod(FRIDAY), ALL)).total).toBe(0);
      expect(await open().editions.latestDay(FRIDAY)).toBe(THURSDAY);
    });
  });

  describe('a week and a month', () => {
    it('have the papers of their days, ranked together', async () => {
      await fill(
        paper('monday', '2026-11-16'),
        paper('friday', FRIDAY),
        paper('undated-day', '2026-11'),
        paper('year', '2026'),
        paper('next', '2026-11-23'),
      );
      await setMerit(database(), 'monday', 2);
      expect(await namesIn(weekPeriod(FRIDAY))).toEqual(['monday', 'friday']);
      expect(await namesIn(monthPeriod(FRIDAY))).toEqual([
        'monday',
        'next',
        'friday',
        'undated-day',
      ]);
    });

    it('rank the picks of several days by merit, since places on different days do not compare', async () => {
      await fill(paper('a', '2026-10-01'), paper('b', '2026-10-01'));
      await pick(database(), 'a', { day: THURSDAY, position: 1 });
      await pick(database(), 'b', { day: FRIDAY, position: 2 });
      await setMerit(database(), 'b', 1);
      expect(await namesIn(weekPeriod(FRIDAY))).toEqual(['b', 'a']);
    });

    it('have a paper once that was picked on two of their days', async () => {
      await fill(paper('a', '2026-10-01'));
      await pick(database(), 'a', { day: THURSDAY });
      await pick(database(), 'a', { day: FRIDAY });
      expect(await namesIn(weekPeriod(FRIDAY))).toEqual(['a']);
    });
  });

  describe('the sample', () => {
    const sample = record({ source: 'sample', title: 'A sample paper of some length' });

    it('is an edition of the day it was loaded, until something real arrives', async () => {
      const { papers, editions } = await fill(sample);
      expect(await editions.latestDay(FRIDAY)).toBe(FRIDAY);
      await papers.add([paper('2611.00001', THURSDAY)]);
      expect(await editions.latestDay(FRIDAY)).toBe(THURSDAY);
      expect((await editions.list(dayPeriod(FRIDAY), ALL)).total).toBe(0);
    });
  });

  describe('the way from one to another', () => {
    it('leads to the nearest days that have papers or picks', async () => {
      const { editions } = await fill(
        paper('before', '2026-10-01'),
        paper('the-day', FRIDAY),
        paper('after', '2026-12-24'),
        paper('no-day', '2026-12'),
      );
      expect(await editions.neighbours(dayPeriod(FRIDAY))).toEqual({
        before: '2026-10-01',
        after: '2026-12-24',
      });
      await pick(database(), 'before', { day: '2026-11-22' as Day });
      expect(await editions.neighbours(dayPeriod(FRIDAY))).toEqual({
        before: '2026-10-01',
        after: '2026-11-22',
      });
      expect(await editions.latestDay('2026-12-01' as Day)).toBe('2026-11-22');
      expect(await editions.latestDay('2025-12-01' as Day)).toBeUndefined();
    });
  });

  describe('a frozen day', () => {
    it('keeps its list, however papers fare afterwards, and shows newcomers behind it', async () => {
      const { papers, editions } = await fill(paper('a', FRIDAY), paper('b', FRIDAY));
      await setMerit(database(), 'b', 2);
      const frozen = await editions.freeze(FRIDAY, 10);
      expect(frozen?.entries.map(({ id }) => id)).toEqual(['b', 'a']);
      await setMerit(database(), 'a', 50);
      await papers.add([paper('late', FRIDAY)]);
      await pick(database(), 'late', { day: FRIDAY });
      expect(await namesIn(dayPeriod(FRIDAY))).toEqual(['b', 'a', 'late']);
      const page = await editions.list(dayPeriod(FRIDAY), ALL);
      // Of the list itself nobody had picked any: it is the best of what was announced.
      expect(page).toMatchObject({ total: 3, picked: 1, frozenAtMs: NOON.getTime() });
      expect(await namesIn(dayPeriod(FRIDAY), { offset: 1, limit: 2 })).toEqual(['a', 'late']);
    });

    it('holds what was picked, else the best of what was announced, so many at most', async () => {
      const { editions } = await fill(
        ...['a', 'b', 'c'].map((name) => paper(name, FRIDAY)),
        ...['d', 'e', 'f'].map((name) => paper(name, THURSDAY)),
      );
      await pick(database(), 'b', { day: FRIDAY });
      expect((await editions.freeze(FRIDAY, 2))?.entries.map(({ id }) => id)).toEqual(['b']);
      expect((await editions.freeze(THURSDAY, 2))?.entries).toHaveLength(2);
    });

    it('is frozen once, by whoever comes first', async () => {
      const { editions } = await fill(paper('a', FRIDAY), paper('b', FRIDAY));
      const all = await Promise.all(Array.from({ length: 8 }, () => editions.freeze(FRIDAY, 10)));
      expect(new Set(all.map((frozen) => JSON.stringify(frozen))).size).toBe(1);
      await setMerit(database(), 'b', 7);
      expect(await editions.freeze(FRIDAY, 10)).toEqual(all[0]);
    });

    it('stays open while it has no paper', async () => {
      const { papers, editions } = open();
      expect(await editions.freeze(FRIDAY, 10)).toBeUndefined();
      await papers.add([paper('a', FRIDAY)]);
      expect((await editions.freeze(FRIDAY, 10))?.entries).toHaveLength(1);
    });

    it('loses a paper that was withdrawn since', async () => {
      const { papers, editions } = await fill(paper('a', FRIDAY), paper('b', FRIDAY));
      await editions.freeze(FRIDAY, 10);
      await papers.remove(['a' as PaperId]);
      expect(await namesIn(dayPeriod(FRIDAY))).toEqual(['b']);
      expect((await editions.list(dayPeriod(FRIDAY), ALL)).total).toBe(1);
    });
  });

  it('read page by page, hold every paper once and in the order of the plainest ranking', async () => {
    const names = Array.from({ length: 12 }, (_, at) => `p${String(at).padStart(2, '0')}`);
    const { editions } = await fill(...names.map((name) => paper(name, FRIDAY)));
    const fate = fc.record({
      merit: fc.integer({ min: 0, max: 3 }),
      picked: fc.boolean(),
      position: fc.option(fc.integer({ min: 1, max: 12 }), { nil: undefined }),
    });
    await fc.assert(
      fc.asyncProperty(
        fc.array(fate, { minLength: names.length, maxLength: names.length }),
        fc.integer({ min: 1, max: 5 }),
        async (fates, limit) => {
          await database().connection.$extendTables<TestTables>().deleteFrom('picks').execute();
          for (const [at, { merit, picked, position }] of fates.entries()) {
            const name = names[at] as string;
            await setMerit(database(), name, merit);
            if (picked)
              await pick(database(), name, { day: FRIDAY, ...(position && { position }) });
          }
          const expected = names
            .map((name, at) => ({ name, ...(fates[at] as (typeof fates)[number]) }))
            .sort(
              (a, b) =>
                Number(b.picked) - Number(a.picked) || placeOf(a) - placeOf(b) || b.merit - a.merit,
            );
          const read: string[] = [];
          for (let offset = 0; offset < names.length; offset += limit) {
            read.push(...(await namesIn(dayPeriod(FRIDAY), { offset, limit })));
          }
          expect(read).toEqual(expected.map(({ name }) => name));
          expect((await editions.list(dayPeriod(FRIDAY), ALL)).picked).toBe(
            fates.filter(({ picked }) => picked).length,
          );
        },
      ),
      { numRuns: 15 },
    );
  });
});

type TestTables = {
  picks: {
    day: string;
    paper_id: string;
    kind: string;
    account_id: string | null;
    picked_at_ms: number;
    position: number | null;
    note: string;
    removed_at_ms: number | null;
  };
  standings: {
    paper_id: string;
    votes: number;
    comments: number;
    hotness: number | null;
    merit: number;
  };
};

function placeOf({ picked, position }: { picked: boolean; position: number | undefined }): number {
  return (picked ? position : undefined) ?? Number.MAX_SAFE_INTEGER;
}

async function pick(
  { connection }: Database,
  paperId: string,
  { day, position, note = '', removed = false }: Pick,
): Promise<void> {
  await connection
    .$extendTables<TestTables>()
    .insertInto('picks')
    .values({
      day,
      paper_id: paperId,
      kind: 'submitted',
      account_id: null,
      picked_at_ms: NOON.getTime(),
      position: position ?? null,
      note,
      removed_at_ms: removed ? NOON.getTime() : null,
    })
    .execute();
}

async function setMerit({ connection }: Database, paperId: string, merit: number): Promise<void> {
  await connection
    .$extendTables<TestTables>()
    .insertInto('standings')
    .values({ paper_id: paperId, votes: 0, comments: 0, hotness: null, merit })
    .onConflict((conflict) => conflict.column('paper_id').doUpdateSet({ merit }))
    .execute();
}
