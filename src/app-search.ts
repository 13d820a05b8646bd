/** The part of the composition root that finds papers: models, the index, and what follows. */

import { type Config, embeddingsServiceOf, indexFolder } from './config.js';
import type { Database } from './database/database.js';
import type { Embedder } from './embedding/embedder.js';
import { createModelChoiceStore } from './embedding/model-choice-store.js';
import { embedderOf } from './embedding/model-source.js';
import { BUILT_IN } from './embedding/model-source-client.js';
import { createEmbeddedTextStore } from './embedding/remote/embedded-text-store.js';
import { createEmbeddingsClient } from './embedding/remote/embeddings-client.js';
import { createRemoteEmbedder, type RemoteEmbedder } from './embedding/remote/remote-embedder.js';
import { warnOf } from './log.js';
import type { PaperStore } from './papers/catalogue.js';
import { followCatalogue } from './search/catalogue-follower.js';
import { createModelInUse, type ModelInUse } from './search/model-in-use.js';
import { createRemoteMeaning } from './search/remote-meaning/remote-meaning.js';
import type { SearchEngine } from './search/search-engine.js';
import { openModelInThread } from './search/threads/model-thread-client.js';
import { createSearchThreads, type SearchNote } from './search/threads/search-threads-client.js';
import type { World } from './world.js';

export type SearchParts = {
  readonly config: Config;
  readonly world: World;
  readonly database: Database;
  readonly papers: PaperStore;
};

/** Search, put together but not at work. Dispose of it to stop it. */
export type Search = AsyncDisposable & {
  readonly engine: SearchEngine;
  /** The same, but a search waits until the index is ready, and begins it. */
  readonly patientEngine: Pick<SearchEngine, 'search'>;
  readonly model: ModelInUse;
  /** Of the model that comes with the program. */
  readonly builtInEmbedder: () => Promise<Embedder>;
  /** How many papers are still to be embedded by the model in use. */
  readonly outdated: () => number;
  /** Begins to follow the catalogue; once is enough. */
  readonly follow: () => void;
  /** Whether all that was stored at the start can be found. */
  readonly isReady: () => boolean;
  /** Resolves when all that was stored at its call can be found; rejects when that fails once. */
  readonly whenReady: (onProgress?: (papers: number) => void) => Promise<void>;
  /** Makes the index anew and leaves it on disk; gives how many papers it has. */
  readonly reindex: (onProgress?: (papers: number) => void) => Promise<number>;
};

/** How soon a paper that another process stored can be found. */
const FOLLOW_EVERY_MS = 500;

/** Papers read at once while the index is built; to copy more would hold up the event loop. */
const FOLLOW_BATCH = 200;

export function createSearch({ config, world, database, papers }: SearchParts): Search {
  const { now, log } = world;

  /** Whoever asks for the model that comes with the program reads it in the same memory. */
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

  const whenReady: Search['whenReady'] = async (onProgress) => {
    const { ready } = follow();
    const reporting = setInterval(() => onProgress?.(engine.size()), 100);
    // The site tries again for ever; who waits for this one answer is told.
    await Promise.race([ready, followFailure.promise]).finally(() => clearInterval(reporting));
  };

  return {
    engine,
    patientEngine: {
      async search(query, options) {
        if (!follower?.isReady()) await whenReady();
        return engine.search(query, options);
      },
    },
    model,
    builtInEmbedder: async () => embedderOf(await openModel(BUILT_IN)),
    outdated: () => threads.modelProgress().outdated,
    follow,
    isReady: () => follower?.isReady() ?? false,
    whenReady,
    async reindex(onProgress) {
      await engine.rebuild();
      await whenReady(onProgress);
      await engine.save();
      return engine.size();
    },
    async [Symbol.asyncDispose]() {
      await Promise.all([follower?.[Symbol.asyncDispose](), engine[Symbol.asyncDispose]()]);
    },
  };
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
