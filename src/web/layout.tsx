/** The frame of every page: who reads, masthead, search box, sections, footer. */

import { html } from 'hono/html';
import type { Child } from 'hono/jsx';
import { hasRole } from '../accounts/account.js';
import { type Day, dayAt } from '../papers/dates.js';
import { monthPeriod, periodPath, weekPeriod } from '../papers/edition.js';
import { LONGEST_ASKED } from '../search/read-query.js';
import type { View } from './context.js';
import { CsrfField } from './csrf-field.js';
import type { Markup } from './markup.js';
import { Script } from './script.js';
import { signInPath } from './sign-in-path.js';
import { SubscribeLine } from './subscribe-forms.js';
import type { Visitor } from './visitor.js';

export type LayoutProps = {
  readonly web: View;
  /** The page's own title; the front page has none. */
  readonly title?: string;
  /** What stands in the search box. */
  readonly searchText?: string;
  /** The path of the page, for the mark in the navigation. */
  readonly path: string;
  /** Whether search engines may keep the page. */
  readonly isIndexed?: boolean;
  /** What goes into the head besides what all pages have. */
  readonly head?: Child;
  readonly children?: Child;
};

/** A whole document. */
export function document(props: LayoutProps): Markup {
  return html`<!doctype html>${<Layout {...props} />}`;
}

function Layout({ web, title, searchText, path, isIndexed, head, children }: LayoutProps) {
  const { site } = web;
  const today = dayAt(web.now(), site.timeZone);
  return (
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <title>{title ? `${title} · ${site.title}` : `${site.title}: ${site.tagline}`}</title>
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        {isIndexed === false && <meta name="robots" content="noindex" />}
        <link rel="stylesheet" href={web.styleSheetPath} />
        <link rel="icon" href="/favicon.svg" type="image/svg+xml" />
        <link
          rel="search"
          type="application/opensearchdescription+xml"
          title={site.title}
          href="/opensearch.xml"
        />
        {web.visitor.account && web.scripts && <Script scripts={web.scripts} name="votes" />}
        {head}
      </head>
      <body>
        <a class="skip" href="#content">
          Skip to the content
        </a>
        <header class="masthead">
          <ForVisitor visitor={web.visitor} path={path} />
          <div class="masthead-name">
            <a class="title" href="/">
              {site.title}
            </a>
            <span class="tagline">{site.tagline}</span>
          </div>
          <div class="masthead-bar">
            <Sections visitor={web.visitor} today={today} path={path} />
            <search>
              <form action="/search">
                <label for="q">Search papers</label>
                <input
                  id="q"
                  type="search"
                  name="q"
                  value={searchText ?? ''}
                  maxlength={LONGEST_ASKED}
                  placeholder="Words, authors, an arXiv number"
                  autocomplete="off"
                />
                <button type="submit">Search</button>
              </form>
            </search>
          </div>
        </header>
        <main id="content" tabindex={-1}>
          {children}
        </main>
        <Footer web={web} path={path} />
      </body>
    </html>
  );
}

type SectionsProps = {
  readonly visitor: Visitor;
  readonly today: Day;
  readonly path: string;
};

function Sections({ visitor: { account }, today, path }: SectionsProps) {
  const places = [
    { label: 'Today', address: '/' },
    { label: 'Week', address: periodPath(weekPeriod(today)) },
    { label: 'Month', address: periodPath(monthPeriod(today)) },
    { label: 'Trending', address: '/trending' },
    ...(account
      ? [
          { label: 'Following', address: '/following' },
          { label: 'Collections', address: '/collections' },
        ]
      : []),
    ...(hasRole(account, 'moderator') ? [{ label: 'Moderation', address: '/admin' }] : []),
    { label: 'About', address: '/about' },
  ];
  return (
    <nav class="places" aria-label="Sections">
      <ul>
        {places.map(({ label, address }) => (
          <li>
            <a href={address} aria-current={address === path ? 'page' : undefined}>
              {label}
            </a>
          </li>
        ))}
      </ul>
    </nav>
  );
}

/** Above the title, as small as the price on a paper: what concerns the one who reads it. */
function ForVisitor({ visitor, path }: { readonly visitor: Visitor; readonly path: string }) {
  const { account, unreadNotifications: unread } = visitor;
  const current = (address: string) => (address === path ? 'page' : undefined);
  return (
    <nav class="you" aria-label="You">
      <ul>
        <li>
          <a href="/submit" aria-current={current('/submit')}>
            Submit
          </a>
        </li>
        {account ? (
          <>
            <li>
              <a href="/notifications" aria-current={current('/notifications')}>
                <Bell />
                <span class="hidden">Notifications</span>
                {unread > 0 && (
                  <>
                    {' '}
                    <span class="unread">
                      {unread > MOST_COUNTED ? `${MOST_COUNTED}+` : unread}
                      <span class="hidden"> not read</span>
                    </span>
                  </>
                )}
              </a>
            </li>
            <li class="you-name">
              <a href={`/@${account.name}`} aria-current={current(`/@${account.name}`)}>
                {account.name}
              </a>
            </li>
            <li>
              <a href="/settings" aria-current={current('/settings')}>
                <Sliders />
                <span class="you-words">Settings</span>
              </a>
            </li>
            <li>
              <form method="post" action="/sign-out">
                <CsrfField visitor={visitor} />
                <button type="submit">Sign out</button>
              </form>
            </li>
          </>
        ) : (
          <li>
            <a href={signInPath(path)} aria-current={path === '/sign-in' ? 'page' : undefined}>
              Sign in
            </a>
          </li>
        )}
      </ul>
    </nav>
  );
}

/** Greater numbers tell nothing more. */
const MOST_COUNTED = 99;

function Sliders() {
  return (
    <svg class="sliders" viewBox="0 0 20 20" width="18" height="18" aria-hidden="true">
      <path d="M2.5 6h6m5 0h4M2.5 14h4m5 0h6" />
      <circle cx="11" cy="6" r="2.2" />
      <circle cx="9" cy="14" r="2.2" />
    </svg>
  );
}

function Bell() {
  return (
    <svg class="bell" viewBox="0 0 20 20" width="18" height="18" aria-hidden="true">
      <path d="M10 2.5a5 5 0 0 0-5 5c0 4-1.5 5.5-2.2 6.5h14.4c-.7-1-2.2-2.5-2.2-6.5a5 5 0 0 0-5-5z" />
      <path d="M8.2 16.2a1.9 1.9 0 0 0 3.6 0" />
    </svg>
  );
}

/** Pages that ask for an address themselves: two such fields would be taken for each other. */
const ASKS_FOR_AN_ADDRESS = /^\/(?:subscribe|sign-in|settings)(?:\/|$)/;

function Footer({ web, path }: { readonly web: View; readonly path: string }) {
  const { site } = web;
  return (
    <footer class="colophon">
      {!ASKS_FOR_AN_ADDRESS.test(path) && <SubscribeLine view={web} />}
      <p class="ornament" aria-hidden="true">
        ❦
      </p>
      <p>Titles and abstracts belong to their authors.</p>
      <ul>
        <li>
          <a href="/about">About {site.title}</a>
        </li>
        <li>
          <a href="/subscribe">The daily mail</a>
        </li>
        <li>
          <a href="/about/trending">How papers trend</a>
        </li>
        <li>
          <a href="/privacy">Privacy</a>
        </li>
      </ul>
    </footer>
  );
}
