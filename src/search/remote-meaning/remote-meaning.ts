/**
 * A search engine whose papers and queries get their vectors from an embeddings service.
 *
 * Nothing ever waits long for the service. A paper that it has not embedded is taken in at once
 * with a vector of the built-in model, and again when the service has embedded it; a query that it
 * does not embed in the blink that readers give is answered with the built-in model alone, and the
 * answer says so. A service that fails is left alone for a while, which is logged once.
 */

import {
  type BreakerLimits,
  type CircuitBreaker,
  createCircuitBreaker,
} from '../../embedding/remote/circuit-breaker.js';
import { EmbeddingsError } from '../../embedding/remote/embeddings-client.js';
import type { RemoteEmbedder } from '../../embedding/remote/remote-embedder.js';
import type { PaperId } from '../../papers/identifiers.js';
import type { Paper } from '../../papers/paper.js';
import { meaningOf } from '../fusion.js';
import type { GivenMeaning, PaperWithMeaning } from '../given-meaning.js';
import type { Query } from '../query.js';
import type { SearchEngine, SearchOptions } from '../search-engine.js';
import type { SearchNote } from '../threads/search-threads-client.js';
import { createRecentVectors } from './recent-vectors.js';

export type RemoteMeaningLimits = {
  /** What readers wait for the vector of their query, at most. */
  readonly queryMs: number;
  /** After so long the vector of a query is not even of use to who asks the same again. */
  readonly lateQueryMs: number;
  /** What new papers wait for their vectors before they can be found, at most. */
  readonly updateMs: number;
  /** What those behind them wait for papers that are embedded again. */
  readonly renewMs: number;
  /** More new papers than these do not wait at all: they are a catalogue, and not news. */
  readonly mostAwaited: number;
  /** Vectors of queries that are kept, and queries that are being embedded. */
  readonly mostQueriesKept: number;
  readonly mostQueriesUnderWay: number;
  readonly papersBreaker: BreakerLimits;
  readonly queriesBreaker: BreakerLimits;
};

export const REMOTE_MEANING_LIMITS: RemoteMeaningLimits = {
  // Services answer in 50 to 300 ms; who waits longer had rather have an answer by words.
  queryMs: 400,
  lateQueryMs: 5_000,
  updateMs: 2_000,
  renewMs: 1_000,
  // Two requests' worth.
  mostAwaited: 64,
  // Half a megabyte.
  mostQueriesKept: 500,
  mostQueriesUnderWay: 16,
  // Each failure has been tried four times already.
  papersBreaker: { mostFailures: 1, shortestRestMs: 5_000, longestRestMs: 300_000 },
  queriesBreaker: { mostFailures: 3, shortestRestMs: 2_000, longestRestMs: 60_000 },
};

export type RemoteMeaningSettings = {
  readonly embedder: RemoteEmbedder;
  readonly now: () => Date;
  /** Rejects when the signal aborts. */
  readonly sleep: (durationMs: number, signal?: AbortSignal) => Promise<void>;
  /** Told what the operator should know. */
  readonly onNote: (note: SearchNote) => void;
  readonly limits?: Partial<RemoteMeaningLimits>;
};

/** What the engine must be able to do: to be handed vectors, and papers again for theirs. */
type Embeddable = Pick<SearchEngine, 'search' | 'update'> &
  AsyncDisposable & {
    readonly newestOutdated: (most: number) => Promise<readonly PaperId[]>;
    readonly renew: (papers: readonly PaperWithMeaning[]) => Promise<void>;
  };

const UNANSWERED =
  'The embeddings service does not answer; until it does, meaning is compared with a simpler model.';

/**
 * @param engine - that runs a model of its own beside the service's; it and the embedder end with
 *   what is returned
 */
export function createRemoteMeaning<Engine extends Embeddable>(
  engine: Engine,
  { embedder, now, sleep, onNote, limits: given = {} }: RemoteMeaningSettings,
): Engine {
  const limits: RemoteMeaningLimits = { ...REMOTE_MEANING_LIMITS, ...given };
  const { modelId } = embedder;
  const closing = new AbortController();
  const recent = createRecentVectors(limits.mostQueriesKept);
  const queriesUnderWay = new Map<string, Promise<Float32Array | undefined>>();
  /** Settles when all updates before have been handed on: the engine takes them in order. */
  let handedOn: Promise<unknown> = Promise.resolve();
  /** Requests for vectors of papers that are under way. */
  let embedding = 0;
  /** The papers that are being embedded again, if any are. */
  let renewing: Promise<void> | undefined;

  const breaker = (of: BreakerLimits, meanwhile: string): CircuitBreaker =>
    createCircuitBreaker({
      now,
      limits: of,
      onOpen: (reason) => onNote({ level: 'warn', text: `${wordsOf(reason)} ${meanwhile}` }),
      onClose: () => onNote({ level: 'info', text: 'The embeddings service answers again.' }),
    });
  const papersBreaker = breaker(
    limits.papersBreaker,
    'Until it answers, papers are indexed with the built-in model.',
  );
  const queriesBreaker = breaker(
    limits.queriesBreaker,
    'Until it answers, queries are read by the built-in model.',
  );

  /** Gives up waiting after a while, and not the work. */
  const within = async <Result>(
    durationMs: number,
    work: Promise<Result>,
  ): Promise<Result | undefined> => {
    const over = new AbortController();
    const timeout = sleep(durationMs, over.signal).then(
      () => undefined,
      () => undefined,
    );
    return Promise.race([work, timeout]).finally(() => over.abort());
  };

  const recall = async (
    texts: readonly string[],
  ): Promise<readonly (Float32Array | undefined)[]> => {
    try {
      return await embedder.recall(texts);
    } catch {
      // The record does not answer for a moment; what is taken in without vectors gets them later.
      return texts.map(() => undefined);
    }
  };

  /** Vectors from the service, or `undefined` while it fails. */
  const embed = async (texts: readonly string[]): Promise<readonly Float32Array[] | undefined> => {
    if (!papersBreaker.mayAsk()) return undefined;
    embedding += 1;
    try {
      const vectors = await embedder.embed(texts, closing.signal);
      papersBreaker.succeeded();
      return vectors;
    } catch (error) {
      if (!closing.signal.aborted) {
        papersBreaker.failed(error, error instanceof EmbeddingsError && error.isLasting);
      }
      return undefined;
    } finally {
      embedding -= 1;
    }
  };

  const withMeaning = (paper: Paper, vector: Float32Array | undefined): PaperWithMeaning =>
    vector ? { ...paper, meaning: { modelId, vector } } : paper;

  /** The papers with vectors, as far as there are any soon. */
  const withMeanings = async (papers: readonly Paper[]): Promise<readonly PaperWithMeaning[]> => {
    const texts = papers.map(textOf);
    const known = await recall(texts);
    const missing = texts.filter((_, at) => !known[at]);
    if (missing.length === 0 || missing.length > limits.mostAwaited) {
      return papers.map((paper, at) => withMeaning(paper, known[at]));
    }
    const vectors = await within(limits.updateMs, embed(missing));
    const made = new Map(missing.map((text, at) => [text, vectors?.[at]]));
    return papers.map((paper, at) =>
      withMeaning(paper, known[at] ?? made.get(texts[at] as string)),
    );
  };

  const askForQuery = async (text: string): Promise<Float32Array | undefined> => {
    const askedAtMs = now().getTime();
    const signal = AbortSignal.any([closing.signal, AbortSignal.timeout(limits.lateQueryMs)]);
    try {
      const vector = await embedder.embedQuery(text, signal);
      recent.add(text, vector);
      if (now().getTime() - askedAtMs <= limits.queryMs) queriesBreaker.succeeded();
      return vector;
    } catch (error) {
      if (!closing.signal.aborted) {
        queriesBreaker.failed(error, error instanceof EmbeddingsError && error.isLasting);
      }
      return undefined;
    } finally {
      queriesUnderWay.delete(text);
    }
  };

  const vectorOfQuery = async (text: string): Promise<Float32Array | undefined> => {
    const known = recent.get(text);
    if (known) return known;
    let asked = queriesUnderWay.get(text);
    if (!asked) {
      if (queriesUnderWay.size >= limits.mostQueriesUnderWay) return undefined;
      if (!queriesBreaker.mayAsk()) return undefined;
      asked = askForQuery(text);
      queriesUnderWay.set(text, asked);
    }
    const vector = await within(limits.queryMs, asked);
    // One that failed has said so itself.
    if (!vector && queriesUnderWay.has(text)) queriesBreaker.failed(TOO_SLOW);
    return vector;
  };

  const meaningOfQuery = async (query: Query): Promise<GivenMeaning | undefined> => {
    // A text may be that of a paper, of which the vector is known.
    const [known] = query.isText ? await recall([query.text]) : [];
    const vector = known ?? (await vectorOfQuery(meaningOf(query)));
    return vector && { modelId, vector };
  };

  const renewWith = async (papers: readonly Paper[]): Promise<void> => {
    const vectors = await embed(papers.map(textOf));
    if (!vectors || closing.signal.aborted) return;
    await engine.renew(papers.map((paper, at) => withMeaning(paper, vectors[at])));
  };

  return {
    ...engine,

    async search(query, options) {
      if (!comparesMeaning(query, options)) return engine.search(query, options);
      const meaning = await meaningOfQuery(query);
      if (meaning) return engine.search(query, { ...options, meaning });
      const answer = await engine.search(query, options);
      if (answer.mode === 'lexical') return answer;
      return { ...answer, notes: [...answer.notes, UNANSWERED] };
    },

    async update(changes) {
      const embedded = withMeanings(changes.papers);
      const called = handedOn.then(async () => {
        const papers = await embedded;
        return { done: engine.update({ ...changes, papers }) };
      });
      handedOn = called.catch(() => {});
      const { done } = await called;
      await done;
    },

    async newestOutdated(most) {
      // Whoever asks would read papers that cannot be embedded now, or are being embedded.
      if (embedding > 0 || renewing) return [];
      if (papersBreaker.restsUntilMs() > now().getTime()) return [];
      return engine.newestOutdated(most);
    },

    async renew(papers) {
      renewing ??= renewWith(papers).finally(() => {
        renewing = undefined;
      });
      // New papers wait behind it, so it goes on by itself; a failure then is tried again.
      const work = renewing;
      work.catch(() => {});
      await within(limits.renewMs, work);
    },

    async [Symbol.asyncDispose]() {
      closing.abort(new Error('The search has been closed.'));
      embedder[Symbol.dispose]();
      await Promise.allSettled([...queriesUnderWay.values(), handedOn, renewing]);
      await engine[Symbol.asyncDispose]();
    },
  };
}

const TOO_SLOW = new EmbeddingsError('The embeddings service answers too slowly for queries.');

/** Whether the answer depends on what the query means at all. */
function comparesMeaning(query: Query, { mode, sort = 'relevance' }: SearchOptions): boolean {
  return mode !== 'lexical' && sort === 'relevance' && meaningOf(query).trim() !== '';
}

/** What went wrong and what to do about it. */
function wordsOf(reason: unknown): string {
  if (!(reason instanceof EmbeddingsError)) return `The embeddings service fails (${reason}).`;
  return `The embeddings service fails: ${reason.message} ${reason.fix}`;
}

/** What a service reads of a paper: as most of their models met titles and texts. */
function textOf({ title, abstract }: Pick<Paper, 'title' | 'abstract'>): string {
  return `${title}\n\n${abstract}`;
}
