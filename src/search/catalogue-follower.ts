/**
 * Keeps a search engine in step with the catalogue: it reads what changed since the revision
 * that the engine has, hands it over, and looks again. It only ever advances past what the
 * engine has taken in, so nothing is missed whatever fails on the way.
 *
 * An engine that keeps its index says itself which revision it has. Once all is handed over, such
 * an index is compared with the catalogue: one that does not have as many papers, or has them
 * from other revisions, is made anew.
 */

import type { CatalogueChanges, Census, PaperReader } from '../papers/catalogue.js';
import type { PaperId } from '../papers/identifiers.js';
import type { Paper } from '../papers/paper.js';
import type { SearchEngine } from './search-engine.js';

export type FollowSettings = {
  /** How long to wait between looks at a catalogue that did not change. */
  readonly pollMs: number;
  /** How many papers to read at a time. */
  readonly batchSize: number;
  /** Told each time that reading or taking in failed; it is tried again after `pollMs`. */
  readonly onError?: (error: unknown) => void;
  /** Told that an index did not have the papers of the catalogue and is made anew. */
  readonly onMisfit?: () => void;
  /** Done before each look, such as to see which model the engine is to use. */
  readonly beforeLook?: () => Promise<void>;
  /** Told after each batch. */
  readonly onProgress?: (progress: FollowProgress) => void;
};

export type FollowProgress = {
  /** The revision that the engine has. */
  readonly revision: number;
  /** How many papers the engine took in since following began. */
  readonly papersTaken: number;
};

/** What an engine can say that keeps its index, and be told. */
export type KeptIndex = {
  /** Which revision it has. It goes back when an engine has to begin again. */
  readonly revision: () => Promise<number>;
  /** Its papers, and the revision that it has. */
  readonly census: () => Promise<Census & { readonly revision: number }>;
  /** Has it begin again from nothing; what it has is searched until it knows as much again. */
  readonly rebuild: () => Promise<void>;
  /** Tells it that it has all there is. */
  readonly caughtUp: () => void;
  /** Papers that the model in use has not embedded, the newest first. */
  readonly newestOutdated: (most: number) => Promise<readonly PaperId[]>;
  /** Has them embedded anew; those that have changed since are left as they are. */
  readonly renew: (papers: readonly Paper[]) => Promise<void>;
};

/** Dispose of it to stop following; what is under way ends first. */
export type CatalogueFollower = AsyncDisposable & {
  /** When all that stood in the catalogue at the start can be found, or following has stopped. */
  readonly ready: Promise<void>;
  readonly isReady: () => boolean;
  /** The revision up to which the engine knows the catalogue. */
  readonly caughtUpTo: () => number;
  /**
   * Follows now. When it returns, what was committed before the call can be found, unless the
   * catalogue could not be read, of which `onError` was told.
   */
  readonly refresh: () => Promise<void>;
};

/** Papers that are embedded anew have this share of the time, so that others come first. */
const RENEWAL_SHARE = 0.5;

/** Batches handed over before the first of them has been taken in. */
const MOST_UNDER_WAY = 8;

export function followCatalogue(
  papers: Pick<PaperReader, 'changesSince' | 'revision' | 'census' | 'byIds'>,
  engine: Pick<SearchEngine, 'update'> & Partial<KeptIndex>,
  settings: FollowSettings,
): CatalogueFollower {
  const { pollMs, batchSize } = settings;
  const { onError = () => {}, onMisfit = () => {}, onProgress = () => {} } = settings;
  const ready = Promise.withResolvers<void>();
  let isReady = false;
  let isStopped = false;
  let revisionAtStart: number | undefined;
  let revision = 0;
  let papersTaken = 0;
  let isCompared = false;
  let timer: NodeJS.Timeout | undefined;
  /** The look at the catalogue that is under way, and the one that waits behind it. */
  let current: Promise<void> | undefined;
  let waiting: Promise<void> | undefined;

  const becomeReady = (): void => {
    isReady = true;
    ready.resolve();
  };

  /** Follows up to what stands there now; with no such end, steady writing would hold it up. */
  const catchUp = async (): Promise<void> => {
    const latest = await papers.revision();
    revisionAtStart ??= latest;
    await askRevision();
    // The catalogue has gone back, as one from a backup has.
    if (revision > latest) isCompared = false;
    await handOver(latest);
    if (isStopped) return;
    if (!(await isFitting())) {
      onMisfit();
      await engine.rebuild?.();
      await askRevision();
      await handOver(latest);
    }
    if (isStopped) return;
    engine.caughtUp?.();
    if (revision >= revisionAtStart) becomeReady();
  };

  const askRevision = async (): Promise<void> => {
    if (!engine.revision) return;
    const known = await engine.revision();
    // It has begun again, perhaps with something else.
    if (known < revision) isCompared = false;
    revision = known;
  };

  /**
   * Hands over what changed up to a revision. It reads on while the engine takes in, and hands over
   * several batches at a time, of which the engine makes one where that is quicker.
   */
  const handOver = async (latest: number): Promise<void> => {
    const read = async (from: number) =>
      isStopped || from >= latest ? undefined : papers.changesSince(from, batchSize);
    const takeIn = async (changes: CatalogueChanges, before: Promise<void>): Promise<void> => {
      await Promise.all([before, engine.update(changes)]);
      // All before it were taken in, too, so that nothing is passed over whatever fails.
      revision = changes.revision;
      papersTaken += changes.papers.length;
      onProgress({ revision, papersTaken });
    };
    const underWay: Promise<void>[] = [];
    let last: Promise<void> = Promise.resolve();
    let next = read(revision);
    for (let changes = await next; changes && !isStopped; changes = await next) {
      next = read(changes.revision);
      last = takeIn(changes, last);
      // Whether either fails matters when its turn has come.
      for (const promise of [next, last]) promise.catch(() => {});
      underWay.push(last);
      if (underWay.length >= MOST_UNDER_WAY) await underWay.shift();
    }
    await last;
  };

  /** Whether the engine has the papers of the catalogue; compared once, since that takes a while. */
  const isFitting = async (): Promise<boolean> => {
    if (!engine.census || isCompared) return true;
    const own = await engine.census();
    const whole = await papers.census(own.revision);
    const latest = await papers.revision();
    // What changed meanwhile is in neither of them, and leaves the question open.
    if (latest > own.revision) return true;
    isCompared = true;
    if (latest < own.revision) return false;
    return own.papers === whole.papers && own.revisionSum === whole.revisionSum;
  };

  /**
   * Hands over some papers that another model has embedded; they are as new as the others, so that
   * nobody waits for it.
   *
   * @returns when to go on, in milliseconds; `undefined` if none are left
   */
  const renewSome = async (): Promise<number | undefined> => {
    if (isStopped || !engine.newestOutdated || !engine.renew) return undefined;
    const startedAtMs = performance.now();
    const ids = await engine.newestOutdated(batchSize);
    const found = ids.length === 0 ? [] : [...(await papers.byIds(ids)).values()];
    if (found.length === 0 || isStopped) return undefined;
    await engine.renew(found);
    return (performance.now() - startedAtMs) * (1 / RENEWAL_SHARE - 1);
  };

  const look = async (): Promise<void> => {
    clearTimeout(timer);
    let nextMs = pollMs;
    try {
      if (settings.beforeLook) await settings.beforeLook();
      await catchUp();
      nextMs = Math.min(pollMs, (await renewSome()) ?? pollMs);
    } catch (error) {
      // What fails while everything ends is no news.
      if (!isStopped) onError(error);
    }
    if (isStopped) return;
    timer = setTimeout(() => void refresh(), nextMs);
    timer.unref();
  };

  const begin = (): Promise<void> => {
    waiting = undefined;
    current = look().finally(() => {
      current = undefined;
    });
    return current;
  };

  const refresh = (): Promise<void> => {
    if (isStopped) return Promise.resolve();
    if (!current) return begin();
    // A look that is under way may have read before the commit that the caller means.
    waiting ??= current.then(() => (isStopped ? undefined : begin()));
    return waiting;
  };

  void refresh();

  return {
    ready: ready.promise,
    isReady: () => isReady,
    caughtUpTo: () => revision,
    refresh,
    async [Symbol.asyncDispose]() {
      isStopped = true;
      clearTimeout(timer);
      await waiting;
      await current;
      ready.resolve();
    },
  };
}
