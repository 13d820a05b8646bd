/** Search threads that follow a real catalogue, from one start to the next. */

import { describe, expect, it, onTestFinished } from 'vitest';
import { openCatalogue, record } from '../../../test/support/catalogue.js';
import {
  idsOf,
  openThreads,
  type TestThreads,
  UNRULY,
} from '../../../test/support/search-threads.js';
import { temporaryFolder } from '../../../test/support/temporary-folder.js';
import type { PaperStore } from '../../papers/catalogue.js';
import type { PaperId } from '../../papers/identifiers.js';
import { type CatalogueFollower, followCatalogue } from '../catalogue-follower.js';

/** Looks that come when they are asked for, and only then. */
const ON_DEMAND = { pollMs: 3_600_000, batchSize: 7 };

/** Even one paper is worth a write. */
const EAGER = { leastPapers: 1, leastShare: 0 };

const titled = (title: string, abstract = '') => record({ title, names: [title], abstract });

function follow(
  papers: PaperStore,
  engine: TestThreads,
): CatalogueFollower & { misfits: () => number } {
  let misfits = 0;
  const onMisfit = () => {
    misfits += 1;
  };
  const follower = followCatalogue(papers, engine, { ...ON_DEMAND, onMisfit });
  onTestFinished(async () => follower[Symbol.asyncDispose]());
  return { ...follower, misfits: () => misfits };
}

async function totals(engine: TestThreads, ...words: string[]): Promise<number[]> {
  return Promise.all(words.map(async (word) => (await idsOf(engine, `title:${word}`)).length));
}

describe('an index that follows a catalogue', () => {
  it('catches up with what happened while it lay on disk', async () => {
    const { papers } = await openCatalogue();
    const folder = await temporaryFolder();
    const settings = { folder, catalogue: papers, limits: EAGER };
    const outcomes = await papers.add(['alpha', 'beta', 'gamma'].map((title) => titled(title)));
    const first = openThreads(settings);
    await follow(papers, first).ready;
    await first.save();
    await first[Symbol.asyncDispose]();

    await papers.add([titled('delta')]);
    await papers.remove([outcomes[1]?.id as PaperId]);
    const second = openThreads(settings);
    await second.open();
    expect(await totals(second, 'alpha', 'beta', 'delta')).toEqual([1, 1, 0]);
    const follower = follow(papers, second);
    await follower.ready;
    expect(await totals(second, 'alpha', 'beta', 'delta')).toEqual([1, 0, 1]);
    expect(second.size()).toBe(3);
    expect(follower.misfits()).toBe(0);
    expect(second.notes).toEqual([]);
  });

  it('that lacks what the catalogue has is made anew, and answers meanwhile', async () => {
    const { papers } = await openCatalogue();
    const folder = await temporaryFolder();
    await papers.add(['alpha', 'beta'].map((title) => titled(title)));
    const forgetful = openThreads({ folder, catalogue: papers });
    const all = await papers.changesSince(0, 10);
    await forgetful.update({ ...all, papers: all.papers.slice(0, 1) });
    await forgetful.save();
    await forgetful[Symbol.asyncDispose]();

    const engine = openThreads({ folder, catalogue: papers });
    await engine.open();
    expect(await totals(engine, 'alpha', 'beta')).toEqual([1, 0]);
    const follower = follow(papers, engine);
    await follower.ready;
    expect(await totals(engine, 'alpha', 'beta')).toEqual([1, 1]);
    expect(follower.misfits()).toBe(1);
  });

  it('that was lost on the way is filled again', async () => {
    const { papers } = await openCatalogue();
    const engine = openThreads({ catalogue: papers, files: UNRULY });
    const follower = follow(papers, engine);
    await papers.add(['alpha', 'beta'].map((title) => titled(title)));
    await follower.refresh();
    const [fatal] = await papers.add([titled('gamma', 'Made to break down.')]);
    await follower.refresh();
    expect(await totals(engine, 'alpha', 'beta', 'gamma')).toEqual([1, 1, 0]);
    await papers.remove([fatal?.id as PaperId]);
    await papers.add([titled('delta')]);
    await follower.refresh();
    expect(await totals(engine, 'alpha', 'beta', 'gamma', 'delta')).toEqual([1, 1, 0, 1]);
    expect(engine.size()).toBe(3);
    expect(engine.notes).toEqual(['The index thread was lost; it is started again.']);
  });
});
