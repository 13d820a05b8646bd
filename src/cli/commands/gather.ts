/** `broadsheet gather SOURCE`: one run of a source now. */

import { Argument, InvalidArgumentError } from 'commander';
import { openApp } from '../../app.js';
import { type Day, parseDay } from '../../papers/dates.js';
import { type AddCommand, configFor, dataOption, jsonOption } from '../command.js';
import { inWords, printSummary } from '../intake-summary.js';
import { startProgress } from '../progress.js';

type GatherOptions = {
  readonly data?: string;
  readonly json?: boolean;
  readonly since?: Day;
  readonly categories?: string;
};

export const addGather: AddCommand = (program, terminal, finish) => {
  program
    .command('gather')
    .description('fetch new papers from a source now')
    .addArgument(new Argument('<source>', 'where from').choices(['arxiv']))
    .option('--since <date>', 'also everything submitted since this day (YYYY-MM-DD)', day)
    .option('--categories <list>', 'arXiv categories, separated by commas')
    .addOption(dataOption())
    .addOption(jsonOption())
    .action(async (_source: 'arxiv', options: GatherOptions) => {
      const { data, categories, since } = options;
      const config = await configFor(terminal, { data, categories });
      await using app = await openApp(config, terminal.worldFor(config));
      const stopping = new AbortController();
      terminal.onSignal(() => stopping.abort());
      const progress = startProgress(terminal.stderr, 'arXiv');
      const summary = await app
        .gatherArxiv({
          since,
          signal: stopping.signal,
          onBatch: (sums) => progress.remark(inWords(sums)),
        })
        .finally(progress.end);
      printSummary(terminal, summary, options.json === true);
      // Papers that are missing are no success, however many came.
      if (summary.problems.length > 0) finish(1);
    });
};

function day(text: string): Day {
  const parsed = parseDay(text);
  if (!parsed) throw new InvalidArgumentError('It must be a day such as 2026-11-20.');
  return parsed;
}
