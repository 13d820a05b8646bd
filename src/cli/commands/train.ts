/** `broadsheet train FILE…`: papers to a model of what their words mean. */

import { availableParallelism } from 'node:os';
import { basename } from 'node:path';
import { flawInCard, isModelName, type ModelCard } from '../../embedding/model-card.js';
import { readModelFile, writeModelFile } from '../../embedding/model-file-client.js';
import { quantisedModel, type TermModel } from '../../embedding/static-model.js';
import {
  checkpointPath,
  removeCheckpoint,
  requirePlace,
  resumeFrom,
  writeCheckpoint,
} from '../../embedding/training/checkpoint-client.js';
import {
  momentsIn,
  type PreparedTraining,
  prepareTraining,
} from '../../embedding/training/prepare-training.js';
import {
  bestOf,
  type Found,
  type PassMeasures,
  type TrainingEnd,
  type TrainingState,
  trainModel,
} from '../../embedding/training/train-model.js';
import { papersIn } from '../../embedding/training/training-corpus.js';
import {
  checkSettings,
  settingsRecord,
  type TrainingSettings,
} from '../../embedding/training/training-settings.js';
import { readTrainingKernels } from '../../embedding/training/training-threads-client.js';
import { BroadsheetError } from '../../errors.js';
import { type Problem, shown } from '../../papers/record.js';
import {
  type AddCommand,
  dataOption,
  jsonOption,
  printJson,
  printLine,
  wholeNumber,
} from '../command.js';
import { startProgress } from '../progress.js';
import type { Terminal } from '../terminal.js';
import { addSettingOptions, anyNumber, settingsFrom } from '../training-options.js';
import { readTrainingPapers } from '../training-papers.js';

type TrainOptions = Partial<TrainingSettings> & {
  readonly out: string;
  readonly from?: string;
  readonly catalogue?: boolean;
  readonly data?: string;
  readonly threads: number;
  readonly resume?: boolean;
  readonly name?: string;
  readonly modelVersion: string;
  readonly licence: string;
  readonly saveEvery: number;
  readonly json?: boolean;
};

/** More than a screen of problems hides the rest. */
const PROBLEMS_SHOWN = 10;

/** More threads than this wait for memory, and for each other. */
const MOST_THREADS = 16;

const DEFAULT_THREADS: number = Math.min(availableParallelism(), MOST_THREADS);

const MS_PER_MINUTE = 60_000;

export const addTrain: AddCommand = (program, terminal, finish) => {
  const command = program
    .command('train')
    .description('train a model of what words mean, from the titles and abstracts of papers')
    .argument('[file...]', 'JSON Lines of papers (plain, .gz or .zst), or - for standard input')
    .requiredOption('--out <file>', 'where the model goes, such as field.model')
    .option('--from <model>', 'go on from this model, which knows other papers')
    .option('--catalogue', 'learn from the papers of the catalogue, too')
    .addOption(dataOption())
    .option('--resume', 'go on where a training to the same file was stopped')
    .option('--threads <number>', 'how many compute', wholeNumber(1), DEFAULT_THREADS)
    .option('--name <name>', 'of the model (default: that of its file)')
    .option('--model-version <version>', 'of the model under its name', '1.0.0')
    .option('--licence <licence>', 'of the model, such as Apache-2.0', 'not stated')
    .option('--save-every <minutes>', 'how often a checkpoint is written', anyNumber, 10)
    .addOption(jsonOption());
  addSettingOptions(command);
  command.action(async (files: string[], options: TrainOptions) => {
    if (files.length === 0 && !options.catalogue) {
      throw new BroadsheetError('bad_usage', 'There is nothing to learn from.', {
        fix: 'Name files of papers, or add --catalogue.',
      });
    }
    const settings = checkSettings(settingsFrom(options, options.from !== undefined));
    await requirePlace(options.out, options.resume === true);
    const name = nameFrom(options);
    const kernels = await readTrainingKernels();
    const base = options.from ? (await readModelFile(options.from)).model : undefined;
    const stopping = new AbortController();
    terminal.onSignal(() => stopping.abort());
    const { signal } = stopping;

    const sources = { files, catalogue: options.catalogue, data: options.data };
    const { corpus, data, problems } = await readTrainingPapers(terminal, sources, signal);
    tellProblems(terminal, problems);
    if (signal.aborted) {
      terminal.stderr.write('Stopped before the first step.\n');
      finish(1);
      return;
    }
    const prepared = prepareTraining({
      settings,
      corpus,
      base,
      kernels,
      threads: Math.min(options.threads, MOST_THREADS),
    });
    const card: ModelCard = {
      name,
      version: options.modelVersion,
      madeAt: new Date().toISOString(),
      licence: options.licence,
      dimensions: 256,
      rows: prepared.words.length,
      data,
      settings: {
        ...settingsRecord(prepared.settings),
        ...(base && { from: base.id }),
      },
      seed: prepared.settings.seed,
      scores: [],
      notes: [],
    };
    requireCard(card);
    const startedAtMs = performance.now();
    const end = await train(terminal, prepared, options, signal);
    if (end.why === 'stopped') {
      terminal.stderr.write(
        `Stopped after step ${end.state.step}; the same command with --resume goes on.\n`,
      );
      finish(1);
      return;
    }
    const trainedSeconds = Math.round((performance.now() - startedAtMs) / 1_000);
    const model = modelOf(prepared, end, name);
    const madeAt = new Date().toISOString();
    await writeModelFile(options.out, model, { ...card, madeAt, trainedSeconds });
    await removeCheckpoint(checkpointPath(options.out));
    const found = bestOf(end.state.passes)?.found ?? [];
    if (options.json) {
      printJson(terminal, {
        model: model.id,
        file: options.out,
        why: end.why,
        data,
        found,
        problems,
      });
    } else {
      printLine(
        terminal,
        `${options.out}: ${model.id}, ${prepared.words.length} words from ` +
          `${papersIn(corpus)} papers (${end.why}). ${inWords(found)}`,
      );
    }
  });
};

/** @throws BroadsheetError `bad_usage` now, rather than when the model is to be written */
function nameFrom({ name, out }: TrainOptions): string {
  const chosen = name ?? basename(out).replace(/\.model$/, '');
  if (isModelName(chosen)) return chosen;
  throw new BroadsheetError('bad_usage', `A model cannot be called ${shown(chosen)}.`, {
    fix: 'Give a --name of up to 64 letters, digits, points, hyphens and underscores.',
  });
}

/** @throws BroadsheetError `bad_usage` now, rather than when the model is to be written */
function requireCard(card: ModelCard): void {
  const flaw = flawInCard(card);
  if (flaw === undefined) return;
  throw new BroadsheetError('bad_usage', `The card of the model could not be written: ${flaw}.`, {
    fix: 'Put many files into one, and shorten what is too long.',
  });
}

async function train(
  terminal: Terminal,
  prepared: PreparedTraining,
  options: TrainOptions,
  signal: AbortSignal,
): Promise<TrainingEnd> {
  const path = checkpointPath(options.out);
  const { fingerprint, settings } = prepared;
  const parts = { fingerprint, ...momentsIn(prepared) };
  const from = options.resume ? await resumeFrom(path, parts) : undefined;
  const progress = startProgress(terminal.stderr, 'Training');
  const startedAtMs = performance.now();
  const firstStep = from?.step ?? 0;
  try {
    return await trainModel(prepared, {
      from,
      signal,
      saveEveryMs: options.saveEvery * MS_PER_MINUTE,
      save: (state: TrainingState) => writeCheckpoint(path, { ...parts, state }),
      onProgress: ({ step, steps, loss }) => {
        const seconds = (performance.now() - startedAtMs) / 1_000;
        const stepsPerSecond = (step - firstStep) / seconds;
        const pairs = Math.round(stepsPerSecond * settings.batch);
        const left = asTime((steps - step) / stepsPerSecond);
        progress.done(step, steps);
        progress.remark(`loss ${loss.toFixed(3)} · ${pairs} pairs/s · ${left} left`);
      },
      onPass: (measures) => terminal.stderr.write(`${passInWords(measures, prepared)}\n`),
    });
  } finally {
    progress.end();
  }
}

function modelOf(
  { words, settings: { unknownScale } }: PreparedTraining,
  { rows }: TrainingEnd,
  name: string,
): TermModel {
  return quantisedModel({ name, words, rows, unknownScale });
}

/**
 * Told by how often papers have been met: a pass leaves out what fills no batch, and the steps that
 * make up for it at the end are no pass of their own.
 */
function passInWords(
  { step, loss, found }: PassMeasures,
  { settings, learning }: PreparedTraining,
): string {
  const passes = (step * settings.batch) / learning.length;
  const made = `After ${passes.toFixed(1)} of ${settings.passes} passes`;
  return `${made}: loss ${loss.toFixed(3)}. ${inWords(found)}`;
}

function inWords(found: readonly Found[]): string {
  if (found.length === 0) return 'No papers were kept aside to measure on.';
  const full = found.filter(({ dimensions }) => dimensions === 256);
  const parts = full.map(
    ({ pairs, accuracy, mrr }) => `${pairs} ${percent(accuracy)} (MRR ${mrr.toFixed(3)})`,
  );
  return `Found among held-out papers: ${parts.join(', ')}.`;
}

function percent(share: number): string {
  return `${(share * 100).toFixed(1)} %`;
}

function asTime(seconds: number): string {
  if (!Number.isFinite(seconds)) return '…';
  const minutes = Math.floor(seconds / 60);
  return minutes > 0 ? `${minutes} min` : `${Math.ceil(seconds)} s`;
}

function tellProblems({ stderr }: Terminal, problems: readonly Problem[]): void {
  for (const { where, reason } of problems.slice(0, PROBLEMS_SHOWN)) {
    stderr.write(`${where}: ${reason}\n`);
  }
  const hidden = problems.length - PROBLEMS_SHOWN;
  if (hidden > 0) stderr.write(`… and ${hidden} more rows that could not be read.\n`);
}
