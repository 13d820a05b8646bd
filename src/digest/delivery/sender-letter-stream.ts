/** A letter that begins only when it may, and knows how much of it has gone. */

import { Readable } from 'node:stream';

export type LetterStream = {
  readonly stream: Readable;
  /** Whether somebody asked for its first byte. */
  readonly isAwaited: () => boolean;
};

/** Small enough that a server which stops reading is noticed before the end has left. */
const CHUNK_BYTES = 16 * 1024;

/**
 * @param given.begin - asked at the first read; rejecting or false gives nothing
 * @param given.onFirstByte - called before the first byte is given
 * @param given.onEnd - called before the end is given, after which the last byte may be out
 * @param given.onRefused - called instead of both when it may not begin
 */
export function letterStream(
  message: Uint8Array,
  given: {
    readonly begin: () => Promise<boolean>;
    readonly onFirstByte: () => void;
    readonly onEnd: () => void;
    readonly onRefused: (error?: unknown) => void;
  },
): LetterStream {
  let isAwaited = false;
  let offset = 0;

  const begin = async (): Promise<void> => {
    try {
      if (!(await given.begin())) return given.onRefused();
    } catch (error) {
      return given.onRefused(error);
    }
    // The connection may have ended while we were asking.
    if (stream.destroyed) return;
    given.onFirstByte();
    next();
  };

  const next = (): void => {
    if (offset < message.length) {
      const chunk = message.subarray(offset, offset + CHUNK_BYTES);
      offset += chunk.length;
      stream.push(chunk);
      return;
    }
    // What the server has said or done meanwhile is heard first.
    setImmediate(() => {
      if (stream.destroyed) return;
      given.onEnd();
      stream.push(null);
    });
  };

  const stream = new Readable({
    highWaterMark: CHUNK_BYTES,
    read() {
      if (isAwaited) return next();
      isAwaited = true;
      void begin();
    },
  });
  return { stream, isAwaited: () => isAwaited };
}
