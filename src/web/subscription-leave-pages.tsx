/** Leaving the daily mail: a button behind the link of every letter, and the word that it is done. */

import type { Subscriber } from '../digest/subscriptions/subscription.js';
import type { View } from './context.js';
import { document } from './layout.js';
import type { Markup } from './markup.js';
import { SUBSCRIBE } from './subscribe-pages.js';
import { ComeBack } from './subscription-page.js';

/** Programs that look into mails open links, and press no buttons. */
export function unsubscribePage({
  view,
  path,
}: {
  readonly view: View;
  readonly path: string;
}): Markup {
  return document({
    web: view,
    title: 'Unsubscribe',
    path: SUBSCRIBE,
    isIndexed: false,
    children: (
      <div class="notice subscribe">
        <h1>Unsubscribe</h1>
        <p>Press the button, and no more of the daily mail is sent to you.</p>
        {/* Without a token, as mail programs send it: its address is the right to do it. */}
        <form class="form" method="post" action={path}>
          <button type="submit">Unsubscribe</button>
        </form>
      </div>
    ),
  });
}

/** The same for a link that nobody has any more: it cannot be told from one that has worked. */
export function unsubscribedPage({
  view,
  subscriber,
}: {
  readonly view: View;
  /** Absent when nobody can come back by this link. */
  readonly subscriber: Subscriber | undefined;
}): Markup {
  return document({
    web: view,
    title: 'You are unsubscribed',
    path: SUBSCRIBE,
    isIndexed: false,
    children: (
      <div class="notice subscribe">
        <h1>You are unsubscribed</h1>
        <p>No more of the daily mail is sent to you. There is nothing else to do.</p>
        {subscriber && <ComeBack view={view} subscriber={subscriber} />}
      </div>
    ),
  });
}

export function forgottenPage(view: View): Markup {
  return document({
    web: view,
    title: 'You are forgotten',
    path: SUBSCRIBE,
    isIndexed: false,
    children: (
      <div class="notice subscribe">
        <h1>You are forgotten</h1>
        <p>
          No more of the daily mail is sent to you, and your address is erased. What is left of it
          is a number that nobody can turn back.
        </p>
        <p>
          <a href={SUBSCRIBE}>The daily mail</a>, should you want it again
        </p>
      </div>
    ),
  });
}
