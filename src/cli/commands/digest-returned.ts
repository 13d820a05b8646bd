/** `broadsheet digest returned`: takes what came back, from files or from a mail server's pipe. */

import { createReadStream } from 'node:fs';
import type { Command } from 'commander';
import { asBroadsheetError, BroadsheetError } from '../../errors.js';
import { type Common, printJson, printLine, withCommon } from '../command.js';
import { withDigest } from '../digest-app.js';
import type { Terminal } from '../terminal.js';

/** Reports quote a letter of a hundred kilobytes; what is beyond is not read. */
const MOST_BYTES = 10 * 1024 * 1024;

/** By it a mail server knows that it should try again later (`EX_TEMPFAIL` of sysexits). */
const TRY_AGAIN = 75;

export function addReturned(
  parent: Command,
  terminal: Terminal,
  finish: (status: number) => void,
): void {
  withCommon(
    parent
      .command('returned')
      .description('take reports of letters that came back, one from each file')
      .argument('[file...]', 'the files; standard input if absent, or with -')
      .option('--to <address>', 'the address that the report came to, as the mail server knows it'),
  ).action(async (files: string[], options: Common & { to?: string }) => {
    const isPiped = files.length === 0 || files.includes('-');
    try {
      await takeAll(terminal, files.length === 0 ? ['-'] : files, options, finish);
    } catch (thrown) {
      const error = asBroadsheetError(thrown);
      if (!isPiped || error.exitStatus === 2) throw thrown;
      // A report that was not kept must not be lost, nor itself be sent back.
      terminal.stderr.write(`${error.message}\n${error.fix}\n`);
      finish(TRY_AGAIN);
    }
  });
}

function takeAll(
  terminal: Terminal,
  files: readonly string[],
  { to, ...options }: Common & { readonly to?: string },
  finish: (status: number) => void,
): Promise<void> {
  return withDigest(terminal, options, async ({ intake }) => {
    const reports: object[] = [];
    for (const file of files) {
      try {
        const raw = await bytesOf(file === '-' ? terminal.stdin : createReadStream(file));
        const taken = await intake.takeMessage(raw, to === undefined ? [] : [to], 'command');
        reports.push({ file, ...taken });
        if (!options.json) printLine(terminal, `${file}: ${taken.kind}, ${taken.outcome}`);
      } catch (thrown) {
        const problem = unreadable(file, thrown);
        reports.push({ file, problem: problem.message });
        terminal.stderr.write(`${problem.message}\n`);
        finish(1);
      }
    }
    if (options.json) printJson(terminal, { reports });
  });
}

/** One file that cannot be read keeps no other from being taken. */
function unreadable(file: string, thrown: unknown): BroadsheetError {
  const { code } = thrown as NodeJS.ErrnoException;
  const isOfFile = ['ENOENT', 'EACCES', 'EISDIR', 'EPERM'].includes(code ?? '');
  if (!isOfFile) throw thrown;
  return new BroadsheetError('unreadable_input', `${file} cannot be read (${code}).`);
}

async function bytesOf(input: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of input) {
    // A mail server that cannot write on takes that for a failure, so the rest is read away.
    if (bytes < MOST_BYTES) chunks.push(chunk);
    bytes += chunk.byteLength;
  }
  return Buffer.concat(chunks).subarray(0, MOST_BYTES);
}
