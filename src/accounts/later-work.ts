/** Work that happens after the answer, so that the answer tells nothing by its time. */

export type LaterWork = {
  readonly begin: (work: () => Promise<void>) => void;
  /** Resolves when all that was begun has ended. */
  readonly settled: () => Promise<void>;
};

/** @param onFailure - nobody waits for the work, so its failures are told here */
export function createLaterWork(onFailure: (error: unknown) => void): LaterWork {
  const going = new Set<Promise<void>>();
  return {
    begin(work) {
      const done = new Promise<void>((resolve) => setImmediate(resolve))
        .then(work)
        .catch(onFailure)
        .finally(() => going.delete(done));
      going.add(done);
    },
    async settled() {
      while (going.size > 0) await Promise.all(going);
    },
  };
}
