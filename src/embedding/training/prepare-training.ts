/** From papers to a training that can begin: words chosen, papers kept aside, memory filled. */

import { createHash } from 'node:crypto';
import { BroadsheetError } from '../../errors.js';
import { allocateMemory, type CompiledModule, type SharedMemory } from '../../web-assembly.js';
import { DIMENSIONS } from '../embedder.js';
import type { TermModel } from '../static-model.js';
import { meetingPlace } from './meeting.js';
import { shuffle } from './random-numbers.js';
import {
  type CountedTerms,
  fingerprintOf,
  papersIn,
  type TrainingCorpus,
} from './training-corpus.js';
import { layoutOf, TILE, type TrainingLayout } from './training-layout.js';
import { checkSettings, settingsRecord, type TrainingSettings } from './training-settings.js';
import { type SharedTraining, SIGNALS } from './training-thread.js';
import { chooseWords, writeInitialRows, writeSigns } from './vocabulary.js';

export type TrainingInput = {
  readonly settings: TrainingSettings;
  /** Its tokens are rewritten: from numbers of terms to numbers of rows. */
  readonly corpus: TrainingCorpus & CountedTerms;
  /** What it goes on from, if not from nothing. */
  readonly base?: TermModel | undefined;
  readonly kernels: CompiledModule;
  readonly threads: number;
};

export type PreparedTraining = {
  readonly shared: SharedTraining;
  readonly layout: TrainingLayout;
  /** As they apply: the batch is smaller where there are fewer papers. */
  readonly settings: TrainingSettings;
  readonly words: readonly string[];
  /** Papers that are learnt from, in the order of the seed. */
  readonly learning: Uint32Array;
  /** Follows from everything that the model depends on. */
  readonly fingerprint: string;
};

/** The stream in which papers are shuffled to be kept aside; steps and passes count from 0. */
const SPLIT_STREAM = -1;

/** Not more than a tenth is kept aside. */
const HELD_OUT_DIVISOR = 10;

/**
 * @throws BroadsheetError `bad_usage` if the settings are no good, or there is too little to learn
 *   from; `not_available` if there is not enough memory
 */
export function prepareTraining(input: TrainingInput): PreparedTraining {
  const { corpus, base, kernels, threads } = input;
  const given = checkSettings(
    base ? { ...input.settings, unknownScale: base.tokeniser.unknownScale } : input.settings,
  );
  const papers = papersIn(corpus);
  const { heldOut, learning } = split(papers, given);
  const batch = Math.min(given.batch, Math.floor(learning.length / TILE) * TILE);
  if (batch === 0) throw tooFewPapers(papers);
  const settings = { ...given, batch };
  const { words, unknownWords, numbers } = chooseWords(corpus, settings, base);
  renumber(corpus.tokens, numbers);

  const size = {
    rows: words.length,
    unknownWords: unknownWords.length,
    batch,
    heldOut: heldOut.length,
    threads,
  };
  const layout = layoutOf(size);
  const memory = allocateMemory(layout.bytes, `the training of ${words.length} words`);
  writeInitialRows(rowsIn(memory, layout, words.length), words, settings, base);
  writeSigns(new Uint8Array(memory.buffer, layout.signs), unknownWords);
  new Float32Array(memory.buffer, layout.levelShares).set(settings.levelShares);

  const stepsPerPass = Math.floor(learning.length / batch);
  const shared: SharedTraining = {
    kernels,
    memory,
    size,
    settings,
    corpus: {
      tokens: corpus.tokens,
      textStarts: corpus.textStarts,
      paperStarts: corpus.paperStarts,
      categories: corpus.categories,
    },
    order: sharedNumbers(learning.length),
    heldOut,
    steps: Math.max(1, Math.floor((settings.passes * learning.length) / batch)),
    stepsPerPass,
    meetingPlace: meetingPlace(),
    signals: new Int32Array(new SharedArrayBuffer(SIGNALS * Int32Array.BYTES_PER_ELEMENT)),
    loss: new Float64Array(new SharedArrayBuffer(2 * Float64Array.BYTES_PER_ELEMENT)),
  };
  const fingerprint = createHash('sha256')
    .update(JSON.stringify([settingsRecord(settings), base?.id, fingerprintOf(corpus), words]))
    .digest('hex');
  return { shared, layout, settings, words, learning, fingerprint };
}

/** The vectors of all words where they are trained. */
export function rowsIn(
  { buffer }: SharedMemory,
  layout: TrainingLayout,
  count: number,
): Float32Array {
  return new Float32Array(buffer, layout.rows, count * DIMENSIONS);
}

/** The vectors of all words, and the moments of their gradients, where they are trained. */
export function momentsIn({ shared, layout, words }: PreparedTraining): {
  readonly rows: Float32Array;
  readonly firstMoments: Float32Array;
  readonly secondMoments: Float32Array;
} {
  const { buffer } = shared.memory;
  const length = words.length * DIMENSIONS;
  return {
    rows: new Float32Array(buffer, layout.rows, length),
    firstMoments: new Float32Array(buffer, layout.firstMoments, length),
    secondMoments: new Float32Array(buffer, layout.secondMoments, length),
  };
}

/** Writes the papers of a pass in their order, which follows from the seed and the pass. */
export function writeOrder({ shared, settings, learning }: PreparedTraining, pass: number): void {
  const { order, corpus } = shared;
  const { seed, batch, batchesSorted } = settings;
  order.set(learning);
  shuffle(order, seed, pass);
  if (batchesSorted === 0) return;
  const categoryOf = (paper: number) => corpus.categories[paper] as number;
  for (let start = 0; start < order.length; start += batch * batchesSorted) {
    order
      .subarray(start, start + batch * batchesSorted)
      .sort((one, other) => categoryOf(one) - categoryOf(other));
  }
  // Categories would otherwise come one after the other.
  const sorted = order.slice();
  const batches = Uint32Array.from({ length: Math.floor(order.length / batch) }, (_, at) => at);
  shuffle(batches, seed, pass);
  for (const [at, from] of batches.entries()) {
    order.set(sorted.subarray(from * batch, (from + 1) * batch), at * batch);
  }
}

function split(
  papers: number,
  { seed, heldOut: most, limit = papers }: TrainingSettings,
): { heldOut: Uint32Array; learning: Uint32Array } {
  const all = Uint32Array.from({ length: papers }, (_, paper) => paper);
  shuffle(all, seed, SPLIT_STREAM);
  const count = Math.min(most, Math.floor(papers / HELD_OUT_DIVISOR));
  const heldOut = sharedNumbers(count);
  heldOut.set(all.subarray(0, count));
  return { heldOut, learning: all.slice(count, count + limit) };
}

function renumber(tokens: Uint32Array, numbers: Uint32Array): void {
  for (let at = 0; at < tokens.length; at += 1) {
    tokens[at] = numbers[tokens[at] as number] as number;
  }
}

function sharedNumbers(count: number): Uint32Array {
  return new Uint32Array(new SharedArrayBuffer(count * Uint32Array.BYTES_PER_ELEMENT));
}

function tooFewPapers(papers: number): BroadsheetError {
  return new BroadsheetError(
    'bad_usage',
    `There are ${papers} papers with a title and an abstract to learn from; it takes ${2 * TILE}.`,
    { fix: 'Give more papers.' },
  );
}
