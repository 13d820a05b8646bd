/** The forms of `/settings`. */

import { type Account, hasRole } from '../accounts/account.js';
import type { BroadsheetError } from '../errors.js';
import type { View } from './context.js';
import { CsrfField } from './csrf-field.js';
import type { Markup } from './markup.js';
import { Problem } from './settings-frame.js';

/** What was just sent, when it could not be kept. */
export type ProfileForm = {
  readonly of?: 'profile' | 'name' | 'email' | 'preferences';
  readonly given?: Readonly<Record<string, string>>;
  readonly problem?: BroadsheetError;
  /** Whether the account is a moment old. */
  readonly isWelcome?: boolean;
};

export function profileForms(view: View, account: Account, form: ProfileForm): Markup {
  return (
    <>
      {form.isWelcome && (
        <p class="note">
          Welcome to {view.site.title}. Your name here is <strong>{account.name}</strong>; you can
          change it, or <a href="/">go on reading</a>.
        </p>
      )}
      <ProfileSection view={view} account={account} form={form} />
      <NameSection view={view} account={account} form={form} />
      <EmailSection view={view} account={account} form={form} />
      <PreferencesSection view={view} account={account} form={form} />
    </>
  );
}

type SectionProps = {
  readonly view: View;
  readonly account: Account;
  readonly form: ProfileForm;
};

/** What a field begins with: what was refused, else what is so. */
function givenOf({ of, given }: ProfileForm, section: ProfileForm['of'], name: string) {
  return of === section ? given?.[name] : undefined;
}

function problemOf({ of, problem }: ProfileForm, section: ProfileForm['of']) {
  return of === section ? problem : undefined;
}

function ProfileSection({ view, account, form }: SectionProps) {
  const problem = problemOf(form, 'profile');
  return (
    <section aria-labelledby="profile">
      <h2 id="profile">What others see</h2>
      <form method="post" action="/settings/profile" class="form">
        <CsrfField visitor={view.visitor} />
        <Problem problem={problem} />
        <label for="display-name">Shown as</label>
        <input
          id="display-name"
          name="displayName"
          value={givenOf(form, 'profile', 'displayName') ?? account.displayName}
          maxlength={60}
          autocomplete="name"
          aria-describedby={problem ? 'problem' : undefined}
        />
        <label for="biography">About you</label>
        <textarea
          id="biography"
          name="biography"
          rows={4}
          maxlength={1_000}
          aria-describedby="biography-hint"
        >
          {givenOf(form, 'profile', 'biography') ?? account.biography}
        </textarea>
        <p class="hint" id="biography-hint">
          A few lines of plain text. They stand on <a href={`/@${account.name}`}>your page</a>.
        </p>
        <button type="submit">Save profile</button>
      </form>
    </section>
  );
}

function NameSection({ view, account, form }: SectionProps) {
  return (
    <section aria-labelledby="name-heading">
      <h2 id="name-heading">Your name here</h2>
      <form method="post" action="/settings/name" class="form">
        <CsrfField visitor={view.visitor} />
        <Problem problem={problemOf(form, 'name')} />
        <label for="name">Name in addresses and mentions</label>
        <input
          id="name"
          name="name"
          value={givenOf(form, 'name', 'name') ?? account.name}
          required
          minlength={2}
          maxlength={30}
          autocapitalize="none"
          autocomplete="off"
          spellcheck={false}
          aria-describedby="name-hint"
        />
        <p class="hint" id="name-hint">
          Letters a to z, digits and single hyphens. Addresses with the old name lead nowhere
          afterwards.
        </p>
        <button type="submit">Change name</button>
      </form>
    </section>
  );
}

function EmailSection({ view, account, form }: SectionProps) {
  return (
    <section aria-labelledby="email-heading">
      <h2 id="email-heading">E-mail</h2>
      <p>
        {account.email ? (
          <>
            Links to sign in go to <strong>{account.email}</strong>. Nobody else sees it.
          </>
        ) : (
          'No address is known, so no link to sign in can be sent to you.'
        )}
      </p>
      <form method="post" action="/settings/email" class="form">
        <CsrfField visitor={view.visitor} />
        <Problem problem={problemOf(form, 'email')} />
        <label for="email">New address</label>
        <input
          id="email"
          type="email"
          name="email"
          value={givenOf(form, 'email', 'email') ?? ''}
          required
          maxlength={254}
          autocomplete="email"
          aria-describedby="email-hint"
        />
        <p class="hint" id="email-hint">
          It is used once you have opened the link that we send there.
        </p>
        <button type="submit">Send the link</button>
      </form>
    </section>
  );
}

function PreferencesSection({ view, account }: SectionProps) {
  const { mailsNotifications = false, showsVotes = false } = account.preferences;
  return (
    <section aria-labelledby="preferences">
      <h2 id="preferences">Choices</h2>
      <form method="post" action="/settings/preferences" class="form">
        <CsrfField visitor={view.visitor} />
        <label class="choice">
          <input type="checkbox" name="mailsNotifications" checked={mailsNotifications} />
          Send me notifications by mail, too
        </label>
        <label class="choice">
          <input type="checkbox" name="showsVotes" checked={showsVotes} />
          Show my votes on my page
        </label>
        <button type="submit">Save choices</button>
      </form>
      {hasRole(account, 'curator') && <p class="hint">Your role here: {account.role}.</p>}
    </section>
  );
}
