/** The pages on the way to the daily mail: what it is, where the letter went, one more press. */

import type { Account } from '../accounts/account.js';
import { digestPaths, type Subscriber } from '../digest/subscriptions/subscription.js';
import type { View } from './context.js';
import { CsrfField } from './csrf-field.js';
import { document } from './layout.js';
import type { Markup } from './markup.js';
import { maskedAddress } from './masked-address.js';
import { type FormProblem, Problem } from './settings-frame.js';
import { signInPath } from './sign-in-path.js';
import { AddressForm } from './subscribe-forms.js';

export const SUBSCRIBE = '/subscribe';

type SubscribePage = {
  readonly view: View;
  /** What was typed. */
  readonly email: string;
  readonly problem?: FormProblem | undefined;
  /** When letters come unless somebody chooses: 0 to 23. */
  readonly hour: number;
  readonly mailDelivers: boolean;
  /** Of the account that is signed in. */
  readonly subscriber: Subscriber | undefined;
};

export function subscribePage(page: SubscribePage): Markup {
  const { view, email, problem, hour, mailDelivers, subscriber } = page;
  const { account } = view.visitor;
  return document({
    web: view,
    title: 'The daily mail',
    path: SUBSCRIBE,
    children: (
      <div class="notice subscribe">
        <h1>The daily mail</h1>
        <p class="lede">Get trending papers in your email inbox once a day.</p>
        <Problem problem={problem} />
        {account && <ForAccount view={view} account={account} subscriber={subscriber} />}
        {subscriber?.state !== 'confirmed' && (
          <AddressForm
            view={view}
            email={email}
            hasProblem={problem !== undefined}
            button={account?.email ? 'Send it to this address' : 'Subscribe'}
          />
        )}
        {!mailDelivers && (
          <p class="note">
            This site has no mail server yet, so no daily mail leaves it. Letters that confirm an
            address are written to the log of the server, where whoever runs it can read them.
          </p>
        )}
        <WhatItIs view={view} hour={hour} />
      </div>
    ),
  });
}

/** Who is signed in has shown already that their address is theirs. */
function ForAccount({
  view,
  account,
  subscriber,
}: {
  readonly view: View;
  readonly account: Account;
  readonly subscriber: Subscriber | undefined;
}) {
  if (subscriber?.state === 'confirmed') {
    return (
      <p class="note">
        You get it at <strong>{subscriber.address}</strong>.{' '}
        <a href={digestPaths.preferences(subscriber.linkKey)}>Change when and what, or leave</a>
      </p>
    );
  }
  if (!account.email) return null;
  return (
    <form method="post" action={SUBSCRIBE} class="form">
      <CsrfField visitor={view.visitor} />
      <input type="hidden" name="own" value="1" />
      <button type="submit">Send it to me at {account.email}</button>
    </form>
  );
}

function WhatItIs({ view, hour }: { readonly view: View; readonly hour: number }) {
  const { site, visitor } = view;
  return (
    <section class="subscribe-facts" aria-labelledby="what">
      <h2 id="what">What you get</h2>
      <ul>
        <li>
          <strong>A handful of papers</strong>: the best of the edition of {site.title}, each with
          its first sentences and why it is there. You choose how many, and add searches of your
          own.
        </li>
        <li>
          <strong>Yours, with an account</strong>: papers like those that you saved or voted for,
          and whom you follow.{' '}
          {!visitor.account && <a href={signInPath(SUBSCRIBE)}>Sign in for that</a>}
        </li>
        <li>
          <strong>Once a day, at {timeOfDay(hour)}</strong> in your own time; on weekdays or once a
          week if you like that better. No paper comes twice.
        </li>
        <li>
          <strong>A private feed</strong> of the same letters for a feed reader, with or without the
          mail.
        </li>
        <li>
          <strong>No tracking</strong>: no pictures that tell us when you read, no links that count.
          One press in any letter ends it.
        </li>
      </ul>
    </section>
  );
}

/** `08:00` */
export function timeOfDay(hour: number, minute = 0): string {
  return `${String(hour).padStart(2, '0')}:${String(minute).padStart(2, '0')}`;
}

/** The same for every address, whoever has it. */
export function askedPage({
  view,
  email,
  mailDelivers,
}: {
  readonly view: View;
  /** As it was typed; told to whoever typed it. Absent where nobody did. */
  readonly email: string | undefined;
  readonly mailDelivers: boolean;
}): Markup {
  return document({
    web: view,
    title: 'Look into your mailbox',
    path: SUBSCRIBE,
    isIndexed: false,
    children: (
      <div class="notice subscribe">
        <h1>Look into your mailbox</h1>
        <p>
          We have sent a link{' '}
          {email ? (
            <>
              to <strong>{email}</strong>
            </>
          ) : (
            'to your address'
          )}
          . Open it and press its button, and the daily mail begins. It holds for a week.
        </p>
        <p>
          Nothing came? Look among what is taken for spam. To one address we write once an hour at
          most. <a href={SUBSCRIBE}>Try another address</a>
        </p>
        {!mailDelivers && (
          <p class="note">
            This site has no mail server yet: the letter is in the log of the server.
          </p>
        )}
      </div>
    ),
  });
}

/** Behind the link of a letter. Programs that look into mails open links, and press no buttons. */
export function confirmPage({
  view,
  path,
  address,
}: {
  readonly view: View;
  readonly path: string;
  readonly address: string;
}): Markup {
  return document({
    web: view,
    title: 'The daily mail',
    path: SUBSCRIBE,
    isIndexed: false,
    children: (
      <div class="notice subscribe">
        <h1>The daily mail</h1>
        <p>
          One more press, so that no program that opens links does it for you:{' '}
          <strong>{maskedAddress(address)}</strong> gets trending papers once a day, until you say
          otherwise.
        </p>
        <form method="post" action={path} class="form">
          <CsrfField visitor={view.visitor} />
          <button type="submit">Yes, send it to me</button>
        </form>
        <p class="hint">You did not ask for it? Close this page, and nothing is sent.</p>
      </div>
    ),
  });
}
