/**
 * How hot a paper is: the sum of what speaks for it, each piece worth half as much after every
 * half-life.
 *
 *     heat(now) = Σ worth · 2^(−(now − at) / h)  =  2^(−now / h) · Σ worth · 2^(at / h)
 *
 * Time passes for all papers alike and stands in the first factor alone. The second changes only
 * when something new speaks for a paper, so it is stored, as its base-2 logarithm, the *hotness*:
 * sorting by it is sorting by heat at any moment, and nothing is reckoned anew as the hours go by.
 *
 * Source: Cormode, Shkapenyuk, Srivastava and Xu, "Forward Decay: A Practical Time Decay Model for
 * Streaming Systems" (ICDE 2009), its exponential case. The logarithm keeps the sum, which doubles
 * with every half-life since 1970, within the range of a number.
 */

const MS_PER_HOUR = 3_600_000;

/** Base-2 logarithm of a sum that does not decay; only differences mean something to people. */
export type Hotness = number;

/** The hotness of a paper for which nothing speaks. */
export const COLD: Hotness = Number.NEGATIVE_INFINITY;

/** Something that spoke for a paper at a time. */
export type DatedWorth = {
  /** In fresh votes; at least 0. */
  readonly worth: number;
  /** Milliseconds since 1970 UTC. */
  readonly atMs: number;
};

/**
 * The hotness after one more piece. Pieces may come in any order, however old they are.
 *
 * @param halfLifeHours - the same for all papers that are compared
 * @throws RangeError if a number is not finite, the worth negative or the half-life not positive
 */
export function withPiece(hotness: Hotness, piece: DatedWorth, halfLifeHours: number): Hotness {
  if (!(piece.worth >= 0 && piece.worth < Number.POSITIVE_INFINITY)) {
    throw new RangeError(`not a worth: ${piece.worth}`);
  }
  const own = Math.log2(piece.worth) + inHalfLives(piece.atMs, halfLifeHours);
  return logSum(hotness, own);
}

/** The hotness of all these together: what to store once a piece was taken back. */
export function hotnessOf(pieces: Iterable<DatedWorth>, halfLifeHours: number): Hotness {
  let hotness = COLD;
  for (const piece of pieces) hotness = withPiece(hotness, piece, halfLifeHours);
  return hotness;
}

/** What a hotness is worth at a moment, in votes cast at that moment. */
export function heatAt(nowMs: number, hotness: Hotness, halfLifeHours: number): number {
  return 2 ** (hotness - inHalfLives(nowMs, halfLifeHours));
}

/** What is left of a piece after a time: 1 at once, ½ after a half-life; more than 1 before it. */
export function leftAfter(ageMs: number, halfLifeHours: number): number {
  return 2 ** -inHalfLives(ageMs, halfLifeHours);
}

/** log2(2^one + 2^other), where either may be too large for a number of its own. */
function logSum(one: Hotness, other: Hotness): Hotness {
  const high = Math.max(one, other);
  if (high === COLD) return COLD;
  return high + Math.log2(1 + 2 ** (Math.min(one, other) - high));
}

function inHalfLives(timeMs: number, halfLifeHours: number): number {
  if (!Number.isFinite(timeMs)) throw new RangeError(`not a time: ${timeMs}`);
  if (!(halfLifeHours > 0 && halfLifeHours < Number.POSITIVE_INFINITY)) {
    throw new RangeError(`not a half-life: ${halfLifeHours}`);
  }
  return timeMs / (halfLifeHours * MS_PER_HOUR);
}
