/** Why a paper stands where it does: what its score is the sum of. */

import type { ScorePart } from '../search/search-engine.js';
import type { Markup } from './markup.js';

/** More say nothing to anybody; of a pasted text, a hundred words may have a part. */
const MOST_PARTS_SHOWN = 8;

/** Scores in which meaning has a part are at most 1. */
const DECIMALS = 3;

export type ScorePartsProps = {
  readonly score: number;
  readonly parts: readonly ScorePart[];
};

export function ScoreParts({ score, parts }: ScorePartsProps): Markup {
  return (
    <table class="score">
      <caption>Why it is here</caption>
      <thead>
        <tr>
          <th scope="col">Part</th>
          <th scope="col">Points</th>
          <th scope="col">Share</th>
        </tr>
      </thead>
      <tbody>
        {weightiest(parts).map(({ label, value }) => (
          <tr>
            <th scope="row" dir="auto">
              {label}
            </th>
            <td>{value.toFixed(DECIMALS)}</td>
            <td>{shareInWords(value, score)}</td>
          </tr>
        ))}
      </tbody>
      <tfoot>
        <tr>
          <th scope="row">Score</th>
          <td>{score.toFixed(DECIMALS)}</td>
          <td>{shareInWords(score, score)}</td>
        </tr>
      </tfoot>
    </table>
  );
}

/** The parts that add most, the first of them first, and one for all others. */
function weightiest(parts: readonly ScorePart[]): readonly ScorePart[] {
  const sorted = parts.toSorted((a, b) => b.value - a.value);
  // A single one takes no more room than the words that would stand for it.
  if (sorted.length <= MOST_PARTS_SHOWN + 1) return sorted;
  const others = sorted.slice(MOST_PARTS_SHOWN);
  const value = others.reduce((sum, part) => sum + part.value, 0);
  return [...sorted.slice(0, MOST_PARTS_SHOWN), { label: `${others.length} smaller parts`, value }];
}

function shareInWords(value: number, score: number): string {
  return score > 0 ? `${Math.round((value / score) * 100)} %` : '–';
}
