/** What a segment knows of its papers besides their words, made from nothing or from parts. */

import type { SegmentPapers } from './segment.js';
import { sharedBytes, sharedDoubles, sharedNumbers, sharedShorts } from './shared-arrays.js';

/** Words in title and abstract are counted. */
const COUNTED_FIELDS = 2;

/** Room for what is known of so many papers, but for their names. */
export function allocateColumns(count: number): Omit<SegmentPapers, 'names' | 'nameHashes'> {
  return {
    dates: sharedNumbers(count),
    editions: sharedNumbers(count),
    flags: sharedBytes(count),
    lengths: sharedShorts(count * COUNTED_FIELDS),
    revisions: sharedNumbers(count),
  };
}

/** Words in title and abstract of the average paper; 0 if there is none. */
export function averageLengthsOf(lengths: SegmentPapers['lengths']): Float64Array {
  const papers = Math.max(lengths.length / COUNTED_FIELDS, 1);
  const averages = sharedDoubles(COUNTED_FIELDS);
  for (let field = 0; field < COUNTED_FIELDS; field += 1) {
    let words = 0;
    for (let at = field; at < lengths.length; at += COUNTED_FIELDS) words += lengths[at] as number;
    averages[field] = words / papers;
  }
  return averages;
}

/**
 * Pairs of a hash and its paper in the order of the hashes, and of the papers where those are
 * equal; each pair once.
 *
 * @param pairs - a hash and its paper, one pair after the other
 */
export function sortedHashes(pairs: Uint32Array): Uint32Array {
  const keys = new BigUint64Array(pairs.length / 2);
  const halves = new Uint32Array(keys.buffer);
  // All machines that we run on store the lesser half of a number first.
  for (let at = 0; at < pairs.length; at += 2) {
    halves[at] = pairs[at + 1] as number;
    halves[at + 1] = pairs[at] as number;
  }
  keys.sort();
  let length = 0;
  for (let at = 0; at < halves.length; at += 2) {
    const isKnown = at > 0 && halves[at] === halves[at - 2] && halves[at + 1] === halves[at - 1];
    if (isKnown) continue;
    pairs[length] = halves[at + 1] as number;
    pairs[length + 1] = halves[at] as number;
    length += 2;
  }
  const sorted = sharedNumbers(length);
  sorted.set(pairs.subarray(0, length));
  return sorted;
}
