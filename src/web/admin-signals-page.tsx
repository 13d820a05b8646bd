/** `/admin/signals`: what looks arranged, with the evidence; nothing happens by itself. */

import type { AccountId } from '../accounts/account.js';
import type { Signals } from '../community/moderation/signal-store.js';
import type { VoteFinding } from '../community/moderation/vote-rings.js';
import { paperPath } from '../papers/identifiers.js';
import { Said } from './admin-frame.js';
import { momentInWords } from './calendar-words.js';
import type { View } from './context.js';
import { count } from './counts.js';
import { CsrfField } from './csrf-field.js';
import type { Markup } from './markup.js';
import { LONGEST_REASON } from './moderation-fields.js';
import { RichLine } from './rich-text.js';

type Props = { readonly view: View; readonly signals: Signals };

/** More accounts say nothing that the count does not. */
const MOST_NAMES = 20;

export function SignalList({ view, signals }: Props): Markup {
  const { votes, signUps, repetitions, lookedAt } = signals;
  return (
    <>
      <p>
        Signs, not proofs: people of one lab read the same papers on one morning. Looked at:{' '}
        {count(lookedAt.votes, 'vote')}, {count(lookedAt.accounts, 'new account')} and{' '}
        {count(lookedAt.comments, 'comment')} of the last 30 days.
      </p>
      <section aria-labelledby="votes">
        <h2 id="votes">Votes that look arranged</h2>
        {votes.length === 0 && <p class="empty">None.</p>}
        {votes.map((finding, at) => (
          <Finding view={view} signals={signals} finding={finding} number={at} />
        ))}
      </section>
      <section aria-labelledby="sign-ups">
        <h2 id="sign-ups">Many accounts within an hour</h2>
        {signUps.length === 0 && <p class="empty">None.</p>}
        {signUps.map(({ accounts, isOneNetwork, firstAtMs }) => (
          <article class="admin-item">
            <h3>
              {count(accounts.length, 'account')} {isOneNetwork ? 'from one network' : 'in all'}
            </h3>
            <p class="admin-facts">From {momentInWords(firstAtMs, view.site.timeZone)}</p>
            <Names signals={signals} accounts={accounts} />
          </article>
        ))}
      </section>
      <section aria-labelledby="repetitions">
        <h2 id="repetitions">The same text again and again</h2>
        {repetitions.length === 0 && <p class="empty">None.</p>}
        {repetitions.map(({ text, commentIds, accounts }) => (
          <article class="admin-item">
            <h3>{count(commentIds.length, 'comment')}</h3>
            <Said text={text} />
            <Names signals={signals} accounts={accounts} />
            <p class="links">
              {commentIds.slice(0, MOST_NAMES).map((id, at) => (
                <a href={`/comments/${id}`}>Comment {at + 1}</a>
              ))}
            </p>
          </article>
        ))}
      </section>
    </>
  );
}

function Finding({
  view,
  signals,
  finding,
  number,
}: Props & { readonly finding: VoteFinding; readonly number: number }) {
  const { kind, accounts, papers, networks, firstAtMs, lastAtMs, isNeutralised } = finding;
  const { timeZone } = view.site;
  const [first, last] = [momentInWords(firstAtMs, timeZone), momentInWords(lastAtMs, timeZone)];
  return (
    <article class="admin-item">
      <h3>
        {kind === 'ring'
          ? `${count(accounts.length, 'account')} that vote together again and again`
          : `${count(accounts.length, 'account')} that do little else, within an hour`}
      </h3>
      <p class="admin-facts">
        From {count(networks, 'network')} · {first === last ? first : `${first} to ${last}`}
        {isNeutralised && <strong> · these votes count nothing now</strong>}
      </p>
      <Names signals={signals} accounts={accounts} />
      <div class="admin-table">
        <table>
          <thead>
            <tr>
              <th scope="col">Paper</th>
              <th scope="col">Votes of these</th>
              <th scope="col">In all</th>
            </tr>
          </thead>
          <tbody>
            {papers.map(({ paperId, votesOfThese, votesInAll }) => (
              <tr>
                <th scope="row" dir="auto">
                  <a href={paperPath(paperId)}>
                    <RichLine text={signals.titles.get(paperId) ?? paperId} isLinkText />
                  </a>
                </th>
                <td>{votesOfThese}</td>
                <td>{votesInAll}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      <form
        method="post"
        action={`/admin/votes/${isNeutralised ? 'reinstate' : 'neutralise'}`}
        class="form"
      >
        <CsrfField visitor={view.visitor} />
        <input type="hidden" name="accounts" value={JSON.stringify(accounts)} />
        <input
          type="hidden"
          name="papers"
          value={JSON.stringify(papers.map(({ paperId }) => paperId))}
        />
        <label for={`votes-${number}`}>Reason, for the audit log</label>
        <input id={`votes-${number}`} type="text" name="reason" maxlength={LONGEST_REASON} />
        <button type="submit">
          {isNeutralised ? 'Let these votes count again' : 'Neutralise these votes'}
        </button>
      </form>
    </article>
  );
}

function Names({
  signals,
  accounts,
}: {
  readonly signals: Signals;
  readonly accounts: readonly AccountId[];
}) {
  const names = accounts.map((id) => signals.names.get(id)).filter((name) => name !== undefined);
  return (
    <p class="links">
      {names.slice(0, MOST_NAMES).map((name) => (
        <a href={`/admin/accounts?q=${encodeURIComponent(name)}`}>@{name}</a>
      ))}
      {accounts.length > MOST_NAMES && <span>and {accounts.length - MOST_NAMES} more</span>}
    </p>
  );
}
