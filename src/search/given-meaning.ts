/** Vectors that were made before a search engine sees the text, by a model that it does not run. */

import type { Paper } from '../papers/paper.js';

export type GivenMeaning = {
  /** The model that made it: it is compared with vectors of the same only. */
  readonly modelId: string;
  /** 256 numbers, of length 1 or all zeros. */
  readonly vector: Float32Array;
};

/** Whether it is that of a text that the model could read anything in. */
export function isMeaning({ vector }: GivenMeaning): boolean {
  return vector.some((value) => value !== 0);
}

/** A paper to be taken in; without a vector it gets that of the engine's own model. */
export type PaperWithMeaning = Paper & { readonly meaning?: GivenMeaning };
