/** `/subscription/…`: how somebody wants the daily mail, for whoever has the link of a letter. */

import {
  digestPaths,
  type Subscriber,
  type Suppression,
} from '../digest/subscriptions/subscription.js';
import type { View } from './context.js';
import { CsrfField } from './csrf-field.js';
import { document } from './layout.js';
import type { Markup } from './markup.js';
import { maskedAddress } from './masked-address.js';
import { SUBSCRIBE } from './subscribe-pages.js';
import { HowFields, WhatFields, WhenFields } from './subscription-fields.js';
import type { PreferenceProblems, TypedPreferences } from './subscription-form.js';
import { nextInWords } from './subscription-words.js';

/** What the reader has just done. */
export type JustDone = 'confirmed' | 'saved' | 'feed';

type SubscriptionPage = {
  readonly view: View;
  readonly subscriber: Subscriber;
  /** Why no letter goes to the address, if none does. */
  readonly suppression: Suppression | undefined;
  readonly typed: TypedPreferences;
  readonly problems: PreferenceProblems;
  readonly justDone: JustDone | undefined;
};

export function subscriptionPage(page: SubscriptionPage): Markup {
  const { view, subscriber, suppression, justDone } = page;
  return document({
    web: view,
    title: 'Your daily mail',
    path: SUBSCRIBE,
    isIndexed: false,
    children: (
      <div class="subscription">
        <h1>{justDone === 'confirmed' ? 'The daily mail is yours' : 'Your daily mail'}</h1>
        <Told subscriber={subscriber} justDone={justDone} />
        {suppression && <SuppressedNote suppression={suppression} />}
        {subscriber.state === 'confirmed' ? (
          <Preferences {...page} />
        ) : (
          <NotConfirmed view={view} subscriber={subscriber} />
        )}
      </div>
    ),
  });
}

function Told({
  subscriber,
  justDone,
}: {
  readonly subscriber: Subscriber;
  readonly justDone: JustDone | undefined;
}) {
  const { address, preferences } = subscriber;
  const next = nextInWords(subscriber);
  const comes = preferences.channel === 'mail' ? 'comes' : 'is in your feed';
  return (
    <>
      {justDone === 'saved' && (
        <p class="note" role="status">
          Saved.
        </p>
      )}
      {justDone === 'feed' && (
        <p class="note" role="status">
          Your feed has another address now. The one before leads nowhere.
        </p>
      )}
      {justDone === 'confirmed' && next && (
        <p class="note" role="status">
          You will get the first one on {next}.
        </p>
      )}
      {address !== undefined && (
        <p>
          For <strong>{maskedAddress(address)}</strong>.{' '}
          {next && justDone !== 'confirmed' && `The next one ${comes} on ${next}.`}
        </p>
      )}
    </>
  );
}

function SuppressedNote({ suppression: { reason } }: { readonly suppression: Suppression }) {
  const isOpen = reason === 'bounces' || reason === 'no-such-address';
  return (
    <p class="problem" role="alert">
      {isOpen ? (
        <>
          <strong>Letters to this address came back</strong>, so none is sent any more. If it works
          again, <a href={SUBSCRIBE}>ask for the mail anew</a> and confirm it.
        </>
      ) : (
        <>
          <strong>No daily mail is sent to this address</strong>
          {reason === 'complaint' ? ', since a letter was reported as unwanted.' : '.'} The people
          who run this site can change that.
        </>
      )}
    </p>
  );
}

function Preferences({ view, subscriber, typed, problems }: SubscriptionPage) {
  const { linkKey, accountId, preferences } = subscriber;
  const path = digestPaths.preferences(linkKey);
  const fields = { typed, problems };
  return (
    <>
      <form method="post" action={path} class="form">
        <CsrfField visitor={view.visitor} />
        <input type="hidden" name="boxes" value="1" />
        <ProblemList problems={problems} />
        <WhenFields {...fields} minute={preferences.minute % 60} />
        <WhatFields
          {...fields}
          hasAccount={accountId !== undefined}
          isSignedIn={view.visitor.account !== undefined}
        />
        <HowFields {...fields} now={view.now()} />
        <button type="submit">Save</button>
      </form>
      <PrivateFeed view={view} subscriber={subscriber} />
      <Leaving view={view} subscriber={subscriber} />
    </>
  );
}

/** Above the form, where readers of the screen begin; each leads to its field. */
function ProblemList({ problems }: { readonly problems: PreferenceProblems }) {
  if (problems.size === 0) return null;
  return (
    <div class="problem" role="alert">
      <strong>Nothing is saved yet.</strong>
      <ul class="problem-links">
        {[...problems].map(([field, problem]) => (
          <li>
            <a href={`#${field}`}>{problem}</a>
          </li>
        ))}
      </ul>
    </div>
  );
}

function PrivateFeed({
  view,
  subscriber,
}: {
  readonly view: View;
  readonly subscriber: Subscriber;
}) {
  const path = digestPaths.feed(subscriber.feedKey);
  return (
    <section aria-labelledby="feed">
      <h2 id="feed">Your private feed</h2>
      <p>
        <a href={path} type="application/atom+xml">
          Your letters as a feed
        </a>
        , for a feed reader. Whoever knows its address can read it, so keep it to yourself.
      </p>
      <form
        method="post"
        action={`${digestPaths.preferences(subscriber.linkKey)}/feed`}
        class="form"
      >
        <CsrfField visitor={view.visitor} />
        <button type="submit" class="quiet">
          Give the feed a new address
        </button>
      </form>
    </section>
  );
}

function Leaving({ view, subscriber }: { readonly view: View; readonly subscriber: Subscriber }) {
  return (
    <section aria-labelledby="leaving">
      <h2 id="leaving">No more of it</h2>
      <p>At once, even if a letter to you is being written now.</p>
      <div class="subscription-leaving">
        <form method="post" action={digestPaths.unsubscribe(subscriber.linkKey)} class="form">
          <CsrfField visitor={view.visitor} />
          <button type="submit" class="quiet">
            Unsubscribe
          </button>
        </form>
        <form
          method="post"
          action={`${digestPaths.preferences(subscriber.linkKey)}/forget`}
          class="form"
        >
          <CsrfField visitor={view.visitor} />
          <button type="submit" class="quiet">
            Unsubscribe and forget my address
          </button>
        </form>
      </div>
    </section>
  );
}

function NotConfirmed({
  view,
  subscriber,
}: {
  readonly view: View;
  readonly subscriber: Subscriber;
}) {
  if (subscriber.state === 'pending') {
    return (
      <p>
        It begins when you press the button behind the link of the letter that confirms it. It did
        not come? <a href={SUBSCRIBE}>Ask for another</a>
      </p>
    );
  }
  return (
    <>
      <p>You do not get it any more.</p>
      <ComeBack view={view} subscriber={subscriber} />
    </>
  );
}

/** Asks for a fresh letter that confirms it, since this link may have been passed on. */
export function ComeBack({
  view,
  subscriber,
}: {
  readonly view: View;
  readonly subscriber: Subscriber;
}): Markup {
  return (
    <form
      method="post"
      action={`${digestPaths.preferences(subscriber.linkKey)}/return`}
      class="form"
    >
      <CsrfField visitor={view.visitor} />
      <button type="submit">Come back</button>
      <p class="hint">You get a letter with a link, and with its button it begins again.</p>
    </form>
  );
}
