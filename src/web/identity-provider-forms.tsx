/** The parts of pages about signing in with an account that somebody has elsewhere. */

import type { Child } from 'hono/jsx';
import type { LinkedIdentity } from '../accounts/account-store.js';
import type { OfferedIdentityProvider } from '../accounts/identity-providers.js';
import type { View } from './context.js';
import { CsrfField } from './csrf-field.js';
import type { Markup } from './markup.js';

type ProviderButtonsProps = {
  readonly view: View;
  readonly providers: readonly OfferedIdentityProvider[];
  /** Where to go once signed in: a path of this site. */
  readonly back?: string | undefined;
};

/** For the sign-in page; nothing where the operator has named no provider. */
export function ProviderButtons({ view, providers, back }: ProviderButtonsProps): Markup {
  return (
    <>
      {providers.length > 0 && (
        <ul class="providers" aria-label="Sign in with an account from elsewhere">
          {providers.map((provider) => (
            <li>
              <ProviderForm view={view} provider={provider} back={back}>
                Sign in with {provider.name}
              </ProviderForm>
            </li>
          ))}
        </ul>
      )}
    </>
  );
}

type IdentitySettingsProps = {
  readonly view: View;
  readonly providers: readonly OfferedIdentityProvider[];
  /** Of the account that is signed in. */
  readonly identities: readonly LinkedIdentity[];
};

/** For `/settings/sign-in`: the accounts elsewhere that sign in here, and those that could. */
export function IdentitySettings({
  view,
  providers,
  identities,
}: IdentitySettingsProps): Markup | null {
  if (providers.length === 0 && identities.length === 0) return null;
  const nameOf = (issuer: string) =>
    providers.find((provider) => withoutSlash(provider.issuer) === withoutSlash(issuer))?.name ??
    issuer;
  return (
    <section class="identity-settings" aria-labelledby="identities">
      <h2 id="identities">Accounts elsewhere</h2>
      <p>With an account that is linked here you can sign in without a mail.</p>
      {identities.length > 0 && (
        <ul class="ways-in">
          {identities.map(({ issuer, subject, label }) => (
            <li>
              <p class="way-in">
                <strong>{nameOf(issuer)}</strong> <span class="way-in-facts">{label}</span>
              </p>
              <form method="post" action="/settings/sign-in/unlink" class="way-in-actions">
                <CsrfField visitor={view.visitor} />
                <input type="hidden" name="issuer" value={issuer} />
                <input type="hidden" name="subject" value={subject} />
                <button type="submit" aria-label={`Unlink ${nameOf(issuer)}, ${label}`}>
                  Unlink
                </button>
              </form>
            </li>
          ))}
        </ul>
      )}
      {providers.length > 0 && (
        <ul class="providers">
          {providers.map((provider) => (
            <li>
              <ProviderForm view={view} provider={provider} back="/settings/sign-in" isLink>
                Link {provider.name}
              </ProviderForm>
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}

/** Settings may write a slash at the end of an issuer that the issuer itself does not. */
function withoutSlash(issuer: string): string {
  return issuer.replace(/\/$/, '');
}

type ProviderFormProps = {
  readonly view: View;
  readonly provider: OfferedIdentityProvider;
  readonly back: string | undefined;
  /** Whether the account elsewhere is to become a way into the one that is signed in. */
  readonly isLink?: boolean;
  readonly children?: Child;
};

/** A form, so that no prefetcher begins a sign-in that nobody asked for. */
function ProviderForm({ view, provider, back, isLink, children }: ProviderFormProps) {
  return (
    <form method="post" action={`/sign-in/with/${provider.id}`}>
      <CsrfField visitor={view.visitor} />
      {back !== undefined && <input type="hidden" name="back" value={back} />}
      {isLink && <input type="hidden" name="link" value="yes" />}
      <button type="submit">{children}</button>
    </form>
  );
}
