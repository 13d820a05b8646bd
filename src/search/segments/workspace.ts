/**
 * Room for the numbers of one search, used again for the next: to allocate and collect as much
 * for every search takes longer than many a search.
 */

export type Workspace = {
  /** Makes all room free again; what was given before must not be used any more. */
  readonly clear: () => void;
  /** So many whole numbers, of whatever value. */
  readonly numbers: (count: number) => Uint32Array;
  /** So many numbers, of whatever value. */
  readonly floats: (count: number) => Float64Array;
};

/** Enough for most searches of some ten thousand papers. */
const FIRST_CAPACITY = 65_536;

export function createWorkspace(): Workspace {
  let numbers = new Uint32Array(FIRST_CAPACITY);
  let numbersTaken = 0;
  let floats = new Float64Array(FIRST_CAPACITY);
  let floatsTaken = 0;

  return {
    clear() {
      numbersTaken = 0;
      floatsTaken = 0;
    },

    numbers(count) {
      if (numbersTaken + count > numbers.length) {
        // What was given stays where it is; only what follows is in the larger room.
        numbers = new Uint32Array(Math.max(numbers.length * 2, count));
        numbersTaken = 0;
      }
      numbersTaken += count;
      return numbers.subarray(numbersTaken - count, numbersTaken);
    },

    floats(count) {
      if (floatsTaken + count > floats.length) {
        floats = new Float64Array(Math.max(floats.length * 2, count));
        floatsTaken = 0;
      }
      floatsTaken += count;
      return floats.subarray(floatsTaken - count, floatsTaken);
    },
  };
}
