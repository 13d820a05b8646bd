/** Builds before any test runs, so that stories which start the real program start the same one. */

import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

export function setup(): void {
  const build = fileURLToPath(new URL('../../scripts/build.js', import.meta.url));
  execFileSync(process.execPath, [build], { stdio: 'inherit' });
}
