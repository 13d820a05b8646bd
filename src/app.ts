/** The service put together: the only place where parts are made and handed to each other. */

import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { type Context, Hono } from 'hono';
import { linkOrigin } from './accounts/link-origin.js';
import { apiV1 } from './api/api.js';
import { createPeople, type People } from './app-people.js';
import { type Config, databaseLocation, embeddingsServiceOf, indexFolder } from './config.js';
import { type Database, openDatabase } from './database/database.js';
import { createModelChoiceStore } from './embedding/model-choice-store.js';
import { embedderOf } from './embedding/model-source.js';
import { BUILT_IN } from './embedding/model-source-client.js';
import { createEmbeddedTextStore } from './embedding/remote/embedded-text-store.js';
import { createEmbeddingsClient } from './embedding/remote/embeddings-client.js';
import { createRemoteEmbedder, type RemoteEmbedder } from './embedding/remote/remote-embedder.js';
import { asBroadsheetError } from './errors.js';
import { isReading } from './http-methods.js';
import type { Log } from './log.js';
import { createLogMailer } from './mail/log-mailer.js';
import { senderAddress } from './mail/sender-address.js';
import { createSmtpMailer } from './mail/smtp-mailer-client.js';
import type { PaperStore } from './papers/catalogue.js';
import type { Day } from './papers/dates.js';
import { createPaperStore } from './papers/paper-store.js';
import { repeat } from './repeat.js';
import { followCatalogue } from './search/catalogue-follower.js';
import { type Findings, findPapers } from './search/find-papers.js';
import { createModelInUse } from './search/model-in-use.js';
import type { Query } from './search/query.js';
import { createRemoteMeaning } from './search/remote-meaning/remote-meaning.js';
import type { SearchOptions } from './search/search-engine.js';
import { openModelInThread } from './search/threads/model-thread-client.js';
import { createSearchThreads, type SearchNote } from './search/threads/search-threads-client.js';
import { readSecret } from './secret-client.js';
import { ARXIV_QUEUE, createArxivClient } from './sources/arxiv/arxiv-client.js';
import { gatherArxiv } from './sources/arxiv/gather-arxiv.js';
import { createDoiClient } from './sources/doi/doi-client.js';
import type { FileInput } from './sources/files/file-client.js';
import { type ReadOptions, readPapers } from './sources/files/read-papers.js';
import { runGathering } from './sources/gather.js';
import { createGatherStore } from './sources/gather-store.js';
import { createHttpClient } from './sources/http-client.js';
import { type IntakeSummary, takeIn } from './sources/intake.js';
import { keepGathering, type RunOutcome } from './sources/keep-gathering.js';
import { createPaperLookup } from './sources/lookup/paper-lookup-client.js';
import { readSample } from './sources/sample/sample-client.js';
import { createTurnStore } from './sources/turn-store.js';
import { createSafeFetch } from './sources/web-page/safe-fetch-client.js';
import { followHotness, type HotnessFollower } from './trending/hotness-follower.js';
import { readPrior } from './trending/prior/prior-file-client.js';
import type { PriorModel } from './trending/prior/prior-model.js';
import { keepPriors, type PriorKeeper } from './trending/priors.js';
import { countedNetwork } from './web/admission.js';
import { readBrowserScripts } from './web/browser-scripts.js';
import { clientOf } from './web/client-address.js';
import { pages } from './web/pages.js';
import { createRateLimits } from './web/rate-limits.js';
import { readStyleSheet } from './web/style-sheet.js';

/** All that is not ours and not repeatable. Tests hand in their own; `main.ts` the real ones. */
export type World = {
  readonly fetch: typeof globalThis.fetch;
  readonly now: () => Date;
  /** From 0 up to 1. */
  readonly random: () => number;
  /** Rejects when the signal aborts. */
  readonly sleep: (durationMs: number, signal?: AbortSignal) => Promise<void>;
  readonly log: Log;
};

/** The service, put together but not at work. Dispose of it to stop what it does and close. */
export type App = AsyncDisposable & {
  readonly papers: PaperStore;
  /** What people do, and what comes of it. */
  readonly people: People;
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
  readonly gatherArxiv: (options: GatherOptions) => Promise<IntakeSummary>;
  /** Resolves when all that was stored at its call can be found; rejects when that fails once. */
  readonly searchIsReady: (onProgress?: (papers: number) => void) => Promise<void>;
  /** Makes the index anew and leaves it on disk; gives how many papers it has. */
  readonly reindex: (onProgress?: (papers: number) => void) => Promise<number>;
  readonly search: (query: Query, options: SearchOptions) => Promise<Findings>;
  /**
   * Begins what the site does by itself: the sample on a first start, the index, gathering.
   * Rejects when one of them cannot go on; ends with the app.
   *
   * @param answers - whether requests will come; without them no index is kept
   */
  readonly start: (options: { readonly answers: boolean }) => Promise<void>;
};

export type GatherOptions = {
  readonly since?: Day | undefined;
  readonly signal?: AbortSignal | undefined;
  readonly onBatch?: (sums: IntakeSummary) => void;
};

/** arXiv's terms of use: at most one request every three seconds, one connection at a time. */
const ARXIV_PAUSE_MS = 3_000;

/** How soon a paper that another process stored can be found. */
const FOLLOW_EVERY_MS = 500;

/** How soon a vote changes the order of a search for what trends. */
const FOLLOW_HOTNESS_EVERY_MS = 1_000;

/** How soon a new paper has its place among those of its day. */
const JUDGE_EVERY_MS = 5_000;

const API_PATH = '/api/v1';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

/** Papers read at once while the index is built; to copy more would hold up the event loop. */
const FOLLOW_BATCH = 200;

const SAMPLE_FILE = fileURLToPath(new URL('../sample/papers.jsonl', import.meta.url));
const PACKAGE_FILE = new URL('../package.json', import.meta.url);

/** @throws BroadsheetError as `openDatabase` does */
export async function openApp(config: Config, world: World): Promise<App> {
  const { now, log } = world;
  const database = await openDatabase(databaseLocation(config));
  const papers = createPaperStore(database, { now, timeZone: config.timeZone });
  const gatherings = createGatherStore(database);
  const turns = createTurnStore(database, { now, sleep: world.sleep });
  const agent = await userAgent(config);
  const http = createHttpClient({
    fetch: world.fetch,
    turns,
    userAgent: agent,
    now,
  });
  const arxiv = createArxivClient({
    http,
    rssUrl: config.arxivRssUrl,
    apiUrl: config.arxivApiUrl,
    pauseMs: ARXIV_PAUSE_MS,
  });

  const smtp = config.smtpUrl
    ? createSmtpMailer({
        smtpUrl: config.smtpUrl,
        from: senderAddress(config),
        senderName: config.title,
      })
    : undefined;
  const mailer = smtp ?? createLogMailer((text) => log.warn(text));
  const safeFetch = createSafeFetch({ userAgent: agent });
  let address: string | undefined;
  const people = createPeople({
    config,
    database,
    papers,
    lookup: createPaperLookup({
      papers,
      arxiv,
      doi: createDoiClient({ fetch: safeFetch }),
      fetch: safeFetch,
    }),
    mailer,
    secret: await readSecret(config),
    fetch: world.fetch,
    now,
    listensAt: () => address,
    onFailure: (what, error) => warnOf(log, what, error),
  });
  const prior = await usablePrior();

  /** Search and the prior read the model that comes with the program in the same memory. */
  let builtIn: ReturnType<typeof openModelInThread> | undefined;
  const openModel: typeof openModelInThread = (place) => {
    if (place !== BUILT_IN) return openModelInThread(place);
    builtIn ??= openModelInThread(place).catch((error: unknown) => {
      builtIn = undefined;
      throw error;
    });
    return builtIn;
  };

  const service = remoteEmbedder(config, world, database);
  const model = createModelInUse({
    configured: config.model,
    builtIn: BUILT_IN,
    latestChoice: createModelChoiceStore(database).latest,
    openModel: async (place) => {
      const own = await openModel(place);
      return service ? { kind: 'service', modelId: service.modelId, own } : own;
    },
    now,
    onProgress: ({ modelId, outdated }) =>
      log.info(
        outdated === 0
          ? `The model ${modelId} is in use for all papers.`
          : `The model ${modelId} is in use; ${outdated} papers are still to be embedded by it.`,
      ),
    onFailure: (place, error) => warnOf(log, `The model ${place} cannot be used`, error),
  });
  const onNote = ({ level, text, error }: SearchNote): void =>
    error ? warnOf(log, text, error) : log[level](text);
  const threads = createSearchThreads({
    folder: indexFolder(config),
    catalogue: papers,
    model: model.open,
    threads: config.searchThreads,
    onNote,
  });
  const engine = service
    ? createRemoteMeaning(threads, { embedder: service, now, sleep: world.sleep, onNote })
    : threads;
  let follower: ReturnType<typeof followCatalogue> | undefined;
  const followFailure = Promise.withResolvers<never>();
  followFailure.promise.catch(() => {});
  const follow = () => {
    follower ??= followCatalogue(papers, engine, {
      pollMs: FOLLOW_EVERY_MS,
      batchSize: FOLLOW_BATCH,
      onError: (error) => {
        warnOf(log, 'The search index cannot follow the catalogue', error);
        followFailure.reject(error);
      },
      beforeLook: () => model.follow(engine),
      onMisfit: () => log.warn('The search index does not fit the catalogue and is made anew.'),
    });
    return follower;
  };

  const searchIsReady: App['searchIsReady'] = async (onProgress) => {
    const { ready } = follow();
    const reporting = setInterval(() => onProgress?.(engine.size()), 100);
    // The site tries again for ever; who waits for this one answer is told.
    await Promise.race([ready, followFailure.promise]).finally(() => clearInterval(reporting));
  };

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
    search: engine,
    gatherings,
    model: model.current,
    outdated: () => threads.modelProgress().outdated,
    readiness: async () => ({
      index: follower?.isReady() ?? false,
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

  const gatherFromArxiv = ({ since, signal, onBatch }: GatherOptions): Promise<IntakeSummary> =>
    runGathering({
      source: 'arxiv',
      batches: (validators) =>
        gatherArxiv(arxiv, { categories: config.categories, since, now, validators, signal }),
      papers,
      gatherings,
      now,
      ...(onBatch && { onBatch }),
    });

  const stopping = new AbortController();

  /** A run of the background: its failures are outcomes, to be tried again. */
  const gatherOnce = async (): Promise<RunOutcome> => {
    try {
      const summary = await gatherFromArxiv({ signal: stopping.signal });
      return { summary, notBefore: await arxivFreeAt() };
    } catch (reason) {
      return { reason, notBefore: await arxivFreeAt() };
    }
  };

  const arxivFreeAt = async () => new Date(await turns.freeAtMs(ARXIV_QUEUE).catch(() => 0));

  const loadSample = async (): Promise<void> => {
    if (!config.sample || (await papers.revision()) > 0) return;
    const sample = await readSample(SAMPLE_FILE);
    await papers.add(sample.papers);
    log.info(`The catalogue was empty: ${sample.papers.length} sample papers are in it now.`);
  };

  /** Without an operator nobody could give roles; whoever reads the log becomes the first. */
  const offerOperatorLink = async (): Promise<void> => {
    const path = await people.firstOperator.offer();
    if (!path) return;
    const link =
      linkOrigin({ baseUrl: config.baseUrl, listensAt: () => address }, undefined) + path;
    log.warn(`This site has no operator yet. Become it within a day by opening\n\n${link}\n`);
  };

  /** What only the database knows of deletions would be lost with it. */
  const keepTombstones = async (): Promise<void> => {
    try {
      await people.tombstones.add(await people.deletions.tombstones());
    } catch (error) {
      warnOf(log, 'Deletions cannot be kept beside the database', error);
    }
  };

  /** What is done every now and then, whoever is there. */
  const beginChores = (): Promise<void>[] => {
    const every = (everyMs: number, what: string, turn: () => Promise<unknown>) =>
      repeat(turn, stopping.signal, {
        everyMs,
        sleep: world.sleep,
        onError: (error) => warnOf(log, what, error),
      });
    return [
      every(MINUTE_MS, 'Notifications cannot be mailed', () => people.notificationMails.sendDue()),
      every(5 * MINUTE_MS, 'Fields cannot be measured', () => people.trending.refreshFields()),
      every(HOUR_MS, 'What has expired cannot be removed', async () => {
        await people.sessions.removeExpired();
        await people.apiTokens.removeExpired();
        await people.secrets.removeExpired();
        await people.retention.forgetOld();
      }),
    ];
  };

  /** Judges new papers by their content, with the model that the prior was learned with. */
  const beginPriors = async (model: PriorModel): Promise<PriorKeeper | undefined> => {
    const embedder = embedderOf(await openModel(BUILT_IN));
    // A prior reads the vectors of one model, and makes nothing of any other's.
    if (embedder.modelId !== model.model) return undefined;
    return keepPriors({
      papers,
      store: people.trending,
      prior: model,
      embed: (text) => embedder.embed(text),
      settings: people.trending.constants().prior,
      pollMs: JUDGE_EVERY_MS,
      onError: (error) => warnOf(log, 'Papers cannot be judged by their content', error),
    });
  };

  let hotness: HotnessFollower | undefined;
  const tellHotness = () => {
    hotness ??= followHotness({
      store: people.trending,
      tell: engine.setHotness,
      pollMs: FOLLOW_HOTNESS_EVERY_MS,
      onError: (error) => warnOf(log, 'Searches cannot be ordered by what trends', error),
    });
  };

  let working: Promise<void> = Promise.resolve();
  const chores: Promise<void>[] = [];
  let priors: PriorKeeper | undefined;

  return {
    papers,
    people,
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
    gatherArxiv: gatherFromArxiv,
    searchIsReady,
    reindex: async (onProgress) => {
      await engine.rebuild();
      await searchIsReady(onProgress);
      await engine.save();
      return engine.size();
    },
    search: (query, options) => findPapers(engine, papers, query, options),
    start: ({ answers }) => {
      working = (async () => {
        await loadSample();
        if (stopping.signal.aborted) return undefined;
        if (answers) {
          follow();
          tellHotness();
        }
        if (answers) await offerOperatorLink();
        await keepTombstones();
        chores.push(...beginChores());
        if (prior) priors = await beginPriors(prior);
        if (!config.gather) return stopped(stopping.signal);
        await keepGathering(gatherOnce, stopping.signal, {
          now,
          random: world.random,
          sleep: world.sleep,
          onOutcome: (outcome, nextInMs) => logOutcome(log, outcome, nextInMs),
        });
      })();
      return working;
    },
    async [Symbol.asyncDispose]() {
      stopping.abort();
      await working.catch(() => {});
      await Promise.all([
        ...chores,
        priors?.[Symbol.asyncDispose](),
        follower?.[Symbol.asyncDispose](),
        hotness?.[Symbol.asyncDispose](),
        engine[Symbol.asyncDispose](),
        people.signIn.settled(),
        people.emailChange.settled(),
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

/** What embeds by the service of the settings, if they name one. */
function remoteEmbedder(
  config: Config,
  world: World,
  database: Database,
): RemoteEmbedder | undefined {
  const service = embeddingsServiceOf(config);
  if (!service) return undefined;
  return createRemoteEmbedder({
    service,
    client: createEmbeddingsClient({ ...world, service }),
    store: createEmbeddedTextStore(database, world),
  });
}

/** Who asks, in the form that arXiv wants: the program, its version, whom to write to. */
async function userAgent({ baseUrl, contact }: Config): Promise<string> {
  const { version } = JSON.parse(await readFile(PACKAGE_FILE, 'utf8')) as { version: string };
  const whom = [baseUrl, contact && `mailto:${contact}`].filter(Boolean).join('; ');
  return `Broadsheet/${version}${whom && ` (${whom})`}`;
}

function logOutcome(log: Log, outcome: RunOutcome, nextInMs: number): void {
  const again = `again in ${Math.max(1, Math.round(nextInMs / 60_000))} min`;
  if (!('summary' in outcome)) {
    log.warn(
      `Gathering from arXiv failed: ${asBroadsheetError(outcome.reason).message} (${again})`,
    );
    return;
  }
  const { added, updated, unchanged, problems } = outcome.summary;
  log.info(
    `Gathered from arXiv: ${added} added, ${updated} updated, ${unchanged} unchanged, ` +
      `${problems.length} problems (${again})`,
  );
  for (const { where, reason } of problems.slice(0, 5)) log.warn(`${where}: ${reason}`);
}

/** A refusal is told in its own words; a fault of the program also with where it happened. */
function warnOf(log: Log, what: string, thrown: unknown): void {
  const { code, message, cause } = asBroadsheetError(thrown);
  log.warn(code === 'internal' ? { err: cause } : {}, `${what}: ${message}`);
}

function stopped(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    // A signal that has aborted already tells nobody again.
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
}
