/** Where the program begins: the real world is made here and handed on. */

import { setTimeout } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { runCommand } from './cli/program.js';
import { createLog } from './log.js';
import type { World } from './world.js';

/** Runs one command line (without `node` and the script) and sets the exit status. */
export async function main(argv: readonly string[]): Promise<void> {
  // Whoever read our output has seen enough: `search … | head` is no failure.
  process.stdout.on('error', ({ code }: NodeJS.ErrnoException) => {
    if (code === 'EPIPE') process.exit(0);
    process.stderr.write(`Standard output cannot be written (${code}).\n`);
    process.exit(1);
  });
  process.exitCode = await runCommand(argv, {
    environment: process.env,
    stdin: process.stdin,
    stdout: process.stdout,
    stderr: process.stderr,
    worldFor: (config): World => ({
      fetch: globalThis.fetch,
      now: () => new Date(),
      random: Math.random,
      sleep: (durationMs, signal) => setTimeout(durationMs, undefined, { signal }),
      log: createLog(config),
    }),
    onSignal: (stop) => {
      process.once('SIGINT', stop);
      process.once('SIGTERM', stop);
    },
  });
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await main(process.argv.slice(2));
