/** The service put together: the only place where parts are made and handed to each other. */

import { readFile } from 'node:fs/promises';
import { type Context, Hono } from 'hono';
import { linkOrigin } from './accounts/link-origin.js';
import { apiV1 } from './api/api.js';
import { createBackground } from './app-background.js';
import { createDigest, type Digest, digestPages } from './app-digest.js';
import { createPeople, type People } from './app-people.js';
import { createSearch, type Search } from './app-search.js';
import { createSources, type Sources } from './app-sources.js';
import { type Config, databaseLocation } from './config.js';
import { openDatabase } from './database/database.js';
import { isReading } from './http-methods.js';
import { warnOf } from './log.js';
import { createLogMailer } from './mail/log-mailer.js';
import { senderAddress } from './mail/sender-address.js';
import { createSmtpMailer } from './mail/smtp-mailer-client.js';
import type { PaperStore } from './papers/catalogue.js';
import { createPaperStore } from './papers/paper-store.js';
import { type Findings, findPapers } from './search/find-papers.js';
import type { Query } from './search/query.js';
import type { SearchOptions } from './search/search-engine.js';
import { readSecret } from './secret-client.js';
import type { FileInput } from './sources/files/file-client.js';
import { type ReadOptions, readPapers } from './sources/files/read-papers.js';
import { type IntakeSummary, takeIn } from './sources/intake.js';
import { readPrior } from './trending/prior/prior-file-client.js';
import type { PriorModel } from './trending/prior/prior-model.js';
import { countedNetwork } from './web/admission.js';
import { readBrowserScripts } from './web/browser-scripts.js';
import { clientOf } from './web/client-address.js';
import { pages } from './web/pages.js';
import { createRateLimits } from './web/rate-limits.js';
import { readStyleSheet } from './web/style-sheet.js';
import type { World } from './world.js';

/** The service, put together but not at work. Dispose of it to stop what it does and close. */
export type App = AsyncDisposable & {
  readonly papers: PaperStore;
  /** What people do, and what comes of it. */
  readonly people: People;
  /** The daily mail. */
  readonly digest: Digest;
  /**
   * Answers one request to the site.
   *
   * @param connection - what `@hono/node-server` hands on: whom the socket leads to
   */
  readonly request: (request: Request, connection?: object) => Response | Promise<Response>;
  /** Tells where the site answers, for links that leave it where no `baseUrl` is set. */
  readonly listensAt: (address: string) => void;
  /** Takes in what a file holds; batches before an error stay. */
  readonly importPapers: (
    input: FileInput,
    options: ReadOptions,
    onBatch?: (sums: IntakeSummary) => void,
  ) => Promise<IntakeSummary>;
  /** One run of arXiv now. */
  readonly gatherArxiv: Sources['gatherArxiv'];
  /** Resolves when all that was stored at its call can be found; rejects when that fails once. */
  readonly searchIsReady: Search['whenReady'];
  /** Makes the index anew and leaves it on disk; gives how many papers it has. */
  readonly reindex: Search['reindex'];
  readonly search: (query: Query, options: SearchOptions) => Promise<Findings>;
  /**
   * Begins what the site does by itself: the sample on a first start, the index, gathering.
   * Rejects when one of them cannot go on; ends with the app.
   *
   * @param answers - whether requests will come; without them no index is kept
   */
  readonly start: (options: { readonly answers: boolean }) => Promise<void>;
};

const API_PATH = '/api/v1';

const PACKAGE_FILE = new URL('../package.json', import.meta.url);

/** @throws BroadsheetError as `openDatabase` does */
export async function openApp(config: Config, world: World): Promise<App> {
  const { now, log } = world;
  const database = await openDatabase(databaseLocation(config));
  const papers = createPaperStore(database, { now, timeZone: config.timeZone });
  const sources = createSources({
    config,
    world,
    database,
    papers,
    userAgent: await userAgent(config),
  });
  const search = createSearch({ config, world, database, papers });

  const smtp = config.smtpUrl
    ? createSmtpMailer({
        smtpUrl: config.smtpUrl,
        from: senderAddress(config),
        senderName: config.title,
      })
    : undefined;
  const mailer = smtp ?? createLogMailer((text) => log.warn(text));
  let address: string | undefined;
  const listensAt = () => address;
  const people = createPeople({
    config,
    database,
    papers,
    lookup: sources.lookup,
    mailer,
    secret: await readSecret(config),
    fetch: world.fetch,
    now,
    listensAt,
    onFailure: (what, error) => warnOf(log, what, error),
  });
  const digest = await createDigest({
    config,
    world,
    database,
    papers,
    people,
    search,
    mailer,
    listensAt,
  });
  const prior = await usablePrior();

  const rateLimits = createRateLimits();
  const clientFor = (c: Context) => clientOf(c, config.trustedProxies);
  const api = new Hono().route(
    API_PATH,
    apiV1({
      ...people,
      papers,
      log,
      networkOf(c) {
        const client = clientFor(c);
        return client && people.keyedHash('network', client.network);
      },
      limit: (c, accountId) =>
        rateLimits.count(
          c,
          isReading(c.req.method) ? 'reading' : 'writing',
          accountId ? { key: accountId, times: 1 } : countedNetwork(clientFor(c)),
        ),
    }),
  );
  const site = pages({
    ...people,
    rateLimits,
    papers,
    search: search.engine,
    gatherings: sources.gatherings,
    model: search.model.current,
    outdated: search.outdated,
    readiness: async () => ({
      index: search.isReady(),
      database: await papers.revision().then(
        () => true,
        () => false,
      ),
    }),
    site: {
      title: config.title,
      tagline: config.tagline,
      baseUrl: config.baseUrl,
      timeZone: config.timeZone,
      categories: config.categories,
      contact: config.contact,
      gathers: config.gather,
    },
    now,
    digest: digestPages(digest, config),
    prior,
    standings: people.trending,
    reports: people.moderation.reports,
    deletion: people.deletions,
    mailDelivers: mailer.delivers,
    registration: config.registration,
    trustedProxies: config.trustedProxies,
    scripts: await readBrowserScripts(),
    styleSheet: await readStyleSheet(),
    log,
  });
  const background = createBackground({
    config,
    world,
    papers,
    people,
    search,
    sources,
    digest,
    prior,
    origin: () => linkOrigin({ baseUrl: config.baseUrl, listensAt }, undefined),
  });

  return {
    papers,
    people,
    digest,
    request: (request, connection) => {
      const { pathname } = new URL(request.url);
      const shell = pathname.startsWith(`${API_PATH}/`) ? api : site;
      return shell.fetch(request, connection);
    },
    listensAt: (given) => {
      address = given;
    },
    importPapers: (input, options, onBatch) =>
      takeIn(readPapers(input, options), papers, onBatch && { onBatch }),
    gatherArxiv: sources.gatherArxiv,
    searchIsReady: search.whenReady,
    reindex: search.reindex,
    search: (query, options) => findPapers(search.engine, papers, query, options),
    start: background.start,
    async [Symbol.asyncDispose]() {
      await background[Symbol.asyncDispose]();
      await Promise.all([
        search[Symbol.asyncDispose](),
        people.signIn.settled(),
        people.emailChange.settled(),
        digest.subscribing.settled(),
      ]);
      await smtp?.[Symbol.asyncDispose]();
      await database[Symbol.asyncDispose]();
    },
  };
}

/** What papers' content lets expect, where that was found to be of use. */
async function usablePrior(): Promise<PriorModel | undefined> {
  const prior = await readPrior();
  return prior.isUseful ? prior : undefined;
}

/** Who asks, in the form that arXiv wants: the program, its version, whom to write to. */
async function userAgent({ baseUrl, contact }: Config): Promise<string> {
  const { version } = JSON.parse(await readFile(PACKAGE_FILE, 'utf8')) as { version: string };
  const whom = [baseUrl, contact && `mailto:${contact}`].filter(Boolean).join('; ');
  return `Broadsheet/${version}${whom && ` (${whom})`}`;
}
