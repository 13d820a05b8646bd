/** What is done with vectors that a service made, when a query comes without one of its own. */

import { readdir } from 'node:fs/promises';
import { setTimeout as wait } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { otherWordsOf, smallSource, topicPapers } from '../../../test/support/models.js';
import { paper } from '../../../test/support/papers.js';
import { catalogueAt, openThreads } from '../../../test/support/search-threads.js';
import { temporaryFolder } from '../../../test/support/temporary-folder.js';
import { textToEmbed } from '../../embedding/embedder.js';
import { createHashedEmbedder } from '../../embedding/hashed-embedder.js';
import { HASHED, type OwnModelSource } from '../../embedding/model-source.js';
import type { Paper } from '../../papers/paper.js';
import type { PaperWithMeaning } from '../given-meaning.js';
import { parseQuery } from '../parse-query.js';

const SERVICE = 'service-1';

/** Enough to learn from how its vectors lie to ours. */
const PAPERS = 400;

it('queries are turned into the space of its vectors once there are enough of them', async () => {
  const papers = Array.from({ length: PAPERS }, (_, at) => embedded(at + 10));
  const byId = new Map(papers.map((it) => [it.id, it]));
  const threads = openThreads({
    model: async () => ({ kind: 'service', modelId: SERVICE, own: HASHED }),
    catalogue: { ...catalogueAt(0), byIds: async () => byId },
  });
  const nearest = async () => {
    const { hits, notes } = await threads.search(parseQuery('a17 b17'), {
      mode: 'dense',
      offset: 0,
      limit: 1,
    });
    return { ids: hits.map(({ id }) => id), notes };
  };

  await threads.update({ papers, removed: [], revision: 1 });
  expect(await threads.newestOutdated(10)).toEqual([]);
  const byWords = 'Some papers are found by their words only, until a new model has read them.';
  expect(await nearest()).toEqual({ ids: [], notes: [byWords] });

  threads.caughtUp();
  await expect.poll(nearest, { timeout: 60_000 }).toEqual({ ids: ['p17'], notes: [] });
}, 120_000);

it('our own model beside a service is the last that was chosen, whatever is being learned', async () => {
  const papers = topicPapers(1, PAPERS).map(withMeaning);
  const reading = Promise.withResolvers<void>();
  let reads = 0;
  const threads = openThreads({
    model: async () => ({ kind: 'service', modelId: SERVICE, own: HASHED }),
    catalogue: {
      ...catalogueAt(0),
      byIds: async () => {
        reads += 1;
        if (reads === 1) await reading.promise;
        return new Map();
      },
    },
  });
  await threads.update({ papers, removed: [], revision: 1 });
  threads.caughtUp();
  const own = smallSource(2) as OwnModelSource;
  const taken = threads.useModel({ kind: 'service', modelId: SERVICE, own });
  // Long enough to overtake what is being learned, if that could be, and to be undone by it.
  await wait(200);
  reading.resolve();
  await wait(200);
  await taken;
  await threads.update({ papers: topicPapers(1, 1), removed: [], revision: 2 });
  const { hits } = await threads.search(parseQuery(otherWordsOf(1)), {
    mode: 'dense',
    offset: 0,
    limit: 1,
  });
  expect(hits[0]?.id).toBe('p1');
  expect(hits[0]?.score).toBeGreaterThan(0.5);
}, 120_000);

it('an index is not written anew for each paper that the service was late for', async () => {
  const folder = await temporaryFolder();
  const papers = topicPapers(1, 30);
  const threads = openThreads({
    folder,
    model: async () => ({ kind: 'service', modelId: SERVICE, own: HASHED }),
  });
  await threads.update({ papers: papers.map(withMeaning), removed: [], revision: 30 });
  await threads.save();
  const before = await readdir(folder);
  const later = topicPapers(31, 31);
  await threads.update({ papers: later, removed: [], revision: 31 });
  expect(threads.modelProgress().outdated).toBe(1);
  await threads.renew(later.map(withMeaning));
  expect(threads.modelProgress().outdated).toBe(0);
  threads.caughtUp();
  await threads[Symbol.asyncDispose]();
  expect(await readdir(folder)).toEqual(before);
}, 120_000);

/** A paper with a vector of the service: ours, turned. */
function withMeaning(plain: Paper): PaperWithMeaning {
  const vector = turned(embed(textToEmbed(plain)));
  return { ...plain, meaning: { modelId: SERVICE, vector } };
}

/** A paper with words of its own and the vector of a service. */
function embedded(at: number): PaperWithMeaning {
  const title = ['a', 'b', 'c', 'd', 'e'].map((letter) => `${letter}${at}`).join(' ');
  return withMeaning(paper(`p${at}`, { title, revision: 1 }));
}

const { embed } = createHashedEmbedder();

/** The dimensions in another order, every other one with its sign changed. */
function turned(vector: Float32Array): Float32Array {
  return vector.map((_, at) => (vector[(at * 77) % 256] as number) * (at % 2 === 0 ? 1 : -1));
}
