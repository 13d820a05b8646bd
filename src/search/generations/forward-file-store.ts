/**
 * The words of each paper, left on disk: they are asked for only when a paper goes, when it is
 * among the first results of a short query, and when segments are merged, and would take a fifth
 * of the memory of an index.
 */

import { readSync } from 'node:fs';
import { BroadsheetError } from '../../errors.js';
import { readForwardRow } from '../segments/forward-rows.js';
import type { ForwardFile } from '../segments/segment.js';

/** Read at once: a hundred papers, since a merge asks for one after the other. */
const WINDOW_BYTES = 16_384;

/**
 * Reads the words of a paper from its file. Each thread that does needs a reader of its own.
 *
 * @throws BroadsheetError `disk_failed` from the returned function
 */
export function wordsInFile({ fd, ends }: ForwardFile): (paper: number) => Uint32Array {
  let window = new Uint8Array(0);
  let windowFrom = 0;
  let windowUntil = 0;

  const load = (from: number, until: number): void => {
    const wanted = Math.max(until - from, WINDOW_BYTES);
    if (window.length < wanted) window = new Uint8Array(wanted);
    windowFrom = from;
    windowUntil = from;
    while (windowUntil < until) {
      const filled = windowUntil - from;
      const read = readOrThrow(fd, window, filled, windowUntil);
      windowUntil += read;
    }
  };

  return (paper) => {
    const from = paper === 0 ? 0 : (ends[paper - 1] as number);
    const until = ends[paper] as number;
    if (from < windowFrom || until > windowUntil) load(from, until);
    return readForwardRow(window, from - windowFrom, until - windowFrom);
  };
}

function readOrThrow(fd: number, into: Uint8Array, offset: number, position: number): number {
  let read = 0;
  let cause: unknown;
  try {
    read = readSync(fd, into, offset, into.length - offset, position);
  } catch (error) {
    cause = error;
  }
  if (read > 0) return read;
  throw new BroadsheetError('disk_failed', 'The search index on disk cannot be read any more.', {
    fix: 'Check the disk, and start Broadsheet again.',
    cause,
  });
}
