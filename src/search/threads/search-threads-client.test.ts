import { readdir } from 'node:fs/promises';
import { setTimeout as wait } from 'node:timers/promises';
import { afterAll, describe, expect, it } from 'vitest';
import { changes, removals } from '../../../test/support/catalogue-changes.js';
import { paper } from '../../../test/support/papers.js';
import {
  catalogueAt,
  find,
  idsOf,
  openThreads,
  papersFrom,
} from '../../../test/support/search-threads.js';
import { temporaryFolder } from '../../../test/support/temporary-folder.js';
import type { PaperId } from '../../papers/identifiers.js';
import { parseQuery } from '../parse-query.js';

/** Even one paper is worth a write. */
const EAGER = { leastPapers: 1, leastShare: 0 };

describe('an index in threads', () => {
  const engine = openThreads({ threads: 2 }, afterAll);

  it('has every thread find what an update brought, when the update is done', async () => {
    await engine.update(changes(paper('a', { title: 'Wooden dolls', revision: 1 })));
    // As many at once as there are threads, so that each is asked.
    const together = (text: string) => Promise.all([1, 2].map(() => idsOf(engine, text)));
    expect(await together('dolls')).toEqual([['a'], ['a']]);
    expect(engine.size()).toBe(1);

    await engine.update(changes(paper('a', { title: 'Painted eggs', revision: 2 })));
    expect(await together('dolls')).toEqual([[], []]);
    expect(await together('eggs')).toEqual([['a'], ['a']]);

    await engine.update(removals('a'));
    expect(await together('eggs')).toEqual([[], []]);
    expect(engine.size()).toBe(0);
  });

  it('takes in many updates in order, merging on the way', async () => {
    const updates = Array.from({ length: 30 }, (_, at) => [
      ...papersFrom(at * 10 + 1, at * 10 + 9),
      paper('changing', { title: `Version word${at}`, revision: at * 10 + 10 }),
    ]);
    await Promise.all(updates.map((papers) => engine.update(changes(...papers))));
    expect(engine.size()).toBe(271);
    expect(await engine.revision()).toBe(300);
    expect(await idsOf(engine, 'title:version')).toEqual(['changing']);
    expect(await idsOf(engine, 'word29')).toEqual(['changing']);
    expect(await idsOf(engine, 'title:word28')).toEqual([]);
    expect(await idsOf(engine, 'number155')).toEqual(['p155']);
    const revisions = updates.flat().filter(({ id }) => id !== 'changing');
    const revisionSum = revisions.reduce((sum, { revision }) => sum + revision, 300);
    expect(await engine.census()).toEqual({ papers: 271, revision: 300, revisionSum });
  });

  it('lists the hottest first, also those that come later', async () => {
    await engine.update(changes(...papersFrom(301, 303, { abstract: 'All the same.' })));
    const heat = ['p303', 'p301', 'p304'].map((id, at) => [id as PaperId, at] as const);
    await engine.setHotness(new Map(heat));
    await engine.update(changes(...papersFrom(304, 304, { abstract: 'All the same.' })));
    const query = parseQuery('same');
    const options = { mode: 'lexical', sort: 'trending', offset: 0, limit: 10 } as const;
    const { hits } = await engine.search(query, options);
    expect(hits.map(({ id }) => id)).toEqual(['p304', 'p301', 'p303', 'p302']);
  });
});

describe('an index on disk', () => {
  it('answers after a start as it did before, and knows up to where', async () => {
    const folder = await temporaryFolder();
    const papers = papersFrom(1, 40, { abstract: 'Some words that all have.' });
    const first = openThreads({ folder, limits: EAGER });
    await first.update(changes(...papers));
    await first.update({ ...removals('p7'), revision: 41 });
    const before = await find(first, 'words number8 -number9');
    await first[Symbol.asyncDispose]();

    const second = openThreads({ folder, catalogue: catalogueAt(50) });
    await second.open();
    expect(second.size()).toBe(39);
    expect(await second.revision()).toBe(41);
    expect(await find(second, 'words number8 -number9')).toEqual(before);
    // What comes later finds its way among what is on disk.
    await second.update(changes(paper('p8', { title: 'Other words', revision: 42 })));
    expect(await idsOf(second, 'title:number8')).toEqual([]);
    expect(await idsOf(second, 'title:other')).toEqual(['p8']);
    expect(second.size()).toBe(39);
    expect(second.notes).toEqual([]);
  });

  it('is written when all is known and enough has changed, and replaces what was there', async () => {
    const folder = await temporaryFolder();
    const engine = openThreads({ folder, limits: { leastPapers: 5, leastShare: 0 } });
    const written = async () => (await readdir(folder)).filter((name) => !name.startsWith('.'));
    await engine.update(changes(...papersFrom(1, 4)));
    engine.caughtUp();
    await engine.census();
    expect(await written()).toEqual([]);
    await engine.update(changes(...papersFrom(5, 5)));
    engine.caughtUp();
    await until(async () => (await written()).length === 1);
    const [name] = await written();
    await engine.update(changes(...papersFrom(6, 6)));
    // Papers that keep coming do not hold it up.
    let isSaved = false;
    const saved = engine.save().then(() => {
      isSaved = true;
    });
    for (let next = 7; !isSaved; next += 1) await engine.update(changes(...papersFrom(next, next)));
    await saved;
    expect(await written()).toHaveLength(1);
    expect(await written()).not.toEqual([name]);
    expect(await idsOf(engine, 'number7')).toEqual(['p7']);
  });

  it('of another catalogue, or of another past of this one, is not used', async () => {
    const folder = await temporaryFolder();
    const first = openThreads({ folder });
    await first.update(changes(...papersFrom(1, 3)));
    await first.save();
    const anotherCommit = { ...catalogueAt(3), commitAt: async () => 'another commit' };
    for (const catalogue of [catalogueAt(3, 'another catalogue'), anotherCommit]) {
      const engine = openThreads({ folder, catalogue });
      expect(await engine.revision()).toBe(0);
      expect(engine.size()).toBe(0);
      expect(engine.notes).toHaveLength(1);
    }
  });

  it('that cannot be written is said to be so, and searches go on', async () => {
    const engine = openThreads({ folder: '/dev/null/index' });
    await engine.update(changes(...papersFrom(1, 3)));
    await expect(engine.save()).rejects.toMatchObject({ code: 'data_not_writable' });
    expect(engine.notes).toEqual(['The search index could not be written to disk.']);
    expect(await idsOf(engine, 'number2')).toEqual(['p2']);
  });
});

describe('an index that is made anew', () => {
  it('is searched when it knows as much as the one before, or all there is', async () => {
    const engine = openThreads({ catalogue: catalogueAt(3) });
    await engine.update(changes(...papersFrom(1, 3)));
    await engine.rebuild();
    expect(await engine.revision()).toBe(0);
    await engine.update(changes(...papersFrom(2, 2)));
    expect(await idsOf(engine, 'number1')).toEqual(['p1']);
    expect(engine.size()).toBe(3);
    await engine.update(changes(...papersFrom(3, 3)));
    expect(await idsOf(engine, 'number1')).toEqual([]);
    expect(await idsOf(engine, 'number3')).toEqual(['p3']);
    expect(engine.size()).toBe(2);

    await engine.rebuild();
    await engine.revision();
    await engine.update(changes(...papersFrom(2, 2)));
    expect(engine.size()).toBe(2);
    engine.caughtUp();
    await until(async () => (await idsOf(engine, 'number3')).length === 0);
    expect(engine.size()).toBe(1);
  });
});

async function until(condition: () => Promise<boolean>): Promise<void> {
  while (!(await condition())) await wait(5);
}
