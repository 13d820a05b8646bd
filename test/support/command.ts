/** Commands of the program, run in the process of the test: for tests of many commands. */

import { setTimeout } from 'node:timers/promises';
import { runCommand } from '../../src/cli/program.js';
import type { Terminal } from '../../src/cli/terminal.js';
import { createLog } from '../../src/log.js';
import type { Run, RunOptions } from './program.js';

/** The same as `broadsheet`, without a process of its own. */
export async function command(
  args: readonly string[],
  { input = '', environment = {} }: RunOptions = {},
): Promise<Run> {
  const output = { stdout: '', stderr: '' };
  const stream = (name: keyof typeof output) =>
    ({
      isTTY: false,
      write(text: string) {
        output[name] += text;
        return true;
      },
    }) as unknown as NodeJS.WriteStream;
  const terminal: Terminal = {
    environment: { BROADSHEET_LOG_LEVEL: 'error', ...environment },
    stdin: (async function* () {
      yield Buffer.from(input);
    })(),
    stdout: stream('stdout'),
    stderr: stream('stderr'),
    worldFor: (config) => ({
      fetch: globalThis.fetch,
      now: () => new Date(),
      random: Math.random,
      sleep: (durationMs, signal) => setTimeout(durationMs, undefined, { signal }),
      log: createLog(config),
    }),
    onSignal: () => {},
  };
  const status = await runCommand(args, terminal);
  return { status, ...output };
}

/** The same, its output read as the JSON that it is. */
export async function commandJson<Answer>(
  args: readonly string[],
  options: RunOptions = {},
): Promise<{ readonly status: number | null; readonly answer: Answer }> {
  const { status, stdout, stderr } = await command([...args, '--json'], options);
  try {
    return { status, answer: JSON.parse(stdout) as Answer };
  } catch {
    throw new Error(`not JSON, with status ${status}: ${stdout}\n${stderr}`);
  }
}
