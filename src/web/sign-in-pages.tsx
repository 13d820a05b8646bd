/** What somebody sees on the way in. No page here asks for a password, since there is none. */

import type { Child } from 'hono/jsx';
import type { View } from './context.js';
import { CsrfField } from './csrf-field.js';
import { document } from './layout.js';
import type { Markup } from './markup.js';
import { type FormProblem, Problem } from './settings-frame.js';

type Page = {
  readonly view: View;
  readonly path: string;
  /** What was wrong with the form that was just sent. */
  readonly problem?: FormProblem | undefined;
};

type SignInPage = Page & {
  readonly email: string;
  /** Where to go afterwards. */
  readonly back: string;
  /** Whether letters leave the machine. */
  readonly mailDelivers: boolean;
  readonly registration: 'open' | 'closed';
  /** Passkeys and providers, where there are any. */
  readonly otherWays: Child;
};

export function signInPage(page: SignInPage): Markup {
  const { view, path, problem, email, back, mailDelivers, registration, otherWays } = page;
  return document({
    web: view,
    title: 'Sign in',
    path,
    isIndexed: false,
    children: (
      <div class="notice sign-in">
        <h1>Sign in</h1>
        <p>
          There is no password: give your address, and you get a letter with a link and a code.{' '}
          {registration === 'open'
            ? 'Who is new here gets an account by it.'
            : 'New accounts are made by the people who run this site.'}
        </p>
        <form method="post" action="/sign-in" class="form">
          <CsrfField visitor={view.visitor} />
          <Problem problem={problem} />
          <input type="hidden" name="back" value={back} />
          <label for="email">E-mail address</label>
          <input
            id="email"
            type="email"
            name="email"
            value={email}
            required
            maxlength={254}
            autocomplete="email"
            aria-describedby={problem ? 'problem' : undefined}
          />
          <button type="submit">Sign in</button>
        </form>
        {!mailDelivers && (
          <p class="note">
            This site has no mail server yet. Letters are written to the log of the server, where
            whoever runs it can read them.
          </p>
        )}
        {otherWays && <div class="other-ways">{otherWays}</div>}
        <p class="hint">
          Signing in sets one cookie, which keeps you signed in. Strangers get none but for the ten
          minutes of signing in.
        </p>
      </div>
    ),
  });
}

type InboxPage = Page & {
  /** Where the letter went, as it was typed; absent when that is not known any more. */
  readonly email: string | undefined;
  readonly mailDelivers: boolean;
};

/** The same whether anybody has that address or not. */
export function inboxPage({ view, path, problem, email, mailDelivers }: InboxPage): Markup {
  return document({
    web: view,
    title: 'Look into your inbox',
    path,
    isIndexed: false,
    children: (
      <div class="notice sign-in">
        <h1>Look into your inbox</h1>
        <p>
          {email ? (
            <>
              A letter to <strong>{email}</strong> is on its way.
            </>
          ) : (
            'The letter is on its way.'
          )}{' '}
          Open its link in this browser, or type its code here. Both hold for ten minutes.
        </p>
        {!mailDelivers && (
          <p class="note">
            This site has no mail server yet: the letter is in the log of the server.
          </p>
        )}
        <form method="post" action="/sign-in/code" class="form">
          <CsrfField visitor={view.visitor} />
          <Problem problem={problem} />
          {email && <input type="hidden" name="email" value={email} />}
          <label for="code">Code of six digits</label>
          <input
            id="code"
            name="code"
            required
            inputmode="numeric"
            autocomplete="one-time-code"
            maxlength={12}
            class="code"
            aria-describedby={problem ? 'problem' : undefined}
          />
          <button type="submit">Sign in</button>
        </form>
        <p>
          Nothing came? Look among what is taken for spam, or <a href="/sign-in">ask again</a>.
        </p>
      </div>
    ),
  });
}

/** Behind the link of a letter. Programs that look into mails open links, and press no buttons. */
export function linkPage({ view, path }: Page): Markup {
  return document({
    web: view,
    title: 'Sign in',
    path,
    isIndexed: false,
    children: (
      <div class="notice sign-in">
        <h1>Sign in</h1>
        <p>One more press, so that nobody is signed in by a program that opens links.</p>
        <form method="post" action={path} class="form">
          <CsrfField visitor={view.visitor} />
          <button type="submit">Sign in to {view.site.title}</button>
        </form>
      </div>
    ),
  });
}

type FirstOperatorPage = Page & { readonly name: string; readonly email: string };

export function firstOperatorPage({ view, path, problem, name, email }: FirstOperatorPage): Markup {
  return document({
    web: view,
    title: 'The first operator',
    path,
    isIndexed: false,
    children: (
      <div class="notice sign-in">
        <h1>The first operator</h1>
        <p>
          This makes the account that runs {view.site.title}: it gives roles, and sees what waits
          for a decision. The link works once.
        </p>
        <form method="post" action={path} class="form">
          <CsrfField visitor={view.visitor} />
          <Problem problem={problem} />
          <label for="name">Name</label>
          <input
            id="name"
            name="name"
            value={name}
            required
            minlength={2}
            maxlength={30}
            autocapitalize="none"
            autocomplete="username"
            spellcheck={false}
            aria-describedby="name-hint"
          />
          <p class="hint" id="name-hint">
            Letters a to z, digits and single hyphens. It can be changed later.
          </p>
          <label for="email">E-mail address</label>
          <input
            id="email"
            type="email"
            name="email"
            value={email}
            required
            maxlength={254}
            autocomplete="email"
          />
          <button type="submit">Make the account</button>
        </form>
      </div>
    ),
  });
}
