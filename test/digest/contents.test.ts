/** What stands in people's letters, on every database, by the real parts. */

import { describe, expect, it } from 'vitest';
import { toFollow } from '../../src/community/follows.js';
import { BroadsheetError } from '../../src/errors.js';
import { addDays, type Day } from '../../src/papers/dates.js';
import type { PaperId } from '../../src/papers/identifiers.js';
import { record } from '../support/catalogue.js';
import { describeOnBothDialects } from '../support/databases.js';
import { namesIn, openContentsRoom, paper, putSent } from './contents-room.js';

const FRIDAY = '2026-11-20' as Day;
const THURSDAY = '2026-11-19' as Day;
const SUNDAY = '2026-11-22' as Day;

const DAY_MS = 86_400_000;

/** Papers `a0`, `a1` and so on, of one day. */
function several(
  prefix: string,
  count: number,
  on: string,
  more: Parameters<typeof paper>[2] = {},
) {
  return Array.from({ length: count }, (_, at) =>
    paper(`${prefix}${at}`, on, { categories: ['cs.CL'], ...more }),
  );
}

describeOnBothDialects('the contents of a letter', (database) => {
  const open = (replaced = {}) => openContentsRoom(database(), replaced);

  describe('from the edition', () => {
    it('are the best of the latest day, and then of the days before', async () => {
      const room = await open();
      await room.fill(...several('f', 3, FRIDAY), ...several('t', 3, THURSDAY));
      await room.votes.cast(await room.account(), 'f2' as PaperId);
      await room.votes.cast(await room.account(), 't1' as PaperId);
      const contents = await room.make(await room.subscriber({ papers: 5 }), FRIDAY);
      expect(namesIn(contents)).toEqual(['f2', 'f0', 'f1', 't1', 't0']);
      expect(contents.day).toBe(FRIDAY);
      expect(contents.more).toBe(0);
      expect(contents.papers[0]).toEqual({
        paperId: 'f2',
        section: 'edition',
        reasons: [{ kind: 'trending', category: 'cs.CL' }],
        votes: 1,
      });
      expect(contents.papers[1]?.reasons).toEqual([{ kind: 'new', category: 'cs.CL' }]);
    });

    it('tell how many more papers the day has', async () => {
      const room = await open();
      await room.fill(...several('f', 9, FRIDAY), ...several('t', 3, THURSDAY));
      const contents = await room.make(await room.subscriber({ papers: 4 }), FRIDAY);
      expect(contents.papers).toHaveLength(4);
      expect(contents.more).toBe(5);
    });

    it('begin with what was picked, and with what is said of it', async () => {
      const room = await open();
      await room.fill(...several('f', 3, FRIDAY), paper('old', '2026-03-01'));
      await room.pick('old', FRIDAY, 'Read this again.');
      const { papers } = await room.make(await room.subscriber(), FRIDAY);
      expect(papers[0]).toMatchObject({
        paperId: 'old',
        reasons: [{ kind: 'picked', note: 'Read this again.' }],
      });
    });

    it('keep the list of a day that was fixed', async () => {
      const room = await open();
      await room.fill(...several('f', 3, FRIDAY));
      await room.editions.freeze(FRIDAY, 2);
      await room.votes.cast(await room.account(), 'f2' as PaperId);
      const contents = await room.make(await room.subscriber(), FRIDAY);
      expect(namesIn(contents)).toEqual(['f0', 'f1', 'f2']);
    });

    it('are Friday’s for whoever subscribes on a Sunday, and nothing when that is long ago', async () => {
      const room = await open();
      await room.fill(...several('f', 3, FRIDAY));
      const subscriber = await room.subscriber();
      expect(namesIn(await room.make(subscriber, SUNDAY))).toHaveLength(3);
      expect(await room.make(subscriber, addDays(FRIDAY, 4))).toEqual({
        day: undefined,
        papers: [],
        more: 0,
      });
    });

    it('have nothing of days that have not come for the reader', async () => {
      const room = await open();
      await room.fill(...several('f', 3, FRIDAY), ...several('t', 2, THURSDAY));
      const contents = await room.make(await room.subscriber({ searches: ['paper'] }), THURSDAY);
      expect(namesIn(contents).toSorted()).toEqual(['t0', 't1']);
    });

    it('are of all days of the week, ranked together, for whoever reads once a week', async () => {
      const room = await open();
      await room.fill(
        ...several('f', 2, FRIDAY),
        ...several('m', 2, '2026-11-16'),
        ...several('w', 1, '2026-11-12'),
      );
      await room.votes.cast(await room.account(), 'm1' as PaperId);
      const weekly = await room.subscriber({ cadence: 'weekly' });
      const contents = await room.make(weekly, FRIDAY);
      expect(namesIn(contents)).toEqual(['m1', 'f0', 'f1', 'm0']);
      expect(contents).toMatchObject({ day: FRIDAY, more: 0 });
    });

    it('are the sample’s only while there is nothing else', async () => {
      const room = await open();
      await room.fill(record({ source: 'sample', title: 'A sample paper of some length' }));
      const subscriber = await room.subscriber();
      expect((await room.make(subscriber, FRIDAY)).papers).toHaveLength(1);
      await room.editions.freeze(FRIDAY, 200);
      await room.fill(...several('f', 1, FRIDAY), ...several('t', 1, THURSDAY));
      room.pass(2_000);
      expect(namesIn(await room.make(subscriber, FRIDAY))).toEqual(['f0', 't0']);
    });
  });

  describe('what never comes', () => {
    it('is a paper that was sent before, or the same work under another name', async () => {
      const room = await open();
      await room.fill(...several('f', 4, FRIDAY));
      const subscriber = await room.subscriber({ papers: 3 });
      const other = await room.subscriber({ papers: 3 });
      expect(namesIn(await room.send(subscriber, FRIDAY))).toEqual(['f0', 'f1', 'f2']);
      // By other authors, so that the catalogue keeps both.
      await room.fill(paper('again', FRIDAY, { title: 'PAPER $f_1$', authors: ['Somebody Else'] }));
      room.pass(2_000);
      expect(namesIn(await room.send(subscriber, SUNDAY))).toEqual(['f3']);
      expect((await room.make(subscriber, SUNDAY)).papers).toEqual([]);
      expect(namesIn(await room.make(other, SUNDAY))).toEqual(['f0', 'f1', 'f2']);
    });

    it('is what somebody dismissed, whoever else reads it', async () => {
      const room = await open();
      await room.fill(...several('f', 3, FRIDAY));
      const ana = await room.account();
      await room.dismissals.dismiss(ana.id, 'f0' as PaperId);
      const names = async (account = ana) =>
        namesIn(await room.make(await room.subscriber({ searches: ['paper'] }, account), FRIDAY));
      expect((await names()).toSorted()).toEqual(['f1', 'f2']);
      expect(await names(await room.account())).toHaveLength(3);
    });

    it('is what was withdrawn, a moment after it was', async () => {
      const room = await open();
      await room.fill(...several('f', 3, FRIDAY));
      const subscriber = await room.subscriber({ searches: ['paper'] });
      expect((await room.make(subscriber, FRIDAY)).papers).toHaveLength(3);
      await room.fill(paper('f1', FRIDAY, { withdrawn: true }));
      room.pass(2_000);
      expect(namesIn(await room.make(subscriber, FRIDAY)).toSorted()).toEqual(['f0', 'f2']);
    });
  });

  describe('from what somebody follows', () => {
    it('stand first, with the reasons, and leave places to the edition', async () => {
      const room = await open();
      await room.fill(
        ...several('f', 20, FRIDAY),
        paper('hopper', THURSDAY, { authors: ['Grace Hopper'], categories: ['cs.CL'] }),
        paper('earlier', '2026-11-01', { authors: ['Grace Hopper'] }),
        paper('month', '2026-11', { authors: ['Grace Hopper'] }),
      );
      const ana = await room.account();
      await room.follows.follow(ana.id, toFollow('category', 'cs.CL'));
      await room.follows.follow(ana.id, toFollow('author', 'Grace Hopper'));
      const contents = await room.make(await room.subscriber({ papers: 10 }, ana), FRIDAY);
      expect(namesIn(contents, 'follows')).toEqual(['hopper', 'f0', 'f1', 'f2']);
      expect(namesIn(contents, 'edition')).toHaveLength(6);
      expect(contents.papers[0]?.reasons).toEqual([
        { kind: 'follow', what: 'author', label: 'Grace Hopper' },
        { kind: 'follow', what: 'category', label: 'cs.CL' },
      ]);
      expect(contents.more).toBe(11);
    });

    it('are searches of their own, which need no account', async () => {
      const room = await open();
      await room.fill(
        ...several('f', 5, FRIDAY),
        paper('norms', FRIDAY, { abstract: 'We bound the norms of masks.' }),
      );
      const { papers } = await room.make(
        await room.subscriber({ searches: ['norms of masks', '!!!'] }),
        FRIDAY,
      );
      expect(papers[0]).toMatchObject({
        paperId: 'norms',
        section: 'follows',
        reasons: [{ kind: 'search', query: 'norms of masks' }],
      });
    });

    it('are left out for whoever wants none of it', async () => {
      const room = await open();
      await room.fill(...several('f', 5, FRIDAY));
      const ana = await room.account();
      await room.follows.follow(ana.id, toFollow('category', 'cs.CL'));
      const contents = await room.make(await room.subscriber({ follows: false }, ana), FRIDAY);
      expect(namesIn(contents, 'edition')).toHaveLength(5);
    });

    it('are all there is for whoever does without the edition', async () => {
      const room = await open();
      await room.fill(...several('f', 5, FRIDAY), paper('norms', FRIDAY, { title: 'On norms' }));
      const only = await room.subscriber({ trending: false, searches: ['norms'] });
      expect(namesIn(await room.make(only, FRIDAY))).toEqual(['norms']);
      const nothing = await room.subscriber({ trending: false });
      expect(namesIn(await room.make(nothing, FRIDAY))).toHaveLength(6);
    });

    it('come another day when the search fails, and the rest comes today', async () => {
      const busy = new BroadsheetError('search_busy', 'Too many readers.');
      const room = await open({ search: { search: () => Promise.reject(busy) } });
      await room.fill(...several('f', 5, FRIDAY));
      const subscriber = await room.subscriber({ searches: ['paper', 'norms'] });
      expect(namesIn(await room.make(subscriber, FRIDAY), 'edition')).toHaveLength(5);
      expect(room.failures).toEqual([busy]);
    });
  });

  describe('like somebody’s own papers', () => {
    const TIDES = ['Tides of ocean rivers', 'The moon over tides', 'Ocean tides and a bright moon'];

    it('name the paper that they are most like', async () => {
      const room = await open();
      await room.fill(
        ...several('f', 8, FRIDAY, { abstract: 'Parsers of sentences.' }),
        paper('tidal', THURSDAY, { title: 'Ocean tides and the moon', abstract: 'Ocean tides.' }),
        ...TIDES.map((title, at) => paper(`l${at}`, '2026-06-01', { title, abstract: title })),
      );
      const ana = await room.account();
      await room.votes.cast(ana, 'l0' as PaperId);
      await room.votes.cast(ana, 'l1' as PaperId);
      const subscriber = await room.subscriber({ papers: 3 }, ana);
      expect(namesIn(await room.make(subscriber, FRIDAY), 'interests')).toEqual([]);
      const kept = await room.collections.create(ana.id, {
        title: 'Tides',
        description: '',
        visibility: 'private',
      });
      await room.collections.add(ana, kept, 'l2' as PaperId);
      const contents = await room.make(subscriber, FRIDAY);
      expect(contents.papers.find(({ section }) => section === 'interests')).toMatchObject({
        paperId: 'tidal',
        reasons: [{ kind: 'like', papers: 3, title: 'Ocean tides and a bright moon' }],
      });
      const without = await room.subscriber({ papers: 3, interests: false }, ana);
      expect(namesIn(await room.make(without, FRIDAY), 'interests')).toEqual([]);
    });

    it('are left out when no model can be opened, and the rest comes', async () => {
      const room = await open({ embedder: () => Promise.reject(new RangeError('no model')) });
      const papers = several('f', 4, FRIDAY);
      await room.fill(...papers);
      const ana = await room.account();
      for (const at of [0, 1, 2]) await room.votes.cast(ana, `f${at}` as PaperId);
      const contents = await room.make(await room.subscriber({}, ana), FRIDAY);
      expect(namesIn(contents, 'edition')).toHaveLength(4);
      expect(room.failures).toHaveLength(1);
    });
  });

  it('know of votes and new papers within a quarter of a minute', async () => {
    const room = await open();
    await room.fill(...several('f', 2, FRIDAY));
    const subscriber = await room.subscriber();
    expect(namesIn(await room.make(subscriber, FRIDAY))).toEqual(['f0', 'f1']);
    await room.votes.cast(await room.account(), 'f1' as PaperId);
    room.pass(15_000);
    expect(namesIn(await room.make(subscriber, FRIDAY))).toEqual(['f1', 'f0']);
  });

  it('are of three papers at least, when there are three', async () => {
    const room = await open();
    await room.fill(...several('f', 3, FRIDAY));
    const subscriber = await room.subscriber({ papers: 3, searches: ['nothing at all'] });
    expect(namesIn(await room.make(subscriber, FRIDAY))).toHaveLength(3);
  });

  it('do not come twice over a fortnight of days', async () => {
    const room = await open();
    await room.fill(
      ...Array.from({ length: 14 }, (_, at) =>
        several(`d${at}-`, 4, addDays('2026-10-22' as Day, at), { authors: ['Ada Lovelace'] }),
      ).flat(),
    );
    const subscriber = await room.subscriber({ papers: 6, searches: ['author:Lovelace'] });
    const seen: PaperId[] = [];
    for (let at = 0; at < 14; at += 1) {
      seen.push(...namesIn(await room.send(subscriber, addDays('2026-10-22' as Day, at))));
      room.pass(DAY_MS);
    }
    expect(seen).toHaveLength(56);
    expect(new Set(seen).size).toBe(56);
  });
});

describeOnBothDialects('what was sent', (database) => {
  it('is found by paper and by title, of this reader alone', async () => {
    const room = await openContentsRoom(database());
    await room.fill(...several('f', 3, FRIDAY));
    const ana = await room.subscriber();
    const ben = await room.subscriber();
    const f0 = 'f0' as PaperId;
    await putSent(database(), ana, FRIDAY, {
      papers: [{ paperId: f0, section: 'edition', reasons: [], votes: 0 }],
    });
    const { sentPapers } = room.parts;
    const ids = ['f0', 'f1'] as PaperId[];
    expect(await sentPapers.sentTo(ana.id, ids, ['paperf0', 'paperf1'])).toEqual({
      ids: new Set(['f0']),
      titleKeys: new Set(['paperf0']),
    });
    expect(await sentPapers.sentTo(ana.id, [], [])).toEqual({
      ids: new Set(),
      titleKeys: new Set(),
    });
    expect(await sentPapers.sentTo(ben.id, ids, ['paperf0'])).toEqual({
      ids: new Set(),
      titleKeys: new Set(),
    });
  });
});

describeOnBothDialects('liked papers', (database) => {
  it('are voted for or kept lately, each once, the latest first', async () => {
    const room = await openContentsRoom(database());
    await room.fill(...several('f', 5, FRIDAY));
    const ana = await room.account();
    const ben = await room.account();
    const cast = async (name: string) => {
      room.pass(1_000);
      await room.votes.cast(ana, name as PaperId);
    };
    const before = room.parts.now().getTime();
    await cast('f0');
    await cast('f1');
    await room.votes.cast(ben, 'f4' as PaperId);
    const words = { title: 'Kept', description: '', visibility: 'private' } as const;
    const kept = await room.collections.create(ana.id, words);
    for (const name of ['f2', 'f0']) {
      room.pass(1_000);
      await room.collections.add(ana, kept, name as PaperId);
    }
    const likedBy = async (sinceMs: number, limit: number) =>
      (await room.parts.likedPapers.likedBy(ana.id, { sinceMs, limit })).map(({ id }) => id);
    expect(await likedBy(before, 10)).toEqual(['f0', 'f2', 'f1']);
    expect(await likedBy(before, 2)).toEqual(['f0', 'f2']);
    expect(await likedBy(before + 3_000, 10)).toEqual(['f0', 'f2']);
    expect(await room.parts.likedPapers.likedBy(ana.id, { sinceMs: before, limit: 1 })).toEqual([
      { id: 'f0', title: 'Paper f0', revision: 1 },
    ]);
  });
});
