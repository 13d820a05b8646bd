/** The real program in a process of its own, as a person starts it. */

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { onTestFinished } from 'vitest';

const BIN = fileURLToPath(new URL('../../bin/broadsheet.js', import.meta.url));
const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/** Settings of the machine that runs the tests must not reach the program. */
const ENVIRONMENT = { PATH: process.env.PATH, HOME: process.env.HOME, TZ: 'UTC' };

export type Run = {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
};

export type RunOptions = {
  readonly input?: string | Uint8Array;
  readonly environment?: Readonly<Record<string, string>>;
};

/** Runs one command to its end. */
export async function broadsheet(args: readonly string[], options: RunOptions = {}): Promise<Run> {
  const child = start(args, options);
  const output = { stdout: '', stderr: '' };
  child.stdout?.on('data', (text) => {
    output.stdout += text;
  });
  child.stderr?.on('data', (text) => {
    output.stderr += text;
  });
  child.stdin?.on('error', () => {});
  child.stdin?.end(options.input ?? '');
  const [status] = (await once(child, 'close')) as [number | null];
  return { status, ...output };
}

/** The same, its output read as the JSON that it is. */
export async function broadsheetJson<Answer>(
  args: readonly string[],
  options: RunOptions = {},
): Promise<{ readonly status: number | null; readonly answer: Answer }> {
  const { status, stdout, stderr } = await broadsheet([...args, '--json'], options);
  try {
    return { status, answer: JSON.parse(stdout) as Answer };
  } catch {
    throw new Error(`not JSON, with status ${status}: ${stdout}\n${stderr}`);
  }
}

/** A process that is not waited for; ended with the test if it still runs. */
export function start(
  args: readonly string[],
  { environment = {} }: RunOptions = {},
): ChildProcess {
  const child = spawn(process.execPath, [BIN, ...args], {
    cwd: ROOT,
    env: { ...ENVIRONMENT, ...environment },
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  onTestFinished(() => {
    child.kill('SIGKILL');
  });
  return child;
}

export type Site = {
  readonly url: string;
  readonly child: ChildProcess;
  readonly output: () => string;
};

/** A running site on a port of the system's choice, once it has said where it is. */
export function serve(args: readonly string[], options: RunOptions = {}): Promise<Site> {
  return whenServed(start(['serve', '--port', '0', ...args], options));
}

/** The same, started as the README says. */
export function npmStart(args: readonly string[]): Promise<Site> {
  const npm = spawn('npm', ['start', '--', ...args], { cwd: ROOT, env: ENVIRONMENT });
  onTestFinished(() => {
    npm.kill('SIGKILL');
  });
  return whenServed(npm);
}

async function whenServed(child: ChildProcess): Promise<Site> {
  let output = '';
  const address = new Promise<string>((resolve, reject) => {
    const read = (text: Buffer) => {
      output += text;
      const url = /http:\/\/\S+/.exec(output)?.[0];
      if (url) resolve(url);
    };
    child.stdout?.on('data', read);
    child.stderr?.on('data', read);
    child.on('exit', (status) => reject(new Error(`ended with status ${status}: ${output}`)));
  });
  return { url: await address, child, output: () => output };
}
