/** Another model in the place of one that has embedded the papers. */

import { readdir } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { changes } from '../../../test/support/catalogue-changes.js';
import {
  otherWordsOf,
  smallModel,
  smallSource,
  topicOf,
  topicPapers,
} from '../../../test/support/models.js';
import {
  catalogueAt,
  openThreads,
  type TestThreads,
} from '../../../test/support/search-threads.js';
import { temporaryFolder } from '../../../test/support/temporary-folder.js';
import type { ModelSource } from '../../embedding/model-source.js';
import type { Paper } from '../../papers/paper.js';
import { parseQuery } from '../parse-query.js';

const FORMER = smallSource(1);
const LATTER = smallSource(2);
const [FORMER_ID, LATTER_ID] = [smallModel(1).id, smallModel(2).id];

const PAPERS = topicPapers(1, 640);

const ASKED_TOPICS = [0, 5, 11, 17, 23];

/** Threads begin and models are compared, on a machine that is busy with other tests. */
const PATIENTLY = { timeout: 120_000 };

function catalogueOf(papers: readonly Paper[], revision = papers.length) {
  return {
    ...catalogueAt(revision),
    byIds: async (ids: readonly string[]) =>
      new Map(papers.filter(({ id }) => ids.includes(id)).map((paper) => [paper.id, paper])),
  };
}

/** An index of the papers, made by the former model. */
async function openFormer(papers: readonly Paper[], folder?: string): Promise<TestThreads> {
  const threads = openThreads({
    folder,
    threads: 1,
    model: async () => FORMER,
    catalogue: catalogueOf(papers),
  });
  await threads.update(changes(...papers));
  return threads;
}

/** Of the first ten found by meaning alone, the share that is of the topic that was asked for. */
async function shareFound(threads: TestThreads): Promise<number> {
  let right = 0;
  for (const topic of ASKED_TOPICS) {
    const { hits, notes } = await search(threads, otherWordsOf(topic), 'dense');
    expect(notes).toEqual([]);
    right += hits.filter(({ id }) => topicOf(id) === topic).length;
  }
  return right / (10 * ASKED_TOPICS.length);
}

const search = (threads: TestThreads, text: string, mode: 'hybrid' | 'dense') =>
  threads.search(parseQuery(text), { mode, offset: 0, limit: 10 });

async function renewAll(threads: TestThreads, papers: readonly Paper[]): Promise<void> {
  const { byIds } = catalogueOf(papers);
  for (;;) {
    const ids = await threads.newestOutdated(100);
    if (ids.length === 0) return;
    await threads.renew([...(await byIds(ids)).values()]);
  }
}

describe('another model', PATIENTLY, () => {
  it('finds at once what the one before has embedded, and then embeds it anew', async () => {
    const threads = await openFormer(PAPERS);
    expect(await shareFound(threads)).toBeGreaterThan(0.95);

    await threads.useModel(LATTER);
    expect(threads.modelProgress()).toEqual({ modelId: LATTER_ID, outdated: 640 });
    expect(await shareFound(threads)).toBeGreaterThan(0.95);

    await threads.update(changes(...topicPapers(641, 660)));
    expect(threads.modelProgress().outdated).toBe(640);
    const newest = await threads.newestOutdated(320);
    expect(newest).toHaveLength(320);
    await threads.renew(PAPERS.filter(({ id }) => newest.includes(id)));
    expect(threads.modelProgress().outdated).toBe(320);
    expect(await shareFound(threads)).toBeGreaterThan(0.95);

    await renewAll(threads, PAPERS);
    expect(threads.modelProgress()).toEqual({ modelId: LATTER_ID, outdated: 0 });
    expect(threads.size()).toBe(660);
    expect(await shareFound(threads)).toBeGreaterThan(0.95);
  });

  it('finds by words alone what the one before has embedded, where that are too few', async () => {
    const threads = await openFormer(PAPERS.slice(0, 48));
    await threads.useModel(LATTER);
    const { hits, notes } = await search(threads, 'number7', 'hybrid');
    expect(hits.map(({ id }) => id)).toEqual(['p7']);
    expect(notes).toEqual([expect.stringContaining('by their words only')]);
    expect((await search(threads, otherWordsOf(3), 'dense')).hits).toEqual([]);
    await renewAll(threads, PAPERS);
    expect((await search(threads, otherWordsOf(3), 'dense')).hits[0]?.id).toMatch(/^p(3|27)$/);
  });

  it('is left again at no cost before it has embedded anything', async () => {
    const threads = await openFormer(PAPERS);
    await threads.useModel(LATTER);
    await threads.renew(PAPERS.slice(0, 100));
    await threads.useModel(FORMER);
    expect(threads.modelProgress()).toEqual({ modelId: FORMER_ID, outdated: 100 });
    // Too few to learn from, but the way back is known.
    expect(await shareFound(threads)).toBeGreaterThan(0.95);
  });

  it('is the last that was asked for, however soon after another', async () => {
    const threads = await openFormer(PAPERS.slice(0, 20));
    await Promise.all([LATTER, smallSource(3), FORMER].map(threads.useModel));
    expect(threads.modelProgress()).toEqual({ modelId: FORMER_ID, outdated: 0 });
    expect((await search(threads, otherWordsOf(3), 'dense')).hits[0]?.id).toBe('p3');
  });

  it('that cannot be used leaves the one before in its place', async () => {
    const threads = await openFormer(PAPERS.slice(0, 20));
    const broken = { ...LATTER, model: { ...smallModel(2), tokeniser: undefined } };
    await expect(threads.useModel(broken as unknown as ModelSource)).rejects.toThrow();
    expect(threads.modelProgress()).toEqual({ modelId: FORMER_ID, outdated: 0 });
    expect((await search(threads, otherWordsOf(3), 'dense')).hits[0]?.id).toBe('p3');
  });

  it('leaves a paper as it is that has changed or gone since it was read', async () => {
    const threads = await openFormer(PAPERS.slice(0, 10));
    const changed = { ...topicPapers(3, 3)[0], title: 'Changed', revision: 11 } as Paper;
    await threads.update({ papers: [changed], removed: ['p4' as Paper['id']], revision: 12 });
    await threads.useModel(LATTER);
    await threads.renew(PAPERS.slice(0, 10));
    expect(threads.size()).toBe(9);
    expect(threads.modelProgress().outdated).toBe(1);
    const { revisionSum } = await threads.census();
    expect(revisionSum).toBe(55 - 3 - 4 + 11);
  });
});

describe('an index on disk', PATIENTLY, () => {
  const EAGER = { leastPapers: 1, leastShare: 0 };

  it('of a model and half of another is searched and goes on from there', async () => {
    const folder = await temporaryFolder();
    const first = await openFormer(PAPERS, folder);
    await first.useModel(LATTER);
    await first.renew(PAPERS.slice(320));
    await first.save();
    await first[Symbol.asyncDispose]();

    const settings = { folder, catalogue: catalogueOf(PAPERS), limits: EAGER };
    const second = openThreads({ ...settings, model: async () => LATTER });
    await second.open();
    expect(second.modelProgress()).toEqual({ modelId: LATTER_ID, outdated: 320 });
    expect(await shareFound(second)).toBeGreaterThan(0.95);
    await renewAll(second, PAPERS);
    await second[Symbol.asyncDispose]();

    // Whoever starts with a third model finds all that the second has made.
    const third = openThreads({ ...settings, model: async () => smallSource(3) });
    await third.open();
    expect(third.modelProgress().outdated).toBe(640);
    expect(await shareFound(third)).toBeGreaterThan(0.95);
    expect(third.notes).toEqual([]);
  });

  it('as the model before left it is taken when that is in use again, and brought up to date', async () => {
    const folder = await temporaryFolder();
    const threads = await openFormer(PAPERS, folder);
    await threads.save();
    await threads.useModel(LATTER);
    await renewAll(threads, PAPERS);
    const later = topicPapers(641, 650);
    await threads.update(changes(...later));
    await threads.save();
    expect(await readdir(folder)).toHaveLength(2);

    await threads.useModel(FORMER);
    expect(await threads.revision()).toBe(640);
    // The other goes on until this one knows as much.
    expect(threads.size()).toBe(650);
    expect(await shareFound(threads)).toBeGreaterThan(0.95);
    await threads.update(changes(...later));
    expect(threads.modelProgress()).toEqual({ modelId: FORMER_ID, outdated: 0 });
    expect(threads.size()).toBe(650);
    expect(await shareFound(threads)).toBeGreaterThan(0.95);
  });
});
