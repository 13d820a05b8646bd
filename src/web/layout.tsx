/** The frame of every page: masthead, search box, navigation, footer. */

import { html } from 'hono/html';
import type { Child } from 'hono/jsx';
import { type Day, dayAt } from '../papers/dates.js';
import { monthPeriod, periodPath, weekPeriod } from '../papers/edition.js';
import { LONGEST_ASKED } from '../search/read-query.js';
import type { View } from './context.js';
import type { Markup } from './markup.js';

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
        {head}
      </head>
      <body>
        <a class="skip" href="#content">
          Skip to the content
        </a>
        <header class="masthead">
          <div class="masthead-name">
            <a class="title" href="/">
              {site.title}
            </a>
            <span class="tagline">{site.tagline}</span>
          </div>
          <div class="masthead-bar">
            <Navigation today={today} path={path} />
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
        <Footer web={web} />
      </body>
    </html>
  );
}

function Navigation({ today, path }: { readonly today: Day; readonly path: string }) {
  const places = [
    { label: 'Today', address: '/' },
    { label: 'Week', address: periodPath(weekPeriod(today)) },
    { label: 'Month', address: periodPath(monthPeriod(today)) },
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

function Footer({ web: { site } }: { readonly web: View }) {
  return (
    <footer class="colophon">
      <p class="ornament" aria-hidden="true">
        ❦
      </p>
      <p>
        Titles and abstracts belong to their authors. <a href="/about">About {site.title}</a>
      </p>
    </footer>
  );
}
