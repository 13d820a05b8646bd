/** What a person should know of a model: where it comes from, and what it is good for. */

import { z } from 'zod';
import { DIMENSIONS } from './embedder.js';

export type ModelCard = {
  /** Such as `broadsheet-1`; the id of the model begins with it. */
  readonly name: string;
  /** Of the model under this name, such as `1.0.0`. */
  readonly version: string;
  /** An instant, as in `2026-11-21T12:00:00Z`. */
  readonly madeAt: string;
  /** An identifier of SPDX, such as `Apache-2.0`, or what the model's makers say. */
  readonly licence: string;
  readonly dimensions: typeof DIMENSIONS;
  readonly rows: number;
  /** What it was trained on, in the order in which it was read. */
  readonly data: readonly TrainingData[];
  /** Everything that could have been set otherwise. */
  readonly settings: Readonly<Record<string, Setting>>;
  /** Absent where nothing was drawn, or nobody knows it. */
  readonly seed?: number | undefined;
  readonly trainedSeconds?: number | undefined;
  /** What `broadsheet eval` measured. */
  readonly scores: readonly ModelScore[];
  /** Sentences: limits, and what else is worth knowing. */
  readonly notes: readonly string[];
};

export type TrainingData = {
  readonly name: string;
  readonly papers: number;
  /** Words that count, all together. */
  readonly terms: number;
};

export type Setting = string | number | boolean | readonly (string | number | boolean)[];

export type ModelScore = {
  /** The judged set, and how it was searched, such as `hybrid`. */
  readonly set: string;
  readonly mode: string;
  /** From 0 to 1. */
  readonly ndcgAt10: number;
  /** In which the score of 95 of 100 such sets of queries would lie. */
  readonly interval?: readonly [low: number, high: number] | undefined;
};

const LONGEST_NAME = 64;
const LONGEST_TEXT = 4_096;
const MOST_ENTRIES = 256;

const count = z.int().nonnegative();
const text = z.string().max(LONGEST_TEXT);
const share = z.number().min(0).max(1);
const scalar = z.union([text, z.number(), z.boolean()]);

/** Begins ids, and stands in the names of folders. */
const name = modelWord(LONGEST_NAME);

/** What may stand in the file of a model. */
export const MODEL_CARD: z.ZodType<ModelCard> = z.strictObject({
  name,
  version: text,
  madeAt: z.iso.datetime(),
  licence: text,
  dimensions: z.literal(DIMENSIONS),
  rows: count,
  data: z.array(z.strictObject({ name: text, papers: count, terms: count })).max(MOST_ENTRIES),
  settings: z.record(text, z.union([scalar, z.array(scalar).max(MOST_ENTRIES)])),
  seed: z.int().optional(),
  trainedSeconds: z.number().nonnegative().optional(),
  scores: z
    .array(
      z.strictObject({
        set: text,
        mode: text,
        ndcgAt10: share,
        interval: z.tuple([share, share]).optional(),
      }),
    )
    .max(MOST_ENTRIES),
  notes: z.array(text).max(MOST_ENTRIES),
});

/** Why a card cannot stand in a file, such as `data: Too big: …`; nothing if it can. */
export function flawInCard(card: ModelCard): string | undefined {
  const [issue] = MODEL_CARD.safeParse(card).error?.issues ?? [];
  return issue && `${issue.path.join('.')}: ${issue.message}`;
}

/** Whether a model may be called so: by up to 64 letters, digits, points, hyphens and the like. */
export function isModelName(text: string): boolean {
  return name.safeParse(text).success;
}

/** What may stand in a path, an address and a terminal as it is. */
export function modelWord(longest: number): z.ZodString {
  return z
    .string()
    .max(longest)
    .regex(/^[A-Za-z0-9][A-Za-z0-9._-]*$/);
}
