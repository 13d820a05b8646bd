/**
 * Real papers that lie beside the checkout on some machines. They are read where they are and
 * never copied; where they are not, tests that need them say so and are skipped.
 */

import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe } from 'vitest';

const SHARED_DATA = new URL('../../../shared/data/', import.meta.url);

/** Where this file or folder of the shared data lies; `undefined` if this machine lacks it. */
export function sharedData(path: string): string | undefined {
  const place = fileURLToPath(new URL(path, SHARED_DATA));
  return existsSync(place) ? place : undefined;
}

/** A `describe` whose tests get the place of the data, or are skipped with the reason printed. */
export function describeWithSharedData(
  name: string,
  path: string,
  tests: (place: string) => void,
): void {
  const place = sharedData(path);
  if (!place) console.info(`Skipped: "${name}" needs ${path} of the shared data.`);
  // Skipped tests are collected all the same, so they get a place that is never opened.
  describe.skipIf(!place)(name, () => tests(place ?? path));
}
