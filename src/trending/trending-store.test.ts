import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { NOON, record } from '../../test/support/catalogue.js';
import { describeOnEveryDatabase } from '../../test/support/databases.js';
import type { AnyTransaction } from '../database/connection.js';
import type { Database } from '../database/database.js';
import type { PaperId } from '../papers/identifiers.js';
import type { PaperRecord } from '../papers/paper.js';
import { createPaperStore } from '../papers/paper-store.js';
import type { Evidence } from './evidence.js';
import { heatAt } from './hotness.js';
import { createTrendingStore, type TrendingStore } from './trending-store.js';

const HOUR = 3_600_000;
const NOW = NOON.getTime();

describeOnEveryDatabase('trending', (database) => {
  const store = () => createTrendingStore(database(), { now: () => NOON });

  it('counts a vote, and forgets it when it is taken back', async () => {
    const [paper] = await addPapers(database(), 'One');
    const trending = store();
    await say(database(), trending, { paperId: paper, actor: 'ana' });
    expect(await standingOf(trending, paper)).toMatchObject({ votes: 1 });
    expect(await heatOf(trending, paper)).toBeCloseTo(1, 9);
    await takeBack(database(), trending, { paperId: paper, actor: 'ana' });
    await takeBack(database(), trending, { paperId: paper, actor: 'ana' });
    expect(await standingOf(trending, paper)).toMatchObject({ votes: 0, hotness: undefined });
  });

  it('keeps the time of a vote that is cast again', async () => {
    const [paper] = await addPapers(database(), 'One');
    const trending = store();
    await say(database(), trending, { paperId: paper, actor: 'ana', atMs: NOW - 36 * HOUR });
    await say(database(), trending, { paperId: paper, actor: 'ana', atMs: NOW });
    expect(await heatOf(trending, paper)).toBeCloseTo(0.5, 9);
  });

  it('replaces what another site told of a day by what it tells now', async () => {
    const [paper] = await addPapers(database(), 'One');
    const trending = store();
    const told = { paperId: paper, actor: 'huggingface:2026-11-20', kind: 'upvotes' } as const;
    await say(database(), trending, { ...told, amount: 10 });
    await say(database(), trending, { ...told, amount: 32 });
    expect(await heatOf(trending, paper)).toBeCloseTo(0.2 * 32 ** 0.8, 9);
    expect(await standingOf(trending, paper)).toMatchObject({ votes: 0 });
  });

  it('counts nothing of what is said from the future before its time', async () => {
    const [paper] = await addPapers(database(), 'One');
    const trending = store();
    await say(database(), trending, { paperId: paper, actor: 'ana', atMs: NOW + 1_000 * HOUR });
    expect(await heatOf(trending, paper)).toBeCloseTo(1, 9);
  });

  it('records an author’s own vote, and counts and shows it nowhere', async () => {
    const [paper] = await addPapers(database(), 'One');
    const trending = store();
    await say(database(), trending, { paperId: paper, actor: 'ana', isOwn: true });
    await say(database(), trending, { paperId: paper, actor: 'bo' });
    expect(await standingOf(trending, paper)).toMatchObject({ votes: 1 });
    expect(await heatOf(trending, paper)).toBeCloseTo(1, 9);
    const { terms } = await trending.explain(paper, NOON);
    expect(terms.map(({ words }) => words)).toEqual(['1 vote', '1 vote (by its own authors)']);
  });

  it('counts one new account of a network for a paper: half, and less of the next network', async () => {
    const [paper, other] = await addPapers(database(), 'One', 'Two');
    const trending = store();
    for (const actor of ['a', 'b', 'c']) {
      await say(database(), trending, { paperId: paper, actor, isNew: true, network: 'n' });
    }
    await say(database(), trending, { paperId: other, actor: 'a', isNew: true, network: 'n' });
    await say(database(), trending, { paperId: paper, actor: 'd', isNew: true });
    await say(database(), trending, { paperId: paper, actor: 'e', isNew: true });
    expect(await heatOf(trending, paper)).toBeCloseTo(0.5 + 0.25, 9);
    expect(await heatOf(trending, other)).toBeCloseTo(0.5, 9);
    expect(await standingOf(trending, paper)).toMatchObject({ votes: 5 });
  });

  it('lets what a moderator set aside count nothing, even when it is said again', async () => {
    const [paper] = await addPapers(database(), 'One');
    const trending = store();
    await say(database(), trending, { paperId: paper, actor: 'ring' });
    await say(database(), trending, { paperId: paper, actor: 'ring', kind: 'save' });
    await inTransaction(database(), (transaction) =>
      trending.neutralise(transaction, { actor: 'ring', remark: 'neutralised' }),
    );
    expect(await standingOf(trending, paper)).toMatchObject({ votes: 0, hotness: undefined });
    await takeBack(database(), trending, { paperId: paper, actor: 'ring' });
    await say(database(), trending, { paperId: paper, actor: 'ring' });
    expect(await standingOf(trending, paper)).toMatchObject({ votes: 0, hotness: undefined });
    await inTransaction(database(), (transaction) =>
      trending.reinstate(transaction, { actor: 'ring' }),
    );
    expect(await standingOf(trending, paper)).toMatchObject({ votes: 1 });
    expect(await heatOf(trending, paper)).toBeCloseTo(1.5, 9);
  });

  it('refuses evidence for papers that do not exist, and passes over taking it back', async () => {
    const trending = store();
    const paperId = 'nothing' as PaperId;
    await expect(say(database(), trending, { paperId, actor: 'ana' })).rejects.toMatchObject({
      code: 'not_found',
    });
    await takeBack(database(), trending, { paperId, actor: 'ana' });
  });

  it('is exact when one account says the same two hundred times at once', async () => {
    const [paper] = await addPapers(database(), 'One');
    const trending = store();
    await Promise.all(
      Array.from({ length: 200 }, () => say(database(), trending, { paperId: paper, actor: 'a' })),
    );
    expect(await standingOf(trending, paper)).toMatchObject({ votes: 1 });
    expect(await heatOf(trending, paper)).toBeCloseTo(1, 9);
  });

  it('is exact when two hundred accounts speak at once', async () => {
    const [paper] = await addPapers(database(), 'One');
    const trending = store();
    await Promise.all(
      Array.from({ length: 200 }, (_, number) =>
        say(database(), trending, { paperId: paper, actor: `a${number}` }),
      ),
    );
    expect(await standingOf(trending, paper)).toMatchObject({ votes: 200 });
    expect(await heatOf(trending, paper)).toBeCloseTo(200, 6);
  });

  it('keeps the count of comments through all else', async () => {
    const [paper] = await addPapers(database(), 'One');
    const trending = store();
    await inTransaction(database(), (transaction) => trending.setComments(transaction, paper, 7));
    await say(database(), trending, { paperId: paper, actor: 'ana' });
    await trending.recompute(paper);
    expect(await standingOf(trending, paper)).toMatchObject({ votes: 1, comments: 7 });
  });

  it('lists the hottest first, without withdrawn papers and those to leave out', async () => {
    const records = ['Cold', 'Warm', 'Hot', 'Gone'].map((title) =>
      record({
        title,
        names: [`local:${title}`],
        categories: [title === 'Warm' ? 'cs.CL' : 'cs.C'],
      }),
    );
    const gone = { ...(records[3] as PaperRecord), withdrawn: true };
    const papers = await add(database(), [...records.slice(0, 3), gone]);
    const [cold, warm, hot, goneId] = papers as [PaperId, PaperId, PaperId, PaperId];
    const trending = store();
    for (const [paperId, votes] of [
      [warm, 2],
      [hot, 3],
      [goneId, 9],
    ] as const) {
      for (let actor = 0; actor < votes; actor += 1) {
        await say(database(), trending, { paperId, actor: `a${actor}` });
      }
    }
    const page = { offset: 0, limit: 10 };
    expect(await trending.trendingIds(page)).toEqual({ ids: [hot, warm], total: 2 });
    expect(await trending.trendingIds({ ...page, offset: 1 })).toEqual({ ids: [warm], total: 2 });
    expect((await trending.trendingIds({ ...page, excluding: [hot, cold] })).ids).toEqual([warm]);
    expect((await trending.trendingIds({ ...page, field: 'cs.CL' })).ids).toEqual([warm]);
    expect((await trending.trendingIds({ ...page, field: 'cs.C' })).ids).toEqual([hot]);
    expect((await trending.trendingIds({ ...page, field: '%"' })).ids).toEqual([]);
  });

  it('shows the sample only while there is nothing else', async () => {
    const [sample] = await add(database(), [record({ title: 'Sample', source: 'sample' })]);
    const trending = store();
    await say(database(), trending, { paperId: sample as PaperId, actor: 'ana' });
    expect((await trending.trendingIds({ offset: 0, limit: 9 })).ids).toEqual([sample]);
    await addPapers(database(), 'Real');
    expect((await trending.trendingIds({ offset: 0, limit: 9 })).ids).toEqual([]);
  });

  it('lets the prior stand in while nobody has spoken, and yield to those who do', async () => {
    const [paper] = await addPapers(database(), 'One');
    const trending = store();
    const prior = { paperId: paper, votes: 3, atMs: NOW, model: 'm', revision: 1 };
    await trending.setPriors([prior, { ...prior, paperId: 'nothing' as PaperId }]);
    expect(await heatOf(trending, paper)).toBeCloseTo(3, 9);
    for (let actor = 0; actor < 6; actor += 1) {
      await say(database(), trending, { paperId: paper, actor: `a${actor}` });
    }
    expect(await heatOf(trending, paper)).toBeCloseTo(6 + 3 / 2, 9);
    expect(await meritOf(database(), paper)).toBeCloseTo(7.5, 9);
    await trending.setPriors([{ ...prior, votes: undefined }]);
    expect(await heatOf(trending, paper)).toBeCloseTo(6, 9);
  });

  it('tells which priors are due: of new and changed papers, and of another model', async () => {
    const papers = await addPapers(database(), 'One', 'Two', 'Three');
    const trending = store();
    const due = async (model: string) =>
      (await trending.duePriors(model, { after: 0, limit: 9 })).map(({ id }) => id);
    expect(await due('m')).toEqual(papers);
    const rows = (await trending.duePriors('m', { until: 99, limit: 2 })).map(
      ({ id, revision }) => ({ paperId: id, revision, votes: 1, atMs: NOW, model: 'm' }),
    );
    expect(rows.map(({ paperId }) => paperId)).toEqual([papers[2], papers[1]]);
    await trending.setPriors(rows);
    expect(await due('m')).toEqual([papers[0]]);
    expect(await due('other')).toEqual(papers);
    const again = record({ title: 'Two', names: ['local:Two'], abstract: 'A longer text, now.' });
    await add(database(), [again]);
    expect(await due('m')).toEqual([papers[0], papers[1]]);
  });

  it('raises what is said in a quiet field, and leaves the busiest as it is', async () => {
    const trending = store();
    const [busy, quiet] = (await add(database(), [
      record({ title: 'Busy', names: ['local:busy'], categories: ['cs.LG'] }),
      record({ title: 'Quiet', names: ['local:quiet'], categories: ['math.CO', 'cs.LG'] }),
    ])) as [PaperId, PaperId];
    await inTransaction(database(), async (transaction) => {
      const vote = (paperId: PaperId, actor: string, atMs: number) =>
        trending.put(transaction, { paperId, actor, kind: 'vote', atMs });
      for (let day = 0; day < 20; day += 1) {
        const atMs = NOW - day * 24 * HOUR;
        await vote(quiet, `q${day}`, atMs);
        for (let actor = 0; actor < 10; actor += 1) await vote(busy, `b${day}/${actor}`, atMs);
      }
    });
    await trending.refreshFields();
    await trending.refreshFields();
    const fields = await trending.fields();
    expect(fields.map(({ field }) => field)).toEqual(['cs.LG', 'math.CO']);
    expect(fields[0]?.factor).toBe(1);
    expect(fields[1]?.factor).toBeGreaterThan(1.3);
    await say(database(), trending, { paperId: quiet, actor: 'now', kind: 'save' });
    await say(database(), trending, { paperId: quiet, actor: 'new', kind: 'comment', isNew: true });
    await say(database(), trending, { paperId: busy, actor: 'now', kind: 'save' });
    const factorOf = async (paper: PaperId, kind: string) =>
      (await trending.explain(paper, NOON)).terms.find((term) => term.kind === kind)?.factor;
    expect(await factorOf(quiet, 'save')).toBeCloseTo(fields[1]?.factor as number, 9);
    expect(await factorOf(quiet, 'comment')).toBe(1);
    expect(await factorOf(busy, 'save')).toBe(1);
  });

  it('forgets fields in which nothing happens any more', async () => {
    const [paper] = await addPapers(database(), 'One');
    const trending = store();
    await say(database(), trending, { paperId: paper, actor: 'ana' });
    await trending.refreshFields();
    expect(await trending.fields()).toHaveLength(1);
    await takeBack(database(), trending, { paperId: paper, actor: 'ana' });
    await trending.refreshFields();
    expect(await trending.fields()).toEqual([]);
  });

  it('gives what an account has said to another name, and forgets networks in time', async () => {
    const [paper] = await addPapers(database(), 'One');
    const trending = store();
    await say(database(), trending, { paperId: paper, actor: 'ana', network: 'n' });
    await inTransaction(database(), async (transaction) => {
      await trending.forgetNetworks(transaction, NOW + 1);
      await trending.renameActor(transaction, 'ana', 'gone:1');
    });
    expect(await standingOf(trending, paper)).toMatchObject({ votes: 1 });
    await takeBack(database(), trending, { paperId: paper, actor: 'gone:1' });
    expect(await standingOf(trending, paper)).toMatchObject({ votes: 0 });
  });

  it('has the same sums as all evidence reckoned anew, after anything', async () => {
    const trending = store();
    const papers = await addPapers(database(), 'One', 'Two');
    await fc.assert(
      fc.asyncProperty(fc.array(anyAct, { maxLength: 25 }), async (acts) => {
        for (const act of acts) await perform(database(), trending, papers, act);
        const before = await sums(database(), trending, papers);
        const terms = await Promise.all(papers.map((paper) => trending.explain(paper, NOON)));
        await trending.recomputeAll();
        const after = await sums(database(), trending, papers);
        for (const [at, sum] of after.entries()) {
          expect(before[at]?.votes).toBe(sum.votes);
          expect(before[at]?.heat).toBeCloseTo(sum.heat, 6);
          expect(before[at]?.merit).toBeCloseTo(sum.merit, 6);
          const { heat, merit, terms: parts } = terms[at] as (typeof terms)[number];
          expect(heat).toBeCloseTo(sum.heat, 6);
          expect(merit).toBeCloseTo(sum.merit, 6);
          expect(parts.reduce((all, part) => all + part.contribution, 0)).toBeCloseTo(heat, 6);
          expect(parts.reduce((all, part) => all + part.worth, 0)).toBeCloseTo(merit, 6);
        }
      }),
      { numRuns: 12 },
    );
  });

  it('finds sums that something else has changed', async () => {
    const [paper] = await addPapers(database(), 'One');
    const trending = store();
    await say(database(), trending, { paperId: paper, actor: 'ana' });
    expect(await trending.recomputeAll()).toBe(0);
    await database()
      .connection.$extendTables<{ standings: { votes: number; merit: number } }>()
      .updateTable('standings')
      .set({ votes: 40, merit: 40 })
      .execute();
    expect(await trending.recomputeAll()).toBe(1);
    expect(await standingOf(trending, paper)).toMatchObject({ votes: 1 });
  });
});

describe('an act of the property above', () => {
  it('is of every kind', () => {
    const kinds = new Set(fc.sample(anyAct, 200).map(({ does }) => does));
    expect(kinds.size).toBe(4);
  });
});

const anyAct = fc.record({
  does: fc.constantFrom('say', 'take back', 'set aside', 'prior'),
  paper: fc.nat({ max: 1 }),
  actor: fc.constantFrom('a', 'b', 'c'),
  kind: fc.constantFrom('vote', 'comment', 'save', 'upvotes'),
  hoursAgo: fc.integer({ min: 0, max: 500 }),
  amount: fc.integer({ min: 1, max: 300 }),
  isOwn: fc.boolean(),
  isNew: fc.boolean(),
});

type Act = typeof anyAct extends fc.Arbitrary<infer Value> ? Value : never;

async function perform(
  database: Database,
  trending: TrendingStore,
  papers: readonly PaperId[],
  { does, paper, actor, kind, hoursAgo, amount, isOwn, isNew }: Act,
): Promise<void> {
  const paperId = papers[paper] as PaperId;
  const atMs = NOW - hoursAgo * HOUR;
  if (does === 'say') {
    const many = kind === 'upvotes' ? { amount } : {};
    await say(database, trending, { paperId, actor, kind, atMs, isOwn, isNew, ...many });
  } else if (does === 'take back') {
    await takeBack(database, trending, { paperId, actor, kind });
  } else if (does === 'prior') {
    await trending.setPriors([{ paperId, votes: amount / 100, atMs, model: 'm', revision: 1 }]);
  } else {
    await inTransaction(database, (transaction) =>
      trending.neutralise(transaction, {
        actor,
        remark: isOwn ? 'own' : 'neutralised',
        ...(isNew && { paperId }),
      }),
    );
  }
}

async function sums(database: Database, trending: TrendingStore, papers: readonly PaperId[]) {
  const merits = await Promise.all(papers.map((paper) => meritOf(database, paper)));
  const standings = await trending.standings(papers);
  const halfLife = trending.constants().halfLifeHours;
  return papers.map((paper, at) => {
    const { votes = 0, hotness = Number.NEGATIVE_INFINITY } = standings.get(paper) ?? {};
    return { votes, heat: heatAt(NOW, hotness, halfLife), merit: merits[at] as number };
  });
}

async function addPapers<Titles extends readonly string[]>(
  database: Database,
  ...titles: Titles
): Promise<{ readonly [At in keyof Titles]: PaperId }> {
  const ids = await add(
    database,
    titles.map((title) => record({ title, names: [`local:${title}`] })),
  );
  return ids as unknown as { readonly [At in keyof Titles]: PaperId };
}

async function add(database: Database, records: readonly PaperRecord[]): Promise<PaperId[]> {
  const papers = createPaperStore(database, { now: () => NOON, timeZone: 'UTC' });
  return (await papers.add(records)).map(({ id }) => id);
}

function inTransaction(
  { connection }: Database,
  work: (transaction: AnyTransaction) => Promise<void>,
): Promise<void> {
  return connection.transaction().execute(work);
}

/** A vote at noon unless something else is said. */
function say(
  database: Database,
  trending: TrendingStore,
  evidence: Partial<Evidence> & Pick<Evidence, 'paperId' | 'actor'>,
): Promise<void> {
  return inTransaction(database, (transaction) =>
    trending.put(transaction, { kind: 'vote', atMs: NOW, ...evidence }),
  );
}

function takeBack(
  database: Database,
  trending: TrendingStore,
  evidence: Pick<Evidence, 'paperId' | 'actor'> & Partial<Pick<Evidence, 'kind'>>,
): Promise<void> {
  return inTransaction(database, (transaction) =>
    trending.withdraw(transaction, { kind: 'vote', ...evidence }),
  );
}

async function standingOf(trending: TrendingStore, paper: PaperId) {
  return (await trending.standings([paper])).get(paper);
}

async function heatOf(trending: TrendingStore, paper: PaperId): Promise<number> {
  const { hotness = Number.NEGATIVE_INFINITY } = (await standingOf(trending, paper)) ?? {};
  return heatAt(NOW, hotness, trending.constants().halfLifeHours);
}

/** As it is stored, for whoever ranks the papers of a day. */
async function meritOf({ connection }: Database, paper: PaperId): Promise<number> {
  const row = await connection
    .$extendTables<{ standings: { paper_id: string; merit: number } }>()
    .selectFrom('standings')
    .select('merit')
    .where('paper_id', '=', paper)
    .executeTakeFirst();
  return row?.merit ?? 0;
}
