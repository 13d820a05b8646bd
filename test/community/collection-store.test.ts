/** Collections over every database, together with the evidence that is really kept of them. */

import fc from 'fast-check';
import { sql } from 'kysely';
import { expect, it } from 'vitest';
import type { Account } from '../../src/accounts/account.js';
import { createCollectionStore } from '../../src/community/collection-store.js';
import {
  type CollectionId,
  type CollectionWords,
  MOST_COLLECTED_PAPERS,
  MOST_COLLECTIONS,
} from '../../src/community/collections.js';
import type { Database } from '../../src/database/database.js';
import type { PaperId } from '../../src/papers/identifiers.js';
import { createPaperStore } from '../../src/papers/paper-store.js';
import { createTrendingStore } from '../../src/trending/trending-store.js';
import { addAccount } from '../support/accounts.js';
import { NOON, record } from '../support/catalogue.js';
import { describeOnEveryDatabase } from '../support/databases.js';

const IDS = ['2303.00001', '2303.00002', '2303.00003', '2303.00004'] as PaperId[];
const [ONE, TWO, THREE] = IDS as [PaperId, PaperId, PaperId, PaperId];
const ALL = { offset: 0, limit: 100 };

const NORMS: CollectionWords = { title: 'Norms', description: '', visibility: 'public' };

async function open(database: Database) {
  let atMs = NOON.getTime();
  const now = () => new Date(atMs++);
  const papers = createPaperStore(database, { now, timeZone: 'UTC' });
  await papers.add(IDS.map((id) => record({ title: `Paper ${id}`, names: [id] })));
  const trending = createTrendingStore(database, { now });
  const collections = createCollectionStore(database, { now, evidence: trending });
  const ana = await addAccount(database, { name: 'ana' });
  return {
    papers,
    trending,
    collections,
    ana,
    id: await collections.create(ana.id, NORMS),
    order: async (id: CollectionId) =>
      (await collections.papersOf(id, ALL)).map(({ paperId }) => paperId),
    saves: async () =>
      (
        await sql<{ paper_id: string }>`
          select paper_id from evidence where kind = 'save' order by paper_id
        `.execute(database.connection)
      ).rows.map(({ paper_id }) => paper_id),
  };
}

describeOnEveryDatabase('collections', (database) => {
  it('hold papers in the order in which they were added, each once', async () => {
    const { collections, ana, id, order } = await open(database());
    expect(await collections.add(ana, id, TWO)).toEqual({ changed: true });
    expect(await collections.add(ana, id, ONE)).toEqual({ changed: true });
    expect(await collections.add(ana, id, TWO)).toEqual({ changed: false });
    expect(await order(id)).toEqual([TWO, ONE]);
    expect(await collections.find(id)).toMatchObject({
      ownerId: ana.id,
      title: 'Norms',
      visibility: 'public',
      papers: 2,
      isHidden: false,
    });
    expect(await collections.holding(ana.id, ONE)).toEqual(new Set([id]));
  });

  it('hold a paper once when it is added many times at once', async () => {
    const { collections, ana, id, order, saves } = await open(database());
    const acts = Array.from({ length: 20 }, (_, at) =>
      collections.add(ana, id, IDS[at % 4] as PaperId),
    );
    const outcomes = await Promise.all(acts);
    expect(outcomes.filter(({ changed }) => changed)).toHaveLength(4);
    expect((await order(id)).toSorted()).toEqual(IDS);
    expect(await saves()).toEqual(IDS);
  });

  it('speak for a paper as long as one of them holds it', async () => {
    const { collections, ana, id, saves, trending } = await open(database());
    const other = await collections.create(ana.id, { ...NORMS, visibility: 'private' });
    await collections.add(ana, id, ONE);
    await collections.add(ana, other, ONE);
    await collections.add(ana, other, TWO);
    expect(await saves()).toEqual([ONE, TWO]);
    await collections.takeOut(ana.id, id, ONE);
    expect(await saves()).toEqual([ONE, TWO]);
    await collections.remove(ana.id, other);
    expect(await saves()).toEqual([]);
    expect((await trending.standings([ONE])).get(ONE)?.hotness).toBeUndefined();
    expect(await collections.find(other)).toBeUndefined();
  });

  it('agree with their evidence after any acts at once', async () => {
    const { collections, ana, id, saves, order } = await open(database());
    const other = await collections.create(ana.id, NORMS);
    await Promise.all(
      Array.from({ length: 60 }, (_, at) => {
        const paper = IDS[at % 3] as PaperId;
        const where = at % 2 === 0 ? id : other;
        return at % 5 < 3
          ? collections.add(ana, where, paper)
          : collections.takeOut(ana.id, where, paper);
      }),
    );
    const held = new Set([...(await order(id)), ...(await order(other))]);
    expect(await saves()).toEqual([...held].sort());
  });

  it('move papers as a list of names would', async () => {
    const { collections, ana, id, order } = await open(database());
    for (const paper of IDS) await collections.add(ana, id, paper);
    const anyMove = fc.record({
      paper: fc.constantFrom(...IDS),
      places: fc.constantFrom(-9, -1, 0, 1, 2, 9),
    });
    let model = [...IDS];
    await fc.assert(
      fc.asyncProperty(fc.array(anyMove, { maxLength: 10 }), async (moves) => {
        for (const { paper, places } of moves) {
          const from = model.indexOf(paper);
          const to = Math.min(Math.max(from + places, 0), model.length - 1);
          model = model.toSpliced(from, 1).toSpliced(to, 0, paper);
          await collections.move(ana.id, id, paper, places);
        }
        expect(await order(id)).toEqual(model);
      }),
      { numRuns: 6 },
    );
  });

  it('are renumbered where no position is left between two papers', async () => {
    const { collections, ana, id, order } = await open(database());
    for (const paper of IDS) await collections.add(ana, id, paper);
    const next = 1 + Number.EPSILON;
    await sql`
      update collection_papers set position = ${next} where paper_id = ${TWO}
    `.execute(database().connection);
    await collections.move(ana.id, id, THREE, -1);
    expect(await order(id)).toEqual([ONE, THREE, TWO, IDS[3]]);
  });

  it('belong to nobody else: what is not theirs is not there', async () => {
    const { collections, ana, id, order } = await open(database());
    await collections.add(ana, id, ONE);
    const ben = await addAccount(database(), { name: 'ben' });
    const gone = { code: 'not_found' };
    await expect(collections.describe(ben.id, id, NORMS)).rejects.toMatchObject(gone);
    await expect(collections.remove(ben.id, id)).rejects.toMatchObject(gone);
    await expect(collections.add(ben, id, TWO)).rejects.toMatchObject(gone);
    await expect(collections.takeOut(ben.id, id, ONE)).rejects.toMatchObject(gone);
    await expect(collections.annotate(ben.id, id, ONE, 'x')).rejects.toMatchObject(gone);
    await expect(collections.move(ben.id, id, ONE, 1)).rejects.toMatchObject(gone);
    expect(await collections.holding(ben.id, ONE)).toEqual(new Set());
    expect(await collections.find(id)).toMatchObject({ title: 'Norms', papers: 1 });
    expect(await order(id)).toEqual([ONE]);
  });

  it.each(['', 'nothing', '../../etc/passwd', "' or 1=1 --", 'x'.repeat(9_000), '\u0000'])(
    'of an address that was made up are not there, case %#',
    async (id) => {
      const { collections, ana } = await open(database());
      expect(await collections.find(id)).toBeUndefined();
      await expect(collections.remove(ana.id, id)).rejects.toMatchObject({ code: 'not_found' });
      await expect(collections.add(ana, id, ONE)).rejects.toMatchObject({ code: 'not_found' });
    },
  );

  it('refuse papers that are not there, and forget those that are removed', async () => {
    const { collections, ana, id, papers } = await open(database());
    const refused = collections.add(ana, id, '2303.99999' as PaperId);
    await expect(refused).rejects.toMatchObject({ code: 'not_found' });
    await expect(collections.move(ana.id, id, ONE, 1)).rejects.toMatchObject({ code: 'not_found' });
    await collections.add(ana, id, ONE);
    await papers.remove([ONE]);
    expect(await collections.find(id)).toMatchObject({ papers: 0 });
  });

  it('keep a note with each paper', async () => {
    const { collections, ana, id } = await open(database());
    await collections.add(ana, id, ONE);
    await collections.annotate(ana.id, id, ONE, ' read\u202e <b>first</b> ');
    expect(await collections.papersOf(id, ALL)).toMatchObject([{ note: 'read <b>first</b>' }]);
    const tooLong = collections.annotate(ana.id, id, ONE, 'x'.repeat(10_000));
    await expect(tooLong).rejects.toMatchObject({ code: 'not_acceptable' });
  });

  it('are at most a hundred, and a thousand papers long, when all come at once', async () => {
    const { collections, ana, id, papers } = await open(database());
    const more = MOST_COLLECTIONS - 1;
    const made = await Promise.allSettled(
      Array.from({ length: more + 5 }, () => collections.create(ana.id, NORMS)),
    );
    expect(made.filter(({ status }) => status === 'rejected')).toHaveLength(5);
    expect(await collections.ofAccount(ana.id)).toHaveLength(MOST_COLLECTIONS);

    const many = Array.from(
      { length: MOST_COLLECTED_PAPERS },
      (_, at) => `2304.${String(10_000 + at)}`,
    );
    for (let at = 0; at < many.length; at += 250) {
      const some = many.slice(at, at + 250);
      await papers.add(some.map((name) => record({ title: `Paper ${name}`, names: [name] })));
      await sql`
        insert into collection_papers (collection_id, paper_id, position, note, added_at_ms)
        values ${sql.join(some.map((name, nth) => sql`(${id}, ${name}, ${at + nth}, '', 0)`))}
      `.execute(database().connection);
    }
    await expect(collections.add(ana, id, ONE)).rejects.toMatchObject({ code: 'conflict' });
  });

  it('are listed to all when they are public, hold something and are not hidden', async () => {
    const { collections, ana, id } = await open(database());
    const empty = await collections.create(ana.id, NORMS);
    const secret = await collections.create(ana.id, { ...NORMS, visibility: 'link' });
    const hidden = await collections.create(ana.id, NORMS);
    for (const each of [id, secret, hidden]) await collections.add(ana, each, ONE);
    await database()
      .connection.transaction()
      .execute((transaction) => collections.setHidden(transaction, hidden, true));

    const { collections: listed, total } = await collections.publicOnes({ offset: 0, limit: 5 });
    expect(listed.map((each) => each.id)).toEqual([id]);
    expect(total).toBe(1);
    expect((await collections.publicOnes({ offset: 1, limit: 5 })).collections).toEqual([]);
    expect((await collections.publicOf(ana.id)).map((each) => each.id)).toEqual([id, empty]);
    const own = (await collections.ofAccount(ana.id)).map((each) => each.id);
    expect(own.toSorted()).toEqual([id, empty, secret, hidden].sort());
    expect(await collections.find(hidden)).toMatchObject({ isHidden: true });
  });

  it('of a banned account are hidden', async () => {
    const { collections, ana, id } = await open(database());
    await collections.add(ana, id, ONE);
    await sql`update accounts set banned_at_ms = 1`.execute(database().connection);
    expect(await collections.publicOnes(ALL)).toEqual({ collections: [], total: 0 });
    expect(await collections.publicOf(ana.id)).toEqual([]);
    expect(await collections.find(id)).toMatchObject({ isHidden: true });
  });

  it('are shown again by the moderator who hid them', async () => {
    const { collections, id } = await open(database());
    const set = (which: string, isHidden: boolean) =>
      database()
        .connection.transaction()
        .execute((transaction) => collections.setHidden(transaction, which, isHidden));
    await set(id, true);
    await set(id, false);
    expect(await collections.find(id)).toMatchObject({ isHidden: false });
    await expect(set('AAAAAAAAAAAAAAAAAAAAAA', true)).rejects.toMatchObject({ code: 'not_found' });
  });

  it('go with their owner, and so does what they said', async () => {
    const { collections, ana, id, saves } = await open(database());
    const ben: Account = await addAccount(database(), { name: 'ben' });
    const other = await collections.create(ben.id, NORMS);
    await collections.add(ana, id, ONE);
    await collections.add(ana, id, TWO);
    await collections.add(ben, other, TWO);
    await database()
      .connection.transaction()
      .execute((transaction) => collections.removeAll(transaction, ana.id));
    expect(await collections.ofAccount(ana.id)).toEqual([]);
    expect(await saves()).toEqual([TWO]);
    expect(await collections.find(other)).toMatchObject({ papers: 1 });
  });
});
