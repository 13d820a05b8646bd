/**
 * What one place in a title or an abstract counts by the length of that text: `weightOfPlace` of
 * `bm25f.ts` in tables, since a search asks for it some hundred thousand times.
 */

import { FIELDS, LONGEST_LENGTH, weightOfPlace } from '../bm25f.js';

export type PlaceWeights = {
  /** Of title and abstract: what the weights were made for. */
  readonly averageLengths: readonly [number, number];
  /** By the number of words in the title. */
  readonly title: Float64Array;
  /** By the number of words in the abstract. */
  readonly abstract: Float64Array;
  /** Of the authors, however many there are. */
  readonly author: number;
};

const [TITLE, ABSTRACT, AUTHOR] = FIELDS;

const NOTHING = new Float64Array(LONGEST_LENGTH + 1);

/** Those that were asked for last: averages change with the index, not with the search. */
let last: PlaceWeights | undefined;

/** @param averageLengths - of title and abstract, over the whole index */
export function placeWeights([title, abstract]: readonly [
  title: number,
  abstract: number,
  ...others: unknown[],
]): PlaceWeights {
  if (last?.averageLengths[0] === title && last.averageLengths[1] === abstract) return last;
  last = {
    averageLengths: [title, abstract],
    title: tableOf(TITLE, title),
    abstract: tableOf(ABSTRACT, abstract),
    author: weightOfPlace(AUTHOR, 0, 0),
  };
  return last;
}

/**
 * The weights if only one field counts: nothing in the others.
 *
 * @param fieldAt - by its place in `FIELDS`; all count if absent
 */
export function weightsInField(weights: PlaceWeights, fieldAt: number | undefined): PlaceWeights {
  if (fieldAt === undefined) return weights;
  return {
    averageLengths: weights.averageLengths,
    title: fieldAt === 0 ? weights.title : NOTHING,
    abstract: fieldAt === 1 ? weights.abstract : NOTHING,
    author: fieldAt === 2 ? weights.author : 0,
  };
}

/**
 * The greatest factor by which any weight may have grown since bounds were made: in proportion to
 * the average length, if that has grown at all.
 *
 * @param before - the average lengths that the bounds were made with
 */
export function mostGrowth({ averageLengths }: PlaceWeights, before: ArrayLike<number>): number {
  let most = 1;
  for (const [field, now] of averageLengths.entries()) {
    // Where no text had a length, no place is in one.
    const then = before[field] as number;
    if (then > 0) most = Math.max(most, now / then);
  }
  return most;
}

function tableOf(settings: typeof TITLE, averageLength: number): Float64Array {
  const table = new Float64Array(LONGEST_LENGTH + 1);
  for (let length = 0; length < table.length; length += 1) {
    table[length] = weightOfPlace(settings, length, averageLength);
  }
  return table;
}
