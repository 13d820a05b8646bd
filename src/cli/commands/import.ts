/** `broadsheet import FILE…`: papers from files into the catalogue. */

import { Option } from 'commander';
import { openApp } from '../../app.js';
import { asBroadsheetError, type BroadsheetError } from '../../errors.js';
import { toFileInput } from '../../sources/files/file-client.js';
import { type IntakeSummary, NOTHING_TAKEN_IN } from '../../sources/intake.js';
import { type AddCommand, configFor, dataOption, jsonOption } from '../command.js';
import { inWords, printSummary } from '../intake-summary.js';
import { startProgress } from '../progress.js';

type ImportOptions = {
  readonly data?: string;
  readonly json?: boolean;
  readonly format: 'auto' | 'jsonl' | 'listing';
};

export const addImport: AddCommand = (program, terminal, finish) => {
  program
    .command('import')
    .description('take in papers from files (plain, .gz or .zst), or from standard input with -')
    .argument('<file...>', 'the files, or -')
    .addOption(
      new Option('--format <format>', 'how the papers are written down')
        .choices(['auto', 'jsonl', 'listing'])
        .default('auto'),
    )
    .addOption(dataOption())
    .addOption(jsonOption())
    .action(async (files: string[], options: ImportOptions) => {
      const config = await configFor(terminal, { data: options.data });
      await using app = await openApp(config, terminal.worldFor(config));
      const summaries: IntakeSummary[] = [];
      const failures: BroadsheetError[] = [];
      for (const path of files) {
        const progress = startProgress(terminal.stderr, path);
        let soFar = NOTHING_TAKEN_IN;
        try {
          soFar = await app.importPapers(
            toFileInput(path, terminal.stdin),
            { format: options.format, onProgress: progress.done },
            (sums) => {
              soFar = sums;
              progress.remark(inWords(sums));
            },
          );
          if (isNothingButProblems(soFar)) finish(1);
        } catch (thrown) {
          // A file that cannot be read is its own misfortune; anything else is everybody's.
          const error = asBroadsheetError(thrown);
          if (!['unreadable_input', 'unknown_format'].includes(error.code)) throw thrown;
          failures.push(error);
          soFar = {
            ...soFar,
            problems: [...soFar.problems, { where: path, reason: error.message }],
          };
        } finally {
          progress.end();
        }
        summaries.push(soFar);
      }
      const [failure] = failures;
      if (failure && failures.length === files.length) throw failure;
      printSummary(terminal, summaries.reduce(addSummaries), options.json === true);
      if (failure) finish(1);
    });
};

/** A file of nothing but broken lines was not imported, whatever the sums say. */
function isNothingButProblems({ added, updated, unchanged, problems }: IntakeSummary): boolean {
  return added + updated + unchanged === 0 && problems.length > 0;
}

function addSummaries(one: IntakeSummary, other: IntakeSummary): IntakeSummary {
  return {
    added: one.added + other.added,
    updated: one.updated + other.updated,
    unchanged: one.unchanged + other.unchanged,
    problems: [...one.problems, ...other.problems],
  };
}
