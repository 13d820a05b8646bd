/**
 * How to search the segments that other models embedded with queries of a new one: from papers
 * whose vectors they have, embedded anew. No file of the old model is needed for it.
 */

import { type Alignments, alignmentOf, type VectorPair } from '../../embedding/alignment.js';
import { type Embedder, textToEmbed } from '../../embedding/embedder.js';
import type { Paper } from '../../papers/paper.js';
import { DIMENSIONS } from '../vectors/search-vectors.js';
import type { IndexState } from './index-state.js';
import { has } from './paper-set.js';
import type { Segment } from './segment.js';
import { idOf, papersNamed } from './segment-lookup.js';

/** From the embedder's model to each other of which enough of the papers are in the index. */
export function learnAlignments(
  state: Pick<IndexState, 'segments'>,
  embedder: Embedder,
  papers: readonly Paper[],
): Alignments {
  const byModel = new Map<string, VectorPair[]>();
  for (const paper of papers) {
    const known = vectorOf(state, paper);
    if (!known || known.modelId === embedder.modelId) continue;
    const pair = { from: embedder.embed(textToEmbed(paper)), to: known.vector };
    const pairs = byModel.get(known.modelId);
    if (pairs) pairs.push(pair);
    else byModel.set(known.modelId, [pair]);
  }
  const alignments = new Map<string, Float32Array>();
  for (const [modelId, pairs] of byModel) {
    const alignment = alignmentOf(pairs);
    if (alignment) alignments.set(modelId, alignment);
  }
  return alignments;
}

/** The vector of a paper as it stands in the catalogue; `undefined` if the index has another text. */
function vectorOf(
  state: Pick<IndexState, 'segments'>,
  { id, revision }: Paper,
): { readonly modelId: string; readonly vector: Float32Array } | undefined {
  for (const { segment, dead } of state.segments()) {
    for (const paper of papersNamed(segment, id)) {
      const isSame = idOf(segment, paper) === id && segment.papers.revisions[paper] === revision;
      if (isSame && !has(dead, paper)) {
        return { modelId: segment.modelId, vector: storedVector(segment, paper) };
      }
    }
  }
  return undefined;
}

function storedVector({ vectors }: Segment, paper: number): Float32Array {
  const scale = vectors.scales[paper] as number;
  const from = paper * DIMENSIONS;
  return Float32Array.from(
    vectors.values.subarray(from, from + DIMENSIONS),
    (value) => value * scale,
  );
}
