/** `broadsheet duplicates`: papers of the catalogue that are likely one work. */

import { Option } from 'commander';
import { databaseLocation } from '../../config.js';
import { openDatabase } from '../../database/database.js';
import { createModelChoiceStore } from '../../embedding/model-choice-store.js';
import { embedderOf } from '../../embedding/model-source.js';
import { BUILT_IN, openModelSource } from '../../embedding/model-source-client.js';
import type { PaperReader } from '../../papers/catalogue.js';
import type { PaperId } from '../../papers/identifiers.js';
import type { Paper } from '../../papers/paper.js';
import { createPaperStore } from '../../papers/paper-store.js';
import {
  type DuplicatePair,
  type Duplicates,
  findDuplicates,
} from '../../search/duplicates/find-duplicates.js';
import {
  type AddCommand,
  configFor,
  dataOption,
  jsonOption,
  printJson,
  printLine,
  requireCatalogue,
  wholeNumber,
} from '../command.js';
import { startProgress } from '../progress.js';
import type { Terminal } from '../terminal.js';

/** Papers held in memory at once. */
const PAGE = 500;

/** As many as somebody looks at in a sitting. */
const USUAL_LIMIT = 50;

type DuplicatesOptions = {
  readonly data?: string;
  readonly json?: boolean;
  readonly limit: number;
};

export const addDuplicates: AddCommand = (program, terminal) => {
  program
    .command('duplicates')
    .description('find papers that are likely one work under two names; nothing is changed')
    .addOption(
      new Option('--limit <n>', 'how many pairs, the surest first')
        .argParser(wholeNumber(1))
        .default(USUAL_LIMIT),
    )
    .addOption(dataOption())
    .addOption(jsonOption())
    .action(async (options: DuplicatesOptions) => {
      const config = await configFor(terminal, { data: options.data });
      requireCatalogue(config);
      await using database = await openDatabase(databaseLocation(config));
      const { now } = terminal.worldFor(config);
      const papers = createPaperStore(database, { now, timeZone: config.timeZone });
      const choice = await createModelChoiceStore(database).latest();
      const source = await openModelSource(config.model ?? choice?.place ?? BUILT_IN);

      const total = await papers.count();
      const progress = startProgress(terminal.stderr, 'Comparing');
      const found = await findDuplicates(allPapers(papers), embedderOf(source), (read) =>
        progress.done(read, total),
      ).finally(progress.end);

      const shown = found.pairs.slice(0, options.limit);
      const byId = await papers.byIds(shown.flatMap(({ ids }) => ids));
      if (options.json) printJson(terminal, asJson(found, shown, byId));
      else printPairs(terminal, found, shown, byId);
    });
};

async function* allPapers(papers: PaperReader): AsyncGenerator<readonly Paper[]> {
  let after = 0;
  for (;;) {
    const page = await papers.pageByAddition(after, PAGE);
    after = page.at(-1)?.addedRevision ?? after;
    yield page.map(({ paper }) => paper);
    if (page.length < PAGE) return;
  }
}

type Papers = ReadonlyMap<PaperId, Paper>;

function asJson(found: Duplicates, shown: readonly DuplicatePair[], papers: Papers): object {
  return {
    papers: found.papers,
    compared: found.compared,
    total: found.total,
    complete: !found.isCut,
    pairs: shown.map(({ ids, score, reasons }) => ({
      papers: ids.map((id) => ({ id, title: papers.get(id)?.title ?? null })),
      score,
      reasons,
    })),
  };
}

function printPairs(
  terminal: Terminal,
  found: Duplicates,
  shown: readonly DuplicatePair[],
  papers: Papers,
): void {
  if (found.isCut) {
    terminal.stderr.write('Too many papers look alike: not all pairs of them were compared.\n');
  }
  const pairs = found.total === 1 ? '1 pair' : `${found.total} pairs`;
  printLine(terminal, `${pairs} among ${found.papers} papers`);
  for (const { ids, score, reasons } of shown) {
    printLine(terminal, '');
    for (const id of ids) printLine(terminal, `${id}  ${papers.get(id)?.title ?? ''}`);
    // What all pairs have says nothing of this one.
    const telling = reasons.slice(1).map(({ label, value }) => `${label} (${signed(value)})`);
    printLine(terminal, `  ${score.toFixed(1)}: ${telling.join(', ')}`);
  }
  const left = found.total - shown.length;
  if (left > 0) printLine(terminal, `\n${left} more; see them with --limit.`);
}

function signed(value: number): string {
  return `${value < 0 ? '−' : '+'}${Math.abs(value).toFixed(1)}`;
}
