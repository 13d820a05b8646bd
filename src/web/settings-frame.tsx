/** What the pages of settings have in common: their list, and the word that something was kept. */

import type { Context } from 'hono';
import type { Child } from 'hono/jsx';
import { type View, viewFor, type Web } from './context.js';
import { document } from './layout.js';
import type { Markup } from './markup.js';

const PAGES = [
  { label: 'Profile', address: '/settings' },
  { label: 'Ways to sign in', address: '/settings/sign-in' },
  { label: 'Sessions', address: '/settings/sessions' },
  { label: 'Tokens', address: '/settings/tokens' },
  { label: 'Hidden papers', address: '/settings/dismissed' },
  { label: 'The daily mail', address: '/subscribe' },
  { label: 'Privacy', address: '/settings/privacy' },
] as const;

/** What is said after a change, by the name in the address that a form leads to. */
const DONE: Readonly<Record<string, string>> = {
  profile: 'Your profile is saved.',
  name: 'You have another name now.',
  preferences: 'Your choices are saved.',
  'email-asked': 'A letter with a link is on its way to the new address. It holds for an hour.',
  email: 'Your new address is in use.',
  session: 'That session has ended.',
  sessions: 'All other sessions have ended.',
  token: 'That token works no more.',
  'passkey-added': 'The passkey is added.',
  'passkey-renamed': 'The passkey has another name now.',
  'passkey-removed': 'The passkey signs in no more. Remove it from the device, too.',
  'identity-linked': 'That account signs you in from now on.',
  'identity-unlinked': 'That account signs you in no more.',
};

type SettingsPage = {
  readonly title: string;
  /** One of the pages in the list. */
  readonly address: (typeof PAGES)[number]['address'];
  readonly children: Child;
};

/** A page of settings, kept nowhere since it is nobody else's to see. */
export function settingsPage(
  c: Context,
  web: Web,
  { title, address, children }: SettingsPage,
): Markup {
  c.header('Cache-Control', 'no-store');
  const view: View = viewFor(web, c);
  const done = DONE[c.req.query('done') ?? ''];
  return document({
    web: view,
    title,
    path: c.req.path,
    isIndexed: false,
    children: (
      <div class="settings">
        <SettingsNavigation address={address} />
        <div class="settings-page">
          <h1>{title}</h1>
          {done && (
            <p class="note" role="status">
              {done}
            </p>
          )}
          {children}
        </div>
      </div>
    ),
  });
}

function SettingsNavigation({ address: current }: { readonly address: string }) {
  return (
    <nav class="settings-places" aria-label="Settings">
      <ul>
        {PAGES.map(({ label, address }) => (
          <li>
            <a href={address} aria-current={address === current ? 'page' : undefined}>
              {label}
            </a>
          </li>
        ))}
      </ul>
    </nav>
  );
}

/** What was wrong with a form, above it, where readers of the screen begin. */
export function Problem({ problem }: { readonly problem: FormProblem | undefined }): Markup {
  return (
    <>
      {problem && (
        <p class="problem" role="alert" id="problem">
          <strong>{problem.message}</strong> {problem.fix}
        </p>
      )}
    </>
  );
}

export type FormProblem = { readonly message: string; readonly fix: string };
