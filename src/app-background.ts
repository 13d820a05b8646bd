/** The part of the composition root that works by itself, whoever is there. */

import { fileURLToPath } from 'node:url';
import type { Digest } from './app-digest.js';
import type { People } from './app-people.js';
import type { Search } from './app-search.js';
import type { Sources } from './app-sources.js';
import type { Config } from './config.js';
import { warnOf } from './log.js';
import type { PaperStore } from './papers/catalogue.js';
import { repeat } from './repeat.js';
import { readSample } from './sources/sample/sample-client.js';
import { followHotness, type HotnessFollower } from './trending/hotness-follower.js';
import type { PriorModel } from './trending/prior/prior-model.js';
import { keepPriors, type PriorKeeper } from './trending/priors.js';
import type { World } from './world.js';

export type BackgroundParts = {
  readonly config: Config;
  readonly world: World;
  readonly papers: PaperStore;
  readonly people: People;
  readonly search: Search;
  readonly sources: Sources;
  readonly digest: Digest;
  /** What papers' content lets expect; absent where that was found to be of no use. */
  readonly prior: PriorModel | undefined;
  /** Where the links of letters lead. */
  readonly origin: () => string;
};

/** Dispose of it to stop what it does. */
export type Background = AsyncDisposable & {
  /**
   * Begins it; rejects when a part cannot go on, resolves when it was stopped.
   *
   * @param answers - whether requests will come; without them no index is kept
   */
  readonly start: (options: { readonly answers: boolean }) => Promise<void>;
};

/** How soon a vote changes the order of a search for what trends. */
const FOLLOW_HOTNESS_EVERY_MS = 1_000;

/** How soon a new paper has its place among those of its day. */
const JUDGE_EVERY_MS = 5_000;

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

const SAMPLE_FILE = fileURLToPath(new URL('../sample/papers.jsonl', import.meta.url));

export function createBackground(parts: BackgroundParts): Background {
  const { config, world, papers, people, search, sources, digest, prior } = parts;
  const { log } = world;
  const stopping = new AbortController();

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
    const link = parts.origin() + path;
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

  /** What is done every now and then. */
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

  /** The site goes on when the daily mail cannot. */
  const sendDigests = (): Promise<void> =>
    digest
      .work(stopping.signal)
      .catch((error: unknown) => warnOf(log, 'The daily mail is not sent', error));

  /** Judges new papers by their content, with the model that the prior was learned with. */
  const beginPriors = async (model: PriorModel): Promise<PriorKeeper | undefined> => {
    const embedder = await search.builtInEmbedder();
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

  const tellHotness = (): HotnessFollower =>
    followHotness({
      store: people.trending,
      tell: search.engine.setHotness,
      pollMs: FOLLOW_HOTNESS_EVERY_MS,
      onError: (error) => warnOf(log, 'Searches cannot be ordered by what trends', error),
    });

  const begun: AsyncDisposable[] = [];
  const chores: Promise<void>[] = [];
  let working: Promise<void> = Promise.resolve();

  const work = async (answers: boolean): Promise<void> => {
    await loadSample();
    if (stopping.signal.aborted) return undefined;
    if (answers) {
      search.follow();
      begun.push(tellHotness());
      await offerOperatorLink();
    }
    await keepTombstones();
    chores.push(...beginChores());
    if (config.digest) chores.push(sendDigests());
    const priors = prior && (await beginPriors(prior));
    if (priors) begun.push(priors);
    return config.gather ? sources.keepGathering(stopping.signal) : stopped(stopping.signal);
  };

  return {
    start({ answers }) {
      working = work(answers);
      return working;
    },
    async [Symbol.asyncDispose]() {
      stopping.abort();
      await working.catch(() => {});
      await Promise.all([...chores, ...begun.map((each) => each[Symbol.asyncDispose]())]);
    },
  };
}

function stopped(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    // A signal that has aborted already tells nobody again.
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
}
