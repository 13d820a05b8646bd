/**
 * The parts of pages that are about passkeys. A passkey needs a script, so both the button to
 * sign in and the one to add a passkey stay hidden until the script finds that it can work.
 */

import type { Passkey } from '../accounts/passkey.js';
import type { BrowserScripts } from './browser-scripts.js';
import type { View } from './context.js';
import { CsrfField } from './csrf-field.js';
import type { Markup } from './markup.js';
import { Script } from './script.js';

type PasskeySignInProps = {
  readonly view: View;
  readonly scripts: BrowserScripts;
  /** Where to go once signed in: a path of this site. */
  readonly back?: string | undefined;
};

/** For the sign-in page: one button, without a name to type. */
export function PasskeySignIn({ view, scripts, back }: PasskeySignInProps): Markup {
  const { csrfToken } = view.visitor;
  return (
    <section class="passkeys" data-passkeys="sign-in" data-csrf={csrfToken} data-back={back} hidden>
      <button type="button" data-passkeys-button>
        Sign in with a passkey
      </button>
      <p class="passkeys-outcome" role="status" data-passkeys-outcome />
      <Script scripts={scripts} name="passkeys" />
    </section>
  );
}

type PasskeySettingsProps = {
  readonly view: View;
  readonly scripts: BrowserScripts;
  /** Of the account that is signed in. */
  readonly passkeys: readonly Passkey[];
};

/** For `/settings/sign-in`: the passkeys of an account, and one more. */
export function PasskeySettings({ view, scripts, passkeys }: PasskeySettingsProps): Markup {
  return (
    <section class="passkey-settings" aria-labelledby="passkeys">
      <h2 id="passkeys">Passkeys</h2>
      <p>
        A passkey is kept by your phone, your computer or a security key, and signs you in with a
        finger, a face or a code, without a mail.
      </p>
      {passkeys.length > 0 && (
        <ul class="ways-in">
          {passkeys.map((passkey) => (
            <PasskeyItem view={view} passkey={passkey} timeZone={view.site.timeZone} />
          ))}
        </ul>
      )}
      <div
        class="passkeys"
        data-passkeys="register"
        data-csrf={view.visitor.csrfToken}
        data-back="/settings/sign-in"
        hidden
      >
        <label for="passkey-label">Name of a new passkey</label>
        <input
          id="passkey-label"
          data-passkeys-label
          maxlength={60}
          autocomplete="off"
          placeholder="My phone"
        />
        <button type="button" data-passkeys-button>
          Add a passkey
        </button>
        <p class="passkeys-outcome" role="status" data-passkeys-outcome />
        <Script scripts={scripts} name="passkeys" />
      </div>
    </section>
  );
}

type PasskeyItemProps = {
  readonly view: View;
  readonly passkey: Passkey;
  readonly timeZone: string;
};

function PasskeyItem({ view, passkey, timeZone }: PasskeyItemProps) {
  const { id, label, isSynced, createdAtMs, usedAtMs } = passkey;
  const field = `passkey-${id}`;
  return (
    <li>
      <p class="way-in">
        <strong>{label}</strong>{' '}
        <span class="way-in-facts">
          {isSynced ? 'shared by your devices' : 'on one device'}, added{' '}
          <Day atMs={createdAtMs} timeZone={timeZone} />
          {usedAtMs === undefined ? (
            ', never used'
          ) : (
            <>
              , last used <Day atMs={usedAtMs} timeZone={timeZone} />
            </>
          )}
        </span>
      </p>
      <div class="way-in-actions">
        <form method="post" action="/passkeys/rename">
          <CsrfField visitor={view.visitor} />
          <input type="hidden" name="passkey" value={id} />
          <label for={field} class="hidden">
            New name of {label}
          </label>
          <input id={field} name="label" value={label} maxlength={60} required />
          <button type="submit" aria-label={`Rename ${label}`}>
            Rename
          </button>
        </form>
        <form method="post" action="/passkeys/remove">
          <CsrfField visitor={view.visitor} />
          <input type="hidden" name="passkey" value={id} />
          <button type="submit" aria-label={`Remove ${label}`}>
            Remove
          </button>
        </form>
      </div>
    </li>
  );
}

function Day({ atMs, timeZone }: { readonly atMs: number; readonly timeZone: string }) {
  const date = new Date(atMs);
  const words = new Intl.DateTimeFormat('en', { dateStyle: 'medium', timeZone }).format(date);
  return <time datetime={date.toISOString()}>{words}</time>;
}
