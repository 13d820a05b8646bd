/** The vectors of the latest queries: readers turn pages, and many ask the same. */

export type RecentVectors = {
  readonly get: (text: string) => Float32Array | undefined;
  readonly add: (text: string, vector: Float32Array) => void;
};

/** @param most - how many are kept; whoever was not asked for the longest goes */
export function createRecentVectors(most: number): RecentVectors {
  const vectors = new Map<string, Float32Array>();
  const add = (text: string, vector: Float32Array): void => {
    // A map is in the order in which its keys came, so this one comes last.
    vectors.delete(text);
    vectors.set(text, vector);
    if (vectors.size <= most) return;
    for (const oldest of vectors.keys()) {
      vectors.delete(oldest);
      return;
    }
  };
  return {
    get(text) {
      const vector = vectors.get(text);
      if (vector) add(text, vector);
      return vector;
    },
    add,
  };
}
