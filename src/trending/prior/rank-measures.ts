/** How well one order agrees with another, where values may tie. */

/**
 * Kendall's tau-b: of all pairs, those in the same order less those in the other, over what they
 * could be with the ties that there are. 1 is the same order, −1 the reverse.
 *
 * Source: Kendall, "The treatment of ties in ranking problems" (Biometrika 33, 1945).
 *
 * @returns `undefined` where all of either are equal, so that there is no order
 */
export function kendallTau(one: readonly number[], other: readonly number[]): number | undefined {
  if (one.length !== other.length) throw new RangeError('both need as many values');
  let agreement = 0;
  let untiedInOne = 0;
  let untiedInOther = 0;
  for (let a = 0; a < one.length; a += 1) {
    for (let b = a + 1; b < one.length; b += 1) {
      const inOne = Math.sign((one[a] as number) - (one[b] as number));
      const inOther = Math.sign((other[a] as number) - (other[b] as number));
      agreement += inOne * inOther;
      untiedInOne += Math.abs(inOne);
      untiedInOther += Math.abs(inOther);
    }
  }
  const possible = Math.sqrt(untiedInOne * untiedInOther);
  return possible === 0 ? undefined : agreement / possible;
}
