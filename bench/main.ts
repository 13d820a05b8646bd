/**
 * `npm run bench -- search`: our search engine and its peers over the same papers and queries;
 * `npm run bench -- community`: pages, votes and signals of a busy site (`community.ts`);
 * `npm run bench -- encode`: the embedding of texts (`encode.ts`);
 * `npm run bench -- model-change`: search while one model replaces another (`model-change.ts`);
 * `npm run bench -- score-model`: judged questions, and the card of a model (`score-model.ts`).
 *
 * Each engine is measured in processes of its own, one after the other. Peers come with
 * `npm run bench:peers`; one that is not installed is skipped with a line.
 */

import { fork } from 'node:child_process';
import { rmSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { availableParallelism, cpus, release, tmpdir, totalmem, type } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Command, InvalidArgumentError } from 'commander';
import type { Paper } from '../src/papers/paper.js';
import { type Candidate, QUERY_KINDS, type QueryKind } from './candidates/candidate.js';
import { CANDIDATES } from './candidates/index.js';
import type { Asked, Built, Errand } from './child.js';
import { benchCommunity, type CommunityOptions } from './community.js';
import { CORPUS_SIZE, missingCorpus, readCorpus } from './corpus.js';
import { benchEncode, type EncodeOptions } from './encode.js';
import { benchModelChange, JUDGED_SETS, type ModelChangeOptions } from './model-change.js';
import { nearestOf, recallOf } from './nearest.js';
import { plotOf } from './plot.js';
import { type BenchQueries, PAPERS_FOR_QUERIES, queriesFrom } from './queries.js';
import { reportOf } from './report.js';
import type { EngineResult, SearchResults } from './results.js';
import { benchScoreModel, type ScoreModelOptions } from './score-model.js';
import { EMBEDDER } from './vectors.js';

const RESULTS_FILE = fileURLToPath(new URL('results/search.json', import.meta.url));
const PLOT_FILE = fileURLToPath(new URL('../docs/search-benchmark.svg', import.meta.url));
const GUIDE_FILE = fileURLToPath(new URL('../docs/benchmarks.md', import.meta.url));

/** Between these, the guide holds the report of the run that is kept. */
const REPORT_IN_GUIDE = /(?<=<!-- search results -->).*(?=<!-- end of search results -->)/s;

/** So many as a field has in some years, and as every peer can hold. */
const USUAL_PAPERS = 100_000;

/** A few seconds a round. */
const PAPERS_TO_ENCODE = 20_000;

/** A step of an engine that takes longer is stopped: nobody would wait for it either. */
const MOST_MINUTES = 10;

/** How long the timed searches of one engine may take. */
const USUAL_SECONDS = 60;

/** The share of the machine's memory that JavaScript objects of one engine may take. */
const HEAP_SHARE = 0.6;

type Options = {
  readonly papers: number;
  readonly only?: readonly string[];
  readonly seconds: number;
  readonly json?: boolean;
};

async function benchSearch(options: Options): Promise<void> {
  const chosen = CANDIDATES.filter(({ name }) => !options.only || isNamed(name, options.only));
  if (chosen.length === 0) {
    program.error(`There are only ${CANDIDATES.map(({ name }) => name).join(', ')}.`);
  }
  const missing = missingCorpus();
  if (missing) {
    say(`Skipped: ${missing}`);
    return;
  }
  const folder = await mkdtemp(join(tmpdir(), 'broadsheet-bench-'));
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => {
      rmSync(folder, { recursive: true, force: true });
      process.exit(1);
    });
  }
  try {
    say('Reading papers for the queries …');
    const queries = queriesFrom(await firstPapers(PAPERS_FOR_QUERIES));
    await writeFile(join(folder, 'queries.json'), JSON.stringify(queries));
    const measured: Measured[] = [];
    for (const engine of chosen) measured.push(await measure(engine, folder, options));
    const results = await resultsOf(measured, queries, options);
    process.stdout.write(
      options.json ? `${JSON.stringify(results, null, 2)}\n` : `${reportOf(results)}\n`,
    );
    // What is kept is one run of all engines; a look at some of them is for the terminal.
    if (!options.only) await keep(results);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

type Measured = {
  readonly engine: Candidate;
  readonly problem?: string;
  readonly built?: Built;
  readonly asked?: Asked;
};

async function measure(
  engine: Candidate,
  folder: string,
  { papers, seconds }: Options,
): Promise<Measured> {
  try {
    await engine.version();
  } catch {
    say(`${engine.name} is not installed, so it is skipped: "npm run bench:peers" installs it.`);
    return { engine, problem: 'not installed' };
  }
  const errand = {
    engine: engine.name,
    papers,
    seconds,
    folder: join(folder, 'index'),
    queriesFile: join(folder, 'queries.json'),
  };
  let built: Built | undefined;
  try {
    await mkdir(errand.folder);
    say(`${engine.name}: building …`);
    built = await send<Built>({ step: 'build', ...errand });
    say(`${engine.name}: built in ${built.seconds.toFixed(1)} s; asking …`);
    const asked = await send<Asked>({ step: 'ask', ...errand });
    return { engine, built, asked };
  } catch (thrown) {
    const problem = thrown instanceof Error ? thrown.message : `${thrown}`;
    say(`${engine.name}: ${problem}`);
    return { engine, problem, ...(built && { built }) };
  } finally {
    await rm(errand.folder, { recursive: true, force: true });
  }
}

/** What a process of its own answers. */
async function send<Answer>(errand: Errand): Promise<Answer> {
  const heapMib = Math.floor((totalmem() / 2 ** 20) * HEAP_SHARE);
  const child = fork(fileURLToPath(new URL('child.ts', import.meta.url)), {
    execArgv: [...process.execArgv, '--expose-gc', `--max-old-space-size=${heapMib}`],
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
  });
  let lastWords = '';
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    lastWords = (lastWords + text).slice(-4_000);
  });
  let isStopped = false;
  const stop = () => child.kill('SIGKILL');
  const limit = setTimeout(() => {
    isStopped = true;
    stop();
  }, MOST_MINUTES * 60_000);
  process.once('exit', stop);
  try {
    return await new Promise<Answer>((resolve, reject) => {
      child.once('message', (answer) => resolve(answer as Answer));
      child.once('error', reject);
      child.once('close', (status, signal) => {
        const step = errand.step === 'build' ? 'building' : 'being asked';
        const end = isStopped
          ? `stopped after ${MOST_MINUTES} minutes of ${step}`
          : `failed while ${step} (${signal ?? `status ${status}`}): ${reasonIn(lastWords)}`;
        reject(new Error(end));
      });
      child.send(errand);
    });
  } finally {
    clearTimeout(limit);
    process.off('exit', stop);
  }
}

/** The line that names the error, among the frames and warnings around it. */
function reasonIn(lastWords: string): string {
  if (lastWords.includes('heap out of memory')) return 'out of memory';
  const lines = lastWords.split('\n').map((line) => line.trim());
  return (lines.find((line) => /Error\b.*: /.test(line)) ?? lines.findLast(Boolean) ?? '').slice(
    0,
    200,
  );
}

async function resultsOf(
  measured: readonly Measured[],
  queries: BenchQueries,
  { papers }: Options,
): Promise<SearchResults> {
  const hasVectors = measured.some(({ asked }) => (asked?.nearest.length ?? 0) > 0);
  if (hasVectors) say('Comparing all vectors, for the truth …');
  const truth = hasVectors ? await nearestOf(queries.dense, papers) : [];
  const [cpu] = cpus();
  return {
    date: new Date().toISOString().slice(0, 10),
    machine: {
      processor: cpu?.model.trim() ?? 'unknown processor',
      cores: availableParallelism(),
      memoryGib: Math.round(totalmem() / 2 ** 30),
      system: `${type()} ${release()}`,
      node: process.versions.node,
    },
    papers,
    copies: Math.max(0, papers - CORPUS_SIZE),
    embedding: EMBEDDER.modelId,
    queries: Object.fromEntries(QUERY_KINDS.map((kind) => [kind, queries[kind].length])) as Record<
      QueryKind,
      number
    >,
    engines: measured.map(({ engine, problem, built, asked }): EngineResult => {
      const { nearest = [], ...figures } = asked ?? {};
      return {
        name: engine.name,
        about: engine.about,
        ...(problem && { problem }),
        ...(built && { built }),
        ...(asked && { asked: figures as Omit<Asked, 'nearest'> }),
        ...(nearest.length > 0 && { recall: recallOf(nearest, truth) }),
      };
    }),
  };
}

/** Keeps the figures, and shows them in the documentation. */
async function keep(results: SearchResults): Promise<void> {
  await mkdir(dirname(RESULTS_FILE), { recursive: true });
  await writeFile(RESULTS_FILE, `${JSON.stringify(results, null, 2)}\n`);
  await writeFile(PLOT_FILE, plotOf(results));
  const guide = await readFile(GUIDE_FILE, 'utf8');
  await writeFile(
    GUIDE_FILE,
    guide.replace(REPORT_IN_GUIDE, () => `\n\n${reportOf(results)}\n\n`),
  );
  say(`Kept in ${RESULTS_FILE}, and shown in ${GUIDE_FILE}.`);
}

async function firstPapers(count: number): Promise<Paper[]> {
  const papers: Paper[] = [];
  for await (const batch of readCorpus(count)) papers.push(...batch);
  return papers;
}

/** `fts5` names every engine that has it in its name. */
function isNamed(name: string, wanted: readonly string[]): boolean {
  return wanted.some((part) => name.toLowerCase().includes(part.toLowerCase()));
}

/** Progress goes beside the results, so that `--json` can be piped. */
function say(line: string): void {
  process.stderr.write(`${line}\n`);
}

function wholeNumber(text: string): number {
  const number = Number(text);
  if (!Number.isSafeInteger(number) || number < 1) {
    throw new InvalidArgumentError('It must be a whole number, at least 1.');
  }
  return number;
}

const program = new Command('bench').description('What Broadsheet takes, measured.');
program
  .command('search')
  .description('build rate, memory, cold start and times of search, beside other engines')
  .option('--papers <number>', 'papers to index', wholeNumber, USUAL_PAPERS)
  .option('--only <names...>', 'engines to measure, by parts of their names; keeps no results')
  .option('--seconds <number>', 'for the timed searches of an engine', wholeNumber, USUAL_SECONDS)
  .option('--json', 'print the results as JSON')
  .action(benchSearch);
program
  .command('community')
  .description('pages, votes and signals of a busy site')
  .option('--papers <number>', 'papers in the catalogue', wholeNumber, USUAL_PAPERS)
  .option('--database <file>', 'the database of an earlier run, or where to keep this one’s')
  .action(async (options: CommunityOptions) => {
    process.stdout.write(`${await benchCommunity(options)}\n`);
  });
program
  .command('encode')
  .description('papers embedded in a second by one thread')
  .option('--papers <number>', 'papers to embed', wholeNumber, PAPERS_TO_ENCODE)
  .option('--model <file>', 'the model; one with made-up numbers if absent')
  .action(async (options: EncodeOptions) => {
    process.stdout.write(`${await benchEncode(options)}\n`);
  });
program
  .command('model-change')
  .description('nDCG@10 on judged sets, from one model to another')
  .requiredOption('--from <model>', 'the model that has embedded the papers')
  .requiredOption('--to <model>', 'the model that takes its place')
  .option('--sets <folders...>', 'judged sets in the BEIR layout', [...JUDGED_SETS])
  .action((options: ModelChangeOptions) => benchModelChange(options));
program
  .command('score-model')
  .description('nDCG@10 on judged sets with a model, in every mode')
  .argument('<file>', 'the model')
  .option('--write', 'keep the scores in the card of the file, and write the card as a page')
  .option('--note <sentences...>', 'what else people should know, for the card')
  .action((file: string, options: ScoreModelOptions) => benchScoreModel(file, options));
await program.parseAsync();
