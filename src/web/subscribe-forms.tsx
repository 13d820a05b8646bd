/** The small forms that ask for the daily mail: in every footer, and on pages about it. */

import type { View } from './context.js';
import { CsrfField } from './csrf-field.js';
import type { Markup } from './markup.js';

/** In characters, as for every address here (`accounts/email-address.ts`). */
const LONGEST_ADDRESS = 254;

/** Below every page that is not about the daily mail itself. */
export function SubscribeLine({ view }: { readonly view: View }): Markup {
  return (
    <form class="subscribe-line" method="post" action="/subscribe">
      <CsrfField visitor={view.visitor} />
      <label for="subscribe-email">Get trending papers in your email inbox once a day</label>
      <div class="subscribe-row">
        <input
          id="subscribe-email"
          type="email"
          name="email"
          required
          maxlength={LONGEST_ADDRESS}
          autocomplete="email"
        />
        <button type="submit">Subscribe</button>
      </div>
      <p>
        No account, no tracking. <a href="/subscribe">What you get</a>
      </p>
    </form>
  );
}

/** The same on the page about it, where what was typed comes back with what is wrong with it. */
export function AddressForm({
  view,
  email,
  hasProblem,
  button,
}: {
  readonly view: View;
  readonly email: string;
  readonly hasProblem: boolean;
  readonly button: string;
}): Markup {
  return (
    <form method="post" action="/subscribe" class="form">
      <CsrfField visitor={view.visitor} />
      <label for="email">E-mail address</label>
      <input
        id="email"
        type="email"
        name="email"
        value={email}
        required
        maxlength={LONGEST_ADDRESS}
        autocomplete="email"
        aria-invalid={hasProblem ? 'true' : undefined}
        aria-describedby={hasProblem ? 'problem' : undefined}
      />
      <button type="submit">{button}</button>
    </form>
  );
}
