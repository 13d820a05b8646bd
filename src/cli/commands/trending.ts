/** `broadsheet trending`: the constants of the formula, why a paper stands where it does, sums. */

import type { Command } from 'commander';
import { databaseLocation } from '../../config.js';
import { type Database, openDatabase } from '../../database/database.js';
import { BroadsheetError } from '../../errors.js';
import { parseIdentifier } from '../../papers/identifiers.js';
import { createPaperStore } from '../../papers/paper-store.js';
import { shown } from '../../papers/record.js';
import type { TrendingExplanation } from '../../trending/explanation.js';
import { readPrior } from '../../trending/prior/prior-file-client.js';
import { TRENDING } from '../../trending/standing-sums.js';
import { createTrendingStore, type TrendingStore } from '../../trending/trending-store.js';
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
import type { Terminal } from '../terminal.js';
import { addFit } from './trending-fit.js';

type Options = { readonly data?: string; readonly json?: boolean };

export const addTrending: AddCommand = (program, terminal) => {
  const trending = program
    .command('trending')
    .description(
      'what makes papers trend: the formula, the sums of a paper, what it was learned from',
    );
  addShow(trending, terminal);
  addExplain(trending, terminal);
  addRebuild(trending, terminal);
  addFit(trending, terminal);
};

function addShow(trending: Command, terminal: Terminal): void {
  trending
    .command('show')
    .description('the constants of the formula, and the prior that comes with the program')
    .addOption(jsonOption())
    .action(async ({ json }: Options) => {
      const { vector, ...prior } = await readPrior();
      if (json) {
        printJson(terminal, { constants: TRENDING, prior });
        return;
      }
      const { halfLifeHours, weights, fields } = TRENDING;
      printLine(terminal, `Evidence counts half after ${halfLifeHours} hours.`);
      for (const [kind, weight] of Object.entries(weights.ofKind)) {
        printLine(terminal, `  ${kind.padEnd(10)} ${weight} votes`);
      }
      printLine(
        terminal,
        `Of new accounts ${weights.shareOfNewAccounts} of that, once per network and paper, and less ` +
          `from each further network; ` +
          `many in one piece to the power ${weights.manyPower}, at most ${weights.mostOfOnePiece}.`,
      );
      printLine(
        terminal,
        `A quiet field is raised by up to ${fields.most}, to the power ${fields.power} of how ` +
          'much busier the busiest is.',
      );
      printLine(
        terminal,
        `The prior ${prior.id} gives up to ${TRENDING.prior.most} votes and half as much once ` +
          `${TRENDING.prior.halfAt} are cast${prior.isUseful ? '' : '; it is switched off'}.`,
      );
    });
}

function addExplain(trending: Command, terminal: Terminal): void {
  trending
    .command('explain')
    .description('what the heat of a paper is the sum of')
    .argument('<id>', 'of the paper, or any other name it has')
    .addOption(dataOption())
    .addOption(jsonOption())
    .action(async (name: string, options: Options) => {
      await withStores(terminal, options, async ({ database, trending: store, now }) => {
        const papers = createPaperStore(database, { now, timeZone: 'UTC' });
        const paper = parseIdentifier(name) && (await papers.find(name));
        if (!paper)
          throw new BroadsheetError('not_found', `There is no paper ${shown(name)} here.`);
        const explanation = await store.explain(paper.id, now());
        if (options.json) printJson(terminal, { id: paper.id, title: paper.title, ...explanation });
        else for (const line of inWords(paper.title, explanation)) printLine(terminal, line);
      });
    });
}

function inWords(title: string, { terms, heat }: TrendingExplanation): string[] {
  if (terms.length === 0) return [title, 'Nothing speaks for it yet.'];
  const width = Math.max(...terms.map(({ words }) => words.length), 'heat'.length);
  return [
    title,
    ...terms.map(({ words, weight, factor, worth, ageHours, contribution }) =>
      [
        words.padEnd(width),
        contribution.toFixed(3).padStart(9),
        `  ${worth.toFixed(3)} votes (${weight.toFixed(3)} each, × ${factor.toFixed(2)} for its field)`,
        worth > 0 ? `, ${ageHours.toFixed(0)} h old` : '',
      ].join(''),
    ),
    `${'heat'.padEnd(width)}${heat.toFixed(3).padStart(9)}`,
  ];
}

function addRebuild(trending: Command, terminal: Terminal): void {
  trending
    .command('rebuild')
    .description('reckon all sums anew from their evidence, and how busy each field is')
    .addOption(dataOption())
    .addOption(jsonOption())
    .action(async (options: Options) => {
      await withStores(terminal, options, async ({ trending: store }) => {
        await store.refreshFields();
        const progress = startProgress(terminal.stderr, 'Reckoning');
        let papers = 0;
        const changed = await store
          .recomputeAll((done) => {
            papers = done;
            progress.done(done, undefined);
          })
          .finally(() => progress.end());
        const fields = (await store.fields()).length;
        if (options.json) printJson(terminal, { papers, changed, fields });
        else {
          printLine(terminal, `${papers} papers reckoned anew; ${changed} had other sums before.`);
        }
      });
    });
}

type Stores = {
  readonly database: Database;
  readonly trending: TrendingStore;
  readonly now: () => Date;
};

async function withStores(
  terminal: Terminal,
  options: Options,
  work: (stores: Stores) => Promise<void>,
): Promise<void> {
  const config = await configFor(terminal, { data: options.data });
  requireCatalogue(config);
  await using database = await openDatabase(databaseLocation(config));
  const { now } = terminal.worldFor(config);
  await work({ database, trending: createTrendingStore(database, { now }), now });
}
