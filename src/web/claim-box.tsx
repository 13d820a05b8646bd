/** On the page of a paper: are you one of its authors? */

import type { Claim } from '../community/claims/claim.js';
import { LONGEST_STATEMENT } from '../community/claims/claim.js';
import { paperPath } from '../papers/identifiers.js';
import type { Paper } from '../papers/paper.js';
import { plainLine } from '../papers/text-pieces.js';
import type { View } from './context.js';
import { CsrfField } from './csrf-field.js';
import type { Markup } from './markup.js';
import { PersonName } from './person-name.js';
import { signInPath } from './sign-in-path.js';

/** Known authors with their accounts, as the page of a paper shows them. */
export type KnownAuthors = readonly {
  readonly name: string;
  readonly displayName: string;
  readonly authorName: string;
}[];

export function ClaimBox({
  view,
  paper,
  claim,
  authors,
}: {
  readonly view: View;
  readonly paper: Pick<Paper, 'id' | 'authors'>;
  /** The visitor's own. */
  readonly claim: Claim | undefined;
  readonly authors: KnownAuthors;
}): Markup {
  return (
    <section class="claim-box reading" aria-label="Authors who are here">
      {authors.length > 0 && (
        <p>
          Authors who are here:{' '}
          {authors.map((person, at) => (
            <>
              {at > 0 && ', '}
              <a href={`/@${person.name}`}>
                <PersonName person={person} />
              </a>
            </>
          ))}
        </p>
      )}
      {claim ? (
        <OwnClaim view={view} claim={claim} />
      ) : (
        <details>
          <summary>Are you one of the authors?</summary>
          {view.visitor.account ? (
            <ClaimForm view={view} paper={paper} />
          ) : (
            <p>
              <a href={signInPath(paperPath(paper.id))}>Sign in</a> to say so.
            </p>
          )}
        </details>
      )}
    </section>
  );
}

function OwnClaim({ view, claim }: { readonly view: View; readonly claim: Claim }) {
  const { status, verifiedBy, authorName, paperId } = claim;
  return (
    <>
      <p role="status">
        {status === 'pending' && (
          <>
            You say that you are <bdi>{authorName}</bdi>. A moderator will look at it.
          </>
        )}
        {status === 'accepted' && (
          <>
            You are known as an author of this paper
            {verifiedBy === 'orcid' && ' by your ORCID iD'}
            {verifiedBy === 'email' && ' by your address'}. Your vote for it counts nothing.
          </>
        )}
        {status === 'refused' && 'A moderator has refused your claim to be an author.'}
      </p>
      {status !== 'refused' && (
        <form method="post" action="/claims/withdraw" class="form">
          <CsrfField visitor={view.visitor} />
          <input type="hidden" name="paper" value={paperId} />
          <input type="hidden" name="back" value={paperPath(paperId)} />
          <button type="submit">Take this back</button>
        </form>
      )}
    </>
  );
}

function ClaimForm({
  view,
  paper: { id, authors },
}: {
  readonly view: View;
  readonly paper: Pick<Paper, 'id' | 'authors'>;
}) {
  return (
    <form method="post" action="/claims" class="form">
      <CsrfField visitor={view.visitor} />
      <input type="hidden" name="paper" value={id} />
      <input type="hidden" name="back" value={paperPath(id)} />
      <label for="claim-author">Which of them?</label>
      {authors.length > 0 ? (
        <select id="claim-author" name="author" required>
          <option value="">Choose your name</option>
          {authors.map((author) => (
            <option value={author}>{plainLine(author)}</option>
          ))}
        </select>
      ) : (
        <input id="claim-author" type="text" name="author" maxlength={200} required />
      )}
      <label for="claim-statement">How can a moderator see that? (optional)</label>
      <textarea
        id="claim-statement"
        name="statement"
        rows={2}
        maxlength={LONGEST_STATEMENT}
        placeholder="A page of yours that names the paper and this account"
      />
      <p class="hint">
        Who <a href="/settings/sign-in">signs in by ORCID</a>, or by the address that the paper
        names, is known at once.
      </p>
      <button type="submit">I am this author</button>
    </form>
  );
}
