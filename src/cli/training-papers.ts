/** The papers that a training learns from: of files, and of the installation's catalogue. */

import { basename } from 'node:path';
import { openApp } from '../app.js';
import type { TrainingData } from '../embedding/model-card.js';
import {
  type CorpusBuilder,
  type CountedTerms,
  createCorpusBuilder,
  type TrainingCorpus,
} from '../embedding/training/training-corpus.js';
import type { Problem } from '../papers/record.js';
import { toFileInput } from '../sources/files/file-client.js';
import { readPapers } from '../sources/files/read-papers.js';
import { configFor, requireCatalogue } from './command.js';
import { startProgress } from './progress.js';
import type { Terminal } from './terminal.js';

export type TrainingSources = {
  /** Paths, or `-` for standard input. */
  readonly files: readonly string[];
  /** Whether the catalogue is read, too. */
  readonly catalogue?: boolean | undefined;
  /** The folder that it is in. */
  readonly data?: string | undefined;
};

export type TrainingPapers = {
  /** Without what it was built with, which takes as much memory again. */
  readonly corpus: TrainingCorpus & CountedTerms;
  /** What each source has given, in their order. */
  readonly data: readonly TrainingData[];
  readonly problems: readonly Problem[];
};

type OnProgress = (done: number, total: number | undefined) => void;

/** Pages of the catalogue, in papers. */
const PAGE = 500;

/** @param signal - ends the reading early, with what was read */
export async function readTrainingPapers(
  terminal: Terminal,
  { files, catalogue, data: folder }: TrainingSources,
  signal: AbortSignal,
): Promise<TrainingPapers> {
  const builder = createCorpusBuilder();
  const data: TrainingData[] = [];
  const problems: Problem[] = [];
  const reading = async (name: string, read: (onProgress: OnProgress) => Promise<void>) => {
    const progress = startProgress(terminal.stderr, name);
    const before = builder.size();
    try {
      await read((done, total) => {
        progress.done(done, total);
        progress.remark(`${builder.size().papers} papers`);
      });
    } finally {
      progress.end();
    }
    const { papers, terms } = builder.size();
    data.push({
      name: basename(name),
      papers: papers - before.papers,
      terms: terms - before.terms,
    });
  };
  for (const file of files) {
    await reading(file, async (onProgress) => {
      const input = toFileInput(file, terminal.stdin);
      for await (const parsed of readPapers(input, { format: 'jsonl', onProgress })) {
        if (signal.aborted) return;
        for (const paper of parsed.papers) builder.add(paper);
        for (const problem of parsed.problems) problems.push(problem);
      }
    });
  }
  if (catalogue) {
    await reading('catalogue', (onProgress) =>
      readCatalogue(terminal, folder, builder, onProgress, signal),
    );
  }
  return { corpus: builder.build(), data, problems };
}

/** The bundled sample is left out: its summaries are ours, and would pass for abstracts. */
async function readCatalogue(
  terminal: Terminal,
  folder: string | undefined,
  builder: CorpusBuilder,
  onProgress: OnProgress,
  signal: AbortSignal,
): Promise<void> {
  const config = await configFor(terminal, { data: folder });
  requireCatalogue(config);
  await using app = await openApp(config, terminal.worldFor(config));
  const total = await app.papers.count();
  let after = 0;
  let done = 0;
  while (!signal.aborted) {
    const page = await app.papers.pageByAddition(after, PAGE);
    for (const { paper, addedRevision } of page) {
      after = addedRevision;
      if (!paper.isSample) builder.add(paper);
    }
    done += page.length;
    onProgress(done, total);
    if (page.length < PAGE) return;
  }
}
