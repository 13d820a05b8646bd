/** The letters of an edition, each with what happened to it. */

import type { Delivery, DeliveryEvent, DeliveryState } from '../digest/delivery/delivery.js';
import type { Day } from '../papers/dates.js';
import { letterPath } from './admin-digest-page.js';
import { STATE_WORDS } from './admin-digest-words.js';
import { momentInWords } from './calendar-words.js';
import type { View } from './context.js';
import type { Markup } from './markup.js';
import { type Page, PageLinks } from './paging.js';

const LETTERS = '/admin/digest/letters';

const NO_ADDRESS = 'an address that is erased';

export type LetterList = {
  readonly view: View;
  readonly editionOn: Day;
  readonly state: DeliveryState | undefined;
  /** What was sought. */
  readonly address: string;
  readonly deliveries: readonly Delivery[];
  readonly total: number;
  readonly page: Page;
};

export function LetterListPage({
  view,
  editionOn,
  state,
  address,
  deliveries,
  total,
  page,
}: LetterList): Markup {
  const query = `edition=${editionOn}${state ? `&state=${state}` : ''}`;
  return (
    <>
      <p>
        <a href={`/admin/digest?edition=${editionOn}`}>The edition of {editionOn}</a>
        {state && <> · {STATE_WORDS[state].label}</>}
      </p>
      <form action={LETTERS} class="form admin-search">
        <input type="hidden" name="edition" value={editionOn} />
        <label for="letters-address">The letter to a whole address</label>
        <input
          id="letters-address"
          type="search"
          inputmode="email"
          name="address"
          value={address}
          maxlength={254}
          autocomplete="off"
        />
        <button type="submit">Find it</button>
      </form>
      {deliveries.length === 0 ? (
        <p class="empty">No letter is like that.</p>
      ) : (
        <Letters view={view} deliveries={deliveries} />
      )}
      <PageLinks
        page={page}
        total={total}
        addressOf={(number) => `${LETTERS}?${query}&page=${number}`}
      />
    </>
  );
}

function Letters({
  view,
  deliveries,
}: {
  readonly view: View;
  readonly deliveries: readonly Delivery[];
}) {
  const moment = (atMs: number) => momentInWords(atMs, view.site.timeZone);
  return (
    <section class="admin-table" tabindex={0} aria-label="Letters">
      <table class="digest-letters">
        <thead>
          <tr>
            <th scope="col">To</th>
            <th scope="col">State</th>
            <th scope="col">Why</th>
            <th scope="col">Tries</th>
            <th scope="col">Papers</th>
            <th scope="col">When</th>
          </tr>
        </thead>
        <tbody>
          {deliveries.map((each) => (
            <tr>
              <th scope="row">
                <a href={letterPath(each.editionOn, each.subscriberId)}>
                  <bdi>{each.address ?? NO_ADDRESS}</bdi>
                </a>
              </th>
              <td>{STATE_WORDS[each.state].label}</td>
              <td dir="auto">{each.detail}</td>
              <td>{each.attempt}</td>
              <td>{each.papers}</td>
              <td>
                {each.sentAtMs === undefined
                  ? `tried from ${moment(each.tryAtMs)}`
                  : `sent ${moment(each.sentAtMs)}`}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

export function LetterPage({
  view,
  delivery,
  history,
}: {
  readonly view: View;
  readonly delivery: Delivery;
  readonly history: readonly DeliveryEvent[];
}): Markup {
  const { editionOn, address, state, detail, attempt, messageId, papers } = delivery;
  const moment = (atMs: number) => momentInWords(atMs, view.site.timeZone);
  return (
    <>
      <p>
        <a href={`/admin/digest?edition=${editionOn}`}>The edition of {editionOn}</a>
      </p>
      <dl class="digest-letter">
        <dt>To</dt>
        <dd>
          <bdi>{address ?? NO_ADDRESS}</bdi>
        </dd>
        <dt>State</dt>
        <dd>
          {STATE_WORDS[state].label}: {STATE_WORDS[state].meaning}
        </dd>
        {detail && (
          <>
            <dt>Why</dt>
            <dd dir="auto">{detail}</dd>
          </>
        )}
        <dt>Papers</dt>
        <dd>{papers}</dd>
        <dt>Tries</dt>
        <dd>{attempt}</dd>
        <dt>Message-ID</dt>
        <dd>
          <code>{messageId}</code>
        </dd>
        <dt>Waiting since</dt>
        <dd>{moment(delivery.queuedAtMs)}</dd>
      </dl>
      <h2>What happened</h2>
      {history.length === 0 ? (
        <p class="empty">Its history is not kept any more.</p>
      ) : (
        <ol class="digest-history">
          {history.map((event) => (
            <li>
              <time datetime={new Date(event.atMs).toISOString()}>{moment(event.atMs)}</time>{' '}
              <strong>{STATE_WORDS[event.state].label}</strong>{' '}
              {event.detail && <bdi>{event.detail}</bdi>}
            </li>
          ))}
        </ol>
      )}
    </>
  );
}
