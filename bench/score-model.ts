/**
 * `npm run bench -- score-model FILE`: how well the search answers judged questions with a model,
 * in every mode. With `--write` the scores go into the card in the file, and the card as a page
 * beside it (`models/broadsheet-1.md`).
 */

import { existsSync } from 'node:fs';
import { stat, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import type { ModelCard, ModelScore, Setting } from '../src/embedding/model-card.js';
import { readModelFile, writeModelFile } from '../src/embedding/model-file-client.js';
import { embedderOf } from '../src/embedding/model-source.js';
import { openModelSource } from '../src/embedding/model-source-client.js';
import { evaluate, takeInDocuments } from '../src/search/relevance/evaluate.js';
import { readJudgedSet } from '../src/search/relevance/judged-set-client.js';
import type { SearchMode } from '../src/search/search-engine.js';
import { createSegmentEngine } from '../src/search/segments/segment-engine.js';
import { loadKernels } from '../src/search/vectors/kernels-client.js';

export type ScoreModelOptions = {
  readonly write?: boolean;
  /** Sentences for the card, in place of those that are there. */
  readonly note?: readonly string[];
};

const FOLDER = fileURLToPath(new URL('../../shared/data/ir/', import.meta.url));

/** By folder; what is ranked for a query; and as people know it. */
const SETS = [
  ['scifact', 'all', 'SciFact'],
  ['nfcorpus', 'all', 'NFCorpus'],
  ['csfcube', 'judged', 'CSFCube, pool'],
  ['csfcube', 'all', 'CSFCube, all'],
  ['scitldr', 'all', 'SciTLDR'],
] as const;

const MODES: readonly SearchMode[] = ['lexical', 'dense', 'hybrid'];

export async function benchScoreModel(
  path: string,
  { write, note }: ScoreModelOptions,
): Promise<void> {
  if (!existsSync(FOLDER)) {
    process.stderr.write(`Skipped: There is no ${FOLDER}.\n`);
    return;
  }
  const { model, card: former } = await readModelFile(path);
  const scores = await scoresOf(path);
  const card: ModelCard = { ...former, scores, ...(note && { notes: note }) };
  const page = pageOf(card, model.id, (await stat(path)).size);
  process.stdout.write(page);
  if (!write) return;
  await writeModelFile(path, model, card);
  await writeFile(path.replace(/(\.model)?$/, '.md'), page);
}

async function scoresOf(path: string): Promise<readonly ModelScore[]> {
  const embedder = embedderOf(await openModelSource(path));
  const { module: kernels } = await loadKernels();
  const scores: ModelScore[] = [];
  for (const [folder, among, set] of SETS) {
    process.stderr.write(`${set} …\n`);
    const { documents, queries } = await readJudgedSet(`${FOLDER}${folder}`);
    const engine = createSegmentEngine({ embedder, kernels });
    await takeInDocuments(engine, documents);
    const figures = await evaluate({ engine, queries, modes: MODES, among });
    for (const [mode, { ndcgAt10, interval }] of figures) {
      const [low, high] = interval.map(rounded);
      scores.push({
        set,
        mode,
        ndcgAt10: rounded(ndcgAt10),
        interval: [low as number, high as number],
      });
    }
  }
  return scores;
}

function pageOf(card: ModelCard, id: string, bytes: number): string {
  const { name, version, madeAt, licence, rows, dimensions, seed, trainedSeconds } = card;
  const sets = [...new Set(card.scores.map(({ set }) => set))];
  return [
    `# ${name}`,
    '',
    'The model of meaning that comes with Broadsheet: one vector to a word, and nothing else. A',
    'text is the sum of its words. It is read from disk when the program starts; no part of it is',
    'downloaded, and it needs no GPU.',
    '',
    '| | |',
    '|---|---|',
    `| id | \`${id}\` |`,
    `| version | ${version}, made ${madeAt.slice(0, 10)} |`,
    `| file | \`${name}.model\`, ${(bytes / 1_048_576).toFixed(1)} MiB; its form: \`docs/model-file.md\` |`,
    `| vectors | ${counted(rows)} words, ${dimensions} numbers of 8 bits each; the first 32, 64 and 128 stand by themselves |`,
    `| licence | ${licence} |`,
    ...(trainedSeconds === undefined
      ? []
      : [`| made in | ${Math.round(trainedSeconds / 60)} minutes on two processor cores |`]),
    ...(seed === undefined ? [] : [`| seed | ${seed} |`]),
    '',
    '## What it was trained on',
    '',
    '| file | papers | words that count |',
    '|---|---:|---:|',
    ...card.data.map((it) => `| ${it.name} | ${counted(it.papers)} | ${counted(it.terms)} |`),
    '',
    ...card.notes.flatMap((note) => [note, '']),
    '## How good it is',
    '',
    'nDCG@10 with the interval of 95 % (`broadsheet eval`; the protocol is in `docs/relevance.md`).',
    '*Lexical* is the search by words alone, without this model.',
    '',
    `| set | ${MODES.join(' | ')} |`,
    '|---|---|---|---|',
    ...sets.map(
      (set) => `| ${set} | ${MODES.map((mode) => cell(card.scores, set, mode)).join(' | ')} |`,
    ),
    '',
    '## Settings',
    '',
    '`docs/training.md` says what they mean.',
    '',
    '```',
    ...Object.entries(card.settings).map(([setting, value]) => `${setting} ${inWords(value)}`),
    '```',
    '',
  ].join('\n');
}

function cell(scores: readonly ModelScore[], set: string, mode: SearchMode): string {
  const score = scores.find((it) => it.set === set && it.mode === mode);
  if (!score) return '';
  const [low = 0, high = 0] = score.interval ?? [];
  return `${score.ndcgAt10.toFixed(4)} (${low.toFixed(3)} to ${high.toFixed(3)})`;
}

function inWords(value: Setting): string {
  return Array.isArray(value) ? value.join(' ') : `${value}`;
}

function counted(number: number): string {
  return number.toLocaleString('en-GB');
}

function rounded(figure: number): number {
  return Math.round(figure * 10_000) / 10_000;
}
