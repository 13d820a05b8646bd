/**
 * Numbers that look drawn and follow from a seed: whoever begins with the same numbers draws the
 * same ones, on every machine, in whichever thread and order (splitmix: Steele, Lea and Flood,
 * "Fast splittable pseudorandom number generators", 2014, with the 32-bit mixer of C. Wellons).
 */

export type RandomNumbers = {
  /** Begins anew; other numbers give other draws. */
  readonly beginWith: (seed: number, stream: number, place: number) => void;
  /** From 0 up to 1. */
  readonly share: () => number;
  /** A whole number from 0 up to `count`. */
  readonly below: (count: number) => number;
};

const STEP = 0x9e3779b9;

export function createRandomNumbers(): RandomNumbers {
  let state = 0;
  const next = (): number => {
    state = (state + STEP) | 0;
    return mixed(state) >>> 0;
  };
  return {
    beginWith(seed, stream, place) {
      state = mixed(mixed(mixed(seed) + stream + STEP) + place + STEP);
    },
    share: () => next() / 2 ** 32,
    below: (count) => Math.floor((next() / 2 ** 32) * count),
  };
}

/** Puts numbers in an order that follows from the seed and the stream. */
export function shuffle(numbers: Uint32Array, seed: number, stream: number): void {
  const random = createRandomNumbers();
  random.beginWith(seed, stream, 0);
  for (let last = numbers.length - 1; last > 0; last -= 1) {
    const other = random.below(last + 1);
    const number = numbers[last] as number;
    numbers[last] = numbers[other] as number;
    numbers[other] = number;
  }
}

function mixed(number: number): number {
  let bits = number | 0;
  bits = Math.imul(bits ^ (bits >>> 16), 0x21f0aaad);
  bits = Math.imul(bits ^ (bits >>> 15), 0x735a2d97);
  return bits ^ (bits >>> 15);
}
