/**
 * Searching the vectors of one segment, in two grains. All papers are measured by how many signs
 * of theirs differ from the query's; the nearest are then compared value by value.
 *
 * How near is near enough is a matter of all segments together, and must not depend on the order
 * of papers that are equally near. Therefore: {@link VectorScanner.scan} every segment, add up
 * their histograms, take the {@link thresholdFor} as many candidates as are wanted, and
 * {@link VectorScanner.collect} from every segment *all* papers up to that distance.
 */

import {
  type CompiledModule,
  isWebAssemblyMemory,
  type SharedMemory,
  webAssembly,
} from '../../web-assembly.js';
import type { QuantisedVector } from './quantise.js';
import { DIMENSIONS, type SearchVectors } from './search-vectors.js';
import { createPlainKernels, type VectorKernels } from './vector-kernels.js';
import { layoutOf, MOST_DISTANCES } from './vector-layout.js';

/** Fewer candidates would hardly be any faster. */
const FEWEST_CANDIDATES = 1_600;

/** More papers crowd between the query and its nearest. */
const PAPERS_PER_CANDIDATE = 100;

/** A vector's first values are a shorter vector of the same text. */
export type NestedDimensions = 32 | 64 | 128 | 256;

/** Which papers to search. */
export type VectorSpan = {
  /** The first paper; 0 if not given. */
  readonly from?: number | undefined;
  /** Behind the last paper; all if not given. */
  readonly until?: number | undefined;
  /** Bit `p & 31` of word `p >>> 5` is set for each paper that may be found; all may if absent. */
  readonly allowed?: Uint32Array | undefined;
  /** How many signs are compared; all if not given. */
  readonly dimensions?: NestedDimensions | undefined;
};

export type VectorScanner = {
  /**
   * Measures the distance of every allowed paper.
   *
   * @returns how many papers are at each distance, {@link MOST_DISTANCES} of them; good until the
   *   next scan
   */
  readonly scan: (query: QuantisedVector, span?: VectorSpan) => Uint32Array;
  /** The papers of the last scan whose distance is at most this, ascending. */
  readonly collect: (threshold: number) => Uint32Array;
  /** The cosine between the query and each of these papers, to within a hundredth or so. */
  readonly similarities: (query: QuantisedVector, papers: Uint32Array) => Float32Array;
};

/**
 * @param thread - which thread will use it: no two at a time may have the same number
 * @param module - the compiled kernels; where absent or refused, plain ones do the same, slower
 */
export function createVectorScanner({
  vectors,
  thread,
  module,
}: {
  readonly vectors: SearchVectors;
  readonly thread: number;
  readonly module?: CompiledModule | undefined;
}): VectorScanner {
  const { count, memory, scales } = vectors;
  const { buffer } = memory;
  const { codes, values, batch, roomOf } = layoutOf(count);
  const room = roomOf(thread);
  const kernels = kernelsFor(memory, module);

  const queryCode = new Uint8Array(buffer, room.queryCode, DIMENSIONS / 8);
  const queryValues = new Int8Array(buffer, room.queryValues, DIMENSIONS);
  const histogram = new Uint32Array(buffer, room.histogram, MOST_DISTANCES);
  const allowedWords = new Uint32Array(buffer, room.allowed, Math.ceil(count / 32));
  const numbers = new Uint32Array(buffer, room.numbers, batch);
  const dots = new Int32Array(buffer, room.dots, batch);

  let last = { from: 0, until: 0, allowed: 0 };

  return {
    scan(query, { from = 0, until = count, allowed, dimensions = DIMENSIONS } = {}): Uint32Array {
      if (!(0 <= from && from <= until && until <= count)) {
        throw new RangeError(`not a span of ${count} papers: ${from} to ${until}`);
      }
      if (allowed) {
        const words = Math.ceil(until / 32);
        if (allowed.length < words) throw new RangeError('there are papers of unknown permission');
        allowedWords.set(allowed.subarray(0, words));
      }
      last = { from, until, allowed: allowed ? room.allowed : 0 };
      queryCode.set(query.code);
      kernels.measure(
        codes,
        room.queryCode,
        dimensions / 8,
        from,
        until,
        last.allowed,
        room.distances,
        room.histogram,
      );
      return histogram;
    },

    collect(threshold): Uint32Array {
      const batches: Uint32Array[] = [];
      let found = 0;
      for (let { from } = last; ; ) {
        const collected = kernels.collect(
          room.distances,
          from,
          last.until,
          last.allowed,
          threshold,
          room.numbers,
          batch,
        );
        batches.push(numbers.slice(0, collected));
        found += collected;
        if (collected < batch) break;
        from = (numbers[batch - 1] as number) + 1;
      }
      return joined(batches, found);
    },

    similarities(query, papers): Float32Array {
      const cosines = new Float32Array(papers.length);
      queryValues.set(query.values);
      for (let from = 0; from < papers.length; from += batch) {
        const until = Math.min(from + batch, papers.length);
        for (let at = from; at < until; at += 1) {
          const paper = papers[at] as number;
          if (paper >= count) throw new RangeError(`no paper ${paper} among ${count}`);
          numbers[at - from] = paper;
        }
        kernels.multiply(
          values,
          room.queryValues,
          DIMENSIONS,
          room.numbers,
          until - from,
          room.dots,
        );
        for (let at = from; at < until; at += 1) {
          const scale = query.scale * (scales[papers[at] as number] as number);
          cosines[at] = scale * (dots[at - from] as number);
        }
      }
      return cosines;
    },
  };
}

/**
 * How many candidates to take from so many papers, for nearly all of the ten nearest to be among
 * them. Measured with the hashed embedder and 80 to 200 queries of three to eight words of a
 * title, this is the share of the ten nearest by exact cosine that is found:
 *
 *     candidates              100   200   400   800   1,600   3,200   6,400
 *     of  51,242 papers      .826  .900  .944  .972    .981
 *     of 383,810 papers      .767  .856  .902  .936    .954    .973    .984
 *
 * The signs of half the dimensions, with 1,600 of 51,242, find .892; they take four fifths of the
 * time, which goes into reading memory. The products alone, over all papers, find .992.
 */
export function candidatesWanted(papers: number): number {
  return Math.max(FEWEST_CANDIDATES, Math.ceil(papers / PAPERS_PER_CANDIDATE));
}

/**
 * The least distance at which at least so many papers are found, over all segments; the greatest
 * there is if there are not so many.
 */
export function thresholdFor(histograms: readonly Uint32Array[], papers: number): number {
  let found = 0;
  for (let distance = 0; distance < MOST_DISTANCES; distance += 1) {
    for (const histogram of histograms) found += histogram[distance] as number;
    if (found >= papers) return distance;
  }
  return MOST_DISTANCES - 1;
}

function kernelsFor(memory: SharedMemory, module: CompiledModule | undefined): VectorKernels {
  const engine = webAssembly();
  if (!module || !engine || !isWebAssemblyMemory(memory)) return createPlainKernels(memory);
  return new engine.Instance(module, { env: { memory } }).exports as VectorKernels;
}

function joined(batches: readonly Uint32Array[], length: number): Uint32Array {
  const [only] = batches;
  if (only && batches.length === 1) return only;
  const all = new Uint32Array(length);
  let at = 0;
  for (const batch of batches) {
    all.set(batch, at);
    at += batch.length;
  }
  return all;
}
