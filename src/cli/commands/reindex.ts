/** `broadsheet reindex`: the search index made anew from the catalogue. */

import { openApp } from '../../app.js';
import {
  type AddCommand,
  configFor,
  dataOption,
  jsonOption,
  printJson,
  printLine,
  requireCatalogue,
} from '../command.js';
import { startProgress } from '../progress.js';

type ReindexOptions = { readonly data?: string; readonly json?: boolean };

export const addReindex: AddCommand = (program, terminal) => {
  program
    .command('reindex')
    .description(
      'make the search index anew from the catalogue; ' +
        'a site that is running goes on with its own and takes this one at its next start',
    )
    .addOption(dataOption())
    .addOption(jsonOption())
    .action(async (options: ReindexOptions) => {
      const config = await configFor(terminal, { data: options.data });
      requireCatalogue(config);
      await using app = await openApp(config, terminal.worldFor(config));
      const startedAtMs = performance.now();
      const progress = startProgress(terminal.stderr, 'Indexing');
      const total = await app.papers.count();
      const papers = await app
        .reindex((done) => {
          progress.done(done, total);
          progress.remark(`${done} papers`);
        })
        .finally(progress.end);
      const seconds = Math.round((performance.now() - startedAtMs) / 10) / 100;
      if (options.json) printJson(terminal, { papers, seconds });
      else printLine(terminal, `${papers} papers indexed in ${seconds} s`);
    });
};
