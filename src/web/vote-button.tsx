/**
 * How many votes a paper has, and the way to give one or to take it back.
 *
 * The script sends a `form[data-vote]` without leaving the page. From the answer
 * `{ paper, votes, voted }` it sets the form's `action` (`/votes/undo` once voted, else `/votes`),
 * `aria-pressed` of its `button[data-vote-button]`, and the text of `[data-vote-count]`, which is
 * "1 vote" or "12 votes"; all else follows from `aria-pressed` by the style sheet.
 */

import type { Paper } from '../papers/paper.js';
import { plainLine } from '../papers/text-pieces.js';
import type { View } from './context.js';
import { CsrfField } from './csrf-field.js';
import type { Markup } from './markup.js';
import { signInPath } from './sign-in-path.js';

export type VoteButtonProps = {
  readonly view: View;
  readonly paper: Pick<Paper, 'id' | 'title'>;
  /** The votes that count. */
  readonly standing: { readonly votes: number };
  /** Whether the reader votes for it. */
  readonly voted: boolean;
  /** The path of the page, to come back to. */
  readonly back: string;
};

export function VoteButton({ view, paper, standing, voted, back }: VoteButtonProps): Markup {
  const { visitor } = view;
  const title = plainLine(paper.title);
  const votes = votesInWords(standing.votes);
  if (!visitor.account) {
    return (
      <a class="vote vote-signed-out" href={signInPath(back)} rel="nofollow">
        <span aria-hidden="true">▲</span>
        <span>
          {votes}
          <span class="hidden">: sign in to vote for “{title}”</span>
        </span>
      </a>
    );
  }
  return (
    <form class="vote" method="post" action={voted ? '/votes/undo' : '/votes'} data-vote>
      <CsrfField visitor={visitor} />
      <input type="hidden" name="paper" value={paper.id} />
      <input type="hidden" name="back" value={back} />
      <button type="submit" data-vote-button aria-pressed={voted ? 'true' : 'false'}>
        <span aria-hidden="true">▲</span>
        <span>
          <span data-vote-count>{votes}</span>
          <span class="vote-state">, yours is one</span>
          <span class="hidden">: vote for “{title}”</span>
        </span>
      </button>
    </form>
  );
}

export function votesInWords(votes: number): string {
  return votes === 1 ? '1 vote' : `${votes.toLocaleString('en-GB')} votes`;
}
