/** All that the pages are handed, over a real database, as the composition root makes it. */

import { type Digest, digestPages } from '../../src/app-digest.js';
import { createPeople, type People } from '../../src/app-people.js';
import { type Config, readConfig } from '../../src/config.js';
import type { Database } from '../../src/database/database.js';
import { createLogMailer } from '../../src/mail/log-mailer.js';
import type { PaperStore } from '../../src/papers/catalogue.js';
import { createPlainEngine } from '../../src/search/plain-engine.js';
import type { SearchEngine } from '../../src/search/search-engine.js';
import { createGatherStore } from '../../src/sources/gather-store.js';
import type { PaperLookup } from '../../src/sources/lookup/paper-lookup-client.js';
import type { BrowserScripts } from '../../src/web/browser-scripts.js';
import type { SiteServices } from '../../src/web/pages.js';
import { NOON } from './catalogue.js';
import { openDigest } from './digest-web.js';
import { temporaryFolder } from './temporary-folder.js';

export type WholeSite = {
  readonly services: SiteServices;
  readonly people: People;
  readonly digest: Digest;
  /** What the operator's log would say. */
  readonly logged: string[];
  /** The letters that would have been sent, as text. */
  readonly letters: string[];
};

type Given = {
  readonly database: Database;
  readonly papers: PaperStore;
  readonly search?: SearchEngine;
  readonly now?: () => Date;
  /** What the operator set otherwise. */
  readonly settings?: Partial<Config>;
  /** Where papers are looked up; nowhere without it. */
  readonly lookup?: PaperLookup;
  /** How providers of identities are asked. */
  readonly fetch?: typeof globalThis.fetch;
};

const NOWHERE: PaperLookup = {
  known: async () => undefined,
  lookUp: () => Promise.reject(new RangeError('nothing is looked up here')),
};

/** What a script is does not matter to a page; that it is asked for does. */
const SCRIPTS: BrowserScripts = {
  votes: { path: '/assets/votes-test.js', text: '' },
  passkeys: { path: '/assets/passkeys-test.js', text: '' },
};

export async function wholeSite({
  database,
  papers,
  search = createPlainEngine(),
  now = () => NOON,
  settings = {},
  lookup = NOWHERE,
  fetch = () => Promise.reject(new RangeError('nothing is fetched here')),
}: Given): Promise<WholeSite> {
  const logged: string[] = [];
  const letters: string[] = [];
  const config = {
    ...(await readConfig({ data: await temporaryFolder(), timeZone: 'UTC' }, {})),
    ...settings,
  };
  const mailer = createLogMailer((text) => letters.push(text));
  const listensAt = () => 'http://localhost:3000';
  const people = createPeople({
    config,
    database,
    papers,
    lookup,
    mailer,
    secret: 'of the pages in tests, 32 letters and more',
    fetch,
    now,
    listensAt,
    onFailure: (what, error) => logged.push(`${what}: ${String(error)}`),
  });
  const digest = await openDigest({
    config,
    database,
    papers,
    people,
    search,
    mailer,
    now,
    fetch,
    listensAt,
    logged,
  });
  return {
    people,
    digest,
    logged,
    letters,
    services: {
      ...people,
      digest: digestPages(digest, config),
      papers,
      search,
      gatherings: createGatherStore(database),
      readiness: async () => ({ index: true, database: true }),
      site: {
        title: 'The Daily Proof',
        tagline: 'New papers on norms',
        baseUrl: undefined,
        timeZone: 'UTC',
        categories: ['math.NA', 'cs.LG'],
        contact: undefined,
        gathers: false,
      },
      now,
      standings: people.trending,
      reports: people.moderation.reports,
      deletion: people.deletions,
      mailDelivers: mailer.delivers,
      registration: config.registration,
      trustedProxies: 0,
      scripts: SCRIPTS,
      styleSheet: 'body { color: black }',
      log: { error: (details, message) => logged.push(`${message} ${JSON.stringify(details)}`) },
    },
  };
}
