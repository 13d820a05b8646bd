/**
 * Whether the search threads keep well: tens of thousands of searches while papers come, change
 * and go, some given up by their readers. Run it from the repository root:
 *
 *     node --expose-gc --import tsx bench/soak.ts [--operations 50000] [--papers 20000]
 *
 * Every update is looked for as soon as it is done, and the number of papers is compared with
 * what it must be, so that a run that ends has also answered rightly. It prints the memory of the
 * process as it goes (what is resident, after clearing up), how long searches took, how soon
 * changes were found, and how long the event loop was held up.
 */

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { setTimeout as wait } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { BUILT_IN, openModelSource } from '../src/embedding/model-source-client.js';
import type { PaperId } from '../src/papers/identifiers.js';
import type { Paper } from '../src/papers/paper.js';
import { parseQuery } from '../src/search/parse-query.js';
import type { SearchMode } from '../src/search/search-engine.js';
import { createSearchThreads } from '../src/search/threads/search-threads-client.js';
import { missingCorpus, readCorpus } from './corpus.js';
import { PAPERS_FOR_QUERIES, queriesFrom } from './queries.js';
import { createRandom } from './random.js';
import { percentile } from './statistics.js';

/** Readers who search at the same time. */
const READERS = 6;

/** One operation in so many is an update, and one a search that is given up. */
const OPERATIONS_PER_UPDATE = 12;
const OPERATIONS_PER_GIVING_UP = 50;

const MOST_PAPERS_IN_UPDATE = 20;

/** How often memory is looked at. */
const SAMPLES = 10;

/** Threads clear up after ten seconds, and the runtime gives back what is free after as many. */
const SETTLING_MS = 22_000;

const MODES: readonly SearchMode[] = ['hybrid', 'lexical', 'dense'];

const { values } = parseArgs({
  options: {
    operations: { type: 'string', default: '50000' },
    papers: { type: 'string', default: '20000' },
  },
});

async function run(operations: number, count: number): Promise<void> {
  const papers: Paper[] = [];
  for await (const batch of readCorpus(Math.max(count, PAPERS_FOR_QUERIES))) papers.push(...batch);
  const queries = Object.values(queriesFrom(papers.slice(0, PAPERS_FOR_QUERIES))).flat();
  papers.length = count;
  const random = createRandom(3);
  const folder = await mkdtemp(join(tmpdir(), 'broadsheet-soak-'));
  const engine = createSearchThreads({
    folder,
    model: () => openModelSource(BUILT_IN),
    threads: 2,
    catalogue: {
      identity: async () => 'soak',
      revision: async () => 0,
      commitAt: async () => undefined,
      byIds: async () => new Map(),
    },
    onNote: ({ text, error }) => console.log(text, error ?? ''),
  });

  let revision = 0;
  const changed = (paper: Paper): Paper => {
    revision += 1;
    return { ...paper, revision, title: `${paper.title} revised${revision}` };
  };
  const began = performance.now();
  const live = new Set<Paper['id']>();
  for (let from = 0; from < count; from += 500) {
    const batch = papers.slice(from, from + 500).map(changed);
    await engine.update({ papers: batch, removed: [], revision });
    for (const { id } of batch) live.add(id);
  }
  engine.caughtUp();
  console.log(`${live.size} papers in ${((performance.now() - began) / 1_000).toFixed(1)} s`);

  const searchMs: number[] = [];
  const foundMs: number[] = [];
  let givenUp = 0;
  let updates = 0;

  const search = async (text: string, mode: SearchMode, signal?: AbortSignal) => {
    const options = { mode, offset: random.below(3) * 10, limit: 10, ...(signal && { signal }) };
    return engine.search(parseQuery(text), options);
  };

  /** Changes, adds again and removes some papers, and makes sure of it. */
  const update = async (): Promise<void> => {
    updates += 1;
    const some = Array.from(
      { length: 1 + random.below(MOST_PAPERS_IN_UPDATE) },
      () => papers[random.below(count)] as Paper,
    );
    const unique = [...new Map(some.map((paper) => [paper.id, paper])).values()];
    const isGone = (_: unknown, at: number): boolean => at % 5 === 4;
    const removed: PaperId[] = unique.filter(isGone).map(({ id }) => id);
    const added = unique.filter((paper, at) => !isGone(paper, at)).map(changed);
    for (const id of removed) live.delete(id);
    for (const { id } of added) live.add(id);
    const startedAtMs = performance.now();
    await engine.update({ papers: added, removed, revision });
    const last = added.at(-1) as Paper;
    const text = `title:revised${last.revision}`;
    const { hits } = await engine.search(parseQuery(text), {
      mode: 'lexical',
      offset: 0,
      limit: 2,
    });
    foundMs.push(performance.now() - startedAtMs);
    if (hits.length !== 1 || hits[0]?.id !== last.id) {
      throw new Error(`${text} finds ${JSON.stringify(hits)} instead of ${last.id}`);
    }
    if (engine.size() !== live.size) {
      throw new Error(`${engine.size()} papers are found instead of ${live.size}`);
    }
    engine.caughtUp();
  };

  const operate = async (number: number): Promise<void> => {
    const query = queries[random.below(queries.length)] as (typeof queries)[number];
    const mode = MODES[random.below(MODES.length)] as SearchMode;
    if (number % OPERATIONS_PER_GIVING_UP === 0) {
      const reader = new AbortController();
      const given = search(query.text, mode, reader.signal);
      setImmediate(() => reader.abort());
      await given.catch(() => {
        givenUp += 1;
      });
      return;
    }
    const startedAtMs = performance.now();
    await search(query.text, mode);
    searchMs.push(performance.now() - startedAtMs);
  };

  const settle = async (): Promise<number> => {
    await wait(SETTLING_MS);
    globalThis.gc?.();
    return process.memoryUsage.rss() / 1e6;
  };

  const atFirstMb = await settle();
  console.log(`0 operations: ${atFirstMb.toFixed(0)} MB`);
  const held = { p99Ms: 0, mostMs: 0 };
  let done = 0;
  for (let sample = 1; sample <= SAMPLES; sample += 1) {
    const until = Math.round((operations * sample) / SAMPLES);
    const delays = monitorEventLoopDelay({ resolution: 1 });
    delays.enable();
    const reader = async (): Promise<void> => {
      while (done < until) {
        done += 1;
        await operate(done);
      }
    };
    // One writer, as there is: updates come in the order of their revisions.
    const writer = async (): Promise<void> => {
      for (let next = done; done < until; ) {
        if (done < next) await wait(1);
        else {
          await update();
          next += OPERATIONS_PER_UPDATE;
        }
      }
    };
    await Promise.all([...Array.from({ length: READERS }, reader), writer()]);
    delays.disable();
    held.p99Ms = Math.max(held.p99Ms, delays.percentile(99) / 1e6);
    held.mostMs = Math.max(held.mostMs, delays.max / 1e6);
    const isLooked = sample === SAMPLES / 2 || sample === SAMPLES;
    const memory = isLooked ? await settle() : process.memoryUsage.rss() / 1e6;
    console.log(
      `${done} operations: ${memory.toFixed(0)} MB${isLooked ? '' : ' (not cleared up)'}, ` +
        `${updates} updates, ${givenUp} given up`,
    );
  }
  const sorted = searchMs.toSorted((a, b) => a - b);
  const found = foundMs.toSorted((a, b) => a - b);
  const ms = (list: readonly number[], percent: number) => percentile(list, percent).toFixed(1);
  console.log(
    `searches: p50 ${ms(sorted, 50)} ms, p99 ${ms(sorted, 99)} ms, slowest ${ms(sorted, 100)} ms`,
  );
  console.log(`a change is found after: p50 ${ms(found, 50)} ms, slowest ${ms(found, 100)} ms`);
  console.log(
    `event loop held up: p99 ${held.p99Ms.toFixed(1)} ms, at most ${held.mostMs.toFixed(1)} ms`,
  );
  await engine[Symbol.asyncDispose]();
  await rm(folder, { recursive: true });
}

const missing = missingCorpus();
if (missing) console.log(`Skipped: ${missing}`);
else await run(Number(values.operations), Number(values.papers));
