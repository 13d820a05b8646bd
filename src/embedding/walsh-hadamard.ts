/**
 * The Walsh–Hadamard transform: every value becomes a sum of all values, each with a sign of its
 * own, by taking sums and differences of neighbours, of neighbouring pairs, and so on. It changes
 * no angle, and makes vectors as many times as long as the square root of their number of values.
 *
 * @param values - a power of two of them; changed in place
 */
export function spread(values: Float64Array): void {
  for (let half = 1; half < values.length; half *= 2) {
    for (let from = 0; from < values.length; from += 2 * half) {
      for (let at = from; at < from + half; at += 1) {
        const one = values[at] as number;
        const other = values[at + half] as number;
        values[at] = one + other;
        values[at + half] = one - other;
      }
    }
  }
}
