/** `broadsheet eval DIR`: how good the search is on queries whose answers people have judged. */

import { basename, resolve } from 'node:path';
import { Option } from 'commander';
import { embedderOf } from '../../embedding/model-source.js';
import { BUILT_IN, openModelSource } from '../../embedding/model-source-client.js';
import { BroadsheetError } from '../../errors.js';
import { evaluate, type Figures, takeInDocuments } from '../../search/relevance/evaluate.js';
import type { JudgedSet } from '../../search/relevance/judged-set.js';
import { readJudgedSet } from '../../search/relevance/judged-set-client.js';
import type { SearchMode } from '../../search/search-engine.js';
import { createSegmentEngine } from '../../search/segments/segment-engine.js';
import { loadKernels } from '../../search/vectors/kernels-client.js';
import { type AddCommand, jsonOption, printJson, printLine } from '../command.js';
import { startProgress } from '../progress.js';
import type { Terminal } from '../terminal.js';

type EvalOptions = {
  readonly model: string;
  readonly mode?: SearchMode;
  readonly pool?: boolean;
  readonly json?: boolean;
};

const MODES: readonly SearchMode[] = ['lexical', 'dense', 'hybrid'];

export const addEval: AddCommand = (program, terminal) => {
  program
    .command('eval')
    .description('measure the search on a judged set in the BEIR layout')
    .argument('<dir>', 'a folder with corpus.jsonl, queries.jsonl and qrels.tsv')
    .addOption(
      new Option('--mode <mode>', 'only by words, by meaning, or both (default: each)').choices(
        MODES,
      ),
    )
    .option('--model <model>', `a model file or folder, or "${BUILT_IN}"`, BUILT_IN)
    .option('--pool', 'rank only the documents that were judged for a query')
    .addOption(jsonOption())
    .action(async (folder: string, options: EvalOptions) => {
      const set = await withProgress(terminal, 'Reading the set', (onProgress) =>
        readJudgedSet(folder, onProgress),
      );
      const embedder = embedderOf(await openModelSource(options.model));
      const { module: kernels } = await loadKernels();
      const engine = createSegmentEngine({ embedder, kernels });
      await withProgress(terminal, 'Indexing', (onProgress) =>
        takeInDocuments(engine, set.documents, onProgress),
      );
      const figures = await withProgress(terminal, 'Searching', (onProgress) =>
        evaluate({
          engine,
          queries: set.queries,
          modes: options.mode ? [options.mode] : MODES,
          among: options.pool ? 'judged' : 'all',
          onProgress,
        }),
      );
      if (figures.size === 0) {
        throw new BroadsheetError('not_available', `The search has no mode "${options.mode}".`, {
          fix: 'Leave --mode out to measure the modes that it has.',
        });
      }
      for (const remark of remarksOn(set)) terminal.stderr.write(`${remark}\n`);
      if (options.json) {
        printJson(terminal, { ...aboutSet(folder, set), modes: figuresAsJson(figures) });
      } else {
        printTable(terminal, aboutSet(folder, set), figures);
      }
    });
};

type AboutSet = { readonly set: string; readonly documents: number; readonly queries: number };

function aboutSet(folder: string, { documents, queries }: JudgedSet): AboutSet {
  return { set: basename(resolve(folder)), documents: documents.length, queries: queries.length };
}

/** What the figures leave out or cannot show. */
function remarksOn({ queriesWithoutAnswer, answersMissing }: JudgedSet): string[] {
  return [
    ...(queriesWithoutAnswer > 0
      ? [`Queries without any relevant document, left out: ${queriesWithoutAnswer}.`]
      : []),
    ...(answersMissing > 0
      ? [`Relevant documents that the corpus lacks, counted as not found: ${answersMissing}.`]
      : []),
  ];
}

function figuresAsJson(figures: ReadonlyMap<SearchMode, Figures>): object {
  return Object.fromEntries(
    Array.from(figures, ([mode, { ndcgAt10, recallAt100, mrrAt10, interval }]) => [
      mode,
      {
        'ndcg@10': rounded(ndcgAt10),
        'recall@100': rounded(recallAt100),
        'mrr@10': rounded(mrrAt10),
        ci95: interval.map(rounded),
      },
    ]),
  );
}

function printTable(
  terminal: Terminal,
  { set, documents, queries }: AboutSet,
  figures: ReadonlyMap<SearchMode, Figures>,
): void {
  printLine(terminal, `${set}: ${documents} documents, ${queries} queries`);
  printLine(terminal, row('', 'nDCG@10', '95 % interval', 'recall@100', 'MRR@10'));
  for (const [mode, { ndcgAt10, recallAt100, mrrAt10, interval }] of figures) {
    const [low, high] = interval;
    const span = `${low.toFixed(3)} to ${high.toFixed(3)}`;
    const [ndcg, recall, mrr] = [ndcgAt10, recallAt100, mrrAt10].map((figure) => figure.toFixed(4));
    printLine(terminal, row(mode, ndcg, span, recall, mrr));
  }
}

function row(name: string, ...cells: readonly (string | undefined)[]): string {
  const [ndcg = '', interval = '', recall = '', mrr = ''] = cells;
  return `${name.padEnd(8)}${ndcg.padStart(9)}${interval.padStart(18)}${recall.padStart(13)}${mrr.padStart(9)}`;
}

/** Four digits are what a run repeats; the rest is the noise of floating-point sums. */
function rounded(figure: number): number {
  return Math.round(figure * 10_000) / 10_000;
}

async function withProgress<Result>(
  { stderr }: Terminal,
  name: string,
  work: (onProgress: (done: number, total: number | undefined) => void) => Promise<Result>,
): Promise<Result> {
  const progress = startProgress(stderr, name);
  try {
    return await work((done, total) => progress.done(done, total));
  } finally {
    progress.end();
  }
}
