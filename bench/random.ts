/** Chance that repeats itself: every run of a benchmark draws the same papers and queries. */

export type Random = {
  /** From 0, below 1. */
  readonly next: () => number;
  /** A whole number from 0, below `end`. */
  readonly below: (end: number) => number;
  /** The items in another order; the list given stays as it is. */
  readonly shuffled: <Item>(items: readonly Item[]) => Item[];
};

/**
 * A counter whose bits are mixed well enough for drawing samples, and for nothing secret. The
 * mixing is that of MurmurHash3 (Appleby, 2011).
 */
export function createRandom(seed: number): Random {
  let counter = seed >>> 0;
  const next = (): number => {
    counter = (counter + 0x9e3779b9) >>> 0;
    let mixed = Math.imul(counter ^ (counter >>> 16), 0x85ebca6b);
    mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
    return ((mixed ^ (mixed >>> 16)) >>> 0) / 2 ** 32;
  };
  const below = (end: number): number => Math.floor(next() * end);
  return {
    next,
    below,
    shuffled(items) {
      const order = [...items];
      for (let last = order.length - 1; last > 0; last -= 1) {
        const other = below(last + 1);
        const item = order[last] as (typeof order)[number];
        order[last] = order[other] as (typeof order)[number];
        order[other] = item;
      }
      return order;
    },
  };
}
