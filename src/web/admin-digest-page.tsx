/** `/admin/digest`: how the daily mail stands, and what operators do about it. */

import type { DeliveryCounts, Pause } from '../digest/delivery/delivery.js';
import type { KnownReturn, ReturnCounts } from '../digest/returns/returns.js';
import type { SubscriberStatus } from '../digest/subscriptions/subscription.js';
import type { Day } from '../papers/dates.js';
import { dayPeriod } from '../papers/edition.js';
import { EditionCounts } from './admin-digest-counts.js';
import { pauseInWords, RETURN_WORDS } from './admin-digest-words.js';
import { momentInWords, periodInWords } from './calendar-words.js';
import type { View } from './context.js';
import { CsrfField } from './csrf-field.js';
import type { DigestPost } from './digest-services.js';
import type { Markup } from './markup.js';
import { LONGEST_REASON } from './moderation-fields.js';

export const ADMIN_DIGEST = '/admin/digest';

export type DigestOverview = {
  readonly view: View;
  readonly mailDelivers: boolean;
  readonly pause: Pause | undefined;
  /** The edition that is looked at. */
  readonly editionOn: Day;
  readonly isReleased: boolean;
  readonly counts: DeliveryCounts;
  /** The latest first. */
  readonly editions: readonly Day[];
  readonly returned: ReturnCounts;
  readonly latestReturns: readonly (KnownReturn & { readonly receivedAtMs: number })[];
  readonly subscribers: Readonly<Record<SubscriberStatus, number>>;
  readonly suppressions: number;
  readonly posts: readonly DigestPost[];
};

export function DigestOverviewPage(overview: DigestOverview): Markup {
  const { editionOn, counts } = overview;
  return (
    <>
      <State {...overview} />
      <section aria-labelledby="edition">
        <h2 id="edition">The edition of {longDay(editionOn)}</h2>
        <EditionCounts editionOn={editionOn} counts={counts} />
        <Editions {...overview} />
        <Posts {...overview} />
        <EditionReturns {...overview} />
      </section>
      <Subscribers {...overview} />
      <PreviewForm />
      <LatestReturns {...overview} />
    </>
  );
}

function State({ view, mailDelivers, pause, editionOn, isReleased }: DigestOverview) {
  return (
    <section aria-labelledby="state">
      <h2 id="state">{pause ? 'The mail is stopped' : 'The mail runs'}</h2>
      {!mailDelivers && (
        <p class="note">No mail server is set (SMTP_URL), so no letter leaves this site.</p>
      )}
      {pause ? (
        <>
          <p class="problem">
            <strong>{pauseInWords(pause)}</strong> <bdi>{pause.reason}</bdi>{' '}
            <span class="admin-facts">
              Since {momentInWords(pause.sinceMs, view.site.timeZone)}
            </span>
          </p>
          <ResumeForm view={view} pause={pause} editionOn={editionOn} />
        </>
      ) : (
        <form method="post" action={`${ADMIN_DIGEST}/pause`} class="form">
          <CsrfField visitor={view.visitor} />
          <label for="pause-reason">Reason, for the audit log</label>
          <input id="pause-reason" type="text" name="reason" maxlength={LONGEST_REASON} />
          <button type="submit">Stop the mail</button>
          <p class="hint">The letter that is being handed over goes out, and none after it.</p>
        </form>
      )}
      {isReleased && (
        <p class="admin-facts">
          The brake does not stop the edition of {longDay(editionOn)} again.
        </p>
      )}
    </section>
  );
}

function ResumeForm({
  view,
  pause,
  editionOn,
}: {
  readonly view: View;
  readonly pause: Pause;
  readonly editionOn: Day;
}) {
  const hidden = (
    <>
      <CsrfField visitor={view.visitor} />
      {pause.by === 'brake' && <input type="hidden" name="edition" value={editionOn} />}
    </>
  );
  if (pause.by !== 'restored') {
    return (
      <form method="post" action={`${ADMIN_DIGEST}/resume`} class="form">
        {hidden}
        <button type="submit">Let the mail go on</button>
        {pause.by === 'brake' && (
          <p class="hint">
            The edition of {longDay(editionOn)} is not stopped by the brake again. Look first at
            what came back.
          </p>
        )}
      </form>
    );
  }
  return (
    <form method="post" action={`${ADMIN_DIGEST}/resume`} class="form">
      {hidden}
      <p>What was due until now may have gone out already, from the database that this one was.</p>
      <div class="admin-buttons">
        <button type="submit" name="overdue" value="skip">
          Go on, and skip what was due
        </button>
        <button type="submit" name="overdue" value="send" class="quiet">
          Go on, and send what was due
        </button>
      </div>
      <p class="hint">Skipped: nobody gets a letter twice. Sent: nobody misses one.</p>
    </form>
  );
}

function Editions({ editions, editionOn }: DigestOverview) {
  if (editions.length === 0) return <p class="empty">No edition has gone out yet.</p>;
  return (
    <nav aria-label="Editions" class="admin-editions">
      <ul>
        {editions.map((day) => (
          <li>
            <a
              href={`${ADMIN_DIGEST}?edition=${day}`}
              aria-current={day === editionOn ? 'page' : undefined}
            >
              {day}
            </a>
          </li>
        ))}
      </ul>
    </nav>
  );
}

function Posts({ view, posts }: DigestOverview) {
  if (posts.length === 0) return null;
  return (
    <>
      <h3>In channels of groups</h3>
      <section class="admin-table" tabindex={0} aria-label="Channels of groups">
        <table>
          <thead>
            <tr>
              <th scope="col">Channel</th>
              <th scope="col">State</th>
              <th scope="col">When</th>
              <th scope="col">Why</th>
            </tr>
          </thead>
          <tbody>
            {posts.map(({ target, state, detail, changedAtMs }) => (
              <tr>
                <th scope="row">{target}</th>
                <td>{state}</td>
                <td>{momentInWords(changedAtMs, view.site.timeZone)}</td>
                <td dir="auto">{detail}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </section>
    </>
  );
}

function EditionReturns({ returned }: DigestOverview) {
  const kinds = Object.entries(returned).filter(([, number]) => number > 0);
  return (
    <>
      <h3>What came back of it</h3>
      {kinds.length === 0 ? (
        <p class="empty">Nothing.</p>
      ) : (
        <ul>
          {kinds.map(([kind, number]) => (
            <li>
              {number.toLocaleString('en-GB')} × {RETURN_WORDS[kind as keyof ReturnCounts]}
            </li>
          ))}
        </ul>
      )}
    </>
  );
}

function Subscribers({ subscribers, suppressions }: DigestOverview) {
  return (
    <section aria-labelledby="subscribers">
      <h2 id="subscribers">Subscribers</h2>
      <p>
        {subscribers.confirmed.toLocaleString('en-GB')} confirmed,{' '}
        {subscribers.pending.toLocaleString('en-GB')} not confirmed yet,{' '}
        {subscribers.unsubscribed.toLocaleString('en-GB')} unsubscribed,{' '}
        {subscribers.suppressed.toLocaleString('en-GB')} suppressed.
      </p>
      <p>
        <a href={`${ADMIN_DIGEST}/suppressions`}>
          Addresses that nothing is sent to ({suppressions.toLocaleString('en-GB')})
        </a>
      </p>
    </section>
  );
}

function PreviewForm() {
  return (
    <section aria-labelledby="preview">
      <h2 id="preview">Preview</h2>
      <form action={`${ADMIN_DIGEST}/preview`} class="form admin-search">
        <label for="preview-address">
          The letter of today for this subscriber; empty for a new one
        </label>
        <input
          id="preview-address"
          type="text"
          inputmode="email"
          name="address"
          maxlength={254}
          autocomplete="off"
        />
        <button type="submit">Show it</button>
      </form>
    </section>
  );
}

function LatestReturns({ view, latestReturns }: DigestOverview) {
  return (
    <section aria-labelledby="returns">
      <h2 id="returns">What came back last</h2>
      {latestReturns.length === 0 ? (
        <p class="empty">Nothing yet.</p>
      ) : (
        <section class="admin-table" tabindex={0} aria-label="Reports that came back">
          <table>
            <thead>
              <tr>
                <th scope="col">When</th>
                <th scope="col">What</th>
                <th scope="col">Edition</th>
                <th scope="col">By</th>
                <th scope="col">In words of the server</th>
              </tr>
            </thead>
            <tbody>
              {latestReturns.map((each) => (
                <tr>
                  <th scope="row">{momentInWords(each.receivedAtMs, view.site.timeZone)}</th>
                  <td>
                    {RETURN_WORDS[each.kind]} {each.status}
                  </td>
                  <td>
                    <LetterLink {...each} />
                  </td>
                  <td>{each.source}</td>
                  <td dir="auto">{each.detail}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </section>
      )}
    </section>
  );
}

function LetterLink({ editionOn, subscriberId }: KnownReturn) {
  if (editionOn === undefined || subscriberId === undefined) return <>{editionOn}</>;
  return <a href={letterPath(editionOn, subscriberId)}>{editionOn}</a>;
}

export function letterPath(editionOn: Day, subscriberId: string): string {
  return `${ADMIN_DIGEST}/letters/${editionOn}/${encodeURIComponent(subscriberId)}`;
}

function longDay(day: Day): string {
  return periodInWords(dayPeriod(day));
}
