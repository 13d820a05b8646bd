/** The addresses that the daily mail does not go to, known by their hash; and a letter to look at. */

import type { Suppression } from '../digest/subscriptions/subscription.js';
import { ADMIN_DIGEST } from './admin-digest-page.js';
import { SUPPRESSION_WORDS } from './admin-digest-words.js';
import { momentInWords } from './calendar-words.js';
import type { View } from './context.js';
import { CsrfField } from './csrf-field.js';
import type { DigestPreview } from './digest-services.js';
import type { Markup } from './markup.js';
import { LONGEST_REASON } from './moderation-fields.js';
import { type Page, PageLinks } from './paging.js';

const SUPPRESSIONS = `${ADMIN_DIGEST}/suppressions`;

/** Enough to tell one from another by eye. */
const SHOWN_OF_HASH = 12;

export type SuppressionList = {
  readonly view: View;
  readonly address: string;
  readonly suppressions: readonly Suppression[];
  readonly total: number;
  readonly page: Page;
};

export function SuppressionsPage({
  view,
  address,
  suppressions,
  total,
  page,
}: SuppressionList): Markup {
  return (
    <>
      <p>
        <a href={ADMIN_DIGEST}>The daily mail</a>
      </p>
      <p>
        An address is kept here as a hash only, so that it stays here when it is erased everywhere
        else. Letters to sign in are sent to them all the same.
      </p>
      <form action={SUPPRESSIONS} class="form admin-search">
        <label for="suppressed">A whole address</label>
        <input
          id="suppressed"
          type="search"
          inputmode="email"
          name="address"
          value={address}
          maxlength={254}
          autocomplete="off"
        />
        <button type="submit">Find it</button>
      </form>
      {suppressions.length === 0 && (
        <p class="empty">{address ? 'Nothing keeps the mail from this address.' : 'None.'}</p>
      )}
      <ul class="entries">
        {suppressions.map((suppression, at) => (
          <Suppressed view={view} suppression={suppression} number={at} />
        ))}
      </ul>
      <PageLinks
        page={page}
        total={total}
        addressOf={(number) => `${SUPPRESSIONS}?page=${number}`}
      />
    </>
  );
}

function Suppressed({
  view,
  suppression: { addressHash, reason, detail, sinceMs },
  number,
}: {
  readonly view: View;
  readonly suppression: Suppression;
  readonly number: number;
}) {
  const shown = addressHash.slice(0, SHOWN_OF_HASH);
  return (
    <li class="digest-suppression">
      <div>
        <strong>{SUPPRESSION_WORDS[reason]}</strong> <code>{shown}</code>
        <span class="facts-line">
          Since {momentInWords(sinceMs, view.site.timeZone)}
          {detail && (
            <>
              : <bdi>{detail}</bdi>
            </>
          )}
        </span>
      </div>
      <form method="post" action={`${ADMIN_DIGEST}/release`} class="form">
        <CsrfField visitor={view.visitor} />
        <input type="hidden" name="hash" value={addressHash} />
        <label for={`release-${number}`} class="hidden">
          Reason to release {shown}, for the audit log
        </label>
        <input
          id={`release-${number}`}
          type="text"
          name="reason"
          maxlength={LONGEST_REASON}
          placeholder="Reason, for the audit log"
        />
        <button type="submit">
          Release<span class="hidden"> {shown}</span>
        </button>
      </form>
    </li>
  );
}

export function PreviewPage({
  address,
  isSample,
  preview,
}: {
  readonly address: string;
  /** Whether it is that of a new subscriber, since nobody with the address is one. */
  readonly isSample: boolean;
  readonly preview: DigestPreview | undefined;
}): Markup {
  return (
    <>
      <p>
        <a href={ADMIN_DIGEST}>The daily mail</a>
      </p>
      <p class="note">
        {isSample
          ? `${address ? 'Nobody subscribes with that address. ' : ''}This is what somebody would get who is new and chose nothing.`
          : 'This is what would go to this subscriber today. Looking at it sends and changes nothing.'}
      </p>
      {preview ? (
        <>
          <p>
            Subject: <strong dir="auto">{preview.subject}</strong>
          </p>
          <iframe
            class="digest-preview"
            title="The letter"
            src={`${ADMIN_DIGEST}/preview/letter?address=${encodeURIComponent(address)}`}
            sandbox=""
          />
          <h2>The same as text</h2>
          <pre class="digest-text" tabindex={0}>
            {preview.text}
          </pre>
        </>
      ) : (
        <p class="empty">There is nothing new to send today.</p>
      )}
    </>
  );
}
