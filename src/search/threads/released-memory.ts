/**
 * Gives back the memory of segments that were dropped. To the engine that runs our code an array
 * in shared memory weighs nothing, so that a thread with little else to do would keep those of
 * old segments, gigabytes of them, until it happens to clear up.
 */

import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

/** Some 50 MB. To clear up takes a thread ten milliseconds, or a hundred while it builds. */
const PAPERS_WORTH_CLEARING = 50_000;

/** A segment of few papers takes as much room as these. */
const PAPERS_PER_SEGMENT = 250;

/** When no segment has gone for so long, the index has come to rest. */
const AT_REST_AFTER_MS = 10_000;

/** An index that never rests is interrupted so often. */
const LONGEST_UNREST_MS = 60_000;

/**
 * Told how many segments are no longer referred to, and how many papers they had. Clears up when
 * it has become worth it, and thoroughly when the index has come to rest or does not come to it;
 * that takes a tenth of a second.
 */
export function createMemoryRelease(): (segments: number, papers: number) => void {
  let collector: NodeJS.GCFunction | undefined;
  let released = 0;
  let thoroughAtMs = performance.now();

  const clearUp = ({ isThorough }: { readonly isThorough: boolean }): void => {
    collector ??= exposedCollector();
    if (isThorough) {
      collector({ type: 'major', execution: 'sync', flavor: 'last-resort' });
      thoroughAtMs = performance.now();
    } else {
      collector();
    }
    released = 0;
  };

  const atRest = setTimeout(() => clearUp({ isThorough: true }), AT_REST_AFTER_MS).unref();

  return (segments, papers) => {
    if (segments === 0) return;
    released += papers + segments * PAPERS_PER_SEGMENT;
    if (released >= PAPERS_WORTH_CLEARING) {
      clearUp({ isThorough: performance.now() - thoroughAtMs > LONGEST_UNREST_MS });
    }
    atRest.refresh();
  };
}

/** There is no other way to ask for it than by this switch, which only adds the function. */
function exposedCollector(): NodeJS.GCFunction {
  setFlagsFromString('--expose-gc');
  return runInNewContext('gc') as NodeJS.GCFunction;
}
