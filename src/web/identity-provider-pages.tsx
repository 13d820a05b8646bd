/** Two pages between here and an account elsewhere. */

import type { Account } from '../accounts/account.js';
import type { Markup } from './markup.js';

type LeavingPageProps = {
  readonly providerName: string;
  /** Where the provider asks its person. */
  readonly address: string;
};

/** Has `<meta http-equiv="refresh">` in its head; this is for whoever is not led on by it. */
export function LeavingPage({ providerName, address }: LeavingPageProps): Markup {
  return (
    <div class="notice">
      <h1>On to {providerName}</h1>
      <p>{providerName} asks you whether it may say here who you are.</p>
      <p>
        <a class="onward" href={address} rel="noreferrer">
          Go on to {providerName}
        </a>
      </p>
    </div>
  );
}

type TakenAddressPageProps = {
  readonly account: Pick<Account, 'name'>;
  readonly providerName: string;
  readonly email: string;
  /** Where the person wanted to go. */
  readonly next: string;
};

/** Tells how two accounts become one, since an address alone may not make them one. */
export function TakenAddressPage(props: TakenAddressPageProps): Markup {
  const { account, providerName, email, next } = props;
  return (
    <div class="notice">
      <h1>Welcome, @{account.name}</h1>
      <p>
        You are signed in with {providerName}, to a new account without an address: {email} belongs
        to an account that is here already.
      </p>
      <p>
        If that one is yours and you want to sign in to it with {providerName}: delete this new
        account under <a href="/settings/privacy">Settings, Privacy</a>, sign in by mail, and link{' '}
        {providerName} under <a href="/settings/sign-in">Settings, Ways to sign in</a>.
      </p>
      <p>
        If not, <a href={next}>go on</a>.
      </p>
    </div>
  );
}
