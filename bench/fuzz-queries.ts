/**
 * Searches for many odd texts, and says which took longest. Run it from the repository root:
 *
 *     npm run bench:fuzz [-- how many, 100,000 if not said, [seed]]
 *
 * The papers are 20,000 of the corpus where it lies beside the checkout, else the sample. It ends
 * with an error if a text made anything throw, or took longer than a query may.
 */

import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { embedderOf } from '../src/embedding/model-source.js';
import { BUILT_IN, openModelSource } from '../src/embedding/model-source-client.js';
import type { Paper } from '../src/papers/paper.js';
import { describeQuery } from '../src/search/parse-query.js';
import { readQuery } from '../src/search/read-query.js';
import { createSegmentEngine, type SegmentEngine } from '../src/search/segments/segment-engine.js';
import { loadKernels } from '../src/search/vectors/kernels-client.js';
import { readSample } from '../src/sources/sample/sample-client.js';
import { oddQuery } from '../test/support/odd-queries.js';
import { paperOf } from '../test/support/papers.js';
import { missingCorpus, readCorpus } from './corpus.js';

const USUAL_COUNT = 100_000;
const USUAL_SEED = 20_261_121;

/** What one query may take of the thread that all share. */
const MOST_MS = 50;

const PAPERS = 20_000;
const SAMPLE = fileURLToPath(new URL('../sample/papers.jsonl', import.meta.url));

/** Made at a time, so that they need not all be in memory. */
const BATCH = 5_000;

const SLOWEST_SHOWN = 5;
const CHARACTERS_SHOWN = 100;

type Reading = { readonly text: string; readonly tookMs: number };

async function readPapers(): Promise<Paper[]> {
  if (missingCorpus() === undefined) {
    const papers: Paper[] = [];
    for await (const batch of readCorpus(PAPERS)) papers.push(...batch);
    return papers;
  }
  const { papers } = await readSample(SAMPLE);
  return papers.map((record, at) => paperOf(record, at + 1));
}

async function engineOf(papers: readonly Paper[]): Promise<SegmentEngine> {
  const { module } = await loadKernels();
  const embedder = embedderOf(await openModelSource(BUILT_IN));
  const engine = createSegmentEngine({ embedder, kernels: module });
  await engine.update({ papers, removed: [], revision: papers.length });
  return engine;
}

async function search(engine: SegmentEngine, text: string): Promise<void> {
  const query = readQuery(text);
  describeQuery(query);
  await engine.search(query, { mode: 'hybrid', offset: 0, limit: 10, explain: true });
}

/** In milliseconds of this thread alone: what else the machine does meanwhile is not the text's. */
async function timeToSearch(engine: SegmentEngine, text: string): Promise<number> {
  const before = process.threadCpuUsage();
  await search(engine, text);
  const { user, system } = process.threadCpuUsage(before);
  return (user + system) / 1_000;
}

async function run(count: number, seed: number): Promise<boolean> {
  const papers = await readPapers();
  const engine = await engineOf(papers);
  const failures: string[] = [];
  let slowest: Reading[] = [];
  let allMs = 0;
  for (let from = 0; from < count; from += BATCH) {
    const numRuns = Math.min(BATCH, count - from);
    for (const text of fc.sample(oddQuery, { numRuns, seed: seed + from })) {
      try {
        const tookMs = await timeToSearch(engine, text);
        allMs += tookMs;
        slowest.push({ text, tookMs });
      } catch (error) {
        failures.push(`${shown(text)}\n  ${error}`);
      }
    }
    slowest = slowest.sort((a, b) => b.tookMs - a.tookMs).slice(0, SLOWEST_SHOWN);
  }
  console.log(
    `${count} queries over ${papers.length} papers, ${((1_000 * allMs) / count).toFixed(0)} µs ` +
      `each; ${failures.length} failed. The slowest:`,
  );
  for (const { text, tookMs } of slowest) console.log(`${tookMs.toFixed(1)} ms ${shown(text)}`);
  for (const failure of failures.slice(0, SLOWEST_SHOWN)) console.log(`Failed: ${failure}`);
  return failures.length === 0 && (slowest[0]?.tookMs ?? 0) <= MOST_MS;
}

function shown(text: string): string {
  return `${JSON.stringify(text.slice(0, CHARACTERS_SHOWN))} (${text.length} characters)`;
}

const [count = USUAL_COUNT, seed = USUAL_SEED] = process.argv.slice(2).map(Number);
if (!(await run(count, seed))) process.exitCode = 1;
