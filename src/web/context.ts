/** What the pages are handed by the composition root, and nothing more. */

import type { Context } from 'hono';
import type { ModelSource } from '../embedding/model-source.js';
import type { PaperReader } from '../papers/catalogue.js';
import type { SearchEngine } from '../search/search-engine.js';
import type { GatherReader } from '../sources/gather-store.js';
import type { BrowserScripts } from './browser-scripts.js';
import { type Visitor, visitorOf } from './visitor.js';

/** How this instance presents itself. */
export type Site = {
  readonly title: string;
  /** One line under the title. */
  readonly tagline: string;
  /** The address that others see, without a slash at its end; absent on a laptop. */
  readonly baseUrl: string | undefined;
  /** An IANA name; the edition of a day is a day of this zone. */
  readonly timeZone: string;
  /** The arXiv categories that this instance gathers. */
  readonly categories: readonly string[];
  /** Where the people who run this instance can be reached: a web or mail address. */
  readonly contact: string | undefined;
  /** Whether new papers are fetched by themselves. */
  readonly gathers: boolean;
};

/** Which parts are able to answer. */
export type Readiness = { readonly index: boolean; readonly database: boolean };

/** Where faults of the program are written; a pino logger fits. */
type Log = { readonly error: (details: object, message: string) => void };

export type PagesContext = {
  readonly papers: PaperReader;
  readonly search: SearchEngine;
  readonly gatherings: GatherReader;
  /** The model that embeds papers and queries; `undefined` while none is open. */
  readonly model?: () => ModelSource | undefined;
  /** How many papers the model has yet to embed. */
  readonly outdated?: () => number;
  readonly readiness: () => Promise<Readiness>;
  readonly site: Site;
  readonly now: () => Date;
  /** What spares readers a page load; see `readBrowserScripts`. */
  readonly scripts?: BrowserScripts;
  /** The text of the style sheet; see `readStyleSheet`. */
  readonly styleSheet: string;
  readonly log: Log;
};

/** The same, with what is worked out once when the pages are put together. */
export type Web = PagesContext & { readonly styleSheetPath: string };

/** The same as one visitor sees it: what the frame of a page is made from. */
export type View = Web & { readonly visitor: Visitor };

/** The pages for whoever sent this request. */
export function viewFor(web: Web, c: Context): View {
  return { ...web, visitor: visitorOf(c) };
}
