/**
 * The truth about vectors: which papers are nearest to a query, found by comparing all. Engines
 * that skip work are fast for a reason, so each is told how much of the truth it found.
 */

import { textToEmbed } from '../src/embedding/embedder.js';
import { type BenchQuery, PAGE } from './candidates/candidate.js';
import { readCorpus } from './corpus.js';
import { EMBEDDER } from './vectors.js';

type Near = { readonly id: string; readonly similarity: number };

/** For each query the similarity of every paper that is as near as the tenth nearest. */
export type Truth = readonly (readonly Near[])[];

/** Two computations of one similarity may differ by this much. */
const ROUNDING = 1e-5;

export async function nearestOf(queries: readonly BenchQuery[], papers: number): Promise<Truth> {
  const vectors = queries.map(({ text }) => EMBEDDER.embed(text).slice());
  const nearest: Near[][] = queries.map(() => []);
  for await (const batch of readCorpus(papers)) {
    for (const paper of batch) {
      const vector = EMBEDDER.embed(textToEmbed(paper));
      for (const [at, query] of vectors.entries()) {
        const best = nearest[at] as Near[];
        const similarity = dot(query, vector);
        const tenth = best[PAGE - 1];
        if (tenth && similarity < tenth.similarity - ROUNDING) continue;
        best.push({ id: paper.id, similarity });
        best.sort((a, b) => b.similarity - a.similarity);
        const bound = best[PAGE - 1];
        while (bound && (best.at(-1)?.similarity ?? 0) < bound.similarity - ROUNDING) best.pop();
      }
    }
  }
  return nearest;
}

/**
 * How much of the truth was found: of each page, the share that is as near as its tenth nearest;
 * the mean over all queries that are near to anything.
 */
export function recallOf(found: readonly (readonly string[])[], truth: Truth): number {
  let sum = 0;
  let queries = 0;
  for (const [at, near] of truth.entries()) {
    if (!near[0] || near[0].similarity <= 0) continue;
    const ids = new Set(near.map(({ id }) => id));
    sum += (found[at] ?? []).filter((id) => ids.has(id)).length / Math.min(PAGE, ids.size);
    queries += 1;
  }
  return queries === 0 ? 0 : sum / queries;
}

function dot(one: Float32Array, other: Float32Array): number {
  let sum = 0;
  for (let at = 0; at < one.length; at += 1) sum += (one[at] as number) * (other[at] as number);
  return sum;
}
