/**
 * Papers of a catalogue that are likely one work under two names: a preprint and its proceedings
 * with another title, or what two sources spell too differently to be merged. They are told, never
 * merged: whether they are one is for a person to say.
 *
 * All papers pass by once, and of each stays less than a kilobyte; then only those are compared
 * that `candidate-pairs.ts` finds, each by its fingerprint and its vector.
 */

import { type Embedder, textToEmbed } from '../../embedding/embedder.js';
import { BroadsheetError } from '../../errors.js';
import type { PaperId } from '../../papers/identifiers.js';
import type { Paper } from '../../papers/paper.js';
import type { ScorePart } from '../search-engine.js';
import { storeVector } from '../vectors/quantise.js';
import { CODE_BYTES, DIMENSIONS, type StoredVectors } from '../vectors/search-vectors.js';
import { candidatePairs, MOST_PAPERS } from './candidate-pairs.js';
import { evidenceFor } from './evidence.js';
import { type Fingerprint, fingerprintOf } from './fingerprint.js';

export type DuplicatePair = {
  /** The one that comes first among the papers first. */
  readonly ids: readonly [PaperId, PaperId];
  /** The weight of evidence; see `evidence.ts`. */
  readonly score: number;
  readonly reasons: readonly ScorePart[];
};

export type Duplicates = {
  /** The surest first, {@link MOST_FOUND} at most. */
  readonly pairs: readonly DuplicatePair[];
  /** How many there are in all. */
  readonly total: number;
  /** How many papers there were. */
  readonly papers: number;
  /** How many pairs of them were compared. */
  readonly compared: number;
  /** Whether too many looked alike for all to be compared. */
  readonly isCut: boolean;
};

/** Of pairs above it some 19 of 20 are one work; see `docs/duplicates.md`. */
export const LEAST_SCORE = 1;

/** Nobody reads more; a catalogue that has more was imported wrongly. */
const MOST_FOUND = 10_000;

const FIRST_ROOM = 1_024;

/**
 * @param batches - all papers, in any parts
 * @param onProgress - told how many have been read
 * @throws BroadsheetError if there are more than {@link MOST_PAPERS}
 */
export async function findDuplicates(
  batches: AsyncIterable<readonly Paper[]>,
  embedder: Pick<Embedder, 'embed'>,
  onProgress: (papers: number) => void = () => {},
): Promise<Duplicates> {
  const papers: Fingerprint[] = [];
  let vectors = roomFor(FIRST_ROOM);
  for await (const batch of batches) {
    for (const paper of batch) {
      if (papers.length === MOST_PAPERS) throw tooMany();
      if (papers.length === vectors.scales.length)
        vectors = withRoomFor(papers.length * 2, vectors);
      storeVector(vectors, papers.length, embedder.embed(textToEmbed(paper)));
      papers.push(fingerprintOf(paper));
    }
    onProgress(papers.length);
  }
  const { pairs, isCut } = candidatePairs(papers, vectors.codes, (paper) => {
    return vectors.scales[paper] !== 0;
  });
  let found: DuplicatePair[] = [];
  let total = 0;
  for (const pair of pairs) {
    const [one, other] = [Math.floor(pair / MOST_PAPERS), pair % MOST_PAPERS];
    const [first, second] = [papers[one] as Fingerprint, papers[other] as Fingerprint];
    const { score, parts } = evidenceFor(first, second, cosine(vectors, one, other));
    if (score < LEAST_SCORE) continue;
    total += 1;
    found.push({ ids: [first.id, second.id], score, reasons: parts });
    if (found.length === 2 * MOST_FOUND) found = surest(found);
  }
  return {
    pairs: surest(found),
    total,
    papers: papers.length,
    compared: pairs.length,
    isCut,
  };
}

function surest(pairs: readonly DuplicatePair[]): DuplicatePair[] {
  return pairs
    .toSorted((a, b) => b.score - a.score || (a.ids.join('\n') < b.ids.join('\n') ? -1 : 1))
    .slice(0, MOST_FOUND);
}

function cosine({ values, scales }: StoredVectors, one: number, other: number): number {
  const [oneAt, otherAt] = [one * DIMENSIONS, other * DIMENSIONS];
  let dot = 0;
  for (let dimension = 0; dimension < DIMENSIONS; dimension += 1) {
    dot += (values[oneAt + dimension] as number) * (values[otherAt + dimension] as number);
  }
  // Rounding to 8 bits may leave the cosine of a text with itself a little above 1.
  return Math.min(1, dot * (scales[one] as number) * (scales[other] as number));
}

function roomFor(papers: number): StoredVectors {
  return {
    codes: new Uint8Array(papers * CODE_BYTES),
    values: new Int8Array(papers * DIMENSIONS),
    scales: new Float32Array(papers),
  };
}

function withRoomFor(papers: number, { codes, values, scales }: StoredVectors): StoredVectors {
  const room = roomFor(papers);
  room.codes.set(codes);
  room.values.set(values);
  room.scales.set(scales);
  return room;
}

function tooMany(): BroadsheetError {
  const most = MOST_PAPERS.toLocaleString('en-GB');
  return new BroadsheetError('bad_request', `At most ${most} papers can be compared.`);
}
