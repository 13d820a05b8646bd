/** What a training is made with: every choice that its model depends on, in one place. */

import { z } from 'zod';
import { BroadsheetError } from '../../errors.js';
import { LEVEL_ENDS, TILE } from './training-layout.js';

export type TrainingSettings = {
  /** How many words get a vector: the ones that most papers have. */
  readonly words: number;
  /** Words that fewer papers have get none. */
  readonly fewestPapers: number;
  /** How often each paper is met, on average; need not be whole. */
  readonly passes: number;
  /** Pairs that are compared with each other before every step. */
  readonly batch: number;
  /** The smaller, the more a pair heeds only the texts that are most like its own. */
  readonly temperature: number;
  /** How far a step goes at most: every number of a vector, at the beginning. */
  readonly rate: number;
  /** Steps in which the rate rises to that. */
  readonly warmUpSteps: number;
  /** What is left of the rate at the end. */
  readonly leastRateShare: number;
  /** Other numbers choose other pairs, and other papers to keep aside. */
  readonly seed: number;
  /** Pairs of a title and its abstract, among all. */
  readonly titleShare: number;
  /** Pairs of a sentence and the rest of its paper. What is left over are pairs of halves. */
  readonly sentenceShare: number;
  /** How much vectors of 32, 64, 128 and 256 dimensions count. */
  readonly levelShares: readonly [number, number, number, number];
  /** Words begin with numbers drawn from so far below zero to so far above. */
  readonly initialNoise: number;
  /** The length of the vector of a word without a row; that of the model it goes on from, if any. */
  readonly unknownScale: number;
  /** What is kept of the mean of the gradients, and of their squares, from step to step (Adam). */
  readonly firstMomentKept: number;
  readonly secondMomentKept: number;
  readonly leastDivisor: number;
  /** Papers that are kept aside to measure on; never more than a tenth. */
  readonly heldOut: number;
  /**
   * If not 0, of so many batches at a time the papers are sorted by category, so that a paper is
   * compared with papers like it.
   */
  readonly batchesSorted: number;
  /**
   * So many passes without a better measure end it; 0 lets all be made. To end early saves time and
   * costs quality: the rate falls until the last of all passes, and is still high before.
   */
  readonly patience: number;
  /** Papers that are learnt from, if not all. */
  readonly limit?: number | undefined;
};

export const DEFAULT_SETTINGS: TrainingSettings = {
  words: 60_000,
  fewestPapers: 2,
  passes: 5,
  batch: 1_024,
  temperature: 0.05,
  rate: 0.006,
  warmUpSteps: 50,
  leastRateShare: 0.01,
  seed: 1,
  titleShare: 0.6,
  sentenceShare: 0.4,
  levelShares: [1, 1, 1, 1],
  initialNoise: 0.01,
  unknownScale: 1.25,
  firstMomentKept: 0.9,
  secondMomentKept: 0.999,
  leastDivisor: 1e-9,
  heldOut: 4_096,
  batchesSorted: 16,
  patience: 0,
};

/**
 * What is set otherwise to go on from a model. It should not forget what it knows; and the few
 * thousand papers of a field must make more steps than the rate takes to rise.
 */
export const FINE_TUNING_SETTINGS: Pick<TrainingSettings, 'passes' | 'batch' | 'rate'> = {
  passes: 3,
  batch: 128,
  rate: 0.002,
};

const share = z.number().min(0).max(1);
const scale = z.number().min(0).max(1_000);

/**
 * Below the least temperature, powers of e leave the range of 32-bit floats. A batch of 4,096
 * takes 600 MB.
 */
const SETTINGS: z.ZodType<TrainingSettings> = z
  .object({
    words: z.int().min(1).max(1_000_000),
    fewestPapers: z.int().min(1),
    passes: z.number().positive().max(1_000),
    batch: z.int().min(TILE).max(4_096).multipleOf(TILE),
    temperature: z.number().min(0.025).max(1),
    rate: z.number().positive().max(1),
    warmUpSteps: z.int().min(0),
    leastRateShare: share,
    seed: z.int().min(0).max(0xffff_ffff),
    titleShare: share,
    sentenceShare: share,
    levelShares: z.tuple([scale, scale, scale, scale]),
    // From nothing but zeros nothing could be learnt.
    initialNoise: scale.positive(),
    unknownScale: scale,
    firstMomentKept: share,
    secondMomentKept: share,
    leastDivisor: z.number().positive(),
    heldOut: z.int().min(0).max(16_384),
    batchesSorted: z.int().min(0),
    patience: z.int().min(0),
    limit: z.int().min(TILE).optional(),
  })
  .refine(({ titleShare, sentenceShare }) => titleShare + sentenceShare <= 1, {
    message: 'titleShare and sentenceShare are more than 1 together',
  });

/** @throws BroadsheetError `bad_usage` that names the setting and what it must be */
export function checkSettings(settings: TrainingSettings): TrainingSettings {
  const { data, error } = SETTINGS.safeParse(settings);
  if (data) return data;
  const [issue] = error.issues;
  const name = issue?.path.join('.');
  throw new BroadsheetError(
    'bad_usage',
    `A training cannot be made so: ${name ? `${name}: ` : ''}${issue?.message}.`,
  );
}

/** The rate of a step, counted from 0: it rises, then falls evenly until the last. */
export function rateAt(step: number, steps: number, settings: TrainingSettings): number {
  const { rate, warmUpSteps, leastRateShare } = settings;
  const risen = step < warmUpSteps ? (step + 1) / warmUpSteps : 1;
  return rate * Math.max(leastRateShare, risen * (1 - step / steps));
}

/** How the settings stand in a model's card and a checkpoint. */
export function settingsRecord(settings: TrainingSettings): Readonly<Record<string, number>> {
  const { levelShares, limit, ...rest } = settings;
  return {
    ...rest,
    ...(limit !== undefined && { limit }),
    ...Object.fromEntries(
      levelShares.map((value, level) => [`levelShare${LEVEL_ENDS[level]}`, value]),
    ),
  };
}
