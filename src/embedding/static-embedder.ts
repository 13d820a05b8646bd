/** A text to its vector by a table of vectors: of its words' vectors the sum, at length 1. */

import type { CompiledModule } from '../web-assembly.js';
import { DIMENSIONS, type Embedder } from './embedder.js';
import { piecesOf } from './folder/pieces-of.js';
import { createRowSums, type RowSums } from './row-sums.js';
import type { StaticModel, Tokeniser } from './static-model.js';
import { createTermReader } from './term-rows.js';

/**
 * For one thread; other threads make theirs of the same model, whose vectors they share.
 *
 * @param kernels - of `kernels-client.ts`; without them it takes longer to the same vectors
 */
export function createStaticEmbedder(model: StaticModel, kernels?: CompiledModule): Embedder {
  const sums = createRowSums(model, kernels);
  const read = readerOf(model.tokeniser, sums);
  return {
    modelId: model.id,
    dimensions: DIMENSIONS,
    embed(text) {
      read(text);
      return sums.take();
    },
  };
}

function readerOf(tokeniser: Tokeniser, sums: RowSums): (text: string) => void {
  if (tokeniser.kind === 'terms') return createTermReader(tokeniser, sums);
  const readPieces = piecesOf(tokeniser);
  return (text) => readPieces(text, sums.add);
}
