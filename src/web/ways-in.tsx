/** The ways in beside a letter: passkeys and accounts elsewhere, on the pages that offer them. */

import type { Child } from 'hono/jsx';
import type { Account } from '../accounts/account.js';
import type { AccountReader } from '../accounts/account-store.js';
import type { IdentityProviders } from '../accounts/identity-providers.js';
import type { Passkeys } from '../accounts/passkeys.js';
import type { BrowserScripts } from './browser-scripts.js';
import type { View } from './context.js';
import { IdentitySettings, ProviderButtons } from './identity-provider-forms.js';
import { PasskeySettings, PasskeySignIn } from './passkey-forms.js';

export type WaysInParts = {
  readonly scripts: BrowserScripts;
  readonly passkeys: Pick<Passkeys, 'listOf'>;
  readonly identityProviders: Pick<IdentityProviders, 'offered'>;
  readonly accounts: Pick<AccountReader, 'identitiesOf'>;
};

export type WaysIn = {
  /** Below the form of the sign-in page. */
  readonly otherWaysIn: (view: View, back: string) => Child;
  /** On the page of settings: those that an account has, and those it could have. */
  readonly waysIn: (view: View, account: Account) => Promise<Child>;
};

export function createWaysIn({
  scripts,
  passkeys,
  identityProviders,
  accounts,
}: WaysInParts): WaysIn {
  return {
    otherWaysIn: (view, back) => (
      <>
        <PasskeySignIn view={view} scripts={scripts} back={back} />
        <ProviderButtons view={view} providers={identityProviders.offered} back={back} />
      </>
    ),
    async waysIn(view, { id }) {
      const [keys, identities] = await Promise.all([
        passkeys.listOf(id),
        accounts.identitiesOf(id),
      ]);
      return (
        <>
          <PasskeySettings view={view} scripts={scripts} passkeys={keys} />
          <IdentitySettings
            view={view}
            providers={identityProviders.offered}
            identities={identities}
          />
        </>
      );
    },
  };
}
