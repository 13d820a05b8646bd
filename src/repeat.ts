/** Work that is done again and again until the program is told to stop. */

export type RepeatOptions = {
  /** Between the end of one turn and the beginning of the next. */
  readonly everyMs: number;
  /** Rejects when the signal aborts. */
  readonly sleep: (durationMs: number, signal?: AbortSignal) => Promise<void>;
  /** A turn that fails is told, and the next comes at its time. */
  readonly onError: (error: unknown) => void;
};

/** Does it at once and after each pause; resolves when the signal has aborted. */
export async function repeat(
  turn: () => Promise<unknown>,
  signal: AbortSignal,
  { everyMs, sleep, onError }: RepeatOptions,
): Promise<void> {
  while (!signal.aborted) {
    try {
      await turn();
    } catch (error) {
      if (!signal.aborted) onError(error);
    }
    await sleep(everyMs, signal).catch(() => {});
  }
}
