/** The vector of a query, for the vectors of each model that are searched with it. */

import { type Alignments, aligned } from '../../embedding/alignment.js';
import { type GivenMeaning, isMeaning } from '../given-meaning.js';
import { type QuantisedVector, quantise } from './quantise.js';

/** For vectors of a model, by its id; `undefined` where no vector is known to look for them with. */
export type AskedVectors = (modelId: string) => QuantisedVector | undefined;

/**
 * @param own - the vector that our own model made
 * @param alignments - from that model to others
 * @param given - one that came with the query, if any did
 */
export function askedVectors(
  own: GivenMeaning,
  alignments: Alignments,
  given?: GivenMeaning,
): AskedVectors {
  const vectors = (given ? [own, given] : [own]).filter(isMeaning);
  const known = new Map(vectors.map(({ modelId, vector }) => [modelId, quantise(vector)]));
  return (other) => {
    const alignment = isMeaning(own) ? alignments.get(other) : undefined;
    const asked = known.get(other) ?? (alignment && quantise(aligned(own.vector, alignment)));
    if (asked) known.set(other, asked);
    return asked;
  };
}
