import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { NOON, record } from '../../test/support/catalogue.js';
import { describeOnEveryDatabase } from '../../test/support/databases.js';
import type { AnyTransaction } from '../database/connection.js';
import type { Database } from '../database/database.js';
import type { PaperId } from '../papers/identifiers.js';
import { createPaperStore } from '../papers/paper-store.js';
import { followHotness } from './hotness-follower.js';
import { createTrendingStore, type TrendingStore } from './trending-store.js';

const NOW = NOON.getTime();
const MOST = 1_000;

describeOnEveryDatabase('changes of hotness', (database) => {
  it('are told once, as what is known now', async () => {
    const { trending, vote } = await open(database(), 'One', 'Two');
    await vote('One', 'ana');
    await vote('Two', 'ana');
    const all = await trending.hotnessSince(0, MOST);
    expect([...all.hotness.keys()].sort()).toEqual([idOf('One'), idOf('Two')]);
    expect(await trending.hotnessSince(all.change, MOST)).toEqual({
      hotness: new Map(),
      change: all.change,
    });
    await vote('Two', 'bo');
    const { hotness } = await trending.hotnessSince(all.change, MOST);
    expect([...hotness.keys()]).toEqual([idOf('Two')]);
    expect(hotness.get(idOf('Two'))).toBeGreaterThan(
      all.hotness.get(idOf('Two')) ?? Number.POSITIVE_INFINITY,
    );
  });

  it('are the end of it, too', async () => {
    const { trending, vote, takeBack } = await open(database(), 'One');
    await vote('One', 'ana');
    const { change } = await trending.hotnessSince(0, MOST);
    await takeBack('One', 'ana');
    expect([...(await trending.hotnessSince(change, MOST)).hotness]).toEqual([
      [idOf('One'), undefined],
    ]);
  });

  it('are priors as well, and not what leaves a paper as hot as it was', async () => {
    const { trending, vote, within } = await open(database(), 'One');
    await vote('One', 'ana');
    const paperId = idOf('One');
    const before = await trending.hotnessSince(0, MOST);
    await within((transaction) => trending.setComments(transaction, paperId, 3));
    await trending.recomputeAll();
    await trending.setPriors([{ paperId, votes: undefined, atMs: NOW, model: 'm', revision: 1 }]);
    expect((await trending.hotnessSince(before.change, MOST)).hotness.size).toBe(0);
    await trending.setPriors([{ paperId, votes: 2, atMs: NOW, model: 'm', revision: 1 }]);
    expect((await trending.hotnessSince(before.change, MOST)).hotness.size).toBe(1);
  });

  it('are not missed where a transaction that began earlier ends later', async () => {
    const { trending, vote, within } = await open(database(), 'Early', 'Late');
    await vote('Early', 'ana');
    await vote('Late', 'ana');
    const { change } = await trending.hotnessSince(0, MOST);
    const mayEnd = Promise.withResolvers<void>();
    const hasVoted = Promise.withResolvers<void>();
    const early = within(async (transaction) => {
      await trending.put(transaction, voteOf('Early', 'bo'));
      hasVoted.resolve();
      await mayEnd.promise;
    });
    await hasVoted.promise;
    // A database with one connection has it wait for the other.
    const late = vote('Late', 'bo').then(() => trending.hotnessSince(change, MOST));
    await Promise.race([late, sleep(300)]);
    mayEnd.resolve();
    await early;
    const between = await late;
    const rest = await trending.hotnessSince(between.change, MOST);
    const told = [...between.hotness.keys(), ...rest.hotness.keys()];
    expect(new Set(told)).toEqual(new Set([idOf('Early'), idOf('Late')]));
  });

  it('reach whoever follows them while many vote', async () => {
    const titles = Array.from({ length: 12 }, (_, at) => `paper-${at}`);
    const { trending, vote, takeBack, ids } = await open(database(), ...titles);
    let known: ReadonlyMap<PaperId, number> = new Map();
    await using follower = followHotness({
      store: { hotnessSince: (change) => trending.hotnessSince(change, 5) },
      tell: async (hotness) => {
        known = new Map(hotness);
      },
      pollMs: 1,
      onError: (error) => expect.unreachable(String(error)),
    });
    const readers = ['ana', 'bo', 'cy', 'di'];
    await Promise.all(
      readers.map(async (reader, at) => {
        for (const title of titles) await vote(title, reader);
        for (const title of titles.filter((_, each) => each % (at + 2) === 0)) {
          await takeBack(title, reader);
        }
      }),
    );
    await follower.refresh();
    const standings = await trending.standings(ids);
    const hot = ids.flatMap((id) => {
      const hotness = standings.get(id)?.hotness;
      return hotness === undefined ? [] : [[id, hotness] as const];
    });
    expect(hot).toHaveLength(titles.length - 1);
    expect(known).toEqual(new Map(hot));
  });

  it('are told again in full when telling failed', async () => {
    const { trending, vote } = await open(database(), 'One', 'Two');
    await vote('One', 'ana');
    const told: number[] = [];
    const failures: unknown[] = [];
    await using follower = followHotness({
      store: trending,
      tell: async (hotness) => {
        told.push(hotness.size);
        if (told.length === 1) throw new Error('nobody is there');
      },
      pollMs: 100_000,
      onError: (error) => failures.push(error),
    });
    await follower.refresh();
    await vote('Two', 'ana');
    await follower.refresh();
    await follower.refresh();
    expect(failures).toHaveLength(1);
    expect(told).toEqual([1, 1, 2]);
  });
});

async function open(database: Database, ...titles: readonly string[]) {
  const papers = createPaperStore(database, { now: () => NOON, timeZone: 'UTC' });
  const trending: TrendingStore = createTrendingStore(database, { now: () => NOON });
  const added = await papers.add(
    titles.map((title) => record({ title, names: [`local:${title}`] })),
  );
  const within = (work: (transaction: AnyTransaction) => Promise<void>): Promise<void> =>
    database.connection.transaction().execute(work);
  return {
    trending,
    within,
    ids: added.map(({ id }) => id),
    vote: (title: string, actor: string) =>
      within((transaction) => trending.put(transaction, voteOf(title, actor))),
    takeBack: (title: string, actor: string) =>
      within((transaction) => trending.withdraw(transaction, voteOf(title, actor))),
  };
}

function idOf(title: string): PaperId {
  return title as PaperId;
}

function voteOf(title: string, actor: string) {
  return { paperId: idOf(title), kind: 'vote', actor, atMs: NOW } as const;
}
