/**
 * How much a word tells of a text, by the model. Training makes the vectors of words long that
 * narrow down what a text is about, and those of words that stand anywhere short: the length of a
 * word's vector goes with how much the words around it differ from those of all texts (Oyama,
 * Yokoi and Shimodaira, "Norm of Word Embedding Encodes Information Gain", 2023). No catalogue has
 * to be counted for it.
 */

import { DIMENSIONS } from './embedder.js';
import type { ModelSource } from './model-source.js';
import type { StaticModel } from './static-model.js';
import { countOf, findString } from './string-table.js';

/** How much a term tells: 1 for one whose vector is of the usual length, less for `result`. */
export type TermInformation = (term: string) => number;

/** Where no model tells words apart; how often and where they stand still counts. */
const ALIKE: TermInformation = () => 1;

/** Rows from the first to the last, of which the usual length is told. */
const SAMPLED_ROWS = 1_001;

/**
 * What a model tells of terms. It looks at few rows and keeps nothing, so that it may be made for
 * every text.
 *
 * @param source - {@link ALIKE} if absent
 */
export function informationBy(source: ModelSource | undefined): TermInformation {
  if (source?.kind === 'service') return informationBy(source.own);
  return source?.kind === 'static' ? informationOf(source.model) : ALIKE;
}

function informationOf(model: StaticModel): TermInformation {
  const { tokeniser } = model;
  // The pieces of a word have vectors of their own, which tell nothing of the word.
  if (tokeniser.kind !== 'terms') return ALIKE;
  const { words, unknownScale } = tokeniser;
  const usual = usualLength(model, countOf(words));
  if (usual === 0) return ALIKE;
  return (term) => {
    const row = findString(words, term);
    return (row < 0 ? unknownScale : lengthOfRow(model, row)) / usual;
  };
}

/** The median, of a part of the rows. */
function usualLength(model: StaticModel, rows: number): number {
  const sampled = Math.min(rows, SAMPLED_ROWS);
  const lengths = Float64Array.from({ length: sampled }, (_, at) =>
    lengthOfRow(model, Math.floor((at * rows) / sampled)),
  );
  return lengths.sort()[sampled >>> 1] ?? 0;
}

function lengthOfRow({ rows, scales }: StaticModel, row: number): number {
  let squares = 0;
  for (let at = row * DIMENSIONS; at < (row + 1) * DIMENSIONS; at += 1) {
    squares += (rows[at] as number) ** 2;
  }
  return (scales[row] as number) * Math.sqrt(squares);
}
