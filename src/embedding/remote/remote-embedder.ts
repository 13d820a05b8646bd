/**
 * A service's model as Broadsheet uses it: 256 numbers a text, of length 1, around a centre.
 *
 * Many models put all texts into a narrow cone, where the cosine of two that have nothing in
 * common may be 0.7. Then signs tell little, and no threshold means the same for two models. So
 * the mean of some texts about everything is taken away first (the first step of Mu and Viswanath,
 * "All-but-the-Top: Simple and Effective Postprocessing for Word Representations", 2018): texts
 * without anything in common come to lie at right angles.
 *
 * What was embedded once is kept and not asked for again. Every vector goes through the form in
 * which it is kept, so that one that was asked for and one that was kept are the same.
 */

import { createHash } from 'node:crypto';
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { EmbeddedTextStore } from './embedded-text-store.js';
import type { EmbeddingsClient, EmbeddingsService } from './embeddings-client.js';
import { FITTED_DIMENSIONS, fitted, ofLengthOne } from './fitted-vector.js';
import { type BatchLimits, batchesOf } from './text-batches.js';
import { TEXTS_ABOUT_EVERYTHING } from './texts-about-everything.js';

/** Dispose of it to stop what it still asks for when nobody waits any more. */
export type RemoteEmbedder = Disposable & {
  /** Tells models apart, as `Embedder.modelId` does. */
  readonly modelId: string;
  /** The vectors of these texts as far as they were made before; the service is not asked. */
  readonly recall: (texts: readonly string[]) => Promise<readonly (Float32Array | undefined)[]>;
  /**
   * The vectors of these texts, in their order; zeros for those that the service refuses. What it
   * has made stays known if it fails at the rest.
   *
   * @throws EmbeddingsError as the client does
   */
  readonly embed: (
    texts: readonly string[],
    signal?: AbortSignal,
  ) => Promise<readonly Float32Array[]>;
  /** The vector of what a reader asks: once, at once, and kept nowhere. */
  readonly embedQuery: (text: string, signal: AbortSignal) => Promise<Float32Array>;
};

/** One request: on a processor a few seconds' work, and an answer below 20 MB. */
const BATCH: BatchLimits = { mostTexts: 32, mostCharacters: 64_000 };

/** Texts that are looked up, or whose vectors are fitted, before other work has its turn. */
const TEXTS_PER_TURN = 25;

/** A kept value is in steps of a 32,767th, since none of a vector of length 1 is above 1. */
const STEPS = 32_767;

/** To be raised when the same answer of a service becomes another vector. */
const VERSION = 1;

export function createRemoteEmbedder({
  service,
  client,
  store,
}: {
  readonly service: EmbeddingsService;
  readonly client: EmbeddingsClient;
  readonly store: EmbeddedTextStore;
}): RemoteEmbedder {
  const modelId = modelIdOf(service);
  const isNested = service.dimensions !== undefined;
  const ending = new AbortController();
  let centre: Float64Array | undefined;
  /** While it is being found; who needs it meanwhile waits for the same. */
  let finding: Promise<Float64Array> | undefined;

  const kept = (vector: Float64Array | undefined): Int16Array =>
    vector
      ? new Int16Array(fitted(vector, isNested).map((value) => Math.round(value * STEPS)))
      : new Int16Array(FITTED_DIMENSIONS);

  /** The texts' vectors before the centre is taken away; those that are not known are asked for. */
  const keptVectors = async (
    texts: readonly string[],
    signal?: AbortSignal,
  ): Promise<readonly Int16Array[]> => {
    const known = await inTurns(texts, (some) => store.find(modelId, some));
    const missing = [...new Set(texts.filter((_, at) => !known[at]))];
    const made = new Map<string, Int16Array>();
    const failing = new AbortController();
    const stop = signal ? AbortSignal.any([signal, failing.signal]) : failing.signal;
    const embedBatch = async (batch: readonly string[]): Promise<void> => {
      try {
        const answers = await client.embed(batch, stop);
        const vectors = await inTurns(answers, async (some) => some.map(kept));
        for (const [at, text] of batch.entries()) made.set(text, vectors[at] as Int16Array);
        await store.add(modelId, batch, vectors);
      } catch (error) {
        // What waits behind it would fail as well.
        failing.abort(error);
        throw error;
      }
    };
    await Promise.allSettled(batchesOf(missing, BATCH).map(embedBatch));
    signal?.throwIfAborted();
    failing.signal.throwIfAborted();
    return texts.map((text, at) => known[at] ?? (made.get(text) as Int16Array));
  };

  /** Who stops waiting for it leaves it to the others. */
  const findCentre = (signal?: AbortSignal): Promise<Float64Array> => {
    finding ??= keptVectors(TEXTS_ABOUT_EVERYTHING, ending.signal)
      .then((vectors) => {
        centre = meanOf(vectors);
        return centre;
      })
      .finally(() => {
        finding = undefined;
      });
    return unlessAborted(finding, signal);
  };

  const centreIfKept = async (): Promise<Float64Array | undefined> => {
    if (centre) return centre;
    const known = await store.find(modelId, TEXTS_ABOUT_EVERYTHING);
    const vectors = known.flatMap((vector) => vector ?? []);
    if (vectors.length < known.length) return undefined;
    centre = meanOf(vectors);
    return centre;
  };

  return {
    modelId,

    async recall(texts) {
      const around = await centreIfKept();
      if (!around) return texts.map(() => undefined);
      return inTurns(texts, async (some) => {
        const known = await store.find(modelId, some);
        return known.map((vector) => vector && centred(vector, around));
      });
    },

    async embed(texts, signal) {
      const around = centre ?? (await findCentre(signal));
      const blank = new Float32Array(FITTED_DIMENSIONS);
      const written = texts.filter(isWritten);
      const vectors = await keptVectors(written, signal);
      const made = await inTurns(vectors, async (some) =>
        some.map((vector) => centred(vector, around)),
      );
      const byText = new Map(written.map((text, at) => [text, made[at]]));
      return texts.map((text) => byText.get(text) ?? blank);
    },

    async embedQuery(text, signal) {
      if (!isWritten(text)) return new Float32Array(FITTED_DIMENSIONS);
      const [around, vector] = await Promise.all([
        centre ?? findCentre(signal),
        client.embedNow(text, signal),
      ]);
      return centred(kept(vector), around);
    },

    [Symbol.dispose]: () => ending.abort(new Error('The embedder has been closed.')),
  };
}

/** Rejects with the signal's reason as soon as it aborts, if that is before the work is done. */
function unlessAborted<Result>(work: Promise<Result>, signal?: AbortSignal): Promise<Result> {
  if (!signal) return work;
  const { promise, resolve, reject } = Promise.withResolvers<Result>();
  const abort = (): void => reject(signal.reason);
  if (signal.aborted) abort();
  else signal.addEventListener('abort', abort);
  work.then(resolve, reject).finally(() => signal.removeEventListener('abort', abort));
  return promise;
}

/**
 * The same name at another address may be another model, so the address belongs to what is told
 * apart.
 */
function modelIdOf({ url, model, dimensions = 0 }: EmbeddingsService): string {
  const what = JSON.stringify([VERSION, url.replace(/\/+$/, ''), model, dimensions]);
  return `service-${createHash('sha256').update(what).digest('hex').slice(0, 12)}`;
}

/** Services refuse a text without anything in it. */
function isWritten(text: string): boolean {
  return text.trim() !== '';
}

function meanOf(vectors: readonly Int16Array[]): Float64Array {
  const mean = new Float64Array(FITTED_DIMENSIONS);
  for (const vector of vectors) {
    for (const [at, value] of vector.entries()) mean[at] = (mean[at] as number) + value;
  }
  return mean.map((sum) => sum / vectors.length);
}

/** Both in the same steps. What says nothing at all has no place around a centre either. */
function centred(vector: Int16Array, centre: Float64Array): Float32Array {
  if (vector.every((value) => value === 0)) return new Float32Array(vector.length);
  const around = centre.map((value, at) => (vector[at] as number) - value);
  return new Float32Array(ofLengthOne(around));
}

/** Works on a few at a time, so that other work has its turn. */
async function inTurns<Item, Result>(
  items: readonly Item[],
  work: (some: readonly Item[]) => Promise<readonly Result[]>,
): Promise<readonly Result[]> {
  const results: Result[] = [];
  for (let at = 0; at < items.length; at += TEXTS_PER_TURN) {
    await nextTurn();
    results.push(...(await work(items.slice(at, at + TEXTS_PER_TURN))));
  }
  return results;
}
