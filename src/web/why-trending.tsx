/** Why a paper is as hot as it is: what its heat is the sum of. */

import { type PaperId, paperPath } from '../papers/identifiers.js';
import type { TrendingExplanation, TrendingTerm } from '../trending/explanation.js';
import type { Markup } from './markup.js';
import { ScrollingBox } from './scrolling-box.js';

/** The page that explains the place of a paper. */
export function whyTrendingPath(id: PaperId): string {
  return `/trending/why/${paperPath(id).slice('/papers/'.length)}`;
}

export function WhyTrending({
  explanation: { terms, heat },
}: {
  readonly explanation: TrendingExplanation;
}): Markup {
  if (terms.length === 0) return <p>Nothing speaks for it yet, so its heat is 0.</p>;
  return (
    <ScrollingBox label="What its heat is the sum of">
      <table class="score">
        <caption>What its heat is the sum of, in votes</caption>
        <thead>
          <tr>
            <th scope="col">What speaks for it</th>
            <th scope="col">Counts now</th>
            <th scope="col">Age</th>
            <th scope="col">At first</th>
            <th scope="col">Each</th>
            <th scope="col">Field</th>
          </tr>
        </thead>
        <tbody>
          {terms.map((term) => (
            <tr>
              <th scope="row">{term.words}</th>
              <td>{inVotes(term.contribution)}</td>
              <td>{ageInWords(term)}</td>
              <td>{inVotes(term.worth)}</td>
              <td>{inVotes(term.weight)}</td>
              <td>{term.kind === 'prior' ? '–' : `× ${term.factor.toFixed(2)}`}</td>
            </tr>
          ))}
        </tbody>
        <tfoot>
          <tr>
            <th scope="row">Heat</th>
            <td>{inVotes(heat)}</td>
            <td />
            <td>{inVotes(sumOf(terms, 'worth'))}</td>
            <td />
            <td />
          </tr>
        </tfoot>
      </table>
    </ScrollingBox>
  );
}

/** Three digits behind the point: a vote of last week is still seen, and the sum adds up. */
export function inVotes(votes: number): string {
  return votes > 0 && votes < 0.0005 ? '< 0.001' : votes.toFixed(3);
}

function sumOf(terms: readonly TrendingTerm[], part: 'worth' | 'contribution'): number {
  return terms.reduce((sum, term) => sum + term[part], 0);
}

function ageInWords({ ageHours, worth }: TrendingTerm): string {
  if (worth === 0) return '–';
  if (ageHours < -0.5) return `in ${inHours(-ageHours)}`;
  return inHours(Math.max(0, ageHours));
}

function inHours(hours: number): string {
  return hours < 72 ? `${hours.toFixed(hours < 10 ? 1 : 0)} h` : `${Math.round(hours / 24)} days`;
}
