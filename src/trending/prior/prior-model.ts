/**
 * The prior: how much more engagement a paper may expect than the usual one, from its vector and
 * what it shows at first sight. It is a weighted sum, learned from dated lists of another place
 * (`fit-prior.ts`), and is told in votes:
 *
 *     prior = min(most, usual · exp(z)),    z = intercept + Σ weight · (feature − usual) + Σ weight · vector
 *
 * where z is the logarithm of how many times the usual engagement is expected. In fields that the
 * lists hardly knew, z is drawn towards 0: n / (n + 50) of it is left with n papers of the field.
 */

import { z } from 'zod';
import { DIMENSIONS } from '../../embedding/embedder.js';
import { fieldOf } from '../field-activity.js';
import type { PriorSettings } from '../standing-sums.js';
import { type Featured, featureOf, isFeature } from './plain-features.js';

/** How one order of the held-out lists was, with its 95 % interval. */
export type PriorScore = {
  readonly order: string;
  readonly ndcgAt10: number;
  readonly ndcgInterval: readonly [number, number];
  readonly tau: number;
  readonly tauInterval: readonly [number, number];
  /** How many days were ranked. */
  readonly days: number;
};

export type PriorModel = {
  /** Tells priors apart. */
  readonly id: string;
  /** The id of the model whose vectors it reads. */
  readonly model: string;
  /** Takes the usual vector off. */
  readonly intercept: number;
  /** By the names of `plain-features.ts`; what is not known of a paper is taken to be usual. */
  readonly features: Readonly<Record<string, { readonly weight: number; readonly usual: number }>>;
  /** One number a dimension. */
  readonly vector: readonly number[];
  /** First categories of the papers that it learned from, with how many each had. */
  readonly fields: Readonly<Record<string, number>>;
  /** Whether it ranked the held-out days better than chance and order of submission. */
  readonly isUseful: boolean;
  readonly method: string;
  readonly seed: number;
  /** What it was learned from, chosen by, and measured on. */
  readonly spans: readonly {
    readonly use: 'learned' | 'chosen' | 'measured';
    readonly from: string;
    readonly until: string;
    readonly days: number;
    readonly papers: number;
  }[];
  readonly scores: readonly PriorScore[];
};

/** With so many papers of a field, half of what is expected counts. */
const FIELD_TRUSTED_FROM = 50;

const interval = z.tuple([z.number(), z.number()]);

const SHAPE: z.ZodType<PriorModel> = z.object({
  id: z.string().min(1).max(100),
  model: z.string().min(1).max(200),
  intercept: z.number(),
  features: z.record(z.string(), z.object({ weight: z.number(), usual: z.number() })),
  vector: z.array(z.number()).length(DIMENSIONS),
  fields: z.record(z.string(), z.number().min(0)),
  isUseful: z.boolean(),
  method: z.string(),
  seed: z.number(),
  spans: z.array(
    z.object({
      use: z.enum(['learned', 'chosen', 'measured']),
      from: z.string(),
      until: z.string(),
      days: z.number(),
      papers: z.number(),
    }),
  ),
  scores: z.array(
    z.object({
      order: z.string(),
      ndcgAt10: z.number(),
      ndcgInterval: interval,
      tau: z.number(),
      tauInterval: interval,
      days: z.number(),
    }),
  ),
});

/** @throws RangeError that says what is wrong with the text */
export function parsePriorModel(text: string): PriorModel {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    throw new RangeError('it is not JSON');
  }
  const result = SHAPE.safeParse(json);
  if (!result.success) {
    const issue = result.error.issues[0];
    throw new RangeError(`${issue?.path.join('.') || 'it'}: ${issue?.message}`);
  }
  const unknown = Object.keys(result.data.features).find((name) => !isFeature(name));
  if (unknown !== undefined) throw new RangeError(`there is no feature ${unknown}`);
  return result.data;
}

/** z: the logarithm of how many times the usual engagement a paper may expect. */
export function expectation(prior: PriorModel, paper: Featured, vector: Float32Array): number {
  let sum = prior.intercept;
  for (const [name, { weight, usual }] of Object.entries(prior.features)) {
    sum += weight * ((featureOf(name, paper) ?? usual) - usual);
  }
  for (const [at, weight] of prior.vector.entries()) sum += weight * (vector[at] as number);
  const known = prior.fields[fieldOf(paper.categories)] ?? 0;
  return sum * (known / (known + FIELD_TRUSTED_FROM));
}

/** The prior of a paper, in votes. */
export function priorVotes(
  prior: PriorModel,
  paper: Featured,
  vector: Float32Array,
  { usual, most }: PriorSettings,
): number {
  return Math.min(most, usual * Math.exp(expectation(prior, paper, vector)));
}
