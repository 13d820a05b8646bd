/**
 * How much happens in a field, and what evidence counts there. Where three thousand votes are
 * cast a day, sixty for a paper say little more than five where five are. So each piece is raised
 * by a factor that grows with how much quieter its field is than the busiest:
 *
 *     factor = min(most, (busiest / own) ^ (γ · c)),    c = own / (own + k)
 *
 * where both activities are decayed sums of evidence, in votes. The busiest field has factor 1,
 * so that heat is told in its votes; no other field can be raised by making some field look
 * quiet, and a field that was never heard of (c near 0) starts at 1 as well: inventing one gains
 * nothing. The power γ below 1 leaves a part of the difference: that many people care for a field
 * is news, too. A factor is fixed when evidence comes, so that a sum can be reckoned again.
 */

import { type DatedWorth, type Hotness, heatAt, hotnessOf } from './hotness.js';

export type FieldSettings = {
  /** Activity of so long ago counts half: long enough for weekends and conferences to even out. */
  readonly halfLifeHours: number;
  /** γ: 0 leaves fields as they are, 1 makes them all alike. */
  readonly power: number;
  /** k, in votes: with so much evidence, half of the power applies. */
  readonly trustedFrom: number;
  /** No piece is raised by more. */
  readonly most: number;
};

export const FIELD_SETTINGS: FieldSettings = {
  halfLifeHours: 14 * 24,
  power: 0.45,
  trustedFrom: 20,
  most: 12,
};

/** The field of papers without categories. */
export const NO_FIELD = '';

/** Their first category; `NO_FIELD` without any. */
export function fieldOf(categories: readonly string[]): string {
  return categories[0] ?? NO_FIELD;
}

/** Activities of the fields: logarithms of decayed sums, as `hotness.ts` makes them. */
export function activities(
  evidence: Iterable<DatedWorth & { readonly field: string }>,
  { halfLifeHours }: FieldSettings = FIELD_SETTINGS,
): ReadonlyMap<string, Hotness> {
  const byField = Map.groupBy(evidence, ({ field }) => field);
  const active = new Map<string, Hotness>();
  for (const [field, pieces] of byField) {
    const activity = hotnessOf(pieces, halfLifeHours);
    if (Number.isFinite(activity)) active.set(field, activity);
  }
  return active;
}

/**
 * What evidence counts in a field.
 *
 * @param own - the field's activity; `undefined` if it has none
 * @param busiest - that of the busiest field; `undefined` if none has any
 * @returns from 1 up to `settings.most`
 */
export function fieldFactor(
  own: Hotness | undefined,
  busiest: Hotness | undefined,
  nowMs: number,
  settings: FieldSettings = FIELD_SETTINGS,
): number {
  if (own === undefined || busiest === undefined || own >= busiest) return 1;
  const votes = heatAt(nowMs, own, settings.halfLifeHours);
  const confidence = votes / (votes + settings.trustedFrom);
  return Math.min(settings.most, 2 ** ((busiest - own) * settings.power * confidence));
}

/** Votes a day that keep up an activity, for people to read. */
export function votesPerDay(
  activity: Hotness,
  nowMs: number,
  { halfLifeHours }: FieldSettings = FIELD_SETTINGS,
): number {
  return (heatAt(nowMs, activity, halfLifeHours) * Math.LN2 * 24) / halfLifeHours;
}
