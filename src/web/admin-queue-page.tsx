/** `/admin/queue`: held comments, reports and claims, each with what is needed to decide. */

import type {
  HeldComment,
  PendingClaim,
  ReportedThing,
} from '../community/moderation/queue-store.js';
import { reasonInWords } from '../community/moderation/report.js';
import { paperPath } from '../papers/identifiers.js';
import { OwnerLine, ReasonField, Said } from './admin-frame.js';
import { TimeAgo } from './comment-time.js';
import type { View } from './context.js';
import { CsrfField } from './csrf-field.js';
import type { Markup } from './markup.js';
import { RichLine } from './rich-text.js';

export type QueueProps = {
  readonly view: View;
  readonly held: readonly HeldComment[];
  readonly reported: readonly ReportedThing[];
  readonly claims: readonly PendingClaim[];
};

export function Queue({ view, held, reported, claims }: QueueProps): Markup {
  return (
    <>
      <section aria-labelledby="held">
        <h2 id="held">Comments that wait</h2>
        {held.length === 0 && <p class="empty">No comment waits.</p>}
        {held.map((comment) => (
          <HeldItem view={view} comment={comment} />
        ))}
      </section>
      <section aria-labelledby="reported">
        <h2 id="reported">What readers have reported</h2>
        {reported.length === 0 && <p class="empty">There are no open reports.</p>}
        {reported.map((thing, at) => (
          <ReportedItem view={view} thing={thing} number={at} />
        ))}
      </section>
      <section aria-labelledby="claims">
        <h2 id="claims">Claims to be an author</h2>
        {claims.length === 0 && <p class="empty">No claim waits.</p>}
        {claims.map((claim) => (
          <ClaimItem view={view} claim={claim} />
        ))}
      </section>
    </>
  );
}

function HeldItem({ view, comment }: { readonly view: View; readonly comment: HeldComment }) {
  const { id, paperId, title, text, reason, writtenAtMs, author, record } = comment;
  return (
    <article class="admin-item">
      <h3 dir="auto">
        On{' '}
        <a href={paperPath(paperId)}>
          <RichLine text={title} isLinkText />
        </a>
      </h3>
      <OwnerLine view={view} owner={author} record={record} />
      <p class="admin-facts">
        <TimeAgo web={view} atMs={writtenAtMs} /> · {reason || 'Held without a reason.'}
      </p>
      <Said text={text} />
      <CommentForm view={view} id={id} status="held" />
      {author && (
        <form method="post" action={`/admin/accounts/${author.id}/trust`} class="form">
          <CsrfField visitor={view.visitor} />
          <input type="hidden" name="back" value="/admin/queue" />
          <button type="submit" class="quiet">
            Trust @{author.name} from now on
          </button>
        </form>
      )}
    </article>
  );
}

function CommentForm({
  view,
  id,
  status,
}: {
  readonly view: View;
  readonly id: string;
  readonly status: string;
}) {
  return (
    <form method="post" action={`/admin/comments/${id}/status`} class="form">
      <CsrfField visitor={view.visitor} />
      <input type="hidden" name="back" value="/admin/queue" />
      <ReasonField id={`reason-${id}`} />
      <p class="admin-buttons">
        {status !== 'shown' && (
          <button type="submit" name="status" value="shown">
            Let it be shown
          </button>
        )}
        {status !== 'hidden' && (
          <button type="submit" name="status" value="hidden">
            Hide it
          </button>
        )}
        <button type="submit" name="status" value="deleted" class="quiet">
          Delete it
        </button>
      </p>
    </form>
  );
}

function ReportedItem({
  view,
  thing: { target, record, reports },
  number,
}: {
  readonly view: View;
  readonly thing: ReportedThing;
  readonly number: number;
}) {
  return (
    <article class="admin-item">
      <h3>
        A {target.kind}, {target.status}
        {target.paperId && (
          <>
            {' '}
            (<a href={paperPath(target.paperId)}>its paper</a>)
          </>
        )}
        {target.kind === 'collection' && (
          <>
            {' '}
            (<a href={`/collections/${target.id}`}>open it</a>)
          </>
        )}
      </h3>
      <OwnerLine view={view} owner={target.owner} record={record} />
      {target.text && <Said text={target.text} />}
      <ul class="admin-reports">
        {reports.map(({ reporter, reason, reportedAtMs }) => (
          <li>
            <bdi>{reasonInWords(reason)}</bdi>{' '}
            <span class="admin-facts">
              {reporter ? `@${reporter}` : 'somebody who is gone'},{' '}
              <TimeAgo web={view} atMs={reportedAtMs} />
            </span>
          </li>
        ))}
      </ul>
      <ReportedForm view={view} thing={target} number={number} />
      <form method="post" action="/admin/reports/dismiss" class="form">
        <CsrfField visitor={view.visitor} />
        <input type="hidden" name="back" value="/admin/queue" />
        <input type="hidden" name="kind" value={target.kind} />
        <input type="hidden" name="id" value={target.id} />
        <button type="submit" class="quiet">
          Leave it as it is
        </button>
      </form>
    </article>
  );
}

/** What can be done about a reported thing of its kind. */
function ReportedForm({
  view,
  thing,
  number,
}: {
  readonly view: View;
  readonly thing: ReportedThing['target'];
  readonly number: number;
}) {
  const { kind, id, status, owner } = thing;
  if (kind === 'comment') {
    return status === 'deleted' || status === 'gone' ? null : (
      <CommentForm view={view} id={id} status={status} />
    );
  }
  if (status !== 'shown') return null;
  if (kind === 'account') {
    return (
      owner && (
        <p>
          <a href={`/admin/accounts?q=${encodeURIComponent(owner.name)}`}>
            Decide about the account
          </a>
        </p>
      )
    );
  }
  const isCollection = kind === 'collection';
  return (
    <form
      method="post"
      action={isCollection ? `/admin/collections/${id}/hidden` : '/admin/submissions/remove'}
      class="form"
    >
      <CsrfField visitor={view.visitor} />
      <input type="hidden" name="back" value="/admin/queue" />
      {isCollection ? (
        <input type="hidden" name="hidden" value="yes" />
      ) : (
        <input type="hidden" name="id" value={id} />
      )}
      <ReasonField id={`report-${number}`} />
      <p class="admin-buttons">
        <button type="submit">{isCollection ? 'Hide it' : 'Take it out of the list'}</button>
      </p>
    </form>
  );
}

function ClaimItem({ view, claim }: { readonly view: View; readonly claim: PendingClaim }) {
  const { id, paperId, title, authorName, statement, claimedAtMs, claimant, authorsKnown } = claim;
  return (
    <article class="admin-item">
      <h3 dir="auto">
        <bdi>{authorName}</bdi>, of{' '}
        <a href={paperPath(paperId)}>
          <RichLine text={title} isLinkText />
        </a>
      </h3>
      <OwnerLine view={view} owner={claimant} />
      <p class="admin-facts">
        <TimeAgo web={view} atMs={claimedAtMs} />
        {authorsKnown.length > 0 && <> · known already: {authorsKnown.join(', ')}</>}
      </p>
      {statement && <Said text={statement} />}
      <form method="post" action={`/admin/claims/${id}`} class="form">
        <CsrfField visitor={view.visitor} />
        <input type="hidden" name="back" value="/admin/queue" />
        <ReasonField id={`claim-${id}`} />
        <p class="admin-buttons">
          <button type="submit" name="decision" value="accept">
            Accept
          </button>
          <button type="submit" name="decision" value="refuse">
            Refuse
          </button>
        </p>
      </form>
    </article>
  );
}
