/** The command line: which commands there are, and how their ends become words and statuses. */

import { Command, CommanderError } from 'commander';
import { asBroadsheetError, BroadsheetError, toErrorJson } from '../errors.js';
import { addAccount } from './commands/account.js';
import { addDigest } from './commands/digest.js';
import { addDoctor } from './commands/doctor.js';
import { addDuplicates } from './commands/duplicates.js';
import { addEval } from './commands/eval.js';
import { addExport } from './commands/export.js';
import { addGather } from './commands/gather.js';
import { addImport } from './commands/import.js';
import { addModel } from './commands/model.js';
import { addModerate } from './commands/moderate.js';
import { addReindex } from './commands/reindex.js';
import { addSearch } from './commands/search.js';
import { addServe } from './commands/serve.js';
import { addSubscribers } from './commands/subscribers.js';
import { addTrain } from './commands/train.js';
import { addTrending } from './commands/trending.js';
import type { Terminal } from './terminal.js';

const EXIT_USAGE = 2;

const COMMANDS = [
  addServe,
  addImport,
  addGather,
  addSearch,
  addReindex,
  addModel,
  addTrain,
  addEval,
  addTrending,
  addDuplicates,
  addAccount,
  addModerate,
  addDigest,
  addSubscribers,
  addExport,
  addDoctor,
];

/**
 * Runs one command.
 *
 * @param argv - without `node` and the script
 * @returns the exit status: 0 done, 1 failed, 2 used wrongly
 */
export async function runCommand(argv: readonly string[], terminal: Terminal): Promise<number> {
  const wantsJson = argv.includes('--json');
  const program = new Command('broadsheet')
    .description('The daily paper of a research field.')
    .exitOverride()
    .configureOutput({
      writeOut: (text) => terminal.stdout.write(text),
      writeErr: (text) => wantsJson || terminal.stderr.write(text),
    })
    .showHelpAfterError('(add --help to see how it is used)');
  let status = 0;
  const finish = (commandStatus: number) => {
    status = commandStatus;
  };
  for (const add of COMMANDS) {
    add(program, terminal, finish);
  }

  try {
    await program.parseAsync(argv, { from: 'user' });
    return status;
  } catch (thrown) {
    if (thrown instanceof CommanderError) return endOfParsing(thrown, wantsJson, terminal);
    return endOfFailure(thrown, wantsJson, terminal);
  }
}

/** Commander throws for wrong usage, having said why, and also after it has shown help. */
function endOfParsing(thrown: CommanderError, wantsJson: boolean, terminal: Terminal): number {
  if (thrown.exitCode === 0) return 0;
  if (wantsJson) {
    const message = thrown.message.replace(/^error: /, '');
    writeError(new BroadsheetError('bad_usage', message), terminal);
  }
  return EXIT_USAGE;
}

function endOfFailure(thrown: unknown, wantsJson: boolean, terminal: Terminal): number {
  const error = asBroadsheetError(thrown);
  if (error.code === 'internal') {
    const { cause } = error;
    terminal.stderr.write(`${cause instanceof Error ? cause.stack : String(cause)}\n`);
  }
  if (wantsJson) writeError(error, terminal);
  else terminal.stderr.write(`${error.message}\n${error.fix}\n`);
  return error.exitStatus;
}

function writeError(error: BroadsheetError, terminal: Terminal): void {
  terminal.stdout.write(`${JSON.stringify(toErrorJson(error))}\n`);
}
