/**
 * The model that queries and papers are embedded by: what the settings name, else what was last
 * chosen, else the one that comes with the program. Whoever runs the site may choose another at any
 * time and from any process; the search takes it over when it next looks, and what it had goes on
 * until it has the new one.
 */

import type { ModelChoice } from '../embedding/model-choice-store.js';
import { isSameModel, type ModelSource } from '../embedding/model-source.js';
import type { ModelProgress, SearchThreads } from './threads/search-threads-client.js';

export type ModelInUseSettings = {
  /** Where the model lies that the settings name; no choice counts then. */
  readonly configured?: string | undefined;
  /** Where it lies if nothing is said. */
  readonly builtIn: string;
  readonly latestChoice: () => Promise<ModelChoice | undefined>;
  readonly openModel: (place: string) => Promise<ModelSource>;
  readonly now: () => Date;
  /** Told at the start, when papers are to be embedded anew, at each quarter, and when all are. */
  readonly onProgress: (progress: { readonly modelId: string; readonly outdated: number }) => void;
  /**
   * Told once for each choice that cannot be used. The model before stays in use, or at the start
   * that of the program; the other is tried again by itself.
   */
  readonly onFailure: (place: string, error: unknown) => void;
};

export type ModelInUse = {
  /** The model to begin with. Throws as `openModel` does for one that the settings name. */
  readonly open: () => Promise<ModelSource>;
  /** Has an engine use another model if another was chosen since, and tells how far it is. */
  readonly follow: (engine: Pick<SearchThreads, 'useModel' | 'modelProgress'>) => Promise<void>;
  /** `undefined` before the first is open. */
  readonly current: () => ModelSource | undefined;
};

/** How often the way to a new model is told. */
const STEPS = 4;

/** How soon one that could not be used is tried again, the first time and at the most. */
const SHORTEST_REST_MS = 1_000;
const LONGEST_REST_MS = 300_000;

/** What was chosen: the same place may be chosen again because something else lies there. */
type Wanted = { readonly place: string; readonly number: number };

export function createModelInUse({
  configured,
  builtIn,
  latestChoice,
  openModel,
  now,
  onProgress,
  onFailure,
}: ModelInUseSettings): ModelInUse {
  /** What was last tried, and when it is tried again if it could not be used. */
  let tried: Wanted | undefined;
  let retry: { readonly atMs: number; readonly restMs: number } | undefined;
  let current: ModelSource | undefined;

  const wantedNow = async (): Promise<Wanted> => {
    if (configured !== undefined) return { place: configured, number: 0 };
    const { place = builtIn, number = 0 } = (await latestChoice()) ?? {};
    return { place, number };
  };

  /** The steps of the way that have been told, from all papers down to none. */
  let toldLeft: number | undefined;
  let toldModelId: string | undefined;
  let mostOutdated = 0;

  const fail = ({ place }: Wanted, error: unknown): void => {
    if (!retry) onFailure(place, error);
    const restMs = Math.min(LONGEST_REST_MS, retry ? retry.restMs * 2 : SHORTEST_REST_MS);
    retry = { restMs, atMs: now().getTime() + restMs };
  };

  const takeLatest = async (engine: Pick<SearchThreads, 'useModel'>): Promise<void> => {
    if (!tried) return;
    const wanted = await wantedNow();
    const isNew = wanted.place !== tried.place || wanted.number !== tried.number;
    if (isNew) retry = undefined;
    else if (!retry || now().getTime() < retry.atMs) return;
    tried = wanted;
    try {
      const source = await openModel(wanted.place);
      if (!current || !isSameModel(source, current)) await engine.useModel(source);
      current = source;
      retry = undefined;
    } catch (error) {
      // Changes of the catalogue must not wait for it.
      fail(wanted, error);
    }
  };

  const tellProgress = ({ modelId: id, outdated }: ModelProgress): void => {
    if (id === undefined) return;
    mostOutdated = Math.max(mostOutdated, outdated);
    const left = outdated === 0 ? 0 : Math.ceil((outdated / mostOutdated) * STEPS);
    if (left === 0) mostOutdated = 0;
    if (left === toldLeft && id === toldModelId) return;
    toldLeft = left;
    toldModelId = id;
    onProgress({ modelId: id, outdated });
  };

  return {
    async open() {
      const wanted = await wantedNow();
      try {
        current = await openModel(wanted.place);
      } catch (error) {
        if (configured !== undefined || wanted.place === builtIn) throw error;
        // A file that has gone must not take the search with it.
        current = await openModel(builtIn);
        fail(wanted, error);
      }
      tried = wanted;
      return current;
    },

    async follow(engine) {
      await takeLatest(engine);
      tellProgress(engine.modelProgress());
    },

    current: () => current,
  };
}
