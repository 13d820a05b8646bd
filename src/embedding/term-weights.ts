/**
 * What a term counts in a text that has it so many times: 1 + ln(times). A word said twice is
 * more of what the text is about, but not twice as much.
 */

/** Who says a word more often says it no more than so often: no abstract does. */
const MOST_TIMES = 1_024;

/** By how often the term is there. */
const WEIGHTS: Float32Array = termWeights();

/**
 * A 32-bit float; the same for all times from 1,024 on.
 *
 * @param times - at least 1
 */
export function termWeight(times: number): number {
  return WEIGHTS[Math.min(times, MOST_TIMES)] as number;
}

/**
 * Logarithms by addition and division, which are the same on every machine; those of the system
 * need not be. ln(n) − ln(n − 1) = 2 artanh(1 / (2n − 1)), and artanh is a series.
 */
function termWeights(): Float32Array {
  const weights = new Float32Array(MOST_TIMES + 1);
  let logarithm = 0;
  weights[1] = 1;
  for (let times = 2; times <= MOST_TIMES; times += 1) {
    const ratio = 1 / (2 * times - 1);
    let power = ratio;
    let sum = 0;
    for (let odd = 1; power / odd > Number.EPSILON * ratio; odd += 2) {
      sum += power / odd;
      power *= ratio * ratio;
    }
    logarithm += 2 * sum;
    weights[times] = 1 + logarithm;
  }
  return weights;
}
