/** `broadsheet export`: the catalogue as JSONL, in the form that `import` reads. */

import { createWriteStream } from 'node:fs';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { openApp } from '../../app.js';
import { BroadsheetError } from '../../errors.js';
import type { PaperReader } from '../../papers/catalogue.js';
import { toExportLine } from '../../papers/export-line.js';
import { type AddCommand, configFor, dataOption, requireCatalogue } from '../command.js';

/** Papers held in memory at once. */
const PAGE = 500;

type ExportOptions = { readonly data?: string; readonly output?: string };

export const addExport: AddCommand = (program, terminal) => {
  program
    .command('export')
    .description('write all papers as JSONL, one a line, oldest addition first')
    .option('--output <file>', 'write there instead of to standard output')
    .addOption(dataOption())
    .action(async (options: ExportOptions) => {
      const config = await configFor(terminal, { data: options.data });
      requireCatalogue(config);
      await using app = await openApp(config, terminal.worldFor(config));
      const lines = Readable.from(exportLines(app.papers));
      try {
        if (options.output) await pipeline(lines, createWriteStream(options.output));
        else await pipeline(lines, terminal.stdout, { end: false });
      } catch (cause) {
        const { code, syscall } = cause as NodeJS.ErrnoException;
        // Whoever read the output has seen enough: `export | head`.
        if (code === 'EPIPE') return;
        if (syscall === undefined) throw cause;
        const target = options.output ? `The file ${options.output}` : 'Standard output';
        throw new BroadsheetError(
          code === 'ENOSPC' ? 'disk_full' : 'data_not_writable',
          `${target} cannot be written (${code}).`,
          { cause, fix: 'Choose another file with --output.' },
        );
      }
    });
};

/** The bundled sample is left out: its summaries are ours, and would pass for abstracts. */
async function* exportLines(papers: PaperReader): AsyncGenerator<string> {
  let after = 0;
  for (;;) {
    const page = await papers.pageByAddition(after, PAGE);
    for (const { paper, addedRevision } of page) {
      after = addedRevision;
      if (!paper.isSample) yield `${toExportLine(paper)}\n`;
    }
    if (page.length < PAGE) return;
  }
}
