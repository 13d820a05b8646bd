/**
 * Measures one engine, in a process of its own: what one engine leaves in memory is not counted
 * for another. `main.ts` starts it twice, to build an index and then to open and ask it, and gets
 * the figures as a message.
 */

import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { textToEmbed } from '../src/embedding/embedder.js';
import type { Batch, Candidate, OpenIndex, QueryKind } from './candidates/candidate.js';
import { CANDIDATES } from './candidates/index.js';
import { readCorpus } from './corpus.js';
import type { BenchQueries } from './queries.js';
import { createRandom } from './random.js';
import { type Times, timesOf } from './statistics.js';
import { EMBEDDER } from './vectors.js';

/** What a child is told to do. */
export type Errand = {
  readonly step: 'build' | 'ask';
  readonly engine: string;
  readonly papers: number;
  /** Where the index lies. */
  readonly folder: string;
  /** Where the queries lie, as JSON. */
  readonly queriesFile: string;
  /** How long the timed searches may take together. */
  readonly seconds: number;
};

export type Built = {
  readonly version: string;
  readonly seconds: number;
  readonly bytesOnDisk: number;
  /** Of the whole process, the papers on their way in included. */
  readonly mostMemoryBytes: number;
};

export type Asked = {
  /** From an index on disk, or from nothing, to the answer of a first query. */
  readonly coldStartMs: number;
  readonly papers: number;
  readonly memory: Memory;
  readonly searches: { readonly [Kind in QueryKind]?: Times | { readonly problem: string } };
  /** What was found for each dense query, in order; empty for an engine without vectors. */
  readonly nearest: readonly (readonly string[])[];
};

/** What the index added to the process, in bytes; `resident` holds the other two as well. */
export type Memory = {
  readonly resident: number;
  readonly heap: number;
  readonly buffers: number;
};

/** Whatever the speed, nobody learns more from further rounds. */
const MOST_ROUNDS = 5;

/** The code that runs, and what it reads, are warm after this. */
const WARM_UP_SECONDS = 10;

async function build(engine: Candidate, { papers, folder }: Errand): Promise<Built> {
  const version = await engine.version();
  const clock = createClock();
  await engine.build(clock.outside(batchesFor(engine, papers)), folder);
  return {
    version,
    seconds: clock.elapsedMs() / 1_000,
    bytesOnDisk: await bytesUnder(folder),
    // Node counts it in kilobytes everywhere.
    mostMemoryBytes: process.resourceUsage().maxRSS * 1_024,
  };
}

async function ask(engine: Candidate, errand: Errand): Promise<Asked> {
  const queries: BenchQueries = JSON.parse(await readFile(errand.queriesFile, 'utf8'));
  await engine.version();
  const before = await memoryNow();

  const clock = createClock();
  const batches = clock.outside(batchesFor(engine, errand.papers));
  const index = await engine.open(errand.folder, batches);
  const first = engine.kinds.includes('hybrid') ? 'hybrid' : 'lexical';
  await index.search(queries[first][0] ?? { text: 'word', words: ['word'] }, first);
  const coldStartMs = clock.elapsedMs();

  const { searches, nearest } = await timeSearches(engine, index, queries, errand.seconds);
  const after = await memoryNow();
  const papers = await index.size();
  await index.close();
  return {
    coldStartMs,
    papers,
    memory: {
      resident: after.resident - before.resident,
      heap: after.heap - before.heap,
      buffers: after.buffers - before.buffers,
    },
    searches,
    nearest,
  };
}

/** All queries of all kinds in an order of chance, so that no kind has the caches to itself. */
async function timeSearches(
  engine: Candidate,
  index: OpenIndex,
  queries: BenchQueries,
  seconds: number,
): Promise<Pick<Asked, 'searches' | 'nearest'>> {
  const random = createRandom(11);
  const times = new Map<QueryKind, number[]>(engine.kinds.map((kind) => [kind, []]));
  const problems = new Map<QueryKind, string>();
  const jobs = engine.kinds.flatMap((kind) => queries[kind].map((query) => ({ kind, query })));

  const runRound = async (untilMs: number, isTimed: boolean): Promise<void> => {
    for (const { kind, query } of random.shuffled(jobs)) {
      if (performance.now() > untilMs) return;
      if (problems.has(kind)) continue;
      const began = performance.now();
      try {
        await index.search(query, kind);
        if (isTimed) times.get(kind)?.push(performance.now() - began);
      } catch (thrown) {
        problems.set(kind, `${thrown}`.slice(0, 200));
      }
    }
  };

  await runRound(performance.now() + WARM_UP_SECONDS * 1_000, false);
  const untilMs = performance.now() + seconds * 1_000;
  for (let round = 0; round < MOST_ROUNDS; round += 1) await runRound(untilMs, true);

  const nearest: (readonly string[])[] = [];
  if (engine.kinds.includes('dense') && !problems.has('dense')) {
    for (const query of queries.dense) nearest.push(await index.search(query, 'dense'));
  }
  const searches: { [Kind in QueryKind]?: Times | { readonly problem: string } } = {};
  for (const [kind, timesMs] of times) {
    const problem = problems.get(kind);
    if (problem !== undefined) searches[kind] = { problem };
    else if (timesMs.length > 0) searches[kind] = timesOf(timesMs);
  }
  return { searches, nearest };
}

async function* batchesFor(engine: Candidate, count: number): AsyncGenerator<Batch> {
  for await (const papers of readCorpus(count)) {
    const vectors = engine.takesVectors
      ? papers.map((paper) => EMBEDDER.embed(textToEmbed(paper)))
      : [];
    yield { papers, vectors };
  }
}

/** Counts time, but not that in which an engine waits for its next papers. */
function createClock() {
  const beganMs = performance.now();
  let outsideMs = 0;
  return {
    elapsedMs: () => performance.now() - beganMs - outsideMs,
    async *outside<Item>(items: AsyncIterable<Item>): AsyncGenerator<Item> {
      let leftMs = performance.now();
      for await (const item of items) {
        outsideMs += performance.now() - leftMs;
        yield item;
        leftMs = performance.now();
      }
      outsideMs += performance.now() - leftMs;
    },
  };
}

async function memoryNow(): Promise<Memory> {
  // Twice, since what waits for a finalizer goes only the second time.
  for (let time = 0; time < 2; time += 1) {
    globalThis.gc?.({ type: 'major', execution: 'sync', flavor: 'last-resort' });
    await wait(50);
  }
  const { rss, heapUsed, external } = process.memoryUsage();
  return { resident: rss, heap: heapUsed, buffers: external };
}

async function bytesUnder(folder: string): Promise<number> {
  let bytes = 0;
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    if (entry.isFile()) bytes += (await stat(join(entry.parentPath, entry.name))).size;
  }
  return bytes;
}

// Nobody waits for the figures any more.
process.once('disconnect', () => process.exit(1));

process.once('message', async (errand: Errand) => {
  const engine = CANDIDATES.find(({ name }) => name === errand.engine);
  if (!engine) throw new RangeError(`There is no engine ${errand.engine}.`);
  const result = await (errand.step === 'build' ? build(engine, errand) : ask(engine, errand));
  process.send?.(result, () => process.exit(0));
});
