/** `/votes` and `/votes/undo`: what a reader thinks of a paper. */

import { type Context, Hono } from 'hono';
import type { Account } from '../../accounts/account.js';
import type { VoteOutcome, VoteStore } from '../../community/vote-store.js';
import { paperPath } from '../../papers/identifiers.js';
import type { Paper } from '../../papers/paper.js';
import { answerAct, back, name, paperNamed } from '../act-answer.js';
import type { Web } from '../context.js';
import { readForm } from '../form-fields.js';
import { requireAccount, visitorOf } from '../visitor.js';

export type VotesWeb = Web & { readonly votes: Pick<VoteStore, 'cast' | 'undo'> };

export function votesRoute(web: VotesWeb): Hono {
  const answer = async (
    c: Context,
    act: (account: Account, paper: Paper) => Promise<VoteOutcome>,
  ): Promise<Response> => {
    const account = requireAccount(c);
    const form = await readForm(c, { paper: name, back });
    const paper = await paperNamed(web.papers, form.paper);
    const { votes, voted } = await act(account, paper);
    return answerAct(c, {
      back: form.back,
      elsewhere: paperPath(paper.id),
      json: { paper: paper.id, votes, voted },
    });
  };

  return new Hono()
    .post('/votes', (c) =>
      answer(c, (account, { id }) => {
        const { network } = visitorOf(c);
        return web.votes.cast(account, id, { network });
      }),
    )
    .post('/votes/undo', (c) => answer(c, (account, { id }) => web.votes.undo(account.id, id)));
}
