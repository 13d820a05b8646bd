import { setTimeout as wait } from 'node:timers/promises';
import { describe, expect, it, onTestFinished } from 'vitest';
import { openCatalogue, record } from '../../test/support/catalogue.js';
import type { PaperId } from '../papers/identifiers.js';
import { type CatalogueFollower, followCatalogue } from './catalogue-follower.js';
import { parseQuery } from './parse-query.js';
import { createPlainEngine } from './plain-engine.js';
import type { SearchEngine } from './search-engine.js';

/** Polls that come of themselves, and soon. */
const EAGER = { pollMs: 5, batchSize: 7 };

/** Polls that never come within a test. */
const ON_DEMAND = { pollMs: 3_600_000, batchSize: 7 };

const titled = (title: string) => record({ title, names: [title] });
const numbered = (from: number, until: number) =>
  Array.from({ length: until - from }, (_, at) => titled(`paper${from + at}`));

function stopAtEnd(follower: CatalogueFollower): CatalogueFollower {
  onTestFinished(() => follower[Symbol.asyncDispose]());
  return follower;
}

async function totalOf(engine: SearchEngine, query: string): Promise<number> {
  const options = { mode: 'lexical', offset: 0, limit: 1 } as const;
  return (await engine.search(parseQuery(query), options)).total;
}

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await wait(2);
}

describe('a follower', () => {
  it('is ready when all that stood there at the start can be found', async () => {
    const { papers } = await openCatalogue();
    await papers.add(numbered(0, 30));
    const engine = createPlainEngine();
    const follower = stopAtEnd(followCatalogue(papers, engine, ON_DEMAND));
    expect(follower.isReady()).toBe(false);
    await follower.ready;
    expect(follower.isReady()).toBe(true);
    expect(follower.caughtUpTo()).toBe(await papers.revision());
    expect(engine.size()).toBe(30);
  });

  it('is ready at once with an empty catalogue', async () => {
    const { papers } = await openCatalogue();
    await stopAtEnd(followCatalogue(papers, createPlainEngine(), ON_DEMAND)).ready;
  });

  it('finds what comes later by itself', async () => {
    const { papers } = await openCatalogue();
    const engine = createPlainEngine();
    const follower = stopAtEnd(followCatalogue(papers, engine, EAGER));
    await follower.ready;
    await papers.add([titled('Matryoshka')]);
    await until(() => follower.caughtUpTo() > 0);
    expect(await totalOf(engine, 'matryoshka')).toBe(1);
  });

  it('finds an own commit when asked to follow now', async () => {
    const { papers } = await openCatalogue();
    const engine = createPlainEngine();
    const follower = stopAtEnd(followCatalogue(papers, engine, ON_DEMAND));
    for (const title of ['First', 'Second', 'Third']) {
      await papers.add([titled(title)]);
      await follower.refresh();
      expect(await totalOf(engine, title)).toBe(1);
    }
  });

  it('finds it even if it looked just before the commit', async () => {
    const { papers } = await openCatalogue();
    const engine = createPlainEngine();
    const gate = Promise.withResolvers<void>();
    const slow: typeof papers = {
      ...papers,
      async revision() {
        const revision = await papers.revision();
        await gate.promise;
        return revision;
      },
    };
    const follower = stopAtEnd(followCatalogue(slow, engine, ON_DEMAND));
    await wait(10);
    await papers.add([titled('Matryoshka')]);
    const refreshed = follower.refresh();
    gate.resolve();
    await refreshed;
    expect(await totalOf(engine, 'matryoshka')).toBe(1);
  });

  it('forgets what a paper no longer says', async () => {
    const { papers } = await openCatalogue();
    const engine = createPlainEngine();
    const follower = stopAtEnd(followCatalogue(papers, engine, ON_DEMAND));
    await papers.add([record({ title: 'Early words', names: ['2303.01234'] })]);
    await follower.refresh();
    const later = {
      title: 'Late words',
      names: ['2303.01234'],
      source: 'arxiv',
      version: 2,
    } as const;
    await papers.add([record(later)]);
    await follower.refresh();
    expect(await totalOf(engine, 'title:early')).toBe(0);
    expect(await totalOf(engine, 'title:late')).toBe(1);
  });

  it('forgets a paper that was removed', async () => {
    const { papers } = await openCatalogue();
    const engine = createPlainEngine();
    const follower = stopAtEnd(followCatalogue(papers, engine, ON_DEMAND));
    const [outcome] = await papers.add([titled('Matryoshka'), titled('Samovar')]);
    await follower.refresh();
    await papers.remove([outcome?.id as PaperId]);
    await follower.refresh();
    expect(await totalOf(engine, 'matryoshka')).toBe(0);
    expect(engine.size()).toBe(1);
  });

  it('goes on from where an engine stands already', async () => {
    const { papers } = await openCatalogue();
    await papers.add(numbered(0, 10));
    const from = await papers.revision();
    await papers.add(numbered(10, 13));
    const engine = createPlainEngine();
    const revision = async () => from;
    const follower = stopAtEnd(followCatalogue(papers, { ...engine, revision }, ON_DEMAND));
    await follower.ready;
    expect(engine.size()).toBe(3);
    expect(follower.caughtUpTo()).toBe(await papers.revision());
  });

  it('tells the engine the revision even if nothing is left of what changed', async () => {
    const { papers } = await openCatalogue();
    const told: number[] = [];
    const update = async ({ revision }: { revision: number }) => void told.push(revision);
    const follower = stopAtEnd(followCatalogue(papers, { update }, ON_DEMAND));
    const [outcome] = await papers.add([titled('Brief')]);
    await papers.remove([outcome?.id as PaperId]);
    await papers.add([titled('Brief')]);
    await follower.refresh();
    expect(told).toEqual([await papers.revision()]);
  });

  it('misses no paper while writing goes on', async () => {
    const { papers } = await openCatalogue();
    const engine = createPlainEngine();
    const follower = stopAtEnd(followCatalogue(papers, engine, EAGER));
    for (let batch = 0; batch < 40; batch += 1) {
      await papers.add([
        ...numbered(batch * 5, batch * 5 + 5),
        // Moves to a new revision each time, past others that are not read yet.
        record({ title: 'Changing', names: ['changing'], abstract: `Version ${batch} of this.` }),
      ]);
    }
    await follower.refresh();
    expect(engine.size()).toBe(201);
    expect(follower.caughtUpTo()).toBe(await papers.revision());
    for (let number = 0; number < 200; number += 1) {
      expect(await totalOf(engine, `title:paper${number}`)).toBe(1);
    }
  });

  it('reports its progress', async () => {
    const { papers } = await openCatalogue();
    await papers.add(numbered(0, 10));
    const counts: number[] = [];
    const onProgress = ({ papersTaken }: { papersTaken: number }) => counts.push(papersTaken);
    await stopAtEnd(followCatalogue(papers, createPlainEngine(), { ...ON_DEMAND, onProgress }))
      .ready;
    await until(() => counts.length === 2);
    expect(counts).toEqual([7, 10]);
  });
});

/** An engine that keeps its index, from what it had at the last start. */
function keptEngine(begun: { revision: number; papers: number; revisionSum: number }) {
  const plain = createPlainEngine();
  const told: string[] = [];
  let known = begun;
  const engine: Parameters<typeof followCatalogue>[1] = {
    async update(changes) {
      await plain.update(changes);
      const sum = changes.papers.reduce((total, { revision }) => total + revision, 0);
      known = {
        revision: changes.revision,
        papers: known.papers + changes.papers.length,
        revisionSum: known.revisionSum + sum,
      };
    },
    revision: async () => known.revision,
    census: async () => known,
    async rebuild() {
      told.push('rebuild');
      known = { revision: 0, papers: 0, revisionSum: 0 };
    },
    caughtUp: () => void told.push('caught up'),
  };
  return { engine, told, size: plain.size };
}

describe('an engine that keeps its index', () => {
  it('goes on from there, and is told when it has everything', async () => {
    const { papers } = await openCatalogue();
    await papers.add(numbered(0, 10));
    const revision = await papers.revision();
    const { engine, told, size } = keptEngine({ revision, ...(await papers.census(revision)) });
    await papers.add(numbered(10, 13));
    const follower = stopAtEnd(followCatalogue(papers, engine, ON_DEMAND));
    await follower.ready;
    expect(size()).toBe(3);
    expect(told).toEqual(['caught up']);
  });

  it('begins again if it does not have the papers that there are', async () => {
    const { papers } = await openCatalogue();
    await papers.add(numbered(0, 10));
    const revision = await papers.revision();
    const { revisionSum } = await papers.census(revision);
    for (const wrong of [
      { papers: 9, revisionSum },
      { papers: 10, revisionSum: revisionSum - 1 },
      // As after a return to a backup.
      { papers: 10, revisionSum, revision: revision + 5 },
    ]) {
      const { engine, told, size } = keptEngine({ revision, ...wrong });
      let misfits = 0;
      const onMisfit = () => {
        misfits += 1;
      };
      const follower = stopAtEnd(followCatalogue(papers, engine, { ...ON_DEMAND, onMisfit }));
      await follower.ready;
      expect(size()).toBe(10);
      await follower.refresh();
      expect(told).toEqual(['rebuild', 'caught up', 'caught up']);
      expect(misfits).toBe(1);
    }
  });

  it('is told again what it lost on the way', async () => {
    const { papers } = await openCatalogue();
    const { engine, size } = keptEngine({ revision: 0, papers: 0, revisionSum: 0 });
    const follower = stopAtEnd(followCatalogue(papers, engine, ON_DEMAND));
    await papers.add(numbered(0, 5));
    await follower.refresh();
    await engine.rebuild?.();
    await papers.add(numbered(5, 6));
    await follower.refresh();
    expect(size()).toBe(6);
    expect(follower.caughtUpTo()).toBe(await papers.revision());
    expect(await engine.census?.()).toMatchObject({ papers: 6 });
  });
});

describe('a failing database', () => {
  it('is reported and tried again, and nothing is missed', async () => {
    const { papers } = await openCatalogue();
    await papers.add(numbered(0, 20));
    const engine = createPlainEngine();
    const errors: unknown[] = [];
    let reads = 0;
    const unsteady: Parameters<typeof followCatalogue>[0] = {
      ...papers,
      changesSince(revision, limit) {
        reads += 1;
        if (reads % 2 === 0) throw new Error('The connection broke.');
        return papers.changesSince(revision, limit);
      },
    };
    const onError = (error: unknown) => errors.push(error);
    const follower = stopAtEnd(followCatalogue(unsteady, engine, { ...EAGER, onError }));
    await follower.ready;
    expect(engine.size()).toBe(20);
    expect(errors).toHaveLength(2);
  });
});

describe('a follower that is disposed of', () => {
  it('ends what is under way and follows no more', async () => {
    const { papers } = await openCatalogue();
    await papers.add(numbered(0, 50));
    const engine = createPlainEngine();
    let looks = 0;
    const watched: typeof papers = {
      ...papers,
      revision() {
        looks += 1;
        return papers.revision();
      },
    };
    const follower = followCatalogue(watched, engine, EAGER);
    await until(() => engine.size() > 0);
    await follower[Symbol.asyncDispose]();
    await follower.ready;
    const [size, looksBefore] = [engine.size(), looks];
    await papers.add(numbered(50, 60));
    await follower.refresh();
    await wait(30);
    expect(engine.size()).toBe(size);
    expect(looks).toBe(looksBefore);
  });
});
