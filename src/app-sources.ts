/** The part of the composition root that brings papers: gathering, looking up, submitted pages. */

import type { Config } from './config.js';
import type { Database } from './database/database.js';
import { asBroadsheetError } from './errors.js';
import type { Log } from './log.js';
import type { PaperStore } from './papers/catalogue.js';
import type { Day } from './papers/dates.js';
import { ARXIV_QUEUE, createArxivClient } from './sources/arxiv/arxiv-client.js';
import { gatherArxiv } from './sources/arxiv/gather-arxiv.js';
import { createDoiClient } from './sources/doi/doi-client.js';
import { runGathering } from './sources/gather.js';
import { createGatherStore, type GatherStore } from './sources/gather-store.js';
import { createHttpClient } from './sources/http-client.js';
import type { IntakeSummary } from './sources/intake.js';
import { keepGathering, type RunOutcome } from './sources/keep-gathering.js';
import { createPaperLookup, type PaperLookup } from './sources/lookup/paper-lookup-client.js';
import { createTurnStore } from './sources/turn-store.js';
import { createSafeFetch } from './sources/web-page/safe-fetch-client.js';
import type { World } from './world.js';

export type SourcesParts = {
  readonly config: Config;
  readonly world: World;
  readonly database: Database;
  readonly papers: PaperStore;
  /** Who asks: the program, its version, whom to write to. */
  readonly userAgent: string;
};

export type GatherOptions = {
  readonly since?: Day | undefined;
  readonly signal?: AbortSignal | undefined;
  readonly onBatch?: (sums: IntakeSummary) => void;
};

export type Sources = {
  readonly gatherings: GatherStore;
  readonly lookup: PaperLookup;
  /** One run of arXiv now. */
  readonly gatherArxiv: (options: GatherOptions) => Promise<IntakeSummary>;
  /** Gathers at its hours until the signal aborts. */
  readonly keepGathering: (signal: AbortSignal) => Promise<void>;
};

/** arXiv's terms of use: at most one request every three seconds, one connection at a time. */
const ARXIV_PAUSE_MS = 3_000;

export function createSources(parts: SourcesParts): Sources {
  const { config, world, database, papers, userAgent } = parts;
  const { now, log } = world;
  const gatherings = createGatherStore(database);
  const turns = createTurnStore(database, { now, sleep: world.sleep });
  const http = createHttpClient({ fetch: world.fetch, turns, userAgent, now });
  const arxiv = createArxivClient({
    http,
    rssUrl: config.arxivRssUrl,
    apiUrl: config.arxivApiUrl,
    pauseMs: ARXIV_PAUSE_MS,
  });
  const safeFetch = createSafeFetch({ userAgent });

  const gather: Sources['gatherArxiv'] = ({ since, signal, onBatch }) =>
    runGathering({
      source: 'arxiv',
      batches: (validators) =>
        gatherArxiv(arxiv, { categories: config.categories, since, now, validators, signal }),
      papers,
      gatherings,
      now,
      ...(onBatch && { onBatch }),
    });

  const arxivFreeAt = async () => new Date(await turns.freeAtMs(ARXIV_QUEUE).catch(() => 0));

  /** A run of the background: its failures are outcomes, to be tried again. */
  const gatherOnce = async (signal: AbortSignal): Promise<RunOutcome> => {
    try {
      const summary = await gather({ signal });
      return { summary, notBefore: await arxivFreeAt() };
    } catch (reason) {
      return { reason, notBefore: await arxivFreeAt() };
    }
  };

  return {
    gatherings,
    lookup: createPaperLookup({
      papers,
      arxiv,
      doi: createDoiClient({ fetch: safeFetch }),
      fetch: safeFetch,
    }),
    gatherArxiv: gather,
    keepGathering: (signal) =>
      keepGathering(() => gatherOnce(signal), signal, {
        now,
        random: world.random,
        sleep: world.sleep,
        onOutcome: (outcome, nextInMs) => logOutcome(log, outcome, nextInMs),
      }),
  };
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
