/** Papers as rows of numbers: which columns there are, and what they are made of. */

import { DIMENSIONS } from '../../embedding/embedder.js';
import { fieldOf, NO_FIELD } from '../field-activity.js';
import { type Featured, featureOf, fieldFeature, PLAIN_FEATURES } from './plain-features.js';

/** A paper as the prior reads it. */
export type ReadPaper = { readonly facts: Featured; readonly vector: Float32Array };

export type Columns = {
  /** Of the first columns; the vector's numbers follow. */
  readonly features: readonly string[];
  readonly width: number;
};

/** Fields with fewer papers tell chance. */
const FEWEST_OF_A_FIELD = 100;

/** The columns for papers like these: all plain features, and the fields that many are of. */
export function columnsFor(papers: Iterable<ReadPaper>): Columns {
  const fields = [...countFields(papers)]
    .filter(([field, count]) => field !== NO_FIELD && count >= FEWEST_OF_A_FIELD)
    .map(([field]) => fieldFeature(field))
    .sort();
  const features = [...Object.keys(PLAIN_FEATURES), ...fields];
  return { features, width: features.length + DIMENSIONS };
}

export function countFields(papers: Iterable<ReadPaper>): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const { facts } of papers) {
    const field = fieldOf(facts.categories);
    counts.set(field, (counts.get(field) ?? 0) + 1);
  }
  return counts;
}

/** The values of a paper; NaN stands where a feature is not known. */
export function valuesOf({ features, width }: Columns, { facts, vector }: ReadPaper): Float64Array {
  const values = new Float64Array(width);
  for (const [at, name] of features.entries()) values[at] = featureOf(name, facts) ?? Number.NaN;
  values.set(vector, features.length);
  return values;
}
